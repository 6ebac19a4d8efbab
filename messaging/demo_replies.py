"""What people texted to the demonstration service: each kind, waiting and done."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

from core import clock
from core.demonstration import Ids, Rows
from core.phone import MobileNumber
from core.scope import Side
from messaging.demo import Expected
from messaging.domain.replies import is_risky
from messaging.domain.terms import BlockCause, ReplyKind
from messaging.tables import InboundMessage, NumberBlock

_WAITING = (
    (ReplyKind.CANNOT, "2"),
    (ReplyKind.OTHER, "Running 10 min late tonight, the bus is stuck"),
    (ReplyKind.OTHER, "Who is this? She is not here"),
)
_DONE = ((ReplyKind.COMING, "1"), (ReplyKind.OTHER, "Thanks, see you then"))
_NOBODY_S = "+447700900998"
_BETWEEN = timedelta(minutes=47)


async def load(expected: Sequence[Expected], *, seed: int, key: bytes) -> None:
    """Insert replies of both sides, inside the current transaction."""
    source = random.Random(f"{seed}/replies")  # noqa: S311 - invented people, no secret
    making = _Making(Ids(source), source, key)
    for side in Side:
        people = list(_texted(expected, side))
        for one, (kind, body) in zip(people, (*_WAITING, *_DONE), strict=False):
            making.reply(one, kind, body, is_done=(kind, body) in _DONE)
        for one in _opted_out(expected, side):
            making.reply(one, ReplyKind.STOP, "STOP please", is_done=True)
            making.reply(one, ReplyKind.START, "Start", is_done=False)
            making.block(str(one.number))
    making.reply(None, ReplyKind.OTHER, "Is this still the number for Thursday?", is_done=False)
    await making.rows.insert()


class _Making:
    """The rows made so far, each a while before the last."""

    def __init__(self, ids: Ids, chance: random.Random, key: bytes) -> None:
        self.rows = Rows(InboundMessage, NumberBlock)
        self._ids, self._chance, self._key = ids, chance, key
        self._at = clock.now()

    def reply(self, one: Expected | None, kind: ReplyKind, body: str, *, is_done: bool) -> None:
        """Add one text that came in, done with by the service itself where nobody had to."""
        number = one.number if one and one.number else _NOBODY_S
        self._at -= _BETWEEN
        self.rows.add(
            InboundMessage,
            id=self._ids.new(),
            provider_sid=f"SM{self._chance.getrandbits(128):032x}",
            number=number,
            to_hash=self._hash(number),
            body=body,
            received_at=self._at,
            kind=kind.value,
            risky=is_risky(body),
            organisation=one.organisation_id if one else None,
            side=one.side.value if one else None,
            participant=one.recipient_id if one else None,
            cohort=one.cohort_id if one else None,
            handled_at=self._at if is_done else None,
        )

    def block(self, number: str) -> None:
        """Add that no text goes to a number whose phone said STOP."""
        self.rows.add(
            NumberBlock, id=self._ids.new(), to_hash=self._hash(number),
            cause=BlockCause.STOP.value, at=self._at,
        )  # fmt: skip

    def _hash(self, number: str) -> str:
        return MobileNumber(number).keyed_hash(self._key)


def _texted(expected: Sequence[Expected], side: Side) -> Iterator[Expected]:
    """Answer people of the side whom texts reach, each once, of the latest sessions first."""
    return _once(
        one for one in reversed(expected)
        if one.side is side and one.sms == "safe" and one.number and not one.contact_expired
    )  # fmt: skip


def _opted_out(expected: Sequence[Expected], side: Side) -> Iterator[Expected]:
    """Answer one person of the side, at most, for whom texts are not safe."""
    found = _once(
        one for one in reversed(expected)
        if one.side is side and one.sms == "not_safe" and one.number
    )  # fmt: skip
    return (one for one, _ in zip(found, range(1), strict=False))


def _once(found: Iterator[Expected]) -> Iterator[Expected]:
    seen = set()
    for one in found:
        if one.recipient_id not in seen:
            seen.add(one.recipient_id)
            yield one
