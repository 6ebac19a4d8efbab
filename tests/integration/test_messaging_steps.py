"""Between each two steps of sending something happens: whoever is first wins (1.5, 1.6, G8)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from piccolo.engine.exceptions import TransactionError

from core import clock, database
from core.scope import SYSTEM
from jobs import reminders
from messaging.domain.terms import MessageState, PauseOf
from messaging.errors import MessageGoneError
from messaging.services import decisions, moves, outbox, pause, sending
from messaging.services.pace import Pace
from messaging.services.pause import Pausable
from messaging.tables import MessagingAlert, ReminderRule
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    Group,
    change_session,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    path_of,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway, desk_of
from tests.interleaving import slip_in

pytestmark = pytest.mark.usefixtures("db")

DUE = at("2026-06-11 10:00")


async def a_due_text(now: FixedClock, people: int = 1) -> tuple[Group, UUID]:
    """A group with texts that are due now about one session, and the session."""
    group = await make_group()
    await make_rule(group)
    session = await make_meeting(group, at("2026-06-12 18:30"))
    for _ in range(people):
        await make_member(group)
    await reminders.plan(SETTINGS)
    now.instant = DUE
    return group, session


STEPS = {
    "claimed": "messaging.services.outbox.claim",
    "judged": "messaging.services.caps.objection",
    "written": "messaging.services.intents.intend",
}
"""After these something happens; ``judged`` is inside the transaction that writes the intent."""


@asynccontextmanager
async def meanwhile(
    monkeypatch: pytest.MonkeyPatch,
    gateway: LedgerGateway,
    step: str,
    act: Callable[[], Awaitable[None]],
) -> AsyncIterator[None]:
    """Let somebody else act once sending has come to a step, and end before the block does.

    They have a connection of their own, and may have to wait for the sender's.
    """
    reached = asyncio.Event()

    async def act_when_reached() -> None:
        await reached.wait()
        await act()

    async def reach() -> None:
        reached.set()
        await asyncio.wait({acting}, timeout=0.05)

    acting = asyncio.create_task(act_when_reached())
    if step == "sent":
        gateway.before = reach
    else:
        slip_in(monkeypatch, STEPS[step], reach)
    yield
    assert reached.is_set()
    await acting


@pytest.mark.parametrize("step", ["claimed", "judged", "written", "sent"])
async def test_g8_a_cancel_at_each_step_wins_or_is_told_that_it_is_too_late(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    group, _ = await a_due_text(now)
    message_id = (await messages_of(group))[0]["id"]
    gateway = LedgerGateway()
    said = []

    async def cancel() -> None:
        try:
            await decisions.cancel(message_id, own_cohorts=frozenset(), by=SYSTEM)
            said.append("cancelled")
        except MessageGoneError:
            said.append("too late")

    async with meanwhile(monkeypatch, gateway, step, cancel):
        await reminders.dispatch(SETTINGS, gateway)

    wins, loses = ("cancelled", 0, "cancelled"), ("too late", 1, "accepted")
    outcome = (said[0], len(gateway.ledger), (await states_of(group))[0][0])
    assert outcome in {"claimed": [wins], "judged": [wins, loses]}.get(step, [loses])


@pytest.mark.parametrize("step", ["claimed", "judged", "written", "sent"])
async def test_g8_a_session_that_is_cancelled_at_each_step_stops_its_text_or_comes_after_it(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """What a text rests on is held while its intent is written: nobody passes it there."""
    group, session = await a_due_text(now)
    gateway = LedgerGateway()

    async with meanwhile(
        monkeypatch, gateway, step, lambda: change_session(session, status="cancelled")
    ):
        await reminders.dispatch(SETTINGS, gateway)

    sent = [] if step == "claimed" else ["accepted"]
    assert [state for state, _ in await states_of(group)] == (sent or ["cancelled"])
    assert len(gateway.ledger) == len(sent)


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_g8_while_somebody_is_changing_the_session_its_text_waits(
    now: FixedClock,
) -> None:
    group, session = await a_due_text(now)
    gateway = LedgerGateway()
    begun, ended = asyncio.Event(), asyncio.Event()

    async def cancel() -> None:
        async with database.transaction():
            await change_session(session, status="cancelled")
            begun.set()
            await ended.wait()

    cancelling = asyncio.create_task(cancel())
    await begun.wait()
    assert await reminders.dispatch(SETTINGS, gateway) == 0
    assert await states_of(group) == [("queued", "")]
    ended.set()
    await cancelling
    now.advance(seconds=5)

    await reminders.dispatch(SETTINGS, gateway)

    assert gateway.ledger == []
    assert await states_of(group) == [("cancelled", "session_cancelled")]


async def test_the_intent_is_never_part_of_another_transaction(now: FixedClock) -> None:
    """1.4: joined to an outer one it would not be committed before the text leaves."""
    group, _ = await a_due_text(now)
    gateway = LedgerGateway()

    async def look() -> None:
        assert not database.bound().transaction_exists()

    gateway.before = look
    with pytest.raises(TransactionError):
        async with database.transaction():
            await reminders.dispatch(SETTINGS, gateway)
    assert gateway.ledger == []

    await reminders.dispatch(SETTINGS, gateway)

    assert await states_of(group) == [("accepted", "")]


@pytest.mark.parametrize("given_up", [False, True])
async def test_w10_whoever_froze_after_the_intent_sends_nothing_and_the_text_is_queued_again(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch, *, given_up: bool
) -> None:
    group, _ = await a_due_text(now)
    gateway = LedgerGateway()

    async def freeze() -> None:
        if given_up:
            now.advance(seconds=61)
            await outbox.recover()

    slip_in(monkeypatch, STEPS["written"], freeze)
    assert await sending.dispatch(desk_of(gateway, intent_seconds=0)) == 0
    assert gateway.ledger == []
    assert await states_of(group) == [("queued", "too_slow")]

    now.advance(seconds=5)

    await sending.dispatch(desk_of(gateway))

    assert len(gateway.ledger) == 1


async def test_w10_a_text_that_was_sent_by_somebody_else_meanwhile_stays_as_it_is(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, _ = await a_due_text(now)
    gateway, other = LedgerGateway(), LedgerGateway()

    async def freeze() -> None:
        row = (await messages_of(group))[0]
        async with database.transaction():
            await moves.move(row["id"], old=MessageState.SUBMITTING, new=MessageState.UNKNOWN)
            await moves.move(
                row["id"], old=MessageState.UNKNOWN, new=MessageState.QUEUED, claim_token=None
            )
        await sending.dispatch(desk_of(other))

    slip_in(monkeypatch, STEPS["written"], freeze)
    desk = desk_of(gateway, intent_seconds=0)
    desk.post.pace.at_once = 1
    await sending.dispatch(desk)

    assert (len(gateway.ledger), len(other.ledger)) == (0, 1)
    assert await states_of(group) == [("accepted", "")]


async def test_w12_a_host_whose_clock_is_not_the_database_s_sends_nothing(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch, engine_name: str
) -> None:
    """SQLite has the host's own clock."""
    await a_due_text(now)
    gateway = LedgerGateway()
    host = clock.host
    for seconds in (-6, 6):
        monkeypatch.setattr(clock, "host", lambda by=seconds: host() + timedelta(seconds=by))
        await reminders.dispatch(SETTINGS, gateway)
    expected = {"postgres": (0, [{"kind": "clocks_apart", "times": 2}]), "sqlite": (1, [])}
    found = await MessagingAlert.select(MessagingAlert.kind, MessagingAlert.times)
    assert (len(gateway.ledger), found) == expected[engine_name]
    monkeypatch.setattr(clock, "host", lambda: host() + timedelta(seconds=2))

    await reminders.dispatch(SETTINGS, gateway)

    assert len(gateway.ledger) == 1


async def test_a_process_that_is_to_end_claims_nothing_more(now: FixedClock) -> None:
    group, _ = await a_due_text(now, people=40)
    gateway = LedgerGateway()

    async def close() -> None:
        reminders.stop_claiming(gateway)

    gateway.before = close
    sent = await reminders.dispatch(SETTINGS, gateway)
    again = await reminders.dispatch(SETTINGS, gateway)

    states = [state for state, _ in await states_of(group)]
    assert (sent, again) == (len(gateway.ledger), 0)
    assert 1 <= sent < 40
    assert (states.count("accepted"), states.count("queued")) == (sent, 40 - sent)
    reminders.stop_claiming(LedgerGateway())  # one that never sent has nothing to stop


async def test_one_call_claims_no_longer_than_a_tick(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, _ = await a_due_text(now, people=4)
    monkeypatch.setattr(sending, "_CLAIMING_SECONDS", 1.0)
    slow = desk_of(LedgerGateway())
    slow.post.pace = Pace(segments_per_second=0.5)

    assert await sending.dispatch(slow) == 1

    states = await states_of(group)
    assert sorted(states) == [("accepted", ""), *[("queued", "")] * 2, ("queued", "lease_over")]


async def test_what_a_refused_sender_would_send_waits_and_the_other_side_s_goes(
    now: FixedClock,
) -> None:
    group, _ = await a_due_text(now)
    desk = desk_of(LedgerGateway())
    desk.post.pace.stop(300, at=DUE, sender="Notice")

    assert await sending.dispatch(desk) == 0

    row = (await messages_of(group))[0]
    assert (row["state"], row["state_reason"]) == ("queued", "sending_stopped")
    assert row["send_after"] == DUE + timedelta(seconds=300)


@pytest.mark.parametrize("pause_of", ["programme", "cohort", "person"])
async def test_g15_a_pause_of_one_thing_stops_its_texts_at_the_last_moment_and_no_others(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch, pause_of: str
) -> None:
    group, _ = await a_due_text(now)
    row = (await messages_of(group))[0]
    other, _ = await a_due_text(now)
    gateway = LedgerGateway()
    subject = {
        "programme": row["programme"], "cohort": row["cohort"], "person": row["recipient"],
    }[pause_of]  # fmt: skip
    of = Pausable(PauseOf(pause_of), subject, group.organisation_id, group.side)

    async def stop() -> None:
        await pause.set_pause(paused=True, reason="Unsafe now", by=SYSTEM, of=of)

    slip_in(monkeypatch, STEPS["claimed"], stop)
    await reminders.dispatch(SETTINGS, gateway)

    assert await states_of(group) == [("queued", "paused_here")]
    assert await states_of(other) == [("accepted", "")]
    moves_before = len(await path_of(row["id"]))
    await reminders.dispatch(SETTINGS, gateway)
    assert len(await path_of(row["id"])) == moves_before
    await pause.set_pause(paused=False, reason="", by=SYSTEM, of=of)

    await reminders.dispatch(SETTINGS, gateway)

    assert await states_of(group) == [("accepted", "")]


async def test_m6_who_is_asked_but_cannot_answer_is_not_texted(now: FixedClock) -> None:
    group, _ = await a_due_text(now)
    await ReminderRule.update({ReminderRule.asks: True}, force=True)
    gateway = LedgerGateway()

    await reminders.dispatch(SETTINGS, gateway)

    assert gateway.ledger == []
    assert await states_of(group) == [("held", "one_way")]
