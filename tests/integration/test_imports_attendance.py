"""Attendance out of a spreadsheet: each register saved once, corrections keep what was before."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.domain.roles import GrantSide, Role
from core import clock, database
from core.errors import ForbiddenError
from core.imports import ImportDisturbedError, ImportRefusedError, Plan, Result, run
from core.scope import SYSTEM, Side
from core.spreadsheets import Sheet
from programmes.domain.importing.attendance import ABSENT_HINT
from programmes.domain.terms import EnrolmentStatus, SessionStatus
from programmes.queries.counters import wrong_counters
from programmes.services.imports.attendance import AttendanceImporter
from programmes.tables import Attendance, Enrolment, MarkChange, Participant, Referral, Session
from tests.factories import Person, at, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_programme,
    make_referral,
    make_session,
)

HEADER = (
    "cohort_code", "session_on", "unit_number", "participant_reference", "outcome",
    "minutes_attended", "catch_up", "note",
)  # fmt: skip
FIRST = "2026-05-06"
"""The day of unit 1; each later unit is a week later, and unit 6 is today."""


def sheet(*rows: dict[str, str], header: Sequence[str] = HEADER) -> Sheet:
    return Sheet((tuple(header), *(tuple(row.get(name, "") for name in header) for row in rows)))


def line(reference: str = "R-1", outcome: str = "attended", **said: str) -> dict[str, str]:
    where = said if {"session_on", "unit_number"} & said.keys() else {**said, "unit_number": "1"}
    base = {"cohort_code": "F1", "participant_reference": reference, "outcome": outcome}
    return {**base, **where}


async def a_group(
    people: int = 2, side: Side = Side.SURVIVOR, **how: Any
) -> tuple[Person, MadeCohort]:
    """A manager, and cohort F1 with people R-1, R-2 and so on."""
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value))
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=side, code="F1", enrolled=people, **how
    )
    for number, participant_id in enumerate(cohort.participant_ids, 1):
        await refer_to_as(participant_id, f"R-{number}")
    return person, cohort


async def refer_to_as(participant_id: UUID, reference: str) -> None:
    await Participant.update({Participant.reference: reference}).where(
        Participant.id == participant_id
    )


async def bring(person: Person, *rows: dict[str, str], **how: Any) -> Result:
    return await run(AttendanceImporter(), sheet(*rows), by=person.actor, **how)


def counts(result: Result) -> tuple[int, int, int, int, int]:
    return result.rows, result.created, result.updated, result.unchanged, result.refused


def said(result: Result) -> list[tuple[int, str, str]]:
    return [(error.row, error.field, error.message) for error in result.errors]


async def events() -> list[str]:
    rows = await database.run("SELECT action FROM audit_events ORDER BY id")
    return [row["action"] for row in rows]


async def session_of(session_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await Session.select().where(Session.id == session_id))[0]
    return found


async def test_marks_are_saved_and_each_register_rises_once(db: None) -> None:
    person, cohort = await a_group()

    result = await bring(
        person,
        line("R-1", session_on=FIRST),
        line("R-2", "DNA", unit_number="2"),
        line("R-2", "apologies", session_on="06/05/2026", unit_number="1", note="Rang us"),
        line("R-1", "left early", unit_number="2", minutes_attended="90"),
    )

    assert counts(result) == (4, 4, 0, 0, 0)
    rows = await database.run(
        "SELECT a.outcome, a.minutes_attended, a.note, a.recorded_by FROM attendances a"
        " JOIN sessions s ON s.id = a.session JOIN enrolments e ON e.id = a.enrolment"
        " JOIN participants p ON p.id = e.participant ORDER BY s.starts_at, p.reference"
    )
    assert [tuple(row.values())[:3] for row in rows] == [
        ("attended", None, ""),
        ("absent_notified", None, "Rang us"),
        ("left_early", 90, ""),
        ("absent_not_notified", None, ""),
    ]
    assert {row["recorded_by"] for row in rows} == {person.id}
    for unit in (1, 2):
        session = await session_of(cohort.session_ids[unit])
        assert (session["register_version"], session["status"]) == (1, "held")
        assert session["register_saved_by"] == person.id
    assert await events() == ["register_imported", "register_imported", "spreadsheet_imported"]


async def test_starts_and_statuses_follow_from_the_marks(db: None) -> None:
    """C3: the first group unit attended; ``tracker doctor`` finds nothing wrong."""
    person, cohort = await a_group()
    await Enrolment.update({Enrolment.status: EnrolmentStatus.ENROLLED}).where(
        Enrolment.cohort == cohort.id
    )
    referral_id = await make_referral(
        participant_id=cohort.participant_ids[0], programme_id=cohort.programme.id
    )
    await Enrolment.update({Enrolment.referral: referral_id}).where(
        Enrolment.id == cohort.enrolment_ids[0]
    )
    await Referral.update({Referral.status: "scheduled"}).where(Referral.id == referral_id)

    await bring(person, line("R-1", unit_number="2"), line("R-2", "DNA", unit_number="2"))

    rows = await Enrolment.select().order_by(Enrolment.id)
    assert [(row["status"], row["started_on"]) for row in rows] == [
        ("active", date(2026, 5, 13)),
        ("enrolled", None),
    ]
    assert (await Referral.select())[0]["status"] == "on_programme"
    assert await wrong_counters(scope=SYSTEM.scope) == ()


async def test_a_second_import_changes_nothing(db: None) -> None:
    person, _ = await a_group()
    rows = [
        line("R-1"), line("R-2", "late", minutes_attended="100"),
        line("R-2", unit_number="2", session_on="2026-05-20", catch_up="yes"),
    ]  # fmt: skip
    assert counts(await bring(person, *rows)) == (3, 3, 0, 0, 0)
    before = await database.run("SELECT id, register_version FROM sessions ORDER BY id")
    written = len(await events())

    again = await bring(person, *rows)

    assert counts(again) == (3, 0, 0, 3, 0)
    assert await database.run("SELECT id, register_version FROM sessions ORDER BY id") == before
    assert (await events())[written:] == ["spreadsheet_imported"]
    assert await MarkChange.count() == 0


async def test_a_different_mark_is_a_correction_and_the_old_one_is_kept(db: None) -> None:
    person, cohort = await a_group()
    mark_id = await make_mark(
        session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0],
        minutes_attended=60, note="Told us",
    )  # fmt: skip
    await Attendance.update({Attendance.engaged: True}).where(Attendance.id == mark_id)

    result = await bring(person, line("R-1", "DNA"), line("R-2"))

    assert counts(result) == (2, 1, 1, 0, 0)
    change = (await MarkChange.select())[0]
    assert (change["attendance"], change["outcome"], change["minutes_attended"]) == (
        mark_id, "attended", 60,
    )  # fmt: skip
    assert (change["note"], change["reason"], change["changed_by"]) == (
        "Told us", "import", person.id,
    )  # fmt: skip
    mark = (await Attendance.select().where(Attendance.id == mark_id))[0]
    assert (mark["outcome"], mark["minutes_attended"], mark["note"], mark["engaged"]) == (
        "absent_not_notified", None, "Told us", True,
    )  # fmt: skip
    assert (await session_of(cohort.session_ids[1]))["register_version"] == 2
    assert "Told us" not in str(await database.run("SELECT * FROM audit_events"))


async def test_an_empty_cell_keeps_what_is_recorded(db: None) -> None:
    person, cohort = await a_group()
    await make_mark(
        session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0],
        minutes_attended=60, note="Left for work",
    )  # fmt: skip

    assert counts(await bring(person, line("R-1"))) == (1, 0, 0, 1, 0)
    changed = await bring(person, line("R-1", minutes_attended="75"))

    assert counts(changed) == (1, 0, 1, 0, 0)
    mark = (await Attendance.select())[0]
    assert (mark["minutes_attended"], mark["note"]) == (75, "Left for work")


async def test_a_catch_up_makes_a_session_of_ones_own_once(db: None) -> None:
    person, cohort = await a_group()
    await bring(person, line("R-1", "DNA", unit_number="2"))
    row = line("R-1", unit_number="2", session_on="2026-05-22", catch_up="y")

    assert counts(await bring(person, row)) == (1, 1, 0, 0, 0)
    assert counts(await bring(person, row)) == (1, 0, 0, 1, 0)
    assert counts(await bring(person, line("R-1", "late", unit_number="2", catch_up="yes"))) == (
        1, 0, 1, 0, 0,
    )  # fmt: skip

    own = await Session.select().where(Session.enrolment == cohort.enrolment_ids[0])
    assert [(row["is_catch_up"], row["missed_session"], row["starts_at"]) for row in own] == [
        (True, cohort.session_ids[2], at("2026-05-22 12:00"))
    ]
    assert own[0]["register_version"] == 2


async def test_a_one_to_one_is_a_session_of_ones_own_but_no_catch_up(db: None) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    programme = await make_programme(organisation_id=person.organisation_id, one_to_one=(3,))
    cohort = await make_cohort(programme=programme, code="F1", enrolled=1)
    await refer_to_as(cohort.participant_ids[0], "R-1")

    await bring(person, line("R-1", unit_number="3", session_on="2026-05-21", catch_up="yes"))

    own = await Session.select().where(Session.enrolment == cohort.enrolment_ids[0])
    assert [(row["is_catch_up"], row["missed_session"]) for row in own] == [(False, None)]


async def test_a_catch_up_that_is_refused_leaves_no_session(db: None) -> None:
    person, _ = await a_group()
    before = await Session.count()

    result = await bring(
        person,
        line("R-1", "left early", unit_number="2", session_on="2026-05-22", catch_up="yes"),
        line("R-1", unit_number="77", session_on="2026-05-22", catch_up="yes"),
        line("R-1", unit_number="2", catch_up="yes"),
        line("R-1", session_on="2026-05-22", catch_up="yes"),
    )

    needs = "Is empty. A catch-up that is not recorded yet needs its day and its unit"
    assert said(result) == [
        (2, "minutes_attended", "Enter how many minutes they stayed"),
        (3, "unit_number", "The programme has no such unit"),
        (4, "session_on", needs),
        (5, "unit_number", needs),
    ]
    assert await Session.count() == before


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"session_on": FIRST, "unit_number": "2"}, "unit_number",
         "The session on that day is of unit 1"),
        ({"session_on": "2026-05-07"}, "session_on", "The cohort has no session on that day"),
        ({"session_on": "2026-05-07", "unit_number": "1"}, "session_on",
         "The cohort has no session on that day"),
        ({"unit_number": "13"}, "unit_number", "The cohort has no session of this unit"),
        ({"unit_number": "7"}, "unit_number", "Has not begun yet"),
        ({"session_on": "2026-07-01"}, "session_on", "Lies in the future"),
        ({"unit_number": "one"}, "unit_number", "Must be a whole number from 1 to 1000"),
        ({"unit_number": ""}, "session_on",
         "Is empty, and so is the unit. One of them is needed"),
        ({"outcome": "absent"}, "outcome",
         f"“absent” is not known here. {ABSENT_HINT}"),
        ({"outcome": "left early"}, "minutes_attended", "Enter how many minutes they stayed"),
        ({"minutes_attended": "700"}, "minutes_attended", "Must be a whole number from 0 to 600"),
        ({"note": "a\x07b"}, "note", "Holds control characters"),
        ({"participant_reference": "R-9"}, "participant_reference", "Not found"),
        ({"participant_reference": ""}, "participant_reference", "Is empty"),
        ({"cohort_code": "F9"}, "cohort_code", "Not found"),
        ({"cohort_code": "F2"}, "cohort_code", "Not found"),
        ({"cohort_code": "M1"}, "cohort_code", "Not found"),
    ],
)  # fmt: skip
async def test_a_wrong_row_says_what_is_wrong_and_the_rest_goes_in(
    db: None, row: dict[str, str], field: str, message: str
) -> None:
    person, _ = await a_group()
    await make_cohort(code="F2")
    await make_cohort(organisation_id=person.organisation_id, side=Side.PERPETRATOR, code="M1")
    where = {} if {"session_on", "unit_number"} & row.keys() else {"unit_number": "1"}

    result = await bring(
        person, {"cohort_code": "F1", "participant_reference": "R-1", "outcome": "attended",
                 **where, **row}, line("R-2"),
    )  # fmt: skip

    assert said(result) == [(2, field, message)]
    assert counts(result) == (2, 1, 0, 0, 1)


async def test_a_cancelled_session_has_no_marks(db: None) -> None:
    person, cohort = await a_group()
    await Session.update({Session.status: SessionStatus.CANCELLED}).where(
        Session.id == cohort.session_ids[1]
    )

    result = await bring(person, line("R-1"))

    assert said(result) == [(2, "unit_number", "The cohort has no session of this unit")]


async def test_several_sessions_need_the_other_column_too(db: None) -> None:
    person, cohort = await a_group()
    units = cohort.programme.unit_ids
    for unit, day in ((1, "2026-05-09"), (5, FIRST), (1, FIRST)):
        await make_session(
            cohort_id=cohort.id, unit_id=units[unit], starts_at=at(f"{day} 1{unit}:30")
        )

    result = await bring(
        person,
        line("R-1", unit_number="1"),
        line("R-1", session_on=FIRST),
        line("R-1", session_on=FIRST, unit_number="1"),
        line("R-1", session_on=FIRST, unit_number="5"),
        line("R-1", session_on="2026-05-09", unit_number="1"),
    )

    assert said(result) == [
        (2, "session_on", "Is empty, and the unit has several sessions"),
        (3, "unit_number", "Is empty, and there are several sessions on that day"),
        (4, "session_on", "There are several sessions of this unit on that day"),
    ]
    assert result.created == 2


async def test_a_mark_lies_within_the_place_and_a_second_place_has_its_own(db: None) -> None:
    person, cohort = await a_group(people=0)
    someone = await make_participant(organisation_id=person.organisation_id)
    await refer_to_as(someone, "R-1")
    first = await make_enrolment(
        cohort_id=cohort.id, participant_id=someone, status=EnrolmentStatus.TRANSFERRED,
        ended_on=date(2026, 5, 13),
    )  # fmt: skip
    second = await make_enrolment(
        cohort_id=cohort.id, participant_id=someone, joined_on=date(2026, 5, 27)
    )

    result = await bring(
        person,
        line("R-1", unit_number="2"),
        line("R-1", unit_number="3"),
        line("R-1", unit_number="4"),
    )

    assert said(result) == [(3, "participant_reference", "Has no place in F1 on that day")]
    marks = await Attendance.select().order_by(Attendance.id)
    assert [mark["enrolment"] for mark in marks] == [first, second]


async def test_the_same_mark_twice_in_a_file_is_refused_the_second_time(db: None) -> None:
    person, _ = await a_group()

    result = await bring(person, line("R-1"), line("R-1", "DNA", session_on=FIRST))

    assert said(result) == [(3, "participant_reference", "Row 2 is the same mark")]


async def test_a_restricted_person_is_not_found(db: None) -> None:
    """D7."""
    person, cohort = await a_group()
    await database.run(
        "INSERT INTO restrictions (id, participant, reason, restricted_at) VALUES ({}, {}, {}, {})",
        UUID(int=1), cohort.participant_ids[0], "A colleague", clock.now(),
    )  # fmt: skip

    assert said(await bring(person, line("R-1"))) == [(2, "participant_reference", "Not found")]


async def test_a_code_of_several_sides_is_asked_for(db: None) -> None:
    person, _ = await a_group()
    await make_cohort(organisation_id=person.organisation_id, side=Side.PERPETRATOR, code="f1")

    result = await run(AttendanceImporter(), sheet(line("R-1")), by=SYSTEM)

    assert said(result) == [
        (2, "cohort_code", "Several sides or organisations have it. Say for which one you import")
    ]


async def test_a_dry_run_writes_nothing(db: None) -> None:
    person, cohort = await a_group()
    rows = [line("R-1"), line("R-2", unit_number="2", session_on="2026-05-22", catch_up="yes")]

    result = await bring(person, *rows, dry_run=True)

    assert counts(result) == (2, 2, 0, 0, 0)
    assert await Attendance.count() == 0
    assert (await session_of(cohort.session_ids[1]))["register_version"] == 0
    assert await events() == []


async def test_strict_imports_all_or_none(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    person, _ = await a_group()
    monkeypatch.setattr("programmes.services.imports.attendance._AT_ONCE", 1)
    bad = {**line("R-1"), "cohort_code": "F9"}

    with pytest.raises(ImportRefusedError) as refused:
        await bring(person, line("R-1"), bad, line("R-2"), strict=True)

    assert said(refused.value.result) == [(3, "cohort_code", "Not found")]
    assert str(refused.value) == "1 of 3 rows cannot be imported"
    assert await Attendance.count() == 0
    assert counts(await bring(person, line("R-1"), line("R-2"), strict=True)) == (2, 2, 0, 0, 0)


async def test_nobody_imports_without_the_permission(db: None) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)

    with pytest.raises(ForbiddenError):
        await bring(facilitator, line())


class Disturbed(AttendanceImporter):
    """Meets somebody else's change the first times that it writes."""

    def __init__(self, *, times: int) -> None:
        self.times = times

    async def plan(self, batch: Any, *, by: Any, dry_run: bool) -> Plan:
        plan = await super().plan(batch, by=by, dry_run=dry_run)
        if not self.times:
            return plan
        self.times -= 1

        async def write() -> None:
            await plan.write()
            await Attendance.insert(*[
                Attendance(**{**row, "id": UUID(int=number)})
                for number, row in enumerate(await Attendance.select())
            ])  # fmt: skip

        return Plan(plan.result, write)


async def test_what_somebody_else_changed_is_looked_at_again(db: None) -> None:
    person, _ = await a_group()
    rows = sheet(line("R-1"), line("R-2", "absent"))

    result = await run(Disturbed(times=2), rows, by=person.actor)

    assert counts(result) == (2, 1, 0, 0, 1)
    assert len(result.errors) == 1
    with pytest.raises(ImportDisturbedError):
        await run(Disturbed(times=9), sheet(line("R-1", unit_number="2")), by=person.actor)
    with pytest.raises(ImportDisturbedError):
        await run(
            Disturbed(times=1), sheet(line("R-1", unit_number="2")), by=person.actor, strict=True
        )
    assert await Attendance.count() == 1


def mostly(good: list[str], bad: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([*good * 6, *bad])


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "cohort_code": mostly(["F1", "f1"], ["F9", ""]),
            "session_on": mostly(["", ""], ["2026-05-13", "20/05/2026", "2026-05-14", "x"]),
            "unit_number": mostly(["1", "2", "3"], ["", "40", "-1"]),
            "participant_reference": mostly(["R-1", "R-2", "R-3"], ["R-9", ""]),
            "outcome": mostly(["attended", "DNA", "late"], ["Left early", "absent", ""]),
            "minutes_attended": mostly(["", "45"], ["x"]),
            "catch_up": mostly(["", "no"], ["yes", "maybe"]),
            "note": mostly(["", "A note"], ["=1+1"]),
        }
    ),
    min_size=1,
    max_size=12,
)


def drawn_files() -> list[list[dict[str, str]]]:
    """The same files in every run."""
    files: list[list[dict[str, str]]] = []

    @settings(
        max_examples=25, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(rows=ROWS)
    def draw(rows: list[dict[str, str]]) -> None:
        files.append(rows)

    draw()
    return files


async def test_every_row_is_counted_once_and_a_second_import_changes_nothing(db: None) -> None:
    person, _ = await a_group(people=3)
    created = refused = 0
    for rows in drawn_files():
        tried = await bring(person, *rows, dry_run=True)
        result = await bring(person, *rows)
        again = await bring(person, *rows)

        assert tried == result
        total = result.created + result.updated + result.unchanged + result.refused
        assert total == result.rows == len(rows)
        assert (again.created, again.updated, again.errors) == (0, 0, result.errors)
        created, refused = created + result.created, refused + result.refused
    assert created >= 9
    assert refused > 50
    assert await wrong_counters(scope=SYSTEM.scope) == ()
