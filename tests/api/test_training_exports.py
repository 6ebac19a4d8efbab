"""Every table of training as a file: all its rows, one's own only, and no formula (D10)."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import database
from core.exports import Table, csv_pieces, xlsx_pieces
from core.reports import Column, Kind, Rate
from core.tables import AuditEvent
from tests.api.training_calls import get
from tests.factories import make_person
from tests.factories_training import (
    make_course,
    make_exemption,
    make_record,
    make_requirement,
    make_staff,
)
from training.queries import exports
from training.queries.exports import EXPORTS


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def some_staff(organisation_id: Any, name: str = "=Rowan Ashdown") -> None:
    person = await make_staff(
        organisation_id=organisation_id, name=name, payroll_number="P-1", role="Officer"
    )
    course = await make_course(name=f"Awareness for {name}")
    await make_requirement(course, organisation_ids=[organisation_id])
    await make_record(person, course, completed_on=date(2026, 1, 31))
    await make_exemption(person, from_on=date(2026, 6, 1), to_on=date(2026, 6, 2))


@pytest.mark.parametrize("table", sorted(EXPORTS))
async def test_a_table_leaves_as_csv_and_as_a_workbook(client: AsyncClient, table: str) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, side=GrantSide.NONE)
    await some_staff(lead.organisation_id)

    as_csv = await get(client, lead, f"/exports/{table}")
    as_xlsx = await get(client, lead, f"/exports/{table}?format=xlsx")

    assert (as_csv.status_code, as_xlsx.status_code) == (200, 200)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx.content))
    assert book.sheetnames == ["Figures", "Definitions"]
    figures = list(book["Figures"].values)
    titles = tuple(column.title for column in EXPORTS[table].columns)
    assert (tuple(read(as_csv.text)[0]) if len(figures) > 1 else titles) == figures[0] == titles
    assert len(figures) - 1 == len(read(as_csv.text))
    assert table in as_csv.headers["content-disposition"]
    assert "Ashdown" not in as_csv.headers["content-disposition"]


async def test_the_cells_of_a_file_are_what_they_are(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, side=GrantSide.NONE)
    await some_staff(lead.organisation_id)

    (row,) = read((await get(client, lead, "/exports/training-records")).text)
    xlsx = await get(client, lead, "/exports/training-records?format=xlsx")

    assert (row["Name"], row["Completed on"], row["Counts"]) == ("'=Rowan Ashdown", "2026-01-31",
                                                                 "yes")  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.content))["Figures"]
    found = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert (found["Name"].value, found["Name"].data_type) == ("=Rowan Ashdown", "s")
    assert found["Name"].quotePrefix
    assert found["Completed on"].value.date() == date(2026, 1, 31)
    assert not any(size.hidden for size in sheet.column_dimensions.values())


async def test_another_organisations_people_are_in_no_file(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, side=GrantSide.NONE)
    other = await make_person(Role.WORKFORCE_LEAD, side=GrantSide.NONE)
    await some_staff(other.organisation_id)

    found = {table: read((await get(client, lead, f"/exports/{table}")).text) for table in EXPORTS}

    assert [table for table, rows in found.items() if rows] == ["courses"]


async def test_taking_a_table_is_written_down_and_needs_to_see_staff(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, side=GrantSide.NONE)
    worker = await make_person(Role.FACILITATOR, side=GrantSide.SURVIVOR)
    await some_staff(lead.organisation_id)

    await get(client, lead, "/exports/staff?format=xlsx")

    (event,) = await AuditEvent.select().where(AuditEvent.action == "table_exported")
    assert '"rows"' in str(event["after"])
    assert '"staff"' in str(event["after"])
    assert (await get(client, worker, "/exports/staff")).status_code == 403
    assert (await get(client, lead, "/exports/participants")).status_code == 404
    assert (await get(client, lead, "/exports/staff?format=pdf")).status_code == 400


@pytest.mark.parametrize(
    "path", ["/reports/training-compliance/xlsx", "/exports/staff?format=xlsx",
             "/exports/compliance?format=xlsx"],
)  # fmt: skip
async def test_a_page_leads_to_its_workbook(client: AsyncClient, path: str) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, side=GrantSide.NONE)
    await some_staff(lead.organisation_id)
    client.cookies.update(lead.cookies)

    response = await client.get(path)

    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book["Figures"].max_row > 1


@pytest.mark.usefixtures("db")
async def test_no_more_than_a_page_of_rows_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, side=GrantSide.NONE)
    for number in range(5):
        await make_staff(organisation_id=lead.organisation_id, payroll_number=f"P-{number}")
    monkeypatch.setattr(exports, "PAGE", 2)
    monkeypatch.setattr(exports, "MAX_LIMIT", 2)

    for table in ("posts", "staff", "compliance"):
        pages = [len(page) async for page in exports.rows(table, scope=lead.actor.scope)]
        assert max(pages) <= 2
        assert sum(pages) == (0 if table == "compliance" else 5)
    assert await database.run("SELECT 1 AS n")


async def test_a_full_worksheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.exports._MOST_ROWS", 2)

    async def pages() -> Any:
        yield [(Rate(1, 3), date(2026, 6, 1)), (Rate(0, 0), None)]
        yield [(Rate(3, 4), None)]

    columns = (Column("share", "Share", Kind.RATE), Column("on", "Day", Kind.DAY))
    table = Table("shares", "Shares", columns, ("What it counts.",), pages())
    content = b"".join([piece async for piece in xlsx_pieces(table)])
    lines = [piece async for piece in csv_pieces(Table("s", "S", columns, (), pages()))]

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Figures", "Figures 2", "Definitions"]
    assert list(book["Figures"].values)[1][:3] == (1, 3, 33.3)
    assert list(book["Figures"].values)[2][:3] == (0, 0, "[z]")
    assert list(book["Figures 2"].values)[1][:3] == (3, 4, 75)
    assert [row[0] for row in book["Definitions"].values] == ["Shares", "What it counts."]
    assert len(lines) == 3
