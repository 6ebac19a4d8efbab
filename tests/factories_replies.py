"""Makes texts that come in, as Twilio hands them over, and questions that they may answer."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from urllib.parse import urlencode
from uuid import UUID

import httpx
from litestar import Litestar
from twilio.request_validator import RequestValidator

from api.app import create_app
from core import clock
from core.ids import new_id
from core.phone import MobileNumber
from core.scope import Side
from core.sms_settings import SmsSettings, TwilioSettings
from messaging.domain.terms import MessageState, ReplyKind
from messaging.gateways.console import ConsoleGateway
from messaging.tables import Attempt, InboundMessage, Message, ReminderRule
from tests.conftest import SETTINGS
from tests.factories_messaging import Group, drama_number, make_rule

OURS = drama_number(555)
ACCOUNT = "AC" + "0" * 32
TOKEN = "a token of the tests"
TWILIO = TwilioSettings(ACCOUNT, TOKEN, dict.fromkeys([None, *Side], OURS))
SETTINGS_WITH_TWILIO = replace(SETTINGS, sms=SmsSettings(gateway="twilio", twilio=TWILIO))
INBOUND = "/webhooks/twilio/inbound"
_COUNTER = count(1)


def hash_of(number: str) -> str:
    return MobileNumber(number).keyed_hash(SETTINGS.key_bytes)


def twilio_app() -> Litestar:
    """The application of an installation that sends through Twilio."""
    return create_app(SETTINGS_WITH_TWILIO, clock.SystemClock(), ConsoleGateway())


def fields_of(number: str, body: str, **changed: str) -> dict[str, str]:
    """What Twilio says of a text that came in."""
    return {
        "MessageSid": f"SM{next(_COUNTER):032x}", "AccountSid": ACCOUNT, "From": number,
        "To": OURS, "Body": body, "NumMedia": "0", **changed,
    }  # fmt: skip


async def call(
    client: httpx.AsyncClient, fields: dict[str, str], *, signature: str | None = None
) -> httpx.Response:
    """Post a call as Twilio would; signed by the account unless told otherwise."""
    signed = RequestValidator(TOKEN).compute_signature(f"http://testserver{INBOUND}", fields)
    return await client.post(
        INBOUND, content=urlencode(fields),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signed if signature is None else signature,
        },
    )  # fmt: skip


async def make_text(
    group: Group,
    recipient_id: UUID,
    *,
    state: MessageState = MessageState.QUEUED,
    number: str = "",
    asks: bool = False,
    sent_hours_ago: float = 1,
) -> UUID:
    """A text to somebody of the group; with ``asks`` it asks whether they come."""
    rule_id = await make_rule(group, name=f"Rule {next(_COUNTER)}")
    await ReminderRule.update({ReminderRule.asks: asks}).where(ReminderRule.id == rule_id)
    now = clock.now()
    row = Message(
        id=new_id(), organisation=group.organisation_id, side=group.side, recipient=recipient_id,
        subject=new_id(), cohort=group.cohort_id, programme=group.programme_id, rule=rule_id,
        revision=1, number_version=1, to_hash=hash_of(number) if number else "", state=state,
        send_after=now, expires_at=now + timedelta(days=1), created_at=now, updated_at=now,
    )  # fmt: skip
    await row.save()
    if number:
        await Attempt(
            message=row.id, number=1, token_hash=new_id().hex,
            started_at=now - timedelta(hours=sent_hours_ago),
        ).save()  # fmt: skip
    return row.id


async def make_reply(
    group: Group | None,
    participant_id: UUID | None = None,
    *,
    body: str = "Running late",
    kind: ReplyKind = ReplyKind.OTHER,
    risky: bool = False,
    organisation_id: UUID | None = None,
    message_id: UUID | None = None,
) -> UUID:
    """A text that came in; without a person it is nobody's."""
    known = group is not None and participant_id is not None
    row = InboundMessage(
        id=new_id(), provider_sid=f"SM{next(_COUNTER):032x}", number=drama_number(9), body=body,
        received_at=clock.now(), kind=kind, risky=risky, to_hash=hash_of(drama_number(9)),
        organisation=group.organisation_id if group else organisation_id,
        side=group.side if group and known else None, participant=participant_id,
        cohort=group.cohort_id if group and known else None, message=message_id,
    )  # fmt: skip
    await row.save()
    return row.id
