"""Rules that are changed, switched and tried, and by whom."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.tables import AuditEvent
from messaging.tables import Message, ReminderRule
from tests.api.test_messaging_rules import RULES, rule_json
from tests.factories import Person, at, make_person
from tests.factories_messaging import drama_number, make_group, make_meeting, make_member
from tests.fakes import FixedClock


async def kept(client: AsyncClient, person: Person, **changes: Any) -> dict[str, Any]:
    """A rule that the person has added, as the interface answers it."""
    await client.post(RULES, json=rule_json(**changes), headers=person.headers)
    found: dict[str, Any] = (await client.get(RULES, headers=person.headers)).json()["items"][-1]
    return found


async def test_a_rule_is_switched_off_changed_and_switched_on_from_now(
    client: AsyncClient, now: FixedClock
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    rule = await kept(client, manager)
    address = f"{RULES}/{rule['id']}"

    refused = await client.patch(
        address, json={"version": 1, "days_before": 2, "at": "12:00"}, headers=manager.headers
    )
    off = await client.patch(address, json={"version": 1, "active": False}, headers=manager.headers)
    retimed = await client.patch(
        address, json={"version": 2, "hours_before": 3, "name": "Soon"}, headers=manager.headers
    )
    now.instant += timedelta(days=1)
    on = await client.patch(address, json={"version": 3, "active": True}, headers=manager.headers)

    stored = (await client.get(RULES, headers=manager.headers)).json()["items"][0]
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/rule-is-on")
    assert [one.json()["version"] for one in (off, retimed, on)] == [2, 3, 4]
    assert (stored["name"], stored["days_before"], stored["hours_before"]) == ("Soon", None, 3)
    assert stored["active_since"] > rule["active_since"]
    assert await AuditEvent.count().where(AuditEvent.action == "reminder_rule_changed") == 3


@pytest.mark.parametrize("kind", ["change", "cancellation"])
async def test_rules_for_changes_and_cancellations_have_no_time(
    client: AsyncClient, kind: str
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    rule = await kept(client, manager, kind=kind, days_before=None, at=None)

    assert (rule["kind"], rule["days_before"], rule["hours_before"]) == (kind, None, None)


async def test_a_workforce_lead_adds_a_rule_about_training_and_sees_no_other(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=lead.organisation_id
    )
    await kept(client, manager)
    training = rule_json(name="Runs out", kind="training_expiry", side=None, days_before=30)

    added = await client.post(RULES, json=training, headers=lead.headers)
    by_manager = await client.post(RULES, json=training, headers=manager.headers)
    with_side = await client.post(
        RULES, json={**training, "side": "survivor"}, headers=lead.headers
    )

    seen = (await client.get(RULES, headers=lead.headers)).json()["items"]
    assert (added.status_code, by_manager.status_code, with_side.status_code) == (201, 404, 404)
    assert [(item["name"], item["side"]) for item in seen] == [("Runs out", None)]


async def test_a_rule_cannot_have_a_wording_that_waits_for_a_second_person(
    client: AsyncClient,
) -> None:
    """G11."""
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    wordings = [
        {"name": "Finding", "body": "Court on {{ day }}"},
        {"name": "Question", "body": "{{ day }}: reply 1 or 2"},
        {"name": "Other kind", "body": "Now {{ day }}", "kind": "change"},
    ]
    ids = [
        (
            await client.post(
                "/api/v1/message-templates", json=wording, headers=administrator.headers
            )
        ).json()["id"]
        for wording in wordings
    ]

    refused = [
        await client.post(RULES, json=rule_json(template_id=id), headers=manager.headers)
        for id in ids
    ]

    assert [response.json()["errors"] for response in refused] == [
        [{"field": "template_id", "message": message}]
        for message in (
            "Somebody must allow what was found in this wording first",
            "This wording asks for an answer: choose another, or let the rule ask",
            "This wording is about something else",
        )
    ]


async def test_the_other_side_and_other_organisations_cannot_change_or_try_a_rule(
    client: AsyncClient,
) -> None:
    """D1."""
    owner = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    rule = await kept(client, owner)
    others = [
        await make_person(
            Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=owner.organisation_id
        ),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
    ]
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=owner.organisation_id
    )
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=owner.organisation_id
    )
    change = {"version": 1, "active": False}
    address = f"{RULES}/{rule['id']}"

    found = [
        (await client.patch(address, json=change, headers=person.headers)).status_code
        for person in (*others, facilitator, lead)
    ]
    tried = [
        await client.post(
            f"{RULES}/preview", headers=person.headers,
            json={"rule_id": rule["id"], "side": side, "days_before": 1, "at": "10:00"},
        )
        for person, side in zip(others, ("perpetrator", "survivor"), strict=True)
    ]  # fmt: skip

    assert found == [404, 404, 403, 403]
    assert [response.status_code for response in tried] == [404, 404]
    assert (await client.get(RULES, headers=owner.headers)).json()["items"][0]["active"] is True


async def test_a_preview_counts_who_would_get_what_and_saves_nothing(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    group = await make_group(organisation_id=manager.organisation_id)
    other = await make_group()
    for one in (group, other):
        await make_meeting(one, at("2026-06-12 18:30"))
        await make_meeting(one, at("2026-06-10 14:00"))
    safe, _ = await make_member(group)
    await make_member(group, sms=None)
    await make_member(group, sms="not_safe")
    await make_member(other)

    response = await client.post(
        f"{RULES}/preview", headers=manager.headers,
        json={"side": "survivor", "days_before": 1, "at": "10:00"},
    )  # fmt: skip

    found = response.json()
    assert response.status_code == 200
    assert {key: found[key] for key in ("texts", "would_go", "held", "not_sent")} == {
        "texts": 3, "would_go": 1, "held": 1, "not_sent": 1,
    }  # fmt: skip
    assert [item["send_after"] for item in found["items"]] == ["2026-06-11T09:00:00Z"] * 3
    (going,) = (item for item in found["items"] if item["outcome"] == "go")
    assert (going["recipient_id"], going["reason"]) == (str(safe), None)
    assert await ReminderRule.count() == 0
    assert await Message.count() == 0


async def test_a_preview_never_tells_why_a_number_is_off(client: AsyncClient) -> None:
    """M9: two people have one number, and that looks like any fault of a number."""
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    group = await make_group(organisation_id=manager.organisation_id)
    await make_meeting(group, at("2026-06-12 18:30"))
    await make_member(group, number=drama_number(7))
    await make_member(group, number=drama_number(7))

    response = await client.post(
        f"{RULES}/preview", headers=manager.headers,
        json={"side": "survivor", "days_before": 1, "at": "10:00"},
    )  # fmt: skip

    assert [item["reason"] for item in response.json()["items"]] == ["number_off"] * 2


async def test_a_stale_change_of_a_rule_says_who_came_first(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    rule = await kept(client, manager)
    address, change = f"{RULES}/{rule['id']}", {"version": 1, "name": "Anew"}
    await client.patch(address, json=change, headers=manager.headers)

    stale = await client.patch(address, json=change, headers=manager.headers)
    await kept(client, manager, name="Other")
    taken = await client.patch(
        address, json={"version": 2, "name": "Other"}, headers=manager.headers
    )

    assert (stale.status_code, stale.json()["detail"][:16]) == (409, "Saved by Person ")
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/rule-name-taken")
