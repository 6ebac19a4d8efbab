"""Kill, let time pass, start again; in the end count what phones got."""

import asyncio
import multiprocessing
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from core import clock, database, settings
from jobs import reminders
from tests.soak import people, worker
from tests.soak.clock import ShiftedClock
from tests.twilio_server.running import environ_for
from tests.twilio_server.server import TwilioServer

_STARTS_AT = "08:55"
_WORKING_MINUTES = 420
_LONGEST_JUMP_MINUTES = 20
_QUIET_SECONDS = 1.5
_LONGEST_LIFE_SECONDS = 1.5
_LOOKS = 8
_TO_SECOND_LOOK = timedelta(minutes=16)
_LATENCY_SECONDS = 0.02
_LIST_LAG = timedelta(minutes=5)
_WAITING = "('planned', 'queued', 'claimed', 'submitting', 'unknown')"

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider's ledger says; ``unsettled`` texts have come to no end."""

    messages: int
    kills: int
    duplicates: int
    lost: int
    handed: int
    unsettled: int

    @property
    def is_good(self) -> bool:
        return not (self.duplicates or self.lost or self.unsettled)

    def __str__(self) -> str:
        return (
            f"{self.messages} messages, {self.kills} kills: {self.duplicates} duplicates,"
            f" {self.lost} lost, {self.handed} handed to a person"
        )


class Soak:
    """One run over one migrated, empty database that is connected."""

    def __init__(self, url: str, folder: Path, *, seed: int) -> None:
        self._server = TwilioServer()
        self._server.behaviour.checks = False
        self._server.behaviour.latency_seconds = _LATENCY_SECONDS
        self._server.behaviour.list_lag = _LIST_LAG
        self._url = url
        self._folder = folder
        self._chance = random.Random(seed)  # noqa: S311 - not a secret
        self._clock = ShiftedClock.showing(clock.instant_of(people.DAY, _STARTS_AT))
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["tests.soak.worker"])

    async def run(self, *, messages: int, kills: int, tell: Tell) -> Outcome:
        """Send so many texts through a dispatcher that is killed so often."""
        clock.use(self._clock)
        async with self._server.running():
            await people.expect(messages)
            await reminders.plan(settings.load(self._environ))
            planned = await people.count_planned()
            self._clock.shift += timedelta(minutes=10)
            for kill in range(kills):
                await self._live_and_die(kills - kill, planned)
                tell(kill + 1, len(self._server.ledger))
                self._jump(kills)
            await self._come_to_rest()
            return await self._judge(planned, kills)

    @property
    def _environ(self) -> dict[str, str]:
        return environ_for(self._server) | {
            "TRACKER_DATABASE_URL": self._url,
            "TRACKER_STATE": str(self._folder),
        }

    async def _live_and_die(self, lives: int, planned: int) -> None:
        """Let a dispatcher send its share of what is left, about, and kill it."""
        ledger = self._server.ledger
        share = 2 * max(0, planned - len(ledger)) // lives
        enough = len(ledger) + self._chance.randint(0, share)
        async with self._dispatcher():
            async with _no_longer_than(_LONGEST_LIFE_SECONDS):
                while len(ledger) < enough:  # noqa: ASYNC110 - another process fills it
                    await asyncio.sleep(0.002)
            await asyncio.sleep(self._chance.uniform(0, 0.05))

    @asynccontextmanager
    async def _dispatcher(self) -> AsyncIterator[BaseProcess]:
        """Run a dispatcher, kill it, and wait until nothing of it can reach the provider."""
        process = self._processes.Process(
            target=worker.main, args=(self._environ, self._clock.shift, self._folder)
        )
        process.start()
        try:
            yield process
        finally:
            process.kill()
            await asyncio.to_thread(process.join)
            while self._server.listener.connections:  # noqa: ASYNC110 - the kernel closes them
                await asyncio.sleep(0.005)

    def _jump(self, kills: int) -> None:
        """Let time pass, so that leases end, second looks come, and it is still day."""
        longest = min(_LONGEST_JUMP_MINUTES, 2 * _WORKING_MINUTES / kills)
        self._clock.shift += timedelta(minutes=self._chance.uniform(0, longest))

    async def _come_to_rest(self) -> None:
        """Let dispatchers that nobody disturbs finish, with time for a second look between them."""
        for _ in range(_LOOKS):
            async with self._dispatcher():
                await self._quiet()
            if not await self._count(_WAITING):
                return
            self._clock.shift += _TO_SECOND_LOOK

    async def _quiet(self) -> None:
        """Wait until nothing has moved for a while."""
        before = None
        while (moves := await _count("SELECT COUNT(*) AS n FROM message_events")) != before:
            before = moves
            await asyncio.sleep(_QUIET_SECONDS)

    async def _count(self, states: str) -> int:
        return await _count(f"SELECT COUNT(*) AS n FROM messages WHERE state IN {states}")

    async def _judge(self, planned: int, kills: int) -> Outcome:
        """Count in the ledger; what it lacks must lie before a person."""
        got = Counter((left.to, left.body) for left in self._server.ledger)
        handed = await database.run("SELECT number, body FROM messages WHERE state = 'unresolved'")
        not_got = sum((row["number"], row["body"]) not in got for row in handed)
        return Outcome(
            messages=planned,
            kills=kills,
            duplicates=sum(got.values()) - len(got),
            lost=planned - len(got) - not_got,
            handed=len(handed),
            unsettled=await self._count(_WAITING),
        )


async def _count(sql: str) -> int:
    return int((await database.run(sql))[0]["n"])


@asynccontextmanager
async def _no_longer_than(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        pass
