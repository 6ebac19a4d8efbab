"""Who has training to chase, or to be told of: read for the digests and notices (2.5, C8).

Jobs read it, so people come in batches: what is held at a time does not grow with the council.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.scope import Area, Permission, Scope
from training.domain.chasing import LAPSED_WITHIN, ToChase
from training.domain.compliance import EXPIRING_WITHIN
from training.domain.requirements import Covering
from training.domain.terms import Basis, ComplianceStatus
from training.domain.validity import add_months
from training.queries.areas import staff_in_scope
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.compliance import compliance
from training.queries.dossiers import Dossier, dossiers

AT_ONCE = 1000
_MANAGERS_AT_ONCE = 100
_ONE_DAY = timedelta(days=1)
_MONTHS_DIFFER_BY = timedelta(days=4)

_HOLDING = "staff.id IN (SELECT c.staff FROM current_records c WHERE {})"
_TELLABLE = (
    "({} OR staff.id IN (SELECT n.staff FROM training_notices n WHERE n.kind = 'expiry'"
    " AND n.state = 'waiting'))"
)
_IDS = "SELECT staff.id FROM staff WHERE staff.id > {} AND {} AND {} ORDER BY staff.id LIMIT {}"
_MANAGERS = (
    "SELECT staff.id FROM staff WHERE staff.id IN (SELECT o.line_manager FROM posts o) AND EXISTS"
    " (SELECT 1 FROM posts h WHERE h.staff = staff.id AND h.started_on <= {}"
    " AND (h.ended_on IS NULL OR h.ended_on >= {})) AND {} ORDER BY staff.id"
)
_MANAGED = (
    "SELECT o.line_manager AS manager, o.id AS post, o.staff FROM posts o"
    " JOIN staff ON staff.id = o.staff WHERE o.line_manager IN {} AND o.started_on <= {}"
    " AND (o.ended_on IS NULL OR o.ended_on >= {}) AND {}"
)


@dataclass(frozen=True, slots=True)
class Expiry:
    """Somebody's record that a requirement rests on, and its last day; gone by or to come."""

    staff_id: UUID
    organisation_id: UUID
    record_id: UUID
    course_id: UUID
    last_on: date


Counts = Mapping[UUID, ToChase]
"""What there is to chase, by requirement; those with nothing are left out."""


async def expiries(*, day: date, scope: Scope) -> AsyncIterator[Expiry]:
    """Answer whose training runs out within 90 days or has lapsed, of those who must hold it.

    Of several requirements that a record serves, the one that runs out first. Whoever leaves
    before the last day, is exempt or not asked is left out. People without anything near, and
    those who lapsed more than a week ago and wait for no notice, are not even read.
    """
    asked = await every_requirement(scope=scope)
    condition = QueryString(_TELLABLE, QueryString(_HOLDING, _near(asked, day)))
    async for ids in _in_batches(condition, scope=scope):
        for found in await _expiries_of(ids, asked, day, scope=scope):
            yield found


def _near(asked: Sequence[RequirementView], day: date) -> QueryString:
    """Answer the SQL on ``current_records c`` of what may run out soon, or has just lapsed."""
    parts = [_near_of(one, view, day) for view in asked for one in view.rule.courses]
    return QueryString(" OR ".join(["{}"] * len(parts)) or "1 = 0", *parts)


def _near_of(covering: Covering, view: RequirementView, day: date) -> QueryString:
    until = day + EXPIRING_WITHIN
    is_retired_soon = covering.retired_on and covering.retired_on <= until + _ONE_DAY
    if view.rule.basis is Basis.HOURS or is_retired_soon:
        return QueryString("c.course = {}", covering.course_id)
    if covering.validity_months is None:
        return QueryString("1 = 0")
    months = covering.validity_months
    return QueryString(
        "(c.course = {} AND c.completed_on >= {} AND c.completed_on <= {})",
        covering.course_id,
        add_months(day - LAPSED_WITHIN, -months) - _MONTHS_DIFFER_BY,
        add_months(until, -months) + _MONTHS_DIFFER_BY,
    )


async def _in_batches(condition: QueryString, *, scope: Scope) -> AsyncIterator[list[UUID]]:
    after = UUID(int=0)
    while True:
        rows = await database.run(_IDS, after, condition, staff_in_scope(scope=scope), AT_ONCE)
        if not rows:
            return
        after = rows[-1]["id"]
        yield [row["id"] for row in rows]


async def _expiries_of(
    ids: Sequence[UUID], asked: Sequence[RequirementView], day: date, *, scope: Scope
) -> list[Expiry]:
    listed = database.in_list(ids)
    people = await dossiers(QueryString("staff.id IN {}", listed), on=day, asked=asked, scope=scope)
    records: defaultdict[UUID, dict[UUID, tuple[UUID, UUID]]] = defaultdict(dict)
    for row in await database.run(
        "SELECT c.id, c.staff, c.course, staff.organisation FROM current_records c"
        " JOIN staff ON staff.id = c.staff WHERE c.staff IN {} AND {}",
        listed,
        staff_in_scope(scope=scope),
    ):
        records[row["staff"]][row["course"]] = (row["id"], row["organisation"])
    return [
        Expiry(staff_id, records[staff_id][course_id][1], records[staff_id][course_id][0],
               course_id, last_on)
        for staff_id, dossier in people.items()
        for course_id, last_on in _lasts(dossier, asked, day).items()
    ]  # fmt: skip


def _lasts(dossier: Dossier, asked: Sequence[RequirementView], day: date) -> dict[UUID, date]:
    """Answer the last day of each course that a requirement rests on, the first one of several."""
    found: dict[UUID, date] = {}
    for view in asked:
        standing = dossier.standing(view, day)
        if standing.status is ComplianceStatus.EXPIRED:
            last = _lapsed_on(dossier, view, day)
        elif standing.status is ComplianceStatus.EXPIRING_SOON and standing.expires_on:
            is_asked = view.rule.asked_of(dossier.posts, standing.expires_on)
            last = standing.expires_on if is_asked else None
        else:
            continue
        if standing.held and last:
            course_id = standing.held.course_id
            found[course_id] = min(last, found.get(course_id, last))
    return found


def _lapsed_on(dossier: Dossier, view: RequirementView, day: date) -> date | None:
    """Answer the last valid day; of hours that fell short, only where that was this week."""
    last = dossier.standing(view, day).expires_on
    if last is not None:
        return last
    for back in range(1, LAPSED_WITHIN.days + 1):
        before = dossier.standing(view, day - timedelta(days=back))
        if before.held and before.held.is_enough:
            return before.expires_on
    return None


async def to_chase(*, day: date, scope: Scope) -> Counts:
    """Answer what the staff of the scope lack or are about to, of mandatory requirements.

    Who lacks what is counted by the figures; only those about to are read one by one.
    """
    asked = [view for view in await every_requirement(scope=scope) if view.mandatory]
    figures = await compliance(scope=scope, as_of=day, group_by=["requirement"], asked=asked)
    found: defaultdict[UUID, ToChase] = defaultdict(ToChase)
    for group, counted in figures.rows:
        if group.requirement:
            found[group.requirement.id] += ToChase(
                expired=counted.expired, overdue=counted.overdue_never
            )
    condition = QueryString(_HOLDING, _near(asked, day))
    async for ids in _in_batches(condition, scope=scope):
        whose = QueryString("staff.id IN {}", database.in_list(ids))
        for dossier in (await dossiers(whose, on=day, asked=asked, scope=scope)).values():
            for view in asked:
                standing = dossier.standing(view, day)
                if standing.status is ComplianceStatus.EXPIRING_SOON:
                    found[view.id] += ToChase.of(standing, day)
    return {id: counts for id, counts in found.items() if counts.all}


async def to_chase_by_manager(*, day: date, scope: Scope) -> AsyncIterator[tuple[UUID, Counts]]:
    """Answer for each line manager in post what their people lack or are about to, if anything.

    Of somebody with several posts a manager is told what the posts that they manage ask.
    """
    asked = [view for view in await every_requirement(scope=scope) if view.mandatory]
    managers = await _managers(day, scope=scope)
    for at in range(0, len(managers), _MANAGERS_AT_ONCE):
        some = managers[at : at + _MANAGERS_AT_ONCE]
        for manager_id, counts in (await _of_managers(some, asked, day, scope=scope)).items():
            yield manager_id, counts


async def _managers(day: date, *, scope: Scope) -> list[UUID]:
    rows = await database.run(_MANAGERS, day, day, staff_in_scope(scope=scope))
    return [row["id"] for row in rows]


async def _of_managers(
    ids: Sequence[UUID], asked: Sequence[RequirementView], day: date, *, scope: Scope
) -> Mapping[UUID, Counts]:
    rows = await database.run(
        _MANAGED, database.in_list(ids), day, day, staff_in_scope(scope=scope)
    )
    managers = {row["post"]: row["manager"] for row in rows}
    whose = QueryString("staff.id IN {}", database.in_list({row["staff"] for row in rows}))
    people = await dossiers(whose, on=day, asked=asked, scope=scope)
    found: defaultdict[UUID, defaultdict[UUID, ToChase]] = defaultdict(lambda: defaultdict(ToChase))
    for dossier in people.values():
        for view, counts in _counted(dossier, asked, day):
            for manager_id in {
                managers[post.id]
                for post in view.rule.asked_of(dossier.posts, day)
                if post.id in managers
            }:
                found[manager_id][view.id] += counts
    return found


def _counted(
    dossier: Dossier, asked: Sequence[RequirementView], day: date
) -> Iterator[tuple[RequirementView, ToChase]]:
    for view in asked:
        counts = ToChase.of(dossier.standing(view, day), day)
        if counts.all:
            yield view, counts


def within_organisation(organisation_id: UUID | None) -> Scope:
    """Answer the scope of a digest: the staff of one organisation, or with ``None`` of all."""
    area = Area(Permission.VIEW_STAFF, organisation_id=organisation_id)
    return Scope(account_id=None, areas=frozenset({area}))
