"""PostgreSQL under Piccolo, with a pool of connections."""

import asyncio
import contextlib

import asyncpg
from piccolo.engine.postgres import PostgresEngine as PiccoloPostgresEngine
from piccolo.engine.postgres import PostgresTransaction

from core.errors import DatabaseError

_OLDEST_POSTGRES = 14
_CONNECT_SECONDS = 10
_CONNECTIONS = 10
_SNAPSHOTS = 2
"""As many of them may be held by readers of one moment each.

With more at once no report comes sooner, and registers wait for the processors and connections
that reports have.
"""


class _PoolTransaction(PostgresTransaction):
    """A transaction that gives its connection back whatever happens while it begins or ends."""

    __slots__ = ("_pool",)

    async def __aenter__(self) -> PostgresTransaction:
        if self.engine.pool is None:
            raise DatabaseError("No pool is open")
        self._pool = self.engine.pool
        self.connection = await self._pool.acquire()
        try:
            self.transaction = self._begun_on(self.connection)
            await self.transaction.start()
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    def _begun_on(self, connection: asyncpg.Connection) -> asyncpg.transaction.Transaction:
        return connection.transaction()

    async def __aexit__(self, exception_type: object, exception: object, trace: object) -> bool:
        self.engine.current_transaction.reset(self.context)
        try:
            if exception is None:
                await self.transaction.commit()
            else:
                await self._roll_back()
        finally:
            await self._give_back()
        return False

    async def _roll_back(self) -> None:
        # A lost connection has rolled back already.
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await self.transaction.rollback()

    async def _give_back(self) -> None:
        await self._pool.release(self.connection)


class _PoolSnapshot(_PoolTransaction):
    """A transaction that only reads: all that it reads stood at the same moment.

    A few at a time, so that long reports leave connections to those who save registers.
    """

    __slots__ = ()
    engine: "PostgresEngine"

    async def __aenter__(self) -> PostgresTransaction:
        await self.engine.snapshots.acquire()
        try:
            return await super().__aenter__()
        except BaseException:
            self.engine.snapshots.release()
            raise

    async def __aexit__(self, exception_type: object, exception: object, trace: object) -> bool:
        try:
            return await super().__aexit__(exception_type, exception, trace)
        finally:
            self.engine.snapshots.release()

    def _begun_on(self, connection: asyncpg.Connection) -> asyncpg.transaction.Transaction:
        return connection.transaction(isolation="repeatable_read", readonly=True)


class PostgresEngine(PiccoloPostgresEngine):
    """PostgreSQL with a pool; the version is asked for in ``start``, not while importing."""

    def __init__(self, dsn: str) -> None:
        super().__init__(config={"dsn": dsn}, extensions=())
        self.snapshots = asyncio.Semaphore(_SNAPSHOTS)

    async def check_version(self) -> None:
        """Ask nothing while the engine is built."""

    async def start(self) -> None:
        """Open the pool.

        Raises:
            DatabaseError: the server is too old or does not answer.
        """
        try:
            await self.start_connection_pool(
                min_size=1, max_size=_CONNECTIONS, timeout=_CONNECT_SECONDS, command_timeout=60,
                server_settings={"timezone": "UTC"}, reset=_keep_as_it_is,
            )  # fmt: skip
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseError(f"PostgreSQL does not answer: {_reason(error)}") from error
        version = int((await self._run_in_pool("SHOW server_version_num"))[0][0]) // 10_000
        if version < _OLDEST_POSTGRES:
            await self.stop()
            raise DatabaseError(f"PostgreSQL {_OLDEST_POSTGRES} or newer is needed, not {version}")

    async def stop(self) -> None:
        """Close the pool."""
        await self.close_connection_pool()

    def transaction(
        self,
        allow_nested: bool = False,  # noqa: FBT001, FBT002 - Piccolo's signature
    ) -> PostgresTransaction:
        """Begin a transaction on a connection of the pool; a nested one is refused."""
        return _PoolTransaction(self, allow_nested)

    def snapshot(self) -> PostgresTransaction:
        """Begin a transaction that only reads, on a connection of the pool."""
        return _PoolSnapshot(self)


async def _keep_as_it_is(_: asyncpg.Connection) -> None:
    """Ask nothing of a connection that is given back; what a reader left begun is undone before.

    asyncpg would reset settings and locks each time. Ours are a transaction's, and end with it.
    """


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
