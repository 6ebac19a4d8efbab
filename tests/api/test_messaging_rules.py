"""Reminder rules and the switch that stops all texts."""

from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from core.tables import AuditEvent
from messaging.tables import MessageTemplate
from tests.factories import make_organisation, make_person
from tests.factories_messaging import make_group

RULES = "/api/v1/reminder-rules"
PAUSE = "/api/v1/messaging/pause"


def rule_json(**changes: Any) -> dict[str, Any]:
    return {
        "name": "The day before", "side": "survivor", "kind": "session_reminder",
        "days_before": 1, "at": "10:00", "active": True, **changes,
    }  # fmt: skip


async def test_a_manager_adds_a_rule_with_the_wording_of_every_installation(
    client: AsyncClient,
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    created = await client.post(RULES, json=rule_json(), headers=manager.headers)

    items = (await client.get(RULES, headers=manager.headers)).json()["items"]
    assert created.status_code == 201
    assert [(item["name"], item["organisation_id"]) for item in items] == [
        ("The day before", str(manager.organisation_id))
    ]
    assert {row["language"] for row in await MessageTemplate.select()} == {"en", "cy"}
    assert await AuditEvent.exists().where(AuditEvent.action == "reminder_rule_added")


async def test_a_rule_in_hours_for_one_programme_is_added(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    group = await make_group(organisation_id=manager.organisation_id)
    body = rule_json(
        days_before=None, at=None, hours_before=3, programme_id=str(group.programme_id)
    )

    response = await client.post(RULES, json=body, headers=manager.headers)

    assert response.status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "change"}, "days_before"),
        (
            {"kind": "cancellation", "days_before": None, "at": None, "hours_before": 2},
            "hours_before",
        ),
        ({"asks": True}, "asks"),
        ({"days_before": 0}, "days_before"),
        ({"days_before": 10}, "days_before"),
        ({"days_before": None}, "days_before"),
        ({"at": None}, "at"),
        ({"at": "25:00"}, "at"),
        ({"at": "9:00"}, "at"),
        ({"at": "²3:00"}, "at"),
        ({"hours_before": 2}, "hours_before"),
        ({"days_before": None, "at": None, "hours_before": 0}, "hours_before"),
        ({"name": "   "}, "name"),
        ({"template_id": str(new_id())}, "template_id"),
        ({"programme_id": str(new_id())}, "programme_id"),
    ],
)
async def test_a_rule_that_cannot_be_kept_is_refused_by_its_field(
    client: AsyncClient, changes: dict[str, Any], field: str
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    response = await client.post(RULES, json=rule_json(**changes), headers=manager.headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert (await client.get(RULES, headers=manager.headers)).json()["items"] == []


async def test_another_organisations_programme_is_not_there(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    group = await make_group()
    body = rule_json(programme_id=str(group.programme_id))

    response = await client.post(RULES, json=body, headers=manager.headers)

    assert [error["field"] for error in response.json()["errors"]] == ["programme_id"]


async def test_a_name_is_taken_once_per_side(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    await client.post(RULES, json=rule_json(), headers=manager.headers)

    response = await client.post(RULES, json=rule_json(), headers=manager.headers)

    assert (response.status_code, response.json()["type"]) == (409, "/problems/rule-name-taken")


async def test_the_other_side_is_not_there(client: AsyncClient) -> None:
    """D1."""
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=manager.organisation_id
    )
    await client.post(RULES, json=rule_json(), headers=other.headers)

    refused = await client.post(RULES, json=rule_json(), headers=manager.headers)

    assert refused.status_code == 404
    assert (await client.get(RULES, headers=manager.headers)).json()["items"] == []


async def test_another_organisation_is_forbidden_and_an_unknown_one_a_wrong_field(
    client: AsyncClient,
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    everywhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True)
    other = rule_json(organisation_id=str(await make_organisation()))
    unknown = rule_json(organisation_id=str(new_id()))

    forbidden = await client.post(RULES, json=other, headers=manager.headers)
    wrong = await client.post(RULES, json=unknown, headers=everywhere.headers)

    assert forbidden.status_code == 403
    assert [error["field"] for error in wrong.json()["errors"]] == ["organisation_id"]


async def test_rules_come_in_pages(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    for number in range(3):
        await client.post(RULES, json=rule_json(name=f"Rule {number}"), headers=manager.headers)
    first = (await client.get(RULES, headers=manager.headers, params={"limit": 2})).json()

    second = await client.get(
        RULES, headers=manager.headers, params={"limit": 2, "after": first["next"]}
    )

    assert [item["name"] for item in first["items"] + second.json()["items"]] == [
        "Rule 0", "Rule 1", "Rule 2",
    ]  # fmt: skip


async def test_texts_are_paused_and_resumed(client: AsyncClient) -> None:
    """M16."""
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    before = (await client.get(PAUSE, headers=administrator.headers)).json()

    paused = await client.put(
        PAUSE, json={"paused": True, "reason": "Wrong number"}, headers=administrator.headers
    )
    resumed = await client.put(PAUSE, json={"paused": False}, headers=administrator.headers)

    assert before == {"paused": False, "reason": "", "at": None}
    assert (paused.json()["paused"], paused.json()["reason"]) == (True, "Wrong number")
    assert resumed.json()["paused"] is False
    assert await AuditEvent.count().where(AuditEvent.subject_type == "messaging") == 2


async def test_pausing_needs_a_reason(client: AsyncClient) -> None:
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)

    response = await client.put(
        PAUSE, json={"paused": True, "reason": " "}, headers=administrator.headers
    )

    assert [error["field"] for error in response.json()["errors"]] == ["reason"]
    assert (await client.get(PAUSE, headers=administrator.headers)).json()["paused"] is False


async def test_a_manager_sees_the_switch_and_cannot_throw_it(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    seen = await client.get(PAUSE, headers=manager.headers)
    thrown = await client.put(PAUSE, json={"paused": False}, headers=manager.headers)

    assert (seen.status_code, thrown.status_code) == (200, 403)


async def test_an_administrator_of_one_organisation_cannot_throw_the_switch_of_all(
    client: AsyncClient,
) -> None:
    administrator = await make_person(Role.ADMINISTRATOR)

    thrown = await client.put(
        PAUSE, json={"paused": True, "reason": "Ours"}, headers=administrator.headers
    )

    assert thrown.status_code == 403
    assert await AuditEvent.count() == 0
