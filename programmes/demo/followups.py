"""What follows from absences in the demonstration's running groups, as the rules say it."""

import random
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from core import clock, database
from core.demonstration import Ids, Rows
from core.scope import Side
from programmes.bank_holidays import is_bank_holiday
from programmes.demo.scene import NATION, Team
from programmes.domain.absences import DEFAULT_RULES, MarkedSession, act_by, triggers
from programmes.domain.case_terms import WelfareOutcome
from programmes.domain.terms import AbsenceReason, AttendanceOutcome, Mandate
from programmes.queries.marks import mark_of
from programmes.tables import AbsenceReview, MarkChange, PlannedAbsence, WelfareCheck

_MISSES_IN_A_ROW = 5
_TOLD_BEFORE = 2
_CORRECTED = 8
"""Places in the group, in order of joining, of the three people that this is about."""

_ROW = 3
_MOST_COVERED = 5


async def add_followups(teams: dict[Side, Team]) -> None:
    """Add reviews, welfare checks, corrections and planned absences of the running groups."""
    for side, team in teams.items():
        cohort = await _running(team)
        people = await _people(cohort)
        held = await _sessions(cohort, "s.status = 'held'")
        coming = [
            one
            for one in await _sessions(cohort, "s.status = 'scheduled'")
            if one["starts_at"] > clock.now()
        ]
        made = Ids(random.Random(f"{cohort}/followups"))  # noqa: S311 - invented people, no secret
        rows = Rows(AbsenceReview, WelfareCheck, MarkChange, PlannedAbsence)
        await _miss(side, people[_MISSES_IN_A_ROW], held[-_ROW:])
        await _cover(held[-_MOST_COVERED:])
        await _correct(rows, made, team, people[_CORRECTED], held[-1])
        marks = await _marks(cohort)
        _add_reviews(rows, made, marks)
        if side is Side.SURVIVOR:
            _add_checks(rows, made, team, marks, held[-1])
        rows.add(
            PlannedAbsence, id=made.new(), session=coming[0]["id"], enrolment=people[_TOLD_BEFORE],
            reason=AbsenceReason.HOLIDAY.value, recorded_by=team.facilitator_ids[0],
            acceptable=True if side is Side.PERPETRATOR else None, recorded_at=clock.now(),
        )  # fmt: skip
        await rows.insert()


async def _running(team: Team) -> UUID:
    """Answer the group that meets today."""
    rows = await database.run(
        "SELECT c.id FROM cohorts c JOIN sessions s ON s.cohort = c.id WHERE c.organisation = {}"
        " AND c.side = {} AND s.enrolment IS NULL AND s.starts_at >= {} AND s.starts_at < {}"
        " ORDER BY c.id",
        team.organisation_id,
        team.side.value,
        clock.instant_of(clock.today(), "00:00"),
        clock.instant_of(clock.today() + timedelta(days=1), "00:00"),
    )
    found: UUID = rows[0]["id"]
    return found


async def _people(cohort: UUID) -> list[UUID]:
    rows = await database.run(
        "SELECT e.id FROM enrolments e WHERE e.cohort = {} AND e.status = 'active' ORDER BY e.id",
        cohort,
    )
    return [row["id"] for row in rows]


async def _sessions(cohort: UUID, which: str) -> list[database.Row]:
    return await database.run(
        "SELECT s.id, s.starts_at, s.register_saved_at, u.title FROM sessions s"  # noqa: S608 - our own words
        " JOIN units u ON u.id = s.unit WHERE s.cohort = {} AND s.enrolment IS NULL"
        f" AND {which} ORDER BY s.starts_at",
        cohort,
    )


async def _miss(side: Side, enrolment: UUID, sessions: list[database.Row]) -> None:
    await database.run(
        "UPDATE attendances SET outcome = {}, minutes_attended = NULL, absence_reason = NULL,"
        " engaged = NULL, acceptable = {} WHERE enrolment = {} AND session IN {}",
        AttendanceOutcome.ABSENT_NOT_NOTIFIED.value,
        False if side is Side.PERPETRATOR else None,
        enrolment,
        database.in_list(session["id"] for session in sessions),
    )


async def _cover(sessions: list[database.Row]) -> None:
    for session in sessions:
        await database.run(
            "UPDATE sessions SET covered = {} WHERE id = {}",
            f"{session['title']}, with the worksheet; questions kept for next week",
            session["id"],
        )


async def _correct(
    rows: Rows, made: Ids, team: Team, enrolment: UUID, session: database.Row
) -> None:
    """Let one mark have been corrected an hour after the register was saved."""
    saved_at: datetime = session["register_saved_at"]
    corrected_at = saved_at + timedelta(hours=1)
    present = AttendanceOutcome.ATTENDED.value
    await database.run(
        "UPDATE attendances SET outcome = {}, minutes_attended = NULL, absence_reason = NULL,"
        " acceptable = NULL, recorded_at = {} WHERE enrolment = {} AND session = {}",
        present, corrected_at, enrolment, session["id"],
    )  # fmt: skip
    await database.run(
        "UPDATE sessions SET register_version = 2, register_saved_at = {} WHERE id = {}",
        corrected_at,
        session["id"],
    )
    found = await database.run(
        "SELECT id FROM attendances WHERE enrolment = {} AND session = {}",
        enrolment,
        session["id"],
    )
    rows.add(
        MarkChange, id=made.new(), attendance=found[0]["id"],
        outcome=AttendanceOutcome.ABSENT_NOT_NOTIFIED.value, reason="Marked on the wrong line",
        acceptable=False if team.side is Side.PERPETRATOR else None,
        recorded_by=team.facilitator_ids[0], recorded_at=saved_at,
        changed_by=team.facilitator_ids[0], changed_at=corrected_at,
    )  # fmt: skip


async def _marks(cohort: UUID) -> dict[UUID, list[MarkedSession]]:
    rows = await database.run(
        "SELECT a.enrolment, a.outcome, a.minutes_attended, a.minutes_late, a.absence_reason,"
        " a.acceptable, a.engaged, s.id, s.starts_at, s.is_catch_up FROM attendances a"
        " JOIN sessions s ON s.id = a.session WHERE s.cohort = {} ORDER BY a.enrolment,"
        " s.starts_at, s.id",
        cohort,
    )
    found: dict[UUID, list[MarkedSession]] = {}
    for row in rows:
        found.setdefault(row["enrolment"], []).append(
            MarkedSession(
                row["id"], row["starts_at"], mark_of(row), catch_up=bool(row["is_catch_up"])
            )
        )
    return found


def _add_reviews(rows: Rows, made: Ids, marks: dict[UUID, list[MarkedSession]]) -> None:
    rule = DEFAULT_RULES[Mandate.VOLUNTARY]
    holidays = partial(is_bank_holiday, nation=NATION)
    for enrolment, sessions in marks.items():
        for trigger in triggers(sessions, rule, reviewed={}):
            day = clock.london(trigger.session.starts_at).date()
            rows.add(
                AbsenceReview, id=made.new(), enrolment=enrolment,
                session=trigger.session.session_id, cause=trigger.cause.value,
                absences=trigger.absences, due_on=act_by(day, rule, is_holiday=holidays),
                opened_at=trigger.session.starts_at + timedelta(hours=2), version=1,
            )  # fmt: skip


def _add_checks(
    rows: Rows,
    made: Ids,
    team: Team,
    marks: dict[UUID, list[MarkedSession]],
    last: database.Row,
) -> None:
    """Add a check for each absence, all made but one of last week's."""
    for enrolment, sessions in marks.items():
        misses_in_a_row = bool(triggers(sessions, DEFAULT_RULES[Mandate.VOLUNTARY], reviewed={}))
        for session in sessions:
            if session.mark.attended:
                continue
            waits = misses_in_a_row and session.session_id == last["id"]
            ended = {} if waits else _called(team, session)
            rows.add(
                WelfareCheck, id=made.new(), session=session.session_id, enrolment=enrolment,
                opened_at=session.starts_at + timedelta(hours=2),
                due_on=clock.london(session.starts_at).date(), version=1 if waits else 2, **ended,
            )  # fmt: skip


def _called(team: Team, session: MarkedSession) -> dict[str, Any]:
    return {
        "closed_at": session.starts_at + timedelta(hours=4),
        "closed_by": team.facilitator_ids[0],
        "outcome": WelfareOutcome.SAFE.value,
        "note": "Rang her; she is well and will come next week",
    }
