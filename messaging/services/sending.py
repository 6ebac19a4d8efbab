"""Sends due texts: durable intent, one try, and what is known of it (messaging.md 1.5)."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core import clock, log
from messaging.domain.facts import Policy
from messaging.domain.failures import Verdict as Known
from messaging.gateways.base import Answer, SmsGateway
from messaging.services import answers, clocks, intents, outbox, replaying
from messaging.services.intents import Asked, Hold, Intent
from messaging.services.journal import Journal, Line
from messaging.services.outbox import Claimed
from messaging.services.pace import Pace
from messaging.services.pause import is_paused
from messaging.services.planner import Ask
from messaging.services.rules import Rule, active_rules

_LOG = log.get(__name__)
_CLAIMING_SECONDS = 14.0
"""How long one call claims texts: the next tick of the scheduler finds it done."""


@dataclass(slots=True)
class Post:
    """What a process keeps from one call to the next; ``closing`` once it is to end."""

    pace: Pace
    journal: Journal | None = None
    closing: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What stays the same for every text of one call."""

    ask: Ask
    hold: Hold
    gateway: SmsGateway
    policy: Policy
    key: bytes
    post: Post


async def dispatch(desk: Desk) -> int:
    """Send what is due now; answer how many texts were handed to the gateway.

    Raises:
        Exception: the first fault with one text; the others were tried all the same.
    """
    if desk.post.journal is not None:
        await replaying.replay(desk.post.journal)
    await outbox.recover()
    await outbox.release()
    if desk.post.closing or not await clocks.agree():
        return 0
    return await _Round(desk).run()


class _Round:
    """One call: several workers, each with one text in hand at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ends = clock.ticks() + _CLAIMING_SECONDS
        self._taking = asyncio.Lock()
        self._claimed: deque[Claimed] = deque()
        self._rules: Mapping[UUID, Rule] = {}
        self._sent = 0
        self._fault: Exception | None = None

    async def run(self) -> int:
        """Work until nothing is due or the time is over; answer how many were handed over."""
        await asyncio.gather(*(self._work(place) for place in range(self._desk.post.pace.at_once)))
        await outbox.put_back(self._claimed)
        if self._fault is not None:
            raise self._fault
        return self._sent

    async def _work(self, place: int) -> None:
        try:
            while (claimed := await self._next(place)) is not None:
                await self._send(claimed)
        except Exception as error:  # noqa: BLE001 - told once the texts under way are settled
            self._fault = self._fault or error

    async def _next(self, place: int) -> Claimed | None:
        """Answer the next text once its sender may send it, ``None`` where there is none."""
        pace = self._desk.post.pace
        async with self._taking:
            while self._goes_on(place):
                if not self._claimed and not await self._claim():
                    break
                claimed = self._claimed.popleft()
                sender = self._desk.gateway.sender_for(claimed.side)
                stopped_until = pace.stopped_until(sender, at=clock.now())
                if stopped_until is not None:
                    await outbox.put_back([claimed], until=stopped_until)
                    continue
                wait_seconds = pace.wait_seconds(sender, ticks=clock.ticks())
                if clock.ticks() + wait_seconds >= self._ends:
                    self._claimed.appendleft(claimed)
                    break
                await asyncio.sleep(wait_seconds)
                pace.take(sender, 1, ticks=clock.ticks())
                return claimed
        return None

    def _goes_on(self, place: int) -> bool:
        """Tell whether this worker may take one more text."""
        post = self._desk.post
        return not (
            post.closing
            or clock.ticks() >= self._ends
            or place >= post.pace.at_once
            or post.pace.stopped_until(at=clock.now())
        )

    async def _claim(self) -> bool:
        """Claim a few texts by the rules as they are now; tell whether there were any."""
        if await is_paused():
            return False
        self._rules = {rule.id: rule for rule in await active_rules()}
        batch = self._desk.post.pace.batch
        self._claimed.extend(await outbox.claim(batch, policy=self._desk.policy))
        return bool(self._claimed)

    async def _send(self, claimed: Claimed) -> None:
        """Send one text; a fault with it stops none of the others."""
        try:
            handed_over = await self._send_one(claimed)
            self._sent += handed_over
        except Exception as error:  # noqa: BLE001 - told once the others are done
            _LOG.error("text_failed", message_id=str(claimed.id), **log.fault(error))
            self._fault = self._fault or error

    async def _send_one(self, claimed: Claimed) -> bool:
        desk, post = self._desk, self._desk.post
        sender = desk.gateway.sender_for(claimed.side)
        asked = Asked(desk.ask, desk.hold, self._rules, desk.policy, desk.key)
        intent = await intents.intend(claimed, asked, sender=sender)
        post.pace.take(sender, (intent.segments if intent else 0) - 1, ticks=clock.ticks())
        if intent is None:
            return False
        answer = await _try(intent, desk)
        if answer is None:
            await answers.take_back(intent)
            return False
        answers.slow_down(answer, sender=sender, pace=post.pace, at=clock.now())
        if post.journal is not None and answer.sid is not None:
            await post.journal.accepted(
                Line(clock.now(), intent.attempt_id, answer.sid, answer.status)
            )
        await answers.settle(intent, answer)
        if post.journal is not None:
            post.journal.settled(intent.attempt_id)
        return True


async def _try(intent: Intent, desk: Desk) -> Answer | None:
    """Try once, holding no connection; ``None`` where too long has gone by since the intent (W10).

    If it froze, somebody may have taken the text for lost and be about to send it.
    """
    if clock.ticks() - intent.written_at > desk.policy.intent_seconds:
        return None
    try:
        async with asyncio.timeout(desk.policy.answer_seconds):
            return await desk.gateway.send(intent.outgoing)
    except Exception as error:  # noqa: BLE001 - whatever a gateway does, the text may have left
        _LOG.error("gateway_failed", message_id=str(intent.claimed.id), **log.fault(error))
        return Answer(Known.UNKNOWN)
