"""SQLite under Piccolo, with one kept writer.

Piccolo's stock SQLite engine opens a connection for every query and begins transactions DEFERRED;
``SqliteEngine`` keeps one writer and a few readers instead (docs/adr/0005).
"""

import asyncio
import contextlib
import re
from pathlib import Path
from typing import Any, cast

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine as PiccoloSqliteEngine
from piccolo.engine.sqlite import SQLiteTransaction, TransactionType, dict_factory
from piccolo.table import Table

from core.errors import DatabaseError

Row = dict[str, Any]
"""One row as column name to value."""

_READERS = 4
_BUSY_TIMEOUT_MS = 10_000
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


class _WriterTransaction(SQLiteTransaction):
    """A transaction on the kept writer connection, begun IMMEDIATE."""

    __slots__ = ()
    engine: "SqliteEngine"

    async def __aenter__(self) -> SQLiteTransaction:
        await self.engine.writer_lock.acquire()
        try:
            self.connection = self.engine.writer
            await self.connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            # The connection's thread may still carry out a BEGIN that nobody waits for.
            await self._roll_back()
            self.engine.writer_lock.release()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: object, exception: object, trace: object) -> bool:
        self.engine.current_transaction.reset(self.context)
        try:
            if exception is None:
                await self._commit_or_roll_back()
            else:
                await self._roll_back()
        finally:
            self.engine.writer_lock.release()
        return False

    async def _commit_or_roll_back(self) -> None:
        try:
            await self.connection.execute("COMMIT")
        except BaseException:
            await self._roll_back()
            raise

    async def _roll_back(self) -> None:
        with contextlib.suppress(aiosqlite.Error):  # nothing has begun, or SQLite undid it itself
            await self.connection.execute("ROLLBACK")


class _ReaderSnapshot(SQLiteTransaction):
    """A transaction on one of the readers: all that it reads stood at the same moment."""

    __slots__ = ()
    engine: "SqliteEngine"

    async def __aenter__(self) -> SQLiteTransaction:
        self.connection = await self.engine.take_reader()
        try:
            await self.connection.execute("BEGIN")
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: object, exception: object, trace: object) -> bool:
        self.engine.current_transaction.reset(self.context)
        await self._give_back()
        return False

    async def _give_back(self) -> None:
        with contextlib.suppress(aiosqlite.Error):
            await self.connection.execute("ROLLBACK")
        self.engine.give_back_reader(self.connection)


class SqliteEngine(PiccoloSqliteEngine):
    """SQLite with one kept writer, a few kept readers, WAL and ``synchronous=FULL``."""

    __slots__ = ("_readers", "writer", "writer_lock")
    writer: aiosqlite.Connection

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))
        self.writer_lock = asyncio.Lock()
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()

    async def start(self) -> None:
        """Open the writer and the readers.

        Raises:
            DatabaseError: the file cannot be opened, or is no database.
        """
        self.writer_lock = asyncio.Lock()
        self._readers = asyncio.LifoQueue()
        try:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            self.writer = await self._open("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
            for _ in range(_READERS):
                self._readers.put_nowait(await self._open("PRAGMA query_only = 1"))
        except (OSError, aiosqlite.Error) as error:
            raise DatabaseError(f"The file {self.path} cannot be used: {error}") from error

    async def stop(self) -> None:
        """Close every connection."""
        for _ in range(_READERS):
            await (await self._readers.get()).close()
        async with self.writer_lock:
            await self.writer.close()

    async def _open(self, *pragmas: str) -> aiosqlite.Connection:
        connection: aiosqlite.Connection = await aiosqlite.connect(**self.connection_kwargs)
        connection.row_factory = dict_factory  # type: ignore[assignment]  # Piccolo's, a function
        try:
            for pragma in (
                f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}",
                "PRAGMA foreign_keys = 1",
                *pragmas,
            ):
                await connection.execute(pragma)
        except BaseException:
            await connection.close()  # its thread would keep the process from ending
            raise
        return connection

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = False,  # noqa: FBT001, FBT002 - Piccolo's signature
    ) -> SQLiteTransaction:
        """Begin a transaction on the writer; a nested one is refused."""
        return _WriterTransaction(self, transaction_type, allow_nested)

    def snapshot(self) -> SQLiteTransaction:
        """Begin a transaction that only reads, on a reader of its own."""
        return _ReaderSnapshot(self)

    async def take_reader(self) -> aiosqlite.Connection:
        """Take a reader out of the kept ones; whoever takes it gives it back."""
        return await self._readers.get()

    def give_back_reader(self, reader: aiosqlite.Connection) -> None:
        """Put a reader back to the kept ones."""
        self._readers.put_nowait(reader)

    async def _run_in_new_connection(
        self,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: type[Table] | None = None,
    ) -> list[Row]:
        del query_type, table  # RETURNING answers what they were for
        if _only_reads(query):
            reader = await self.take_reader()
            try:
                return await _fetch(reader, query, args)
            finally:
                self.give_back_reader(reader)
        async with self.writer_lock:
            return await _fetch(self.writer, query, args)

    async def _run_in_existing_connection(
        self,
        connection: aiosqlite.Connection,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: type[Table] | None = None,
    ) -> list[Row]:
        del query_type, table
        return await _fetch(connection, query, args)


def _only_reads(query: str) -> bool:
    """Tell whether a reader may run it; a report that begins with ``WITH`` waits for no writer."""
    first = query.split(maxsplit=1)[0].upper()
    return first == "SELECT" or (first == "WITH" and not _WRITES.search(query))


async def _fetch(connection: aiosqlite.Connection, query: str, args: list[Any] | None) -> list[Row]:
    return cast("list[Row]", await connection.execute_fetchall(query, args or []))
