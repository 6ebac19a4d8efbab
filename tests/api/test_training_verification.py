"""Verifying and withdrawing training records, and what people declare of themselves (2.5)."""

from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.training_calls import NOBODY, actions, fields, get, post
from tests.factories import Json, Person, make_person
from tests.factories_training import (
    make_course,
    make_record,
    make_requirement,
    make_staff,
    record_json,
)
from training.tables import Course, TrainingRecord

DAY = date(2026, 6, 1)
SEEN = {"evidence": "certificate"}


async def declared(lead: Person, **staff: object) -> tuple[UUID, UUID]:
    """A member of the lead's staff and what they declared."""
    staff_id = await make_staff(organisation_id=lead.organisation_id, **staff)  # type: ignore[arg-type]
    course = await make_course()
    await make_requirement(course, organisation_ids=[lead.organisation_id])
    return staff_id, await make_record(staff_id, course, completed_on=DAY, verified=False)


async def test_what_is_declared_counts_once_somebody_else_has_seen_the_evidence(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    _, record = await declared(lead)

    before = await get(client, lead, "/training/compliance")
    waiting = await get(client, lead, "/training-records?verified=false")
    answer = await post(client, lead, f"/training-records/{record}/verify", SEEN)
    after = await get(client, lead, "/training/compliance")
    left = await get(client, lead, "/training-records?verified=false")

    assert [before.json()["total"]["valid"], after.json()["total"]["valid"]] == [0, 1]
    assert [item["id"] for item in waiting.json()["items"]] == [str(record)]
    assert left.json()["items"] == []
    assert (answer.status_code, answer.json()["evidence"]) == (200, "certificate")
    assert answer.json()["verified_by"] == str(lead.id)
    assert answer.json()["verified_at"] == "2026-06-10T12:00:00Z"
    assert await actions() == ["training_verified"]


async def test_nobody_verifies_their_own_training(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id, record = await declared(lead, account_id=lead.id)

    answer = await post(client, lead, f"/training-records/{record}/verify", SEEN)
    at_once = await post(
        client, lead, "/training-records", record_json(staff_id, await make_course())
    )

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/own-training")
    assert (at_once.status_code, fields(at_once)) == (400, ["verified"])
    assert await TrainingRecord.count().where(TrainingRecord.verified_by.is_not_null()) == 0


async def test_a_withdrawn_record_stays_and_the_completion_may_come_again(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id, course = await make_staff(organisation_id=lead.organisation_id), await make_course()
    await make_requirement(course, organisation_ids=[lead.organisation_id])
    body = record_json(staff_id, course)
    first = (await post(client, lead, "/training-records", body)).json()["id"]

    answer = await post(
        client, lead, f"/training-records/{first}/withdraw", {"reason": "Somebody else came"}
    )
    between = await get(client, lead, "/training/compliance")
    again = await post(client, lead, "/training-records", body)
    listed = await get(client, lead, "/training-records")

    assert (answer.json()["counts"], answer.json()["withdrawn_reason"]) == (
        False, "Somebody else came",
    )  # fmt: skip
    assert between.json()["total"]["valid"] == 0
    assert again.status_code == 201
    assert [item["counts"] for item in listed.json()["items"]] == [True, False]
    assert await actions() == ["training_recorded", "training_withdrawn", "training_recorded"]


@pytest.mark.parametrize(
    ("call", "body", "field"),
    [
        ("verify", {"evidence": "self_declared"}, "evidence"),
        ("verify", {}, "evidence"),
        ("withdraw", {"reason": "  "}, "reason"),
        ("withdraw", {"reason": "x" * 201}, "reason"),
        ("withdraw", {"reason": "two\nlines"}, "reason"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_changes(
    client: AsyncClient, call: str, body: Json, field: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    _, record = await declared(lead)

    answer = await post(client, lead, f"/training-records/{record}/{call}", body)

    assert (answer.status_code, fields(answer)) == (400, [field])
    assert await actions() == []


async def test_what_is_verified_or_withdrawn_is_not_so_again(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    _, record = await declared(lead)
    await post(client, lead, f"/training-records/{record}/verify", SEEN)

    twice = await post(client, lead, f"/training-records/{record}/verify", SEEN)
    withdrawn = await post(client, lead, f"/training-records/{record}/withdraw", {"reason": "x"})
    gone = await post(client, lead, f"/training-records/{record}/withdraw", {"reason": "x"})

    assert [twice.status_code, withdrawn.status_code, gone.status_code] == [409, 200, 409]
    assert twice.json()["type"] == gone.json()["type"] == "/problems/training-record-settled"


@pytest.mark.parametrize("call", ["verify", "withdraw"])
async def test_another_organisation_finds_no_record_and_case_workers_may_not_ask(
    client: AsyncClient, call: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    elsewhere = await make_person(Role.WORKFORCE_LEAD)
    worker = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=lead.organisation_id
    )
    _, record = await declared(lead, account_id=worker.id)
    body: Json = SEEN if call == "verify" else {"reason": "x"}

    answers = [
        (await post(client, who, f"/training-records/{id}/{call}", body)).status_code
        for who, id in ((elsewhere, record), (lead, NOBODY), (worker, record))
    ]

    assert answers == [404, 404, 403]
    assert await actions() == []


async def test_somebody_declares_their_own_training_and_sees_only_that(client: AsyncClient) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    staff_id = await make_staff(account_id=worker.id)
    course = await make_course()
    await make_record(await make_staff(), course, completed_on=DAY)
    body = {"course_id": str(course), "completed_on": "2026-06-01"}

    created = await post(client, worker, "/me/training-records", body)
    listed = await get(client, worker, "/me/training-records")
    others = await get(client, worker, "/training-records")

    [item] = listed.json()["items"]
    assert (created.status_code, item["id"]) == (201, created.json()["id"])
    assert (item["staff_id"], item["evidence"]) == (str(staff_id), "self_declared")
    assert (item["verified"], item["counts"]) == (False, False)
    assert others.status_code == 403


async def test_what_is_declared_is_held_to_the_same_rules(client: AsyncClient) -> None:
    worker, nobody = [await make_person(Role.AUDITOR) for _ in range(2)]
    await make_staff(account_id=worker.id)
    body = {"course_id": str(await make_course()), "completed_on": "2026-06-11"}

    wrong = await post(client, worker, "/me/training-records", body)
    more = await post(client, worker, "/me/training-records", {**body, "verified": True})
    unlinked = await post(client, nobody, "/me/training-records", body)

    assert (wrong.status_code, fields(wrong)) == (400, ["completed_on"])
    assert (more.status_code, unlinked.status_code) == (400, 404)
    assert (await get(client, nobody, "/me/training-records")).json()["items"] == []
    assert not await TrainingRecord.exists()


async def test_a_retired_course_is_recorded_up_to_the_day_before(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id, course = await make_staff(organisation_id=lead.organisation_id), await make_course()
    await Course.update({Course.retired_on: DAY}).where(Course.id == course)

    on_it = await post(client, lead, "/training-records", record_json(staff_id, course))
    before = await post(
        client, lead, "/training-records", record_json(staff_id, course, completed_on="2026-05-31")
    )

    assert (on_it.status_code, fields(on_it)) == (400, ["completed_on"])
    assert "retired on 1 June 2026" in on_it.json()["errors"][0]["message"]
    assert before.status_code == 201
