"""What Twilio calls to report on a text: signed or refused, never a 500, and few statements."""

import asyncio
import functools
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest
from httpx import AsyncClient
from litestar import Litestar
from twilio.request_validator import RequestValidator

from api.app import create_app
from core import clock, database
from core.scope import Side
from core.sms_settings import SmsSettings, TwilioSettings
from messaging.domain.terms import MessageState
from messaging.gateways.console import ConsoleGateway
from messaging.tables import CallbackEvent, Message
from tests.conftest import SETTINGS
from tests.factories_texts import Given, attempt_row, make_text, state_of
from tests.fakes import FixedClock
from tests.statements import counted

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "token-of-an-invented-account"
SENDERS = dict.fromkeys((*Side, None), "+447700900999")
TWILIO = replace(
    SETTINGS,
    public_url="https://tracker.example.org",
    sms=SmsSettings("twilio", TwilioSettings(ACCOUNT, TOKEN, SENDERS)),
)


@functools.cache
def served() -> Litestar:
    return create_app(TWILIO, clock.SystemClock(), ConsoleGateway())


def twilio_app(now: FixedClock) -> Litestar:
    """The application of that installation, built once, at the test's time."""
    app = served()
    clock.use(now)
    return app


@pytest.fixture
async def twilio(db: None, now: FixedClock) -> AsyncIterator[AsyncClient]:
    """Twilio's side of an installation that sends through it."""
    transport = httpx.ASGITransport(app=twilio_app(now), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.1") as http:
        yield http


def path_of(text: Given) -> str:
    return f"/webhooks/twilio/status/{text.token}"


def form(text: Given, **changes: str) -> dict[str, str]:
    return {
        "AccountSid": ACCOUNT, "To": text.number, "From": "+447700900999",
        "MessageSid": text.sid, "MessageStatus": "delivered", "RawDlrDoneDate": "2606111010",
        **changes,
    }  # fmt: skip


async def post(
    client: AsyncClient, path: str, fields: dict[str, str], *, url: str | None = None
) -> httpx.Response:
    """Post a form signed as Twilio does, for the public address unless another is given."""
    signature = RequestValidator(TOKEN).compute_signature(url or TWILIO.public_url + path, fields)
    return await client.post(path, data=fields, headers={"X-Twilio-Signature": signature})


async def test_a_signed_receipt_is_taken_in_and_answered_with_nothing(twilio: AsyncClient) -> None:
    text = await make_text()

    answer = await post(twilio, path_of(text), form(text))

    assert (answer.status_code, answer.content) == (204, b"")
    assert await state_of(text) == ("delivered", "")


async def test_a_repeated_receipt_changes_nothing(twilio: AsyncClient) -> None:
    text = await make_text()

    answers = [await post(twilio, path_of(text), form(text)) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert await CallbackEvent.count() == 1


async def test_w7_a_receipt_that_is_quicker_than_the_answer_proves_the_text(
    twilio: AsyncClient,
) -> None:
    text = await make_text(MessageState.SUBMITTING, sid=None)
    sid = "SM" + "a" * 32

    await post(twilio, path_of(text), form(text, MessageSid=sid, MessageStatus="sent"))

    assert await state_of(text) == ("sent", "")
    assert (await attempt_row(text))["provider_sid"] == sid


async def test_an_error_code_is_kept_and_one_that_is_none_is_not(twilio: AsyncClient) -> None:
    lost, odd = await make_text(), await make_text()

    await post(twilio, path_of(lost), form(lost, MessageStatus="undelivered", ErrorCode="30004"))
    await post(twilio, path_of(odd), form(odd, MessageStatus="failed", ErrorCode="9" * 40))

    assert await state_of(lost) == ("undelivered", "carrier_refused")
    assert (await attempt_row(lost))["error_code"] == 30004
    assert await state_of(odd) == ("failed", "not_delivered")


NASTY = [
    {}, {"MessageStatus": "delivered"}, {"a": "\x00"}, {"To": "🙂", "AccountSid": ACCOUNT},
]  # fmt: skip


@pytest.mark.parametrize("fields", NASTY)
async def test_without_a_signature_nothing_is_looked_at(
    twilio: AsyncClient, fields: dict[str, str]
) -> None:
    text = await make_text()

    answers = [
        await twilio.post(path_of(text), data=fields),
        await twilio.post(path_of(text), json=fields),
        await twilio.post(
            path_of(text), content=b"\xff\xfe%zz&=&&", headers={b"X-Twilio-Signature": b"\xe9"}
        ),
        await twilio.post("/webhooks/twilio/status/unknown", data=fields),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert await state_of(text) == ("accepted", "")


async def test_a_signature_for_something_else_is_refused(twilio: AsyncClient) -> None:
    text, other = await make_text(), await make_text()
    fields = form(text)
    of_another = RequestValidator(TOKEN).compute_signature(
        TWILIO.public_url + path_of(other), fields
    )
    shared_key = {"X-Twilio-Webhooks-Signature-Settings": "v=1"}
    own = RequestValidator(TOKEN).compute_signature(TWILIO.public_url + path_of(text), fields)

    answers = [
        await twilio.post(path_of(text), data=fields, headers={"X-Twilio-Signature": of_another}),
        await twilio.post(
            path_of(text), data={**fields, "To": other.number}, headers={"X-Twilio-Signature": own}
        ),
        await twilio.post(
            path_of(text), data=fields, headers={"X-Twilio-Signature": own, **shared_key}
        ),
        await post(twilio, path_of(text), fields, url="http://10.0.0.1" + path_of(text)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4


async def test_the_raw_query_is_part_of_what_is_signed(twilio: AsyncClient) -> None:
    text = await make_text()
    path = f"{path_of(text)}?a=%20b&a=c"

    answer = await post(twilio, path, form(text))

    assert answer.status_code == 204


async def test_another_account_is_refused(twilio: AsyncClient) -> None:
    text = await make_text()

    answer = await post(twilio, path_of(text), form(text, AccountSid="AC" + "f" * 32))

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_or_a_number_that_is_not_the_texts_is_not_found(twilio: AsyncClient) -> None:
    text = await make_text()

    unknown = await post(twilio, "/webhooks/twilio/status/unknown", form(text))
    other = await post(twilio, path_of(text), form(text, To="+447700900001"))
    nobody = await post(twilio, path_of(text), form(text, To=""))

    assert [answer.status_code for answer in (unknown, other, nobody)] == [404] * 3
    assert await state_of(text) == ("accepted", "")


async def test_m15_once_the_number_is_purged_nothing_more_is_taken_in(twilio: AsyncClient) -> None:
    text = await make_text()
    await Message.update({Message.number: None, Message.to_hash: ""}, force=True)

    answer = await post(twilio, path_of(text), form(text))

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("MessageSid", ""), ("MessageSid", "SM\x00"), ("MessageSid", "SM" + "0" * 400),
        ("MessageStatus", ""), ("MessageStatus", "d" * 21), ("MessageStatus", "\x00"),
    ],
)  # fmt: skip
async def test_what_cannot_be_a_receipt_is_refused_by_the_fields_name(
    twilio: AsyncClient, field: str, value: str
) -> None:
    text = await make_text()

    answer = await post(twilio, path_of(text), form(text, **{field: value}))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


async def test_a_status_that_nobody_knows_is_taken_in_and_changes_nothing(
    twilio: AsyncClient,
) -> None:
    text = await make_text()

    answer = await post(twilio, path_of(text), form(text, MessageStatus="partially_delivered"))

    assert answer.status_code == 204
    assert await state_of(text) == ("accepted", "")


async def test_without_twilio_there_is_no_such_address(client: AsyncClient) -> None:
    text = await make_text()

    answer = await post(client, path_of(text), form(text), url=f"http://testserver{path_of(text)}")

    assert answer.status_code == 404
    assert await state_of(text) == ("accepted", "")


async def test_receipts_that_come_all_at_once_are_all_taken_in(twilio: AsyncClient) -> None:
    texts = [await make_text() for _ in range(6)]
    reports = [
        post(twilio, path_of(text), form(text, MessageStatus=status))
        for status in ("delivered", "queued", "sent", "sending")
        for text in texts
    ]

    answers = await asyncio.gather(*reports)

    assert {answer.status_code for answer in answers} == {204}
    assert [(await state_of(text))[0] for text in texts] == ["delivered"] * 6


async def test_w8_a_receipt_of_a_database_that_is_down_is_not_said_to_be_taken(
    twilio: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twilio tries once more, and the hourly look heals what is lost."""
    text = await make_text()

    async def down(*_: object) -> list[database.Row]:
        raise database.DatabaseError("no database")

    with monkeypatch.context() as patch:
        patch.setattr(database, "run", down)
        answer = await post(twilio, path_of(text), form(text))

    assert answer.status_code == 500
    assert await state_of(text) == ("accepted", "")


async def test_a_receipt_takes_a_fixed_number_of_statements(
    twilio: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = await make_text()
    for _ in range(20):
        await make_text()

    with counted(monkeypatch) as sent:
        await post(twilio, path_of(text), form(text, ErrorCode=urlencode({"a": "b"})))

    assert len(sent) == 6, sent
