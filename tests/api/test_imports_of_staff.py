"""Staff and training records over the HTTP interface: who may, and what is proposed."""

from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core import mappings
from tests.factories import Person, make_person
from tests.factories_training import make_course, make_staff
from training.tables import Post, Staff, TrainingRecord

STAFF = (
    b"Employee number,Name,Sector,Staff group,Hire date\n"
    b"E-1,Rowan Ashdown,ASC,Frontline,2026-01-05\n"
)
RECORDS = (
    b"Employee number,Course code,Completion date,Evidence,Verified\n"
    b"E-1,DA1,03/04/2026,Certificate,yes\nE-2,DA1,04/04/2026,LMS,yes\n"
)


async def a_lead(role: Role = Role.WORKFORCE_LEAD) -> Person:
    return await make_person(role, GrantSide.NONE)


async def send(
    client: AsyncClient, who: Person, kind: str, content: bytes, **query: Any
) -> Response:
    return await client.post(
        f"/api/v1/imports/{kind}", headers=who.headers, files={"file": ("any.csv", content)},
        params=query,
    )  # fmt: skip


async def test_staff_and_then_their_records_go_in(client: AsyncClient) -> None:
    lead = await a_lead()
    await make_course(code="DA1")

    staff = await send(client, lead, "staff", STAFF)
    records = await send(client, lead, "training-records", RECORDS)

    assert (staff.status_code, staff.json()["created"]) == (200, 1)
    assert records.json() == {
        "rows": 2, "created": 1, "updated": 0, "unchanged": 0, "missing": 0,
        "errors": [{"row": 3, "field": "payroll_number", "message": "Not found"}],
    }  # fmt: skip
    [record] = await TrainingRecord.select()
    assert (record["completed_on"], record["counts"]) == (date(2026, 4, 3), True)


async def test_whoever_is_missing_from_a_full_list_is_counted_and_stays(
    client: AsyncClient,
) -> None:
    lead = await a_lead()
    await make_staff(organisation_id=lead.organisation_id, payroll_number="E-9")

    tried = await send(client, lead, "staff", STAFF, full_list=True, dry_run=True)
    done = await send(client, lead, "staff", STAFF, full_list=True)

    assert (tried.json()["missing"], done.json()["missing"]) == (1, 1)
    assert await Post.count().where(Post.ended_on.is_not_null()) == 0


@pytest.mark.parametrize(
    ("role", "side", "kinds"),
    [
        (Role.FACILITATOR, GrantSide.SURVIVOR, ("staff", "training-records")),
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, ("staff", "training-records")),
        (Role.TRAINING_ADMIN, GrantSide.NONE, ("staff", "referrals")),
        (Role.WORKFORCE_LEAD, GrantSide.NONE, ("referrals", "attendance")),
        (Role.AUDITOR, GrantSide.NONE, ("staff", "training-records")),
    ],
)
async def test_whoever_may_not_is_told_so(
    client: AsyncClient, role: Role, side: GrantSide, kinds: tuple[str, ...]
) -> None:
    person = await make_person(role, side)

    answers = [await send(client, person, kind, STAFF) for kind in kinds]

    assert {answer.status_code for answer in answers} == {403}
    assert await Staff.count() == 0


async def test_another_organisation_is_not_found(client: AsyncClient) -> None:
    lead, other = await a_lead(), await a_lead()

    answer = await send(client, lead, "staff", STAFF, organisation_id=str(other.organisation_id))

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_source_is_read_as_it_was_saved_for_the_person(client: AsyncClient) -> None:
    lead, colleague = await a_lead(), await a_lead()
    chosen = {"payroll_number": "Key", "name": "Label", "email": ""}
    await mappings.save("staff", "Old", {"name": "Nothing"}, by=lead.actor)
    await mappings.save("staff", "iTrent monthly", {"name": "Other"}, by=lead.actor)
    await mappings.save("staff", "ITRENT monthly", chosen, by=lead.actor)
    content = STAFF.replace(b"Employee number", b"Key").replace(b"Name", b"Label")

    done = await send(client, lead, "staff", content, source="itrent MONTHLY")
    others = await send(client, colleague, "staff", content, source="iTrent monthly")
    wrong = await send(client, lead, "staff", content, source="Old")

    assert (done.status_code, done.json()["created"]) == (200, 1)
    assert [one.source for one in await mappings.saved(by=lead.actor)] == ["ITRENT monthly", "Old"]
    assert others.json()["errors"] == [
        {"field": "source", "message": "No columns are saved for a source of this name"}
    ]
    assert wrong.json()["errors"][0]["message"] == "The file has no one column called Nothing"
    assert (others.status_code, wrong.status_code) == (400, 400)
