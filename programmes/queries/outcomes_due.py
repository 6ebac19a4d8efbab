"""Which reports are to be asked for now, and by whom (2.4), in a fixed number of statements."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Permission, Scope
from programmes.domain.case_terms import OutcomeSource, PartnerOfferOutcome, Timepoint
from programmes.domain.outcomes import (
    CHASED_FOR_DAYS,
    IN_ORDER,
    due_on,
    half_day,
    is_asked_for,
    is_overdue,
)
from programmes.domain.terms import EnrolmentStatus, ExitReason, SessionStatus, UnitKind
from programmes.queries import visibility
from programmes.queries.measures import MeasureView
from programmes.queries.outcomes import OutcomesView, PlaceView, outcomes_where

_ASKED = (OutcomeSource.SELF, OutcomeSource.PRACTITIONER, OutcomeSource.PARTNER)
"""Agencies report when they have something to report; they are not chased."""

_NOT_ASKED_AFTER = (ExitReason.DIED, ExitReason.ADMIN_ERROR, ExitReason.DUPLICATE)
_AFTER_START = timedelta(days=366 + CHASED_FOR_DAYS)
_AFTER_END = timedelta(days=184 + CHASED_FOR_DAYS)


@dataclass(frozen=True, slots=True)
class DueView:
    """What one source is to be asked at one timepoint: the measures that have no report yet."""

    place: PlaceView
    timepoint: Timepoint
    source: OutcomeSource
    due_on: date
    overdue: bool
    measures: tuple[MeasureView, ...]


async def due(*, scope: Scope, cohort_id: UUID | None = None) -> tuple[DueView, ...]:
    """Answer what this person is to ask now, the longest due first; all, or of one cohort.

    A partner is asked only who accepted support (D8).
    """
    if not (scope.has(Permission.MANAGE_PEOPLE) or scope.has(Permission.MANAGE_LINKS)):
        return ()
    views = await outcomes_where(_may_be_due(scope, cohort_id), scope=scope)
    halves = await _halves([view.place for view in views])
    supported = await _supported([id for view in views for id in view.place.enrolment_ids])
    asked = [
        one
        for view in views
        for one in _due_at(view, halves[view.place.enrolment_id], supported, clock.today())
    ]
    return tuple(sorted(asked, key=lambda one: (one.due_on, one.place.name)))


def _may_be_due(scope: Scope, cohort_id: UUID | None) -> QueryString:
    """Answer the condition on enrolments that leaves out those with surely nothing to ask."""
    today = clock.today()
    conditions = [
        QueryString("e.started_on IS NOT NULL AND e.status <> {}",
                    EnrolmentStatus.TRANSFERRED.value),
        QueryString("NOT EXISTS (SELECT 1 FROM enrolments n WHERE n.continues = e.id)"),
        QueryString("(e.exit_reason IS NULL OR e.exit_reason NOT IN {})",
                    database.in_list(reason.value for reason in _NOT_ASKED_AFTER)),
        QueryString("EXISTS (SELECT 1 FROM programme_measures t WHERE t.programme = v.programme)"),
        QueryString("(e.ended_on IS NULL OR e.ended_on >= {} OR e.started_on >= {})",
                    today - _AFTER_END, today - _AFTER_START),
        QueryString("({} OR {})", visibility.cohorts(scope, Permission.MANAGE_PEOPLE),
                    visibility.partner_reports(scope)),
    ]  # fmt: skip
    if cohort_id:
        conditions.append(QueryString("c.id = {}", cohort_id))
    return database.all_of(conditions)


async def _halves(found: Collection[PlaceView]) -> Mapping[UUID, date | None]:
    """Answer for each enrolment the day on which half of the group units had been met."""
    cohort_ids = {place.cohort_id for place in found}
    rows = await database.run(
        "SELECT s.cohort, s.starts_at FROM sessions s JOIN units u ON u.id = s.unit"
        " WHERE s.cohort IN {} AND s.enrolment IS NULL AND s.status <> {} AND u.kind = {}"
        " ORDER BY s.starts_at",
        database.in_list(cohort_ids),
        SessionStatus.CANCELLED.value,
        UnitKind.GROUP.value,
    )
    days: dict[UUID, list[date]] = {}
    for row in rows:
        days.setdefault(row["cohort"], []).append(clock.london(row["starts_at"]).date())
    counts = await database.run(
        "SELECT c.id, COUNT(*) AS units FROM cohorts c JOIN units u"
        " ON u.programme_version = c.programme_version AND u.kind = {}"
        " WHERE c.id IN {} GROUP BY c.id",
        UnitKind.GROUP.value,
        database.in_list(cohort_ids),
    )
    units = {row["id"]: row["units"] for row in counts}
    return {
        place.enrolment_id: half_day(
            days.get(place.cohort_id, ()), joined_on=place.course.joined_on,
            unit_count=units.get(place.cohort_id, 0),
        )
        for place in found
    }  # fmt: skip


async def _supported(enrolment_ids: Collection[UUID]) -> frozenset[UUID]:
    """Answer at which of these enrolments the partner accepted support."""
    rows = await database.run(
        "SELECT o.enrolment FROM partner_offers o WHERE o.outcome = {} AND o.enrolment IN {}",
        PartnerOfferOutcome.ACCEPTED.value,
        database.in_list(enrolment_ids),
    )
    return frozenset(row["enrolment"] for row in rows)


def _due_at(
    view: OutcomesView, half_on: date | None, supported: frozenset[UUID], today: date
) -> Iterator[DueView]:
    place, course = view.place, replace(view.place.course, half_on=half_on)
    known = {(report.measure_id, report.timepoint, report.source) for report in view.reports}
    for timepoint in IN_ORDER:
        day = due_on(timepoint, course)
        if day is None or not is_asked_for(day, today=today):
            continue
        for source in _ASKED:
            if not _may_ask(place, source, supported):
                continue
            missing = tuple(
                measure
                for measure in view.measures
                if timepoint in measure.terms.timepoints
                and source in measure.terms.sources
                and (measure.id, timepoint, source) not in known
            )
            if missing:
                overdue = is_overdue(day, today=today)
                yield DueView(place, timepoint, source, day, overdue, missing)


def _may_ask(place: PlaceView, source: OutcomeSource, supported: frozenset[UUID]) -> bool:
    if source is OutcomeSource.PARTNER and supported.isdisjoint(place.enrolment_ids):
        return False
    return place.records(source)
