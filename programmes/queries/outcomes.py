"""What was reported of somebody's outcomes, as its reader may see it (2.4, D4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.scope import Permission, Scope, Side
from programmes.domain.case_terms import OutcomeSource, Timepoint
from programmes.domain.outcomes import Course, Report, shown
from programmes.queries import visibility
from programmes.queries.measures import MEASURE, MeasureView, measure_of
from programmes.queries.progress import first_name_and_initial


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Somebody's place in a cohort, and what of their outcomes this reader may see and record.

    ``enrolment_ids`` are this enrolment and those that it continues, whose reports it has.
    """

    enrolment_id: UUID
    enrolment_ids: tuple[UUID, ...]
    name: str
    cohort_id: UUID
    cohort_code: str
    programme_id: UUID
    organisation_id: UUID
    side: Side
    course: Course
    sees_case: bool
    records_case: bool
    sees_partner: bool

    def sees(self, source: OutcomeSource) -> bool:
        """Tell whether what that source reports exists for this person."""
        return self.sees_partner if self._is_apart(source) else self.sees_case

    def records(self, source: OutcomeSource) -> bool:
        """Tell whether this person writes down what that source reports."""
        return self.sees_partner if self._is_apart(source) else self.records_case

    def _is_apart(self, source: OutcomeSource) -> bool:
        """Tell whether the source is a survivor, whom the group's workers know nothing of (D4)."""
        return self.side is Side.PERPETRATOR and source is OutcomeSource.PARTNER


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """One place with the measures that its programme takes, or took, and the reports."""

    place: PlaceView
    measures: tuple[MeasureView, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A cohort, as much of it as whoever asks partners needs to know."""

    id: UUID
    code: str
    side: Side
    organisation_id: UUID
    sees_case: bool


_PLACE = (
    "SELECT e.id, e.joined_on, e.started_on, e.ended_on, e.cohort, c.code, c.side,"
    " c.organisation, v.programme, p.given_name, p.family_name, p.preferred_name,"
    " {} AS sees_case, {} AS records_case, {} AS sees_partner"
    " FROM enrolments e JOIN participants p ON p.id = e.participant"
    " JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v ON v.id = c.programme_version"
    " WHERE ({} OR {}) AND {} AND {} ORDER BY p.given_name, p.family_name, e.id"
)


async def outcomes(enrolment_id: UUID, *, scope: Scope) -> OutcomesView:
    """Answer one enrolment's measures, and of the reports what this person may be shown.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    found = await outcomes_where(QueryString("e.id = {}", enrolment_id), scope=scope)
    if not found:
        raise NotFoundError
    return found[0]


async def group(cohort_id: UUID, *, scope: Scope) -> GroupView:
    """Answer a cohort of whose people this person may see the outcomes, or what partners report.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        "SELECT c.id, c.code, c.side, c.organisation, {} AS sees_case FROM cohorts c"
        " WHERE c.id = {} AND ({} OR EXISTS (SELECT 1 FROM enrolments e"
        " JOIN participants p ON p.id = e.participant WHERE e.cohort = c.id AND {} AND {}))",
        visibility.cohorts(scope),
        cohort_id,
        visibility.cohorts(scope),
        visibility.partner_reports(scope),
        visibility.unrestricted(scope),
    )
    if not rows:
        raise NotFoundError
    row = rows[0]
    return GroupView(
        row["id"], row["code"], Side(row["side"]), row["organisation"], bool(row["sees_case"])
    )


async def outcomes_of_cohort(cohort_id: UUID, *, scope: Scope) -> tuple[OutcomesView, ...]:
    """Answer the outcomes of everybody who has or had a place in a cohort, by first name."""
    return await outcomes_where(QueryString("c.id = {}", cohort_id), scope=scope)


async def outcomes_where(condition: QueryString, *, scope: Scope) -> tuple[OutcomesView, ...]:
    """Answer the outcomes of enrolments ``e`` in cohorts ``c``, in four statements.

    They are those of which this person may see the case, or what partners report.
    """
    found = await _places(condition, scope)
    reports = await _reports([id for place in found for id in place.enrolment_ids])
    measures = await _measures(
        {place.programme_id for place in found},
        {report.measure_id for rows in reports.values() for report in rows},
    )
    return tuple(_outcomes(place, reports, measures) for place in found)


async def _places(condition: QueryString, scope: Scope) -> list[PlaceView]:
    sees_case, sees_partner = visibility.cohorts(scope), visibility.partner_reports(scope)
    records_case = visibility.cohorts(scope, Permission.MANAGE_PEOPLE)
    rows = await database.run(
        _PLACE,
        sees_case,
        records_case,
        sees_partner,
        sees_case,
        sees_partner,
        visibility.unrestricted(scope),
        condition,
    )
    earlier = await _earlier([row["id"] for row in rows])
    return [_place(row, earlier.get(row["id"], ())) for row in rows]


async def _earlier(enrolment_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[database.Row]]:
    """Answer, for each enrolment that continues others, these others, the latest first."""
    rows = await database.run(
        "WITH RECURSIVE chain (last, id, depth) AS ("
        " SELECT e.id, e.continues, 1 FROM enrolments e"
        " WHERE e.continues IS NOT NULL AND e.id IN {}"
        " UNION ALL SELECT k.last, e.continues, k.depth + 1 FROM chain k"
        " JOIN enrolments e ON e.id = k.id WHERE e.continues IS NOT NULL)"
        " SELECT k.last, e.id, e.joined_on FROM chain k JOIN enrolments e ON e.id = k.id"
        " ORDER BY k.last, k.depth",
        database.in_list(enrolment_ids),
    )
    found: dict[UUID, list[database.Row]] = {}
    for row in rows:
        found.setdefault(row["last"], []).append(row)
    return found


def _place(row: database.Row, earlier: Sequence[database.Row]) -> PlaceView:
    return PlaceView(
        enrolment_id=row["id"],
        enrolment_ids=(row["id"], *(one["id"] for one in earlier)),
        name=first_name_and_initial(row),
        cohort_id=row["cohort"],
        cohort_code=row["code"],
        programme_id=row["programme"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        course=Course(
            joined_on=_first_day(row, earlier),
            started_on=row["started_on"],
            ended_on=row["ended_on"],
        ),
        sees_case=bool(row["sees_case"]),
        records_case=bool(row["records_case"]),
        sees_partner=bool(row["sees_partner"]),
    )


def _first_day(row: database.Row, earlier: Sequence[database.Row]) -> date:
    days: list[date] = [row["joined_on"], *(one["joined_on"] for one in earlier)]
    return min(days)


def _outcomes(
    place: PlaceView,
    reports: Mapping[UUID, Sequence[Report]],
    measures: Sequence[tuple[UUID | None, MeasureView]],
) -> OutcomesView:
    by_key: dict[tuple[UUID, Timepoint, OutcomeSource], Report] = {}
    for enrolment_id in reversed(place.enrolment_ids):  # what was reported last counts
        for report in reports.get(enrolment_id, ()):
            by_key[report.measure_id, report.timepoint, report.source] = report
    seen = shown(
        by_key.values(), side=place.side, sees_case=place.sees_case,
        sees_partner=place.sees_partner,
    )  # fmt: skip
    reported = {report.measure_id for report in seen}
    taken = {
        measure.id: measure
        for programme_id, measure in measures
        if programme_id == place.programme_id or measure.id in reported
    }
    return OutcomesView(place, tuple(taken.values()), seen)


async def _reports(enrolment_ids: Collection[UUID]) -> dict[UUID, list[Report]]:
    rows = await database.run(
        "SELECT o.id, o.enrolment, o.measure, o.timepoint, o.source, o.value, o.taken_on,"
        " o.recorded_at, o.version FROM outcome_values o WHERE o.enrolment IN {}"
        " ORDER BY o.id",
        database.in_list(enrolment_ids),
    )
    found: dict[UUID, list[Report]] = {}
    for row in rows:
        found.setdefault(row["enrolment"], []).append(_report(row))
    return found


def _report(row: database.Row) -> Report:
    return Report(
        id=row["id"],
        measure_id=row["measure"],
        timepoint=Timepoint(row["timepoint"]),
        source=OutcomeSource(row["source"]),
        value=row["value"],
        taken_on=row["taken_on"],
        recorded_at=row["recorded_at"],
        version=row["version"],
    )


async def _measures(
    programme_ids: Iterable[UUID], reported: Iterable[UUID]
) -> list[tuple[UUID | None, MeasureView]]:
    """Answer measures by name, each with a programme that takes it, or none that does now."""
    rows = await database.run(
        MEASURE + ", t.programme FROM measures m LEFT JOIN programme_measures t"
        " ON t.measure = m.id AND t.programme IN {}"
        " WHERE t.id IS NOT NULL OR m.id IN {} ORDER BY m.name, m.id",
        database.in_list(programme_ids),
        database.in_list(reported),
    )
    return [(row["programme"], measure_of(row)) for row in rows]
