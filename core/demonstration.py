"""What every room's demonstration is built with: ids from a seed, whole rows, and progress."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.table import Table

from core import clock, database

Progress = Callable[[str, int, int], None]
"""Told what is being made, how much of it is done, and of how much."""

_IDS_PER_MILLISECOND = 4096


def source_of(seed: int, room: str) -> random.Random:
    """Answer the source of chance of one room: the same seed gives the same people."""
    return random.Random(f"{seed}/{room}")  # noqa: S311 - invented people, no secret


class Ids:
    """Makes version 7 ids that the seed and the day alone decide, in order of making."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        midnight: datetime = clock.instant_of(clock.today(), "00:00")
        self._first_ms = int(midnight.timestamp() * 1000)
        self._made = 0

    def new(self) -> UUID:
        """Answer the next id."""
        milliseconds, within = divmod(self._made, _IDS_PER_MILLISECOND)
        self._made += 1
        high = (self._first_ms + milliseconds) << 16 | 0x7000 | within
        return UUID(int=high << 64 | 0b10 << 62 | self._chance.getrandbits(62))


class Rows:
    """Collects whole rows of a few tables and inserts them at once, referenced tables first."""

    def __init__(self, *tables: type[Table]) -> None:
        self._columns = {
            table: tuple(column._meta.db_column_name for column in table._meta.columns)  # noqa: SLF001 - Piccolo's own place for it
            for table in tables
        }
        self._defaults = {table: _defaults(table) for table in tables}
        self._rows: dict[type[Table], list[tuple[Any, ...]]] = {table: [] for table in tables}

    def add(self, table: type[Table], **values: Any) -> None:
        """Add one row; a column that is not given has the table's own default.

        Raises:
            ValueError: a column without a default is missing, or there is no such column.
        """
        columns = self._columns[table]
        row = {**self._defaults[table], **values}
        if len(row) != len(columns):
            raise ValueError(f"{table.__name__} needs {columns}")
        self._rows[table].append(tuple([row[column] for column in columns]))

    def count(self, table: type[Table]) -> int:
        """Answer how many rows of the table wait to be inserted."""
        return len(self._rows[table])

    async def insert(self) -> None:
        """Insert what was collected, inside the current transaction, and forget it."""
        for table, rows in self._rows.items():
            if rows:
                await database.bulk_insert(table, self._columns[table], rows)
                rows.clear()


def _defaults(table: type[Table]) -> dict[str, Any]:
    """Answer the fixed defaults of a table's columns; a text or number of its own, or nothing."""
    found = {}
    for column in table._meta.columns:  # noqa: SLF001 - Piccolo's own place for it
        default = column._meta.params.get("default")  # noqa: SLF001 - Piccolo's own place for it
        if isinstance(default, (str, int)) or (default is None and column._meta.null):  # noqa: SLF001
            found[column._meta.db_column_name] = getattr(default, "value", default)  # noqa: SLF001
    return found
