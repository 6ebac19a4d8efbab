"""M9: texts to a number that is off look alike, from the first day of their life to the last."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.phone import MobileNumber
from core.scope import SYSTEM, Side
from jobs import reminders
from messaging.domain.reasons import HIDDEN
from messaging.domain.terms import BlockCause
from messaging.queries.pressing import pressing
from messaging.services import blocks
from messaging.tables import Message
from tests.conftest import SETTINGS
from tests.factories import Person, at, make_person
from tests.factories_messaging import (
    Group,
    change_contact,
    change_enrolment,
    change_session,
    drama_number,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
)
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

MESSAGES = "/api/v1/messages"
NUMBERS = [drama_number(last) for last in range(701, 706)]


def test_five_causes_are_shown_as_one() -> None:
    assert len(HIDDEN) == 5


async def a_case(organisation_id: UUID) -> tuple[Group, UUID, list[tuple[UUID, UUID]]]:
    """Five people with a planned text each, and somebody of the other side."""
    group = await make_group(organisation_id=organisation_id)
    await make_rule(group)
    session = await make_meeting(group, at("2026-06-12 18:30"))
    people = [await make_member(group, number=number) for number in NUMBERS]
    await reminders.plan(SETTINGS)
    return group, session, people


async def turn_off(people: list[tuple[UUID, UUID]]) -> None:
    """Every cause of ``HIDDEN``, one for each person."""
    first, _, third, fourth, fifth = (person for person, _ in people)
    await change_contact(first, number="+441612345678")
    await make_member(await make_group(Side.PERPETRATOR), number=NUMBERS[1])
    await change_contact(third, number_version=2)
    await change_contact(fourth, number_changed_at=clock.now())
    hashed = MobileNumber(NUMBERS[4]).keyed_hash(SETTINGS.key_bytes)
    await blocks.opt_out(hashed, BlockCause.STOP, holders=[fifth])
    await reminders.plan(SETTINGS)


async def shown(client: AsyncClient, manager: Person) -> list[Any]:
    """All that the API answers of each text, without whose and which it is."""
    found = []
    listed = (await client.get(MESSAGES, headers=manager.headers)).json()["items"]
    to_do = await pressing(scope=SYSTEM.scope, own_cohorts=frozenset())
    pressed = {str(one.message.id) for one in to_do}
    for item in listed:
        life = (await client.get(f"{MESSAGES}/{item['id']}", headers=manager.headers)).json()
        filtered = await client.get(
            MESSAGES, headers=manager.headers, params={"state": item["state"]}
        )
        texts = [
            (str(value).replace(item["id"], "ID").replace(item["participant_id"], "PERSON"))
            for value in (item, life)
        ]
        found.append((texts, item["id"] in filtered.text, item["id"] in pressed))
    return found


async def nothing_more(_: Any) -> None: ...


async def session_is_cancelled(case: Any) -> None:
    await change_session(case[1], status="cancelled")


async def everybody_leaves(case: Any) -> None:
    for _, enrolment in case[2]:
        await change_enrolment(enrolment, status="exited", exit_reason="other")


async def consent_is_over(case: Any) -> None:
    for person, _ in case[2]:
        await change_contact(person, confirmed_on=clock.today() - timedelta(days=90))


async def texts_turn_unsafe(case: Any) -> None:
    for person, _ in case[2]:
        await change_contact(person, sms="not_safe")


@pytest.mark.parametrize(
    "then",
    [nothing_more, session_is_cancelled, everybody_leaves, consent_is_over, texts_turn_unsafe],
)
async def test_m9_whatever_turns_texts_off_a_text_looks_the_same_all_its_life(
    client: AsyncClient, now: FixedClock, then: Callable[[Any], Awaitable[None]]
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    case = await a_case(manager.organisation_id)
    await turn_off(case[2])
    assert {row["state_reason"] for row in await messages_of(case[0])} == HIDDEN

    for instant in ("2026-06-10 12:30", "2026-06-11 11:00", "2026-06-12 18:00", "2026-06-13 09:00"):
        first, *others = await shown(client, manager)
        assert others == [first] * 4
        await then(case)
        now.instant = at(instant)
        await reminders.plan(SETTINGS)
        await reminders.expire()
    assert {row["state"] for row in await messages_of(case[0])}.isdisjoint({"held", "planned"})


async def test_m9_texts_planned_to_a_number_that_is_off_look_the_same(
    client: AsyncClient, now: FixedClock
) -> None:
    """Also where nobody has confirmed anything; one of them is planned for no number at all."""
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    group, session, people = await a_case(manager.organisation_id)
    await turn_off(people)
    for person, _ in people:
        await change_contact(person, sms="unknown")

    await change_session(session, starts_at=at("2026-06-12 19:30"))
    await reminders.plan(SETTINGS)

    rows = [row for row in await messages_of(group) if row["revision"] == 2]
    off = {row["state_reason"] for row in rows if row["recipient"] != people[2][0]}
    assert off == HIDDEN - {"number_changed"}
    assert {row["state"] for row in rows} == {"held"}
    assert now.instant < rows[0]["send_after"]


async def test_m7_a_text_goes_once_somebody_confirms_the_number_again_as_any_that_was_off() -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    person, _ = await make_member(group, number=NUMBERS[0])
    await reminders.plan(SETTINGS)
    hashed = MobileNumber(NUMBERS[0]).keyed_hash(SETTINGS.key_bytes)
    await blocks.opt_out(hashed, BlockCause.WORKER, holders=[person])
    await reminders.plan(SETTINGS)
    assert [row["state"] for row in await messages_of(group)] == ["held"]
    await blocks.lift(hashed, [BlockCause.WORKER], by=SYSTEM)
    await reminders.plan(SETTINGS)

    assert [row["state"] for row in await messages_of(group)] == ["planned"]


async def test_w11_an_opt_out_does_not_end_what_only_a_person_ends() -> None:
    """Once the opt-out is over, a text of a restored database still waits for a word."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    person, _ = await make_member(group, number=NUMBERS[0])
    await reminders.plan(SETTINGS)
    await Message.update({Message.state: "held", Message.state_reason: "restored"}, force=True)

    await blocks.opt_out("0" * 64, BlockCause.WORKER, holders=[person])

    assert [row["state_reason"] for row in await messages_of(group)] == ["restored"]
