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


async def move(
    message_id: UUID,
    *,
    old: MessageState,
    new: MessageState,
    reason: Reason | None = None,
    held_by: UUID | None = None,
    actor: UUID | None = None,
    **changes: Any,
) -> bool:
    """Move one message inside the current transaction, and tell whether it was still there to move.

    With ``held_by``, a claim's token, it moves only while that claim holds it.
    """
    if not may_move(old, new):
        raise ValueError(f"A message never moves from {old} to {new}")
    held = QueryString("claim_token = {}", held_by) if held_by else QueryString("1 = 1")
    values = {
        "state": new.value,
        "state_reason": reason or "",
        "updated_at": clock.now(),
        **changes,
    }
    rows = await database.run(
        "UPDATE messages SET {} WHERE id = {} AND state = {} AND {} RETURNING id",
        _assignments(values),
        message_id,
        old.value,
        held,
    )
    if rows:
        await note([message_id], old=old, new=new, reason=reason, actor=actor)
    return bool(rows)


async def move_due(
    condition: QueryString,
    *,
    old: MessageState,
    new: MessageState,
    reason: Reason | None = None,
    **changes: Any,
) -> int:
    """Move every message in ``old`` that meets the condition; answer how many there were."""
    if not may_move(old, new):
        raise ValueError(f"A message never moves from {old} to {new}")
    values = {
        "state": new.value,
        "state_reason": reason or "",
        "updated_at": clock.now(),
        **changes,
    }
    async with database.transaction():
        rows = await database.run(
            "UPDATE messages SET {} WHERE state = {} AND {} RETURNING id",
            _assignments(values),
            old.value,
            condition,
        )
        await note([row["id"] for row in rows], old=old, new=new, reason=reason)
    return len(rows)


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
    if not made:
        return
    at: datetime = clock.now()
    rows = [
        (new_id(), message, at, actor, old.value if old else None, new.value, str(reason))
        for message, old, new, reason in made
    ]
    await database.run(
        f"INSERT INTO message_events ({_EVENT_COLUMNS}) VALUES {{}}",  # noqa: S608 - our own names
        database.values_list(rows),
    )
