"""The server: create, list, fetch, redact and delete; the life of a text; the ledger."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core import clock
from tests.twilio_server import contract, listing, rules
from tests.twilio_server.callbacks import Callbacks, Post, Posting
from tests.twilio_server.faults import Plan, refused
from tests.twilio_server.queue import Queue
from tests.twilio_server.rules import RefusedError
from tests.twilio_server.texts import VERSION, Left, Text, segments_of
from tests.twilio_server.wire import Answer, Listener, Request

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "token-of-an-invented-account"
SENDER = "+447700900999"
_PATH = re.compile(rf"/{VERSION}/Accounts/(\w+)/Messages(?:/(\w+))?\.json")
_STOP = {"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"}
_START = {"START", "YES", "UNSTOP"}

Step = tuple[str, int]
DELIVERED: tuple[Step, ...] = (("sending", 0), ("sent", 0), ("delivered", 0))


@dataclass(slots=True)
class Behaviour:
    """How the server behaves when nothing goes wrong.

    ``life`` is what befalls a text after it was taken, ``lives`` that of texts to one number; with
    ``reports_first`` all of it is reported before the create is answered (W7). ``list_lag`` is how
    long a text is missing from the list; ``before_answer`` happens once a text was taken. Times are
    of ``core.clock``, seconds are real ones.
    """

    latency_seconds: float = 0.0
    life: Sequence[Step] = ()
    lives: dict[str, Sequence[Step]] = field(default_factory=dict)
    reports_first: bool = False
    list_lag: timedelta = timedelta(0)
    list_fails: bool = False
    before_answer: Callable[[], object] = lambda: None
    at_once: int = 100
    checks: bool = True


class TwilioServer:
    """A Twilio of one account; ``ledger`` holds what phones would have got, and nothing else does.

    ``breaches`` is what Twilio's document does not allow of what was said to or by the server.
    """

    def __init__(
        self,
        *,
        senders: Sequence[str] = (SENDER,),
        inbound_url: str = "",
        post: Post | None = None,
        account: str = ACCOUNT,
        token: str = TOKEN,
    ) -> None:
        self.account, self.token = account, token
        self.senders = frozenset(senders)
        self.inbound_url = inbound_url
        self.behaviour = Behaviour()
        self.faults = Plan()
        self.queue = Queue()
        self.opted_out: set[str] = set()
        self.ledger: list[Left] = []
        self.texts: dict[str, Text] = {}
        self.requests: list[Request] = []
        self.breaches: list[str] = []
        self.listener = Listener(self._respond)
        self._callbacks = Callbacks(token, post)
        self._creating = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.port}"

    @property
    def posting(self) -> Posting:
        """How callbacks go wrong, and what the application answered."""
        return self._callbacks.posting

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["TwilioServer"]:
        await self.listener.listen()
        try:
            yield self
        finally:
            await self._callbacks.close()
            await self.listener.refuse()

    async def settled(self) -> None:
        """Wait until every callback under way has been posted."""
        await self._callbacks.settled()

    async def report(self, sid: str, status: str, error_code: int = 0) -> list[int]:
        """Move a text to a status and tell the application; answer what it answered."""
        text = self.texts[sid]
        text.status, text.error_code = status, error_code or None
        if status == "sent":
            text.sent_at = clock.now()
        if not text.callback:
            return []
        return await self._callbacks.send(text.callback, self.callback_form(text))

    def callback_form(self, text: Text) -> dict[str, str]:
        """What a status callback says."""
        form = {
            "AccountSid": self.account, "ApiVersion": VERSION, "From": text.sender, "To": text.to,
            "MessageSid": text.sid, "MessageStatus": text.status, "SmsSid": text.sid,
            "SmsStatus": text.status,
        }  # fmt: skip
        if text.error_code:
            form["ErrorCode"] = str(text.error_code)
        if text.status == "delivered":
            form["RawDlrDoneDate"] = f"{clock.now():%y%m%d%H%M}"
        return form

    async def receive(self, sender: str, body: str, *, to: str = SENDER) -> tuple[str, list[int]]:
        """Take a text from a phone and post it; answer its SID and what the application answered.

        As with Twilio, STOP and START change who may be sent to before the application hears.
        """
        word = body.strip().upper()
        if word in _STOP:
            self.opted_out.add(sender)
        elif word in _START:
            self.opted_out.discard(sender)
        now = clock.now()
        text = Text(
            self.account, to, sender, body, "", timedelta(0), now, now, status="received",
            direction="inbound",
        )  # fmt: skip
        self.texts[text.sid] = text
        form = {
            "AccountSid": self.account, "ApiVersion": VERSION, "Body": body, "From": sender,
            "To": to, "MessageSid": text.sid, "SmsSid": text.sid, "SmsMessageSid": text.sid,
            "SmsStatus": "received", "NumMedia": "0", "NumSegments": str(segments_of(body)),
        }  # fmt: skip
        return text.sid, await self._callbacks.send(self.inbound_url, form)

    async def end_overdue(self) -> None:
        """Fail what waited in the network longer than its ValidityPeriod (30036)."""
        for text in list(self.texts.values()):
            waiting = text.status in {"accepted", "queued", "sending"}
            if waiting and text.created_at + text.valid_for <= clock.now():
                await self.report(text.sid, "failed", 30036)

    async def _respond(self, request: Request) -> Answer:
        self.requests.append(request)
        try:
            answer = await self._serve(request)
        except RefusedError as refusal:
            answer = refusal.answer
        if self.behaviour.checks and not answer.is_wrong:
            self.breaches += contract.breaches(request, answer)
        return answer

    async def _serve(self, request: Request) -> Answer:
        if not rules.is_signed_in(request, self.account, self.token):
            raise RefusedError(401, 20003, "Authenticate")
        found = _PATH.fullmatch(request.path)
        if found is None or found[1] != self.account:
            raise RefusedError(404, 20404, "The requested resource was not found")
        sid: str | None = found[2]
        if sid is None and request.method == "POST":
            return await self._create(request)
        if sid is None and request.method == "GET":
            return self._list(request)
        if sid is None or request.method not in {"GET", "POST", "DELETE"}:
            raise RefusedError(405, 20004, "Method not allowed")
        return self._one(sid, request)

    async def _create(self, request: Request) -> Answer:
        if self._creating >= self.behaviour.at_once:
            return refused(429, 20429, "Too Many Requests", Retry_After="1")
        self._creating += 1
        try:
            return await self._create_in_turn(request.form)
        finally:
            self._creating -= 1

    async def _create_in_turn(self, form: dict[str, str]) -> Answer:
        fault = self.faults.take(form.get("To", ""))
        if fault is not None and not fault.takes:
            await self._wait()
            return fault.answer or Answer(503, manner=fault.manner)
        text = self._take(form)
        if self.behaviour.reports_first:
            await self._live(text)
        else:
            self._callbacks.begin(self._live(text))
        self.behaviour.before_answer()
        said = Answer(201, text.as_json(clock.now()))
        await self._wait()
        if fault is None:
            return said
        return fault.answer or Answer(said.status, said.content, manner=fault.manner)

    async def _wait(self) -> None:
        if self.behaviour.latency_seconds:
            await asyncio.sleep(self.behaviour.latency_seconds)

    def _take(self, form: dict[str, str]) -> Text:
        """Take a text, from which moment a phone gets it, whatever is answered."""
        rules.check_rest(form)
        to, valid_for = rules.check_number(form), rules.check_validity(form)
        sender, body = rules.sender_of(form, self.senders), rules.check_words(form)
        callback = rules.check_callback(form)
        if to in self.opted_out:
            raise RefusedError(400, 21610, "Attempt to send to unsubscribed recipient")
        now = clock.now()
        if not self.queue.takes(sender, segments_of(body), now):
            raise RefusedError(429, 21611, "This 'From' number has exceeded the maximum queue")
        text = Text(
            self.account, to, sender, body, callback, valid_for, now,
            now + self.behaviour.list_lag,
            status="accepted" if sender.startswith("MG") else "queued",
        )  # fmt: skip
        self.texts[text.sid] = text
        self.ledger.append(Left(text.sid, to, body, callback, now))
        return text

    async def _live(self, text: Text) -> None:
        steps = list(self.behaviour.lives.get(text.to, self.behaviour.life))
        if self.posting.shuffle:
            self.posting.chance.shuffle(steps)
        for status, error_code in steps:
            await asyncio.sleep(self.posting.delay_seconds)
            await self.report(text.sid, status, error_code)

    def _list(self, request: Request) -> Answer:
        if self.behaviour.list_fails:
            return refused(503, 20503, "Service unavailable")
        now = clock.now()
        listed = [text for text in self.texts.values() if text.listed_at <= now]
        return Answer(200, listing.page(listed, request, now))

    def _one(self, sid: str, request: Request) -> Answer:
        text = self.texts.get(sid)
        if text is None:
            raise RefusedError(404, 20404, "The requested resource was not found")
        if request.method != "GET" and not text.is_over and text.direction != "inbound":
            raise RefusedError(409, 20009, "The message is not finished yet")
        if request.method == "DELETE":
            del self.texts[sid]
            return Answer(204)
        if request.method == "POST":
            if request.form.get("Body") != "" or "Status" in request.form:
                raise RefusedError(400, 20422, "Only the body can be emptied")
            text.body = ""
        return Answer(200, text.as_json(clock.now()))
