"""What happens between a claim and its sending, and faults with one text among many."""

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from piccolo.querystring import QueryString

from core.scope import SYSTEM
from jobs import reminders
from messaging.domain.facts import Due, Policy
from messaging.domain.terms import MessageState
from messaging.services import decisions, moves, sending
from messaging.services.planner import Key
from messaging.tables import ReminderRule
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    Group,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway

pytestmark = pytest.mark.usefixtures("db")


async def planned_texts(now: FixedClock, people: int) -> Group:
    """A group whose texts are due now."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    for _ in range(people):
        await make_member(group)
    await reminders.plan(SETTINGS)
    now.instant = at("2026-06-11 10:00")
    return group


async def test_a_text_that_is_cancelled_while_its_facts_are_asked_for_is_not_sent(
    now: FixedClock,
) -> None:
    group = await planned_texts(now, 1)
    gateway = LedgerGateway()

    async def cancel_then_answer(keys: Collection[Key]) -> Sequence[Due]:
        message_id = (await messages_of(group))[0]["id"]
        await decisions.cancel(message_id, own_cohorts=frozenset(), by=SYSTEM)
        return await reminders.ask(keys)

    sent = await sending.dispatch(
        cancel_then_answer, gateway, policy=Policy(allow_drama=True), key=b"k"
    )

    assert (sent, gateway.ledger) == (0, [])
    assert await states_of(group) == [("cancelled", "by_person")]


async def test_a_rule_that_goes_off_after_planning_sends_nothing(now: FixedClock) -> None:
    group = await planned_texts(now, 1)
    gateway = LedgerGateway()
    await ReminderRule.update({ReminderRule.active: False}, force=True)

    await reminders.dispatch(SETTINGS, gateway)

    assert gateway.ledger == []
    assert await states_of(group) == [("cancelled", "rule_off")]


async def test_a_fault_with_one_text_stops_none_of_the_others_and_is_told(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await planned_texts(now, 3)
    gateway = LedgerGateway()
    first = (await messages_of(group))[0]["id"]
    intend = sending._intend

    async def break_one(claimed: sending.Claimed, *rest: Any) -> Any:
        if claimed.id == first:
            raise RuntimeError
        return await intend(claimed, *rest)

    monkeypatch.setattr(sending, "_intend", break_one)

    with pytest.raises(RuntimeError):
        await reminders.dispatch(SETTINGS, gateway)

    assert len(gateway.ledger) == 2
    assert sorted(state for state, _ in await states_of(group)) == [
        "accepted", "accepted", "claimed",
    ]  # fmt: skip


async def test_no_batch_makes_a_move_that_the_table_does_not_know() -> None:
    with pytest.raises(ValueError, match="never moves"):
        await moves.move_due(
            QueryString("1 = 1"), old=MessageState.UNKNOWN, new=MessageState.CLAIMED
        )
