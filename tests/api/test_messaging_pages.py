"""The pages of texts and of the switch, as a browser asks for them."""

import re

from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM, Side
from jobs import reminders
from messaging.services import pause
from messaging.tables import Message, MessagingPause
from tests.conftest import SETTINGS
from tests.factories import Person, at, make_person
from tests.factories_messaging import (
    Group,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
)

FRIDAY = at("2026-06-12 18:30")


async def a_group_with_texts(organisation_id: object, side: Side = Side.SURVIVOR) -> Group:
    """One person whose text is planned, and one whose text is held."""
    group = await make_group(side, organisation_id=organisation_id)  # type: ignore[arg-type]
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group)
    await make_member(group, sms="unknown")
    await reminders.plan(SETTINGS)
    return group


def browser(client: AsyncClient, person: Person) -> AsyncClient:
    client.cookies.update(person.cookies)
    return client


async def token_of(client: AsyncClient, path: str) -> str:
    """The hidden token of the first form of a page."""
    html = (await client.get(path)).text
    found = re.search(r'name="_csrf_token" value="([^"]+)"', html)
    assert found
    return found.group(1)


async def test_the_list_says_who_when_and_why_without_number_or_family_name(
    client: AsyncClient,
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    await a_group_with_texts(manager.organisation_id)

    html = (await browser(client, manager).get("/messages")).text

    assert "Rowan H." in html
    assert "Fri 12 Jun 2026, 18:30" in html
    assert "Thu 11 Jun 2026, 10:00" in html
    assert "Nobody has confirmed that texts are safe" in html
    assert "Ask the person" in html
    assert "Hill" not in html
    assert "7700900" not in html


async def test_the_list_is_filtered_by_state_and_an_unknown_state_shows_all(
    client: AsyncClient,
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    await a_group_with_texts(manager.organisation_id)
    signed_in = browser(client, manager)

    held = (await signed_in.get("/messages?state=held")).text
    lost = (await signed_in.get("/messages?state=lost")).text
    failed = (await signed_in.get("/messages?state=failed")).text

    assert (held.count(">Rowan H.<span"), lost.count(">Rowan H.<span")) == (1, 2)
    assert "Failed (0)" in failed
    assert "There is no text to show." in failed


async def test_the_other_side_sees_an_empty_list(client: AsyncClient) -> None:
    """D1: no row and no count."""
    group = await a_group_with_texts(None)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=group.organisation_id
    )

    html = (await browser(client, other).get("/messages")).text

    assert "There is no text to show." in html
    assert "All (0)" in html
    assert "Rowan" not in html


async def test_a_text_is_cancelled_with_one_press(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    group = await a_group_with_texts(manager.organisation_id)
    signed_in = browser(client, manager)
    message_id = (await messages_of(group))[0]["id"]
    token = await token_of(signed_in, "/messages")

    answer = await signed_in.post(
        f"/messages/{message_id}/cancel", data={"_csrf_token": token}, follow_redirects=True
    )

    assert answer.status_code == 200
    assert "Text cancelled" in answer.text
    assert (await messages_of(group))[0]["state"] == "cancelled"


async def test_a_text_that_has_left_is_shown_with_the_refusal(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    group = await a_group_with_texts(manager.organisation_id)
    signed_in = browser(client, manager)
    token = await token_of(signed_in, "/messages")
    message_id = (await messages_of(group))[0]["id"]
    await Message.update({Message.state: "accepted"}, force=True).where(Message.id == message_id)

    answer = await signed_in.post(f"/messages/{message_id}/cancel", data={"_csrf_token": token})

    assert answer.status_code == 409
    assert "This text has left or has ended already" in answer.text
    assert "Error: Text" in answer.text


async def test_a_safety_lead_finds_the_way_to_cancel(client: AsyncClient) -> None:
    group = await a_group_with_texts(None)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    signed_in = browser(client, lead)
    path = f"/messages/{(await messages_of(group))[0]['id']}"

    assert f'href="{path}"' in (await signed_in.get("/messages")).text
    assert f'action="{path}/cancel"' in (await signed_in.get(path)).text


async def test_older_texts_are_on_the_next_page(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    await a_group_with_texts(manager.organisation_id)
    signed_in = browser(client, manager)

    first = (await signed_in.get("/messages?limit=1")).text
    link = re.search(r'href="(/messages\?after=[^"]+)"', first)

    assert link
    assert first.count(">Rowan H.<span") == 1
    assert (await signed_in.get(link.group(1))).text.count(">Rowan H.<span") == 1


async def test_while_paused_the_list_says_so(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    await pause.set_pause(paused=True, reason="A number was wrong", by=SYSTEM)

    html = (await browser(client, manager).get("/messages")).text

    assert "All texts are paused" in html
    assert 'href="/messaging"' in html


async def test_an_administrator_throws_the_switch(client: AsyncClient) -> None:
    """M16."""
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    signed_in = browser(client, administrator)
    assert "They have never been paused" in (await signed_in.get("/messaging")).text
    token = await token_of(signed_in, "/messaging")

    paused = await signed_in.post(
        "/messaging", data={"_csrf_token": token, "paused": "yes", "reason": "Wrong texts"},
        follow_redirects=True,
    )  # fmt: skip
    await signed_in.post("/messaging", data={"_csrf_token": token, "paused": "no"})

    assert "Switch saved" in paused.text
    assert "Wrong texts" in paused.text
    assert [row["paused"] for row in await MessagingPause.select().order_by(MessagingPause.id)] == [
        True, False,
    ]  # fmt: skip


async def test_a_switch_without_choice_or_reason_keeps_what_was_typed(client: AsyncClient) -> None:
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    signed_in = browser(client, administrator)
    token = await token_of(signed_in, "/messaging")

    nothing = await signed_in.post("/messaging", data={"_csrf_token": token, "reason": "Because"})
    no_reason = await signed_in.post("/messaging", data={"_csrf_token": token, "paused": "yes"})

    assert (nothing.status_code, no_reason.status_code) == (400, 400)
    assert "Select whether texts are paused" in nothing.text
    assert 'value="Because"' in nothing.text
    assert "Enter why texts are paused" in no_reason.text
    assert await MessagingPause.count() == 0


async def test_a_training_administrator_cannot_reach_the_switch(client: AsyncClient) -> None:
    trainer = await make_person(Role.TRAINING_ADMIN)

    assert (await browser(client, trainer).get("/messaging")).status_code == 403
