"""Compliance on a day: figures by group."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.queries import organisations
from core import database
from core.errors import InvalidInputError
from core.scope import Scope
from training.domain.compliance import Figures, Grouping
from training.domain.terms import Sector, StaffGroup
from training.queries.areas import of_staff_in_scope
from training.queries.bulk import CELL_COLUMNS, Cell
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.figures import figures
from training.queries.sections import checked_day

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
    team: str | None
    sector: Sector | None
    staff_group: StaffGroup | None


@dataclass(frozen=True, slots=True)
class Compliance:
    """Figures on a day.

    ``total`` counts a person once for each requirement, whatever their posts; ``unverified`` is
    how many records of the scope's staff nobody has verified.
    """

    as_of: date
    group_by: tuple[Grouping, ...]
    rows: tuple[tuple[Group, Figures], ...]
    total: Figures
    unverified: int


async def compliance(
    *,
    scope: Scope,
    as_of: date,
    group_by: Sequence[str] = DEFAULT_GROUPING,
    asked: Sequence[RequirementView] | None = None,
) -> Compliance:
    """Answer the figures of the scope's staff, in a fixed number of statements (C8).

    ``asked`` are the requirements to count, all where there are none. Teams are told apart by
    organisation.

    Raises:
        InvalidInputError: ``group_by`` names something other than a ``Grouping``, or the day is
            out of reach.
    """
    checked_day(as_of)
    groupings = _groupings(group_by)
    async with database.snapshot():  # an import beside it changes nothing in between
        if asked is None:
            asked = await every_requirement(scope=scope)
        counted = await figures(scope=scope, day=as_of, asked=asked, groupings=groupings)
        names = {seen.id: seen.name for seen in await organisations(scope=scope)}
        unverified = await _unverified(as_of, scope=scope)
    groups: defaultdict[Group, Figures] = defaultdict(Figures)
    for (at, cell), found in counted.cells.items():
        if found.required:
            groups[_group(asked[at], cell, groupings, names)] += found
    return Compliance(
        as_of=as_of,
        group_by=groupings,
        rows=tuple((group, groups[group]) for group in sorted(groups, key=_order)),
        total=sum(counted.totals.values(), Figures()),
        unverified=unverified,
    )


def _groupings(names: Sequence[str]) -> tuple[Grouping, ...]:
    if not names or not set(names) <= set(Grouping):
        raise InvalidInputError.of("group_by", f"Use some of {', '.join(Grouping)}, with commas")
    wanted = set(names)
    if Grouping.TEAM in wanted:
        wanted.add(Grouping.ORGANISATION)
    return tuple(grouping for grouping in Grouping if grouping in wanted)


def _group(
    asked: RequirementView, cell: Cell, groupings: Sequence[Grouping], names: dict[UUID, str]
) -> Group:
    values = dict(zip([one for one in CELL_COLUMNS if one in groupings], cell, strict=True))
    organisation_id = values.get(Grouping.ORGANISATION)
    sector, staff_group = values.get(Grouping.SECTOR), values.get(Grouping.STAFF_GROUP)
    return Group(
        requirement=Named(asked.name, asked.id) if Grouping.REQUIREMENT in groupings else None,
        organisation=(
            Named(names[organisation_id], organisation_id)
            if isinstance(organisation_id, UUID)
            else None
        ),
        team=str(values[Grouping.TEAM]) if Grouping.TEAM in values else None,
        sector=Sector(str(sector)) if sector else None,
        staff_group=StaffGroup(str(staff_group)) if staff_group else None,
    )


def _order(group: Group) -> tuple[str, ...]:
    return (
        group.requirement.name if group.requirement else "",
        group.organisation.name if group.organisation else "",
        group.team or "",
        group.sector or "",
        group.staff_group or "",
    )


async def _unverified(as_of: date, *, scope: Scope) -> int:
    rows = await database.run(
        "SELECT COUNT(*) AS records FROM training_records WHERE NOT verified"
        " AND withdrawn_at IS NULL AND completed_on <= {} AND {}",
        as_of,
        of_staff_in_scope(scope=scope),
    )
    count: int = rows[0]["records"]
    return count
