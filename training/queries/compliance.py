"""Compliance on a day: figures by group, and the people behind them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from piccolo.columns import Column
from piccolo.columns.combination import WhereRaw

from core import database
from core.database import Row
from core.errors import InvalidInputError
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.compliance import (
    NOT_COMPLIANT,
    Figures,
    Grouping,
    Standing,
    standing_on,
    status_on,
)
from training.domain.requirements import Post
from training.domain.terms import ComplianceStatus, Sector, StaffGroup
from training.queries.areas import of_staff_in_scope, staff_in_scope
from training.queries.catalogue import RequirementView, every_requirement, requirement
from training.queries.holdings import Held, holdings
from training.queries.posts import post_of
from training.tables import Staff

DEFAULT_GROUPING = (Grouping.REQUIREMENT, Grouping.ORGANISATION)


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A thing by its name."""

    name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Group:
    """What a row of figures is about; ``None`` for what it is not grouped by."""

    requirement: Named | None
    organisation: Named | None
    sector: Sector | None
    staff_group: StaffGroup | None


@dataclass(frozen=True, slots=True)
class Compliance:
    """Figures on a day.

    ``total`` counts a person once for each requirement; ``unverified`` is how many records of
    the scope's staff do not count.
    """

    as_of: date
    group_by: tuple[Grouping, ...]
    rows: tuple[tuple[Group, Figures], ...]
    total: Figures
    unverified: int


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody in scope of a requirement without valid training."""

    id: UUID
    name: str
    payroll_number: str
    team: str
    organisation_name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Employed:
    id: UUID
    organisation: Named
    post: Post


async def compliance(
    *, scope: Scope, as_of: date, group_by: Sequence[str] = DEFAULT_GROUPING
) -> Compliance:
    """Answer the figures of the scope's staff, in five statements whatever their number (C8).

    Raises:
        InvalidInputError: ``group_by`` names something other than a ``Grouping``.
    """
    groupings = _groupings(group_by)
    requirements = await every_requirement(scope=scope)
    employed = [_employed(row) for row in await _staff_rows(as_of, _columns(), scope=scope)]
    found = await holdings(as_of, scope=scope)
    cells: dict[Group, list[_Employed]] = {}
    for person in employed:
        cells.setdefault(_cell(person, groupings), []).append(person)
    groups: dict[Group, Figures] = {}
    for asked in requirements:
        held = found.of(asked.id, asked.course_id)
        for cell, people in cells.items():
            figures = Figures.of(_statuses(asked, people, held, as_of))
            if figures.required:
                group = replace(cell, requirement=_named(asked, groupings))
                groups[group] = groups.get(group, Figures()) + figures
    return Compliance(
        as_of=as_of,
        group_by=groupings,
        rows=tuple((group, groups[group]) for group in sorted(groups, key=_order)),
        total=sum(groups.values(), Figures()),
        unverified=await _unverified(as_of, scope=scope),
    )


async def not_compliant(
    requirement_id: UUID,
    *,
    scope: Scope,
    cursor: Cursor,
    as_of: date,
    organisation_id: UUID | None = None,
) -> tuple[RequirementView, Page[Late]]:
    """Answer who lacks what a requirement asks, the most pressing first.

    Raises:
        NotFoundError: the requirement touches none of the scope's organisations.
    """
    asked = await requirement(requirement_id, scope=scope)
    rows = await _staff_rows(
        as_of,
        [*_columns(), Staff.name, Staff.payroll_number, Staff.team],
        scope=scope,
        organisation_id=organisation_id,
    )
    held = (await holdings(as_of, scope=scope)).of(asked.id, asked.course_id)
    late = [
        _late(row, standing)
        for row in rows
        if (
            standing := standing_on(
                as_of,
                post=post_of(row),
                rule=asked.rule,
                completed_on=held.completed_on(row["id"]),
                is_exempt=held.exempts(row["id"]),
            )
        ).status
        in NOT_COMPLIANT
    ]
    late.sort(key=lambda person: (NOT_COMPLIANT.index(person.standing.status), person.name))
    return asked, cursor.page(list(_after(late, cursor.after_id())), lambda person: (person.id,))


def _groupings(names: Sequence[str]) -> tuple[Grouping, ...]:
    if names and set(names) <= set(Grouping):
        return tuple(grouping for grouping in Grouping if grouping in names)
    raise InvalidInputError.of("group_by", f"Use some of {', '.join(Grouping)}, with commas")


def _after(people: Iterable[Late], last: UUID | None) -> Iterator[Late]:
    """Answer the people after the one with that id, or all where there is no such person."""
    everybody = list(people)
    start = next((place + 1 for place, person in enumerate(everybody) if person.id == last), 0)
    return iter(everybody[start:])


def _columns() -> list[Column]:
    return [
        Staff.id,
        Staff.organisation,
        Staff.organisation.name.as_alias("organisation_name"),
        Staff.sector,
        Staff.staff_group,
        Staff.is_people_manager,
        Staff.started_on,
        Staff.ended_on,
    ]


async def _staff_rows(
    as_of: date,
    columns: Sequence[Column],
    *,
    scope: Scope,
    organisation_id: UUID | None = None,
) -> list[Row]:
    """Answer those in post on the day."""
    query = Staff.select(*columns).where(
        WhereRaw("{}", staff_in_scope(scope=scope)),
        Staff.started_on <= as_of,
        Staff.ended_on.is_null() | (Staff.ended_on >= as_of),
    )
    if organisation_id:
        query = query.where(Staff.organisation == organisation_id)
    return await query


def _employed(row: Row) -> _Employed:
    return _Employed(
        id=row["id"],
        organisation=Named(row["organisation_name"], row["organisation"]),
        post=post_of(row),
    )


def _late(row: Row, standing: Standing) -> Late:
    return Late(
        id=row["id"],
        name=row["name"],
        payroll_number=row["payroll_number"],
        team=row["team"],
        organisation_name=row["organisation_name"],
        standing=standing,
    )


def _statuses(
    asked: RequirementView, people: Iterable[_Employed], held: Held, as_of: date
) -> Iterator[ComplianceStatus]:
    for person in people:
        yield status_on(
            as_of,
            post=person.post,
            rule=asked.rule,
            completed_on=held.completed_on(person.id),
            is_exempt=held.exempts(person.id),
        )


def _cell(person: _Employed, group_by: Sequence[Grouping]) -> Group:
    return Group(
        requirement=None,
        organisation=person.organisation if Grouping.ORGANISATION in group_by else None,
        sector=person.post.sector if Grouping.SECTOR in group_by else None,
        staff_group=person.post.staff_group if Grouping.STAFF_GROUP in group_by else None,
    )


def _named(asked: RequirementView, group_by: Sequence[Grouping]) -> Named | None:
    return Named(asked.name, asked.id) if Grouping.REQUIREMENT in group_by else None


def _order(group: Group) -> tuple[str, ...]:
    return (
        group.requirement.name if group.requirement else "",
        group.organisation.name if group.organisation else "",
        group.sector or "",
        group.staff_group or "",
    )


async def _unverified(as_of: date, *, scope: Scope) -> int:
    rows = await database.run(
        'SELECT COUNT(*) AS "records" FROM "training_records" '
        'WHERE "verified" = {} AND "completed_on" <= {} AND {}',
        False,  # noqa: FBT003 - the value of a column
        as_of,
        of_staff_in_scope(scope=scope),
    )
    count: int = rows[0]["records"]
    return count
