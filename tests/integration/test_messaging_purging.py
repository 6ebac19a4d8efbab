"""M15: numbers and words are emptied on their day, here and at the provider."""

import pytest

from core import clock, database
from core.ids import new_id
from core.scope import Side
from core.tables import AuditEvent
from messaging.domain.terms import MessageState, ReplyKind
from messaging.gateways.base import Sent
from messaging.services import purging
from messaging.tables import InboundMessage
from tests.factories_texts import BODY, Given, attempt_row, make_text, message_row, state_of
from tests.fakes import FixedClock
from tests.fakes_records import SENDER, RecordsGateway

pytestmark = pytest.mark.usefixtures("db")

S = MessageState


async def make_reply(participant: object = None) -> InboundMessage:
    row = InboundMessage(
        provider_sid=f"SM{new_id().hex}", number="+447700900123", to_hash="f" * 64,
        body="I cannot come", received_at=clock.now(), kind=ReplyKind.OTHER,
        participant=participant, side=Side.SURVIVOR if participant else None,
    )  # fmt: skip
    await row.save()
    return row


async def reply_row(reply: InboundMessage) -> dict[str, object]:
    return dict((await InboundMessage.select().where(InboundMessage.id == reply.id))[0])


async def is_empty(text: Given) -> bool:
    row = await message_row(text)
    return (row["number"], row["to_hash"], row["body"], row["variables"]) == (None, "", None, "{}")


async def test_m15_thirty_days_after_its_last_move_a_text_holds_no_number_and_no_words(
    now: FixedClock,
) -> None:
    text = await make_text(S.DELIVERED)
    now.advance(days=30)
    assert await purging.purge(on_hold=frozenset()) == 0
    assert not await is_empty(text)
    now.advance(seconds=1)

    assert await purging.purge(on_hold=frozenset()) == 1

    assert await is_empty(text)
    assert await state_of(text) == ("delivered", "")
    assert await purging.purge(on_hold=frozenset()) == 0


@pytest.mark.parametrize("state", sorted(S))
async def test_m15_nothing_is_emptied_that_may_still_be_sent_or_looked_for(
    now: FixedClock, state: S
) -> None:
    text = await make_text(state)
    now.advance(days=40)

    await purging.purge(on_hold=frozenset())

    still_needed = {S.PLANNED, S.HELD, S.QUEUED, S.CLAIMED, S.SUBMITTING, S.UNKNOWN}
    assert await is_empty(text) is (state not in still_needed)


async def test_m15_a_text_that_never_left_loses_what_it_would_have_said(now: FixedClock) -> None:
    text = await make_text(S.CANCELLED)
    await database.run("UPDATE messages SET number = NULL, to_hash = '', body = NULL")
    now.advance(days=31)

    assert await purging.purge(on_hold=frozenset()) == 1
    assert await is_empty(text)


async def test_m15_thirty_days_later_a_reply_holds_no_number_and_no_words(
    now: FixedClock,
) -> None:
    reply = await make_reply()
    now.advance(days=30)
    assert await purging.purge(on_hold=frozenset()) == 0
    now.advance(seconds=1)

    assert await purging.purge(on_hold=frozenset()) == 1

    row = await reply_row(reply)
    assert (row["number"], row["to_hash"], row["body"]) == ("", "", "")
    assert row["kind"] == "other"


async def test_d13_a_legal_hold_keeps_the_texts_of_a_person(now: FixedClock) -> None:
    held, other = await make_text(S.DELIVERED), await make_text(S.DELIVERED)
    reply, unknown = await make_reply(held.recipient_id), await make_reply()
    now.advance(days=31)
    on_hold = frozenset({held.recipient_id})
    before = await purging.past(on_hold=on_hold)

    assert await purging.purge(on_hold=on_hold) == 2

    assert (before.due, before.on_hold) == (2, 2)
    assert before.oldest_at is not None
    assert [await is_empty(text) for text in (held, other)] == [False, True]
    assert [(await reply_row(one))["body"] for one in (reply, unknown)] == ["I cannot come", ""]
    assert (await purging.past(on_hold=on_hold)).due == 0
    assert (await purging.past(on_hold=on_hold)).oldest_at is None


async def test_d11_a_purge_leaves_one_event_with_how_many_and_an_idle_one_leaves_none(
    now: FixedClock,
) -> None:
    await make_text(S.DELIVERED)
    await make_reply()
    now.advance(days=31)

    for _ in range(2):
        await purging.purge(on_hold=frozenset())

    events = await AuditEvent.select().where(AuditEvent.action == "texts_purged")
    assert [event["after"] for event in events] == ['{"replies": 1, "texts": 1}']


def copy_of(text: Given) -> Sent:
    return Sent(text.sid, text.number, SENDER, BODY, "delivered", 0, clock.now())


async def test_m15_a_day_after_its_end_the_providers_copy_is_emptied(now: FixedClock) -> None:
    text = await make_text(S.DELIVERED)
    gateway = RecordsGateway(copy_of(text))
    now.advance(hours=24)
    assert await purging.redact(gateway) == 0
    now.advance(seconds=1)

    assert await purging.redact(gateway) == 1

    assert [one.body for one in gateway.records] == [""]
    assert (await attempt_row(text))["redacted_at"] == clock.now()
    assert await purging.redact(gateway) == 0


@pytest.mark.parametrize("state", sorted(S))
async def test_m15_no_copy_of_a_text_under_way_is_emptied(now: FixedClock, state: S) -> None:
    await make_text(state)
    gateway = RecordsGateway()
    now.advance(days=2)

    done = await purging.redact(gateway)

    ended = {
        S.DELIVERED, S.UNDELIVERED, S.FAILED, S.PROVIDER_CANCELLED, S.NO_RECEIPT, S.EXPIRED,
        S.REJECTED, S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED,
    }  # fmt: skip
    assert done == (1 if state in ended else 0)


@pytest.mark.parametrize("sender", ["console", ""])
async def test_what_the_console_showed_has_no_copy(now: FixedClock, sender: str) -> None:
    await make_text(S.DELIVERED, sender=sender)
    gateway = RecordsGateway()
    now.advance(days=2)

    assert await purging.redact(gateway) == 0
    assert gateway.asked == 0


async def test_a_copy_that_cannot_be_emptied_keeps_no_other_and_is_tried_again_later(
    now: FixedClock,
) -> None:
    stubborn, *others = [await make_text(S.DELIVERED) for _ in range(3)]
    gateway = RecordsGateway(*(copy_of(one) for one in (stubborn, *others)))
    gateway.stubborn.add(stubborn.sid)
    now.advance(days=2)
    await purging.redact(gateway)
    now.advance(hours=1, seconds=1)

    await purging.redact(gateway)

    bodies = {one.sid: one.body for one in gateway.records}
    assert bodies == {stubborn.sid: BODY, others[0].sid: "", others[1].sid: ""}
    gateway.stubborn.clear()
    now.advance(hours=1, seconds=1)
    assert await purging.redact(gateway) == 1


async def test_while_the_provider_is_out_of_reach_it_is_asked_once(now: FixedClock) -> None:
    for _ in range(3):
        await make_text(S.DELIVERED)
    gateway = RecordsGateway()
    gateway.down = True
    now.advance(days=2)

    assert await purging.redact(gateway) == 0
    assert gateway.asked == 1
