"""Planned absences, catch-ups, histories, reviews, rules and welfare checks over HTTP."""

from typing import Any

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import MadeCohort, make_cohort

TODAY = 6


async def manager(cohort: MadeCohort, side: Side | None = None) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide((side or cohort.side).value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip


async def call(
    client: AsyncClient, by: Person, method: str, path: str, json: Any = None
) -> Response:
    return await client.request(method, f"/api/v1{path}", json=json, headers=by.headers)


async def mark(
    client: AsyncClient, by: Person, cohort: MadeCohort, unit: int, outcome: str, **more: Any
) -> Response:
    line = {"enrolment_id": str(cohort.enrolment_ids[0]), "outcome": outcome}
    body = {"version": 0, "held": True, "marks": [line], **more}
    return await call(client, by, "PUT", f"/sessions/{cohort.session_ids[unit]}/register", body)


def absence(cohort: MadeCohort, **more: Any) -> dict[str, Any]:
    return {"enrolment_id": str(cohort.enrolment_ids[0]), "reason": "medical", **more}


def catch_up(cohort: MadeCohort, **more: Any) -> dict[str, Any]:
    return {
        "enrolment_id": str(cohort.enrolment_ids[0]), "unit_number": 5,
        "starts_at": "2026-06-11T14:00:00Z", **more,
    }  # fmt: skip


async def test_an_absence_is_planned_shown_and_taken_back(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    path = f"/sessions/{cohort.session_ids[7]}"

    made = await call(client, by, "POST", f"{path}/planned-absences", absence(cohort))
    twice = await call(client, by, "POST", f"{path}/planned-absences", absence(cohort))
    (row,) = (await call(client, by, "GET", f"{path}/register")).json()["rows"]
    gone = await call(client, by, "DELETE", f"{path}/planned-absences/{made.json()['id']}")
    again = await call(client, by, "DELETE", f"{path}/planned-absences/{made.json()['id']}")

    assert [one.status_code for one in (made, twice, gone, again)] == [201, 409, 204, 404]
    assert twice.json()["type"] == "/problems/absence-planned"
    assert (row["mark"], row["planned"]["reason"]) == (None, "medical")


async def test_an_absence_is_planned_before_the_session_only(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    path = f"/sessions/{cohort.session_ids[TODAY]}/planned-absences"

    refused = await call(client, by, "POST", path, absence(cohort))

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/session-begun")


async def test_a_catch_up_is_arranged_marked_and_credits_its_unit(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    await mark(client, by, cohort, 5, "absent_notified")
    path = f"/cohorts/{cohort.id}/catch-ups"

    made = await call(client, by, "POST", path, catch_up(cohort, starts_at="2026-06-10T10:00:00Z"))
    waiting = await call(client, by, "POST", path, catch_up(cohort))
    register = f"/sessions/{made.json()['id']}/register"
    shown = (await call(client, by, "GET", register)).json()
    line = {"enrolment_id": str(cohort.enrolment_ids[0]), "outcome": "attended"}
    await call(client, by, "PUT", register, {"version": 0, "marks": [line]})
    credited = await call(client, by, "POST", path, catch_up(cohort))
    progress = await call(client, by, "GET", f"/enrolments/{cohort.enrolment_ids[0]}/progress")

    assert (made.status_code, shown["session"]["is_catchup"], len(shown["rows"])) == (201, True, 1)
    assert (waiting.status_code, waiting.json()["type"]) == (409, "/problems/catch-up-exists")
    assert (credited.status_code, credited.json()["type"]) == (409, "/problems/unit-credited")
    found = progress.json()
    assert (found["units_credited"], found["catch_up"], found["expected"]) == (1, 1, 6)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"unit_number": 99}, "unit_number"),
        ({"unit_number": 10**30}, "unit_number"),
        ({"starts_at": "2026-06-11T14:00:00"}, "starts_at"),
        ({"starts_at": "2040-06-11T14:00:00Z"}, "starts_at"),
        ({"minutes": -1}, "minutes"),
    ],
)
async def test_a_catch_up_that_cannot_be_is_refused_by_its_field(
    client: AsyncClient, more: dict[str, Any], field: str
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)

    refused = await call(
        client, by, "POST", f"/cohorts/{cohort.id}/catch-ups", catch_up(cohort, **more)
    )

    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == [field]


async def test_an_instant_that_no_calendar_holds_is_malformed(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    first = catch_up(cohort, starts_at="0001-01-01T00:00:00+14:00")

    refused = await call(
        client, await manager(cohort), "POST", f"/cohorts/{cohort.id}/catch-ups", first
    )

    assert refused.status_code == 400


async def test_reviews_are_listed_and_closed_once(client: AsyncClient) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    by = await manager(cohort)
    for unit in (1, 2, 3):
        await mark(client, by, cohort, unit, "absent_not_notified")

    (found,) = (await call(client, by, "GET", "/reviews")).json()["items"]
    path = f"/reviews/{found['id']}/close"
    wrong = await call(client, by, "POST", path, {"outcome": "marks_corrected", "version": 1})
    stale = await call(client, by, "POST", path, {"outcome": "warning", "version": 9})
    closed = await call(client, by, "POST", path, {"outcome": "warning", "version": 1})
    again = await call(client, by, "POST", path, {"outcome": "warning", "version": 2})

    assert (found["cause"], found["absences"], found["participant"][-3:]) == (
        "consecutive_absences", 3, " E.",
    )  # fmt: skip
    assert [one.status_code for one in (wrong, stale, closed, again)] == [400, 409, 204, 409]
    assert stale.json()["type"] == "/problems/stale-version"
    assert again.json()["type"] == "/problems/follow-up-closed"
    assert (await call(client, by, "GET", "/reviews")).json()["items"] == []
    (ended,) = (await call(client, by, "GET", "/reviews?closed=true")).json()["items"]
    assert (ended["outcome"], ended["closed_by"]) == ("warning", str(by.id))


async def test_rules_are_read_and_set_in_a_version(client: AsyncClient) -> None:
    by = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    rule = {
        "mandate": "licence", "after_unacceptable": 1, "after_consecutive": None,
        "act_within_working_days": 5, "version": 0,
    }  # fmt: skip

    saved = await call(client, by, "PUT", "/absence-rules", rule)
    stale = await call(client, by, "PUT", "/absence-rules", rule)
    wrong = await call(
        client, by, "PUT", "/absence-rules", {**rule, "version": 1, "after_unacceptable": 0}
    )
    items = (await call(client, by, "GET", "/absence-rules")).json()["items"]
    other = await make_organisation()
    elsewhere = await call(
        client, by, "PUT", "/absence-rules", {**rule, "organisation_id": str(other)}
    )

    assert [one.status_code for one in (saved, stale, wrong, elsewhere)] == [200, 409, 400, 404]
    assert "Saved by" in stale.json()["detail"]
    assert [error["field"] for error in wrong.json()["errors"]] == ["after_unacceptable"]
    versions = {item["mandate"]: item["version"] for item in items}
    assert versions == {
        "voluntary": 0, "court_order": 0, "licence": 1, "family_court": 0,
        "child_protection_plan": 0, "out_of_court_disposal": 0,
    }  # fmt: skip


async def test_m14_a_welfare_check_is_listed_and_closed_once(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    await mark(client, by, cohort, TODAY, "absent_not_notified")

    (found,) = (await call(client, by, "GET", "/welfare-checks")).json()["items"]
    path = f"/welfare-checks/{found['id']}/close"
    wordless = await call(client, by, "POST", path, {"outcome": "concern_raised", "version": 1})
    closed = await call(client, by, "POST", path, {"outcome": "safe_and_well", "version": 1})
    again = await call(client, by, "POST", path, {"outcome": "safe_and_well", "version": 2})

    assert (found["due_on"], found["session_id"]) == (
        "2026-06-10", str(cohort.session_ids[TODAY]),
    )  # fmt: skip
    assert [one.status_code for one in (wordless, closed, again)] == [400, 204, 409]
    assert (await call(client, by, "GET", "/welfare-checks")).json()["items"] == []
    (ended,) = (await call(client, by, "GET", "/welfare-checks?closed=true")).json()["items"]
    assert ended["outcome"] == "safe_and_well"


async def attempts(client: AsyncClient, by: Person, cohort: MadeCohort) -> list[Response]:
    """Every call of this part that names something of the cohort."""
    owner = await manager(cohort)
    session = f"/sessions/{cohort.session_ids[7]}"
    rows = (await call(client, owner, "GET", f"/sessions/{cohort.session_ids[5]}/register")).json()[
        "rows"
    ]
    planned = (await call(client, owner, "GET", f"{session}/register")).json()["rows"]
    reviews = (await call(client, owner, "GET", "/reviews")).json()["items"]
    checks = (await call(client, owner, "GET", "/welfare-checks")).json()["items"]
    closing = {"outcome": "no_action", "version": 1}
    found = [
        await call(client, by, "POST", f"{session}/planned-absences", absence(cohort)),
        await call(
            client, by, "DELETE", f"{session}/planned-absences/{planned[0]['planned']['id']}"
        ),
        await call(client, by, "POST", f"/cohorts/{cohort.id}/catch-ups", catch_up(cohort)),
        await call(client, by, "GET", f"/attendances/{rows[0]['mark']['id']}/history"),
        await call(client, by, "POST", f"/reviews/{reviews[0]['id']}/close", closing),
    ]
    for check in checks:
        body = {"outcome": "safe_and_well", "version": 1}
        found.append(await call(client, by, "POST", f"/welfare-checks/{check['id']}/close", body))
    return found


@pytest.mark.parametrize("side", list(Side))
async def test_d1_the_other_side_and_another_organisation_find_nothing_of_it(
    client: AsyncClient, side: Side
) -> None:
    cohort = await make_cohort(side=side, enrolled=1)
    owner = await manager(cohort)
    for unit in (3, 4, 5):
        await mark(client, owner, cohort, unit, "absent_not_notified")
    await call(
        client, owner, "POST", f"/sessions/{cohort.session_ids[7]}/planned-absences",
        absence(cohort),
    )  # fmt: skip
    other_side = Side.PERPETRATOR if side is Side.SURVIVOR else Side.SURVIVOR
    others = [
        await manager(cohort, other_side),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value)),
    ]

    for other in others:
        answers = await attempts(client, other, cohort)
        assert {404} == {answer.status_code for answer in answers}
        assert {"/problems/not-found"} == {answer.json()["type"] for answer in answers}
        for listed in ("reviews", "welfare-checks"):
            assert (await call(client, other, "GET", f"/{listed}")).json()["items"] == []
    assert len(await attempts(client, owner, cohort)) == (8 if side is Side.SURVIVOR else 5)


async def test_whoever_only_reads_changes_nothing(client: AsyncClient) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    owner = await manager(cohort)
    for unit in (3, 4, 5):
        await mark(client, owner, cohort, unit, "absent_not_notified")
    await call(
        client, owner, "POST", f"/sessions/{cohort.session_ids[7]}/planned-absences",
        absence(cohort),
    )  # fmt: skip
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    answers = await attempts(client, lead, cohort)

    assert [answer.status_code for answer in answers] == [403, 403, 403, 200, 403]
    rules = await call(client, lead, "GET", "/absence-rules")
    assert rules.status_code == 403
