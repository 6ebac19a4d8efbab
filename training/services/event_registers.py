"""Marks the registers of training events: who stays to the end completes the course."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, StaleVersionError
from core.ids import new_id
from core.scope import Actor
from training.domain.events import MARKS, Changes, changes, completed_on, counts_still
from training.domain.terms import BookingOutcome, EventStatus, Evidence
from training.errors import EventClosedError, RegisterNotOpenError
from training.queries.bookings import BookingView, register
from training.queries.events import EventView
from training.services.fields import refuse
from training.services.kept import settle

_SAVE = (
    "UPDATE training_events SET status = 'held', version = version + 1, places_taken = {},"
    " places = CASE WHEN places < {} THEN {} ELSE places END"
    " WHERE id = {} AND version = {} AND status <> 'cancelled' RETURNING version"
)
_RECORD = (
    "INSERT INTO training_records (id, staff, course, completed_on, hours, evidence, verified,"
    " recorded_by, created_at, counts, event, verified_by, verified_at, withdrawn_reason)"
    " VALUES {} ON CONFLICT DO NOTHING"
)
_WITHDRAW = (
    "UPDATE training_records SET counts = 1 = 0, withdrawn_by = {}, withdrawn_at = {},"
    " withdrawn_reason = {} WHERE event = {} AND staff IN {} AND withdrawn_at IS NULL"
)
WITHDRAWN_BECAUSE = "The register of the event was corrected"


@dataclass(frozen=True, slots=True)
class EventMark:
    """What a register says of one booking."""

    booking_id: UUID
    outcome: BookingOutcome


async def save(event_id: UUID, marks: Sequence[EventMark], *, version: int, by: Actor) -> int:
    """Save marks, all or none, with the records that follow, and answer the new version.

    The same marks again change nothing. A completion of that day that exists is left as it is.

    Raises:
        EventClosedError: the event is cancelled.
        InvalidInputError: a mark is not of this event's bookings, or is none that can be given.
        NotFoundError: the event is not theirs to mark.
        RegisterNotOpenError: the event has not begun.
        StaleVersionError: somebody else saved it in the meantime.
    """
    found, rows = await register(event_id, scope=by.scope)
    if found.status is EventStatus.CANCELLED:
        raise EventClosedError("This event is cancelled")
    if clock.now() < found.register_opens_at:
        raise RegisterNotOpenError
    refuse(_faults(marks, {row.id for row in rows}))
    async with database.transaction():
        await database.serialise(str(event_id))
        found, rows = await register(event_id, scope=by.scope)
        change = changes(
            {row.id: row.outcome for row in rows},
            {mark.booking_id: mark.outcome for mark in marks},
        )
        if not change.outcomes:
            return found.version
        return await _save(found, rows, change, version=version, by=by)


def _faults(marks: Sequence[EventMark], known: Collection[UUID]) -> list[FieldError | None]:
    ids = [mark.booking_id for mark in marks]
    faults: list[FieldError | None] = []
    for place, mark in enumerate(marks):
        if mark.booking_id not in known:
            faults.append(FieldError(f"marks[{place}].booking_id", "Not on this register"))
        elif mark.booking_id in ids[:place]:
            faults.append(FieldError(f"marks[{place}].booking_id", "Marked twice"))
        if mark.outcome not in MARKS:
            faults.append(FieldError(f"marks[{place}].outcome", "Choose how they attended"))
    return faults


async def _save(
    found: EventView, rows: Sequence[BookingView], change: Changes, *, version: int, by: Actor
) -> int:
    taken = change.places_taken
    saved = await database.run(_SAVE, taken, taken, taken, found.id, version)
    if not saved:
        raise StaleVersionError
    await _mark(change.outcomes)
    staff = {row.id: row.staff_id for row in rows}
    own = frozenset(row.staff_id for row in rows if row.is_own)
    await _record([staff[id] for id in sorted(change.completed)], found, by, own=own)
    await _withdraw([staff[id] for id in sorted(change.not_completed)], found, by)
    await settle([staff[id] for id in change.completed | change.not_completed])
    before = {row.id: row.outcome for row in rows}
    await audit.record(
        "training_register_saved",
        by=by,
        subject_type=audit.Subject.TRAINING_EVENT,
        subject=found.id,
        organisation_id=found.organisation_id,
        before={str(id): before[id].value for id in change.outcomes},
        after={str(id): outcome.value for id, outcome in change.outcomes.items()},
    )
    new_version: int = saved[0]["version"]
    return new_version


async def _mark(outcomes: Mapping[UUID, BookingOutcome]) -> None:
    ids: defaultdict[BookingOutcome, list[UUID]] = defaultdict(list)
    for booking_id, outcome in outcomes.items():
        ids[outcome].append(booking_id)
    for outcome, marked in sorted(ids.items()):
        await database.run(
            "UPDATE bookings SET outcome = {}, version = version + 1 WHERE id IN {}",
            outcome.value,
            database.in_list(marked),
        )


async def _record(
    staff_ids: Sequence[UUID], found: EventView, by: Actor, *, own: Collection[UUID]
) -> None:
    """Record the completions of the day on which the event ends, unless the course is retired.

    Whoever marks themselves waits for somebody else to verify it.
    """
    day, now = completed_on(found.ends_at), clock.now()
    if not staff_ids or not counts_still(day, found.retired_on):
        return
    rows = [
        (
            new_id(), staff_id, found.course_id, day, found.course_hours,
            Evidence.REGISTER.value, staff_id not in own, by.account_id, now, False, found.id,
            *((None, None) if staff_id in own else (by.account_id, now)), "",
        )
        for staff_id in staff_ids
    ]  # fmt: skip
    await database.run(_RECORD, database.values_list(rows))


async def _withdraw(staff_ids: Sequence[UUID], found: EventView, by: Actor) -> None:
    if staff_ids:
        await database.run(
            _WITHDRAW, by.account_id, clock.now(), WITHDRAWN_BECAUSE, found.id,
            database.in_list(staff_ids),
        )  # fmt: skip
