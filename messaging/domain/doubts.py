"""What becomes of a text of which nobody knows whether it left (messaging.md 1.7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.scope import Side
from messaging.domain.terms import MessageState

PROOF_TAKES = timedelta(minutes=15)
"""How long a text may be missing from the provider's list although it was sent."""

SENT_AGAIN = frozenset({Side.PERPETRATOR})
"""Whose text is sent again once it is proved absent; for all others a person decides."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text in doubt; ``looked_at`` is when a look at the list first found nothing.

    ``is_listed`` tells that the list is of the sender that it went out from: another sender may be
    of another account, whose list proves nothing.
    """

    side: Side | None
    started_at: datetime
    looked_at: datetime | None
    expires_at: datetime
    is_listed: bool


def when_absent(doubt: Doubt, *, at: datetime) -> MessageState | None:
    """Answer what becomes of a text that a look at ``at`` does not find; ``None`` for not yet.

    One look is no proof: absent is what a second one misses too, 15 minutes or more after the
    intent. A text that is queued again is judged by every gate before it leaves.

    Source: messaging.md 1.7, steps 3 and 4.
    """
    if doubt.looked_at is None or at - doubt.started_at < PROOF_TAKES:
        return None
    if doubt.side not in SENT_AGAIN or not doubt.is_listed:
        return MessageState.UNRESOLVED
    return MessageState.QUEUED if at < doubt.expires_at else MessageState.EXPIRED
