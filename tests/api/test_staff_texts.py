"""Where staff are reminded by text, over HTTP and on their page."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.training_calls import browse, get, send
from tests.factories import make_organisation, make_person
from tests.factories_training import make_staff


async def test_a_number_and_an_agreement_are_kept(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    body = {"version": 1, "number": "07700 900901", "agreed_on": "2026-06-10"}

    saved = await client.put(f"/api/v1/staff/{staff_id}/texts", json=body, headers=lead.headers)
    found = await get(client, lead, f"/staff/{staff_id}/texts")

    assert (saved.status_code, found.status_code) == (200, 200)
    assert found.json() == {
        "number": "+447700900901", "agreed_on": "2026-06-10", "version": 2, "texts": [],
    }  # fmt: skip
    again = await client.put(f"/api/v1/staff/{staff_id}/texts", json=body, headers=lead.headers)
    assert again.status_code == 409


@pytest.mark.parametrize("role", [Role.WORKFORCE_LEAD, Role.PROGRAMME_MANAGER])
async def test_nobody_else_finds_them(client: AsyncClient, role: Role) -> None:
    """Another organisation's lead gets 404; who has nothing to do with staff gets 403."""
    side = GrantSide.NONE if role is Role.WORKFORCE_LEAD else GrantSide.SURVIVOR
    other = await make_person(role, side)
    staff_id = await make_staff(organisation_id=await make_organisation())
    wanted = 404 if role is Role.WORKFORCE_LEAD else 403

    seen = await get(client, other, f"/staff/{staff_id}/texts")
    saved = await client.put(
        f"/api/v1/staff/{staff_id}/texts", json={"version": 1, "number": ""}, headers=other.headers
    )

    assert (seen.status_code, saved.status_code) == (wanted, wanted)


async def test_the_page_keeps_what_was_typed_and_says_what_was_saved(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id, name="Rowan Ashdown")
    browse(client, lead)
    address = f"/staff/{staff_id}/texts"

    wrong = await send(client, address, version="1", number="020 7946 0000")
    saved = await send(
        client, address, version="1", number="07700 900901",
        **{"agreed_on-day": "10", "agreed_on-month": "6", "agreed_on-year": "2026"},
    )  # fmt: skip
    stale = await send(client, address, version="1", number="")
    shown = (await client.get(saved.headers["location"])).text

    assert (wrong.status_code, saved.status_code, stale.status_code) == (400, 303, 409)
    assert "020 7946 0000" in wrong.text
    assert "Number and agreement saved" in shown
    assert "+447700900901" in shown
    assert "No texts so far" in shown
