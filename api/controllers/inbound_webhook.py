"""Texts that people send to the service, as Twilio hands them over; it is answered with nothing."""

import re
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from api.controllers.webhooks import signed_fields
from api.guards import PUBLIC
from core import log
from core.errors import ForbiddenError, NotFoundError
from core.phone import MobileNumber
from core.scope import SYSTEM
from core.settings import Settings
from core.sms_settings import TwilioSettings
from messaging.services import replies
from messaging.services.replies import Inbound, Sender
from programmes.queries.numbers import holders
from training.queries.numbers import staff_with_number

_LOG = log.get(__name__)
_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_SID = re.compile(r"[A-Za-z0-9]{1,40}")
_LONGEST_NUMBER = 16

AnyRequest = Request[Any, Any, Any]


@post("/inbound", opt=PUBLIC, status_code=200, include_in_schema=False)
async def inbound(request: AnyRequest, settings: NamedDependency[Settings]) -> Response[str]:
    """Take in one text; a repeat changes nothing, and no answer ever goes back (M8).

    Raises:
        NotFoundError: texts do not go through Twilio here.
        ForbiddenError: it does not come from Twilio, or is about another account or number.
    """
    twilio = settings.sms.twilio
    if twilio is None:
        raise NotFoundError
    fields = await _genuine(request, twilio, settings)
    text = _text(fields, settings)
    if text is None:
        _LOG.error("text_not_readable")
    else:
        found = await holders(text.number, scope=SYSTEM.scope)
        senders = [
            Sender(one.participant_id, one.organisation_id, one.side, one.cohort_id)
            for one in found
        ]
        staff = await staff_with_number(text.number, scope=SYSTEM.scope)
        await replies.receive(text, senders=senders, others=staff)
    return Response(_NOTHING, media_type="text/xml")


async def _genuine(
    request: AnyRequest, twilio: TwilioSettings, settings: Settings
) -> dict[str, str]:
    """Answer the fields of a call that Twilio signed, about one of our senders."""
    fields = await signed_fields(request, settings)
    senders = set(twilio.senders.values())
    if not {fields.get("To"), fields.get("MessagingServiceSid")} & senders:
        raise ForbiddenError
    return fields


def _text(fields: dict[str, str], settings: Settings) -> Inbound | None:
    """Answer the text that the call is about; ``None`` where it names none."""
    sid, number = fields.get("MessageSid", ""), fields.get("From", "")[:_LONGEST_NUMBER]
    if not _SID.fullmatch(sid) or not number:
        return None
    number = _storable(number)
    return Inbound(
        provider_sid=sid,
        number=number,
        to_hash=MobileNumber(number).keyed_hash(settings.key_bytes),
        body=_storable(fields.get("Body", "")),
    )


def _storable(text: str) -> str:
    """Answer the text without NUL, which PostgreSQL cannot store."""
    return text.replace("\x00", "")
