"""Staff, their records and exemptions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from piccolo.columns import Column
from piccolo.columns.combination import WhereRaw
from piccolo.querystring import QueryString

from core.database import Row
from core.errors import InvalidInputError, NotFoundError
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.compliance import Standing, standing_on
from training.domain.requirements import Post
from training.domain.terms import ComplianceStatus, Evidence
from training.queries.areas import of_staff_in_scope, staff_in_scope
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.holdings import Held, holdings
from training.queries.posts import post_of
from training.tables import Exemption, Staff, TrainingRecord

_LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True)
class StaffView:
    """A member of staff."""

    id: UUID
    payroll_number: str
    name: str
    organisation_name: str
    team: str
    role: str
    post: Post
    version: int


@dataclass(frozen=True, slots=True)
class RecordView:
    """One completion of a course."""

    id: UUID
    staff_id: UUID
    course_id: UUID
    course_name: str
    completed_on: date
    hours: Decimal | None
    evidence: Evidence
    verified: bool


@dataclass(frozen=True, slots=True)
class ExemptionView:
    """Days on which somebody is exempt from one requirement, or with ``None`` from all."""

    id: UUID
    staff_id: UUID
    requirement_id: UUID | None
    from_on: date
    to_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """Where one person stands with one requirement."""

    requirement_id: UUID
    requirement_name: str
    course_name: str
    standing: Standing


async def staff(*, scope: Scope, cursor: Cursor, search: str = "") -> Page[StaffView]:
    """Answer the staff by name; ``search`` keeps those whose name or payroll number has it."""
    condition = staff_in_scope(scope=scope)
    if after := cursor.after_id():
        condition = QueryString(
            '{} AND ("staff"."name", "staff"."id") > '
            '(SELECT "staff"."name", "staff"."id" FROM "staff" WHERE "staff"."id" = {} AND {})',
            condition,
            after,
            staff_in_scope(scope=scope),
        )
    if search:
        condition = QueryString("{} AND {}", condition, _matching(search))
    rows = (
        await Staff.select(*_staff_columns())
        .where(_where(condition))
        .order_by(Staff.name, Staff.id)
        .limit(cursor.limit + 1)
    )
    return cursor.page([_staff(row) for row in rows], lambda view: (view.id,))


def _matching(search: str) -> QueryString:
    if not search.isprintable() or len(search) > _LONGEST_SEARCH:
        raise InvalidInputError.of("q", "Search for part of a name or payroll number")
    escaped = search.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    part = f"%{escaped}%"
    return QueryString(
        '(LOWER("staff"."name") LIKE {} ESCAPE \'!\' '
        'OR LOWER("staff"."payroll_number") LIKE {} ESCAPE \'!\')',
        part,
        part,
    )


async def staff_member(staff_id: UUID, *, scope: Scope) -> StaffView:
    """Answer one member of staff.

    Raises:
        NotFoundError: there is none in the scope.
    """
    rows = (
        await Staff.select(*_staff_columns())
        .where(_where(staff_in_scope(scope=scope)))
        .where(Staff.id == staff_id)
    )
    if not rows:
        raise NotFoundError
    return _staff(rows[0])


async def standings(person: StaffView, *, as_of: date, scope: Scope) -> tuple[Item, ...]:
    """Answer where somebody stands with each requirement that asks something of them."""
    held = await holdings(as_of, scope=scope, staff_id=person.id)
    items = (
        _item(person, requirement, held.of(requirement.id, requirement.course_id), as_of)
        for requirement in await every_requirement(scope=scope)
    )
    return tuple(
        item for item in items if item.standing.status is not ComplianceStatus.NOT_REQUIRED
    )


def _item(person: StaffView, requirement: RequirementView, held: Held, as_of: date) -> Item:
    return Item(
        requirement_id=requirement.id,
        requirement_name=requirement.name,
        course_name=requirement.course_name,
        standing=standing_on(
            as_of,
            post=person.post,
            rule=requirement.rule,
            completed_on=held.completed_on(person.id),
            is_exempt=held.exempts(person.id),
        ),
    )


async def records(
    *, scope: Scope, cursor: Cursor, staff_id: UUID | None = None
) -> Page[RecordView]:
    """Answer training records, of one member of staff or of all, the last recorded first."""
    query = (
        TrainingRecord.select(
            *TrainingRecord.all_columns(), TrainingRecord.course.name.as_alias("course_name")
        )
        .where(_where(of_staff_in_scope(scope=scope)))
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
        .where(_where(of_staff_in_scope(scope=scope)))
        .order_by(Exemption.id, ascending=False)
        .limit(cursor.limit + 1)
    )
    if staff_id:
        query = query.where(Exemption.staff == staff_id)
    if after := cursor.after_id():
        query = query.where(Exemption.id < after)
    return cursor.page([_exemption(row) for row in await query], lambda view: (view.id,))


def _where(condition: QueryString) -> WhereRaw:
    return WhereRaw("{}", condition)


def _staff_columns() -> list[Column]:
    return [
        *Staff.all_columns(exclude=["email", "created_at"]),
        Staff.organisation.name.as_alias("organisation_name"),
    ]


def _staff(row: Row) -> StaffView:
    return StaffView(
        id=row["id"],
        payroll_number=row["payroll_number"],
        name=row["name"],
        organisation_name=row["organisation_name"],
        team=row["team"],
        role=row["role"],
        post=post_of(row),
        version=row["version"],
    )


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
