"""Registers over HTTP (api.md, registers): all rows or none, never over somebody else's save."""

import json
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from core.tables import AuditEvent
from programmes.tables import Session
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import MadeCohort, make_cohort


async def manager(cohort: MadeCohort) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(cohort.side.value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip


def path_of(cohort: MadeCohort, unit: int = 6) -> str:
    return f"/api/v1/sessions/{cohort.session_ids[unit]}/register"


def marks(cohort: MadeCohort, outcome: str = "attended", **more: Any) -> list[dict[str, Any]]:
    return [{"enrolment_id": str(id), "outcome": outcome, **more} for id in cohort.enrolment_ids]


async def put(client: AsyncClient, cohort: MadeCohort, by: Person, **body: Any) -> Response:
    content = {"version": 0, "held": True, "marks": marks(cohort), **body}
    return await client.put(path_of(cohort), json=content, headers=by.headers)


async def outcomes(client: AsyncClient, cohort: MadeCohort, by: Person) -> list[str | None]:
    answer = await client.get(path_of(cohort), headers=by.headers)
    return [row["mark"] and row["mark"]["outcome"] for row in answer.json()["rows"]]


async def audited() -> int:
    return int(await AuditEvent.count())


async def test_a_register_is_read_marked_and_read_again(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=12)
    by = await manager(cohort)
    before = (await client.get(path_of(cohort), headers=by.headers)).json()

    saved = await put(client, cohort, by)

    assert (saved.status_code, saved.json()) == (200, {"version": 1})
    assert [row["mark"] for row in before["rows"]] == [None] * 12
    assert await outcomes(client, cohort, by) == ["attended"] * 12
    assert before["rows"][0]["participant"]["name"].endswith(" E.")


async def test_saving_the_same_thing_twice_changes_nothing(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=2)
    by = await manager(cohort)
    await put(client, cohort, by)
    count = await audited()

    again = await put(client, cohort, by)

    assert (again.status_code, again.json()) == (200, {"version": 1})
    assert count == await audited()


async def test_a_stale_register_tells_what_was_saved_meanwhile_by_whom_and_when(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=2)
    first, second = await manager(cohort), await manager(cohort)
    await put(client, cohort, first)
    count = await audited()

    refused = await put(client, cohort, second, marks=marks(cohort, "late"))

    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "/problems/stale-version")
    assert problem["saved_by"] == first.actor.name
    assert problem["saved_at"].startswith("2026-06-10T12:00:00")
    assert [row["mark"]["outcome"] for row in problem["current"]["rows"]] == ["attended"] * 2
    assert count == await audited()


async def test_a_device_that_was_offline_merges_by_what_the_refusal_carries(
    client: AsyncClient,
) -> None:
    """Groundwork of feature 124 (ADR 7): send, take the stored rows, keep one's own, send again."""
    cohort = await make_cohort(enrolled=3)
    colleague, device = await manager(cohort), await manager(cohort)
    theirs, ours = marks(cohort, "late")[:1], marks(cohort)[1:]
    await put(client, cohort, colleague, marks=theirs)

    refused = await put(client, cohort, device, marks=ours)
    current = refused.json()["current"]
    unmarked = {row["enrolment_id"] for row in current["rows"] if row["mark"] is None}
    merged = [line for line in ours if line["enrolment_id"] in unmarked]
    saved = await put(client, cohort, device, version=current["version"], marks=merged)
    lost = await put(client, cohort, device, version=current["version"], marks=merged)

    assert (refused.status_code, current["version"], len(merged)) == (409, 1, 2)
    assert [one.json() for one in (saved, lost)] == [{"version": 2}] * 2
    assert sorted(await outcomes(client, cohort, device), key=str) == [
        "attended", "attended", "late",
    ]  # fmt: skip


async def test_a_correction_needs_its_reason_and_keeps_the_old_value(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=2)
    by = await manager(cohort)
    await put(client, cohort, by)
    changed = marks(cohort)
    changed[1]["outcome"] = "absent_notified"

    without = await put(client, cohort, by, version=1, marks=changed)
    with_reason = await put(
        client, cohort, by, version=1, marks=changed, correction_reason="Marked the wrong line"
    )

    assert [error["field"] for error in without.json()["errors"]] == ["correction_reason"]
    assert (without.status_code, with_reason.status_code) == (400, 200)
    rows = (await client.get(path_of(cohort), headers=by.headers)).json()["rows"]
    (mark,) = [row["mark"] for row in rows if row["mark"]["is_corrected"]]
    history = await client.get(f"/api/v1/attendances/{mark['id']}/history", headers=by.headers)
    now, before = history.json()["states"]
    assert (now["outcome"], now["reason"]) == ("absent_notified", "Marked the wrong line")
    assert (before["outcome"], before["reason"]) == ("attended", "")
    assert {now["recorded_by"], before["recorded_by"]} == {str(by.id)}


BAD: list[tuple[str, dict[str, Any], int, str]] = [
    ("somebody who is not enrolled", {"enrolment_id": str(uuid4())}, 400, "marks[1].enrolment_id"),
    ("an unknown outcome", {"outcome": "asleep"}, 400, "marks[1].outcome"),
    ("minutes below nothing", {"minutes_attended": -1}, 400, "marks[1].minutes_attended"),
    ("left early without minutes", {"outcome": "left_early"}, 400, "marks[1].minutes_attended"),
    ("a reason for somebody present", {"absence_reason": "medical"}, 400,
     "marks[1].absence_reason"),
    ("a judged absence of a survivor", {"outcome": "absent_notified", "acceptable": False}, 400,
     "marks[1].acceptable"),
    ("minutes of lateness of somebody punctual", {"minutes_late": 5}, 400, "marks[1].minutes_late"),
    ("a note of 5,000 characters", {"note": "x" * 5000}, 400, "marks[1].note"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fault", "status", "field"), BAD, ids=[bad[0] for bad in BAD])
async def test_a_bad_line_is_named_and_nothing_is_half_saved(
    client: AsyncClient, what: str, fault: dict[str, Any], status: int, field: str
) -> None:
    cohort = await make_cohort(enrolled=3)
    by = await manager(cohort)
    lines = marks(cohort)
    lines[1] |= fault
    count = await audited()

    refused = await put(client, cohort, by, marks=lines)

    assert status == refused.status_code, what
    assert field in [error["field"] for error in refused.json()["errors"]]
    assert count == await audited()
    assert await outcomes(client, cohort, by) == [None] * 3


async def test_a_note_of_ten_megabytes_is_too_large(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)

    refused = await put(client, cohort, by, marks=marks(cohort, note="x" * 10_000_000))

    assert (refused.status_code, refused.json()["type"]) == (413, "/problems/too-large")
    assert await outcomes(client, cohort, by) == [None]


async def test_a_session_in_the_future_cannot_be_marked(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    body = {"version": 0, "held": True, "marks": marks(cohort)}

    refused = await client.put(path_of(cohort, 7), json=body, headers=by.headers)

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/session-not-begun")


def not_held(**more: Any) -> dict[str, Any]:
    return {"held": False, "marks": [], "because_of": "venue", "reason": "No heating", **more}


async def test_a_session_that_was_not_held_is_cancelled_with_whose_reason(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)

    saved = await put(client, cohort, by, **not_held())
    count = await audited()
    again = await put(client, cohort, by, **not_held())
    marked = await put(client, cohort, by)

    assert [(200, {"version": 0})] * 2 == [(one.status_code, one.json()) for one in (saved, again)]
    assert (marked.status_code, marked.json()["type"]) == (409, "/problems/session-cancelled")
    assert count == await audited()
    (session,) = await Session.select().where(Session.id == cohort.session_ids[6])
    assert (session["status"], session["not_held_because_of"], session["cancelled_reason"]) == (
        "cancelled", "venue", "No heating",
    )  # fmt: skip
    assert session["revision"] == 2
    progress = await client.get(
        f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/progress", headers=by.headers
    )
    assert progress.json()["expected"] == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (not_held(because_of=None), "because_of"),
        (not_held(because_of="rain"), "because_of"),
        (not_held(reason=" "), "reason"),
        (not_held(reason="r" * 201), "reason"),
        (not_held(marks=[{"enrolment_id": str(uuid4()), "outcome": "attended"}]), "marks"),
        ({"held": True, "reason": "No heating"}, "held"),
    ],
    ids=["nobody's", "unknown", "without why", "too long", "somebody marked", "held after all"],
)
async def test_why_nobody_met_must_be_said_and_fit(
    client: AsyncClient, body: dict[str, Any], field: str
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)

    refused = await put(client, cohort, by, **body)

    assert 400 == refused.status_code
    assert field in [error["field"] for error in refused.json()["errors"]]
    (session,) = await Session.select().where(Session.id == cohort.session_ids[6])
    assert session["status"] == "scheduled"


async def test_a_session_with_a_register_was_held(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    await put(client, cohort, by)

    refused = await put(client, cohort, by, version=1, **not_held())

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/session-marked")


async def test_whether_it_was_held_is_asked_in_a_version_too(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)

    refused = await put(client, cohort, by, version=3, **not_held())

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/stale-version")
    assert refused.json()["current"]["version"] == 0


async def test_what_was_covered_is_saved_with_the_register_and_needs_no_reason(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    first = await put(client, cohort, by, covered="Unit 6, first half")
    changed = await put(client, cohort, by, version=1, covered="Unit 6")
    same = await put(client, cohort, by, version=1, covered="Unit 6")
    left_alone = await put(client, cohort, by, version=2)

    versions = [one.json() for one in (first, changed, same, left_alone)]
    assert versions == [{"version": 1}, {"version": 2}, {"version": 2}, {"version": 2}]
    found = (await client.get(path_of(cohort), headers=by.headers)).json()
    assert (found["covered"], found["correctable_until"]) == ("Unit 6", "2026-06-24")
    events = await AuditEvent.select().where(AuditEvent.action == "register_saved")
    assert "Unit 6" not in json.dumps([event["after"] for event in events])


async def test_a_log_that_is_too_long_is_named(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)

    refused = await put(client, cohort, await manager(cohort), covered="x" * 4001)

    assert [error["field"] for error in refused.json()["errors"]] == ["covered"]


async def test_a_cancelled_session_cannot_be_marked(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    session = cohort.session_ids[6]
    cancelled = await client.post(
        f"/api/v1/sessions/{session}/cancel", json={"reason": "Snow"}, headers=by.headers
    )

    refused = await put(client, cohort, by)

    assert cancelled.status_code == 200
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/session-cancelled")


@pytest.mark.parametrize("side", list(Side))
async def test_d1_the_other_side_finds_no_session_cohort_or_register(
    client: AsyncClient, side: Side
) -> None:
    cohort = await make_cohort(side=side, enrolled=1)
    other = await make_person(
        Role.PROGRAMME_MANAGER,
        GrantSide.PERPETRATOR if side is Side.SURVIVOR else GrantSide.SURVIVOR,
        organisation_id=cohort.organisation_id,
    )
    session = cohort.session_ids[6]

    answers = [
        await client.get(path_of(cohort), headers=other.headers),
        await put(client, cohort, other),
        await client.get(f"/api/v1/cohorts/{cohort.id}", headers=other.headers),
        await client.get(f"/api/v1/cohorts/{cohort.id}/sessions", headers=other.headers),
        await client.get(f"/api/v1/cohorts/{cohort.id}/members", headers=other.headers),
        await client.get(f"/api/v1/cohorts/{cohort.id}/waiting-list", headers=other.headers),
        await client.get(f"/api/v1/cohorts/{cohort.id}/matrix", headers=other.headers),
        await client.post(
            f"/api/v1/cohorts/{cohort.id}/enrolments",
            json={"participant_id": str(cohort.participant_ids[0])}, headers=other.headers,
        ),
        await client.post(
            f"/api/v1/sessions/{session}/cancel", json={"reason": "x"}, headers=other.headers
        ),
    ]  # fmt: skip

    assert {404} == {answer.status_code for answer in answers}
    assert {"/problems/not-found"} == {answer.json()["type"] for answer in answers}
    for listed in ("cohorts", "sessions", "participants", "referrals", "programmes", "venues"):
        found = await client.get(f"/api/v1/{listed}", headers=other.headers)
        assert found.json()["items"] == [], listed


async def test_a_facilitator_marks_own_cohorts_only(client: AsyncClient) -> None:
    organisation = await make_organisation()
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation
    )
    own = await make_cohort(
        organisation_id=organisation, enrolled=1, facilitator_ids=[facilitator.id]
    )
    colleagues = await make_cohort(organisation_id=organisation, enrolled=1)

    assert (await put(client, own, facilitator)).status_code == 200
    assert (await put(client, colleagues, facilitator)).status_code == 404


async def test_the_safety_lead_reads_a_register_and_may_not_save_it(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    assert (await client.get(path_of(cohort), headers=lead.headers)).status_code == 200
    assert (await put(client, cohort, lead)).status_code == 403


async def test_d11_reading_a_register_is_audited(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)

    await client.get(path_of(cohort), headers=by.headers)

    events = await AuditEvent.select().where(AuditEvent.action == "session_viewed")
    assert [(cohort.session_ids[6], by.id)] == [(row["subject"], row["actor"]) for row in events]


async def test_progress_follows_the_register(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    await put(client, cohort, by)

    answer = await client.get(
        f"/api/v1/enrolments/{cohort.enrolment_ids[0]}/progress", headers=by.headers
    )

    found = answer.json()
    assert (
        found["units_credited"], found["units_required"], found["expected"], found["marked"],
        found["attended"],
    ) == (1, 9, 6, 1, 1)  # fmt: skip
    assert (found["attendance_rate"]) == {
        "numerator": 1,
        "denominator": 1,
        "percent": "100.0",
        "marker": None,
    }
    assert (
        found["dosage_hours"], found["dosage_percent"], found["can_still_complete"],
    ) == ("2.0", "8.3", True)  # fmt: skip


async def test_the_matrix_shows_who_attended_what(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=2)
    by = await manager(cohort)
    await put(client, cohort, by, marks=marks(cohort)[:1])

    answer = await client.get(f"/api/v1/cohorts/{cohort.id}/matrix", headers=by.headers)

    found = answer.json()
    assert [1, 2, 3] == [session["unit_number"] for session in found["sessions"][:3]]
    by_person = {row["enrolment_id"]: row["marks"] for row in found["rows"]}
    assert {str(cohort.session_ids[6]): "attended"} == by_person[str(cohort.enrolment_ids[0])]
    assert {} == by_person[str(cohort.enrolment_ids[1])]
