"""Saying which heading is which column: once, and the source's next file is read the same way."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import database
from tests.api.forms import send, sign_in, summary, text
from tests.api.test_pages_imports import bring, preview, uploads
from tests.factories import Person, make_person
from tests.factories_training import make_staff
from training.tables import Staff

ODD = (
    b"Key,Label,Area,Kind,From,Department\nE-1,Rowan Ashdown,Housing,Frontline,05/01/2026,Repairs\n"
)
CHOSEN = {
    "column-payroll_number": "Key", "column-name": "Label", "column-sector": "Area",
    "column-staff_group": "Kind", "column-started_on": "From", "column-team": "Department",
}  # fmt: skip


async def a_lead(client: AsyncClient, *, everywhere: bool = False) -> Person:
    person = await make_person(Role.WORKFORCE_LEAD, GrantSide.NONE, everywhere=everywhere)
    sign_in(client, person)
    return person


async def test_what_is_not_recognised_is_asked_and_saved_for_the_source(
    client: AsyncClient,
) -> None:
    await a_lead(client)
    brought = await bring(client, ODD, "staff")
    asked = await client.get(brought.headers["location"])
    address = asked.headers["location"]
    page = await client.get(address)

    assert address.endswith("/columns")
    assert "The file has no column for payroll number, name, sector" in text(page)
    assert '<option value="Department" selected>' in page.text
    chosen = await send(client, address, **CHOSEN, source="iTrent monthly")
    checked = await client.get(chosen.headers["location"])
    assert "As you saved them for iTrent monthly." in text(checked)
    assert "Key Payroll number" in text(checked)
    assert "1 row imported" in text(await send(client, chosen.headers["location"]))
    assert (await Staff.select())[0]["name"] == "Rowan Ashdown"

    _, again = await preview(
        client, ODD + b"E-2,Sam Birch,Housing,Admin,2026-02-02,\n", kind="staff"
    )

    assert "As you saved them for iTrent monthly." in text(again)
    assert "New 1 Changed 0 In already, the same 1" in text(again)


async def test_a_wrong_choice_is_said_beside_its_column_and_nothing_is_lost(
    client: AsyncClient,
) -> None:
    await a_lead(client)
    brought = await bring(client, ODD, "staff")
    address = (await client.get(brought.headers["location"])).headers["location"]

    answer = await send(
        client, address,
        **{**CHOSEN, "column-name": "Key", "column-sector": "", "column-role": "No such"},
        source="x" * 61,
    )  # fmt: skip

    assert answer.status_code == 400
    assert [field for field, _ in summary(answer)] == [
        "column-name", "column-sector", "column-role", "source",
    ]  # fmt: skip
    assert '<option value="Kind" selected>' in answer.text
    assert await database.run("SELECT 1 FROM import_mappings") == []


async def test_saved_columns_and_files_are_ones_own_and_can_be_forgotten(
    client: AsyncClient,
) -> None:
    lead = await a_lead(client)
    brought = await bring(client, ODD, "staff")
    address = (await client.get(brought.headers["location"])).headers["location"]
    await send(client, address, **CHOSEN, source="iTrent")
    [saved] = await database.run("SELECT id FROM import_mappings")
    forget = f"/imports/columns/{saved['id']}/remove"

    await a_lead(client)
    assert (await client.get(address)).status_code == 404
    assert (await send(client, address, **CHOSEN)).status_code == 404
    await send(client, forget)
    assert len(await database.run("SELECT 1 FROM import_mappings")) == 1

    sign_in(client, lead)
    assert "Staff: iTrent" in text(await client.get("/imports"))
    gone = await send(client, forget)
    assert "The saved columns are forgotten" in text(await client.get(gone.headers["location"]))
    assert await database.run("SELECT 1 FROM import_mappings") == []
    sign_in(client, await make_person(Role.FACILITATOR, GrantSide.SURVIVOR))
    assert (await client.get(address)).status_code == 403


async def test_a_full_list_tells_who_is_missing_before_and_after(client: AsyncClient) -> None:
    lead = await a_lead(client)
    await make_staff(organisation_id=lead.organisation_id, payroll_number="E-9", name="Kit Marlow")
    content = (
        b"payroll number,name,sector,staff group,start date\n"
        b"E-1,Rowan Ashdown,Housing,Frontline,05/01/2026\nE-2,Sam,Nowhere,Admin,2026-01-05\n"
    )

    address, page = await preview(client, content, kind="staff", full_list="yes")
    done = await send(client, address)

    assert address.endswith("?full_list=true")
    assert "1 person in post is missing from this list." in text(page)
    assert 'href="/staff/leavers"' in done.text
    assert "1 row was left out" in text(done)
    assert "Kit" not in page.text + done.text
    assert len(await database.run("SELECT 1 FROM leaver_proposals")) == 1
    assert "full_list" not in done.text, "what is left over is no full list"


async def test_the_organisation_is_what_rows_say_unless_one_is_chosen(client: AsyncClient) -> None:
    lead = await a_lead(client, everywhere=True)
    await make_person(Role.WORKFORCE_LEAD, GrantSide.NONE)
    content = (
        b"payroll number,name,sector,staff group,start date\n"
        b"E-1,Rowan Ashdown,Housing,Frontline,05/01/2026\n"
    )

    _, unsaid = await preview(client, content, kind="staff")
    _, said = await preview(
        client, content, kind="staff", organisation_id=str(lead.organisation_id)
    )

    assert "Is empty, and you import for several organisations" in text(unsaid)
    _, full = await preview(client, content, kind="staff", full_list="yes")
    assert "Nobody in post is missing from this list." in text(full)
    assert "New 1" in text(said)


@pytest.mark.parametrize("kind", ["staff", "training-records"])
async def test_a_case_worker_brings_no_staff(client: AsyncClient, kind: str) -> None:
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR))

    answer = await bring(client, ODD, kind)

    assert summary(answer) == [("kind", "Select what the rows are")]
    assert "Training records" not in text(answer)
    assert await uploads() == 0
