"""Who came to which session, for figures that set it beside something else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.reports import Question
from core.scope import Scope, Side
from programmes.domain.attendance import Mark
from programmes.domain.terms import AbsenceReason, AttendanceOutcome, ProgrammeType
from programmes.queries import visibility
from programmes.queries.cases import require_cohort, require_programme


async def turnout(*, since: datetime, scope: Scope) -> dict[tuple[UUID, UUID], bool]:
    """Answer for each counted mark of the sessions since an instant whether the person came.

    Keys are (participant, session). Counted is what attendance counts (C5).
    """
    rows = await database.run(
        "SELECT x.participant, a.session, a.outcome, a.absence_reason FROM attendances a"
        " JOIN sessions s ON s.id = a.session JOIN cohorts c ON c.id = s.cohort"
        " JOIN enrolments x ON x.id = a.enrolment JOIN participants p ON p.id = x.participant"
        " WHERE s.starts_at >= {} AND s.starts_at <= {} AND {} AND {}",
        since,
        clock.now(),
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    found = {}
    for row in rows:
        mark = Mark(
            AttendanceOutcome(row["outcome"]),
            absence_reason=AbsenceReason(row["absence_reason"]) if row["absence_reason"] else None,
        )
        if mark.counts:
            found[row["participant"], row["session"]] = mark.attended
    return found


@dataclass(frozen=True, slots=True)
class Turnout:
    """One person expected at one session and marked, and how it was marked."""

    side: Side
    type: ProgrammeType
    programme_id: UUID
    programme: str
    participant_id: UUID
    session_id: UUID
    mark: Mark


async def expected_and_marked(question: Question, *, scope: Scope) -> tuple[Turnout, ...]:
    """Answer everybody expected at a session of the question's days and marked (C5).

    Restricted people are nobody's here but of those named (D7).

    Raises:
        NotFoundError: the programme or cohort asked for is not there, or not visible.
    """
    await require_programme(question.programme_id, scope=scope)
    await require_cohort(question.cohort_id, scope=scope)
    rows = await database.run(
        "SELECT g.side, g.type, g.id AS programme, g.name, e.participant, a.session, a.outcome,"
        " a.absence_reason FROM sessions s JOIN attendances a ON a.session = s.id"
        " JOIN enrolments e ON e.id = a.enrolment JOIN participants p ON p.id = e.participant"
        " JOIN cohorts c ON c.id = e.cohort JOIN programme_versions v ON v.id = c.programme_version"
        " JOIN programmes g ON g.id = v.programme WHERE {}",
        database.all_of(_conditions(question, scope)),
    )
    found = (_turnout(row) for row in rows)
    return tuple(one for one in found if one.mark.counts)


def _conditions(question: Question, scope: Scope) -> list[QueryString]:
    day = database.london_day("s.starts_at")
    found = [
        QueryString("s.starts_at <= {}", clock.now()),
        visibility.reported(scope),
        visibility.unrestricted(scope),
        QueryString(
            "NOT s.is_catch_up AND s.status <> 'cancelled'"  # noqa: S608 - our own words
            f" AND {day} >= e.joined_on AND (e.ended_on IS NULL OR {day} <= e.ended_on)"
            " AND NOT EXISTS (SELECT 1 FROM pauses z WHERE z.enrolment = e.id"
            f" AND {day} >= z.from_on AND (z.to_on IS NULL OR {day} <= z.to_on))"
        ),
    ]
    if question.since:
        found.append(QueryString("s.starts_at >= {}", clock.instant_of(question.since, "00:00")))
    if question.until and question.until < clock.today():
        ends = clock.instant_of(question.until + timedelta(days=1), "00:00")
        found.append(QueryString("s.starts_at < {}", ends))
    for column, id in (
        ("g.id", question.programme_id),
        ("g.organisation", question.organisation_id),
        ("c.id", question.cohort_id),
    ):
        if id:
            found.append(QueryString(f"{column} = {{}}", id))
    return found


def _turnout(row: database.Row) -> Turnout:
    reason = row["absence_reason"]
    return Turnout(
        Side(row["side"]),
        ProgrammeType(row["type"]),
        row["programme"],
        row["name"],
        row["participant"],
        row["session"],
        Mark(
            AttendanceOutcome(row["outcome"]),
            absence_reason=AbsenceReason(reason) if reason else None,
        ),
    )
