"""Eligibility, amendments and individual plans under ``/api/v1``."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from programmes.domain.eligibility import Criteria
from programmes.domain.terms import Mandate
from programmes.tables import Enrolment
from tests.api.test_api_referrals import refer
from tests.factories import Person, make_person
from tests.factories_programmes import (
    make_cohort,
    make_mark,
    make_participant,
    make_programme,
    make_referral,
)

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR, **more: Any) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)


def programme_json(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Moving on", "side": "survivor", "type": "freedom", "group_model": "rolling",
        "delivery_mode": "in_person", "capacity_min": 1, "capacity_max": 12,
        "units": [{"number": 1, "title": "One", "kind": "group", "minutes": 120}],
        "completion_rule": {"min_units": 1}, **changed,
    }  # fmt: skip


async def test_a_programme_and_its_versions_take_criteria(client: AsyncClient) -> None:
    person = await manager()
    criteria = {"min_age": 18, "areas": ["Larch Vale"], "mandates": ["licence", "licence"]}

    added = await client.post(
        "/api/v1/programmes", json=programme_json(**criteria), headers=person.headers
    )
    address = f"/api/v1/programmes/{added.json()['id']}"
    version = {
        key: value for key, value in programme_json().items() if key not in {"name", "side", "type"}
    }
    await client.post(
        f"{address}/versions", json={**version, "version": 1, "areas": ["Elm End"]},
        headers=person.headers,
    )  # fmt: skip
    found = (await client.get(f"{address}/versions", headers=person.headers)).json()["items"]

    assert [(item["min_age"], item["areas"], item["mandates"]) for item in found] == [
        (None, ["Elm End"], []), (18, ["Larch Vale"], ["licence"]),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [
    {"min_age": 0}, {"areas": [" "]}, {"areas": ["Elm End", "elm end"]}, {"mandates": ["x"]},
])  # fmt: skip
async def test_wrong_criteria_are_refused_at_their_field(
    client: AsyncClient, wrong: dict[str, Any]
) -> None:
    person = await manager()

    answer = await client.post(
        "/api/v1/programmes", json=programme_json(**wrong), headers=person.headers
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(next(iter(wrong)))


async def test_a_referral_says_which_criteria_are_met(client: AsyncClient) -> None:
    person = await manager()
    programme = await make_programme(
        organisation_id=person.organisation_id,
        criteria=Criteria(18, ("Larch Vale",), (Mandate.LICENCE,)),
    )
    anna = await make_participant(organisation_id=person.organisation_id, born_on=date(1987, 11, 5))
    made = await make_referral(participant_id=anna, programme_id=programme.id)

    found = (await client.get(f"/api/v1/referrals/{made}", headers=person.headers)).json()
    refused = await client.post(
        f"/api/v1/referrals/{made}/assessment",
        json={"version": 1, "outcome": "suitable", "on": "2026-06-10"}, headers=person.headers,
    )  # fmt: skip

    assert [(item["criterion"], item["met"]) for item in found["eligibility"]] == [
        ("age", True), ("area", None), ("mandate", False),
    ]  # fmt: skip
    assert "licence" in found["eligibility"][2]["text"]
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "note")


async def test_an_amendment_needs_a_reason_and_is_told_with_both_values(
    client: AsyncClient,
) -> None:
    person = await manager()
    address = await refer(client, person)
    sent = {"version": 1, "referrer_name": "Ashley Brook"}

    refused = await client.patch(address, json=sent, headers=person.headers)
    amended = await client.patch(
        address, json={**sent, "amendment_reason": "Another officer"}, headers=person.headers
    )
    found = (await client.get(address, headers=person.headers)).json()["amendments"]

    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["amendment_reason"]
    assert amended.status_code == 200
    assert [{key: line[key] for key in ("field", "old_value", "new_value", "reason", "by")}
            for line in found] == [{
        "field": "referrer_name", "old_value": "Morgan Vale", "new_value": "Ashley Brook",
        "reason": "Another officer", "by": str(person.id),
    }]  # fmt: skip


async def test_a_plan_is_told_beside_what_was_attended(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    person = await manager(organisation_id=cohort.organisation_id)
    (place,) = cohort.enrolment_ids
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=place)
    sent = {"version": 1, "planned_sessions": 10, "plan": "Safety"}
    address = f"/api/v1/enrolments/{place}"

    saved = await client.post(f"{address}/plan", json=sent, headers=person.headers)
    stale = await client.post(f"{address}/plan", json=sent, headers=person.headers)
    found = (await client.get(f"{address}/progress", headers=person.headers)).json()
    group = (await client.get(f"/api/v1/cohorts/{cohort.id}/members", headers=person.headers)).text

    assert (saved.status_code, stale.status_code) == (204, 409)
    assert (found["sessions_attended"], found["planned_sessions"], found["plan"]) == (
        1, 10, "Safety",
    )  # fmt: skip
    assert "Safety" not in group, "a plan's words are not for a list of the group"


@pytest.mark.parametrize("wrong", [
    {"planned_sessions": 0}, {"planned_sessions": 501}, {"plan": "p" * 501}, {"plan": "\a"},
])  # fmt: skip
async def test_a_wrong_plan_is_refused(client: AsyncClient, wrong: dict[str, Any]) -> None:
    cohort = await make_cohort(enrolled=1)
    person = await manager(organisation_id=cohort.organisation_id)

    answer = await client.post(
        f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/plan",
        json={"version": 1, "planned_sessions": 10, "plan": "", **wrong}, headers=person.headers,
    )  # fmt: skip

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == list(wrong)


async def test_d1_nobody_elsewhere_plans_and_who_only_looks_may_not(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    place: UUID = cohort.enrolment_ids[0]
    organisation_id = cohort.organisation_id
    people = [
        await manager(GrantSide.PERPETRATOR, organisation_id=organisation_id),
        await manager(),
        await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id),
    ]

    answers = [
        await client.post(
            f"/api/v1/enrolments/{place}/plan",
            json={"version": 1, "planned_sessions": 10, "plan": ""}, headers=person.headers,
        )
        for person in people
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404, 404, 403]
    rows = await Enrolment.select(Enrolment.planned_sessions).where(Enrolment.id == place)
    assert rows == [{"planned_sessions": None}]
