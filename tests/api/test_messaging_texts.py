"""The list of texts, cancelling one, and the two sides kept apart."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from jobs import reminders
from messaging.tables import Message
from tests.conftest import SETTINGS
from tests.factories import Json, Person, at, make_person
from tests.factories_messaging import (
    Group,
    drama_number,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway

MESSAGES = "/api/v1/messages"
FRIDAY = at("2026-06-12 18:30")


async def a_manager(side: GrantSide = GrantSide.SURVIVOR, **more: object) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)  # type: ignore[arg-type]


async def a_group_with_texts(
    side: Side = Side.SURVIVOR, *, people: int = 1, **more: object
) -> Group:
    """A group whose people each have one planned text."""
    group = await make_group(side, **more)  # type: ignore[arg-type]
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    for _ in range(people):
        await make_member(group)
    await reminders.plan(SETTINGS)
    return group


async def listed(client: AsyncClient, person: Person, **query: str | int) -> list[Json]:
    response = await client.get(MESSAGES, headers=person.headers, params=query)
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


async def test_a_manager_sees_what_stands_where_and_why(client: AsyncClient) -> None:
    manager = await a_manager()
    group = await make_group(organisation_id=manager.organisation_id)
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group, sms="unknown")
    await reminders.plan(SETTINGS)

    item = (await listed(client, manager))[0]

    assert (item["state"], item["reason"]) == ("held", "no_safe_contact")
    assert item["reason_text"] == "Nobody has confirmed that texts are safe"
    assert item["next_step"].startswith("Ask the person")
    assert item["send_after"] == "2026-06-11T09:00:00Z"


async def test_no_answer_holds_a_number_or_the_wording(
    client: AsyncClient, now: FixedClock
) -> None:
    manager = await a_manager()
    await a_group_with_texts(organisation_id=manager.organisation_id)
    now.instant = at("2026-06-11 10:00")
    await reminders.dispatch(SETTINGS, LedgerGateway())

    text = (await client.get(MESSAGES, headers=manager.headers)).text

    assert '"state":"accepted"' in text
    assert "7700900" not in text
    assert "appointment" not in text


async def test_a_shared_number_looks_like_any_other_hold(client: AsyncClient) -> None:
    """M9: neither the list nor a filter tells a shared number from a landline."""
    manager = await a_manager()
    group = await make_group(organisation_id=manager.organisation_id)
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group, number=drama_number(77))
    await make_member(await make_group(Side.PERPETRATOR), number=drama_number(77))
    await make_member(group, number="+441612345678")
    await reminders.plan(SETTINGS)

    shown = [
        (item["state"], item["reason"], item["reason_text"], item["next_step"])
        for item in await listed(client, manager)
    ]

    assert {row["state_reason"] for row in await messages_of(group)} == {
        "shared_number", "not_mobile",
    }  # fmt: skip
    assert len(shown) == 2
    assert shown[0] == shown[1]
    assert shown[0][:3] == ("held", "number_off", "Texts off for this number")


async def test_the_other_side_and_other_organisations_are_in_no_list(client: AsyncClient) -> None:
    """D1."""
    survivors = await a_group_with_texts(Side.SURVIVOR)
    other = await a_manager(GrantSide.PERPETRATOR, organisation_id=survivors.organisation_id)
    elsewhere = await a_manager(GrantSide.SURVIVOR)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    assert await listed(client, other) == []
    assert await listed(client, elsewhere) == []
    assert len(await listed(client, lead)) == 1


async def test_a_facilitator_sees_the_texts_of_their_own_cohorts_alone(
    client: AsyncClient,
) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    own = await make_group(
        organisation_id=facilitator.organisation_id, facilitators=(facilitator.id,)
    )
    other = await make_group(organisation_id=facilitator.organisation_id)
    await make_rule(own)
    for group in (own, other):
        await make_meeting(group, FRIDAY)
        await make_member(group)
    await reminders.plan(SETTINGS)

    assert [item["cohort_id"] for item in await listed(client, facilitator)] == [str(own.cohort_id)]


async def test_a_facilitator_without_cohorts_sees_nothing(client: AsyncClient) -> None:
    group = await a_group_with_texts()
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=group.organisation_id
    )

    assert await listed(client, facilitator) == []


async def test_the_list_comes_in_pages_and_by_state(client: AsyncClient) -> None:
    group = await a_group_with_texts(people=3)
    manager = await a_manager(organisation_id=group.organisation_id)
    first = (await client.get(MESSAGES, headers=manager.headers, params={"limit": 2})).json()

    rest = await listed(client, manager, limit=2, after=first["next"])

    ids = [item["id"] for item in first["items"] + rest]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    assert len(await listed(client, manager, state="planned")) == 3
    assert await listed(client, manager, state="held") == []


async def test_an_unknown_state_is_refused(client: AsyncClient) -> None:
    manager = await a_manager()

    response = await client.get(MESSAGES, headers=manager.headers, params={"state": "lost"})

    assert response.status_code == 400


async def test_a_role_without_cases_may_not_list_texts(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    response = await client.get(MESSAGES, headers=lead.headers)

    assert response.status_code == 403


async def cancelled(client: AsyncClient, person: Person, message_id: object) -> int:
    path = f"{MESSAGES}/{message_id}/cancel"
    return (await client.post(path, headers=person.headers)).status_code


async def test_a_manager_cancels_a_text_once(client: AsyncClient) -> None:
    group = await a_group_with_texts()
    manager = await a_manager(organisation_id=group.organisation_id)
    message_id = (await messages_of(group))[0]["id"]

    assert await cancelled(client, manager, message_id) == 204
    again = await client.post(f"{MESSAGES}/{message_id}/cancel", headers=manager.headers)

    assert (await messages_of(group))[0]["state"] == "cancelled"
    assert (again.status_code, again.json()["type"]) == (409, "/problems/message-gone")


async def test_a_text_that_has_left_cannot_be_cancelled(client: AsyncClient) -> None:
    group = await a_group_with_texts()
    manager = await a_manager(organisation_id=group.organisation_id)
    await Message.update({Message.state: "accepted"}, force=True)

    assert await cancelled(client, manager, (await messages_of(group))[0]["id"]) == 409


@pytest.mark.parametrize(
    ("role", "side", "status"),
    [
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, 404),
        (Role.FACILITATOR, GrantSide.SURVIVOR, 404),
        (Role.WORKFORCE_LEAD, GrantSide.NONE, 403),
    ],
)
async def test_whoever_has_nothing_to_do_with_the_person_cancels_nothing(
    client: AsyncClient, role: Role, side: GrantSide, status: int
) -> None:
    """D1: for the other side the text is not there."""
    group = await a_group_with_texts()
    person = await make_person(role, side, organisation_id=group.organisation_id)
    message_id = (await messages_of(group))[0]["id"]

    assert await cancelled(client, person, message_id) == status
    assert (await messages_of(group))[0]["state"] == "planned"
