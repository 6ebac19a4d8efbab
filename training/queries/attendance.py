"""How people of each organisation came to training events, and how many were ever trained."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from piccolo.querystring import QueryString

from core import clock, database
from core.database import Row
from core.scope import Permission, Scope
from training.domain.events import Attendance, attendance
from training.domain.terms import BookingOutcome, EventStatus
from training.queries.areas import organisations_seen, staff_in_scope

_LAST = date(2100, 12, 31)
_BOOKED = (
    "SELECT o.name AS organisation, c.name || ' (' || c.code || ')' AS course, e.id AS event,"
    " e.starts_at, b.outcome,"
    " COUNT(*) AS bookings FROM bookings b JOIN staff ON staff.id = b.staff"
    " JOIN organisations o ON o.id = staff.organisation JOIN training_events e ON e.id = b.event"
    " JOIN courses c ON c.id = e.course WHERE b.placed_at IS NOT NULL AND e.status IN {} AND {}"
    " AND {} GROUP BY o.name, c.name, c.code, e.id, e.starts_at, b.outcome"
)
_HEADCOUNT = (
    "SELECT o.name AS organisation, COUNT(*) AS people FROM staff"
    " JOIN organisations o ON o.id = staff.organisation WHERE {} AND {} GROUP BY o.name"
)
_TRAINED = (
    "SELECT {}, COUNT(DISTINCT staff.id) AS people"
    " FROM training_records r JOIN staff ON staff.id = r.staff"
    " JOIN organisations o ON o.id = staff.organisation JOIN courses c ON c.id = r.course"
    " WHERE r.counts AND r.completed_on <= {} AND {} AND {} GROUP BY {}"
)
_IN_POST = (
    "EXISTS (SELECT 1 FROM posts p WHERE p.staff = staff.id AND p.started_on <= {}"
    " AND (p.ended_on IS NULL OR p.ended_on >= {}))"
)
_UNMARKED = (
    "SELECT COUNT(*) AS events FROM training_events e"
    " WHERE e.status = {} AND e.ends_at < {} AND {} AND {}"
)


class AttendanceGrouping(StrEnum):
    """What attendance figures can be grouped by."""

    ORGANISATION = "organisation"
    COURSE = "course"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Reach:
    """Staff in post who ever completed a course, of those in post (C8)."""

    trained: int = 0
    headcount: int = 0


@dataclass(frozen=True, slots=True)
class AttendanceFigures:
    """Attendance and reach by the labels of each group, and over all."""

    rows: dict[tuple[str, ...], tuple[Attendance, Reach]]
    total: tuple[Attendance, Reach]
    unmarked_events: int


async def event_attendance(
    *, scope: Scope, since: date | None, until: date, group_by: Collection[AttendanceGrouping]
) -> AttendanceFigures:
    """Answer attendance of events that began in the period: five statements at most.

    Of the scope's staff anywhere, and of everybody at events that its organisations give.
    """
    booked = await database.run(
        _BOOKED,
        database.in_list([EventStatus.HELD.value, EventStatus.CANCELLED.value]),
        _began(since, until),
        QueryString("({} OR {})", staff_in_scope(scope=scope), _given(scope)),
    )
    people = await _Reached.on(until, scope, by_course=AttendanceGrouping.COURSE in group_by)
    counts: defaultdict[tuple[str, ...], list[tuple[BookingOutcome, int]]] = defaultdict(list)
    for row in booked:
        counts[_label(row, group_by)].append((BookingOutcome(row["outcome"]), row["bookings"]))
    if set(group_by) == {AttendanceGrouping.ORGANISATION}:
        for name in people.headcount:
            counts.setdefault((name,), [])
    unmarked = await database.run(
        _UNMARKED, EventStatus.PLANNED.value, clock.now(), _began(since, until), _given(scope)
    )
    return AttendanceFigures(
        rows={
            label: (attendance(counts[label]), people.of(label, group_by))
            for label in sorted(counts)
        },
        total=(
            attendance(one for found in counts.values() for one in found),
            Reach(sum(people.trained.values()), sum(people.headcount.values())),
        ),
        unmarked_events=unmarked[0]["events"],
    )


@dataclass(frozen=True, slots=True)
class _Reached:
    """Headcount and who was ever trained, by the organisation's name and by the course's."""

    headcount: dict[str, int]
    trained: dict[str, int]
    by_course: dict[tuple[str, str], int]

    @classmethod
    async def on(cls, day: date, scope: Scope, *, by_course: bool) -> "_Reached":
        seen, held = staff_in_scope(scope=scope), QueryString(_IN_POST, day, day)
        in_each = QueryString("o.name AS organisation"), QueryString("o.name")
        of_each = (
            QueryString("o.name AS organisation, c.name || ' (' || c.code || ')' AS course"),
            QueryString("o.name, c.name, c.code"),
        )

        async def trained(what: QueryString, by: QueryString) -> list[Row]:
            return await database.run(_TRAINED, what, day, seen, held, by)

        heads = await database.run(_HEADCOUNT, seen, held)
        courses = await trained(*of_each) if by_course else []
        return cls(
            headcount={row["organisation"]: row["people"] for row in heads},
            trained={row["organisation"]: row["people"] for row in await trained(*in_each)},
            by_course={(row["organisation"], row["course"]): row["people"] for row in courses},
        )

    def of(self, label: tuple[str, ...], group_by: Collection[AttendanceGrouping]) -> Reach:
        """Answer the reach of a group's course within its organisation, or of all of either."""
        named = dict(zip(_in_order(group_by), label, strict=True))
        organisation = named.get(AttendanceGrouping.ORGANISATION)
        course = named.get(AttendanceGrouping.COURSE)
        names = [name for name in self.headcount if organisation in (None, name)]
        return Reach(
            sum(
                self.trained.get(name, 0)
                if course is None
                else self.by_course.get((name, course), 0)
                for name in names
            ),
            sum(self.headcount[name] for name in names),
        )


def _in_order(group_by: Collection[AttendanceGrouping]) -> list[AttendanceGrouping]:
    return [grouping for grouping in AttendanceGrouping if grouping in group_by]


def _label(row: Row, group_by: Collection[AttendanceGrouping]) -> tuple[str, ...]:
    begins = clock.london(row["starts_at"])
    labels = {
        AttendanceGrouping.ORGANISATION: row["organisation"],
        AttendanceGrouping.COURSE: row["course"],
        AttendanceGrouping.EVENT: f"{begins:%Y-%m-%d %H:%M} {row['course']}",
    }
    return tuple(labels[grouping] for grouping in _in_order(group_by))


def _began(since: date | None, until: date) -> QueryString:
    """Answer the SQL condition that an event began within the days, as London reads them."""
    last = min(until, _LAST)
    before = QueryString("e.starts_at < {}", clock.instant_of(last + timedelta(days=1), "00:00"))
    if since is None:
        return before
    return QueryString("{} AND e.starts_at >= {}", before, clock.instant_of(since, "00:00"))


def _given(scope: Scope) -> QueryString:
    """Answer the SQL condition that the scope's own organisations give an event."""
    seen = organisations_seen(scope=scope, permission=Permission.RECORD_TRAINING)
    if seen is None:
        return QueryString("1 = 1")
    return QueryString("e.organisation IN {}", database.in_list(sorted(seen)))
