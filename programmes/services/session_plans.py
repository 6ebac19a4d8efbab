"""Works out what a change of a session would do: which sessions move, and who would be told."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from core import clock
from core.errors import InvalidInputError
from core.scope import Scope
from programmes.domain.contacts import Contact, group_units
from programmes.domain.places import is_met_there
from programmes.domain.terms import DeliveryMode, SessionStatus
from programmes.domain.timetable import (
    IsClosed,
    NoOpenDayError,
    PlannedSession,
    next_open,
    pushed,
)
from programmes.errors import NoOpenDayFoundError
from programmes.queries.cohorts import CohortView, SessionView, cohort, sessions_of
from programmes.queries.programmes import UnitView, units_of
from programmes.queries.timetables import Booked, Clash, clashes, cover, expected, facilitation
from programmes.services.closed_days import closed_days


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one session.

    Without ``from_at`` it is a new one, which runs a cancelled unit again; without ``to_at`` it
    does not take place. ``venue_id`` and ``mode`` are where and how it will be held.
    """

    session_id: UUID | None
    unit_id: UUID
    unit_number: int
    unit_title: str
    minutes: int
    revision: int
    from_at: datetime | None
    to_at: datetime | None
    venue_id: UUID | None
    mode: DeliveryMode
    is_elsewhere: bool = False
    """Whether venue or mode change."""

    @property
    def place_day(self) -> date | None:
        """Answer the day on which people will come to its venue; ``None`` if they will not."""
        if self.to_at is None or self.venue_id is None or not is_met_there(self.mode):
            return None
        return clock.london(self.to_at).date()


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """A change of a session: the sessions that it moves, and who is expected at them."""

    session: SessionView
    cohort: CohortView
    moves: tuple[Move, ...]
    expected: tuple[str, ...]
    clashes: tuple[Clash, ...]

    @property
    def key(self) -> str:
        """Answer what tells this plan from any other, so that a stale one is recognised."""
        return hashlib.sha256(repr((self.session.id, self.moves)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Timetable:
    """A cohort's sessions and curriculum, as a change of one session needs them."""

    cohort: CohortView
    session: SessionView
    sessions: tuple[SessionView, ...]
    units: tuple[UnitView, ...]

    @property
    def later(self) -> tuple[SessionView, ...]:
        """Answer the group's sessions to come after this one; past and marked ones never move."""
        since = max(self.session.starts_at, clock.now())
        return tuple(
            view
            for view in self.sessions
            if view.enrolment_id is None
            and view.status is SessionStatus.SCHEDULED
            and view.id != self.session.id
            and view.starts_at > since
        )

    def move(self, view: SessionView, to_at: datetime | None) -> Move:
        """Answer the move of a session to another time."""
        unit = next(unit for unit in self.units if unit.number == view.unit_number)
        return Move(
            view.id, unit.id, unit.number, unit.title, view.minutes, view.revision,
            view.starts_at, to_at, view.venue_id, view.mode,
        )  # fmt: skip


async def timetable_of(session: SessionView, *, scope: Scope) -> Timetable:
    """Answer the timetable that a session is part of."""
    view = await cohort(session.cohort_id, scope=scope)
    units = (await units_of([view.version_id], scope=scope)).get(view.version_id, ())
    return Timetable(view, session, await sessions_of(view.id, scope=scope), units)


async def after_moving(table: Timetable, moved: Move) -> tuple[Move, ...]:
    """Answer the later sessions that move with this one.

    Moved to a later time, it pushes those in its way. Moved to an earlier one, it takes them along.
    """
    assert moved.to_at  # noqa: S101 - for the types: a session that moves has a time
    forward = moved.from_at is None or moved.to_at >= moved.from_at
    closed = await _is_closed(table, moved.venue_id)
    laid = _lay(table, moved, moved.to_at, closed, keep=forward)
    return tuple(
        table.move(view, item.starts_at)
        for view, item in zip(table.later, laid, strict=True)
        if item.starts_at != view.starts_at
    )


async def run_again(table: Timetable) -> Move:
    """Answer the new session that runs the unit of a cancelled one again, on the next slot."""
    session = table.session
    ended = session.starts_at + timedelta(minutes=session.minutes)
    closed = await _is_closed(table, session.venue_id)
    try:
        starts_at, _ = next_open(
            table.cohort.slots, earliest=max(ended, clock.now()), is_closed=closed
        )
    except NoOpenDayError:
        raise NoOpenDayFoundError from None
    return replace(table.move(session, starts_at), session_id=None, revision=0, from_at=None)


def _lay(
    table: Timetable, moved: Move, starts_at: datetime, is_closed: IsClosed, *, keep: bool
) -> tuple[PlannedSession, ...]:
    """Lay the later sessions out after the moved one; with ``keep`` only those in its way."""
    gaps = {unit.number: unit.gap_days for unit in group_units(_contacts(table.units))}
    first = PlannedSession(moved.unit_number, starts_at, moved.minutes)
    later = [
        (
            PlannedSession(view.unit_number, view.starts_at if keep else starts_at, view.minutes),
            gaps.get(view.unit_number, 0),
        )
        for view in table.later
    ]
    try:
        return pushed(first, later, slots=table.cohort.slots, is_closed=is_closed)
    except NoOpenDayError:
        raise NoOpenDayFoundError from None


def _contacts(units: Iterable[UnitView]) -> list[Contact]:
    return [unit.for_planning for unit in units]


async def _is_closed(table: Timetable, venue_id: UUID | None) -> IsClosed:
    reason = await closed_days(table.cohort.organisation_id, venue_id, table.cohort.nation)
    return lambda day: reason(day) is not None


def refuse_overlap(table: Timetable, moves: Sequence[Move]) -> None:
    """Refuse a group that would meet twice at the same time.

    Raises:
        InvalidInputError: the field is ``starts_at``.
    """
    moved = {move.session_id for move in moves}
    stays = [
        (view.starts_at, view.starts_at + timedelta(minutes=view.minutes))
        for view in table.sessions
        if view.enrolment_id is None
        and view.status is not SessionStatus.CANCELLED
        and view.id not in moved
    ]
    for move in moves:
        if move.to_at is None:
            continue
        ends_at = move.to_at + timedelta(minutes=move.minutes)
        if any(begins < ends_at and move.to_at < ends for begins, ends in stays):
            raise InvalidInputError.of(
                "starts_at", "The group would have two sessions at the same time"
            )
        stays.append((move.to_at, ends_at))


async def planned(table: Timetable, moves: Sequence[Move], *, scope: Scope) -> ChangePlan:
    """Answer the plan of these moves: who is expected at them, and what else is then."""
    days = {
        clock.london(instant).date()
        for move in moves
        for instant in (move.from_at, move.to_at)
        if instant
    }
    own = table.session.enrolment_id
    people = await expected(table.cohort.id, days, enrolment_id=own, scope=scope)
    return ChangePlan(
        table.session, table.cohort, tuple(moves), people, await _clashes(table, moves, scope)
    )


async def _clashes(table: Timetable, moves: Sequence[Move], scope: Scope) -> tuple[Clash, ...]:
    usual = await facilitation(table.cohort.id, scope=scope)
    instead = await cover(table.cohort.id, scope=scope)
    booked = [
        Booked(
            move.session_id,
            move.to_at,
            move.minutes,
            move.venue_id if is_met_there(move.mode) else None,
            frozenset(
                taker.account_id for taker in instead.get(move.session_id or UUID(int=0), usual)
            ),
        )
        for move in moves
        if move.to_at
    ]
    return await clashes(booked, table.cohort.side, scope=scope) if booked else ()
