"""Training records and exemptions: of one member of staff, or of all in the scope."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from piccolo.columns.combination import WhereRaw

from core.database import Row
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.terms import Evidence
from training.queries.areas import of_staff_in_scope
from training.tables import Exemption, TrainingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """One completion of a course; ``counts`` if it is verified and its prerequisite was valid."""

    id: UUID
    staff_id: UUID
    course_id: UUID
    course_name: str
    completed_on: date
    hours: Decimal | None
    evidence: Evidence
    verified: bool
    counts: bool
    verified_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    event_id: UUID | None


@dataclass(frozen=True, slots=True)
class ExemptionView:
    """Days on which somebody is exempt from one requirement, or with ``None`` from all."""

    id: UUID
    staff_id: UUID
    requirement_id: UUID | None
    from_on: date
    to_on: date
    reason: str


async def records(
    *, scope: Scope, cursor: Cursor, staff_id: UUID | None = None
) -> Page[RecordView]:
    """Answer training records, of one member of staff or of all, the last recorded first."""
    query = (
        TrainingRecord.select(
            *TrainingRecord.all_columns(), TrainingRecord.course.name.as_alias("course_name")
        )
        .where(WhereRaw("{}", of_staff_in_scope(scope=scope)))
        .order_by(TrainingRecord.id, ascending=False)
        .limit(cursor.limit + 1)
    )
    if staff_id:
        query = query.where(TrainingRecord.staff == staff_id)
    if after := cursor.after_id():
        query = query.where(TrainingRecord.id < after)
    return cursor.page([_record(row) for row in await query], lambda view: (view.id,))


async def exemptions(
    *, scope: Scope, cursor: Cursor, staff_id: UUID | None = None
) -> Page[ExemptionView]:
    """Answer exemptions, of one member of staff or of all, the last recorded first."""
    query = (
        Exemption.select()
        .where(WhereRaw("{}", of_staff_in_scope(scope=scope)))
        .order_by(Exemption.id, ascending=False)
        .limit(cursor.limit + 1)
    )
    if staff_id:
        query = query.where(Exemption.staff == staff_id)
    if after := cursor.after_id():
        query = query.where(Exemption.id < after)
    return cursor.page([_exemption(row) for row in await query], lambda view: (view.id,))


def _record(row: Row) -> RecordView:
    return RecordView(
        id=row["id"],
        staff_id=row["staff"],
        course_id=row["course"],
        course_name=row["course_name"],
        completed_on=row["completed_on"],
        hours=row["hours"],
        evidence=Evidence(row["evidence"]),
        verified=row["verified"],
        counts=row["counts"],
        verified_at=row["verified_at"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_reason=row["withdrawn_reason"],
        event_id=row["event"],
    )


def _exemption(row: Row) -> ExemptionView:
    return ExemptionView(
        id=row["id"],
        staff_id=row["staff"],
        requirement_id=row["requirement"],
        from_on=row["from_on"],
        to_on=row["to_on"],
        reason=row["reason"],
    )
