"""One try, and what it proves: every row of the failure tables (messaging.md 2 and 5.4)."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from core import log
from core.clock import now
from core.scope import Side
from core.sms_settings import TwilioSettings
from messaging.domain.failures import REFUSALS, Verdict
from messaging.gateways import twilio_calls
from messaging.gateways.base import Answer, GatewayError, Outgoing
from messaging.gateways.twilio import TwilioGateway
from tests.fakes_provider import (
    Answering,
    Provider,
    cut_short,
    hang_up,
    keep_silent,
    reply,
    reset,
    running,
)

ACCOUNT = "AC" + "0" * 32
SID = "SM" + "a" * 32
NUMBER = "+447700900123"
BODY = "Your appointment is on Fri 12 Jun at 18:30."
SERVICE = "MG" + "1" * 32
SENDERS = {Side.SURVIVOR: "+447700900001", Side.PERPETRATOR: SERVICE, None: "Notice"}
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running() as found:
        yield found


@pytest.fixture
async def gateway(provider: Provider) -> AsyncIterator[TwilioGateway]:
    made = gateway_at(provider.url)
    yield made
    await made.close()


def gateway_at(url: str | None) -> TwilioGateway:
    return TwilioGateway(
        TwilioSettings(ACCOUNT, "secret", SENDERS, url), public_url="https://t.example.org"
    )


def outgoing(**changes: Any) -> Outgoing:
    values = {
        "to": NUMBER, "sender": "+447700900001", "body": BODY, "token": "tok-1",
        "valid_for_seconds": 3600,
    }  # fmt: skip
    return Outgoing(**{**values, **changes})


def text(**changes: Any) -> dict[str, Any]:
    return {
        "sid": SID, "status": "queued", "to": NUMBER, "from": "+447700900001", "body": BODY,
        "messaging_service_sid": None, "direction": "outbound-api", "error_code": None,
        "date_created": "Fri, 12 Jun 2026 09:00:00 +0000", **changes,
    }  # fmt: skip


async def test_an_accepted_text_is_asked_for_once_with_all_that_binds_it(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.answer = reply(201, text())

    assert await gateway.send(outgoing()) == Answer(Verdict.ACCEPTED, sid=SID, status="queued")
    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("POST", f"{PATH}.json")
    assert asked.form == {
        "To": [NUMBER], "From": ["+447700900001"], "Body": [BODY], "ValidityPeriod": ["3600"],
        "StatusCallback": ["https://t.example.org/webhooks/twilio/status/tok-1"],
        "SmartEncoded": ["false"],
    }  # fmt: skip
    assert asked.headers["authorization"] == aiohttp.encode_basic_auth(ACCOUNT, "secret")


async def test_a_service_sends_by_its_own_id(provider: Provider, gateway: TwilioGateway) -> None:
    provider.answer = reply(201, text(status="accepted"))

    await gateway.send(outgoing(sender=gateway.sender_for(Side.PERPETRATOR)))

    assert provider.asked[0].form["MessagingServiceSid"] == [SERVICE]
    assert "From" not in provider.asked[0].form


async def test_each_side_and_staff_have_their_sender(gateway: TwilioGateway) -> None:
    assert {who: gateway.sender_for(who) for who in SENDERS} == SENDERS


async def test_every_character_arrives_as_it_was_written(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.answer = reply(201, text())
    odd = "a+b &=% £€ ŵ\r\n{}"

    await gateway.send(outgoing(body=odd))

    assert provider.asked[0].form["Body"] == [odd]


@pytest.mark.parametrize("code", sorted(REFUSALS))
async def test_each_refusal_of_the_table_has_its_verdict(
    provider: Provider, gateway: TwilioGateway, code: int
) -> None:
    provider.answer = reply(400, {"code": code, "message": "No", "status": 400})

    assert await gateway.send(outgoing()) == Answer(
        REFUSALS[code].verdict, error_code=code, http_status=400
    )


@pytest.mark.parametrize(
    ("status", "raw", "verdict"),
    [
        (401, "", Verdict.STOPPED), (403, "<html>", Verdict.STOPPED), (429, "[]", Verdict.BUSY),
        (400, '{"code": 99999}', Verdict.REJECTED), (404, '{"code": "x"}', Verdict.REJECTED),
        (400, '{"code": true}', Verdict.REJECTED),
        (307, "", Verdict.UNKNOWN), (302, "", Verdict.UNKNOWN), (502, "<html>", Verdict.UNKNOWN),
        (500, '{"code": 20500}', Verdict.UNKNOWN), (503, '{"code": 20503}', Verdict.UNKNOWN),
        (201, "", Verdict.UNKNOWN), (201, "{}", Verdict.UNKNOWN), (201, "[1]", Verdict.UNKNOWN),
        (201, '{"sid": "SM', Verdict.UNKNOWN), (201, '{"sid": 7}', Verdict.UNKNOWN),
        (201, '{"sid": "<b>"}', Verdict.UNKNOWN), (200, "<html>", Verdict.UNKNOWN),
        (204, "", Verdict.UNKNOWN),
    ],
)  # fmt: skip
async def test_an_answer_proves_what_it_proves_and_no_more(
    provider: Provider, gateway: TwilioGateway, status: int, raw: str, verdict: Verdict
) -> None:
    provider.answer = reply(status, raw=raw, Location="/elsewhere")

    assert (await gateway.send(outgoing())).verdict is verdict
    assert len(provider.asked) == 1


@pytest.mark.parametrize("fault", [reset, hang_up, cut_short, keep_silent])
async def test_a_text_that_was_taken_before_the_line_broke_is_unknown_and_not_tried_again(
    provider: Provider, gateway: TwilioGateway, fault: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_calls, "_TOTAL_SECONDS", 0.2)
    provider.answer = fault

    assert (await gateway.send(outgoing())).verdict is Verdict.UNKNOWN
    assert len(provider.asked) == 1


async def test_an_error_whose_body_breaks_off_is_still_that_error(
    provider: Provider, gateway: TwilioGateway
) -> None:
    async def answer(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 429 X\r\nContent-Length: 99\r\nRetry-After: 7\r\n\r\n{"code": 2')
        await writer.drain()
        writer.close()

    provider.answer = answer

    assert await gateway.send(outgoing()) == Answer(
        Verdict.BUSY, http_status=429, retry_after_seconds=7
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30), ("0", 0), ("999999999", 86_400), ("-5", None), ("soon", None), ("", None),
        ("²", None), ("9" * 5000, None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400), ("Fri, 31 Dec 2027 23:59:59 -0000", None),
    ],
)  # fmt: skip
async def test_how_long_the_provider_asks_to_wait(
    provider: Provider, gateway: TwilioGateway, header: str, seconds: int | None
) -> None:
    provider.answer = reply(429, {"code": 20429}, Retry_After=header)

    assert (await gateway.send(outgoing())).retry_after_seconds == seconds


async def test_what_never_reached_the_provider_is_surely_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def verdict_at(url: str) -> Verdict:
        gateway = gateway_at(url)
        try:
            return (await gateway.send(outgoing())).verdict
        finally:
            await gateway.close()

    async def speak_no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"what is a handshake?\r\n\r\n")
        await writer.drain()
        writer.transport.abort()

    plain = await asyncio.start_server(speak_no_tls, "127.0.0.1", 0)
    port = plain.sockets[0].getsockname()[1]
    assert await verdict_at(f"https://127.0.0.1:{port}") is Verdict.NOT_SENT
    plain.close()
    assert await verdict_at(f"http://127.0.0.1:{port}") is Verdict.NOT_SENT
    assert issubclass(aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorError)

    async def no_such_name(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_such_name)
    assert await verdict_at("http://localhost:9") is Verdict.NOT_SENT


async def test_a_connection_that_takes_too_long_is_surely_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A peer that accepts the connection and never answers the handshake of TLS."""
    monkeypatch.setattr(twilio_calls, "_CONNECT_SECONDS", 0.1)
    gone = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.transport.abort()
        gone.set()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    gateway = gateway_at(f"https://127.0.0.1:{silent.sockets[0].getsockname()[1]}")

    assert (await gateway.send(outgoing())).verdict is Verdict.NOT_SENT

    await gateway.close()
    await gone.wait()
    silent.close()


async def test_no_other_host_is_ever_asked(gateway: TwilioGateway, provider: Provider) -> None:
    """Neither a redirect nor a page's link takes the account's token elsewhere."""
    provider.answer = reply(
        200,
        {
            "messages": [text()],
            "meta": {"next_page_url": "http://127.0.0.2:1/x", "key": "messages"},
        },
    )

    with pytest.raises(GatewayError):
        await gateway.sent_to(NUMBER, since=datetime(2026, 6, 1, tzinfo=UTC))
    assert len(provider.asked) == 1


async def test_g16_edge_and_region_of_the_environment_move_no_call(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    provider.answer = reply(201, text())
    gateway = gateway_at(provider.url)

    assert (await gateway.send(outgoing())).verdict is Verdict.ACCEPTED
    assert provider.asked[0].headers["host"] == provider.url.removeprefix("http://")
    live = gateway_at(None)._client
    assert live.get_hostname(live.api.base_url) == "https://api.twilio.com"
    await gateway.close()


async def test_a_list_is_read_page_by_page_until_it_is_old_enough(
    provider: Provider, gateway: TwilioGateway
) -> None:
    since = datetime(2026, 6, 12, 8, tzinfo=UTC)
    pages = [
        {"messages": [text(sid="SM3"), text(sid="SM9", direction="inbound")],
         "next_page_uri": f"{PATH}.json?Page=1&PageToken=PASM3"},
        {"messages": [text(sid="SM2", messaging_service_sid=SERVICE, error_code=30003),
                      text(sid="SM1", date_created="Fri, 12 Jun 2026 07:59:59 +0000")],
         "next_page_uri": f"{PATH}.json?Page=2"},
    ]  # fmt: skip

    async def answer(asked: Any, writer: asyncio.StreamWriter) -> None:
        await reply(200, pages[len(provider.asked) - 1])(asked, writer)

    provider.answer = answer
    found = await gateway.sent_to(NUMBER, since=since)

    assert [(one.sid, one.sender, one.error_code) for one in found] == [
        ("SM3", "+447700900001", 0), ("SM2", SERVICE, 30003),
    ]  # fmt: skip
    assert (found[0].to, found[0].body, found[0].created_at) == (
        NUMBER, BODY, datetime(2026, 6, 12, 9, tzinfo=UTC),
    )  # fmt: skip
    assert provider.asked[0].query == {"To": [NUMBER], "PageSize": ["1000"]}
    assert len(provider.asked) == 2


async def test_an_empty_list_is_an_answer_and_a_broken_one_is_none(
    provider: Provider, gateway: TwilioGateway
) -> None:
    since = datetime(2026, 6, 12, tzinfo=UTC)
    provider.answer = reply(200, {"messages": [], "next_page_uri": None})
    assert await gateway.sent_to(NUMBER, since=since) == []

    endless = {"messages": [text()], "next_page_uri": f"{PATH}.json?Page=1"}
    undated = {"messages": [text(date_created=None)], "next_page_uri": None}
    for answer in (
        reply(503, {}), reply(200, raw="<html>"), reply(200, undated), reply(200, endless), reset,
    ):  # fmt: skip
        provider.answer = answer
        with pytest.raises(GatewayError):
            await gateway.sent_to(NUMBER, since=since)


async def test_one_text_is_fetched_by_its_id(provider: Provider, gateway: TwilioGateway) -> None:
    provider.answer = reply(200, text(status="delivered", body=""))
    found = await gateway.fetch(SID)
    assert found is not None
    assert (found.sid, found.status, found.body) == (SID, "delivered", "")
    assert provider.asked[0].path == f"{PATH}/{SID}.json"

    provider.answer = reply(404, {"code": 20404})
    assert await gateway.fetch(SID) is None
    provider.answer = reply(401, {"code": 20003})
    with pytest.raises(GatewayError):
        await gateway.fetch(SID)


async def test_the_words_are_emptied_at_the_provider(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.answer = reply(200, text(body=""))
    await gateway.redact(SID)
    assert provider.asked[0].form == {"Body": [""]}
    assert provider.asked[0].path == f"{PATH}/{SID}.json"

    provider.answer = reply(404, {"code": 20404})
    await gateway.redact(SID)
    provider.answer = reply(400, {"code": 20009})
    with pytest.raises(GatewayError):
        await gateway.redact(SID)


@pytest.mark.parametrize("sid", ["CONSOLE1", "../Accounts", "SM" + "A" * 32, ""])
async def test_what_is_no_id_of_the_provider_is_not_asked_for(
    provider: Provider, gateway: TwilioGateway, sid: str
) -> None:
    assert await gateway.fetch(sid) is None
    await gateway.redact(sid)

    assert provider.asked == []


async def test_many_at_once_each_get_their_own_answer(
    provider: Provider, gateway: TwilioGateway
) -> None:
    """The SDK's own client gave answers of other recipients (messaging.md 0)."""

    async def answer(asked: Any, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0)
        await reply(201, text(sid=f"SM{int(asked.form['Body'][0]):032x}"))(asked, writer)

    provider.answer = answer
    answers = await asyncio.gather(*(gateway.send(outgoing(body=str(n))) for n in range(200)))

    assert [one.sid for one in answers] == [f"SM{n:032x}" for n in range(200)]


@pytest.mark.usefixtures("log_of_its_own")
async def test_g17_neither_number_nor_word_reaches_a_log(
    provider: Provider, gateway: TwilioGateway, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    log.configure(json=True)
    caplog.set_level(logging.DEBUG)
    for answer in (
        reply(201, text()), reply(400, {"code": 21211, "message": NUMBER}), reset, reply(500, {})
    ):  # fmt: skip
        provider.answer = answer
        await gateway.send(outgoing())
    provider.answer = reply(200, {"messages": [text()], "next_page_uri": None})
    await gateway.sent_to(NUMBER, since=now() - timedelta(days=1))

    written = caplog.text + "".join(capfd.readouterr())
    for secret in (NUMBER[1:], BODY, "447700900001", "secret", "tok-1"):
        assert secret not in written
    for library in ("twilio", "aiohttp"):
        assert logging.getLogger(library).getEffectiveLevel() >= logging.WARNING


async def test_a_failure_tells_its_kind_and_nothing_else(
    provider: Provider, gateway: TwilioGateway
) -> None:
    provider.answer = reply(400, {"code": 20001, "message": f"{NUMBER} {BODY}"})

    with pytest.raises(GatewayError) as failed:
        await gateway.sent_to(NUMBER, since=datetime(2026, 6, 12, tzinfo=UTC))
    assert str(failed.value) == "RefusedError"
    assert failed.value.__cause__ is None


async def test_a_gateway_closes_once_and_again(provider: Provider, gateway: TwilioGateway) -> None:
    provider.answer = reply(201, text())
    await gateway.send(outgoing())

    await gateway.close()
    await gateway.close()

    assert (await gateway.send(outgoing())).verdict is Verdict.ACCEPTED


def test_a_gateway_can_be_made_where_no_loop_runs() -> None:
    assert gateway_at(None).sender_for(None) == "Notice"
