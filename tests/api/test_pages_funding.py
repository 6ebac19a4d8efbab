"""Funding and published claims as pages."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from tests.api.forms import day, fields_of, saved_version, send, sign_in, summary, text
from tests.factories import Person, make_person
from tests.factories_programmes import make_participant, make_programme, make_referral

pytestmark = pytest.mark.usefixtures("db")

LINE = {
    "contributor": "Council", "source": "Public Health", "amount": "7,000", "paid": "per_year",
    "status": "confirmed", **day("from_on", "2026-04-01"),
}  # fmt: skip
CLAIM = {
    "what": "completions_per_referral", "numerator": "116", "denominator": "490",
    "denominator_is_floor": "floor", "percent": "25%", "document": "Strategy 2017-21",
    **day("as_at_on", "2017-03-01"),
}  # fmt: skip


async def manager(client: AsyncClient) -> Person:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    sign_in(client, person)
    return person


async def add(client: AsyncClient, **values: Any) -> str:
    """The address of a new agreement."""
    form: dict[str, Any] = {"service": "Groups", "whose": "survivor", **values}
    answer = await send(client, "/funding/new", **form)
    assert answer.status_code == 303, summary(answer)
    return str(answer.headers["location"]).partition("?")[0]


async def test_s27_an_agreement_is_entered_with_its_lines_and_a_stated_total(
    client: AsyncClient,
) -> None:
    person = await manager(client)
    programme = await make_programme(organisation_id=person.organisation_id)
    path = await add(
        client, programme_id=str(programme.id), **day("ends_on", "2026-11-30"), provider="TDAS",
        note="Reviewed yearly",
    )  # fmt: skip
    for amount in ("941,511", "16000", "£50,000", "133800.00", "287077"):
        assert (await send(client, f"{path}/lines/new", **{**LINE, "amount": amount})).is_redirect
    form = await client.get(f"{path}/statements/new")
    ticked = [
        part.split('"')[0]
        for part in form.text.split('name="line_ids" type="checkbox" value="')[1:]
    ]

    saved = await send(
        client, f"{path}/statements/new", says="Total", total="1,428,383", stated_for="one_year",
        document="Cabinet report", line_ids=ticked, **day("as_at_on", "2026-04-15"),
    )  # fmt: skip

    assert len(ticked) == 5
    shown = text(await client.get(saved.headers["location"]))
    assert "Funding saved" in shown
    assert "£1,428,383 £1,428,388 -£5" in shown
    assert "Ends within six months" in shown
    listed = text(await client.get("/funding"))
    ends = "30 November 2026 Ends within six months"
    assert f"Groups Survivor TDAS {ends} £1,428,388 a year, 5 contributions" in listed


async def test_a_line_is_changed_and_removed_and_so_is_a_stated_total(client: AsyncClient) -> None:
    await manager(client)
    path = await add(client, whose="both")
    await send(client, f"{path}/lines/new", **LINE)
    page = await client.get(path)
    line = page.text.split(f'href="{path}/lines/')[1].partition("/")[0]
    address = f"{path}/lines/{line}"
    opened = fields_of(await client.get(f"{address}/change"))
    assert (opened["amount"], opened["contributor"], opened["to_on-year"]) == (
        "7,000",
        "Council",
        "",
    )

    once = {**LINE, "amount": "97.22", "paid": "once", "version": "1", **day("to_on", "2026-09-30")}
    changed = await send(client, f"{address}/change", **once)
    stale = await send(client, f"{address}/change", **once)
    shown = text(await client.get(path))
    listed = text(await client.get("/funding"))
    stated = {
        "says": "Total", "total": "97.22", "stated_for": "whole_time", "document": "Minutes",
        "line_ids": line, **day("as_at_on", "2026-04-15"),
    }  # fmt: skip
    await send(client, f"{path}/statements/new", **stated)
    refused = await send(client, f"{address}/remove")
    with_total = await client.get(path)
    statement = with_total.text.split("/statements/")[1].partition("/")[0]
    gone = [await send(client, f"{path}/statements/{statement}/remove"),
            await send(client, f"{address}/remove")]  # fmt: skip

    assert changed.status_code == 303
    assert "The whole service" in shown
    assert "£97.22 once" in shown
    assert "A contribution ends within six months £97.22 once, 1 contribution" in listed
    assert "£97.22 £97.22 None" in text(with_total)
    assert (stale.status_code, saved_version(stale)) == (409, "2")
    assert refused.status_code == 409
    assert [answer.status_code for answer in gone] == [303, 303]
    assert "There is no contribution yet." in text(await client.get(path))


async def test_an_agreement_is_changed_and_a_stale_change_keeps_what_was_typed(
    client: AsyncClient,
) -> None:
    await manager(client)
    assert fields_of(await client.get("/funding/new"))["service"] == ""
    path = await add(client, **day("starts_on", "2026-04-01"))
    assert fields_of(await client.get(f"{path}/lines/new"))["from_on-year"] == "2026"
    opened = fields_of(await client.get(f"{path}/change"))

    changed = await send(client, f"{path}/change", service="Helpline", version="1")
    stale = await send(client, f"{path}/change", service="Mine", version="1")

    assert (opened["service"], opened["starts_on-month"], opened["programme_id"]) == (
        "Groups", "4", "",
    )  # fmt: skip
    assert changed.status_code == 303
    assert (stale.status_code, saved_version(stale)) == (409, "2")
    assert 'value="Mine"' in stale.text


async def test_what_is_wrong_leads_to_its_field(client: AsyncClient) -> None:
    await manager(client)
    path = await add(client)
    wrong_line = {**LINE, "amount": "a lot", "paid": "", **day("to_on", "2026-03-31")}
    no_total: dict[str, Any] = {"says": "", "total": "99,999,999,999.00", "stated_for": "one_year"}
    dear = {**LINE, "amount": "10,000,000,001"}

    answers: list[tuple[Response, list[str]]] = [
        (await send(client, "/funding/new", service=""), ["whose", "service"]),
        (await send(client, f"{path}/change", service="x" * 121, version="1"), ["service"]),
        (await send(client, f"{path}/lines/new", **wrong_line), ["amount", "paid"]),
        (await send(client, f"{path}/lines/new", **dear), ["amount"]),
        (await send(client, f"{path}/statements/new", **no_total),
         ["says", "document", "as_at_on"]),
        (await send(client, f"{path}/statements/new", **no_total, document="A",
                    **day("as_at_on", "1980-01-01")), ["says"]),
        (await send(client, "/published-claims", **{**CLAIM, "percent": "1.23", "what": ""}),
         ["percent", "what"]),
        (await send(client, "/published-claims", **{**CLAIM, "percent": "1001"}), ["percent"]),
        (await send(client, "/published-claims", **{**CLAIM, "percent": "9" * 40}), ["percent"]),
    ]  # fmt: skip

    for answer, fields in answers:
        assert answer.status_code == 400
        assert [field for field, _ in summary(answer)] == fields


async def test_s19_a_claim_is_shown_with_what_its_counts_make_and_removed(
    client: AsyncClient,
) -> None:
    person = await manager(client)
    programme = await make_programme(organisation_id=person.organisation_id)
    saved = await send(client, "/published-claims", **CLAIM, programme_id=str(programme.id))
    bare = {
        key: value for key, value in CLAIM.items() if key not in ("percent", "denominator_is_floor")
    }
    await send(client, "/published-claims", **bare)

    page = await client.get("/published-claims")
    claim = page.text.split('action="/published-claims/')[1].partition("/")[0]
    gone = await send(client, f"/published-claims/{claim}/remove")

    assert saved.status_code == 303
    assert "116 of at least 490 25.0% at most 23.7% +1.3 points" in text(page)
    assert "116 of 490 Not stated 23.7%" in text(page)
    assert gone.status_code == 303


async def test_the_two_tables_of_the_return_of_ten_questions_have_headings_of_their_own(
    client: AsyncClient,
) -> None:
    person = await manager(client)
    programme = await make_programme(organisation_id=person.organisation_id)
    somebody = await make_participant(organisation_id=person.organisation_id)
    await make_referral(participant_id=somebody, programme_id=programme.id)

    shown = (await client.get("/reports/foi-return")).text
    one = (await client.get("/reports/foi-return?group_by=sex")).text

    for parted in ("self or agency", "sex"):
        assert f"Survivors: Freedom Programme, by {parted}</h2>" in shown
    assert "Survivors: Freedom Programme</h2>" in one


async def test_d1_pages_of_the_other_side_are_not_there(client: AsyncClient) -> None:
    owner = await manager(client)
    path = await add(client)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=owner.organisation_id
    )
    sign_in(client, other)

    assert [
        (await client.get(address)).status_code
        for address in (path, f"{path}/change", f"{path}/lines/new", f"{path}/statements/new")
    ] == [404] * 4
    assert "There is no agreement yet." in text(await client.get("/funding"))
