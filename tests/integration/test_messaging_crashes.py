"""The crash windows (messaging.md 1.6), judged from the provider's ledger: never two texts."""

import asyncio
import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from api.app import create_app
from core import clock, database, settings
from core.scope import Side
from jobs import dispatcher_lock
from messaging.gateways.console import ConsoleGateway
from messaging.services import pause
from tests.factories_messaging import messages_of, path_of, states_of
from tests.factories_sending import Office, make_due, open_office
from tests.fakes import FixedClock
from tests.soak import frozen
from tests.twilio_server.callbacks import Post
from tests.twilio_server.running import environ_for
from tests.twilio_server.server import DELIVERED, TwilioServer

POSTGRES = pytest.mark.parametrize("engine_name", ["postgres"])
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture(scope="session")
def served() -> Litestar:
    """The application as Twilio reaches it; built once, because it takes longer than a test."""
    environ = environ_for(TwilioServer()) | {"TRACKER_TWILIO_API_URL": "http://127.0.0.1:4010"}
    return create_app(settings.load(environ), clock.SystemClock(), ConsoleGateway())


@pytest.fixture
async def post(served: Litestar, now: FixedClock) -> AsyncIterator[Post]:
    """Posts to the application."""
    clock.use(now)
    transport = httpx.ASGITransport(app=served, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as http:

        async def post(url: str, form: object, headers: object) -> int:
            answer = await http.post(url, data=form, headers=headers)  # type: ignore[arg-type]
            return answer.status_code

        yield post


@pytest.fixture
async def office(db: None, empty_url: str, tmp_path: Path, post: Post) -> AsyncIterator[Office]:
    server = TwilioServer(post=post)
    async with server.running(), open_office(empty_url, server, tmp_path) as office:
        yield office
    if office.settings.is_sqlite:
        dispatcher_lock.let_go(office.settings.sqlite_path)
    assert server.breaches == []


async def test_w6_a_database_that_is_lost_before_the_result_forgets_nothing(
    office: Office, now: FixedClock, empty_url: str, tmp_path: Path
) -> None:
    [one] = await make_due(office, now)
    office.server.behaviour.list_fails = True
    engine = database.bound()
    office.server.behaviour.before_answer = lambda: database.bind(
        database.engine_for("postgresql://127.0.0.1:1/none")
    )

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the driver says
        await office.dispatch()
    office.server.behaviour.before_answer = lambda: None
    database.bind(engine)
    async with open_office(empty_url, office.server, tmp_path) as started_again:
        await started_again.dispatch()

    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


async def test_w7_receipts_that_come_before_the_answer_are_the_same_text(
    office: Office, now: FixedClock
) -> None:
    [one] = await make_due(office, now)
    office.server.behaviour.life, office.server.behaviour.reports_first = DELIVERED, True

    await office.dispatch()
    await office.dispatch()

    assert ["delivered"] == [state for state, _ in await states_of(one.group)]
    assert (1, [204] * 3) == (len(office.server.ledger), office.server.posting.answers)


@pytest.mark.parametrize("fault", ["taken_then_reset", "taken_then_503", "taken_then_no_json"])
async def test_w4_a_receipt_alone_settles_what_got_no_answer(
    office: Office, now: FixedClock, fault: str
) -> None:
    [one] = await make_due(office, now)
    office.server.behaviour.list_fails = True
    office.server.faults.next_ones.append(fault)

    await office.dispatch()
    await office.server.report(office.server.ledger[0].sid, "sent")
    now.advance(minutes=20)
    await office.dispatch()

    assert ["sent"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


async def test_receipts_that_are_late_shuffled_repeated_and_lost_send_nothing_twice(
    office: Office, now: FixedClock
) -> None:
    people = await make_due(office, now, people=12)
    server = office.server
    server.behaviour.life = DELIVERED
    server.posting.repeats, server.posting.shuffle, server.posting.loss = 2, True, 0.4
    server.faults.chances = {"taken_then_reset": 0.3, "taken_then_503": 0.2}

    for _ in range(3):
        await office.dispatch()
        await office.server.settled()
        now.advance(minutes=1)

    texts = [left.to for left in server.ledger]
    states = {state for state, _ in await states_of(people[0].group)}
    assert (12, 12) == (len(texts), len(set(texts)))
    assert states <= {"unknown", "accepted", "sent", "delivered"}
    assert {204} == set(server.posting.answers)


@SQLITE
async def test_w11_a_database_from_before_the_sending_sends_nothing_again(
    office: Office, now: FixedClock, empty_url: str, tmp_path: Path
) -> None:
    [one] = await make_due(office, now)
    file = office.settings.sqlite_path
    await database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, tmp_path / "backup.db")
    await office.dispatch()
    engine = database.bound()
    await engine.stop()
    for left in file.parent.glob(f"{file.name}-*"):
        left.unlink()
    shutil.copy(tmp_path / "backup.db", file)
    await engine.start()

    async with open_office(empty_url, office.server, tmp_path) as restored:
        await restored.dispatch()
        await restored.dispatch()

    assert [("held", "restored")] == await states_of(one.group)
    assert (1, True) == (len(office.server.ledger), await pause.is_paused())


@POSTGRES
async def test_w12_with_clocks_apart_nothing_leaves(
    office: Office, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    [one] = await make_due(office, now)
    host = clock.host
    monkeypatch.setattr(clock, "host", lambda: host() - timedelta(hours=1))

    await office.dispatch()

    assert {state for state, _ in await states_of(one.group)} <= {"planned", "queued"}
    assert [] == office.server.ledger


@contextmanager
def frozen_dispatcher(office: Office, now: FixedClock, place: str) -> Iterator[BaseProcess]:
    """A second dispatcher, in a process of its own, that has stopped dead."""
    if sys.platform != "linux":
        pytest.skip("whether a process has stopped is read as Linux tells it")
    environ = {
        **environ_for(office.server),
        "TRACKER_DATABASE_URL": office.settings.database_url,
        "TRACKER_STATE": str(office.settings.state_folder / "frozen"),
    }
    folder = office.settings.state_folder
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.soak.worker"])
    shift = now.instant - datetime.now(UTC)
    process = processes.Process(target=frozen.main, args=(environ, shift, folder, place))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


async def stopped(process: BaseProcess) -> None:
    """Wait until a process has stopped."""
    async with asyncio.timeout(30):
        while _state_of(process) != "T":  # noqa: ASYNC110 - the kernel tells nobody
            await asyncio.sleep(0.02)


def _state_of(process: BaseProcess) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]


async def thawed(process: BaseProcess) -> None:
    """Let a process go on, and wait until it has ended."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGCONT)
    await asyncio.to_thread(process.join, 30)
    assert 0 == process.exitcode


@POSTGRES
async def test_w9_a_dispatcher_that_froze_with_a_claimed_text_sends_nothing(
    office: Office, now: FixedClock
) -> None:
    [one] = await make_due(office, now)
    with frozen_dispatcher(office, now, frozen.CLAIMED) as process:
        await stopped(process)
        claimed = await states_of(one.group)
        now.advance(seconds=90)
        await office.dispatch()
        await thawed(process)

    assert ["claimed"] == [state for state, _ in claimed]
    assert ["accepted"] == [state for state, _ in await states_of(one.group)]
    assert 1 == len(office.server.ledger)


@POSTGRES
@pytest.mark.parametrize("side", list(Side))
async def test_w10_a_dispatcher_that_froze_before_it_sent_sends_nothing(
    office: Office, now: FixedClock, side: Side
) -> None:
    [one] = await make_due(office, now, side)
    with frozen_dispatcher(office, now, frozen.INTENDED) as process:
        await stopped(process)
        intended = await states_of(one.group)
        for _ in range(3):
            now.advance(minutes=16)
            await office.dispatch()
            await office.reconcile()
        await office.dispatch()
        before = len(office.server.ledger)
        await asyncio.sleep(2 * frozen.INTENT_SECONDS)
        await thawed(process)

    resent = side is Side.PERPETRATOR
    assert ["submitting"] == [state for state, _ in intended]
    assert [int(resent)] * 2 == [before, len(office.server.ledger)]
    assert ["accepted" if resent else "unresolved"] == [
        state for state, _ in await states_of(one.group)
    ]


@POSTGRES
async def test_w10_a_dispatcher_that_froze_for_a_moment_queues_the_text_anew(
    office: Office, now: FixedClock
) -> None:
    [one] = await make_due(office, now)
    with frozen_dispatcher(office, now, frozen.INTENDED) as process:
        await stopped(process)
        await asyncio.sleep(2 * frozen.INTENT_SECONDS)
        await thawed(process)
    now.advance(minutes=5)  # its clock went on meanwhile
    await office.dispatch()

    [text] = await messages_of(one.group)
    assert ("submitting", "queued") in await path_of(text["id"])
    assert ("accepted", 1) == (text["state"], len(office.server.ledger))
