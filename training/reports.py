"""The training room's reports."""

from collections.abc import Sequence

from core import clock
from core.periods import named
from core.reports import Column, Kind, Question, Rate, Report, Section, Sum, grouped
from core.scope import Scope
from training.domain.compliance import TARGETS, Figures, Grouping, Targets
from training.domain.events import Attendance
from training.queries.attendance import AttendanceGrouping, Reach, event_attendance
from training.queries.compliance import DEFAULT_GROUPING, Group, compliance
from training.queries.sections import within

_TITLES = {
    Grouping.REQUIREMENT: "Requirement",
    Grouping.ORGANISATION: "Organisation",
    Grouping.TEAM: "Team",
    Grouping.SECTOR: "Sector",
    Grouping.STAFF_GROUP: "Staff group",
}
_KINDS = {Grouping.SECTOR: Kind.CODE, Grouping.STAFF_GROUP: Kind.CODE}

_FIGURES = (
    Column("required", "Required", Kind.COUNT),
    Column("exempt", "Exempt", Kind.COUNT),
    Column("in_scope", "In scope", Kind.COUNT),
    Column("counted", "Due by now", Kind.COUNT),
    Column("valid", "Valid", Kind.COUNT),
    Column("expiring_soon", "Of these expiring within 90 days", Kind.COUNT),
    Column("in_grace", "Not yet due", Kind.COUNT),
    Column("overdue_never", "Overdue, never trained", Kind.COUNT),
    Column("expired", "Expired", Kind.COUNT),
    Column("headline", "Headline", Kind.RATE, "valid", "counted"),
    Column("strict", "Strict", Kind.RATE, "valid", "in_scope"),
    Column("rag", "RAG of the headline", Kind.TEXT, base="headline"),
)

_SUMS = (
    Sum("required", ("exempt", "in_scope")),
    Sum("in_scope", ("valid", "in_grace", "overdue_never", "expired")),
    Sum("in_scope", ("counted", "in_grace")),
    Sum("valid", ("expiring_soon",), rest=True),
)

_DEFINITIONS = (
    "Required: staff in post on the day to whom the requirement applies.",
    "In scope: required and not exempt on the day.",
    "Valid: the latest verified completion is on or before the day and has not expired.",
    "Not yet due: in scope without valid training, on or before the day it is due.",
    "Headline: valid / (in scope - not yet due). Strict: valid / in scope.",
    "RAG: Green from {green} %, Amber from {amber} %, Red below, on the unrounded headline.",
    "Somebody with posts in two rows counts in both, and once in the total.",
    "[z]: there is nobody to count.",
)


_COMPLIANCE_GROUPINGS = tuple(grouping.value for grouping in Grouping)


async def training_compliance(
    question: Question, *, scope: Scope, targets: Targets = TARGETS
) -> Report:
    """Answer who holds the training that is required of them on the period's last day (C8).

    Raises:
        NotFoundError: the scope may not see the staff of the organisation.
    """
    as_of = question.until or clock.today()
    scope = await within(question.organisation_id, scope=scope)
    group_by = grouped(question, _COMPLIANCE_GROUPINGS) or DEFAULT_GROUPING
    found = await compliance(scope=scope, as_of=as_of, group_by=group_by)
    shown = found.group_by
    return Report(
        slug="training-compliance",
        title="Training compliance",
        counting_unit="staff in post on the day, once for each requirement",
        question=question,
        definitions=_definitions(targets),
        basis="census: staff in post on the day, once for each requirement",
        period=f"on {as_of.isoformat()}",
        as_of=as_of,
        run_at=clock.now(),
        group_by=tuple(grouping.value for grouping in shown),
        columns=(*map(_column, shown), *_FIGURES),
        sums=_SUMS,
        sections=(
            Section(
                "",
                tuple(
                    (*_labels(group, shown), *_cells(figures, targets))
                    for group, figures in found.rows
                ),
                totals=(*_total_labels(shown), *_cells(found.total, targets)),
            ),
        ),
        data_quality=(f"{found.unverified} training records are not verified and do not count.",),
    )


def _definitions(targets: Targets) -> tuple[str, ...]:
    percents = {"green": int(targets.green * 100), "amber": int(targets.amber * 100)}
    return tuple(sentence.format(**percents) for sentence in _DEFINITIONS)


def _column(grouping: Grouping) -> Column:
    return Column(grouping.value, _TITLES[grouping], _KINDS.get(grouping, Kind.TEXT))


def _labels(group: Group, shown: Sequence[Grouping]) -> tuple[str, ...]:
    labels = {
        Grouping.REQUIREMENT: group.requirement.name if group.requirement else "",
        Grouping.ORGANISATION: group.organisation.name if group.organisation else "",
        Grouping.TEAM: group.team or "",
        Grouping.SECTOR: group.sector.value if group.sector else "",
        Grouping.STAFF_GROUP: group.staff_group.value if group.staff_group else "",
    }
    return tuple(labels[grouping] for grouping in shown)


def _total_labels(shown: Sequence[object]) -> tuple[str, ...]:
    return tuple("" if place else "Total" for place, _ in enumerate(shown))


def _cells(figures: Figures, targets: Targets) -> tuple[object, ...]:
    return (
        figures.required,
        figures.exempt,
        figures.in_scope,
        figures.counted,
        figures.valid,
        figures.expiring_soon,
        figures.in_grace,
        figures.overdue_never,
        figures.expired,
        Rate(figures.valid, figures.counted),
        Rate(figures.valid, figures.in_scope),
        targets.rag(figures.headline) or "",
    )


_ATTENDANCE = (
    Column("booked", "Booked", Kind.COUNT),
    Column("attended_full", "Attended", Kind.COUNT),
    Column("left_early", "Left early", Kind.COUNT),
    Column("no_show", "Did not come", Kind.COUNT),
    Column("cancelled_by_staff", "Cancelled by staff", Kind.COUNT),
    Column("cancelled_by_provider", "Cancelled by provider", Kind.COUNT),
    Column("unmarked", "Not marked", Kind.COUNT),
    Column("expected", "Expected", Kind.COUNT),
    Column("attendance", "Attendance", Kind.RATE, "attended_full", "expected"),
)
_REACH = (
    Column("headcount", "Staff in post", Kind.COUNT, adds_up=False),
    Column("trained", "Ever trained", Kind.COUNT, adds_up=False),
    Column("reach", "Reach", Kind.RATE, "trained", "headcount"),
)
_ATTENDANCE_SUMS = (
    Sum(
        "booked",
        (
            "attended_full",
            "left_early",
            "no_show",
            "cancelled_by_staff",
            "cancelled_by_provider",
            "unmarked",
        ),
    ),
    Sum("booked", ("expected", "cancelled_by_provider")),
)
_ATTENDANCE_DEFINITIONS = (
    "Booked: who had a place at an event that was held or cancelled; who only waited is not in it.",
    "Attended: to the end. Who left early has no certificate and did not complete the course.",
    "Attendance: attended / (booked - cancelled by provider).",
    "Reach: ever trained / staff in post.",
    "Ever trained: staff in post on the last day who completed the course of the row, or any.",
    "[z]: there is nobody to count, or they are staff of an organisation that you do not see.",
)


_ATTENDANCE_GROUPINGS = tuple(grouping.value for grouping in AttendanceGrouping)


async def training_attendance(question: Question, *, scope: Scope) -> Report:
    """Answer how staff of each organisation came to training events in a period (C8, S9)."""
    group_by = grouped(question, _ATTENDANCE_GROUPINGS) or ("organisation",)
    shown = [AttendanceGrouping(group) for group in group_by]
    since, until = question.since, question.until or clock.today()
    found = await event_attendance(scope=scope, since=since, until=until, group_by=shown)
    reached = AttendanceGrouping.EVENT not in shown
    return Report(
        slug="training-attendance",
        title="Attendance at training",
        counting_unit="bookings of events that began in the period",
        question=question,
        definitions=_ATTENDANCE_DEFINITIONS,
        basis="flow: events that began in the period, each booking once",
        period="events " + named(since, until, today=clock.today()),
        as_of=until,
        run_at=clock.now(),
        group_by=group_by,
        columns=(
            *(Column(grouping.value, grouping.value.capitalize(), Kind.TEXT) for grouping in shown),
            *_ATTENDANCE,
            *(_REACH if reached else []),
        ),
        sums=_ATTENDANCE_SUMS,
        sections=(
            Section(
                "",
                tuple(
                    (*label, *_came(*figures, reached=reached))
                    for label, figures in found.rows.items()
                ),
                totals=(*_total_labels(shown), *_came(*found.total, reached=reached)),
            ),
        ),
        data_quality=(
            f"Events over without a marked register, not counted: {found.unmarked_events}.",
        ),
    )


def _came(attendance: Attendance, reach: Reach, *, reached: bool) -> tuple[object, ...]:
    return (
        attendance.booked,
        attendance.attended_full,
        attendance.left_early,
        attendance.no_show,
        attendance.cancelled_by_staff,
        attendance.cancelled_by_provider,
        attendance.unmarked,
        attendance.expected,
        Rate(attendance.attended_full, attendance.expected),
        *(
            [reach.headcount, reach.trained, Rate(reach.trained, reach.headcount)]
            if reached
            else []
        ),
    )
