"""Which moves a message may make from state to state (messaging.md 1.2)."""

from collections.abc import Mapping

from messaging.domain.terms import MessageState as S

MOVES: Mapping[S, frozenset[S]] = {
    S.PLANNED: frozenset(
        {S.QUEUED, S.HELD, S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED, S.ACCEPTED}
    ),
    S.HELD: frozenset(
        {
            S.PLANNED, S.QUEUED, S.HELD, S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED,
            S.ACCEPTED,
        }
    ),
    S.QUEUED: frozenset(
        {S.CLAIMED, S.HELD, S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED, S.ACCEPTED}
    ),
    S.CLAIMED: frozenset(
        {
            S.SUBMITTING, S.QUEUED, S.HELD, S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED,
            S.ACCEPTED,
        }
    ),
    S.SUBMITTING: frozenset({S.ACCEPTED, S.REJECTED, S.QUEUED, S.UNKNOWN, S.SUPPRESSED}),
    S.UNKNOWN: frozenset({S.ACCEPTED, S.QUEUED, S.UNRESOLVED, S.EXPIRED}),
    S.ACCEPTED: frozenset(
        {
            S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED, S.PROVIDER_CANCELLED, S.NO_RECEIPT,
            S.EXPIRED,
        }
    ),
    S.SENT: frozenset(
        {S.DELIVERED, S.UNDELIVERED, S.FAILED, S.PROVIDER_CANCELLED, S.NO_RECEIPT, S.EXPIRED}
    ),
    S.DELIVERED: frozenset(),
    S.UNDELIVERED: frozenset({S.QUEUED}),
    S.FAILED: frozenset({S.QUEUED}),
    S.PROVIDER_CANCELLED: frozenset(),
    S.NO_RECEIPT: frozenset({S.DELIVERED, S.UNDELIVERED, S.FAILED, S.PROVIDER_CANCELLED}),
    S.REJECTED: frozenset({S.ACCEPTED}),
    S.SUPPRESSED: frozenset({S.ACCEPTED}),
    S.CANCELLED: frozenset({S.PLANNED, S.ACCEPTED}),
    S.SUPERSEDED: frozenset({S.ACCEPTED}),
    S.EXPIRED: frozenset({S.ACCEPTED}),
    S.UNRESOLVED: frozenset({S.ACCEPTED, S.CANCELLED}),
}  # fmt: skip
"""From each state, the states that may follow; ``held`` to ``held`` is a hold for another reason.

The consent gate (G1) adds ``suppressed`` to the table of 1.2 wherever nothing was sent yet, and so
does a provider that says the number has opted out (21610). ``queued`` after ``undelivered`` or
``failed`` is the one more try of section 2, ``expired`` after ``accepted`` error 30036. Where we
believed that nothing was sent, ``accepted`` is a late receipt of a try that was given up. What was
cancelled untried is ``planned`` again once somebody is expected again, or its rule is on again.
"""

UNSENT_IN_ORDER = (S.HELD, S.PLANNED, S.QUEUED, S.CLAIMED)
"""In the order of a text's life: whoever tries each in turn meets what moves on meanwhile."""

UNSENT = frozenset(UNSENT_IN_ORDER)
"""States in which surely nothing has left."""

WAITING = UNSENT - {S.CLAIMED}
"""Unsent, and in no dispatcher's hands."""

BELIEVED_UNSENT = UNSENT | {
    S.REJECTED, S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED,
}  # fmt: skip
"""States that a receipt proves wrong: the text was sent after all."""

IN_DOUBT = frozenset({S.SUBMITTING, S.UNKNOWN, S.UNRESOLVED})
"""States in which nobody knows whether the text was sent."""

SPENT = frozenset(
    {
        S.SUBMITTING,
        S.UNKNOWN,
        S.ACCEPTED,
        S.SENT,
        S.DELIVERED,
        S.UNDELIVERED,
        S.FAILED,
        S.PROVIDER_CANCELLED,
        S.NO_RECEIPT,
        S.UNRESOLVED,
    }
)
"""States in which a text may have reached the phone: what caps and fuses count (M13)."""


def may_move(old: S, new: S) -> bool:
    """Tell whether a message in ``old`` may become ``new``."""
    return new in MOVES[old]
