"""Programmes, venues and closed days, as pages."""

from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM, Side
from programmes.domain.completion import CompletionRule
from programmes.queries import programmes as queries
from tests.api.forms import day, form_token, send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import make_closure, make_programme, make_venue

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


def a_programme(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Freedom", "type": "freedom", "group_model": "rolling",
        "delivery_mode": "in_person", "unit_count": "12", "unit_minutes": "120",
        "threshold": "units", "min_units": "9", "capacity_min": "4", "capacity_max": "12",
        "cost": "7,000", **changed,
    }  # fmt: skip


async def test_the_list_says_each_programme_in_words(client: AsyncClient) -> None:
    """S1: 12 units of 2 hours at 7,000 pounds."""
    person = await manager()
    rule = CompletionRule(min_percent=70, min_hours=20, needs_end_review=True)
    await make_programme(
        organisation_id=person.organisation_id, name="Freedom", rule=rule, mandatory=[1, 2]
    )
    sign_in(client, person)

    page = text(await client.get("/programmes"))

    assert "Freedom Programme 12 70% of units, which is 9 of 12; unit 1, 2 among them" in page
    assert "at least 20 hours; an end review 1 to 40 £7,000" in page


async def test_adding_a_programme_leads_to_its_curriculum(client: AsyncClient) -> None:
    sign_in(client, await manager())

    response = await send(
        client, "/programmes/new", **a_programme(titles="The Bully\r\n\r\nThe Jailer", cost="97.22")
    )
    page = await client.get(response.headers["location"])
    (stored,) = await queries.programmes(scope=SYSTEM.scope)

    assert response.status_code == 303
    assert "1 The Bully 120 2 The Jailer 120 3 Unit 3 120" in text(page)
    assert "9 of 12 units" in text(page)
    assert (stored.cost_pence, stored.side) == (9722, Side.SURVIVOR)
    assert title(page) == "Programme \u2013 Programme Tracker"


async def test_a_programme_completed_by_percentage_with_every_gate(client: AsyncClient) -> None:
    sign_in(client, await manager(GrantSide.PERPETRATOR))

    response = await send(
        client, "/programmes/new",
        **a_programme(
            type="behaviour_change", threshold="percent", min_percent="100", min_hours="20",
            gates=["end_review", "report_sent"], cost="",
        ),
    )  # fmt: skip
    (stored,) = await queries.programmes(scope=SYSTEM.scope)

    assert response.status_code == 303
    assert stored.rule == CompletionRule(
        min_percent=100, min_hours=20, needs_end_review=True, needs_report_sent=True
    )
    assert (stored.side, stored.cost_pence) == (Side.PERPETRATOR, None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"type": "other"}, "type"),
        ({"unit_count": "121"}, "unit_count"),
        ({"unit_minutes": "0"}, "unit_minutes"),
        ({"min_units": "13"}, "min_units"),
        ({"min_units": ""}, "min_units"),
        ({"threshold": "percent", "min_percent": "101"}, "min_percent"),
        ({"min_hours": "many"}, "min_hours"),
        ({"capacity_max": "3"}, "capacity_max"),
        ({"cost": "7.5"}, "cost"),
        ({"unit_count": "1", "min_units": "1", "titles": "One\r\nTwo"}, "titles"),
    ],
)
async def test_a_wrong_programme_keeps_what_was_typed_and_names_the_field(
    client: AsyncClient, changed: dict[str, str], field: str
) -> None:
    sign_in(client, await manager())

    response = await send(client, "/programmes/new", **a_programme(gates="end_review", **changed))

    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert f'id="{field}"' in response.text
    assert 'value="end_review" checked' in response.text
    assert f'value="{a_programme(**changed)["capacity_max"]}"' in response.text
    assert await queries.programmes(scope=SYSTEM.scope) == ()


async def test_a_name_is_taken_once(client: AsyncClient) -> None:
    sign_in(client, await manager())

    await send(client, "/programmes/new", **a_programme())
    response = await send(client, "/programmes/new", **a_programme())

    assert (response.status_code, summary(response)) == (
        409,
        [("name", "A programme with this name exists already")],
    )


def a_version(**changed: Any) -> dict[str, Any]:
    return {
        "version": "1", "group_model": "modular_entry", "delivery_mode": "hybrid",
        "title-1": "First contact", "kind-1": "one_to_one", "minutes-1": "60",
        "title-3": "Group", "kind-3": "group", "minutes-3": "150", "gap-3": "21", "module-3": "1",
        "mandatory-3": "yes", "threshold": "units", "min_units": "2", "capacity_min": "4",
        "capacity_max": "12", "edit_window_days": "7", "gates": ["long_outcomes"],
        "action": "save", **changed,
    }  # fmt: skip


async def test_a_new_version_begins_with_the_newest_and_is_listed(client: AsyncClient) -> None:
    person = await manager()
    made = await make_programme(
        organisation_id=person.organisation_id, units=2, mandatory=[2],
        rule=CompletionRule(min_percent=70),
    )  # fmt: skip
    sign_in(client, person)
    path = f"/programmes/{made.id}/versions/new"

    shown = await client.get(path)
    more = await send(client, path, **a_version(action="more"))
    added = await send(client, path, **a_version())
    stale = await send(client, path, **a_version())
    page = text(await client.get(added.headers["location"]))
    (stored,) = await queries.programmes(scope=SYSTEM.scope)
    units = (await queries.units_of([stored.version_id], scope=SYSTEM.scope))[stored.version_id]

    assert all(f'value="{value}"' in shown.text for value in ("Unit 1", "Unit 2", "7000.00", "70"))
    assert ['id="title-8"' in more.text, 'id="title-9"' in more.text] == [True, False]
    assert (added.status_code, stale.status_code) == (303, 409)
    assert [(unit.title, unit.number, unit.gap_days, unit.module, unit.mandatory)
            for unit in units] == [
        ("First contact", 1, 0, None, False), ("Group", 2, 21, 1, True),
    ]  # fmt: skip
    assert (stored.version_number, stored.long_outcomes, stored.edit_window_days) == (2, True, 7)
    assert "New version added" in page
    assert "At least 21 days after the one before" in page
    assert "2 2 Modular entry 2 of 2 units" in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"minutes-1": "0"}, "minutes-1"),
        ({"gap-3": "367"}, "gap-3"),
        ({"module-3": "x"}, "module-3"),
        ({"title-1": "", "title-3": "", "min_units": "1"}, "title-1"),
        ({"min_units": "3"}, "min_units"),
        ({"edit_window_days": ""}, "edit_window_days"),
        ({"capacity_max": "3"}, "capacity_max"),
        ({"version": "9" * 30}, "version"),
    ],
)
async def test_a_wrong_version_keeps_what_was_typed_and_names_the_field(
    client: AsyncClient, changed: dict[str, str], field: str
) -> None:
    person = await manager()
    made = await make_programme(organisation_id=person.organisation_id)
    sign_in(client, person)

    shown = await send(client, f"/programmes/{made.id}/versions/new", **a_version(**changed))

    assert (shown.status_code, field in [name for name, _ in summary(shown)]) == (400, True)
    assert 'value="150"' in shown.text
    (stored,) = await queries.programmes(scope=SYSTEM.scope)
    assert stored.version_number == 1


async def test_peer_support_follows_a_programme(client: AsyncClient) -> None:
    person = await manager()
    before = await make_programme(organisation_id=person.organisation_id, name="Recovery")
    sign_in(client, person)

    added = await send(
        client, "/programmes/new",
        **a_programme(name="Peers", type="peer_support", follows_id=str(before.id)),
    )  # fmt: skip

    assert "Who may join Who completed Recovery" in text(
        await client.get(added.headers["location"])
    )


async def test_a_venue_is_changed(client: AsyncClient) -> None:
    person = await manager()
    venue_id = await make_venue(organisation_id=person.organisation_id, name="Garden Room")
    sign_in(client, person)
    path = f"/venues/{venue_id}/change"

    shown = await client.get(path)
    wrong = await send(client, path, name="Garden Room", postcode="Manchester")
    saved = await send(client, path, name="Mill Room", address="1 Mill Lane", postcode="m11ae")

    assert 'value="Garden Room"' in shown.text
    assert [("postcode", "Enter a full postcode, like M1 1AE")] == summary(wrong)
    assert 'value="Manchester"' in wrong.text
    assert saved.headers["location"] == "/venues?saved=venue-changed"
    assert "Mill Room 1 Mill Lane, M1 1AE Change Mill Room" in text(await client.get("/venues"))


async def test_d1_versions_and_venues_of_the_other_side_are_not_found(client: AsyncClient) -> None:
    person = await manager()
    here = person.organisation_id
    other = await make_programme(organisation_id=here, side=Side.PERPETRATOR)
    venue_id = await make_venue(organisation_id=here, side=Side.PERPETRATOR)
    sign_in(client, person)

    for path in (f"/programmes/{other.id}/versions/new", f"/venues/{venue_id}/change"):
        answers = [await client.get(path), await send(client, path, **a_version(name="Hall"))]
        assert [404, 404] == [answer.status_code for answer in answers]


async def test_adding_a_venue(client: AsyncClient) -> None:
    sign_in(client, await manager())

    response = await send(client, "/venues", name="Garden Room", address="1 Mill Lane")
    again = await send(client, "/venues", name="Garden Room", address="2 Mill Lane")
    unnamed = await send(client, "/venues", name="", address="3 Mill Lane")

    assert response.headers["location"] == "/venues?saved=venue"
    assert "Garden Room 1 Mill Lane" in text(await client.get("/venues"))
    assert (again.status_code, summary(again)) == (
        409,
        [("name", "A venue with this name exists already")],
    )
    assert (unnamed.status_code, "3 Mill Lane</textarea>" in unnamed.text) == (400, True)


async def test_adding_closed_days_of_a_venue_and_of_all(client: AsyncClient) -> None:
    person = await manager()
    venue_id = await make_venue(organisation_id=person.organisation_id, name="Garden Room")
    sign_in(client, person)

    one = await send(
        client, "/closures", place=str(venue_id), reason="Painting", **day("from_on", "2026-07-01")
    )
    every = await send(
        client, "/closures", place=str(person.organisation_id), **day("from_on", "2026-08-24"),
        **day("to_on", "2026-08-28"),
    )  # fmt: skip
    page = text(await client.get("/closures"))

    assert (one.headers["location"], every.status_code) == ("/closures?saved=closure", 303)
    assert "1 July 2026 Garden Room Painting" in page
    assert "24 August 2026 to 28 August 2026 All of" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (day("from_on", "2026-07-01"), "place"),
        ({"place": "own"}, "from_on"),
        ({"place": "own", **day("from_on", "2026-07-02"), **day("to_on", "2026-07-01")}, "to_on"),
    ],
)
async def test_wrong_closed_days_name_the_field(
    client: AsyncClient, typed: dict[str, str], field: str
) -> None:
    person = await manager()
    sign_in(client, person)
    if "place" in typed:
        typed = {**typed, "place": str(person.organisation_id)}

    response = await send(client, "/closures", reason="Half term", **typed)

    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert 'value="Half term"' in response.text


async def test_the_other_side_is_neither_listed_nor_opened(client: AsyncClient) -> None:
    person = await manager()
    other = await make_programme(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, name="Behaviour change"
    )
    venue_id = await make_venue(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, name="Mill House"
    )
    await make_closure(
        organisation_id=person.organisation_id, venue_id=venue_id, from_on=date(2026, 7, 1),
        reason="Flooded",
    )  # fmt: skip
    sign_in(client, person)

    listed = text(await client.get("/programmes")) + text(await client.get("/venues"))
    closed = text(await client.get("/closures"))
    opened = await client.get(f"/programmes/{other.id}")
    closing = await send(client, "/closures", place=str(venue_id), **day("from_on", "2026-07-01"))

    assert ["Behaviour change" in listed, "Mill House" in listed] == [False, False]
    assert ["Flooded" in closed, "Mill House" in closed] == [False, False]
    assert (opened.status_code, closing.status_code) == (404, 404)


async def test_what_somebody_adds_is_on_their_own_side_whatever_they_send(
    client: AsyncClient,
) -> None:
    sign_in(client, await manager())

    await send(client, "/programmes/new", **a_programme(side="perpetrator"))
    await send(client, "/venues", name="Garden Room", side="perpetrator")
    (programme,) = await queries.programmes(scope=SYSTEM.scope)
    (venue,) = await queries.venues(scope=SYSTEM.scope)

    assert (programme.side, venue.side) == (Side.SURVIVOR, Side.SURVIVOR)


@pytest.mark.parametrize("path", ["/programmes/new", "/venues", "/closures"])
async def test_a_facilitator_looks_but_adds_nothing(client: AsyncClient, path: str) -> None:
    sign_in(client, await make_person(Role.FACILITATOR, GrantSide.SURVIVOR))

    listed = text(await client.get("/programmes"))
    response = await client.post(path, data={"_csrf_token": await form_token(client)})

    assert ("Add a programme" in listed, response.status_code) == (False, 403)


@pytest.mark.parametrize("path", ["/programmes", "/programmes/new", "/venues", "/closures"])
async def test_who_sees_no_cases_sees_no_programmes(client: AsyncClient, path: str) -> None:
    sign_in(client, await make_person(Role.COMMISSIONER, GrantSide.BOTH))

    assert (await client.get(path)).status_code == 403
