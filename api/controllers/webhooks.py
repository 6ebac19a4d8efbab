"""What Twilio calls of itself: receipts of texts. No sign-in; a signature instead (section 3)."""

import re
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.guards import PUBLIC
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.phone import MobileNumber
from core.settings import Settings
from messaging.domain.receipts import Receipt
from messaging.gateways.twilio_signature import is_genuine
from messaging.services import receipts

_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
_STATUS = re.compile(r"[a-z_]{1,20}")
_CODE = re.compile(r"[0-9]{1,9}")

AnyRequest = Request[Any, Any, Any]


@post("/status/{token:str}", opt=PUBLIC, status_code=204, include_in_schema=False)
async def status(
    request: AnyRequest, token: FromPath[str], settings: NamedDependency[Settings]
) -> None:
    """Take in a status of the text whose sending this token was given out for.

    Raises:
        NotFoundError: texts do not go through Twilio here, or no text to that number has the token.
        ForbiddenError: it does not come from Twilio, or is about another account.
        InvalidInputError: it names no text, or no status.
    """
    fields = await signed_fields(request, settings)
    tried = await receipts.tried(token)
    to_hash = MobileNumber(fields.get("To", "")).keyed_hash(settings.key_bytes)
    if tried is None or tried.to_hash != to_hash:
        raise NotFoundError
    await receipts.apply(tried.attempt_id, _receipt(fields))


async def signed_fields(request: AnyRequest, settings: Settings) -> dict[str, str]:
    """Answer the fields of a form that our account's Twilio signed; look at none of them before.

    Raises:
        NotFoundError: texts do not go through Twilio here.
        ForbiddenError: it does not come from Twilio, or is about another account.
    """
    twilio = settings.sms.twilio
    if twilio is None:
        raise NotFoundError
    body = (await request.body()).decode("utf-8", "replace")
    fields = dict(parse_qsl(body, keep_blank_values=True))
    query = request.scope["query_string"].decode("latin-1")
    url = settings.public_url + request.scope["raw_path"].decode("latin-1")
    genuine = is_genuine(
        f"{url}?{query}" if query else url,
        fields,
        request.headers.get("X-Twilio-Signature"),
        token=twilio.auth_token,
        settings=request.headers.get("X-Twilio-Webhooks-Signature-Settings"),
    )
    if not genuine or fields.get("AccountSid") != twilio.account_sid:
        raise ForbiddenError
    return fields


def _receipt(fields: dict[str, str]) -> Receipt:
    sid, status, code = (
        fields.get(name, "") for name in ("MessageSid", "MessageStatus", "ErrorCode")
    )
    if not _SID.fullmatch(sid):
        raise InvalidInputError.of("MessageSid", "Must be the id of a text")
    if not _STATUS.fullmatch(status):
        raise InvalidInputError.of("MessageStatus", "Must be a status")
    return Receipt(sid, status, int(code) if _CODE.fullmatch(code) else 0)
