"""Who works with whom: a person's workers, and the people whose worker somebody is (D3)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import database
from core.scope import Scope, Side
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class WorkerView:
    """Somebody who works with a person."""

    account_id: UUID
    since: date


@dataclass(frozen=True, slots=True)
class CaseloadEntry:
    """A person whose worker somebody is."""

    id: UUID
    name: str
    side: Side
    since: date


async def workers(participant_id: UUID, *, scope: Scope) -> tuple[WorkerView, ...]:
    """Answer who works with a visible person, the longest first."""
    rows = await database.run(
        "SELECT w.account, w.since FROM case_workers w JOIN participants p ON p.id = w.participant"
        " WHERE p.id = {} AND {} ORDER BY w.since, w.id",
        participant_id,
        visibility.participants(scope),
    )
    return tuple(WorkerView(row["account"], row["since"]) for row in rows)


async def caseload(*, scope: Scope) -> tuple[CaseloadEntry, ...]:
    """Answer the visible people whose worker the scope's account is, by name."""
    rows = await database.run(
        "SELECT p.id, p.side, p.given_name, p.family_name, p.preferred_name, w.since"
        " FROM case_workers w JOIN participants p ON p.id = w.participant"
        " WHERE w.account = {} AND {} ORDER BY p.given_name, p.family_name, p.id",
        scope.account_id,
        visibility.participants(scope),
    )
    return tuple(
        CaseloadEntry(
            row["id"],
            f"{row['preferred_name'] or row['given_name']} {row['family_name']}",
            Side(row["side"]),
            row["since"],
        )
        for row in rows
    )
