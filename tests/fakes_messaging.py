"""A way to send texts that keeps a ledger of what left, and fails as it is told to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import clock
from core.ids import new_id
from core.scope import Side
from jobs import reminders
from messaging.domain.facts import Policy
from messaging.domain.failures import Verdict
from messaging.gateways.base import Answer, Outgoing, Sent, SmsGateway
from messaging.services.journal import Journal
from messaging.services.pace import Pace
from messaging.services.planner import Ask
from messaging.services.sending import Desk, Post
from programmes.services.held_facts import hold
from tests.conftest import SETTINGS

_NOT_TAKEN = {
    "not_sent": 0, "rejected": 21211, "busy": 20429, "stopped": 20003, "opted_out": 21610,
}  # fmt: skip
"""Moods in which nothing leaves, and the provider's code for each."""


@dataclass(frozen=True)
class Left:
    """One text that reached the network."""

    message: Outgoing
    at: datetime


def desk_of(
    gateway: SmsGateway, *, ask: Ask = reminders.ask, journal: Journal | None = None, **limits: Any
) -> Desk:
    """What a process sends with, with other limits than usual."""
    policy = Policy(allow_drama=True, segments_per_second=100, **limits)
    post = Post(Pace(segments_per_second=policy.segments_per_second), journal)
    return Desk(ask, hold, gateway, policy, SETTINGS.key_bytes, post)


class LedgerGateway:
    """Answers as ``mood`` says; whatever may have left is in ``ledger``, also when it breaks.

    Moods: each verdict by its name, ``raise`` (left, then broke), ``hang`` (left, then silence) and
    ``repeat_sid`` (accepted under an id given before). With ``refusal`` that is the answer.
    """

    def __init__(self, mood: str = "accepted") -> None:
        self.mood = mood
        self.ledger: list[Left] = []
        self.reached = asyncio.Event()
        self.closed = False
        self.before: Callable[[], Awaitable[None]] | None = None
        self.refusal: Answer | None = None

    def sender_for(self, side: Side | None) -> str:
        return "Notice"

    async def send(self, message: Outgoing) -> Answer:
        if self.before is not None:
            await self.before()
        if self.refusal is not None:
            return self.refusal
        if self.mood in _NOT_TAKEN:
            return Answer(Verdict(self.mood), error_code=_NOT_TAKEN[self.mood])
        self.ledger.append(Left(message, clock.now()))
        self.reached.set()
        if self.mood == "raise":
            raise ConnectionResetError("the network went away")
        if self.mood == "hang":
            await asyncio.Event().wait()
        if self.mood == "unknown":
            return Answer(Verdict.UNKNOWN)
        sid = "FAKE-REPEATED" if self.mood == "repeat_sid" else f"FAKE{new_id().hex}"
        return Answer(Verdict.ACCEPTED, sid=sid)

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Sent]:
        return ()

    async def fetch(self, sid: str) -> Sent | None:
        return None

    async def redact(self, sid: str) -> None:
        pass

    async def close(self) -> None:
        self.closed = True
