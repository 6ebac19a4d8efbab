"""What pays for programmes, and what documents claim, over the API."""

from typing import Any

from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.factories import Person, make_person

LINE = {
    "contributor": "Community Safety", "source": "General Fund", "amount_pence": 600_000,
    "paid": "per_year", "from_on": "2026-04-01", "status": "in_principle",
}  # fmt: skip
SERVICE = {"service": "Coordinator", "starts_on": "2026-04-01", "ends_on": "2031-03-31"}
CLAIM = {
    "side": "survivor", "what": "completions_per_referral", "numerator": 116, "denominator": 490,
    "denominator_is_floor": True, "percent": "25.0", "document": "Strategy 2017-21",
    "as_at_on": "2017-03-01",
}  # fmt: skip


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


async def sent(client: AsyncClient, person: Person, path: str, body: dict[str, Any]) -> str:
    answer = await client.post(f"/api/v1{path}", json=body, headers=person.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_s29_six_partners_are_kept_with_the_total_that_was_sought(
    client: AsyncClient,
) -> None:
    person = await manager()
    agreement_id = await sent(client, person, "/funding", SERVICE)
    path = f"/funding/{agreement_id}"
    partners = ("Community Safety", "Adult Services", "Children", "Police", "Health", "Housing")
    ids = [await sent(client, person, f"{path}/lines", {**LINE, "contributor": name})
           for name in partners]  # fmt: skip
    stated = {
        "says": "Minimum five-year commitment", "total_pence": 18_000_000,
        "stated_for": "whole_time", "document": "Panel report", "as_at_on": "2026-09-17",
        "line_ids": ids,
    }  # fmt: skip
    statement_id = await sent(client, person, f"{path}/statements", stated)

    answer = await client.get("/api/v1/funding", headers=person.headers)

    (found,) = answer.json()["items"]
    assert (found["side"], found["ends_within_six_months"]) == (None, False)
    assert [line["status"] for line in found["lines"]] == ["in_principle"] * 6
    assert found["lines"][0]["ends_on"] == "2031-03-31"
    (one,) = found["statements"]
    assert (one["id"], one["summed_pence"], one["difference_pence"]) == (
        statement_id, 18_000_000, 0,
    )  # fmt: skip


async def test_funding_is_changed_and_mistakes_are_removed(client: AsyncClient) -> None:
    person = await manager()
    agreement_id = await sent(client, person, "/funding", {**SERVICE, "side": "survivor"})
    path = f"/api/v1/funding/{agreement_id}"
    line_id = await sent(client, person, f"/funding/{agreement_id}/lines", LINE)
    stated = {
        "says": "Total", "total_pence": 0, "stated_for": "one_year", "document": "Minutes",
        "as_at_on": "2026-09-17", "line_ids": [line_id],
    }  # fmt: skip
    statement_id = await sent(client, person, f"/funding/{agreement_id}/statements", stated)
    how = {"headers": person.headers}

    put = await client.put(path, json={**SERVICE, "provider": "A charity", "version": 1}, **how)
    stale = await client.put(path, json={**SERVICE, "version": 1}, **how)
    line = f"{path}/lines/{line_id}"
    ended = {**LINE, "status": "ended", "to_on": "2026-09-30", "version": 1}
    changed = await client.put(line, json=ended, **how)
    refused = await client.delete(line, **how)
    gone = [await client.delete(f"{path}/statements/{statement_id}", **how),
            await client.delete(line, **how)]  # fmt: skip
    left = (await client.get(path, **how)).json()

    assert (put.status_code, put.json()["provider"], put.json()["version"]) == (200, "A charity", 2)
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert changed.json()["lines"][0]["ends_on"] == "2026-09-30"
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/line-stated")
    assert [answer.status_code for answer in gone] == [204, 204]
    assert (left["lines"], left["statements"]) == ([], [])


async def test_d1_funding_of_the_other_side_is_not_there(client: AsyncClient) -> None:
    owner = await manager()
    agreement_id = await sent(client, owner, "/funding", {**SERVICE, "side": "survivor"})
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=owner.organisation_id
    )

    found = await client.get(f"/api/v1/funding/{agreement_id}", headers=other.headers)
    added = await client.post(
        "/api/v1/funding", json={**SERVICE, "side": "survivor"}, headers=other.headers
    )

    assert (found.status_code, added.status_code) == (404, 404)


async def test_what_is_wrong_with_funding_names_its_field(client: AsyncClient) -> None:
    person = await manager()
    agreement_id = await sent(client, person, "/funding", SERVICE)
    path = f"/api/v1/funding/{agreement_id}"

    for method, where, body, field in (
        ("POST", f"{path}/lines", {**LINE, "amount_pence": -1}, "amount_pence"),
        ("POST", f"{path}/lines", {**LINE, "amount_pence": 10**12 + 1}, "amount_pence"),
        ("POST", f"{path}/lines", {**LINE, "to_on": "2026-03-31"}, "to_on"),
        ("PUT", path, {**SERVICE, "ends_on": "2026-03-31", "version": 1}, "ends_on"),
        ("POST", "/api/v1/published-claims", {**CLAIM, "percent": "NaN"}, "percent"),
        ("POST", "/api/v1/published-claims", {**CLAIM, "denominator": 0}, "denominator"),
    ):
        answer = await client.request(method, where, json=body, headers=person.headers)
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_s19_a_claim_is_told_with_what_its_counts_make(client: AsyncClient) -> None:
    person = await manager()
    claim_id = await sent(client, person, "/published-claims", CLAIM)

    (found,) = (await client.get("/api/v1/published-claims", headers=person.headers)).json()[
        "items"
    ]
    gone = await client.delete(f"/api/v1/published-claims/{claim_id}", headers=person.headers)

    assert (found["recomputed_percent"], found["at_most"], found["difference"]) == (
        "23.7", True, "1.3",
    )  # fmt: skip
    assert gone.status_code == 204
