"""Texts: planning, sending to a local Twilio beside its bare SDK, and taking in receipts."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from bench.http import Load
from bench.service import serving
from core import clock, database, settings
from core.settings import Settings
from jobs import reminders
from messaging.gateways.twilio import TwilioGateway
from messaging.services.pace import MOST_AT_ONCE
from tests.soak import people
from tests.soak.clock import ShiftedClock
from tests.soak.worker import policy
from tests.twilio_server.callbacks import over_the_network
from tests.twilio_server.running import environ_for
from tests.twilio_server.server import DELIVERED, SENDER, TwilioServer

PLANNED = 10_000
_SESSIONS = 10
_SENT = 400
_LATENCY_SECONDS = 0.2
_CLIENTS = 8
_DEADLINE_SECONDS = 120


async def measure(engine: str, url: str, folder: Path) -> None:
    """Plan, send and take in receipts, over one migrated, empty database."""
    print(f"\n{engine}: texts")
    usual, reminders.policy = reminders.policy, policy
    showing = ShiftedClock.showing(clock.instant_of(people.DAY, "08:55"))
    clock.use(showing)
    server = TwilioServer()
    server.behaviour.checks = False
    try:
        async with server.running(), database.connected(url):
            environ = environ_for(server) | {
                "TRACKER_DATABASE_URL": url,
                "TRACKER_STATE": str(folder),
            }
            chosen = settings.load(environ)
            await _plan(chosen)
            showing.shift += timedelta(minutes=10)
            await _send(chosen, server)
            await _take_in(environ, server)
    finally:
        reminders.policy = usual
        clock.use(clock.SystemClock())


async def _plan(chosen: Settings) -> None:
    await people.expect(PLANNED, sessions=_SESSIONS)
    began = time.perf_counter()
    await reminders.plan(chosen)
    first = time.perf_counter() - began
    began = time.perf_counter()
    await reminders.plan(chosen)
    again = time.perf_counter() - began
    count = await people.count_planned()
    print(f"  planned {count} due texts in {first:.1f} s   reviewed them in {again:.1f} s")


async def _send(chosen: Settings, server: TwilioServer) -> None:
    """Send through the whole of it and through the bare SDK, with as many texts side by side."""
    assert chosen.sms.twilio is not None  # noqa: S101 - the environment says so
    server.behaviour.latency_seconds = _LATENCY_SECONDS
    gateway = TwilioGateway(chosen.sms.twilio, public_url=chosen.public_url)
    sending = asyncio.create_task(_dispatch(chosen, gateway))
    ours = await _rate(server)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await gateway.close()
    sending = asyncio.create_task(_bare(server))
    bare = await _rate(server)
    await sending
    server.behaviour.latency_seconds = 0
    print(
        f"  sent {ours:5.0f}/s at {_LATENCY_SECONDS * 1000:.0f} ms, {MOST_AT_ONCE} side by side"
        f"   bare SDK {bare:5.0f}/s   ratio {ours / bare:.2f}"
    )


async def _dispatch(chosen: Settings, gateway: TwilioGateway) -> None:
    while True:
        await reminders.dispatch(chosen, gateway)


async def _rate(server: TwilioServer) -> float:
    """Answer how many texts a second reach the provider, from the first to the last of some."""
    before = len(server.ledger)
    await _until(lambda: len(server.ledger) > before)
    began = time.perf_counter()
    await _until(lambda: len(server.ledger) >= before + _SENT)
    return _SENT / (time.perf_counter() - began)


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(_DEADLINE_SECONDS):
        while not is_so():  # noqa: ASYNC110 - the server counts, and tells nobody
            await asyncio.sleep(0.005)


async def _bare(server: TwilioServer) -> None:
    """Send by the SDK's own asynchronous client, and write nothing down."""
    http = AsyncTwilioHttpClient()
    client = Client(server.account, server.token, http_client=http)
    client.api.base_url = server.url
    left = iter(range(_SENT + MOST_AT_ONCE))

    async def work() -> None:
        for number in left:
            await client.messages.create_async(
                to=f"+447700900{number % 1000:03}", from_=SENDER, body="The bare client"
            )

    await asyncio.gather(*(work() for _ in range(MOST_AT_ONCE)))
    await http.close()


async def _take_in(environ: Mapping[str, str], server: TwilioServer) -> None:
    """Report the life of each text to a served application, over keep-alive connections."""
    told = [left for left in server.ledger if left.callback]
    with serving(environ["TRACKER_DATABASE_URL"], environ) as port:
        there = environ["TRACKER_PUBLIC_URL"]
        async with over_the_network() as post:

            async def to_port(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
                return await post(url.replace(there, f"http://127.0.0.1:{port}"), form, headers)

            server.posting.through = to_port
            load = Load()
            steps = iter([(one.sid, *step) for step in DELIVERED for one in told])
            began = time.perf_counter()
            await asyncio.gather(*(_report(server, steps, load) for _ in range(_CLIENTS)))
            load.elapsed = time.perf_counter() - began
    seconds = sorted(load.seconds)
    p99 = seconds[min(len(seconds) * 99 // 100, len(seconds) - 1)] * 1000
    good = load.statuses.get(204, 0)
    print(
        f"  took in {len(seconds) / load.elapsed:5.0f} receipts/s   p99 {p99:.0f} ms"
        f"   not 204: {len(seconds) - good}"
    )


async def _report(server: TwilioServer, steps: Iterator[tuple[str, str, int]], load: Load) -> None:
    for sid, status, error_code in steps:
        began = time.perf_counter()
        for answer in await server.report(sid, status, error_code):
            load.note(answer, time.perf_counter() - began)
