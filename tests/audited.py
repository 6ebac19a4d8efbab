"""Holds after every test that no audit event keeps a personal value that the test put in (D13).

Events are never deleted, so what retention is to remove must not be in them: ids, codes, and the
names of the fields that changed, but no text and no day that identifies somebody.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from piccolo.table import Table

from core import database
from core.tables import AuditEvent, Upload
from tests.tables import ALL_TABLES

SHORTEST = 3
"""A shorter text is found in anything."""


async def personal_values_in_events() -> list[str]:
    """Each personal value that an audit event holds, as the event's action and the column."""
    events = await database.run(
        "SELECT action, before, after, reason FROM audit_events"
        " WHERE before IS NOT NULL OR after IS NOT NULL OR reason <> ''"
    )
    said = {(event["action"], text) for event in events for text in texts_of(event)}
    if not said:
        return []
    values = await personal_values()
    return sorted(f"{action}: {values[text]}" for action, text in said if text in values)


def texts_of(event: database.Row) -> Iterator[str]:
    yield event["reason"]
    for column in ("before", "after"):
        yield from _leaves(json.loads(event[column] or "null"))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield str(value)


async def personal_values() -> dict[str, str]:
    """Every personal text and day in the database, with where it stands."""
    rows = await database.run(_PERSONAL_VALUES)
    return {row["value"]: row["place"] for row in rows if len(row["value"]) >= SHORTEST}


def free_columns(table: type[Table]) -> list[str]:
    """The personal columns in which anything can stand: codes may be told of."""
    if table in (AuditEvent, Upload):
        return []
    return sorted(
        column._meta.name
        for column in table._meta.columns
        if column._meta.name in table.PERSONAL
        and column.value_type in {str, date, datetime}
        and not column._meta.choices
    )


_PERSONAL_VALUES = " UNION ALL ".join(
    f"SELECT '{table._meta.tablename}.{name}' AS place, CAST(\"{name}\" AS text) AS value"
    f' FROM "{table._meta.tablename}" WHERE "{name}" IS NOT NULL'
    for table in ALL_TABLES
    for name in free_columns(table)
)
"""One statement, because it follows every test."""
