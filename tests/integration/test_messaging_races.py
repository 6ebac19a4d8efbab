"""What happens between a claim and its sending, and faults with one text among many."""

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from piccolo.querystring import QueryString

from core import database
from core.scope import SYSTEM
from jobs import reminders
from messaging.domain.facts import Due, Policy
from messaging.domain.terms import MessageState
from messaging.services import decisions, intents, moves, outbox, sending
from messaging.services.outbox import Claimed
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
from tests.fakes_messaging import LedgerGateway, desk_of

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


async def test_a_text_that_is_cancelled_once_it_is_claimed_is_not_sent(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await planned_texts(now, 1)
    gateway = LedgerGateway()
    claim = outbox.claim

    async def claim_then_cancel(limit: int, *, policy: Policy) -> tuple[Claimed, ...]:
        claimed = await claim(limit, policy=policy)
        for one in claimed:
            await decisions.cancel(one.id, own_cohorts=frozenset(), by=SYSTEM)
        return claimed

    monkeypatch.setattr(outbox, "claim", claim_then_cancel)
    sent = await reminders.dispatch(SETTINGS, gateway)

    assert (sent, gateway.ledger) == (0, [])
    assert await states_of(group) == [("cancelled", "by_person")]


async def test_facts_are_asked_for_in_the_transaction_that_decides(now: FixedClock) -> None:
    """A consent withdrawn while others are being sent still counts (G1)."""
    await planned_texts(now, 2)
    asked: list[tuple[int, bool]] = []

    async def ask(keys: Collection[Key]) -> Sequence[Due]:
        asked.append((len(keys), database.bound().transaction_exists()))
        return await reminders.ask(keys)

    sent = await sending.dispatch(desk_of(LedgerGateway(), ask=ask))

    assert (sent, asked) == (2, [(1, True), (1, True)])


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
    intend = intents.intend

    async def break_one(claimed: Claimed, asked: intents.Asked, *, sender: str) -> Any:
        if claimed.id == first:
            raise RuntimeError
        return await intend(claimed, asked, sender=sender)

    monkeypatch.setattr(intents, "intend", break_one)

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


async def test_a_database_that_goes_away_ends_the_call_once_what_is_under_way_is_settled(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await planned_texts(now, 20)
    claim, claims = outbox.claim, []

    async def claim_once(limit: int, *, policy: Policy) -> tuple[Claimed, ...]:
        claims.append(limit)
        if len(claims) > 1:
            raise ConnectionResetError
        return await claim(limit, policy=policy)

    monkeypatch.setattr(outbox, "claim", claim_once)

    with pytest.raises(ConnectionResetError):
        await reminders.dispatch(SETTINGS, LedgerGateway())

    states = [state for state, _ in await states_of(group)]
    assert (states.count("accepted"), states.count("queued")) == (claims[0], 20 - claims[0])
