"""Parts of the workforce to look at: organisations, teams, and who is in one."""

from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from accounts.queries import OrganisationView, organisations
from core import database
from core.errors import InvalidInputError, NotFoundError
from core.scope import Area, Permission, Scope
from core.text import is_plain
from training.domain.requirements import Section
from training.queries.areas import organisations_seen
from training.queries.catalogue import RequirementView, every_requirement, requirement

_LONGEST_TEAM = 80
_FIRST_DAY, _LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)


async def organisations_of_staff(*, scope: Scope) -> tuple[OrganisationView, ...]:
    """Answer the organisations whose staff the scope may see, by name."""
    seen = organisations_seen(scope=scope)
    found = await organisations(scope=scope)
    return tuple(one for one in found if seen is None or one.id in seen)


async def organisation_of_staff(organisation_id: UUID, *, scope: Scope) -> OrganisationView:
    """Answer one organisation whose staff the scope may see.

    Raises:
        NotFoundError: there is none of that id for this scope.
    """
    for one in await organisations_of_staff(scope=scope):
        if one.id == organisation_id:
            return one
    raise NotFoundError


async def within(organisation_id: UUID | None, *, scope: Scope) -> Scope:
    """Answer the scope over the staff of one organisation alone; the same for ``None``.

    Raises:
        NotFoundError: the scope may not see that organisation's staff.
    """
    if organisation_id is None:
        return scope
    await organisation_of_staff(organisation_id, scope=scope)
    area = Area(Permission.VIEW_STAFF, organisation_id=organisation_id)
    return Scope(scope.account_id, frozenset({area}))


async def asked_of_staff(
    *, scope: Scope, requirement_id: UUID | None = None, mandatory_only: bool = True
) -> tuple[RequirementView, ...]:
    """Answer the one requirement that is wanted, else all that touch the scope, or the mandatory.

    Raises:
        NotFoundError: the one wanted touches none of the scope's organisations.
    """
    if requirement_id:
        return (await requirement(requirement_id, scope=scope),)
    found = await every_requirement(scope=scope)
    return tuple(view for view in found if view.mandatory or not mandatory_only)


def in_section(section: Section, day: date) -> QueryString:
    """Answer the SQL condition on ``staff`` of who holds a post in the section on a day.

    Raises:
        InvalidInputError: the team is nothing that a team could be called.
    """
    if section.team and (not is_plain(section.team) or len(section.team) > _LONGEST_TEAM):
        raise InvalidInputError.of("team", f"Teams have at most {_LONGEST_TEAM} characters")
    wanted = {
        "organisation": section.organisation_id,
        "team": section.team,
        "sector": section.sector and section.sector.value,
        "staff_group": section.staff_group and section.staff_group.value,
    }
    parts = [
        QueryString(f"p.{column} = {{}}", value)
        for column, value in wanted.items()
        if value is not None
    ]
    return QueryString(
        "staff.id IN (SELECT o.staff FROM posts o JOIN positions p ON p.id = o.position"
        " WHERE o.started_on <= {} AND (o.ended_on IS NULL OR o.ended_on >= {}) AND {})",
        day,
        day,
        database.all_of([QueryString("1 = 1"), *parts]),
    )


async def teams(organisation_id: UUID, *, scope: Scope, on: date) -> tuple[str, ...]:
    """Answer the teams in which an organisation's staff hold a post on a day, by name."""
    if not scope.covers(Permission.VIEW_STAFF, side=None, organisation_id=organisation_id):
        return ()
    rows = await database.run(
        "SELECT DISTINCT p.team FROM positions p JOIN posts o ON o.position = p.id"
        " WHERE p.organisation = {} AND o.started_on <= {}"
        " AND (o.ended_on IS NULL OR o.ended_on >= {})",
        organisation_id,
        on,
        on,
    )
    return tuple(sorted(row["team"] for row in rows))


def checked_day(day: date) -> date:
    """Answer a day on which compliance can be told.

    Raises:
        InvalidInputError: it is so far away that no rule reaches it.
    """
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise InvalidInputError.of("as_of", "Choose a day from 1950 to 2100")
    return day
