"""Places in groups over HTTP: pausing, moving, gates and endings, and who may not."""

from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from programmes.domain.completion import CompletionRule
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort
from tests.integration.places import make_member, row_of, second_cohort

pytestmark = pytest.mark.usefixtures("db")

TODAY = "2026-06-10"


async def manager_of(cohort: MadeCohort) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(cohort.side.value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip


async def test_a_place_is_paused_resumed_recorded_moved_left_and_given_back(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort()
    target = await second_cohort(cohort)
    person = await manager_of(cohort)
    member, _ = await make_member(cohort, attended=(1,))

    async def post(enrolment_id: Any, what: str, **body: Any) -> Any:
        return await client.post(
            f"/api/v1/enrolments/{enrolment_id}/{what}", json=body, headers=person.headers
        )

    paused = await post(member, "pause", from_on=TODAY, to_on="2026-06-20", reason="Hospital")
    resumed = await post(member, "resume", on=TODAY)
    recorded = await post(member, "record", version=1, end_review_on=TODAY)
    kept = await post(member, "record", version=2, report_sent_on=TODAY)
    moved = await post(member, "transfer", version=3, cohort_id=str(target.id), joined_on=TODAY)
    new = moved.json()["id"]
    left = await post(new, "exit", version=1, on=TODAY, reason="health", keep_open=True)
    back = await post(new, "revoke", version=2, reason="Wrong person")

    codes = [answer.status_code for answer in (paused, resumed, recorded, kept, moved, left, back)]
    assert codes == [201, 204, 204, 204, 201, 204, 204]
    row = await row_of(member)
    assert (str(row["end_review_on"]), str(row["report_sent_on"])) == (TODAY, TODAY)
    progress = (
        await client.get(f"/api/v1/enrolments/{new}/progress", headers=person.headers)
    ).json()
    assert (progress["units_credited"], progress["continues"]) == (1, str(member))
    assert (progress["status"], progress["version"]) == ("active", 3)


async def test_null_clears_a_gate(client: AsyncClient) -> None:
    cohort = await make_cohort()
    person = await manager_of(cohort)
    member, _ = await make_member(cohort)
    address = f"/api/v1/enrolments/{member}/record"

    for version, day in ((1, TODAY), (2, None)):
        body = {"version": version, "end_review_on": day}
        assert (await client.post(address, json=body, headers=person.headers)).status_code == 204

    assert (await row_of(member))["end_review_on"] is None


async def test_progress_tells_the_yield_of_catch_ups(client: AsyncClient) -> None:
    """C5."""
    cohort = await make_cohort(rule=CompletionRule(min_units=2))
    person = await manager_of(cohort)
    member, _ = await make_member(cohort, attended=(1, 2))

    found = (
        await client.get(f"/api/v1/enrolments/{member}/progress", headers=person.headers)
    ).json()

    assert found["catch_up_yield"] == {
        "numerator": 0, "denominator": 0, "percent": None, "marker": "[z]",
    }  # fmt: skip
    assert found["complete_without_catch_up"] is True
    assert (found["can_still_complete"], found["missing"]) == (True, [])


async def test_completion_in_part(client: AsyncClient) -> None:
    """C4."""
    cohort = await make_cohort(rule=CompletionRule(min_units=2))
    person = await manager_of(cohort)
    member, _ = await make_member(cohort, attended=(1,))
    address = f"/api/v1/enrolments/{member}/complete"

    whole = await client.post(address, json={"version": 1, "on": TODAY}, headers=person.headers)
    part = await client.post(
        address, json={"version": 1, "on": TODAY, "partial": True}, headers=person.headers
    )

    assert (whole.status_code, whole.json()["type"]) == (422, "/problems/not-completed")
    assert part.status_code == 204
    assert (await row_of(member))["status"] == "completed_partial"


async def test_a_stale_save_says_who_and_when(client: AsyncClient) -> None:
    cohort = await make_cohort()
    person = await manager_of(cohort)
    member, _ = await make_member(cohort)
    address = f"/api/v1/enrolments/{member}/record"
    body = {"version": 1, "end_review_on": TODAY}
    await client.post(address, json=body, headers=person.headers)

    stale = (await client.post(address, json=body, headers=person.headers)).json()

    assert stale["type"] == "/problems/stale-version"
    assert stale["detail"].startswith(f"Saved by {person.actor.name} on 10 June 2026 at 13:00")
    assert stale["changed_by"] == str(person.id)
    assert stale["changed_at"] == "2026-06-10T12:00:00Z"


CALLS: dict[str, dict[str, Any]] = {
    "pause": {"from_on": TODAY, "reason": "Away"},
    "resume": {"on": TODAY},
    "record": {"version": 1},
    "revoke": {"version": 1, "reason": "Wrong"},
    "transfer": {"version": 1, "cohort_id": "00000000-0000-7000-8000-000000000000"},
}


@pytest.mark.parametrize("call", CALLS)
async def test_the_other_side_and_other_organisations_find_nothing_and_onlookers_may_not(
    client: AsyncClient, call: str
) -> None:
    """D1."""
    cohort = await make_cohort(side=Side.PERPETRATOR)
    member, _ = await make_member(cohort)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )
    elsewhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )

    answers = [
        await client.post(
            f"/api/v1/enrolments/{member}/{call}", json=CALLS[call], headers=person.headers
        )
        for person in (other, elsewhere, lead)
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 403]
    assert (await row_of(member))["version"] == 1
