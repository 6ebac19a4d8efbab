"""Completions out of a list: in once, verified later, never brought back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock, database
from core.errors import ForbiddenError
from core.imports import Result, run
from core.scope import SYSTEM
from core.spreadsheets import Sheet
from tests.factories import Person, make_person
from tests.factories_training import make_course, make_record, make_staff
from training.domain.importing.training_records import completion_fault
from training.queries.kept import wrong_holdings
from training.services.imports.training_records import TrainingRecordImporter
from training.tables import Course, TrainingRecord

HEADER = tuple(column.name for column in TrainingRecordImporter.columns)


def line(**said: str) -> dict[str, str]:
    return {
        "payroll_number": "1", "course_code": "DA1", "completed_on": "2026-06-01",
        "evidence": "certificate", "verified": "yes", **said,
    }  # fmt: skip


async def a_lead(*, everywhere: bool = False) -> Person:
    person = await make_person(Role.TRAINING_ADMIN, GrantSide.NONE, everywhere=everywhere)
    await make_course(code="DA1")
    await make_staff(organisation_id=person.organisation_id, payroll_number="1")
    return person


async def bring(person: Person, *rows: dict[str, str], **how: Any) -> Result:
    body = [tuple(row.get(name, "") for name in HEADER) for row in rows]
    return await run(TrainingRecordImporter(), Sheet((HEADER, *body)), by=person.actor, **how)


def counts(result: Result) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.refused


def said(result: Result) -> list[tuple[int, str, str]]:
    return [(error.row, error.field, error.message) for error in result.errors]


async def stored() -> list[dict[str, Any]]:
    return await TrainingRecord.select().order_by(TrainingRecord.completed_on)


async def test_completions_go_in_once_and_count(db: None) -> None:
    person = await a_lead()
    rows = [
        line(hours="3.5"), line(completed_on="13/05/2026", evidence="LMS", verified=""),
        line(completed_on="2026-05-14", evidence="self-declared", verified="no"),
    ]  # fmt: skip

    tried = await bring(person, *rows, dry_run=True)
    first = await bring(person, *rows)
    again = await bring(person, *rows)

    assert (counts(tried), counts(first), counts(again)) == (
        (3, 0, 0, 0), (3, 0, 0, 0), (0, 0, 3, 0),
    )  # fmt: skip
    [online, declared, shown] = await stored()
    assert (online["evidence"], online["verified"]) == ("e_learning_result", False)
    assert declared["evidence"] == "self_declared"
    assert (shown["hours"], shown["counts"]) == (Decimal("3.50"), True)
    assert shown["verified_by"] == shown["recorded_by"] == person.actor.account_id
    assert await wrong_holdings(scope=SYSTEM.scope) == ()
    events = await database.run("SELECT action, after FROM audit_events ORDER BY id")
    assert [row["action"] for row in events] == [
        *["training_imported"] * 3, "spreadsheet_imported", "spreadsheet_imported",
    ]  # fmt: skip


async def test_a_repeated_row_only_verifies(db: None) -> None:
    person = await a_lead()
    await bring(person, line(evidence="self declared", verified="no", hours="2"))

    other = await bring(person, line(evidence="register", verified="no", hours="5"))
    verifies = await bring(person, line(evidence="register"))
    back = await bring(person, line(evidence="self declared", verified="no"))

    assert (counts(other), counts(verifies), counts(back)) == (
        (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 1, 0),
    )  # fmt: skip
    [record] = await stored()
    assert (record["evidence"], record["verified"], record["hours"]) == (
        "register", True, Decimal("2.00"),
    )  # fmt: skip
    assert (record["counts"], record["verified_at"]) == (True, clock.now())
    assert await wrong_holdings(scope=SYSTEM.scope) == ()


async def test_a_row_twice_in_one_file_is_one_completion(db: None) -> None:
    person = await a_lead()

    result = await bring(person, line(verified="no"), line(), line(verified="no"))

    assert counts(result) == (1, 0, 2, 0)
    [record] = await stored()
    assert record["verified"]


async def test_what_was_withdrawn_is_not_brought_back(db: None) -> None:
    person = await a_lead()
    await bring(person, line())
    await TrainingRecord.update(
        {TrainingRecord.withdrawn_at: clock.now(), TrainingRecord.counts: False}, force=True
    )

    assert counts(await bring(person, line())) == (0, 0, 1, 0)
    assert len(await stored()) == 1

    course = (await Course.select())[0]["id"]
    staff = (await database.run("SELECT id FROM staff"))[0]["id"]
    await make_record(staff, course, completed_on=date(2026, 6, 1), verified=False)
    assert counts(await bring(person, line())) == (0, 1, 0, 0), "one beside it is verified"


async def test_each_fault_names_its_column(db: None) -> None:
    person = await a_lead()
    await make_course(code="OLD")
    await Course.update({Course.retired_on: date(2026, 3, 1)}).where(Course.code == "OLD")

    result = await bring(
        person, line(payroll_number="404"), line(course_code="NONE"),
        line(completed_on=f"{clock.today().year + 1}-01-01"), line(completed_on="1989-12-31"),
        line(course_code="old", completed_on="2026-03-01"), line(evidence="self"),
        line(evidence=""), line(hours="501"), line(hours="1.234"), line(completed_on="03/04/26"),
        line(course_code="OLD", completed_on="2026-02-28"), line(verified="perhaps"),
        line(payroll_number="=1+1"), line(organisation="Nowhere"),
    )  # fmt: skip

    assert [(error.row, error.field) for error in result.errors] == [
        (2, "payroll_number"), (3, "course_code"), (4, "completed_on"), (5, "completed_on"),
        (6, "course_code"), (7, "verified"), (8, "evidence"), (9, "hours"), (10, "hours"),
        (11, "completed_on"), (13, "verified"), (14, "payroll_number"), (15, "organisation"),
    ]  # fmt: skip
    assert said(result)[4][2] == "The course was retired on 2026-03-01"
    assert result.created == 1


async def test_mixed_dates_that_could_be_american_are_refused_by_row(db: None) -> None:
    person = await a_lead()

    result = await bring(
        person, line(completed_on="04/05/2026"), line(completed_on="04/13/2026"),
        line(completed_on="2026-05-06"), line(completed_on="05/05/2026"),
    )  # fmt: skip

    assert [(error.row, error.field) for error in result.errors] == [
        (2, "completed_on"), (3, "completed_on"),
    ]  # fmt: skip
    assert result.created == 2


async def test_the_organisation_is_asked_where_several_have_the_number(db: None) -> None:
    person = await a_lead(everywhere=True)
    await make_staff(payroll_number="1")
    [own] = await database.run(
        "SELECT name FROM organisations WHERE id = {}", person.organisation_id
    )

    result = await bring(person, line(), line(organisation=own["name"], completed_on="2026-06-02"))

    assert said(result) == [
        (2, "payroll_number", "Several organisations have it. Say which, in a column organisation"),
    ]
    assert result.created == 1


async def test_other_organisations_find_nobody_and_others_may_not(db: None) -> None:
    await a_lead()
    stranger = await make_person(Role.WORKFORCE_LEAD, GrantSide.NONE)

    result = await bring(stranger, line())

    assert said(result) == [(2, "payroll_number", "Not found")]
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    with pytest.raises(ForbiddenError):
        await bring(facilitator, line())


def test_a_completion_more_than_50_years_before_the_first_day_is_refused() -> None:
    first = date(2045, 3, 1)

    assert completion_fault(date(1995, 3, 1), first_day=first, retired_on=None) is None
    assert completion_fault(date(1995, 2, 28), first_day=first, retired_on=None) == (
        "completed_on", "Is more than 50 years before their first day",
    )  # fmt: skip


async def test_nobody_verifies_their_own_completion_by_importing_it(db: None) -> None:
    person = await a_lead()
    await make_staff(
        organisation_id=person.organisation_id, payroll_number="2", account_id=person.id
    )

    declared = await bring(person, line(payroll_number="2", verified="no"))
    raised = await bring(person, line(payroll_number="2"))
    colleague = await make_person(
        Role.TRAINING_ADMIN, GrantSide.NONE, organisation_id=person.organisation_id
    )
    by_other = await bring(colleague, line(payroll_number="2"))
    again = await bring(person, line(payroll_number="2"))

    assert [counts(one) for one in (declared, raised, by_other, again)] == [
        (1, 0, 0, 0), (0, 0, 0, 1), (0, 1, 0, 0), (0, 0, 1, 0),
    ]  # fmt: skip
    assert said(raised) == [
        (2, "verified", "Somebody else must see the evidence of your own training"),
    ]


async def test_a_long_file_goes_in_part_by_part(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.services.imports.training_records._AT_ONCE", 1)
    person = await a_lead()
    await make_staff(organisation_id=person.organisation_id, payroll_number="2")

    assert counts(await bring(person, line(), line(payroll_number="2"))) == (2, 0, 0, 0)
    assert await wrong_holdings(scope=SYSTEM.scope) == ()
