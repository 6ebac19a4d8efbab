"""Staff out of a list: people by payroll number, posts with their days, leavers only proposed."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import database
from core.errors import ForbiddenError
from core.imports import ImportRefusedError, Result, run
from core.scope import SYSTEM
from core.spreadsheets import Sheet
from tests.factories import Person, make_organisation, make_person
from tests.factories_training import make_staff
from training.queries.kept import wrong_holdings
from training.services.imports import staff as importing
from training.services.imports.staff import StaffImporter

HEADER = tuple(column.name for column in StaffImporter.columns)


def line(number: str = "1", **said: str) -> dict[str, str]:
    return {
        "payroll_number": number, "name": f"Colleague {number}", "sector": "ASC",
        "staff_group": "Frontline", "started_on": "2026-01-05", **said,
    }  # fmt: skip


def sheet(*rows: dict[str, str]) -> Sheet:
    return Sheet((HEADER, *(tuple(row.get(name, "") for name in HEADER) for row in rows)))


async def a_lead(*, everywhere: bool = False) -> Person:
    return await make_person(Role.WORKFORCE_LEAD, GrantSide.NONE, everywhere=everywhere)


async def bring(person: Person, *rows: dict[str, str], full: bool = False, **how: Any) -> Result:
    return await run(StaffImporter(full_list=full), sheet(*rows), by=person.actor, **how)


def counts(result: Result) -> tuple[int, int, int, int]:
    return result.created, result.updated, result.unchanged, result.refused


def said(result: Result) -> list[tuple[int, str, str]]:
    return [(error.row, error.field, error.message) for error in result.errors]


async def posts() -> list[tuple[str, str, date, date | None]]:
    rows = await database.run(
        "SELECT s.payroll_number, p.team, o.started_on, o.ended_on FROM posts o"
        " JOIN staff s ON s.id = o.staff JOIN positions p ON p.id = o.position"
        " ORDER BY s.payroll_number, o.started_on, p.team"
    )
    return [tuple(row.values()) for row in rows]


async def managers() -> dict[str, str | None]:
    rows = await database.run(
        "SELECT s.payroll_number AS who, m.payroll_number AS manager FROM posts o"
        " JOIN staff s ON s.id = o.staff LEFT JOIN staff m ON m.id = o.line_manager"
    )
    return {row["who"]: row["manager"] for row in rows}


async def events() -> list[str]:
    rows = await database.run("SELECT action FROM audit_events ORDER BY id")
    return [row["action"] for row in rows]


async def test_people_go_in_once_and_what_figures_rest_on_is_kept(db: None) -> None:
    person = await a_lead()
    rows = [
        line("1", team="Repairs", role="Officer", fte="0.6", email="a@example.org"),
        line("2", is_people_manager="yes", ended_on="31/12/2026"),
    ]

    first = await bring(person, *rows)
    again = await bring(person, *rows)

    assert (counts(first), counts(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert await posts() == [
        ("1", "Repairs", date(2026, 1, 5), None),
        ("2", "", date(2026, 1, 5), date(2026, 12, 31)),
    ]
    [kept] = await database.run(
        "SELECT p.sector, p.staff_group, p.fte, s.in_position_since, s.email FROM staff s"
        " JOIN positions p ON p.id = s.position"
    )
    assert (kept["sector"], kept["staff_group"]) == ("adult_social_care", "front_line")
    assert (float(kept["fte"]), kept["in_position_since"]) == (0.6, date(2026, 1, 5))
    assert kept["email"] == "a@example.org"
    assert await wrong_holdings(scope=SYSTEM.scope) == ()
    assert await events() == ["staff_imported"] * 2 + ["spreadsheet_imported"] * 2


async def test_what_a_row_says_otherwise_changes_and_the_audit_has_no_name(db: None) -> None:
    person = await a_lead()
    await bring(person, line("1", team="Repairs"), line("2"), line("3"))

    result = await bring(
        person, line("1", team="Lettings", started_on="2026-05-01"), line("2", name="Rowan"),
        line("3"),
    )  # fmt: skip

    assert counts(result) == (0, 2, 1, 0)
    assert (await posts())[:2] == [
        ("1", "Repairs", date(2026, 1, 5), date(2026, 4, 30)),
        ("1", "Lettings", date(2026, 5, 1), None),
    ]
    rows = await database.run(
        "SELECT after FROM audit_events WHERE action = 'staff_imported' ORDER BY id"
    )
    assert '"changed": ["ended_on"], "posts_added": 1' in str(rows[3]["after"])
    assert '"changed": ["name"]' in str(rows[4]["after"])
    assert "Rowan" not in str(rows)
    assert [row["version"] for row in await database.run(
        "SELECT version FROM staff ORDER BY payroll_number"
    )] == [2, 2, 1]  # fmt: skip
    assert await wrong_holdings(scope=SYSTEM.scope) == ()


async def test_a_corrected_post_is_corrected_in_place(db: None) -> None:
    person = await a_lead()
    await bring(person, line("1", team="Repairs"))

    await bring(person, line("1", team="Lettings", staff_group="Admin", line_manager="1"))
    result = await bring(person, line("1", team="Lettings", staff_group="Admin"))

    assert counts(result) == (0, 1, 0, 0)
    assert await posts() == [("1", "Lettings", date(2026, 1, 5), None)]


async def test_a_line_manager_may_stand_later_in_the_file_in_another_batch(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_AT_ONCE", 1)
    person = await a_lead()
    await make_staff(organisation_id=person.organisation_id, payroll_number="9")
    rows = [line("1", line_manager="2"), line("2", line_manager="3"), line("3", line_manager="9")]

    tried = await bring(person, *rows, dry_run=True)
    result = await bring(person, *rows)

    assert counts(tried) == counts(result) == (3, 0, 0, 0)
    assert await managers() == {"1": "2", "2": "3", "3": "9", "9": None}


async def test_managers_who_are_unknown_or_go_in_a_circle_are_named(db: None) -> None:
    person = await a_lead()
    await bring(person, line("1"), line("2", line_manager="1"))
    await make_staff(payroll_number="77")

    result = await bring(
        person, line("1", line_manager="2"), line("3", line_manager="3"),
        line("4", line_manager="77"), line("5", line_manager="3"),
    )  # fmt: skip

    circle = "Goes in a circle: they would manage themselves, directly or through others"
    nobody = "Nobody in this organisation has this payroll number"
    assert said(result) == [
        (2, "line_manager", circle), (3, "line_manager", circle), (4, "line_manager", nobody),
        (5, "line_manager", nobody),
    ]  # fmt: skip
    assert await managers() == {"1": None, "2": "1", "77": None}


async def test_several_rows_of_one_person_go_in_together_or_not_at_all(db: None) -> None:
    person = await a_lead()

    result = await bring(
        person, line("1", team="A"), line("1", team="B"),
        line("2", team="A"), line("2", team="A"), line("2", team="C", name="Another"),
        line("3"), line("3", sector="nonsense", team="B"), line("p 4"), line("P-4", team="B"),
    )  # fmt: skip

    assert counts(result) == (2, 0, 0, 7)
    assert said(result) == [
        (4, "payroll_number", "Row 5 of the same person cannot be imported"),
        (5, "payroll_number", "Row 4 is the same post"),
        (6, "name", "Row 4 has another name for this payroll number"),
        (7, "payroll_number", "Row 8 of the same person cannot be imported"),
        (8, "sector", ("“nonsense” is not known here. Write a sector such as housing, health,"
                      " education or council other")),
        (9, "payroll_number", "Row 10 of the same person cannot be imported"),
        (10, "payroll_number", "Row 9 writes it in another way"),
        (10, "name", "Row 9 has another name for this payroll number"),
    ]  # fmt: skip
    assert await database.run("SELECT 1 FROM staff WHERE position IS NOT NULL") == []
    assert len(await posts()) == 2


async def test_each_fault_names_its_column(db: None) -> None:
    person = await a_lead()

    result = await bring(
        person,
        line("1", started_on="1949-12-31"), line("2", started_on="2028-01-01"),
        line("3", ended_on="2026-01-04"), line("4", ended_on="2101-01-01"),
        line("5", fte="1.5"), line("6", fte="0"), line("", name=""), line("8", name="=A1"),
        line("9", started_on="5.1.26"), line("10", is_people_manager="perhaps"),
        line("11", organisation="Nowhere"), line("12", email="one@example.org, two@example.org"),
    )  # fmt: skip

    assert [(error.row, error.field) for error in result.errors] == [
        (2, "started_on"), (3, "started_on"), (4, "ended_on"), (5, "ended_on"), (6, "fte"),
        (7, "fte"), (8, "payroll_number"), (8, "name"), (9, "name"), (10, "started_on"),
        (11, "is_people_manager"), (12, "organisation"), (13, "email"),
    ]  # fmt: skip
    assert await posts() == []


async def test_a_fault_of_the_stored_posts_keeps_the_row_out(db: None) -> None:
    person = await a_lead()
    await bring(person, line("1", started_on="2026-03-01"), line("1", team="B"))

    result = await bring(
        person, line("1", team="C", started_on="2025-01-01", ended_on="2025-02-01")
    )

    assert [(error.row, error.field) for error in result.errors] == [(2, "ended_on")]
    assert len(await posts()) == 2


async def test_the_organisation_is_named_where_there_are_several(db: None) -> None:
    lead = await a_lead(everywhere=True)
    names = {
        (await database.run("SELECT name FROM organisations WHERE id = {}", id))[0]["name"]: id
        for id in (await make_organisation(), await make_organisation())
    }
    first, second = names

    result = await bring(
        lead, line("1", organisation=first), line("1", organisation=second.upper()), line("2")
    )

    assert counts(result) == (2, 0, 0, 1)
    assert said(result) == [
        (4, "organisation", "Is empty, and you import for several organisations")
    ]
    rows = await database.run("SELECT organisation FROM staff")
    assert {row["organisation"] for row in rows} == {*names.values()}


async def test_another_organisation_is_not_found_and_others_may_not(db: None) -> None:
    lead, stranger = await a_lead(), await a_lead()
    [name] = await database.run(
        "SELECT name FROM organisations WHERE id = {}", lead.organisation_id
    )
    await bring(lead, line("1"))

    result = await bring(stranger, line("1", organisation=name["name"]))
    own = await bring(stranger, line("1"))

    assert said(result) == [(2, "organisation", "Not found")]
    assert counts(own) == (1, 0, 0, 0)
    admin = await make_person(Role.TRAINING_ADMIN, GrantSide.NONE)
    with pytest.raises(ForbiddenError):
        await bring(admin, line("1"))


async def proposals() -> list[tuple[str, str | None, UUID | None]]:
    rows = await database.run(
        "SELECT s.payroll_number, l.decision, l.decided_by FROM leaver_proposals l"
        " JOIN staff s ON s.id = l.staff ORDER BY s.payroll_number, l.id"
    )
    return [tuple(row.values()) for row in rows]


async def test_who_is_missing_from_a_full_list_is_proposed_once_and_never_ended(db: None) -> None:
    lead = await a_lead()
    await bring(lead, line("1"), line("2"), line("3"), line("4", ended_on="2026-02-01"))
    await make_staff(payroll_number="8")
    now = [line("1"), line("2", sector="wrong"), line("5")]

    assert (await bring(lead, *now)).missing == 0
    tried = await bring(lead, *now, full=True, dry_run=True)
    assert (tried.missing, await proposals()) == (1, [])
    first = await bring(lead, *now, full=True)
    again = await bring(lead, *now, full=True)

    assert (first.missing, again.missing) == (1, 1)
    assert await proposals() == [("3", None, None)]
    assert (await posts())[2] == ("3", "", date(2026, 1, 5), None)
    assert (await events()).count("leaver_proposed") == 1
    await bring(lead, line("1"), line("2"), line("3"), line("5"), full=True)
    assert await proposals() == [("3", "stays", lead.actor.account_id)]


async def test_a_strict_full_list_with_an_error_proposes_nobody(db: None) -> None:
    lead = await a_lead()
    await bring(lead, line("1"), line("2"))

    with pytest.raises(ImportRefusedError):
        await bring(lead, line("1"), line("3", sector=""), full=True, strict=True)
    strict = await bring(lead, line("1"), full=True, strict=True)

    assert strict.missing == 1
    assert [number for number, _, _ in await proposals()] == ["2"]


async def test_a_row_without_its_organisation_is_on_the_list_of_none(db: None) -> None:
    lead = await a_lead()
    await bring(lead, line("1"))

    result = await bring(lead, line("1", organisation="Misspelt"), full=True)

    assert (result.missing, await proposals()) == (0, [])
