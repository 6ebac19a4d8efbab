"""Sends texts through Twilio, each once, and tells what is known of them (messaging.md 2, 5.3)."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from twilio.rest import Client

from core import clock, log
from core.scope import Side
from core.sms_settings import TwilioSettings
from messaging.domain import failures, senders
from messaging.domain.failures import Verdict
from messaging.gateways.base import Answer, GatewayError, Outgoing, Sent
from messaging.gateways.twilio_calls import Calls, NeverSentError, RefusedError

_LOG = log.get(__name__)

_API = "https://api.twilio.com"
_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_PAGE_SIZE = 1000
_MOST_PAGES = 10
_NOT_FOUND = 404
_LONGEST_STATUS = 20
_LONGEST_WAIT_SECONDS = 86_400


class TwilioGateway:
    """Speaks to one account; ``public_url`` is where Twilio reports what became of a text."""

    def __init__(self, settings: TwilioSettings, *, public_url: str) -> None:
        api_url = settings.api_url or _API
        self._senders = settings.senders
        self._public_url = public_url
        self._calls = Calls(api_url)
        self._client = Client(settings.account_sid, settings.auth_token, http_client=self._calls)
        # Both would be read from the environment, and rewrite the host of every call (G16).
        self._client.edge = self._client.region = None
        self._client.api.base_url = api_url

    def sender_for(self, side: Side | None) -> str:
        """Answer the number, name or service that texts to a side, or to staff, come from."""
        return self._senders[side]

    async def send(self, message: Outgoing) -> Answer:
        """Try to send once, and answer what is known; raises nothing."""
        service = senders.is_service(message.sender)
        try:
            taken = await self._client.messages.create_async(
                to=message.to,
                body=message.body,
                status_callback=f"{self._public_url}/webhooks/twilio/status/{message.token}",
                validity_period=message.valid_for_seconds,
                smart_encoded=False,
                **{"messaging_service_sid" if service else "from_": message.sender},
            )
            return _accepted(taken)
        except NeverSentError:
            return Answer(Verdict.NOT_SENT)
        except RefusedError as refused:
            return _refused(refused)
        except Exception as error:  # noqa: BLE001 - whatever it was, the text may have left
            _LOG.warning("provider_left_it_open", **log.fault(error))
            return Answer(Verdict.UNKNOWN)

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Sent]:
        """Answer the texts to a number that Twilio's records hold, newest first.

        Raises:
            GatewayError: Twilio did not answer, or in no form that can be read.
        """
        found: list[Sent] = []
        with _telling_nothing():
            page = await self._client.messages.page_async(to=number, page_size=_PAGE_SIZE)
            for _ in range(_MOST_PAGES):
                texts = [_sent(one) for one in page if one.direction == "outbound-api"]
                found += [one for one in texts if one.created_at >= since]
                if any(one.created_at < since for one in texts) or not page.next_page_url:
                    return found
                page = await page.next_page_async()
        raise GatewayError("Too many texts to one number")

    async def fetch(self, sid: str) -> Sent | None:
        """Answer one text by its id; ``None`` where Twilio knows none.

        Raises:
            GatewayError: Twilio did not answer, or in no form that can be read.
        """
        if not _SID.fullmatch(sid):
            return None
        with _telling_nothing():
            try:
                return _sent(await self._client.messages(sid).fetch_async())
            except RefusedError as refused:
                if refused.status == _NOT_FOUND:
                    return None
                raise

    async def redact(self, sid: str) -> None:
        """Empty Twilio's copy of the words; what it does not know has none (M15).

        Raises:
            GatewayError: Twilio did not do it.
        """
        if not _SID.fullmatch(sid):
            return
        with _telling_nothing():
            try:
                await self._client.messages(sid).update_async(body="")
            except RefusedError as refused:
                if refused.status != _NOT_FOUND:
                    raise

    async def close(self) -> None:
        """Let go of connections."""
        await self._calls.close()


@contextmanager
def _telling_nothing() -> Iterator[None]:
    """Turn any failure into a ``GatewayError`` that holds no number and no word of a text (G17)."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the SDK raises what it likes about an odd body
        raise GatewayError(type(error).__name__) from None


def _accepted(taken: Any) -> Answer:
    """Answer what a success says; without an id of the text, nobody knows which one it is."""
    if not isinstance(taken.sid, str) or not _SID.fullmatch(taken.sid):
        return Answer(Verdict.UNKNOWN)
    return Answer(
        Verdict.ACCEPTED,
        sid=taken.sid,
        status=str(taken.status or "")[:_LONGEST_STATUS],
        error_code=_number(taken.error_code),
    )


def _refused(error: RefusedError) -> Answer:
    meaning = failures.refusal_of(error.status, error.code)
    return Answer(
        meaning.verdict if meaning else Verdict.UNKNOWN,
        error_code=error.code,
        http_status=error.status,
        retry_after_seconds=_seconds(error.retry_after),
    )


def _seconds(retry_after: str) -> int | None:
    """Answer how long a ``Retry-After`` asks to wait, given as seconds or as an instant."""
    try:
        if retry_after.isascii() and retry_after.isdigit():
            wait = int(retry_after)
        else:
            until = parsedate_to_datetime(retry_after)
            wait = int((until - clock.now()).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0, min(_LONGEST_WAIT_SECONDS, wait))


def _sent(one: Any) -> Sent:
    if one.date_created is None:
        raise GatewayError("A text without a date")
    return Sent(
        sid=str(one.sid),
        to=str(one.to),
        sender=str(one.messaging_service_sid or one.from_ or ""),
        body=str(one.body or ""),
        status=str(one.status or "")[:_LONGEST_STATUS],
        error_code=_number(one.error_code),
        created_at=one.date_created,
    )


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
