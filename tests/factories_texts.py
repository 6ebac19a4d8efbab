"""Texts at any point of their lives, without the way that led there."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from core import clock
from core.ids import new_id
from core.phone import MobileNumber
from core.scope import Side
from messaging.domain.terms import MessageState, RuleKind
from messaging.tables import Attempt, Message, MessageEvent, MessageTemplate, ReminderRule
from tests.conftest import SETTINGS
from tests.factories import make_organisation
from tests.factories_messaging import drama_number

_COUNTER = count(1)
BODY = "Reminder: your appointment is on Fri 12 Jun at 18:30."


@dataclass(frozen=True)
class Given:
    """One text and its newest try."""

    id: UUID
    attempt_id: UUID
    number: str
    sid: str
    token: str
    rule_id: UUID
    template_id: UUID
    organisation_id: UUID
    recipient_id: UUID


def made_up_sid() -> str:
    return f"SM{new_id().hex}"


async def make_rule_of(side: Side, template_id: UUID | None = None) -> ReminderRule:
    """A rule that is on, with a wording of its own unless one is given."""
    if template_id is None:
        template = MessageTemplate(
            name=f"Wording {next(_COUNTER)}", language="en", body="…", created_at=clock.now(),
            saved_at=clock.now(),
        )  # fmt: skip
        await template.save()
        template_id = template.id
    rule = ReminderRule(
        name=f"Rule {next(_COUNTER)}", organisation=await make_organisation(), side=side,
        kind=RuleKind.SESSION_REMINDER, hours_before=24, template=template_id, active=True,
        active_since=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    await rule.save()
    return rule


async def make_text(
    state: MessageState = MessageState.ACCEPTED,
    *,
    side: Side = Side.SURVIVOR,
    rule: ReminderRule | None = None,
    sid: str | None = "",
    number: str = "",
    minutes_left: int = 600,
    started_at: datetime | None = None,
    attempt_number: int = 1,
    **attempt: Any,
) -> Given:
    """A text and its newest try; ``sid=None`` for one of which nobody knows whether it left."""
    rule = rule or await make_rule_of(side)
    number = number or drama_number(next(_COUNTER))
    now = clock.now()
    message = Message(
        organisation=rule.organisation, side=side, recipient=new_id(), subject=new_id(),
        cohort=new_id(), programme=new_id(), rule=rule.id, revision=1, number=number,
        number_version=1, to_hash=MobileNumber(number).keyed_hash(SETTINGS.key_bytes), body=BODY,
        body_hash=hmac.new(SETTINGS.key_bytes, BODY.encode(), hashlib.sha256).hexdigest(),
        variables='{"day": "Fri 12 Jun"}', state=state, send_after=now - timedelta(minutes=1),
        expires_at=now + timedelta(minutes=minutes_left), attempt_number=attempt_number,
        created_at=now, updated_at=now,
    )  # fmt: skip
    await message.save()
    sid = made_up_sid() if sid == "" else sid
    token, attempt_id = await make_attempt(
        message.id, attempt_number, sid=sid, started_at=started_at or now, **attempt
    )
    return Given(
        message.id, attempt_id, number, sid or "", token, rule.id, rule.template,
        rule.organisation, message.recipient,
    )  # fmt: skip


async def make_attempt(
    message_id: UUID, number: int, *, sid: str | None, started_at: datetime, **values: Any
) -> tuple[str, UUID]:
    """One try to send a text: its callback's token, and its id."""
    token = f"token-{next(_COUNTER)}"
    row = Attempt(
        message=message_id, number=number, provider_sid=sid, started_at=started_at,
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        **{"sender": "+447700900999", **values},
    )  # fmt: skip
    await row.save()
    return token, row.id


async def message_row(text: Given) -> dict[str, Any]:
    return dict((await Message.select().where(Message.id == text.id))[0])


async def attempt_row(text: Given) -> dict[str, Any]:
    return dict((await Attempt.select().where(Attempt.id == text.attempt_id))[0])


async def state_of(text: Given) -> tuple[str, str]:
    """Its state and its reason."""
    row = await message_row(text)
    return row["state"], row["state_reason"]


async def moves_of(text: Given) -> list[str]:
    """The states that it came to, in order."""
    rows = await MessageEvent.select().where(MessageEvent.message == text.id).order_by(
        MessageEvent.id
    )  # fmt: skip
    return [row["new_state"] for row in rows]
