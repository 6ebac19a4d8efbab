"""The one way in which a message changes its state: a conditional UPDATE and an event beside it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.ids import new_id
from messaging.domain.reasons import Reason
from messaging.domain.states import may_move
from messaging.domain.terms import MessageState

_EVENT_COLUMNS = "id, message, at, actor, old_state, new_state, reason"
_ROWS_AT_ONCE = 1_000
"""Events written by one statement: no engine takes more than about 32,000 values in one."""


async def move(
    message_id: UUID,
    *,
    old: MessageState,
    new: MessageState,
    reason: Reason | None = None,
    held_by: UUID | None = None,
    attempt: int | None = None,
    actor: UUID | None = None,
    **changes: Any,
) -> bool:
    """Move one message inside the current transaction, and tell whether it was still there to move.

    With ``held_by``, a claim's token, it moves only while that claim holds it; with ``attempt``
    only while that attempt is its newest.
    """
    condition = database.all_of(
        [
            QueryString("id = {}", message_id),
            QueryString("claim_token = {}", held_by) if held_by else _ANY,
            QueryString("attempt_number = {}", attempt) if attempt else _ANY,
        ]
    )
    return bool(await move_all(condition, old=old, new=new, reason=reason, actor=actor, **changes))


async def move_due(
    condition: QueryString,
    *,
    old: MessageState,
    new: MessageState,
    reason: Reason | None = None,
    **changes: Any,
) -> int:
    """Move every message in ``old`` that meets the condition, in a transaction of its own."""
    async with database.transaction():
        return await move_all(condition, old=old, new=new, reason=reason, **changes)


async def move_all(
    condition: QueryString,
    *,
    old: MessageState,
    new: MessageState,
    reason: Reason | None = None,
    actor: UUID | None = None,
    **changes: Any,
) -> int:
    """Move every message in ``old`` that meets the condition; answer how many there were.

    Call it in a transaction.
    """
    if not may_move(old, new):
        raise ValueError(f"A message never moves from {old} to {new}")
    values = {
        "state": new.value,
        "state_reason": reason or "",
        "updated_at": clock.now(),
        **changes,
    }
    rows = await database.run(
        # The state as a literal: SQLite takes a partial index for no parameter.
        f"UPDATE messages SET {{}} WHERE state = '{old.value}' AND {{}} RETURNING id",  # noqa: S608
        _assignments(values),
        condition,
    )
    await note([row["id"] for row in rows], old=old, new=new, reason=reason, actor=actor)
    return len(rows)


_ANY = QueryString("1 = 1")


def _assignments(values: dict[str, Any]) -> QueryString:
    return QueryString(", ".join(f'"{column}" = {{}}' for column in values), *values.values())


async def note(
    message_ids: Collection[UUID],
    *,
    old: MessageState | None,
    new: MessageState,
    reason: Reason | str | None = None,
    actor: UUID | None = None,
) -> None:
    """Write the event of a move for each message."""
    await note_all([(id, old, new, reason or "") for id in message_ids], actor=actor)


async def note_all(
    made: Sequence[tuple[UUID, MessageState | None, MessageState, str]],
    *,
    actor: UUID | None = None,
) -> None:
    """Write the events of several moves: (message, old, new, reason)."""
    at: datetime = clock.now()
    rows = [
        (new_id(), message, at, actor, old.value if old else None, new.value, str(reason))
        for message, old, new, reason in made
    ]
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        await database.run(
            f"INSERT INTO message_events ({_EVENT_COLUMNS}) VALUES {{}}",  # noqa: S608 - our own names
            database.values_list(rows[first : first + _ROWS_AT_ONCE]),
        )
