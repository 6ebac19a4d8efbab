"""The people behind a figure of compliance, one by one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.compliance import PRESSING, Figure, Standing, standing_on
from training.domain.requirements import EVERYBODY, Section
from training.queries.areas import staff_in_scope
from training.queries.catalogue import RequirementView
from training.queries.dossiers import Dossier, dossiers
from training.queries.places import Places, booked_at, coming_places
from training.queries.sections import in_section


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Where one person stands with one requirement."""

    staff_id: UUID
    name: str
    payroll_number: str
    team: str
    organisation_id: UUID
    organisation_name: str
    requirement: RequirementView
    standing: Standing


@dataclass(frozen=True, slots=True)
class Booked:
    """The same with when they are booked next for a course that satisfies it."""

    behind: Behind
    booked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Drilled:
    """One page of people and how many there are on all pages."""

    total: int
    people: Page[Booked]


async def people_behind(
    figure: Figure,
    *,
    scope: Scope,
    asked: Sequence[RequirementView],
    as_of: date,
    cursor: Cursor,
    section: Section = EVERYBODY,
) -> Drilled:
    """Answer who is behind a figure, the most pressing first: as many as it counts."""
    found = await behind(
        lambda one: one.status in figure.statuses,
        scope=scope, asked=asked, as_of=as_of, section=section,
    )  # fmt: skip
    return await drilled(sorted(found, key=_pressing), scope=scope, cursor=cursor)


async def behind(
    keep: Callable[[Standing], bool],
    *,
    scope: Scope,
    asked: Sequence[RequirementView],
    as_of: date,
    section: Section = EVERYBODY,
) -> list[Behind]:
    """Answer the scope's people of a section, once for each requirement that ``keep`` wants.

    They stand by their posts in the section, so that the figures of it count the same.
    """
    whose = in_section(section, as_of)
    people = await dossiers(whose, on=as_of, asked=asked, scope=scope)
    rows = await _names(whose, scope=scope)
    found = []
    for staff_id, dossier in people.items():
        for view in asked:
            standing = _standing(dossier, view, as_of, section)
            if keep(standing):
                found.append(_behind(rows[staff_id], dossier.team_on(as_of), view, standing))
    return found


def _standing(dossier: Dossier, view: RequirementView, day: date, section: Section) -> Standing:
    return standing_on(
        day,
        posts=dossier.posts,
        rule=view.rule,
        completions=dossier.completions,
        is_exempt=dossier.is_exempt_from(view.id),
        section=section,
    )


def _behind(row: database.Row, team: str, view: RequirementView, standing: Standing) -> Behind:
    return Behind(
        staff_id=row["id"],
        name=row["name"],
        payroll_number=row["payroll_number"],
        team=team,
        organisation_id=row["organisation"],
        organisation_name=row["organisation_name"],
        requirement=view,
        standing=standing,
    )


async def drilled(found: Sequence[Behind], *, scope: Scope, cursor: Cursor) -> Drilled:
    """Answer one page of people in the order given, with when they are booked."""
    after = cursor.after_pair()
    start = next((at + 1 for at, one in enumerate(found) if _key(one) == after), 0)
    page = cursor.page(found[start:], _key)
    places = await coming_places([one.staff_id for one in page.items], scope=scope)
    return Drilled(len(found), Page(tuple(_booked(one, places) for one in page.items), page.next))


def _booked(one: Behind, places: Places) -> Booked:
    return Booked(one, booked_at(one.staff_id, one.requirement.rule, places))


def _key(one: Behind) -> tuple[UUID, UUID]:
    return one.staff_id, one.requirement.id


def _pressing(one: Behind) -> tuple[int, date, str, str, UUID]:
    act_by = one.standing.act_by or date.max
    at = PRESSING.index(one.standing.status)
    return at, act_by, one.name, one.requirement.name, one.staff_id


async def _names(whose: QueryString, *, scope: Scope) -> dict[UUID, database.Row]:
    rows = await database.run(
        "SELECT staff.id, staff.name, staff.payroll_number, staff.organisation,"
        " organisations.name AS organisation_name"
        " FROM staff JOIN organisations ON organisations.id = staff.organisation"
        " WHERE {} AND {}",
        whose,
        staff_in_scope(scope=scope),
    )
    return {row["id"]: row for row in rows}
