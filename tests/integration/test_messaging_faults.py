"""The fault matrix (messaging.md 5.4), judged from the provider's ledger: never two texts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.scope import Side
from jobs import dispatcher_lock
from tests.factories_messaging import states_of
from tests.factories_sending import Office, allow, make_due, open_office
from tests.fakes import FixedClock
from tests.twilio_server.faults import NOT_TAKEN_UNKNOWN, TAKEN
from tests.twilio_server.server import TwilioServer

SECOND_LOOK = timedelta(minutes=16)


@pytest.fixture
async def office(
    db: None, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    allow(monkeypatch, answer_seconds=0.3)
    server = TwilioServer()
    async with server.running(), open_office(empty_url, server, tmp_path) as office:
        yield office
    if office.settings.is_sqlite:
        dispatcher_lock.let_go(office.settings.sqlite_path)
    assert server.breaches == []


async def ended(office: Office, now: FixedClock, *, looks: int = 3) -> None:
    """Let time pass, with what the jobs do in it."""
    for _ in range(looks):
        await office.dispatch()
        await office.reconcile()
        now.instant += SECOND_LOOK
    await office.expire()


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("name", list(TAKEN))
async def test_a_text_that_left_with_no_answer_is_found_and_never_sent_again(
    office: Office, now: FixedClock, name: str, side: Side
) -> None:
    [one] = await make_due(office, now, side)
    office.server.faults.next_ones.append(name)

    await office.dispatch()
    doubtful = await states_of(one.group)
    await office.dispatch()
    await office.reconcile()

    assert ["unknown"] == [state for state, _ in doubtful]
    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    await ended(office, now)
    assert 1 == len(office.server.ledger)


@pytest.mark.parametrize("name", list(NOT_TAKEN_UNKNOWN))
async def test_what_nobody_knows_is_sent_again_only_once_it_is_proved_absent(
    office: Office, now: FixedClock, name: str
) -> None:
    [one] = await make_due(office, now, Side.PERPETRATOR)
    office.server.faults.next_ones.append(name)

    await office.dispatch()
    await office.reconcile()
    now.advance(minutes=14)
    await office.reconcile()
    await office.dispatch()
    early = await states_of(one.group), len(office.server.ledger)
    await ended(office, now)

    assert ([("unknown", "no_answer")], 0) == early
    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


@pytest.mark.parametrize("name", list(NOT_TAKEN_UNKNOWN))
async def test_a_survivors_text_that_nobody_knows_of_is_handed_to_a_person(
    office: Office, now: FixedClock, name: str
) -> None:
    [one] = await make_due(office, now, Side.SURVIVOR)
    office.server.faults.next_ones.append(name)

    await ended(office, now)

    assert ["unresolved"] == [state for state, _ in await states_of(one.group)]
    assert [] == office.server.ledger


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("21211", ("rejected", "bad_number")),
        ("21614", ("rejected", "bad_number")),
        ("21612", ("rejected", "bad_number")),
        ("21408", ("rejected", "refused")),
        ("21617", ("rejected", "refused")),
        ("html_400", ("rejected", "refused")),
        ("21610", ("suppressed", "opted_out")),
    ],
)
async def test_what_is_refused_for_good_is_never_tried_again(
    office: Office, now: FixedClock, name: str, state: tuple[str, str]
) -> None:
    [one] = await make_due(office, now)
    office.server.faults.next_ones.append(name)

    await ended(office, now)

    assert [state] == await states_of(one.group)
    assert [] == office.server.ledger


@pytest.mark.parametrize("name", ["429", "21611", "401", "403", "30002", "21606"])
async def test_what_was_surely_not_taken_waits_and_leaves_once(
    office: Office, now: FixedClock, name: str
) -> None:
    [one] = await make_due(office, now)
    office.server.faults.next_ones.append(name)

    await office.dispatch()
    waiting = await states_of(one.group), len(office.server.ledger)
    await office.dispatch()
    at_once = len(office.server.ledger)
    await ended(office, now)

    assert (["queued"], 0, 0) == ([state for state, _ in waiting[0]], waiting[1], at_once)
    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


async def test_a_text_that_could_not_reach_the_provider_leaves_later_once(
    office: Office, now: FixedClock
) -> None:
    [one] = await make_due(office, now)

    async with office.server.listener.refusing():
        await office.dispatch()
        waiting = await states_of(one.group)
    await ended(office, now)

    assert [("queued", "not_sent")] == waiting
    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


async def test_w4_a_list_that_lags_behind_the_first_look_does_not_send_twice(
    office: Office, now: FixedClock
) -> None:
    [one] = await make_due(office, now, Side.PERPETRATOR)
    office.server.behaviour.list_lag = timedelta(minutes=10)
    office.server.faults.next_ones.append("taken_then_reset")

    await office.dispatch()
    await office.reconcile()
    looked = await states_of(one.group)
    await ended(office, now)

    assert [("unknown", "no_answer")] == looked
    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


async def test_a_provider_that_cannot_be_asked_proves_nothing(
    office: Office, now: FixedClock
) -> None:
    [one] = await make_due(office, now, Side.PERPETRATOR)
    office.server.behaviour.list_fails = True
    office.server.faults.next_ones.append("taken_then_503")

    await ended(office, now)
    asked_in_vain = await states_of(one.group)
    office.server.behaviour.list_fails = False
    await ended(office, now)

    assert ["unknown"] == [state for state, _ in asked_in_vain]
    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


async def test_one_fault_stops_no_other_text(office: Office, now: FixedClock) -> None:
    people = await make_due(office, now, people=12)
    office.server.faults.next_ones += ["taken_then_reset", "21211", "taken_then_no_json"]

    await ended(office, now)

    texts = [left.to for left in office.server.ledger]
    assert (11, 11) == (len(texts), len(set(texts)))
    assert 11 == [state for state, _ in await states_of(people[0].group)].count("accepted")
