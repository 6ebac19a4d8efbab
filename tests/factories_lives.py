"""Makes texts that stand where a test wants them, with the moves and the try that led there."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from core import clock
from core.ids import new_id
from core.scope import Side
from jobs import reminders
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState
from messaging.tables import Attempt, Message, MessageEvent
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    Group,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
)

_NUMBERS = count(1)
FRIDAY = at("2026-06-12 18:30")


async def make_text(
    state: MessageState,
    reason: Reason | None = None,
    *,
    side: Side = Side.SURVIVOR,
    group: Group | None = None,
    **more: Any,
) -> tuple[Group, UUID]:
    """A group of one person with one text about Friday's session, and the text's id."""
    group = group or await make_group(side, **more)
    await make_rule(group, name=f"Rule {next(_NUMBERS)}", for_programme=True)
    await make_meeting(group, FRIDAY)
    await make_member(group)
    await reminders.plan(SETTINGS)
    message_id = (await messages_of(group))[-1]["id"]
    await put_into(message_id, state, reason)
    return group, message_id


async def put_into(message_id: UUID, state: MessageState, reason: Reason | None = None) -> None:
    """Let a text stand in a state, as the last of its moves says."""
    await Message.update(
        {Message.state: state, Message.state_reason: reason or ""}, force=True
    ).where(Message.id == message_id)
    await MessageEvent(
        id=new_id(), message=message_id, at=clock.now(), actor=None, old_state="planned",
        new_state=state, reason=reason or "",
    ).save()  # fmt: skip


async def make_try(message_id: UUID, **values: Any) -> None:
    """A try to send the text, answered within a second."""
    await Attempt(
        id=new_id(), message=message_id, started_at=clock.now(),
        **{
            "number": 1, "token_hash": new_id().hex, "provider_sid": f"SM{new_id().hex}",
            "answered_at": clock.now() + timedelta(seconds=1), **values,
        },
    ).save()  # fmt: skip
