"""What every test may use: both engines, a fixed clock, and the same cast of people."""

import asyncio
import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
import structlog
from litestar import Litestar

from accounts.services import hashing
from api.app import create_app
from core import announcements, clock, database, log
from core.postgres_engine import PostgresEngine
from core.settings import Settings
from jobs import reminders
from messaging.gateways.console import ConsoleGateway
from migrations import run as migrations
from tests.audited import personal_values_in_events
from tests.fakes import FixedClock
from tests.postgres import postgres_server
from tests.tables import ALL_TABLES

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
"""A Wednesday, 13:00 in London."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure what runs on both engines on one of them: measuring takes as long as the test.

    What sends texts differs by engine, and is measured on both.
    """
    ids = {item.nodeid for item in items}
    for item in items:
        here, there = "sqlite", "postgres"
        if "tests/api/" in item.nodeid:
            here, there = there, here
        twin = item.nodeid.replace(here, there)
        if twin != item.nodeid and twin in ids and "/test_messaging_" not in item.nodeid:
            item.add_marker(pytest.mark.no_cover)
            assert isinstance(item, pytest.Function)
            item.fixturenames.append("no_threads_left")


@pytest.fixture
async def no_threads_left() -> AsyncIterator[None]:
    """Threads that begin while nothing is measured end with the test: they stay unmeasured."""
    yield
    _end_the_threads_aside()


@pytest.fixture
def log_of_its_own() -> Iterator[None]:
    """Whatever the test does to the log ends with it: where it wrote to is closed then."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def now() -> Iterator[FixedClock]:
    """A clock that stands still until the test moves it."""
    fixed = FixedClock(NOW)
    clock.use(fixed)
    yield fixed
    clock.use(clock.SystemClock())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tracker.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a real PostgreSQL, ending where the database's name goes."""
    given = os.environ.get("TRACKER_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    name = f"template_{uuid4().hex[:12]}"
    aside(lambda: asyncio.run(execute(postgres_url, f"CREATE DATABASE {name}")))
    aside(lambda: migrations.upgrade(database_of(postgres_url, name)))
    yield name
    aside(lambda: asyncio.run(execute(postgres_url, f"DROP DATABASE {name}")))


@pytest.fixture(scope="session")
def postgres_shared(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """A migrated database that the tests of one process use in turn; ``db`` empties it."""
    name = f"shared_{uuid4().hex[:12]}"
    made = f"CREATE DATABASE {name} TEMPLATE {postgres_template}"
    aside(lambda: asyncio.run(execute(postgres_url, made)))
    yield database_of(postgres_url, name)
    aside(lambda: asyncio.run(execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")))


def aside(work: Callable[[], None]) -> None:
    """Do what needs an event loop of its own, while the tests' loop is running."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        threads.submit(work).result()


def database_of(server_url: str, name: str) -> str:
    """The same server's address with another database's name."""
    address, question, query = server_url.partition("?")
    base = address.rsplit("/", 1)[0]
    return f"{base}/{name}{question}{query}"


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def database_url(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[str]:
    """A migrated, empty database of this test's own."""
    if engine_name == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "tracker.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgres_url")
    template_name: str = request.getfixturevalue("postgres_template")
    name = f"test_{uuid4().hex[:12]}"
    await execute(server, f"CREATE DATABASE {name} TEMPLATE {template_name}")
    yield database_of(server, name)
    await execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: on PostgreSQL the shared one, which takes no time to make.

    A test that asks for ``database_url`` has that one, its own.
    """
    shared = engine_name == "postgres" and "database_url" not in request.fixturenames
    return str(request.getfixturevalue("postgres_shared" if shared else "database_url"))


@pytest.fixture(scope="session")
async def empty() -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """A function that empties a PostgreSQL database, over a connection that it keeps."""
    kept: dict[str, asyncpg.Connection] = {}

    async def emptied(url: str) -> None:
        if url not in kept or kept[url].is_closed():
            kept[url] = await asyncpg.connect(url)
        await kept[url].execute(_EMPTIED)

    yield emptied
    for connection in kept.values():
        connection.terminate()


class KeptEngines:
    """Engines of PostgreSQL databases that tests use in turn: what is prepared stays prepared."""

    def __init__(self) -> None:
        self._open: dict[str, PostgresEngine] = {}

    async def bind(self, url: str) -> None:
        """Connect a database, over the connections that there are."""
        if url not in self._open:
            engine = await database.connect(url)
            assert isinstance(engine, PostgresEngine)
            self._open[url] = engine
        database.bind(self._open[url])

    async def let_go(self, url: str) -> None:
        """Keep an engine whose connections were all given back, and no other."""
        pool = self._open[url].pool
        if pool is None or pool.get_size() != pool.get_idle_size():
            self._open.pop(url)
            if pool is not None:
                pool.terminate()

    async def close(self) -> None:
        for engine in self._open.values():
            if engine.pool is not None:
                engine.pool.terminate()


@pytest.fixture(scope="session")
async def kept_engines() -> AsyncIterator[KeptEngines]:
    kept = KeptEngines()
    yield kept
    await kept.close()


@pytest.fixture
async def db(
    empty_url: str,
    engine_name: str,
    empty: Callable[[str], Awaitable[None]],
    kept_engines: KeptEngines,
    request: pytest.FixtureRequest,
) -> AsyncIterator[None]:
    """An empty database, connected, on each engine in turn, and nothing kept beside it.

    Whatever the test did, no audit event may hold a personal value (D13).
    """
    is_shared = engine_name == "postgres" and "database_url" not in request.fixturenames
    try:
        if is_shared:
            await kept_engines.bind(empty_url)
            yield
            assert await personal_values_in_events() == []
        else:
            async with database.connected(empty_url):
                yield
                assert await personal_values_in_events() == []
    finally:
        _end_the_threads_aside()
        _empty_the_state_folder()
        if is_shared:
            await kept_engines.let_go(empty_url)
            await empty(empty_url)


def _end_the_threads_aside() -> None:
    """Give the next test new ones."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
    hashing._THREADS.shutdown(wait=False)
    hashing._THREADS = ThreadPoolExecutor(max_workers=2)


def _empty_the_state_folder() -> None:
    for left in Path(_STATE.name).iterdir():
        left.unlink()


_EMPTIED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
SET session_replication_role = replica;
""" + "\n".join(f'DELETE FROM "{table._meta.tablename}";' for table in ALL_TABLES)
"""Removes every row, whatever refers to it and whatever refuses: a log is append-only."""


@pytest.fixture(scope="session", autouse=True)
def _no_stray_files() -> Iterator[None]:
    """Settings read in a test keep their key in a folder that goes with the run."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(Path.cwd()):
        os.environ.setdefault("TRACKER_SECRET_KEY", "k" * 32)
        os.environ["TRACKER_DATABASE_URL"] = f"sqlite:///{folder}/unused.db"
        yield


log.configure(json=True)

_STATE = tempfile.TemporaryDirectory(prefix="tracker-state-")
SETTINGS = Settings(
    database_url="", public_url="http://testserver", secret_key="k" * 32, scheduler="off",
    state=Path(_STATE.name),
)  # fmt: skip


@pytest.fixture
def listening(db: None) -> Iterator[None]:
    """Texts follow each change in its own transaction, as where the application is served."""
    with announcements.listening(reminders.follow(SETTINGS)):
        yield


@pytest.fixture
async def client(listening: None, now: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client of the whole application, on each engine in turn.

    httpx's own transport, because Litestar's test client runs handlers on another loop.
    """
    app = application()
    clock.use(now)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        yield http


@functools.cache
def application() -> Litestar:
    """The application as a value, not served; built once, because it takes longer than a test."""
    return create_app(SETTINGS, clock.SystemClock(), ConsoleGateway())
