"""A way to send texts that keeps a ledger of what left, and fails as it is told to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import clock
from core.ids import new_id
from core.scope import Side
from messaging.domain.failures import Verdict
from messaging.gateways.base import Answer, Outgoing, Sent


@dataclass(frozen=True)
class Left:
    """One text that reached the network."""

    message: Outgoing
    at: datetime


class LedgerGateway:
    """Answers as ``mood`` says; whatever may have left is in ``ledger``, also when it breaks.

    Moods: each verdict by its name, ``raise`` (left, then broke), ``hang`` (left, then silence) and
    ``repeat_sid`` (accepted under an id given before).
    """

    def __init__(self, mood: str = "accepted") -> None:
        self.mood = mood
        self.ledger: list[Left] = []
        self.reached = asyncio.Event()
        self.closed = False
        self.before: Callable[[], Awaitable[None]] | None = None

    def sender_for(self, side: Side | None) -> str:
        return "Notice"

    async def send(self, message: Outgoing) -> Answer:
        if self.before is not None:
            await self.before()
        if self.mood in {"not_sent", "rejected"}:
            return Answer(Verdict(self.mood), error_code=21211 if self.mood == "rejected" else 0)
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
