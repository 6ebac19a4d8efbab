"""What a receipt changes: statuses only rise, and a text that surely left is never sent again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from messaging.domain.failures import Loss, loss_of
from messaging.domain.reasons import Reason
from messaging.domain.states import BELIEVED_UNSENT, IN_DOUBT, may_move
from messaging.domain.terms import MessageState as S

RANKS: Mapping[str, int] = {
    "accepted": 10, "scheduled": 10, "queued": 20, "sending": 30, "sent": 40,
    "delivered": 90, "undelivered": 90, "failed": 90, "canceled": 90,
}  # fmt: skip
"""How far each status of the provider is; one of lower rank that comes later is old."""

_FINAL = 90
_DELIVERED = "delivered"
_STATE_OF: Mapping[str, S] = {
    "sent": S.SENT, _DELIVERED: S.DELIVERED, "undelivered": S.UNDELIVERED, "failed": S.FAILED,
    "canceled": S.PROVIDER_CANCELLED,
}  # fmt: skip
_LOST = frozenset({S.UNDELIVERED, S.FAILED})


class News(StrEnum):
    """What a status adds to the one that is known."""

    RISES = "rises"
    OLD = "old"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider says of one text; ``error_code`` is 0 where it names none."""

    sid: str
    status: str
    error_code: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a text and one try to send it stand when a receipt of that try comes.

    ``status`` is the provider's newest, and empty before the first; ``is_proven`` tells that it
    is known to have taken this try; ``is_newest`` that there was no later one.
    """

    state: S
    status: str
    is_proven: bool
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One move that follows from a receipt."""

    state: S
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from a receipt.

    ``loss`` is there where the text did not arrive; ``is_second`` where this try was sent although
    a later one may have left too.
    """

    news: News
    steps: tuple[Step, ...] = ()
    loss: Loss | None = None
    is_second: bool = False


def news(known: str, status: str) -> News:
    """Answer what a status adds to the known one; an unknown status adds nothing.

    Source: messaging.md 3.
    """
    old, new = RANKS.get(known, 0), RANKS.get(status, 0)
    if new > old:
        return News.RISES
    return News.CONFLICT if old == new == _FINAL and known != status else News.OLD


def effect(standing: Standing, receipt: Receipt) -> Effect:
    """Answer what follows from a receipt (section 3; W7).

    Of two final statuses the first is kept; a text that may have been delivered is still never
    sent again. An earlier try's receipt says only that it was sent, or that it was delivered.
    """
    found = news(standing.status, receipt.status)
    steps: list[Step] = []
    at = standing.state
    delivered = receipt.status == _DELIVERED and found is not News.OLD
    if at in BELIEVED_UNSENT | IN_DOUBT and (not standing.is_proven or delivered):
        at = S.ACCEPTED
        steps.append(Step(at, Reason.FOUND))
    loss = None
    if found is News.RISES:
        last = _last(at, receipt) if standing.is_newest or delivered else None
        steps += [last] if last else []
        loss = loss_of(receipt.error_code) if _STATE_OF.get(receipt.status) in _LOST else None
    left_again = not standing.is_newest and standing.state not in BELIEVED_UNSENT
    return Effect(found, tuple(steps), loss, left_again and not standing.is_proven)


def _last(at: S, receipt: Receipt) -> Step | None:
    """Answer the move to where the status says that the text is; ``None`` where it tells less."""
    state = _STATE_OF.get(receipt.status)
    reason = loss_of(receipt.error_code).reason if state in _LOST else None
    if reason is Reason.PAST and may_move(at, S.EXPIRED):
        return Step(S.EXPIRED, reason)
    return Step(state, reason) if state and may_move(at, state) else None


def again_at(
    found: Effect, *, now: datetime, expires_at: datetime, sent_before: bool
) -> datetime | None:
    """Answer when a lost text is tried once more; ``None`` where it is not.

    Never a third time, and never once its time has gone by: a report of loss can be wrong.

    Source: messaging.md 2.
    """
    loss = found.loss
    if loss is None or loss.again_after_seconds is None or sent_before:
        return None
    if not found.steps or found.steps[-1].state not in _LOST:
        return None
    at = now + timedelta(seconds=loss.again_after_seconds)
    return at if at < expires_at else None
