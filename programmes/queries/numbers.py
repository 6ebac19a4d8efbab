"""Who has which number: for texts that come in, and for what is kept about a number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import database
from core.scope import Permission, Scope, Side
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose safe contact a number is, and the group that they are in, if any."""

    participant_id: UUID
    organisation_id: UUID
    side: Side
    cohort_id: UUID | None


async def holders(number: str, *, scope: Scope) -> tuple[Holder, ...]:
    """Answer everybody within the scope who has this number as their safe contact now."""
    rows = await database.run(
        "SELECT p.id, p.organisation, p.side, (SELECT e.cohort FROM enrolments e"
        " WHERE e.participant = p.id AND e.status IN {} ORDER BY e.id DESC LIMIT 1) AS cohort"
        " FROM safe_contacts k JOIN participants p ON p.id = k.participant"
        " WHERE k.number = {} AND {} ORDER BY p.id",
        visibility.OPEN,
        number,
        visibility.participants(scope),
    )
    return tuple(
        Holder(row["id"], row["organisation"], Side(row["side"]), row["cohort"]) for row in rows
    )


async def rests(participant_id: UUID, *, changed_since: datetime, scope: Scope) -> bool:
    """Tell whether a person's number is too new, or somebody else's too (G4, G5, M9).

    Which of them is never said, and must not be told from what else turns texts off.
    """
    rows = await database.run(
        "SELECT 1 FROM safe_contacts k JOIN participants p ON p.id = k.participant"
        " WHERE p.id = {} AND {} AND k.number IS NOT NULL AND (k.number_changed_at > {}"
        " OR EXISTS (SELECT 1 FROM safe_contacts o WHERE o.number = k.number AND o.id <> k.id)"
        " OR EXISTS (SELECT 1 FROM former_numbers f JOIN participants q ON q.id = f.participant"
        " WHERE f.number = k.number AND q.side <> p.side))",
        participant_id,
        visibility.participants(scope),
        changed_since,
    )
    return bool(rows)


async def numbers_held_alone(participant_id: UUID, *, scope: Scope) -> tuple[str, ...]:
    """Answer the numbers that a person has or had, and nobody else has or had (M9)."""
    rows = await database.run(
        "SELECT h.number FROM (SELECT participant, number FROM safe_contacts"
        " UNION SELECT participant, number FROM former_numbers) h"
        " JOIN participants p ON p.id = h.participant"
        " WHERE p.id = {} AND {} AND h.number IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM safe_contacts o"
        " WHERE o.number = h.number AND o.participant <> p.id)"
        " AND NOT EXISTS (SELECT 1 FROM former_numbers f"
        " WHERE f.number = h.number AND f.participant <> p.id) ORDER BY h.number",
        participant_id,
        visibility.participants(scope, Permission.EXPORT_PEOPLE),
    )
    return tuple(row["number"] for row in rows)


async def numbers_in_use(numbers: Collection[str], *, scope: Scope) -> frozenset[str]:
    """Answer which of the numbers are, or were, anybody's safe contact within the scope."""
    listed = database.in_list(sorted(numbers))
    rows = await database.run(
        "SELECT h.number FROM (SELECT participant, number FROM safe_contacts WHERE number IN {}"
        " UNION SELECT participant, number FROM former_numbers WHERE number IN {}) h"
        " JOIN participants p ON p.id = h.participant WHERE {}",
        listed,
        listed,
        visibility.participants(scope),
    )
    return frozenset(row["number"] for row in rows)
