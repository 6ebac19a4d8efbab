"""Figures of compliance on a day: most people counted together, the rest one by one (C8)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.scope import Scope
from training.domain.compliance import Figures, Grouping, status_on
from training.domain.holdings import held_on
from training.domain.requirements import Due, Position
from training.domain.terms import ComplianceStatus
from training.queries.areas import organisations_seen, staff_in_scope
from training.queries.bulk import CELL_COLUMNS, Bulk, Cell
from training.queries.catalogue import RequirementView
from training.queries.dossiers import Dossier, dossiers

_APART = (
    "staff.position IS NOT NULL AND staff.in_position_since <= {}"
    " AND (staff.id IN (SELECT e.staff FROM exemptions e WHERE e.from_on <= {} AND e.to_on >= {})"
    " OR (staff.appointed_on < staff.in_position_since AND staff.in_position_since >= {}))"
)
_NOT_KEPT = (
    "(staff.position IS NULL OR staff.in_position_since > {}) AND EXISTS"
    " (SELECT 1 FROM posts o WHERE o.staff = staff.id AND o.started_on <= {}"
    " AND (o.ended_on IS NULL OR o.ended_on >= {}))"
)
_LONGEST_MONTH = 31


@dataclass(slots=True)
class Counted:
    """Figures by the place of the requirement and cell, and of each requirement over all cells.

    Somebody with posts in two cells counts once in each, and once in the total.
    """

    cells: dict[tuple[int, Cell], Figures] = field(default_factory=lambda: defaultdict(Figures))
    totals: dict[int, Figures] = field(default_factory=lambda: defaultdict(Figures))


@dataclass(frozen=True, slots=True)
class _Kept:
    """How the bulk counted somebody whom it must not count: one post, held from a day on."""

    post_id: UUID
    since: date
    appointed_on: date


async def figures(
    *, scope: Scope, day: date, asked: Sequence[RequirementView], groupings: Sequence[Grouping]
) -> Counted:
    """Answer the figures of the scope's staff on a day, in at most eight statements."""
    wanted = [grouping for grouping in CELL_COLUMNS if grouping in groupings]
    counted = Counted()
    bulk = Bulk(day, [view.rule for view in asked], wanted, _positions_in_scope(scope=scope))
    for (at, cell), found in (await bulk.figures()).items():
        counted.cells[at, cell] += found
        counted.totals[at] += found
    apart = QueryString(_APART, day, day, day, day - _longest_grace(asked))
    kept = await _kept(apart, scope=scope)
    one_by_one = QueryString("(({}) OR ({}))", apart, QueryString(_NOT_KEPT, day, day, day))
    people = await dossiers(one_by_one, on=day, asked=asked, scope=scope)
    for staff_id, dossier in people.items():
        for at, view in enumerate(asked):
            one = _One(at, view, dossier, day)
            if staff_id in kept:
                _count(counted, one, _dues_in_bulk(one, kept[staff_id]), wanted, times=-1)
            _count(counted, one, view.rule.dues(dossier.posts, day), wanted, times=1)
    return counted


@dataclass(frozen=True, slots=True)
class _One:
    """One person and the requirement in one place, on a day."""

    at: int
    view: RequirementView
    dossier: Dossier
    day: date


def _count(
    counted: Counted,
    one: _One,
    dues: Mapping[UUID, date],
    wanted: Sequence[Grouping],
    *,
    times: int,
) -> None:
    """Count one person; ``times`` -1 takes out what the bulk, which knows no exemption, counted."""
    if not dues:
        return
    held = held_on(one.day, one.view.rule, one.dossier.completions)
    is_exempt = times > 0 and one.dossier.is_exempt_from(one.view.id)
    cells: dict[Cell, date] = {}
    for post_id, due_on in dues.items():
        cell = _cell(one.dossier.posts[post_id].position, wanted)
        cells[cell] = min(due_on, cells.get(cell, due_on))
    for cell, due_on in cells.items():
        status = status_on(one.day, due_on=due_on, held=held, is_exempt=is_exempt)
        counted.cells[one.at, cell] += _figure(status, times)
    status = status_on(one.day, due_on=min(dues.values()), held=held, is_exempt=is_exempt)
    counted.totals[one.at] += _figure(status, times)


def _figure(status: ComplianceStatus, times: int) -> Figures:
    figure = Figures.of([status])
    return figure if times > 0 else Figures() - figure


def _cell(position: Position, wanted: Sequence[Grouping]) -> Cell:
    values = {
        Grouping.ORGANISATION: position.organisation_id,
        Grouping.TEAM: position.team,
        Grouping.SECTOR: position.sector.value,
        Grouping.STAFF_GROUP: position.staff_group.value,
    }
    return tuple(values[grouping] for grouping in wanted)


def _dues_in_bulk(one: _One, kept: _Kept) -> Mapping[UUID, date]:
    rule, post = one.view.rule, one.dossier.posts[kept.post_id]
    if (
        rule.is_effective_on(one.day)
        and rule.filter.admits(post.position)
        and rule.filter.admits_appointment(kept.appointed_on)
    ):
        return {post.id: rule.due_since(kept.since, kept.appointed_on)}
    return {}


async def _kept(whose: QueryString, *, scope: Scope) -> dict[UUID, _Kept]:
    rows = await database.run(
        "SELECT staff.id, o.id AS post, staff.in_position_since, staff.appointed_on FROM staff"
        " JOIN posts o ON o.staff = staff.id AND o.ended_on IS NULL WHERE {} AND {}",
        whose,
        staff_in_scope(scope=scope),
    )
    return {
        row["id"]: _Kept(row["post"], row["in_position_since"], row["appointed_on"]) for row in rows
    }


def _positions_in_scope(*, scope: Scope) -> QueryString:
    seen = organisations_seen(scope=scope)
    if seen is None:
        return QueryString("1 = 1")
    return QueryString("p.organisation IN {}", database.in_list(sorted(seen)))


def _longest_grace(asked: Sequence[RequirementView]) -> timedelta:
    """Answer how long after a change of role somebody may still not be due, at the most."""
    return max((_grace_of(view.rule.due) for view in asked), default=timedelta(0))


def _grace_of(due: Due) -> timedelta:
    return timedelta(days=(due.within_days or 0) + _LONGEST_MONTH * (due.within_months or 0))
