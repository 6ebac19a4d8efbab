"""Receipts: late, shuffled, repeated, and what follows from a text that was lost."""

import asyncio
import random
from datetime import timedelta

import pytest

from core import clock
from core.scope import Side
from core.tables import AuditEvent
from messaging.domain.receipts import Receipt
from messaging.domain.terms import AlertKind, BlockCause, MessageState
from messaging.services import alerts, blocks, receipts
from messaging.tables import CallbackEvent, MessagingAlert, ReminderRule
from tests.factories_texts import (
    Given,
    attempt_row,
    made_up_sid,
    make_attempt,
    make_rule_of,
    make_text,
    message_row,
    moves_of,
    state_of,
)
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

S = MessageState


async def report(text: Given, status: str, error_code: int = 0, *, sid: str = "") -> None:
    await receipts.apply(text.attempt_id, Receipt(sid or text.sid, status, error_code))


async def open_alerts() -> list[tuple[str, str]]:
    rows = await MessagingAlert.select().order_by(MessagingAlert.id)
    return [(row["kind"], row["subject"]) for row in rows]


async def test_a_text_goes_from_accepted_to_delivered() -> None:
    text = await make_text()

    for status in ("queued", "sending", "sent", "delivered"):
        await report(text, status)

    assert await moves_of(text) == ["sent", "delivered"]
    assert (await attempt_row(text))["status"] == "delivered"


@pytest.mark.parametrize("seed", range(4))
async def test_shuffled_and_repeated_receipts_end_the_same(seed: int) -> None:
    text = await make_text()
    statuses = ["queued", "sending", "sent", "delivered"] * 2
    random.Random(seed).shuffle(statuses)  # noqa: S311 - not a secret

    for status in statuses:
        await report(text, status)

    assert await state_of(text) == ("delivered", "")
    assert (await attempt_row(text))["status"] == "delivered"
    assert await CallbackEvent.count() == 4
    assert await open_alerts() == []


async def test_two_who_bring_the_same_receipt_at_once_move_the_text_once() -> None:
    text = await make_text()

    await asyncio.gather(*(report(text, "delivered") for _ in range(4)))

    assert await moves_of(text) == ["delivered"]


async def test_a_second_final_status_changes_nothing_and_somebody_is_told_once() -> None:
    text = await make_text()
    await report(text, "delivered")

    await report(text, "undelivered", 30003)
    await report(text, "undelivered", 30003)

    assert await state_of(text) == ("delivered", "")
    rows = await MessagingAlert.select()
    assert [(row["kind"], row["subject"], row["times"]) for row in rows] == [
        (AlertKind.STATUS_CONFLICT.value, str(text.id), 1)
    ]


@pytest.mark.parametrize("state", [S.SUBMITTING, S.UNKNOWN, S.UNRESOLVED])
async def test_w7_a_receipt_before_the_answer_proves_that_the_text_was_taken(state: S) -> None:
    text = await make_text(state, sid=None)
    sid = made_up_sid()

    await report(text, "delivered", sid=sid)

    assert await moves_of(text) == ["accepted", "delivered"]
    assert (await attempt_row(text))["provider_sid"] == sid


async def test_w7_a_receipt_under_another_id_than_the_answers_is_an_alarm() -> None:
    text = await make_text()

    await report(text, "delivered", sid=made_up_sid())

    assert await state_of(text) == ("accepted", "")
    assert await open_alerts() == [(AlertKind.SID_USED_TWICE.value, str(text.id))]


async def test_an_id_that_another_text_has_is_an_alarm_and_changes_nothing() -> None:
    first = await make_text()
    second = await make_text(S.UNKNOWN, sid=None)

    await report(second, "delivered", sid=first.sid)

    assert await state_of(second) == ("unknown", "")
    assert (await attempt_row(second))["provider_sid"] is None
    assert await open_alerts() == [(AlertKind.SID_USED_TWICE.value, str(second.id))]


async def test_a_phone_that_was_off_is_tried_once_more_half_an_hour_later() -> None:
    text = await make_text()

    await report(text, "undelivered", 30003)

    row = await message_row(text)
    assert await moves_of(text) == ["undelivered", "queued"]
    assert row["send_after"] == clock.now() + timedelta(minutes=30)
    assert (row["state_reason"], row["claim_token"]) == ("tried_again", None)


async def test_a_text_that_is_lost_twice_is_not_tried_a_third_time() -> None:
    text = await make_text(attempt_number=2)
    await make_attempt(text.id, 1, sid=made_up_sid(), started_at=clock.now(), status="undelivered")

    await report(text, "undelivered", 30008)

    assert await state_of(text) == ("undelivered", "unreachable")


async def test_a_try_that_never_reached_the_network_does_not_count_as_the_first() -> None:
    text = await make_text(attempt_number=2)
    await make_attempt(text.id, 1, sid=None, started_at=clock.now())

    await report(text, "undelivered", 30008)

    assert (await state_of(text))[0] == "queued"


async def test_a_text_is_not_tried_again_when_no_time_is_left() -> None:
    text = await make_text(minutes_left=30)

    await report(text, "undelivered", 30003)

    assert await state_of(text) == ("undelivered", "unreachable")


async def test_a_late_delivery_takes_back_the_second_try_that_waits() -> None:
    text = await make_text()
    await report(text, "undelivered", 30003)

    await report(text, "delivered")

    assert await state_of(text) == ("accepted", "found")
    assert await open_alerts() == [(AlertKind.STATUS_CONFLICT.value, str(text.id))]


async def test_a_first_try_that_was_given_up_and_turns_up_beside_a_second_is_an_alarm() -> None:
    text = await make_text(attempt_number=2)
    _, first = await make_attempt(text.id, 1, sid=None, started_at=clock.now())

    await receipts.apply(first, Receipt(made_up_sid(), "delivered"))

    assert await state_of(text) == ("delivered", "")
    assert await open_alerts() == [(AlertKind.SENT_TWICE.value, str(text.id))]


@pytest.mark.parametrize("code", [30005, 30006])
async def test_m12_a_permanent_failure_invalidates_the_number_at_once(code: int) -> None:
    text = await make_text()
    to_hash = (await message_row(text))["to_hash"]

    await report(text, "undelivered", code)

    assert await state_of(text) == ("undelivered", "bad_number")
    assert await blocks.causes_of([to_hash]) == {to_hash: {BlockCause.BAD_NUMBER}}


async def test_a_loss_after_the_number_was_forgotten_blocks_nothing() -> None:
    text = await make_text()
    await receipts.database.run("UPDATE messages SET to_hash = '', number = NULL")

    await report(text, "undelivered", 30005)

    assert await state_of(text) == ("undelivered", "bad_number")
    assert await blocks.causes_of([""]) == {}


async def test_an_account_that_may_not_send_there_is_told_of_once() -> None:
    await report(await make_text(), "failed", 30034)
    await report(await make_text(), "failed", 30034)

    assert await open_alerts() == [(AlertKind.REGION_REFUSED.value, "30034")]


async def is_on(text: Given) -> bool:
    rows = await ReminderRule.select().where(ReminderRule.id == text.rule_id)
    return bool(rows[0]["active"])


async def filtered(number: int, rule: ReminderRule) -> list[Given]:
    texts = [await make_text(side=Side(rule.side), rule=rule) for _ in range(number)]
    for text in texts:
        await report(text, "undelivered", 30007)
    return texts


async def test_a_wording_that_is_filtered_for_three_people_stops_with_its_rules() -> None:
    rule = await make_rule_of(Side.SURVIVOR)
    sister = await make_text(rule=await make_rule_of(Side.SURVIVOR, rule.template))
    other = await make_text()
    texts = await filtered(2, rule)
    assert await is_on(texts[0])

    texts = await filtered(1, rule)

    assert [await is_on(text) for text in (texts[0], sister, other)] == [False, False, True]
    assert await open_alerts() == [(AlertKind.FILTERED.value, str(rule.template))]
    events = await AuditEvent.select().where(AuditEvent.action == "reminder_rule_switched_off")
    assert {event["subject"] for event in events} == {rule.id, sister.rule_id}


async def test_what_was_filtered_before_somebody_looked_into_it_no_longer_counts(
    now: FixedClock,
) -> None:
    rule = await make_rule_of(Side.SURVIVOR)
    await filtered(3, rule)
    now.advance(minutes=5)
    await MessagingAlert.update({MessagingAlert.settled_at: clock.now()}, force=True)
    await ReminderRule.update({ReminderRule.active: True}, force=True)
    now.advance(minutes=5)

    texts = await filtered(2, rule)
    assert await is_on(texts[0])

    await filtered(1, rule)
    assert not await is_on(texts[0])


async def test_what_was_filtered_long_ago_no_longer_counts(now: FixedClock) -> None:
    rule = await make_rule_of(Side.SURVIVOR)
    await filtered(2, rule)
    now.advance(days=8)

    texts = await filtered(1, rule)

    assert await is_on(texts[0])


async def test_a_token_leads_to_its_try_and_no_other_does() -> None:
    text = await make_text()

    found = await receipts.tried(text.token)

    assert found
    assert found.attempt_id == text.attempt_id
    assert found.to_hash == (await message_row(text))["to_hash"]
    assert await receipts.tried("another") is None


async def test_a_fault_that_is_no_second_use_of_an_id_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = await make_text()

    async def broken(*_: object, **__: object) -> None:
        await receipts.database.run("UPDATE messages SET state = 'nowhere' WHERE id = {}", text.id)

    monkeypatch.setattr(alerts, "raise_alert", broken)

    with pytest.raises(receipts.database.INTEGRITY_ERRORS):
        await report(text, "delivered", sid=made_up_sid())
