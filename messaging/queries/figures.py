"""What became of texts, by rule and altogether: counts alone, never a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import clock, database
from core.scope import Permission, Scope
from messaging.domain.terms import MessageState as S
from messaging.queries.outbox import visible

_GROUPS = {
    "delivered": (S.DELIVERED,),
    "no_word": (S.ACCEPTED, S.SENT, S.NO_RECEIPT),
    "failed": (S.UNDELIVERED, S.FAILED, S.REJECTED, S.PROVIDER_CANCELLED),
    "not_sent": (S.HELD, S.SUPPRESSED, S.EXPIRED),
    "doubtful": (S.UNKNOWN, S.UNRESOLVED),
}
"""What a rule's figures count; texts taken back or still to come are in none."""

_NOT_REACHED = (*_GROUPS["failed"], *_GROUPS["not_sent"])


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """How many texts of a rule were delivered, and what became of the others.

    ``no_word`` left, and nothing more was heard; ``not_sent`` never left, because somebody has to
    put something right or its time went by.
    """

    rule_id: UUID
    rule: str
    delivered: int
    no_word: int
    failed: int
    not_sent: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody due a text about a session by a rule, and whether one was delivered."""

    rule_id: UUID
    recipient_id: UUID
    subject_id: UUID
    delivered: bool


async def by_rule(
    *, since: datetime, scope: Scope, own_cohorts: frozenset[UUID]
) -> tuple[RuleFigures, ...]:
    """Answer what became of the texts due since an instant, by rule, as far as visible."""
    sums = ", ".join(
        f"SUM(CASE WHEN m.state IN ({_listed(states)}) THEN 1 ELSE 0 END) AS {name}"
        for name, states in _GROUPS.items()
    )
    rows = await database.run(
        f"SELECT r.id, r.name, {sums} FROM messages m JOIN reminder_rules r ON r.id = m.rule"  # noqa: S608 - our own words
        " WHERE m.send_after >= {} AND m.send_after <= {} AND {}"
        " GROUP BY r.id, r.name ORDER BY r.name, r.id",
        since,
        clock.now(),
        visible(scope, Permission.VIEW_MESSAGES, own_cohorts),
    )
    return tuple(
        RuleFigures(row["id"], row["name"], **{name: int(row[name]) for name in _GROUPS})
        for row in rows
    )


async def reached(
    *, since: datetime, scope: Scope, own_cohorts: frozenset[UUID]
) -> tuple[Reached, ...]:
    """Answer who was due a text since an instant, as far as visible, and whether they got one.

    Of texts that left unheard of nobody knows, so they are left out.
    """
    rows = await database.run(
        "SELECT m.rule, m.recipient, m.subject,"
        " MAX(CASE WHEN m.state = 'delivered' THEN 1 ELSE 0 END) AS delivered FROM messages m"
        " WHERE m.send_after >= {} AND m.send_after <= {} AND m.state IN {} AND {}"
        " GROUP BY m.rule, m.recipient, m.subject",
        since,
        clock.now(),
        database.in_list([state.value for state in (S.DELIVERED, *_NOT_REACHED)]),
        visible(scope, Permission.VIEW_MESSAGES, own_cohorts),
    )
    return tuple(
        Reached(row["rule"], row["recipient"], row["subject"], bool(row["delivered"]))
        for row in rows
    )


def _listed(states: Sequence[S]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)
