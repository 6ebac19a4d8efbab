"""What Twilio refuses by rules that its document has only in prose."""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from tests.twilio_server.faults import refused
from tests.twilio_server.wire import Answer, Request

LONGEST_VALIDITY = 36_000
LONGEST_BODY = 1600
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_NOT_WORKING = ("SendAt", "ScheduleType", "ContentRetention", "AddressRetention")


class RefusedError(Exception):
    """The request is refused with an answer in Twilio's shape."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.answer: Answer = refused(status, code, message)


def is_signed_in(request: Request, account: str, token: str) -> bool:
    """Tell whether the basic authentication is the account's."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and given == f"{account}:{token}"


def sender_of(form: Mapping[str, str], senders: Collection[str]) -> str:
    """Who the text comes from."""
    sender = form.get("MessagingServiceSid") or form.get("From") or ""
    if not sender:
        raise RefusedError(400, 21603, "A 'From' phone number is required")
    if sender not in senders:
        code = 21660 if sender.startswith("MG") else 21606
        raise RefusedError(400, code, "The 'From' number is not yours")
    return sender


def check_words(form: Mapping[str, str]) -> str:
    """The words; ones that were not given, or are too long, are refused."""
    body = form.get("Body", "")
    if not body:
        raise RefusedError(400, 21602, "Message body is required")
    if len(body) > LONGEST_BODY:
        raise RefusedError(400, 21617, "The message body exceeds 1600 characters")
    return body


def check_number(form: Mapping[str, str]) -> str:
    """The number, which must be E.164."""
    to = form.get("To", "")
    if not to:
        raise RefusedError(400, 21604, "A 'To' phone number is required")
    if not _E164.fullmatch(to):
        raise RefusedError(400, 21211, "The 'To' number is not a valid phone number")
    return to


def check_validity(form: Mapping[str, str]) -> timedelta:
    """How long the text may be tried."""
    given = form.get("ValidityPeriod", str(LONGEST_VALIDITY))
    if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= LONGEST_VALIDITY):
        raise RefusedError(400, 20422, "ValidityPeriod must be from 1 to 36000")
    return timedelta(seconds=int(given))


def check_callback(form: Mapping[str, str]) -> str:
    """Where statuses go: nowhere, or to an absolute address."""
    url = form.get("StatusCallback", "")
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if url and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise RefusedError(400, 21609, "The 'StatusCallback' URL is not valid")
    return url


def check_rest(form: Mapping[str, str]) -> None:
    """Whatever would break reconciliation or our own gates must never be asked for (1.5, 1.7)."""
    for name in _NOT_WORKING:
        if name in form:
            raise RefusedError(400, 35118, f"{name} is not accepted by this server")
