"""One database from one URL: transactions, statements, and what differs between the engines."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import aiosqlite
import asyncpg
from piccolo.columns import Column
from piccolo.constraints import Check, Unique
from piccolo.querystring import QueryString
from piccolo.table import TABLE_REGISTRY, Table

from core.engines import Row, SqliteEngine
from core.errors import DatabaseError
from core.postgres_engine import PostgresEngine


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


def snapshot() -> _Transaction:
    """Read all that follows as it stood at one moment; inside a transaction it already is."""
    if bound().current_transaction.get() is not None:
        return cast("_Transaction", contextlib.nullcontext())
    return cast("_Transaction", bound().snapshot())


async def serialise(key: str) -> None:
    """Make transactions that name the same key wait for each other until they end.

    SQLite has one writer, so there they do already.
    """
    await lock("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", key)


async def lock(sql: str, *args: Any) -> None:
    """Run what takes locks until the transaction ends; SQLite has one writer and needs none."""
    if bound().engine_type == "postgres":
        await run(sql, *args)


async def plan_once() -> None:
    """Plan what follows in this transaction once for each connection, whatever the values.

    For a statement that takes longer to plan than to carry out; SQLite keeps its plans anyway.
    """
    if bound().engine_type == "postgres" and bound().current_transaction.get() is not None:
        await run("SET LOCAL plan_cache_mode = 'force_generic_plan'")


async def run(sql: str | QueryString, *args: Any) -> list[Row]:
    """Run one statement with ``{}`` for each value, and answer its rows."""
    engine = bound()
    querystring = QueryString(sql, *args) if isinstance(sql, str) else sql
    return engine.transform_response_to_dicts(await engine.run_querystring(querystring))


def as_instant(value: datetime | str | None) -> datetime | None:
    """Answer an instant out of an expression such as ``MIN``, which SQLite answers as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def london_day(column: str) -> str:
    """Answer the SQL of the day in London of an instant.

    SQLite knows no time zones: there, summer lasts from the last Sunday of March to that of
    October, 01:00 UTC, as it has since 1996.
    """
    if bound().engine_type == "postgres":
        return f"(({column} AT TIME ZONE 'Europe/London')::date)"
    year, at = f"strftime('%Y', {column})", f"datetime({column})"
    summer = f"{at} >= {_sunday(year, '03')} || ' 01' AND {at} < {_sunday(year, '10')} || ' 01'"
    return f"date({column}, CASE WHEN {summer} THEN '+1 hour' ELSE '+0 hours' END)"


def london_midnight(column: str, *, days: int = 0) -> str:
    """Answer the SQL of the instant at which a day begins in London, some days later if need be."""
    if bound().engine_type == "postgres":
        return f"(({column} + {days})::timestamp AT TIME ZONE 'Europe/London')"
    day = f"date({column}, '+{days} days')"
    year = f"strftime('%Y', {day})"
    summer = f"{day} > {_sunday(year, '03')} AND {day} <= {_sunday(year, '10')}"
    return f"datetime({day}, CASE WHEN {summer} THEN '-1 hour' ELSE '+0 hours' END)"


def _sunday(year: str, month: str) -> str:
    """Answer SQLite's words for the last Sunday of a month of 31 days."""
    return f"date({year} || '-{month}-25', 'weekday 0')"


def assignments(values: Mapping[str, Any]) -> dict[Column | str, Any]:
    """Answer values by column name as Piccolo's ``update`` takes them."""
    return dict(values.items())


def in_list(values: Iterable[Any]) -> QueryString:
    """Answer ``(…, …)`` of the values, for ``IN``; an empty list holds nothing."""
    found = list(values)
    return QueryString("(" + (", ".join(["{}"] * len(found)) or "NULL") + ")", *found)


def all_of(conditions: Sequence[QueryString]) -> QueryString:
    """Answer the conditions joined by ``AND``."""
    return QueryString(" AND ".join(["{}"] * len(conditions)), *conditions)


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


async def bulk_update(
    table: type[Table], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Set columns of many rows, inside the current transaction; last in each row is its id."""
    current = bound().current_transaction.get()
    if current is None:
        raise DatabaseError("bulk_update needs a transaction")
    tablename = table._meta.tablename  # noqa: SLF001 - Piccolo's own place for it
    is_postgres = bound().engine_type == "postgres"
    marks = [f"${place}" if is_postgres else "?" for place in range(1, len(columns) + 2)]
    changes = ", ".join(f'"{name}" = {mark}' for name, mark in zip(columns, marks, strict=False))
    await current.connection.executemany(
        f'UPDATE "{tablename}" SET {changes} WHERE "id" = {marks[-1]}',  # noqa: S608 - our own names
        rows,
    )


class _Breach(NamedTuple):
    """What a database error says was broken: a constraint's name, or the columns of a key."""

    name: str
    columns: frozenset[str]


DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, aiosqlite.Error)
DATA_ERRORS = (asyncpg.DataError, OverflowError)
"""A value that the database cannot hold, such as a number too large or an instant in year 0."""
DEADLOCKS = (asyncpg.DeadlockDetectedError,)
"""Two transactions waited for each other, and this one was given up: it may be done again."""

INTEGRITY_ERRORS = (asyncpg.IntegrityConstraintViolationError, aiosqlite.IntegrityError)


def lacks_reference(error: BaseException) -> bool:
    """Tell whether a row was refused for naming another row that does not exist."""
    return isinstance(error, asyncpg.ForeignKeyViolationError) or (
        isinstance(error, aiosqlite.IntegrityError) and "FOREIGN KEY" in str(error)
    )


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


def one_of_or_null(column: str, values: Sequence[str] | type) -> str:
    """Answer the SQL of a check that ``column`` holds one of the values, or nothing."""
    return f'"{column}" IS NULL OR {one_of(column, values)}'


__all__ = ["Check", "DatabaseError", "Index", "PostgresEngine", "Row", "SqliteEngine", "Unique"]
