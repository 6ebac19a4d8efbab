"""Cancels, puts back and moves sessions, each change previewed and saved as one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from core import clock, database
from core.errors import InvalidInputError, StaleVersionError
from core.scope import Actor, Permission
from programmes.domain.session_changes import Cancel, Change, PutBack, Reschedule
from programmes.domain.terms import SessionStatus
from programmes.errors import (
    SessionCancelledError,
    SessionFixedError,
    SessionMarkedError,
    SessionNotCancelledError,
    VenueNotAvailableError,
)
from programmes.queries import cohorts as reads
from programmes.queries.cohorts import SessionView
from programmes.queries.programmes import venues
from programmes.services import places, reach, session_writes
from programmes.services.closed_days import closures_of
from programmes.services.fields import near_fault, refuse, stale_version, text_fault
from programmes.services.session_plans import (
    ChangePlan,
    Move,
    Timetable,
    after_moving,
    planned,
    refuse_overlap,
    run_again,
    timetable_of,
)

_NOT_AS_SHOWN = "It would not do what you were shown: the timetable was last saved by {}"


async def preview(session_id: UUID, change: Change, *, by: Actor) -> ChangePlan:
    """Answer what the change would do; nothing is saved.

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: the session is not visible.
        SessionCancelledError, SessionFixedError, SessionMarkedError, SessionNotCancelledError: the
            session is not in a state to be changed so.
        VenueNotAvailableError: the venue cannot be used on one of the days.
    """
    session = await _to_change(session_id, by)
    async with places.noting(session.organisation_id, session.cohort_id, by=by):
        plan = await _plan(session, change, by)
        async with database.transaction():
            await _keep_apart(plan, by)
    return plan


async def change(
    session_id: UUID, change: Change, *, by: Actor, plan_key: str | None = None
) -> ChangePlan:
    """Save the change with all that it moves, and answer what it did.

    Raises:
        StaleVersionError: with ``plan_key``, the change would not do what was previewed.
        InvalidInputError and all others: as for ``preview``.
    """
    session = await _to_change(session_id, by)
    async with (
        places.noting(session.organisation_id, session.cohort_id, by=by),
        database.transaction(),
    ):
        await database.serialise(f"timetable of {session.cohort_id}")
        session = await reads.session(session_id, scope=by.scope)
        plan = await _plan(session, change, by)
        if plan_key not in (None, plan.key):
            raise await _stale_plan(session, by)
        await _keep_apart(plan, by)
        await session_writes.save(plan, change, by=by)
    return plan


async def _stale_plan(session: SessionView, by: Actor) -> StaleVersionError:
    views = await reads.sessions_of(session.cohort_id, scope=by.scope)
    timetable = (session.cohort_id, *(view.id for view in views))
    return await stale_version(*timetable, by=by, said=_NOT_AS_SHOWN)


async def _to_change(session_id: UUID, by: Actor) -> SessionView:
    session = await reads.session(session_id, scope=by.scope)
    by.require(
        Permission.MANAGE_COHORTS, side=session.side, organisation_id=session.organisation_id
    )
    await reach.require_cohort(session.cohort_id, Permission.MANAGE_COHORTS, by=by)
    return session


async def _plan(session: SessionView, change: Change, by: Actor) -> ChangePlan:
    table = await timetable_of(session, scope=by.scope)
    if isinstance(change, Cancel):
        moves = await _cancelling(table, change)
    elif isinstance(change, PutBack):
        moves = await _putting_back(table)
    else:
        moves = await _rescheduling(table, change, by)
    if session.enrolment_id is None:
        refuse_overlap(table, moves)
    return await planned(table, moves, scope=by.scope)


async def _cancelling(table: Timetable, change: Cancel) -> list[Move]:
    session = table.session
    refuse([text_fault("reason", change.reason, longest=200)])
    _refuse_own_cascade(session, cascade=change.cascade)
    if session.status is SessionStatus.CANCELLED:
        raise SessionCancelledError
    if session.status is not SessionStatus.SCHEDULED:
        raise SessionMarkedError
    cancelled = table.move(session, None)
    if not change.cascade:
        return [cancelled]
    again = await run_again(table)
    return [cancelled, again, *await after_moving(table, again)]


async def _putting_back(table: Timetable) -> list[Move]:
    session = table.session
    if session.status is not SessionStatus.CANCELLED:
        raise SessionNotCancelledError
    move = table.move(session, session.starts_at)
    await _refuse_closed(table, move, session.starts_at)
    return [move]


async def _rescheduling(table: Timetable, change: Reschedule, by: Actor) -> list[Move]:
    session = table.session
    _refuse_own_cascade(session, cascade=change.cascade)
    if session.status is SessionStatus.CANCELLED:
        raise SessionCancelledError
    if session.status is not SessionStatus.SCHEDULED or session.starts_at <= clock.now():
        raise SessionFixedError
    starts_at = change.starts_at or session.starts_at
    if starts_at <= clock.now():
        raise InvalidInputError.of("starts_at", "Choose a time that is still to come")
    refuse([near_fault("starts_at", clock.london(starts_at).date())])
    moved = await _placed(table, table.move(session, starts_at), change, by)
    await _refuse_closed(table, moved, starts_at)
    if not change.cascade:
        return _changed([moved])
    moving = {move.session_id: move for move in await after_moving(table, moved)}
    later = [
        await _placed(table, moving.get(view.id, table.move(view, view.starts_at)), change, by)
        for view in table.later
    ]
    return _changed([moved, *later])


def _changed(moves: Sequence[Move]) -> list[Move]:
    """Answer the moves that change anything."""
    return [move for move in moves if move.is_elsewhere or move.to_at != move.from_at]


def _refuse_own_cascade(session: SessionView, *, cascade: bool) -> None:
    if cascade and session.enrolment_id is not None:
        raise InvalidInputError.of("cascade", "One person's own session moves no other")


async def _placed(table: Timetable, move: Move, change: Reschedule, by: Actor) -> Move:
    """Answer the move with its new venue and mode."""
    venue_id = move.venue_id
    if change.place is not None:
        venue_id = change.place.venue_id or table.cohort.venue_id
        await _refuse_unknown(venue_id, table, by)
    mode = change.mode or move.mode
    elsewhere = (venue_id, mode) != (move.venue_id, move.mode)
    return replace(move, venue_id=venue_id, mode=mode, is_elsewhere=elsewhere)


async def _refuse_unknown(venue_id: UUID | None, table: Timetable, by: Actor) -> None:
    where = (table.cohort.side, table.cohort.organisation_id)
    known = {
        venue.id
        for venue in await venues(scope=by.scope)
        if (venue.side, venue.organisation_id) == where
    }
    if venue_id is not None and venue_id not in known:
        raise InvalidInputError.of("venue_id", "Choose a venue from the list")


async def _refuse_closed(table: Timetable, move: Move, starts_at: datetime) -> None:
    """Refuse a day chosen by hand on which the organisation or the venue is closed."""
    day = clock.london(starts_at).date()
    closed = await closures_of(
        table.cohort.organisation_id, move.venue_id if move.place_day else None
    )
    if closed(day) and move.place_day:
        raise VenueNotAvailableError(day)
    if closed(day):
        raise InvalidInputError.of("starts_at", "Nothing takes place on this day")


async def _keep_apart(plan: ChangePlan, by: Actor) -> None:
    """Refuse days on which the other side meets in the building of a session (D5)."""
    known = {venue.id: venue.place for venue in await venues(scope=by.scope)}
    days: dict[str, set[date]] = {}
    for move in plan.moves:
        if move.place_day and move.venue_id:
            days.setdefault(known.get(move.venue_id, ""), set()).add(move.place_day)
    for place in sorted(days):
        await places.keep_apart(place, plan.cohort.side, days[place])
