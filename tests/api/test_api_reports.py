"""Reports under ``/api/v1``, as JSON and CSV."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from tests.factories import Person, make_person
from tests.factories_programmes import make_participant, make_programme, make_referral

pytestmark = pytest.mark.usefixtures("db")


async def manager() -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)


async def a_referral(person: Person, name: str, *, side: Side = Side.SURVIVOR) -> None:
    programme = await make_programme(organisation_id=person.organisation_id, side=side, name=name)
    participant_id = await make_participant(organisation_id=person.organisation_id, side=side)
    await make_referral(participant_id=participant_id, programme_id=programme.id)


async def test_the_catalogue_holds_what_a_person_may_run(client: AsyncClient) -> None:
    slugs = []
    for role, side in (
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), (Role.WORKFORCE_LEAD, GrantSide.NONE)
    ):  # fmt: skip
        person = await make_person(role, side)
        found = (await client.get("/api/v1/reports", headers=person.headers)).json()["items"]
        slugs.append({item["slug"] for item in found})

    assert slugs[1] == {"training-compliance", "training-attendance"}
    assert "completion" in slugs[0]
    assert not slugs[0] & slugs[1]


async def test_completion_as_json_marks_what_cannot_be_divided(client: AsyncClient) -> None:
    """C3: a denominator of 0 is [z], never 0 %."""
    person = await manager()
    await a_referral(person, "Freedom")

    response = await client.get("/api/v1/reports/completion", headers=person.headers)
    report = response.json()

    assert (report["title"], report["basis"], report["as_of"]) == (
        "Completion", "cohort", "2026-06-10",
    )  # fmt: skip
    assert report["rows"][0]["programme"] == "Freedom"
    assert report["rows"][0]["r1"] == {"numerator": 0, "denominator": 1, "percent": "0.0"}
    assert report["rows"][0]["r2"] == {
        "numerator": 0, "denominator": 0, "percent": None, "marker": "[z]",
    }  # fmt: skip
    assert report["totals"]["referred"] == 1


async def test_running_a_report_is_audited(client: AsyncClient) -> None:
    person = await manager()

    await client.get("/api/v1/reports/completion", headers=person.headers)
    events = await audit.events(scope=SYSTEM.scope, cursor=Cursor())

    assert [(event.action, event.actor) for event in events.items] == [("report_run", person.id)]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@name", " =1"])
async def test_no_cell_of_a_file_is_a_formula(client: AsyncClient, name: str) -> None:
    person = await manager()
    await a_referral(person, name)

    response = await client.get("/api/v1/reports/completion?format=csv", headers=person.headers)

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="completion.csv"'
    assert f'"\'{name}","1",' in response.text
    assert f'"{name}"' not in response.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("basis=stock", "basis"),
        ("audience=everybody", "audience"),
        ("group_by=cohort,age", "group_by"),
        ("from=2026-06-02&to=2026-06-01", "to"),
        ("from=2027-02-29", "from"),
        ("format=pdf", "format"),
    ],
)
async def test_what_a_report_cannot_do_is_refused_by_name(
    client: AsyncClient, query: str, field: str
) -> None:
    person = await manager()

    response = await client.get(f"/api/v1/reports/completion?{query}", headers=person.headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_a_report_that_is_not_there_or_not_ones_own_is_not_found(
    client: AsyncClient,
) -> None:
    person = await manager()

    answers = [
        (await client.get(f"/api/v1/reports/{slug}", headers=person.headers)).status_code
        for slug in ("unheard-of", "training-compliance")
    ]

    assert answers == [404, 404]


async def test_the_other_side_is_in_no_row_and_no_total(client: AsyncClient) -> None:
    person = await manager()
    await a_referral(person, "Behaviour change", side=Side.PERPETRATOR)
    await a_referral(person, "Freedom")

    report = (await client.get("/api/v1/reports/completion", headers=person.headers)).json()

    assert [row["programme"] for row in report["rows"]] == ["Freedom"]
    assert report["totals"]["referred"] == 1


async def test_who_sees_both_sides_gets_no_pooled_total(client: AsyncClient) -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    await a_referral(lead, "Behaviour change", side=Side.PERPETRATOR)
    await a_referral(lead, "Freedom")

    report = (await client.get("/api/v1/reports/completion", headers=lead.headers)).json()

    assert len(report["rows"]) == 2
    assert report["totals"] is None


async def test_a_commissioner_gets_no_internal_report(client: AsyncClient) -> None:
    commissioner = await make_person(Role.COMMISSIONER, GrantSide.BOTH)

    response = await client.get("/api/v1/reports/completion", headers=commissioner.headers)

    assert (response.status_code, response.json()["type"]) == (403, "/problems/forbidden")
