"""Texts in doubt and receipts that never came: what the provider's own records say of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from core import clock
from core.scope import Side
from messaging.domain.receipts import Receipt
from messaging.domain.terms import AlertKind, MessageState
from messaging.gateways.base import Sent
from messaging.services import receipts, reconciling
from messaging.tables import Message, MessagingAlert
from tests.factories_texts import (
    BODY,
    Given,
    attempt_row,
    made_up_sid,
    make_attempt,
    make_text,
    moves_of,
    state_of,
)
from tests.fakes import FixedClock
from tests.fakes_records import SENDER, RecordsGateway

pytestmark = pytest.mark.usefixtures("db")

S = MessageState


async def in_doubt(side: Side = Side.PERPETRATOR, **more: Any) -> Given:
    return await make_text(S.UNKNOWN, side=side, sid=None, **more)


def record(text: Given, **changes: Any) -> Sent:
    """The text as the provider has it."""
    values: dict[str, Any] = {
        "sid": text.sid or made_up_sid(),
        "to": text.number,
        "sender": SENDER,
        "body": BODY,
        "status": "queued",
        "error_code": 0,
        "created_at": clock.now() + timedelta(seconds=2),
    }
    return Sent(**{**values, **changes})


async def alert_kinds() -> list[str]:
    return [row["kind"] for row in await MessagingAlert.select().order_by(MessagingAlert.id)]


async def test_w5_a_text_that_the_list_shows_was_sent() -> None:
    text = await in_doubt()
    found = record(text, status="delivered")

    await reconciling.reconcile(RecordsGateway(found))

    assert await moves_of(text) == ["accepted", "delivered"]
    assert (await attempt_row(text))["provider_sid"] == found.sid


@pytest.mark.parametrize(
    "other",
    [
        {"body": "Reminder: your appointment is on Fri 12 Jun at 18:31."},
        {"sender": "+447700900998"},
        {"created_at": datetime.fromisoformat("2026-06-10T11:58:59Z")},
        {"created_at": datetime.fromisoformat("2026-06-10T12:03:01Z")},
    ],
)
async def test_another_text_to_the_same_number_is_no_proof(other: dict[str, Any]) -> None:
    text = await in_doubt()

    await reconciling.reconcile(RecordsGateway(record(text, **other)))

    assert await state_of(text) == ("unknown", "")
    assert (await attempt_row(text))["looked_at"] == clock.now()


async def test_what_another_try_has_become_is_no_proof() -> None:
    taken = await make_text()
    text = await in_doubt(number=taken.number)

    await reconciling.reconcile(RecordsGateway(record(text, sid=taken.sid)))

    assert (await state_of(text))[0] == "unknown"


async def test_a_text_that_was_sent_twice_is_told_of() -> None:
    text = await in_doubt()
    first, second = record(text), record(text, created_at=clock.now() + timedelta(seconds=9))

    await reconciling.reconcile(RecordsGateway(second, first))

    assert await state_of(text) == ("accepted", "found")
    assert (await attempt_row(text))["provider_sid"] == first.sid
    assert await alert_kinds() == [AlertKind.SENT_TWICE.value]


async def look_twice(
    gateway: RecordsGateway, now: FixedClock, *, minutes_later: float = 15
) -> None:
    await reconciling.reconcile(gateway)
    now.advance(minutes=minutes_later)
    await reconciling.reconcile(gateway)


async def test_w3_a_text_that_is_proved_absent_is_queued_again(now: FixedClock) -> None:
    text = await in_doubt()

    await look_twice(RecordsGateway(), now)

    assert await state_of(text) == ("queued", "proved_absent")
    assert await moves_of(text) == ["queued"]


async def test_that_one_try_is_absent_says_nothing_of_the_next(now: FixedClock) -> None:
    """Another process was quicker, and what it sent again is in doubt by now too."""
    text = await in_doubt()
    gateway = SlowGateway(text)
    await reconciling.reconcile(gateway)
    now.advance(minutes=15)
    gateway.is_overtaken = True

    await reconciling.reconcile(gateway)

    assert await state_of(text) == ("unknown", "")
    assert await moves_of(text) == []


class SlowGateway(RecordsGateway):
    """Answers so late that another process has tried the text once more meanwhile."""

    def __init__(self, text: Given) -> None:
        super().__init__()
        self.text = text
        self.is_overtaken = False

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Sent]:
        found = await super().sent_to(number, since=since)
        if self.is_overtaken:
            await make_attempt(self.text.id, 2, sid=None, started_at=clock.now())
            await Message.update({Message.attempt_number: 2}, force=True).where(
                Message.id == self.text.id
            )
        return found


async def test_the_age_of_a_first_try_does_not_end_the_wait_for_the_second(
    now: FixedClock,
) -> None:
    text = await make_text()
    now.advance(hours=71)
    await make_attempt(text.id, 2, sid=made_up_sid(), started_at=clock.now())
    await Message.update({Message.attempt_number: 2}, force=True).where(Message.id == text.id)
    now.advance(hours=1)

    await reconciling.reconcile(RecordsGateway())

    assert (await state_of(text))[0] == "accepted"


async def test_a_second_look_that_is_too_early_proves_nothing(now: FixedClock) -> None:
    text = await in_doubt()

    await look_twice(RecordsGateway(), now, minutes_later=14)

    assert (await state_of(text))[0] == "unknown"


async def test_a_text_that_the_list_shows_late_is_not_sent_again(now: FixedClock) -> None:
    """List lag: the first look misses it, and the fifteen minutes save it."""
    text = await in_doubt()
    found = record(text)
    gateway = RecordsGateway(found)
    gateway.missing.add(found.sid)
    await reconciling.reconcile(gateway)
    gateway.missing.clear()
    now.advance(minutes=15)

    await reconciling.reconcile(gateway)

    assert await state_of(text) == ("accepted", "found")


async def test_a_text_that_is_absent_and_of_no_use_any_more_expires(now: FixedClock) -> None:
    text = await in_doubt(minutes_left=10)

    await look_twice(RecordsGateway(), now)

    assert await state_of(text) == ("expired", "past")


async def test_a_survivors_text_goes_to_a_person_instead(now: FixedClock) -> None:
    text = await in_doubt(Side.SURVIVOR)

    await look_twice(RecordsGateway(), now)

    assert await state_of(text) == ("unresolved", "no_answer")


async def test_a_text_to_staff_goes_to_a_person_too(now: FixedClock) -> None:
    text = await in_doubt()
    staff = {Message.side: None, Message.cohort: None, Message.programme: None}
    await Message.update(staff, force=True)

    await look_twice(RecordsGateway(), now)

    assert await state_of(text) == ("unresolved", "no_answer")


async def test_the_list_of_another_sender_proves_nothing(now: FixedClock) -> None:
    text = await in_doubt(sender="+447700900111")

    await look_twice(RecordsGateway(), now)

    assert (await state_of(text))[0] == "unresolved"


async def test_a_text_whose_number_is_kept_no_more_goes_to_a_person() -> None:
    text = await in_doubt()
    await Message.update({Message.number: None}, force=True)
    gateway = RecordsGateway()

    await reconciling.reconcile(gateway)

    assert (await state_of(text))[0] == "unresolved"
    assert gateway.asked == 0


async def test_w5_a_receipt_between_the_looks_settles_it(now: FixedClock) -> None:
    text = await in_doubt()
    gateway = RecordsGateway()
    await reconciling.reconcile(gateway)
    await receipts.apply(text.attempt_id, Receipt(made_up_sid(), "sent"))
    now.advance(minutes=15)

    await reconciling.reconcile(gateway)

    assert await moves_of(text) == ["accepted", "sent"]


async def test_while_the_provider_is_out_of_reach_nothing_changes(now: FixedClock) -> None:
    doubtful, silent = await in_doubt(), await make_text()
    gateway = RecordsGateway()
    gateway.down = True
    now.advance(hours=80)

    await look_twice(gateway, now)

    assert (await state_of(doubtful))[0] == "unknown"
    assert (await state_of(silent))[0] == "accepted"
    assert (await attempt_row(doubtful))["looked_at"] is None


async def test_a_provider_that_is_out_of_reach_is_left_alone_after_a_few_failures() -> None:
    for _ in range(5):
        await in_doubt()
    gateway = RecordsGateway()
    gateway.down = True

    assert await reconciling.reconcile(gateway) == 0
    assert gateway.asked == 3


async def test_a_text_that_the_provider_cannot_be_asked_about_keeps_no_other(
    now: FixedClock,
) -> None:
    stuck, other, silent = await in_doubt(), await in_doubt(), await make_text()
    gateway = RecordsGateway(record(other), record(silent, status="delivered"))
    gateway.stubborn.add(stuck.number)
    now.advance(minutes=30)

    assert await reconciling.reconcile(gateway) == 2

    assert [(await state_of(one))[0] for one in (stuck, other, silent)] == [
        "unknown", "accepted", "delivered",
    ]  # fmt: skip


async def test_w8_a_lost_receipt_is_fetched_after_half_an_hour(now: FixedClock) -> None:
    text = await make_text()
    gateway = RecordsGateway(record(text, status="delivered"))
    now.advance(minutes=29)
    await reconciling.reconcile(gateway)
    assert (await state_of(text))[0] == "accepted"
    now.advance(minutes=1)

    await reconciling.reconcile(gateway)

    assert await state_of(text) == ("delivered", "")


async def test_w8_what_has_no_news_is_asked_about_each_hour(now: FixedClock) -> None:
    text = await make_text()
    gateway = RecordsGateway(record(text, status="sent"))
    now.advance(minutes=30)
    for minutes in (0, 30, 29, 1, 60):
        now.advance(minutes=minutes)
        await reconciling.reconcile(gateway)

    assert gateway.asked == 3
    assert await state_of(text) == ("sent", "")


@pytest.mark.parametrize("known", [True, False])
async def test_after_72_hours_without_a_word_there_is_no_receipt(
    now: FixedClock, *, known: bool
) -> None:
    text = await make_text()
    gateway = RecordsGateway(*([record(text, status="sent")] if known else []))
    now.advance(hours=71)
    await reconciling.reconcile(gateway)
    early = (await state_of(text))[0]
    now.advance(hours=1)

    await reconciling.reconcile(gateway)

    assert early == ("sent" if known else "accepted")
    assert await state_of(text) == ("no_receipt", "no_receipt")
    await receipts.apply(text.attempt_id, Receipt(text.sid, "delivered"))
    assert (await state_of(text))[0] == "delivered"


@pytest.mark.parametrize("sender", ["console", ""])
async def test_a_text_that_was_shown_on_the_console_has_no_receipts(
    now: FixedClock, sender: str
) -> None:
    text = await make_text(sender=sender)
    gateway = RecordsGateway()
    now.advance(days=9)

    await reconciling.reconcile(gateway)

    assert (await state_of(text))[0] == "accepted"
    assert gateway.asked == 0


async def test_what_a_colleague_found_out_is_not_asked_about(now: FixedClock) -> None:
    """They rang; there is no id that the provider could be asked about."""
    text = await make_text(sid=None)
    gateway = RecordsGateway()
    now.advance(days=9)

    await reconciling.reconcile(gateway)

    assert (await state_of(text))[0] == "accepted"
    assert gateway.asked == 0


async def test_one_tick_asks_about_so_many_and_those_longest_unasked_come_first(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "_MOST_CHECKS", 2)
    texts = [await make_text() for _ in range(3)]
    gateway = RecordsGateway(*(record(text, status="delivered") for text in texts))
    now.advance(minutes=30)

    assert await reconciling.reconcile(gateway) == 2
    assert await reconciling.reconcile(gateway) == 1
    assert [(await state_of(text))[0] for text in texts] == ["delivered"] * 3
