"""Keeps what figures rest on: which records count, each person's current ones, their position.

Whoever changes a record, a post or a course calls ``settle`` in the same transaction.
"""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from core import database
from core.scope import SYSTEM
from training.queries.kept import AT_ONCE, Facts, facts_as_kept, facts_as_they_are
from training.tables import CurrentRecord, Staff

_COLUMNS = ("id", "staff", "course", "completed_on", "position")


async def settle(staff_ids: Collection[UUID]) -> None:
    """Bring what is kept of some people up to date, within the current transaction.

    Their rows stay locked to its end, so that two changes to one person follow one another.
    """
    ids = sorted(set(staff_ids))
    for at in range(0, len(ids), AT_ONCE):
        await _settle(ids[at : at + AT_ONCE])


async def settle_courses(course_ids: Collection[UUID]) -> None:
    """Bring up to date whoever has completed one of some courses, within the transaction."""
    rows = await database.run(
        "SELECT DISTINCT staff FROM training_records WHERE course IN {}",
        database.in_list(sorted(course_ids)),
    )
    await settle([row["staff"] for row in rows])


async def hold(staff_ids: Collection[UUID]) -> None:
    """Keep others from changing what is kept of some people, to the end of the transaction."""
    await database.lock(
        "SELECT id FROM staff WHERE id IN {} ORDER BY id FOR NO KEY UPDATE",
        database.in_list(sorted(staff_ids)),
    )


async def _settle(ids: Sequence[UUID]) -> None:
    await hold(ids)
    kept = await facts_as_kept(ids, scope=SYSTEM.scope)
    are = await facts_as_they_are(ids, scope=SYSTEM.scope)
    await _keep_counting(are.counting.keys() - kept.counting.keys(), counts=True)
    await _keep_counting(kept.counting.keys() - are.counting.keys(), counts=False)
    await _keep_positions(ids, kept, are)
    await _keep_current(kept, are)


async def _keep_counting(record_ids: Collection[UUID], *, counts: bool) -> None:
    if record_ids:
        await database.run(
            "UPDATE training_records SET counts = {} WHERE id IN {}",
            counts,
            database.in_list(sorted(record_ids)),
        )


async def _keep_positions(ids: Sequence[UUID], kept: Facts, are: Facts) -> None:
    changed: list[tuple[UUID | date | None, ...]] = []
    for staff_id in ids:
        alone = are.alone.get(staff_id)
        if kept.alone.get(staff_id) != alone:
            values = (alone.position_id, alone.since, alone.appointed_on) if alone else (None,) * 3
            changed.append((*values, staff_id))
    await database.bulk_update(Staff, ("position", "in_position_since", "appointed_on"), changed)


async def _keep_current(kept: Facts, are: Facts) -> None:
    gone = [old.record_id for key, old in kept.current.items() if are.current.get(key) != old]
    if gone:
        await database.run("DELETE FROM current_records WHERE id IN {}", database.in_list(gone))
    rows = [
        (new.record_id, *key, new.completed_on, new.position_id)
        for key, new in are.current.items()
        if kept.current.get(key) != new
    ]
    if rows:
        await database.bulk_insert(CurrentRecord, _COLUMNS, rows)
