"""M7, M8, M9, G2: texts that come in, what they change and what they do not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from core import clock, database
from core.scope import Side
from core.tables import AuditEvent
from messaging.domain.states import UNSENT
from messaging.domain.terms import MessageState
from messaging.tables import InboundMessage, Message, MessageEvent, NumberBlock
from programmes.tables import Enrolment, Participant, SafeContact
from tests.factories_messaging import drama_number, make_group, make_member
from tests.factories_replies import (
    INBOUND,
    call,
    fields_of,
    hash_of,
    make_text,
    twilio_app,
)
from tests.factories_training import make_staff
from tests.fakes import FixedClock
from tests.statements import counted
from training.tables import Staff

THEIRS = drama_number(801)
APP: list[Litestar] = []
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture
async def twilio(db: None, now: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever calls an installation that sends through Twilio; it is built once."""
    if not APP:
        APP.append(twilio_app())
    clock.use(now)
    transport = httpx.ASGITransport(app=APP[0], raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def give_number(staff_id: UUID, number: str) -> None:
    await Staff.update({Staff.number: number}).where(Staff.id == staff_id)


async def received() -> list[dict[str, Any]]:
    return await InboundMessage.select().order_by(InboundMessage.id)


async def states() -> dict[UUID, tuple[str, str]]:
    rows = await Message.select()
    return {row["id"]: (row["state"], row["state_reason"]) for row in rows}


async def test_a_text_is_written_down_once_and_answered_with_nothing(
    twilio: httpx.AsyncClient,
) -> None:
    fields = fields_of(THEIRS, "Running late")

    first = await call(twilio, fields)
    again = await call(twilio, fields)

    for response in (first, again):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/xml")
        assert response.text.endswith("<Response/>")
    (row,) = await received()
    assert (row["provider_sid"], row["body"]) == (fields["MessageSid"], "Running late")
    assert (row["kind"], row["handled_at"]) == ("other", None)


async def test_the_same_text_twice_at_once_is_written_down_once(twilio: httpx.AsyncClient) -> None:
    fields = fields_of(THEIRS, "STOP")

    answers = await asyncio.gather(*(call(twilio, fields) for _ in range(5)))

    assert {response.status_code for response in answers} == {200}
    assert len(await received()) == 1
    assert len(await NumberBlock.select()) == 1


@pytest.mark.parametrize("signature", ["", "AAAA", "é"])
async def test_what_twilio_did_not_sign_is_refused(
    twilio: httpx.AsyncClient, signature: str
) -> None:
    fields = fields_of(THEIRS, "STOP")
    if not signature.isascii():
        response = await twilio.post(INBOUND, data=fields, headers={"X-Twilio-Signature": b"\xe9"})
    else:
        response = await call(twilio, fields, signature=signature)

    assert (response.status_code, await received()) == (403, [])


@pytest.mark.parametrize(
    "changed", [{"AccountSid": "AC" + "1" * 32}, {"To": drama_number(777)}, {"To": ""}]
)
async def test_a_text_to_another_account_or_number_is_refused(
    twilio: httpx.AsyncClient, changed: dict[str, str]
) -> None:
    response = await call(twilio, fields_of(THEIRS, "STOP", **changed))

    assert (response.status_code, await received()) == (403, [])


async def test_where_texts_do_not_go_through_twilio_there_is_no_such_address(
    client: httpx.AsyncClient,
) -> None:
    assert (await call(client, fields_of(THEIRS, "STOP"))).status_code == 404


@pytest.mark.parametrize("changed", [{"MessageSid": ""}, {"MessageSid": "S" * 41}, {"From": ""}])
async def test_what_names_no_text_is_let_go(
    twilio: httpx.AsyncClient, changed: dict[str, str]
) -> None:
    response = await call(twilio, {**fields_of(THEIRS, "STOP"), **changed})

    assert (response.status_code, await received()) == (200, [])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_TEXTS, _TEXTS)
async def test_no_text_whatever_it_holds_is_an_error(
    twilio: httpx.AsyncClient, body: str, number: str
) -> None:
    response = await call(twilio, fields_of(number, body))

    assert response.status_code == 200


async def test_m7_stop_ends_every_waiting_text_of_everybody_on_the_number(
    twilio: httpx.AsyncClient,
) -> None:
    """Two people of both sides, a text in each state; what has left stays as it was."""
    groups = [await make_group(side) for side in Side]
    people = [(await make_member(group, number=THEIRS))[0] for group in groups]
    waiting = [
        await make_text(group, person, state=state)
        for group, person in zip(groups, people, strict=True)
        for state in sorted(UNSENT)
    ]
    sent = await make_text(groups[0], people[0], state=MessageState.SENT, number=THEIRS)
    other, _ = await make_member(groups[0])
    untouched = await make_text(groups[0], other)

    await call(twilio, fields_of(THEIRS, "Stop please"))

    found = await states()
    assert {found[id] for id in waiting} == {("held", "opted_out")}
    assert (found[sent][0], found[untouched][0]) == ("sent", "queued")
    events = await MessageEvent.select().where(MessageEvent.new_state == "held")
    assert {event["message"] for event in events} == set(waiting)
    (block,) = await NumberBlock.select()
    assert (block["to_hash"], block["cause"]) == (hash_of(THEIRS), "stop")


async def test_m7_stop_changes_no_place_no_mark_and_no_safe_contact(
    twilio: httpx.AsyncClient,
) -> None:
    group = await make_group()
    await make_member(group, number=THEIRS)
    before = (await SafeContact.select(), await Enrolment.select(), await Participant.select())

    for body in ("STOP", "2", "START", "my number is 07700 900999 now"):
        await call(twilio, fields_of(THEIRS, body))

    after = (await SafeContact.select(), await Enrolment.select(), await Participant.select())
    assert after == before


async def test_m7_start_is_for_a_person_and_lifts_nothing(twilio: httpx.AsyncClient) -> None:
    group = await make_group()
    await make_member(group, number=THEIRS)
    await call(twilio, fields_of(THEIRS, "STOP"))

    await call(twilio, fields_of(THEIRS, "START"))

    (block,) = await NumberBlock.select()
    assert block["lifted_at"] is None
    assert [(row["kind"], row["handled_at"]) for row in await received()] == [
        ("stop", None), ("start", None),
    ]  # fmt: skip


@pytest.mark.parametrize(("body", "answer"), [("1", "coming"), (" 2 ", "cannot")])
async def test_a_digit_answers_the_one_question_that_waits(
    twilio: httpx.AsyncClient, body: str, answer: str
) -> None:
    group = await make_group()
    person, _ = await make_member(group, number=THEIRS)
    asked = await make_text(group, person, state=MessageState.DELIVERED, number=THEIRS, asks=True)

    await call(twilio, fields_of(THEIRS, body))
    await call(twilio, fields_of(THEIRS, "2"))

    (row,) = await Message.select().where(Message.id == asked)
    assert (row["answer"], row["state"]) == (answer, "delivered")
    first, second = await received()
    assert (first["kind"], first["message"]) == (answer, asked)
    assert (second["kind"], second["message"]) == ("other", None)
    assert (first["handled_at"] is not None) == (answer == "coming")


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [{"asks": False}],
        [{"asks": True}, {"asks": True}],
        [{"asks": True, "sent_hours_ago": 72.1}],
        [{"asks": True, "state": MessageState.UNDELIVERED}],
        [{"asks": True, "state": MessageState.QUEUED}],
    ],
)
async def test_without_just_one_question_a_digit_is_for_a_person(
    twilio: httpx.AsyncClient, questions: list[dict[str, Any]]
) -> None:
    group = await make_group()
    person, _ = await make_member(group, number=THEIRS)
    for question in questions:
        how = {"state": MessageState.DELIVERED, **question}
        await make_text(group, person, number=THEIRS, **how)

    await call(twilio, fields_of(THEIRS, "1"))

    (row,) = await received()
    assert (row["kind"], row["message"], row["participant"]) == ("other", None, person)
    assert {text["answer"] for text in await Message.select()} <= {None}


async def test_a_question_to_who_had_the_number_before_is_not_answered(
    twilio: httpx.AsyncClient,
) -> None:
    group = await make_group()
    former, _ = await make_member(group)
    asked = await make_text(group, former, state=MessageState.SENT, number=THEIRS, asks=True)
    await make_member(group, number=THEIRS)

    await call(twilio, fields_of(THEIRS, "1"))

    (row,) = await Message.select().where(Message.id == asked)
    assert row["answer"] is None


async def test_m8_a_reply_sends_nothing_and_changes_nothing(twilio: httpx.AsyncClient) -> None:
    """Only the text itself is written: no message, no event, no change to anybody."""
    group = await make_group()
    person, _ = await make_member(group, number=THEIRS)
    await make_text(group, person)
    tables = (Message, MessageEvent, SafeContact, Participant, Enrolment, NumberBlock, AuditEvent)
    before = [await table.select() for table in tables]

    await call(twilio, fields_of(THEIRS, "help he is here"))

    assert [await table.select() for table in tables] == before
    (row,) = await received()
    assert (row["participant"], row["cohort"], row["side"]) == (person, group.cohort_id, "survivor")
    assert row["risky"] in (True, 1)


async def test_m9_of_a_shared_or_unknown_number_nobody_is_named(twilio: httpx.AsyncClient) -> None:
    group, other = await make_group(), await make_group(Side.PERPETRATOR)
    person, _ = await make_member(group, number=THEIRS)
    asked = await make_text(group, person, state=MessageState.SENT, number=THEIRS, asks=True)
    await make_member(other, number=THEIRS)
    await give_number(await make_staff(), drama_number(803))

    for number in (THEIRS, drama_number(802), drama_number(803), "+1", "Somebody"):
        await call(twilio, fields_of(number, "1"))

    rows = await received()
    assert {(row["participant"], row["side"], row["cohort"]) for row in rows} == {(None,) * 3}
    assert {row["kind"] for row in rows} == {"other"}
    (row,) = await Message.select().where(Message.id == asked)
    assert row["answer"] is None


async def test_m9_a_number_shared_within_an_organisation_stays_in_it(
    twilio: httpx.AsyncClient,
) -> None:
    group = await make_group()
    for _ in range(2):
        await make_member(group, number=THEIRS)

    await call(twilio, fields_of(THEIRS, "hello"))

    (row,) = await received()
    assert (row["participant"], row["organisation"]) == (None, group.organisation_id)


async def test_a_number_of_staff_and_of_a_participant_is_nobodys(twilio: httpx.AsyncClient) -> None:
    group = await make_group()
    await make_member(group, number=THEIRS)
    await give_number(await make_staff(), THEIRS)

    await call(twilio, fields_of(THEIRS, "hello"))

    (row,) = await received()
    assert row["participant"] is None


async def test_a_text_takes_few_statements(
    twilio: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await make_group()
    person, _ = await make_member(group, number=THEIRS)
    for _ in range(5):
        await make_text(group, person)

    with counted(monkeypatch) as sent:
        await call(twilio, fields_of(THEIRS, "STOP"))

    assert len(sent) <= 14
    assert (await database.run("SELECT COUNT(*) AS n FROM inbound_messages"))[0]["n"] == 1
