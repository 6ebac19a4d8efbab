"""Outcome measures and what is reported of them over HTTP (api.md, outcomes)."""

from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.case_terms import OutcomeSource, Timepoint
from programmes.domain.outcomes import NOT_SHOWN
from programmes.tables import Enrolment
from tests.conftest import NOW
from tests.factories import Person, make_person
from tests.factories_outcomes import make_report, make_taken_measure
from tests.factories_programmes import MadeCohort, make_cohort, make_participant, make_programme
from tests.factories_safety import make_link

HOPE = {
    "side": "survivor", "code": "hope", "name": "Hope", "lowest": 1, "highest": 10,
    "direction": "higher_is_better", "timepoints": ["start", "end"], "sources": ["self"],
}  # fmt: skip
SAID = {"measure": "ladder", "timepoint": "start", "source": "self", "value": 4, "on": "2026-06-10"}


async def make_manager(
    side: GrantSide = GrantSide.SURVIVOR, organisation_id: UUID | None = None
) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation_id)


async def make_group(person: Person, side: Side = Side.SURVIVOR) -> MadeCohort:
    cohort = await make_cohort(organisation_id=person.organisation_id, side=side, enrolled=1)
    await Enrolment.update({Enrolment.started_on: NOW.date()}).where(
        Enrolment.id == cohort.enrolment_ids[0]
    )
    return cohort


def fields(response: Any) -> list[str]:
    return [error["field"] for error in response.json().get("errors", ())]


async def test_a_measure_is_added_listed_and_chosen(client: AsyncClient) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    who = person.headers

    made = [
        await client.post("/api/v1/measures", json=body, headers=who)
        for body in (HOPE, {"side": "survivor", "shipped": "feels_safer"})
    ]
    listed = await client.get("/api/v1/measures", headers=who)
    chosen = await client.put(
        f"/api/v1/programmes/{programme.id}/measures",
        json={"version": 1, "measures": ["hope", made[1].json()["id"]]}, headers=who,
    )  # fmt: skip
    stale = await client.put(
        f"/api/v1/programmes/{programme.id}/measures",
        json={"version": 1, "measures": []}, headers=who,
    )  # fmt: skip
    again = await client.get(f"/api/v1/programmes/{programme.id}/measures", headers=who)

    assert [answer.status_code for answer in made] == [201, 201]
    assert [item["code"] for item in listed.json()["items"]] == ["feels_safer", "hope"]
    assert listed.json()["items"][0]["points"] == {"1": "Yes", "0": "No"}
    assert chosen.json() == again.json()
    assert (again.json()["version"], len(again.json()["items"])) == (2, 2)
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")


async def test_the_ready_made_measures_are_those_of_ones_own_side(client: AsyncClient) -> None:
    person = await make_manager(GrantSide.PERPETRATOR)

    answer = await client.get("/api/v1/measures/shipped", headers=person.headers)

    found = {item["code"]: item for item in answer.json()["items"]}
    assert {item["side"] for item in found.values()} == {"perpetrator"}
    assert "confidence" not in found
    assert found["severity_physical"]["unconfirmed"] is True
    assert found["severity_physical"]["points"]["3"] == "High"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (HOPE | {"code": None}, 400, "code"),
        (HOPE | {"sources": None}, 400, "sources"),
        (HOPE | {"highest": None}, 400, "highest"),
        (HOPE | {"code": "Hope"}, 400, "code"),
        (HOPE | {"sources": ["partner"]}, 400, "sources"),
        (HOPE | {"scale": "yes_no"}, 400, "highest"),
        (HOPE | {"lowest": 2000}, 400, "lowest"),
        ({"side": "survivor", "shipped": "unknown"}, 400, "shipped"),
    ],
)
async def test_a_measure_that_cannot_be_is_refused_by_its_field(
    client: AsyncClient, body: dict[str, Any], status: int, field: str
) -> None:
    person = await make_manager()

    answer = await client.post("/api/v1/measures", json=body, headers=person.headers)

    assert (answer.status_code, fields(answer)) == (status, [field])


async def test_a_yes_or_no_needs_no_range(client: AsyncClient) -> None:
    person = await make_manager()
    body = HOPE | {"scale": "yes_no", "lowest": None, "highest": None}

    made = await client.post("/api/v1/measures", json=body, headers=person.headers)
    twice = await client.post("/api/v1/measures", json=body, headers=person.headers)

    assert made.status_code == 201
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/measure-exists")


async def test_a_report_is_recorded_changed_and_answered_with_its_change(
    client: AsyncClient,
) -> None:
    person = await make_manager()
    cohort = await make_group(person)
    measure_id = await make_taken_measure(cohort)
    address = f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/outcomes"
    who = person.headers

    first = await client.post(address, json=SAID, headers=who)
    twice = await client.post(address, json=SAID, headers=who)
    stale = await client.post(address, json=SAID | {"version": 7}, headers=who)
    changed = await client.post(address, json=SAID | {"value": 5, "version": 1}, headers=who)
    at_end = SAID | {"measure": str(measure_id), "timepoint": "end", "value": 8}
    await client.post(address, json=at_end, headers=who)
    found = (await client.get(address, headers=who)).json()["items"][0]

    assert (first.status_code, changed.json()) == (201, first.json())
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/outcome-recorded")
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert stale.json()["detail"].startswith(f"Saved by {person.actor.name} on 10 June 2026")
    assert found["measure"]["code"] == "ladder"
    assert [(one["timepoint"], one["value"], one["version"]) for one in found["reports"]] == [
        ("start", 5, 2), ("end", 8, 1),
    ]  # fmt: skip
    assert found["changes"] == [
        {
            "source": "self", "until": "end", "before": 5, "after": 8, "change": "improved",
            "not_shown": None,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": 11}, "value"),
        ({"measure": "unknown"}, "measure"),
        ({"timepoint": "never"}, "timepoint"),
        ({"source": "agency"}, "source"),
        ({"on": "2026-06-11"}, "on"),
        ({"on": "2026-05-05"}, "on"),
        ({"value": 4.5}, "value"),
    ],
)
async def test_what_cannot_be_reported_is_refused_by_its_field(
    client: AsyncClient, changes: dict[str, Any], field: str
) -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)

    answer = await client.post(
        f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/outcomes", json=SAID | changes,
        headers=person.headers,
    )  # fmt: skip

    assert (answer.status_code, fields(answer)) == (400, [field])


async def test_a_perpetrators_own_report_is_not_answered_without_another_beside_it(
    client: AsyncClient,
) -> None:
    """2.4, standard 1; D4: what the partner said is not there for the facilitator at all."""
    manager = await make_manager(GrantSide.PERPETRATOR)
    cohort = await make_group(manager, Side.PERPETRATOR)
    measure_id = await make_taken_measure(cohort, sources=tuple(OutcomeSource))
    worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=manager.organisation_id
    )
    await make_link(
        perpetrator_id=cohort.participant_ids[0],
        survivor_id=await make_participant(organisation_id=manager.organisation_id),
        recorded_by=worker.id,
    )
    for timepoint, value in ((Timepoint.START, 3), (Timepoint.END, 9)):
        await make_report(
            enrolment_id=cohort.enrolment_ids[0], measure_id=measure_id, value=value,
            timepoint=timepoint,
        )  # fmt: skip
    address = f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/outcomes"
    from_partner = SAID | {"source": "partner", "value": 2}

    by_worker = await client.post(address, json=from_partner, headers=worker.headers)
    by_manager = await client.post(address, json=from_partner, headers=manager.headers)
    answers = {
        who: (await client.get(where, headers=person.headers)).json()["items"]
        for who, person, where in (
            ("manager", manager, address),
            ("group", manager, f"/api/v1/cohorts/{cohort.id}/outcomes"),
            ("worker", worker, address),
        )
    }

    assert (by_worker.status_code, by_manager.status_code) == (201, 404)
    withheld = [("self", None, NOT_SHOWN), ("self", None, NOT_SHOWN)]
    assert said(answers["manager"]) == said(answers["group"][0]["items"]) == withheld
    assert answers["manager"][0]["changes"] == [
        {
            "source": "self", "until": "end", "before": None, "after": None, "change": None,
            "not_shown": NOT_SHOWN,
        }
    ]  # fmt: skip
    assert said(answers["worker"]) == [("partner", 2, None)]


def said(items: Any) -> list[tuple[str, int | None, str | None]]:
    return [
        (one["source"], one["value"], one["not_shown"]) for item in items for one in item["reports"]
    ]


async def test_what_is_due_is_listed_for_who_asks_it(client: AsyncClient) -> None:
    manager = await make_manager()
    cohort = await make_group(manager)
    await make_taken_measure(cohort, timepoints=[Timepoint.START])

    answer = await client.get(f"/api/v1/cohorts/{cohort.id}/outcomes/due", headers=manager.headers)

    (item,) = answer.json()["items"]
    assert (item["enrolment_id"], item["measures"]) == (str(cohort.enrolment_ids[0]), ["ladder"])
    assert (item["timepoint"], item["source"], item["due_on"], item["overdue"]) == (
        "start", "self", "2026-06-10", False,
    )  # fmt: skip


async def test_looking_at_outcomes_is_audited(client: AsyncClient) -> None:
    manager = await make_manager()
    cohort = await make_group(manager)

    for path in (
        f"enrolments/{cohort.enrolment_ids[0]}/outcomes", f"cohorts/{cohort.id}/outcomes",
        f"cohorts/{cohort.id}/outcomes/due",
    ):  # fmt: skip
        await client.get(f"/api/v1/{path}", headers=manager.headers)

    events = await AuditEvent.select().order_by(AuditEvent.id)
    assert [(event["action"], event["subject"]) for event in events] == [
        ("enrolment_viewed", cohort.enrolment_ids[0]), ("cohort_viewed", cohort.id),
        ("cohort_viewed", cohort.id),
    ]  # fmt: skip


async def calls(client: AsyncClient, cohort: MadeCohort, person: Person) -> dict[str, int]:
    """The status of every call about one group, its person and its programme."""
    chosen = {"version": 1, "measures": []}
    wanted = {
        "see": ("GET", f"enrolments/{cohort.enrolment_ids[0]}/outcomes", None),
        "record": ("POST", f"enrolments/{cohort.enrolment_ids[0]}/outcomes", SAID),
        "group": ("GET", f"cohorts/{cohort.id}/outcomes", None),
        "due": ("GET", f"cohorts/{cohort.id}/outcomes/due", None),
        "taken": ("GET", f"programmes/{cohort.programme.id}/measures", None),
        "choose": ("PUT", f"programmes/{cohort.programme.id}/measures", chosen),
        "add": (
            "POST",
            "measures",
            HOPE | {"side": cohort.side, "organisation_id": str(cohort.organisation_id)},
        ),
    }
    return {
        name: (
            await client.request(method, f"/api/v1/{path}", json=body, headers=person.headers)
        ).status_code
        for name, (method, path, body) in wanted.items()
    }


@pytest.mark.parametrize(
    ("role", "side", "here", "wanted"),
    [
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, True, {404}),
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, False, {404}),
        (Role.AUDITOR, GrantSide.NONE, True, {403}),
    ],
)
async def test_the_other_side_and_another_organisation_find_nothing(
    client: AsyncClient,
    role: Role,
    side: GrantSide,
    here: bool,  # noqa: FBT001
    wanted: set[int],
) -> None:
    manager = await make_manager()
    cohort = await make_group(manager)
    await make_taken_measure(cohort)
    other = await make_person(role, side, organisation_id=manager.organisation_id if here else None)

    assert set((await calls(client, cohort, other)).values()) == wanted


async def test_who_only_looks_records_and_chooses_nothing(client: AsyncClient) -> None:
    manager = await make_manager()
    cohort = await make_group(manager)
    await make_taken_measure(cohort)
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=manager.organisation_id
    )

    assert await calls(client, cohort, lead) == {
        "see": 200, "record": 403, "group": 200, "due": 200, "taken": 200, "choose": 403,
        "add": 403,
    }  # fmt: skip
