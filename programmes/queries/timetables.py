"""What a timetable is asked besides its sessions: who comes, who takes it, what clashes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from core import clock, database
from core.scope import Scope, Side
from programmes.domain.case_terms import FacilitatorRole
from programmes.domain.entry import EntrySession, begins_module
from programmes.domain.pauses import is_paused
from programmes.domain.places import is_met_there
from programmes.domain.terms import (
    OPEN_ENROLMENTS,
    DeliveryMode,
    EnrolmentStatus,
    SessionStatus,
    UnitKind,
)
from programmes.queries import visibility
from programmes.queries.pauses import pauses_of
from programmes.queries.progress import first_name_and_initial

_COMING = [
    status.value
    for status in OPEN_ENROLMENTS
    if status not in {EnrolmentStatus.INVITED, EnrolmentStatus.PAUSED}
]
_LONGEST = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class Facilitation:
    """Who takes a session, or a cohort's sessions, and as what."""

    account_id: UUID
    role: FacilitatorRole


@dataclass(frozen=True, slots=True)
class Booked:
    """A session as far as people and rooms are concerned; ``id`` is ``None`` for a planned one."""

    id: UUID | None
    starts_at: datetime
    minutes: int
    venue_id: UUID | None
    account_ids: frozenset[UUID]

    @property
    def ends_at(self) -> datetime:
        """Answer when it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sessions at the same time with one facilitator or in one venue; never refused.

    ``cohort_code`` is empty where the other cohort is not this person's to see.
    """

    starts_at: datetime
    other_starts_at: datetime
    cohort_code: str
    account_id: UUID | None = None
    venue_id: UUID | None = None


async def entry_sessions(cohort_id: UUID, *, scope: Scope) -> tuple[EntrySession, ...]:
    """Answer the sessions of a visible cohort's group, as ``entry_fault`` takes them."""
    rows = await database.run(
        "SELECT s.starts_at, s.status, u.number, u.module FROM cohorts c"
        " JOIN units u ON u.programme_version = c.programme_version"
        " LEFT JOIN sessions s ON s.cohort = c.id AND s.unit = u.id AND s.enrolment IS NULL"
        " WHERE c.id = {} AND u.kind = {} AND {} ORDER BY u.number",
        cohort_id,
        UnitKind.GROUP.value,
        visibility.cohorts(scope),
    )
    units = {row["number"]: row["module"] for row in rows}
    beginning = dict(zip(units, begins_module(list(units.values())), strict=True))
    found = [
        EntrySession(clock.london(row["starts_at"]).date(), beginning[row["number"]])
        for row in rows
        if row["starts_at"] is not None and row["status"] != SessionStatus.CANCELLED
    ]
    return tuple(sorted(found, key=lambda session: session.day))


async def expected(
    cohort_id: UUID, days: Collection[date], *, enrolment_id: UUID | None = None, scope: Scope
) -> tuple[str, ...]:
    """Answer who is expected on any of the days, first name and initial (D10).

    With ``enrolment_id`` it is about that person's own sessions.
    """
    rows = await database.run(
        "SELECT e.id, e.joined_on, e.ended_on, p.given_name, p.family_name, p.preferred_name"
        " FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
        " JOIN participants p ON p.id = e.participant"
        " WHERE c.id = {} AND e.status IN {} AND {} AND {}"
        " ORDER BY p.given_name, p.family_name, e.id",
        cohort_id,
        database.in_list(_COMING),
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    pauses = await pauses_of([row["id"] for row in rows], scope=scope)
    return tuple(
        first_name_and_initial(row)
        for row in rows
        if enrolment_id in (None, row["id"])
        and any(
            row["joined_on"] <= day
            and not is_paused([pause.days for pause in pauses.get(row["id"], ())], day)
            for day in days
        )
    )


async def facilitation(cohort_id: UUID, *, scope: Scope) -> tuple[Facilitation, ...]:
    """Answer who facilitates a visible cohort, the lead first."""
    rows = await database.run(
        "SELECT f.account, f.role FROM cohort_facilitators f JOIN cohorts c ON c.id = f.cohort"
        " WHERE c.id = {} AND {} ORDER BY f.id",
        cohort_id,
        visibility.cohorts(scope),
    )
    found = [Facilitation(row["account"], FacilitatorRole(row["role"])) for row in rows]
    return tuple(sorted(found, key=lambda item: item.role is not FacilitatorRole.LEAD))


async def cover(cohort_id: UUID, *, scope: Scope) -> dict[UUID, tuple[Facilitation, ...]]:
    """Answer who takes each session of a visible cohort where it is not its facilitators."""
    rows = await database.run(
        "SELECT y.session, y.account, y.role FROM session_facilitators y"
        " JOIN sessions s ON s.id = y.session JOIN cohorts c ON c.id = s.cohort"
        " WHERE c.id = {} AND {} ORDER BY y.id",
        cohort_id,
        visibility.cohorts(scope),
    )
    found: dict[UUID, tuple[Facilitation, ...]] = {}
    for row in rows:
        takes = Facilitation(row["account"], FacilitatorRole(row["role"]))
        found[row["session"]] = (*found.get(row["session"], ()), takes)
    return found


async def clashes(booked: Sequence[Booked], side: Side, *, scope: Scope) -> tuple[Clash, ...]:
    """Answer what else of that side is at the same time with the same facilitator or venue.

    Cancelled sessions and those among ``booked`` are left out.
    """
    accounts = {account for item in booked for account in item.account_ids}
    venues = {item.venue_id for item in booked if item.venue_id}
    if not accounts and not venues:
        return ()
    rows = await database.run(
        "SELECT s.starts_at, s.minutes, c.code, w.id AS venue,"
        " COALESCE(s.mode, v.delivery_mode) AS mode, y.account AS covers, f.account AS facilitates,"
        " CASE WHEN {} THEN 1 ELSE 0 END AS is_seen"
        " FROM sessions s JOIN cohorts c ON c.id = s.cohort"
        " JOIN programme_versions v ON v.id = c.programme_version"
        " LEFT JOIN venues w ON w.id = COALESCE(s.venue, c.venue)"
        " LEFT JOIN session_facilitators y ON y.session = s.id"
        " LEFT JOIN cohort_facilitators f ON f.cohort = c.id AND y.id IS NULL"
        " WHERE c.side = {} AND s.status <> {} AND s.starts_at > {} AND s.starts_at < {}"
        " AND s.id NOT IN {} AND (y.account IN {} OR f.account IN {} OR w.id IN {})"
        " ORDER BY s.starts_at, s.id",
        visibility.cohorts(scope),
        side.value,
        SessionStatus.CANCELLED.value,
        min(item.starts_at for item in booked) - _LONGEST,
        max(item.ends_at for item in booked),
        database.in_list([item.id for item in booked if item.id] or [UUID(int=0)]),
        database.in_list(accounts),
        database.in_list(accounts),
        database.in_list(venues),
    )
    found = {clash: None for row in rows for item in booked for clash in _clashes(item, row)}
    return tuple(sorted(found, key=lambda clash: clash.starts_at))


def _clashes(item: Booked, row: database.Row) -> list[Clash]:
    """Answer how a planned session and another one clash, if they are at the same time."""
    ends_at = row["starts_at"] + timedelta(minutes=row["minutes"])
    if not (item.starts_at < ends_at and row["starts_at"] < item.ends_at):
        return []
    code = row["code"] if row["is_seen"] else ""
    account = row["covers"] or row["facilitates"]
    found = []
    if account in item.account_ids:
        found.append(Clash(item.starts_at, row["starts_at"], code, account_id=account))
    met_there = row["mode"] is not None and is_met_there(DeliveryMode(row["mode"]))
    if item.venue_id and row["venue"] == item.venue_id and met_there:
        found.append(Clash(item.starts_at, row["starts_at"], code, venue_id=item.venue_id))
    return found
