"""One organisation's people against its requirements, fifty people at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.compliance import Standing
from training.domain.requirements import Section
from training.queries.areas import staff_in_scope
from training.queries.catalogue import RequirementView
from training.queries.dossiers import dossiers
from training.queries.places import booked_at, coming_places
from training.queries.sections import in_section


@dataclass(frozen=True, slots=True)
class Square:
    """Where somebody stands with the requirement of a column, and when they are booked for it."""

    standing: Standing
    booked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One person's squares, in the order of the requirements."""

    staff_id: UUID
    name: str
    payroll_number: str
    team: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Requirements in force on a day, and one page of people by name."""

    as_of: date
    requirements: tuple[RequirementView, ...]
    people: Page[Line]


async def matrix(
    *,
    scope: Scope,
    asked: Sequence[RequirementView],
    as_of: date,
    cursor: Cursor,
    section: Section,
) -> Matrix:
    """Answer who of a section stands where with each requirement: the same few statements."""
    in_force = tuple(view for view in asked if view.rule.is_effective_on(as_of))
    page = await _people(section, scope=scope, as_of=as_of, cursor=cursor)
    ids = [row["id"] for row in page.items]
    whose = QueryString("staff.id IN {}", database.in_list(ids))
    found = await dossiers(whose, on=as_of, asked=in_force, scope=scope)
    places = await coming_places(ids, scope=scope)
    lines = tuple(
        Line(
            row["id"],
            row["name"],
            row["payroll_number"],
            found[row["id"]].team_on(as_of),
            tuple(
                Square(
                    found[row["id"]].standing(view, as_of),
                    booked_at(row["id"], view.rule, places),
                )
                for view in in_force
            ),
        )
        for row in page.items
    )
    return Matrix(as_of, in_force, Page(lines, page.next))


async def _people(
    section: Section, *, scope: Scope, as_of: date, cursor: Cursor
) -> Page[database.Row]:
    """Answer the people by name: keyset pages on (name, id)."""
    condition = QueryString("{} AND {}", in_section(section, as_of), staff_in_scope(scope=scope))
    if after := cursor.after_id():
        condition = QueryString(
            "{} AND (staff.name, staff.id) >"
            " (SELECT staff.name, staff.id FROM staff WHERE staff.id = {} AND {})",
            condition,
            after,
            staff_in_scope(scope=scope),
        )
    rows = await database.run(
        "SELECT staff.id, staff.name, staff.payroll_number FROM staff WHERE {}"
        " ORDER BY staff.name, staff.id LIMIT {}",
        condition,
        cursor.limit + 1,
    )
    return cursor.page(rows, lambda row: (row["id"],))
