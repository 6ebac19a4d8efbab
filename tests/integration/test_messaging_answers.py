"""What follows from each answer of the provider, by its own data (messaging.md 2)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core import clock
from core.phone import MobileNumber
from jobs import reminders
from messaging.domain.failures import Verdict
from messaging.domain.terms import BlockCause
from messaging.gateways.base import Answer
from messaging.services import alerts, blocks, sending
from messaging.services.pace import MOST_AT_ONCE
from messaging.tables import Attempt, Message, MessagingAlert, NumberBlock
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    Group,
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


async def due_texts(now: FixedClock, people: int = 1) -> Group:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    for place in range(people):
        await make_member(group, number=drama_number(700 + place))
    await reminders.plan(SETTINGS)
    now.instant = DUE
    return group


def refusing(verdict: Verdict, **details: Any) -> LedgerGateway:
    gateway = LedgerGateway()
    gateway.refusal = Answer(verdict, **details)
    return gateway


async def dispatch(gateway: LedgerGateway) -> int:
    return await reminders.dispatch(SETTINGS, gateway)


async def alerts_open() -> list[tuple[str, str, int]]:
    rows = await MessagingAlert.select().order_by(MessagingAlert.id)
    return [(row["kind"], row["subject"], row["error_code"]) for row in rows]


def hash_of(number: str) -> str:
    return MobileNumber(number).keyed_hash(SETTINGS.key_bytes)


@pytest.mark.parametrize(
    ("code", "alert"),
    [
        (21408, [("region_refused", "21408", 21408)]),
        (21617, [("our_fault", "21617", 21617)]),
        (99999, []),
        (20429, []),
    ],
)  # fmt: skip
async def test_what_is_refused_for_good_ends_and_tells_whom_it_concerns(
    now: FixedClock, code: int, alert: list[tuple[str, str, int]]
) -> None:
    group = await due_texts(now)

    await dispatch(refusing(Verdict.REJECTED, error_code=code, http_status=400))

    assert await states_of(group) == [("rejected", "refused")]
    assert await alerts_open() == alert
    attempt = await Attempt.select().first()
    assert attempt is not None
    assert attempt["error_code"] == code


async def test_m12_a_number_that_cannot_be_texted_gets_no_other_text(now: FixedClock) -> None:
    group = await due_texts(now)
    await dispatch(refusing(Verdict.REJECTED, error_code=21614, http_status=400))
    await make_rule(group, name="Again", for_programme=True)
    now.instant = at("2026-06-10 13:00")
    await reminders.plan(SETTINGS)
    now.instant = DUE
    gateway = LedgerGateway()

    await dispatch(gateway)

    assert gateway.ledger == []
    assert await states_of(group) == [("rejected", "bad_number"), ("held", "bad_number")]
    assert await blocks.causes_of([hash_of(drama_number(700))]) == {
        hash_of(drama_number(700)): frozenset({BlockCause.BAD_NUMBER})
    }


async def test_g2_a_number_that_opted_out_at_the_provider_is_texted_by_nobody(
    now: FixedClock,
) -> None:
    group = await due_texts(now)
    await dispatch(refusing(Verdict.OPTED_OUT, error_code=21610, http_status=400))
    await make_rule(group, name="Again", for_programme=True)
    now.instant = at("2026-06-10 13:00")
    await reminders.plan(SETTINGS)
    now.instant = DUE
    gateway = LedgerGateway()

    await dispatch(gateway)

    assert gateway.ledger == []
    assert await states_of(group) == [("suppressed", "opted_out"), ("held", "opted_out")]
    rows = await NumberBlock.select(NumberBlock.cause, NumberBlock.error_code)
    assert rows == [{"cause": "provider_opt_out", "error_code": 21610}]


async def test_g2_a_stop_that_comes_while_the_text_is_claimed_counts(now: FixedClock) -> None:
    group = await due_texts(now)
    gateway = LedgerGateway()
    ask = reminders.ask

    async def ask_once_stopped(keys: Any) -> Any:
        await blocks.block(hash_of(drama_number(700)), BlockCause.STOP)
        return await ask(keys)

    await sending.dispatch(desk_of(gateway, ask=ask_once_stopped))

    assert gateway.ledger == []
    assert await states_of(group) == [("held", "opted_out")]


@pytest.mark.parametrize(
    ("details", "seconds"),
    [
        ({"error_code": 20429, "http_status": 429}, 1),
        ({"error_code": 20429, "http_status": 429, "retry_after_seconds": 40}, 40),
        ({"error_code": 20429, "http_status": 429, "retry_after_seconds": 0}, 1),
        ({"error_code": 21611, "http_status": 400}, 600),
        ({"http_status": 503}, 1),
    ],
)
async def test_a_busy_provider_is_left_alone_for_as_long_as_it_says(
    now: FixedClock, details: dict[str, int], seconds: int
) -> None:
    group = await due_texts(now)
    gateway = refusing(Verdict.BUSY, **details)
    await dispatch(gateway)
    assert await states_of(group) == [("queued", "provider_busy")]
    gateway.refusal = None

    now.advance(seconds=seconds - 1)
    assert await dispatch(gateway) == 0
    now.advance(seconds=1)

    assert await dispatch(gateway) == 1
    assert len(gateway.ledger) == 1


@pytest.mark.parametrize(("due_at", "waits_until"), [(DUE, 24), (FRIDAY - timedelta(hours=5), 3)])
async def test_a_daily_limit_waits_a_day_or_to_the_end_of_the_text_s_use_and_is_told(
    now: FixedClock, due_at: datetime, waits_until: int
) -> None:
    group = await due_texts(now)
    now.instant = due_at

    await dispatch(refusing(Verdict.BUSY, error_code=63038, http_status=429))

    row = (await messages_of(group))[0]
    assert (row["state"], row["send_after"]) == ("queued", due_at + timedelta(hours=waits_until))
    assert await alerts_open() == [("daily_limit", "63038", 63038)]


@pytest.mark.parametrize(
    ("details", "alert"),
    [
        ({"error_code": 20003, "http_status": 401}, ("account_refused", "20003", 20003)),
        ({"http_status": 403}, ("account_refused", "", 0)),
        ({}, ("account_refused", "", 0)),
        ({"error_code": 21606, "http_status": 400}, ("sender_refused", "21606", 21606)),
    ],
)
async def test_a_refused_account_or_sender_stops_sending_for_five_minutes_and_loses_no_text(
    now: FixedClock, details: dict[str, int], alert: tuple[str, str, int]
) -> None:
    group = await due_texts(now)
    gateway = refusing(Verdict.STOPPED, **details)
    await dispatch(gateway)
    other = await make_group()
    await make_rule(other)
    await make_meeting(other, FRIDAY)
    await make_member(other)
    now.instant = at("2026-06-10 13:00")
    await reminders.plan(SETTINGS)
    now.instant = DUE + timedelta(seconds=10)
    gateway.refusal = None

    assert await dispatch(gateway) == 0
    assert await alerts_open() == [alert]
    assert gateway.ledger == []
    assert await states_of(group) == [("queued", "sending_stopped")]
    now.instant = DUE + timedelta(seconds=300)

    await dispatch(gateway)

    assert [await states_of(one) for one in (group, other)] == [[("accepted", "")]] * 2


async def test_a_text_that_never_gets_through_is_given_up_after_six_tries_and_shown(
    now: FixedClock,
) -> None:
    group = await due_texts(now)
    tries = 0
    while (await states_of(group))[0][0] == "queued" or not tries:
        tries += 1
        await dispatch(LedgerGateway("not_sent"))
        now.instant = max(clock.now(), (await messages_of(group))[0]["send_after"])

    assert tries == 6
    assert await states_of(group) == [("expired", "provider_fault")]
    assert clock.now() - DUE < timedelta(minutes=45)


async def test_an_outage_leaves_few_texts_unknown_and_rests(now: FixedClock) -> None:
    """Each further try into the dark would be one more text for a person to settle."""
    group = await due_texts(now, people=40)
    gateway = LedgerGateway("unknown")

    await dispatch(gateway)
    await dispatch(gateway)

    assert len(gateway.ledger) <= MOST_AT_ONCE
    states = [state for state, _ in await states_of(group)]
    assert states.count("unknown") == len(gateway.ledger)
    assert states.count("queued") == 40 - len(gateway.ledger)
    now.advance(seconds=60)
    gateway.mood = "accepted"
    assert await dispatch(gateway) == 40 - states.count("unknown")


async def test_an_id_given_before_is_told(now: FixedClock) -> None:
    await due_texts(now, people=2)

    await dispatch(LedgerGateway("repeat_sid"))

    (found,) = await alerts_open()
    assert found[0] == "sid_used_twice"


async def test_another_breach_while_recording_is_not_swallowed(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due_texts(now)

    async def breaks(*_: object, **__: object) -> None:
        await Message.update({"state": "lost"}, force=True)

    monkeypatch.setattr(alerts, "raise_alert", breaks)

    with pytest.raises(Exception, match="message_state_is_known"):
        await dispatch(refusing(Verdict.STOPPED))


async def test_how_many_parts_and_through_whom_is_kept(now: FixedClock) -> None:
    group = await due_texts(now)

    await dispatch(LedgerGateway())

    row = (await messages_of(group))[0]
    attempt = await Attempt.select().first()
    assert attempt is not None
    assert (row["segments"], attempt["sender"]) == (1, "Notice")
    assert len(await path_of(row["id"])) == 5
