"""Reports with rows of people: the first as JSON and on a page, all of them in a file."""

import io

import openpyxl
import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.ids import new_id
from core.pagination import Cursor
from core.scope import SYSTEM
from programmes.reports import by_person
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort

pytestmark = pytest.mark.usefixtures("db")

MATRIX = "/api/v1/reports/register-matrix"


@pytest.fixture
async def taker() -> Person:
    return await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)


@pytest.fixture
async def group(taker: Person, monkeypatch: pytest.MonkeyPatch) -> MadeCohort:
    """Two people with six sessions each so far, of whom five rows are shown."""
    monkeypatch.setattr(by_person, "MOST_SHOWN", 5)
    return await make_cohort(
        organisation_id=taker.organisation_id, facilitator_ids=[taker.id], code="Own", enrolled=2
    )


async def test_json_has_the_first_rows_and_says_so_and_the_files_have_all(
    client: AsyncClient, taker: Person, group: MadeCohort
) -> None:
    address = f"{MATRIX}?cohort_id={group.id}"
    shown = (await client.get(address, headers=taker.headers)).json()
    text = await client.get(f"{address}&format=csv", headers=taker.headers)
    book = await client.get(f"{address}&format=xlsx", headers=taker.headers)
    await make_cohort(organisation_id=taker.organisation_id, enrolled=1)

    assert (shown["cut"], len(shown["rows"]), shown["basis"]) == (True, 5, "flow")
    assert shown["rows"][0]["outcome"] == "not_recorded"
    disposition = 'attachment; filename="register-matrix-2026-06-10.csv"'
    assert text.headers["content-disposition"] == disposition
    lines = text.text.splitlines()
    assert len(lines) == 1 + 12
    assert lines[0].startswith('"Section","Cohort","Person","Place","Unit"')
    assert lines[1].startswith('"Survivors: Freedom Programme","Own","Person')
    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["Figures"]
    assert sheet.max_row == 1 + 12
    rate = await client.get("/api/v1/reports/session-rate?format=csv", headers=taker.headers)
    assert len(rate.text.splitlines()) == 1 + 12


async def test_taking_a_file_of_people_is_audited_and_another_cohort_is_not_there(
    client: AsyncClient, taker: Person, group: MadeCohort
) -> None:
    answer = await client.get(f"{MATRIX}?cohort_id={new_id()}&format=csv", headers=taker.headers)
    await client.get(f"{MATRIX}?cohort_id={group.id}&format=csv", headers=taker.headers)
    published = await client.get(f"{MATRIX}?audience=published", headers=taker.headers)
    events = await audit.events(scope=SYSTEM.scope, cursor=Cursor())

    assert (answer.status_code, published.status_code >= 400) == (404, True)
    assert [event.action for event in events.items] == ["report_run"]


async def test_a_cohorts_page_leads_to_the_rows_of_its_people(
    client: AsyncClient, taker: Person, group: MadeCohort
) -> None:
    client.cookies = taker.cookies
    cohort = await client.get(f"/cohorts/{group.id}")
    page = await client.get(f"/reports/register-matrix?cohort={group.id}")

    assert f'href="/reports/register-matrix?cohort={group.id}"' in cohort.text
    assert f'href="/reports/session-rate?cohort={group.id}"' in cohort.text
    assert (page.status_code, page.text.count("Not recorded</td>")) == (200, 5)
    assert "These are the first rows. The files have all of them." in page.text
    assert f"/reports/register-matrix/csv?cohort={group.id}" in page.text
