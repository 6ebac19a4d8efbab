"""Report subscriptions over the interface and on pages: their owner's alone."""

import re
from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from accounts.tables import SignIn
from core.ids import new_id
from core.scope import Side
from jobs import reports
from jobs.subscriptions import make
from tests.api.forms import send, sign_in, summary, text
from tests.factories import Person, at, make_person
from tests.factories_messaging import make_group, make_member
from tests.fakes import FixedClock
from training.domain.compliance import TARGETS

API = "/api/v1/report-subscriptions"
MINE = "/reports/subscriptions"


async def make_manager() -> Person:
    group = await make_group(Side.SURVIVOR)
    await make_member(group)
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=group.organisation_id
    )


async def make_first_of_july(now: FixedClock) -> None:
    now.advance(seconds=(at("2026-07-01 00:10") - now.now()).total_seconds())
    await make(TARGETS)
    again: dict[Any, Any] = {SignIn.created_at: now.now(), SignIn.seen_at: now.now()}
    await SignIn.update(again, force=True)


def asked(**changes: Any) -> dict[str, Any]:
    return {"name": "For the board", "slug": "completion", "every": "month", **changes}


async def test_a_subscription_is_made_listed_read_and_ended_over_the_interface(
    client: AsyncClient, now: FixedClock
) -> None:
    person, other = await make_manager(), await make_manager()
    made = await client.post(API, headers=person.headers, json=asked(group_by=["cohort"]))
    assert made.status_code == 201
    id = made.json()["id"]
    await make_first_of_july(now)

    (listed,) = (await client.get(API, headers=person.headers)).json()["items"]
    assert (listed["id"], listed["every"], listed["group_by"]) == (id, "month", ["cohort"])
    (one,) = (await client.get(f"{API}/{id}/reports", headers=person.headers)).json()["items"]
    assert (one["from"], one["to"], one["refusal"]) == ("2026-06-01", "2026-06-30", None)
    address = f"{API}/reports/{one['id']}"
    as_json = (await client.get(address, headers=person.headers)).json()
    assert (as_json["slug"], as_json["from"]) == ("completion", "2026-06-01")
    as_csv = await client.get(address, params={"format": "csv"}, headers=person.headers)
    assert as_csv.headers["content-disposition"] == 'attachment; filename="completion.csv"'
    book = await client.get(address, params={"format": "xlsx"}, headers=person.headers)
    assert book.content.startswith(b"PK")

    assert (await client.get(API, headers=other.headers)).json()["items"] == []
    for method, path in (
        ("GET", f"{API}/{id}/reports"), ("GET", address), ("DELETE", f"{API}/{id}"),
    ):  # fmt: skip
        assert (await client.request(method, path, headers=other.headers)).status_code == 404
    assert (await client.delete(f"{API}/{id}", headers=person.headers)).status_code == 204
    assert (await client.get(address, headers=person.headers)).status_code == 404


async def test_a_report_is_asked_on_its_usual_basis_unless_another_is_named(
    client: AsyncClient,
) -> None:
    person = await make_manager()
    for slug in ("completion", "reminder-effect"):
        json = asked(slug=slug, name=f"My {slug}")
        assert (await client.post(API, headers=person.headers, json=json)).status_code == 201

    items = (await client.get(API, headers=person.headers)).json()["items"]
    assert {one["slug"]: one["basis"] for one in items} == {
        "completion": "cohort", "reminder-effect": "flow",
    }  # fmt: skip


async def test_what_cannot_be_subscribed_to_is_named(client: AsyncClient) -> None:
    person = await make_manager()
    named = next(one.slug for one in reports.REPORTS.values() if one.names_people)
    for changes, status, field in (
        ({"name": "  "}, 400, "name"),
        ({"name": "x" * 81}, 400, "name"),
        ({"name": "a\x1bb"}, 400, "name"),
        ({"slug": "funding", "basis": "flow", "cohort_id": str(new_id())}, 400, "cohort_id"),
        ({"group_by": ["gender"]}, 400, "group_by"),
        ({"slug": named}, 400, "slug"),
        ({"every": "day"}, 400, "every"),
        ({"slug": "training-attendance"}, 404, ""),
        ({"programme_id": str(new_id())}, 404, ""),
    ):
        refused = await client.post(API, headers=person.headers, json=asked(**changes))
        assert refused.status_code == status, refused.text
        if field:
            assert [one["field"] for one in refused.json()["errors"]] == [field]
    lead = await make_person(Role.ADMINISTRATOR)
    assert (await client.get(API, headers=lead.headers)).status_code == 403


async def test_a_report_is_subscribed_to_on_its_page_and_found_among_ones_own(
    client: AsyncClient, now: FixedClock
) -> None:
    person = await make_manager()
    sign_in(client, person)
    report = await client.get("/reports/completion?basis=flow&group_by=cohort")
    (link,) = re.findall(r'href="(/reports/completion/subscribe[^"]*)"', report.text)
    form = await client.get(link.replace("&amp;", "&"))
    assert re.findall(r'name="group_by"[^>]*value="(\w+)"\s+checked', form.text) == ["cohort"]

    bad = await send(client, "/reports/completion/subscribe", name="", every="never")
    assert summary(bad) == [("name", "Enter a name"), ("every", "Select how often")]
    saved = await send(
        client, "/reports/completion/subscribe", name="For the board", every="quarter",
        basis="flow", group_by="cohort",
    )  # fmt: skip
    assert saved.status_code == 303
    page = saved.headers["location"].split("?")[0]
    shown = text(await client.get(saved.headers["location"]))
    assert "You have subscribed" in shown
    assert "The next report is made on Wednesday 1 July 2026" in shown
    await make_first_of_july(now)

    assert "For the board Completion Every quarter cohort" in text(await client.get(MINE))
    made = await client.get(page)
    (address,) = re.findall(rf'href="({MINE}/reports/[^/"]+)"', made.text)
    assert "Q1 2026/27, 1 April 2026 to 30 June 2026 Wednesday 1 July 2026 CSV" in text(made)
    seen = text(await client.get(address))
    assert "For the board Completion Q1 2026/27" in seen
    assert (await client.get(f"{address}/csv")).text.startswith('"')
    assert (await client.get(f"{address}/xlsx")).content.startswith(b"PK")
    assert (await client.get(f"{address}/chart.svg")).status_code in {200, 404}

    sign_in(client, await make_manager())
    for path in (page, f"{page}/end", address, f"{address}/csv"):
        assert (await client.get(path)).status_code == 404
    assert "You have none." in text(await client.get(MINE))

    sign_in(client, person)
    assert "those made so far are removed" in text(await client.get(f"{page}/end"))
    ended = await send(client, f"{page}/end")
    assert ended.headers["location"] == f"{MINE}?saved=unsubscribed"
    assert (await client.get(page)).status_code == 404


async def test_why_none_was_made_is_shown_and_reports_of_people_offer_none(
    client: AsyncClient, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_manager()
    sign_in(client, person)
    first = await send(client, "/reports/completion/subscribe", name="One", every="month")
    fewer = {slug: one for slug, one in reports.REPORTS.items() if slug != "completion"}
    with monkeypatch.context() as patch:
        patch.setattr(reports, "REPORTS", fewer)
        await make_first_of_july(now)
        shown = text(await client.get(first.headers["location"]))
    assert "Not made: You could not run this report any more" in shown

    named = next(one.slug for one in reports.REPORTS.values() if one.names_people)
    assert "/subscribe" not in (await client.get(f"/reports/{named}")).text
    assert (await client.get(f"/reports/{named}/subscribe")).status_code == 404
