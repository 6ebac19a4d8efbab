"""Who is hidden from whom, and who must not meet: for safety leads only (D6, D7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import database
from core.scope import Permission, Scope
from programmes.queries import visibility
from programmes.queries.conflicts import Known, people


@dataclass(frozen=True, slots=True)
class RestrictionView:
    """That a record is hidden from all but its readers, and why."""

    id: UUID
    reason: str
    restricted_by: UUID | None
    restricted_at: datetime
    reader_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class NonAssociationView:
    """Whom a person must not be in a group with; ``other`` is ``None`` outside the scope."""

    id: UUID
    other: Known | None
    reason: str
    recorded_by: UUID | None
    recorded_at: datetime


async def restriction(participant_id: UUID, *, scope: Scope) -> RestrictionView | None:
    """Answer how a person's record is restricted; ``None`` where it is not, or not visible."""
    rows = await database.run(
        "SELECT t.id, t.reason, t.restricted_by, t.restricted_at FROM restrictions t"
        " JOIN participants p ON p.id = t.participant WHERE p.id = {} AND {}",
        participant_id,
        visibility.participants(scope, Permission.KEEP_APART),
    )
    if not rows:
        return None
    readers = await database.run(
        "SELECT account FROM restriction_readers WHERE restriction = {} ORDER BY id", rows[0]["id"]
    )
    return RestrictionView(
        id=rows[0]["id"],
        reason=rows[0]["reason"],
        restricted_by=rows[0]["restricted_by"],
        restricted_at=rows[0]["restricted_at"],
        reader_ids=tuple(row["account"] for row in readers),
    )


async def non_associations(participant_id: UUID, *, scope: Scope) -> tuple[NonAssociationView, ...]:
    """Answer whom a person must not meet, with the reason."""
    rows = await database.run(
        "SELECT a.id, a.person, a.other, a.reason, a.recorded_by, a.recorded_at"
        " FROM non_associations a JOIN participants p ON p.id = {}"
        " WHERE (a.person = p.id OR a.other = p.id) AND {} AND {} AND {} ORDER BY a.id",
        participant_id,
        visibility.participants(scope, Permission.KEEP_APART),
        visibility.named(scope, "a.person"),
        visibility.named(scope, "a.other"),
    )
    ids = {row["person"] for row in rows} | {row["other"] for row in rows}
    known = await people(ids, scope=scope)
    return tuple(
        NonAssociationView(
            id=row["id"],
            other=known.get(row["other"] if row["person"] == participant_id else row["person"]),
            reason=row["reason"],
            recorded_by=row["recorded_by"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    )
