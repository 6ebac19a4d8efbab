"""From due to sent: gates again, one try, and what is known of it."""

import asyncio
from datetime import timedelta

import pytest

from core import clock
from core.scope import SYSTEM, Side
from jobs import reminders
from messaging.domain.facts import Policy
from messaging.domain.schedule import Offset
from messaging.domain.terms import MessageState
from messaging.services import decisions, moves, outbox, pause, sending
from messaging.tables import Attempt, Message
from tests.conftest import SETTINGS
from tests.factories import at
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
    path_of,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway, desk_of

pytestmark = pytest.mark.usefixtures("db")

FRIDAY = at("2026-06-12 18:30")
DUE = at("2026-06-11 10:00")


async def a_planned_text(side: Side = Side.SURVIVOR) -> tuple[Group, dict[str, object]]:
    """A group with one person, one session and one planned text, with their ids."""
    group = await make_group(side)
    await make_rule(group)
    session = await make_meeting(group, FRIDAY)
    person, enrolment = await make_member(group)
    await reminders.plan(SETTINGS)
    return group, {"session": session, "person": person, "enrolment": enrolment}


async def dispatch(gateway: LedgerGateway) -> int:
    return await reminders.dispatch(SETTINGS, gateway)


async def test_a_due_text_is_sent_once(now: FixedClock) -> None:
    group, _ = await a_planned_text()
    gateway = LedgerGateway()
    assert await dispatch(gateway) == 0
    now.instant = DUE

    assert [await dispatch(gateway) for _ in range(3)] == [1, 0, 0]

    row = (await messages_of(group))[0]
    assert (row["state"], row["attempt_number"]) == ("accepted", 1)
    assert [left.message.body for left in gateway.ledger] == [
        "Reminder: your appointment is on Fri 12 Jun at 18:30. To change it call us."
    ]
    assert await path_of(row["id"]) == [
        (None, "planned"), ("planned", "queued"), ("queued", "claimed"),
        ("claimed", "submitting"), ("submitting", "accepted"),
    ]  # fmt: skip


async def test_the_network_may_try_until_the_safe_hours_end_less_a_guard(now: FixedClock) -> None:
    """G7."""
    await a_planned_text()
    gateway = LedgerGateway()
    now.instant = DUE

    await dispatch(gateway)

    assert gateway.ledger[0].message.valid_for_seconds == int(timedelta(hours=7.75).total_seconds())


async def test_the_intent_is_written_before_the_text_leaves(now: FixedClock) -> None:
    """1.5: whoever crashes after this leaves a trace."""
    group, _ = await a_planned_text()
    gateway = LedgerGateway()
    seen: list[tuple[str, str]] = []

    async def look() -> None:
        seen.extend(await states_of(group))
        assert await Attempt.count() == 1

    gateway.before = look
    now.instant = DUE

    await dispatch(gateway)

    assert seen == [("submitting", "")]


@pytest.mark.parametrize("change", ["session", "contact", "enrolment"])
async def test_what_changes_between_planning_and_sending_stops_the_text(
    now: FixedClock, change: str
) -> None:
    """G1, G8, G9: the facts are asked for again; nobody planned anew."""
    group, ids = await a_planned_text()
    gateway = LedgerGateway()
    now.instant = DUE
    if change == "session":
        await change_session(ids["session"], status="cancelled")  # type: ignore[arg-type]
    elif change == "contact":
        await change_contact(ids["person"], sms="not_safe")  # type: ignore[arg-type]
    else:
        await change_enrolment(ids["enrolment"], status="paused")  # type: ignore[arg-type]

    assert await dispatch(gateway) == 0

    assert gateway.ledger == []
    expected = {
        "session": ("cancelled", "session_cancelled"),
        "contact": ("suppressed", "not_safe"),
        "enrolment": ("cancelled", "not_enrolled"),
    }
    assert await states_of(group) == [expected[change]]


async def test_a_session_that_is_cancelled_while_texts_go_out_stops_the_rest(
    now: FixedClock,
) -> None:
    """The first sending cancels the session; what was not yet being sent never is.

    Sixteen are sent side by side: how many of them were past their last look differs.
    """
    group = await make_group()
    await make_rule(group)
    session = await make_meeting(group, FRIDAY)
    for _ in range(24):
        await make_member(group)
    await reminders.plan(SETTINGS)
    gateway = LedgerGateway()

    async def cancel() -> None:
        gateway.before = None
        await change_session(session, status="cancelled")

    gateway.before = cancel
    now.instant = DUE

    await dispatch(gateway)

    states = [state for state, _ in await states_of(group)]
    sent = states.count("accepted")
    assert 1 <= sent == len(gateway.ledger) <= 16
    assert states.count("cancelled") == 24 - sent


async def test_a_changed_number_and_a_shared_one_hold_the_text_at_the_last_moment(
    now: FixedClock,
) -> None:
    """G4, G5."""
    group, ids = await a_planned_text()
    other, others = await a_planned_text(Side.PERPETRATOR)
    await change_contact(ids["person"], number=drama_number(990), number_version=2)  # type: ignore[arg-type]
    await make_member(other, number=drama_number(991))
    await change_contact(others["person"], number=drama_number(991))  # type: ignore[arg-type]
    gateway = LedgerGateway()
    now.instant = DUE

    await dispatch(gateway)

    assert gateway.ledger == []
    assert await states_of(group) == [("held", "number_changed")]
    assert await states_of(other) == [("held", "shared_number")]


@pytest.mark.parametrize(
    ("mood", "state", "left"),
    [
        ("accepted", ("accepted", ""), 1),
        ("rejected", ("rejected", "bad_number"), 0),
        ("not_sent", ("queued", "not_sent"), 0),
        ("unknown", ("unknown", "no_answer"), 1),
        ("raise", ("unknown", "no_answer"), 1),
    ],
)
async def test_what_is_known_after_one_try_is_recorded_and_nothing_is_tried_twice(
    now: FixedClock, mood: str, state: tuple[str, str], left: int
) -> None:
    group, _ = await a_planned_text()
    gateway = LedgerGateway(mood)
    now.instant = DUE

    await dispatch(gateway)
    await dispatch(gateway)

    assert await states_of(group) == [state]
    assert len(gateway.ledger) == left


async def test_a_network_out_of_reach_is_tried_again_later_and_later(now: FixedClock) -> None:
    group, _ = await a_planned_text()
    gateway = LedgerGateway("not_sent")
    waits = []
    now.instant = DUE
    for _ in range(3):
        await dispatch(gateway)
        row = (await messages_of(group))[0]
        waits.append((row["send_after"] - now.instant).total_seconds())
        now.instant = row["send_after"]
    gateway.mood = "accepted"

    await dispatch(gateway)

    expected = zip((30, 60, 120), waits, strict=True)
    assert all(usual <= wait < usual * 1.2 for usual, wait in expected)
    assert (await messages_of(group))[0]["attempt_number"] == 4
    assert await Attempt.count() == 4
    assert len(gateway.ledger) == 1


async def test_silence_is_cut_short_and_never_sent_again(now: FixedClock) -> None:
    group, _ = await a_planned_text()
    gateway = LedgerGateway("hang")
    now.instant = DUE

    await sending.dispatch(desk_of(gateway, answer_seconds=0))
    await dispatch(gateway)

    assert await states_of(group) == [("unknown", "no_answer")]
    assert len(gateway.ledger) == 1


async def test_an_id_that_the_provider_gave_before_is_not_believed(now: FixedClock) -> None:
    """1.3: UNIQUE(provider_sid)."""
    first, _ = await a_planned_text()
    second, _ = await a_planned_text()
    now.instant = DUE

    await dispatch(LedgerGateway("repeat_sid"))

    states = {*await states_of(first), *await states_of(second)}
    assert states == {("accepted", ""), ("unknown", "no_answer")}


async def test_a_process_that_dies_while_sending_leaves_a_text_that_nobody_sends_again(
    now: FixedClock,
) -> None:
    """W3 to W5: a call that is cut off is unknown, never failed; expiring leaves it alone."""
    group, _ = await a_planned_text()
    gateway = LedgerGateway("hang")
    now.instant = DUE
    task = asyncio.create_task(dispatch(gateway))
    await gateway.reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await states_of(group) == [("submitting", "")]

    now.advance(seconds=61)
    await dispatch(LedgerGateway())
    assert await states_of(group) == [("unknown", "no_answer")]
    now.instant = FRIDAY
    await reminders.expire()

    assert await states_of(group) == [("unknown", "no_answer")]
    assert len(gateway.ledger) == 1


async def test_a_process_that_dies_before_sending_leaves_a_text_that_is_sent_after_its_lease(
    now: FixedClock,
) -> None:
    """W2."""
    group, _ = await a_planned_text()
    gateway = LedgerGateway()
    now.instant = DUE
    await outbox.release()
    claimed = await outbox.claim(10, policy=Policy())
    assert await dispatch(gateway) == 0
    now.advance(seconds=61)

    assert await dispatch(gateway) == 1

    assert len(claimed) == 1
    assert await states_of(group) == [("accepted", "")]


async def test_a_dispatcher_whose_lease_is_over_can_move_nothing(now: FixedClock) -> None:
    """W9: the step to ``submitting`` asks for the token."""
    await a_planned_text()
    now.instant = DUE
    await outbox.release()
    frozen = (await outbox.claim(10, policy=Policy()))[0]
    now.advance(seconds=61)
    await outbox.recover()
    again = (await outbox.claim(10, policy=Policy()))[0]

    moved = [
        await moves.move(
            one.id, old=MessageState.CLAIMED, new=MessageState.SUBMITTING,
            held_by=one.claim_token,
        )
        for one in (frozen, again)
    ]  # fmt: skip

    assert moved == [False, True]


async def test_no_text_is_claimed_by_two_at_once(now: FixedClock) -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    for _ in range(30):
        await make_member(group)
    await reminders.plan(SETTINGS)
    now.instant = DUE
    await outbox.release()

    batches = await asyncio.gather(*(outbox.claim(10, policy=Policy()) for _ in range(6)))

    ids = [one.id for batch in batches for one in batch]
    assert len(ids) == len(set(ids)) == 30


async def test_two_dispatchers_at_once_send_each_text_once(now: FixedClock) -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    for _ in range(20):
        await make_member(group)
    await asyncio.gather(reminders.plan(SETTINGS), reminders.plan(SETTINGS))
    gateway = LedgerGateway()
    now.instant = DUE

    counts = await asyncio.gather(*(dispatch(gateway) for _ in range(3)))

    numbers = [left.message.to for left in gateway.ledger]
    assert len(numbers) == len(set(numbers)) == sum(counts) == 20


async def test_while_texts_are_paused_nothing_leaves(now: FixedClock) -> None:
    """M16, G15."""
    group, _ = await a_planned_text()
    gateway = LedgerGateway()
    now.instant = DUE
    await pause.set_pause(paused=True, reason="A number was wrong", by=SYSTEM)
    assert await dispatch(gateway) == 0
    assert gateway.ledger == []

    await pause.set_pause(paused=False, reason="", by=SYSTEM)
    await dispatch(gateway)

    assert await states_of(group) == [("accepted", "")]


async def test_a_pause_in_the_middle_stops_all_but_what_is_under_way(now: FixedClock) -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    for _ in range(24):
        await make_member(group)
    await reminders.plan(SETTINGS)
    gateway = LedgerGateway()

    async def stop() -> None:
        gateway.before = None
        await pause.set_pause(paused=True, reason="Stop", by=SYSTEM)

    gateway.before = stop
    now.instant = DUE

    await dispatch(gateway)

    assert len(gateway.ledger) <= 16
    states = [state for state, _ in await states_of(group)]
    assert states.count("queued") == 24 - len(gateway.ledger) >= 8


async def test_outside_safe_hours_a_due_text_waits_for_the_morning(now: FixedClock) -> None:
    group, _ = await a_planned_text()
    gateway = LedgerGateway()
    now.instant = at("2026-06-11 20:00")
    assert await dispatch(gateway) == 0

    row = (await messages_of(group))[0]
    assert (row["state"], row["send_after"]) == ("queued", at("2026-06-12 09:00"))
    now.instant = at("2026-06-12 09:00")
    assert await dispatch(gateway) == 1


async def test_nothing_is_sent_once_it_is_of_no_use(now: FixedClock) -> None:
    """G10."""
    group, _ = await a_planned_text()
    gateway = LedgerGateway()
    now.instant = FRIDAY - timedelta(hours=2)

    assert await dispatch(gateway) == 0
    await reminders.expire()

    assert await states_of(group) == [("expired", "past")]


async def test_a_held_text_that_nobody_puts_right_expires(now: FixedClock) -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group, sms="unknown")
    await reminders.plan(SETTINGS)
    now.instant = FRIDAY

    assert await reminders.expire() == 1

    assert await states_of(group) == [("expired", "past")]


async def test_m13_a_session_gets_at_most_two_texts(now: FixedClock) -> None:
    """M13."""
    group = await make_group()
    for days in (4, 2, 1):
        await make_rule(group, Offset(days_before=days, at="10:00"), name=f"{days} days before")
    await make_meeting(group, at("2026-06-19 18:30"))
    await make_member(group)
    await reminders.plan(SETTINGS)
    gateway = LedgerGateway()
    for day in (15, 17, 18):
        now.instant = at(f"2026-06-{day} 10:00")
        await dispatch(gateway)

    assert sorted(await states_of(group)) == [
        ("accepted", ""), ("accepted", ""), ("suppressed", "session_cap"),
    ]  # fmt: skip


async def test_the_very_same_words_do_not_go_to_a_number_twice_within_36_hours(
    now: FixedClock,
) -> None:
    """1.3: the fuse."""
    group = await make_group()
    for hours in (5, 4):
        await make_rule(group, Offset(hours_before=hours), name=f"{hours} hours before")
    await make_meeting(group, at("2026-06-12 16:00"))
    await make_member(group)
    await reminders.plan(SETTINGS)
    gateway = LedgerGateway()
    for hour in (11, 12):
        now.instant = at(f"2026-06-12 {hour}:00")
        await dispatch(gateway)

    assert sorted(await states_of(group)) == [
        ("accepted", ""), ("suppressed", "duplicate_content"),
    ]  # fmt: skip


async def test_a_number_gets_at_most_three_texts_a_day(now: FixedClock) -> None:
    """1.3: the fuse holds for the number, whoever has had it."""
    group = await make_group()
    await make_rule(group, Offset(hours_before=3))
    gateway = LedgerGateway()
    for hour in range(4):
        await make_meeting(group, at(f"2026-06-12 {13 + hour}:00"))
    people = [await make_member(group, number=drama_number(500 + n)) for n in range(4)]
    await reminders.plan(SETTINGS)
    for hour, (_, enrolment) in enumerate(people):
        now.instant = at(f"2026-06-12 {10 + hour}:00")
        for person, _ in people:
            await change_contact(person, number=drama_number(600 + hour), sms="not_safe")
        await change_contact(people[hour][0], number=drama_number(501), sms="safe")
        await dispatch(gateway)
        await change_enrolment(enrolment, status="paused")

    assert len(gateway.ledger) == 3
    assert ("suppressed", "number_cap") in await states_of(group)


async def test_m13_a_week_brings_at_most_three_texts(now: FixedClock) -> None:
    """M13."""
    group = await make_group()
    await make_rule(group)
    for day in (12, 13, 16, 17, 18):
        await make_meeting(group, at(f"2026-06-{day} 18:30"))
    await make_member(group)
    await reminders.plan(SETTINGS)
    gateway = LedgerGateway()
    for day in (11, 12, 15, 16, 17):
        now.instant = at(f"2026-06-{day} 10:00")
        await dispatch(gateway)

    states = await states_of(group)
    assert len(gateway.ledger) == 3
    assert states.count(("suppressed", "weekly_cap")) == 2


async def test_a_text_that_a_colleague_cancels_is_not_sent(now: FixedClock) -> None:
    group, _ = await a_planned_text()
    row = (await messages_of(group))[0]
    gateway = LedgerGateway()

    await decisions.cancel(row["id"], own_cohorts=frozenset(), by=SYSTEM)
    now.instant = DUE
    await dispatch(gateway)

    assert gateway.ledger == []
    assert await states_of(group) == [("cancelled", "by_person")]


async def test_a_text_that_is_cancelled_after_its_claim_is_not_sent(now: FixedClock) -> None:
    await a_planned_text()
    now.instant = DUE
    await outbox.release()
    claimed = (await outbox.claim(10, policy=Policy()))[0]

    await decisions.cancel(claimed.id, own_cohorts=frozenset(), by=SYSTEM)

    assert not await moves.move(
        claimed.id, old=MessageState.CLAIMED, new=MessageState.SUBMITTING,
        held_by=claimed.claim_token,
    )  # fmt: skip


async def test_a_move_that_the_table_does_not_know_is_refused() -> None:
    await a_planned_text()
    row = await Message.select().first()
    assert row is not None

    with pytest.raises(ValueError, match="never moves"):
        await moves.move(row["id"], old=MessageState.PLANNED, new=MessageState.DELIVERED)


async def test_a_late_answer_settles_a_text_that_was_given_up(now: FixedClock) -> None:
    """W5: the provider accepted it after all."""
    group, _ = await a_planned_text()
    gateway = LedgerGateway()

    async def take_long() -> None:
        now.advance(seconds=61)
        await outbox.recover()

    gateway.before = take_long
    now.instant = DUE

    await dispatch(gateway)

    row = (await messages_of(group))[0]
    assert row["state"] == "accepted"
    assert (await path_of(row["id"]))[-2:] == [("submitting", "unknown"), ("unknown", "accepted")]
    assert clock.now() > DUE


async def test_the_moves_of_many_texts_at_once_are_written_in_parts(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand texts that fall due together are more values than one statement takes."""
    group, _ = await a_planned_text()
    for _ in range(4):
        await make_member(group)
    await reminders.plan(SETTINGS)
    now.instant = DUE
    monkeypatch.setattr(moves, "_ROWS_AT_ONCE", 2)

    released = await outbox.release()

    paths = [await path_of(row["id"]) for row in await messages_of(group)]
    assert (5, [[(None, "planned"), ("planned", "queued")]] * 5) == (released, paths)
