"""One database from one URL: the engine, transactions, and what differs between the two engines.

Piccolo's stock SQLite engine opens a connection for every query and begins transactions DEFERRED;
``SqliteEngine`` keeps one writer and a few readers instead (docs/adr/0005).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import aiosqlite
import asyncpg
from piccolo.constraints import Check, Unique
from piccolo.engine.postgres import PostgresEngine as PiccoloPostgresEngine
from piccolo.engine.sqlite import SQLiteEngine as PiccoloSqliteEngine
from piccolo.engine.sqlite import SQLiteTransaction, TransactionType, dict_factory
from piccolo.querystring import QueryString
from piccolo.table import TABLE_REGISTRY, Table

Row = dict[str, Any]
"""One row as column name to value."""

_READERS = 4
_BUSY_TIMEOUT_MS = 10_000
_OLDEST_POSTGRES = 14


class DatabaseError(RuntimeError):
    """The database cannot be used as it is; the message says why."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index that a table declares in ``INDEXES``: Piccolo itself knows no partial ones."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    where: str = ""

    def ddl(self, tablename: str) -> str:
        """Answer the statement that creates the index, the same on both engines."""
        columns = ", ".join(f'"{column}"' for column in self.columns)
        unique = "UNIQUE " if self.unique else ""
        where = f" WHERE {self.where}" if self.where else ""
        return f'CREATE {unique}INDEX "{self.name}" ON "{tablename}" ({columns}){where}'


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
                await self.connection.execute("ROLLBACK")
        finally:
            self.engine.writer_lock.release()
        return False

    async def _commit_or_roll_back(self) -> None:
        try:
            await self.connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(aiosqlite.Error):
                await self.connection.execute("ROLLBACK")
            raise


class SqliteEngine(PiccoloSqliteEngine):
    """SQLite with one kept writer, a few kept readers, WAL and ``synchronous=FULL``."""

    __slots__ = ("_readers", "writer", "writer_lock")
    writer: aiosqlite.Connection

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))
        self.writer_lock = asyncio.Lock()
        self._readers: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()

    async def start(self) -> None:
        """Open the writer and the readers."""
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        self.writer_lock = asyncio.Lock()
        self.writer = await self._open("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
        self._readers = asyncio.LifoQueue()
        for _ in range(_READERS):
            self._readers.put_nowait(await self._open("PRAGMA query_only = 1"))

    async def stop(self) -> None:
        """Close every connection."""
        for _ in range(_READERS):
            await (await self._readers.get()).close()
        async with self.writer_lock:
            await self.writer.close()

    async def _open(self, *pragmas: str) -> aiosqlite.Connection:
        connection: aiosqlite.Connection = await aiosqlite.connect(**self.connection_kwargs)
        connection.row_factory = dict_factory  # type: ignore[assignment]  # Piccolo's, a function
        for pragma in (
            f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}",
            "PRAGMA foreign_keys = 1",
            *pragmas,
        ):
            await connection.execute(pragma)
        return connection

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = False,  # noqa: FBT001, FBT002 - Piccolo's signature
    ) -> SQLiteTransaction:
        """Begin a transaction on the writer; a nested one is refused."""
        return _WriterTransaction(self, transaction_type, allow_nested)

    async def _run_in_new_connection(
        self,
        query: str,
        args: list[Any] | None = None,
        query_type: str = "generic",
        table: type[Table] | None = None,
    ) -> list[Row]:
        del query_type, table  # RETURNING answers what they were for
        if query.lstrip()[:6].upper() == "SELECT":
            reader = await self._readers.get()
            try:
                return await _fetch(reader, query, args)
            finally:
                self._readers.put_nowait(reader)
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


async def _fetch(connection: aiosqlite.Connection, query: str, args: list[Any] | None) -> list[Row]:
    return cast("list[Row]", await connection.execute_fetchall(query, args or []))


class PostgresEngine(PiccoloPostgresEngine):
    """PostgreSQL with a pool; the version is asked for in ``start``, not while importing."""

    def __init__(self, dsn: str) -> None:
        super().__init__(config={"dsn": dsn}, extensions=())

    async def check_version(self) -> None:
        """Ask nothing while the engine is built."""

    async def start(self) -> None:
        """Open the pool.

        Raises:
            DatabaseError: the server is too old or does not answer.
        """
        try:
            await self.start_connection_pool(
                min_size=1, max_size=10, command_timeout=60, server_settings={"timezone": "UTC"}
            )
        except (OSError, asyncpg.PostgresError) as error:
            raise DatabaseError(f"PostgreSQL does not answer: {error}") from error
        version = int((await self._run_in_pool("SHOW server_version_num"))[0][0]) // 10_000
        if version < _OLDEST_POSTGRES:
            raise DatabaseError(f"PostgreSQL {_OLDEST_POSTGRES} or newer is needed, not {version}")

    async def stop(self) -> None:
        """Close the pool."""
        await self.close_connection_pool()


class _Bound:
    engine: SqliteEngine | PostgresEngine | None = None


def engine_for(url: str) -> SqliteEngine | PostgresEngine:
    """Answer the engine of a database URL, not yet connected."""
    if url.startswith("sqlite:///"):
        return SqliteEngine(Path(url.removeprefix("sqlite:///")))
    return PostgresEngine(url)


async def connect(url: str) -> SqliteEngine | PostgresEngine:
    """Open the database of ``url`` and make it the one that every table uses."""
    engine = engine_for(url)
    await engine.start()
    bind(engine)
    return engine


def bind(engine: SqliteEngine | PostgresEngine) -> None:
    """Make ``engine`` the one that every table uses."""
    _Bound.engine = engine
    for table in TABLE_REGISTRY:
        table._meta.db = engine  # noqa: SLF001 - Piccolo's own place for it


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[SqliteEngine | PostgresEngine]:
    """Open the database for the length of a block."""
    engine = await connect(url)
    try:
        yield engine
    finally:
        await engine.stop()


def bound() -> SqliteEngine | PostgresEngine:
    """Answer the engine in use."""
    if _Bound.engine is None:
        raise DatabaseError("No database is connected")
    return _Bound.engine


class _Transaction(Protocol):
    async def __aenter__(self) -> object: ...
    async def __aexit__(self, kind: object, error: object, trace: object) -> bool | None: ...


def transaction() -> _Transaction:
    """Begin one transaction; a nested one is refused, because it would silently join the outer."""
    return cast("_Transaction", bound().transaction(allow_nested=False))


async def run(sql: str | QueryString, *args: Any) -> list[Row]:
    """Run one statement with ``{}`` for each value, and answer its rows."""
    engine = bound()
    querystring = QueryString(sql, *args) if isinstance(sql, str) else sql
    found = await engine.run_querystring(querystring)
    return engine.transform_response_to_dicts(found)


def as_instant(value: datetime | str | None) -> datetime | None:
    """Answer an instant out of an expression such as ``MIN``, which SQLite answers as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def values_list(rows: Sequence[Sequence[Any]]) -> QueryString:
    """Answer ``(…), (…)`` of the rows, for one multi-row ``INSERT``."""
    one = "(" + ", ".join(["{}"] * len(rows[0])) + ")"
    return QueryString(", ".join([one] * len(rows)), *(value for row in rows for value in row))


async def bulk_insert(
    table: type[Table], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert many rows the fastest way that the engine has, inside the current transaction."""
    current = bound().current_transaction.get()
    if current is None:
        raise DatabaseError("bulk_insert needs a transaction")
    tablename = table._meta.tablename  # noqa: SLF001 - Piccolo's own place for it
    if bound().engine_type == "postgres":
        await current.connection.copy_records_to_table(tablename, records=rows, columns=columns)
        return
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    await current.connection.executemany(
        f'INSERT INTO "{tablename}" ({names}) VALUES ({marks})',  # noqa: S608 - our own names
        rows,
    )


class _Breach(NamedTuple):
    """What a database error says was broken: a constraint's name, or the columns of a key."""

    name: str
    columns: frozenset[str]


DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, aiosqlite.Error)
INTEGRITY_ERRORS = (asyncpg.IntegrityConstraintViolationError, aiosqlite.IntegrityError)


def breaks(error: BaseException, table: type[Table], constraint: str) -> bool:
    """Tell whether ``error`` is the breach of that table's constraint or index of that name.

    A column declared ``unique=True`` goes by ``<column>``.
    """
    breach = _breach_of(error)
    if breach is None:
        return False
    meta = table._meta  # noqa: SLF001 - Piccolo's own place for it
    names = {constraint, f"{meta.tablename}_{constraint}_key"}
    return breach.name in names or breach.columns == _key_columns(table, constraint)


def _breach_of(error: BaseException) -> _Breach | None:
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return _Breach(str(error.constraint_name), frozenset({"-"}))
    if isinstance(error, aiosqlite.IntegrityError):
        _, _, what = str(error).partition(": ")
        return _Breach(what, frozenset(what.split(", ")))
    return None


def _key_columns(table: type[Table], constraint: str) -> frozenset[str]:
    meta = table._meta  # noqa: SLF001 - Piccolo's own place for it
    columns: Sequence[str] = (constraint,)
    for known in meta.constraints:
        if known._meta.name == constraint and isinstance(known, Unique):  # noqa: SLF001
            columns = known._meta.params["columns"]  # noqa: SLF001
    for index in getattr(table, "INDEXES", ()):
        if index.name == constraint:
            columns = index.columns
    return frozenset(f"{meta.tablename}.{column}" for column in columns)


@contextlib.contextmanager
def refusing(table: type[Table], **refusals: Exception) -> Iterator[None]:
    """Turn the breach of a named constraint of ``table`` into the error given for it."""
    try:
        yield
    except INTEGRITY_ERRORS as error:
        for constraint, refusal in refusals.items():
            if breaks(error, table, constraint):
                raise refusal from error
        raise


def one_of(column: str, values: Sequence[str] | type) -> str:
    """Answer the SQL of a check that ``column`` holds one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)  # type: ignore[union-attr]
    return f'"{column}" IN ({listed})'


__all__ = ["Check", "Index", "Row", "Unique"]
