"""Cohorts and their sessions."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.clock import instant_of
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope, Side
from programmes.domain.case_terms import GroupSex, NotHeldBecauseOf
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import DeliveryMode, GroupModel, Nation, SessionStatus
from programmes.domain.timetable import Slot
from programmes.queries import visibility
from programmes.queries.programmes import rule_of


@dataclass(frozen=True, slots=True)
class CohortView:
    """A cohort with what its page says at the top.

    ``places_taken`` leaves out people whose records are hidden (D7); ``places_left`` does not.
    """

    id: UUID
    organisation_id: UUID
    side: Side
    code: str
    programme_id: UUID
    programme_name: str
    version_id: UUID
    version_number: int
    rule: CompletionRule
    group_model: GroupModel
    delivery_mode: DeliveryMode
    capacity_max: int
    group_sex: GroupSex | None
    venue_id: UUID | None
    venue_name: str
    starts_on: date
    nation: Nation
    slots: tuple[Slot, ...]
    capacity: int
    places_taken: int
    places_left: int
    version: int


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session of a timetable; with an ``enrolment_id`` it is that person's own.

    ``venue_id`` and ``mode`` are the cohort's, where the session has none of its own;
    ``edit_window_days`` and ``long_outcomes`` are what its programme says of registers.
    """

    id: UUID
    cohort_id: UUID
    cohort_code: str
    side: Side
    organisation_id: UUID
    unit_number: int
    unit_title: str
    starts_at: datetime
    minutes: int
    status: SessionStatus
    cancelled_reason: str
    enrolment_id: UUID | None
    is_catch_up: bool
    missed_session_id: UUID | None
    venue_id: UUID | None
    venue_name: str
    mode: DeliveryMode
    not_held_because_of: NotHeldBecauseOf | None
    covered: str
    revision: int
    register_version: int
    register_saved_at: datetime | None
    register_saved_by: UUID | None
    edit_window_days: int
    long_outcomes: bool


_COHORT = (
    "SELECT c.id, c.organisation, c.side, c.code, c.venue, c.starts_on, c.nation, c.slots,"
    " c.group_sex, v.number AS version_number, v.group_model, v.delivery_mode, v.capacity_max,"
    " c.capacity, c.places_taken, {} AS hidden, c.version, c.programme_version,"
    " g.id AS programme_id, g.name AS programme_name, w.name AS venue_name, v.min_units,"
    " v.min_percent, v.min_hours, v.needs_end_review, v.needs_report_sent"
    " FROM cohorts c JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme LEFT JOIN venues w ON w.id = c.venue"
)
_SESSION = (
    "SELECT s.id, s.cohort, c.code, c.side, c.organisation, u.number, u.title, s.starts_at,"
    " s.minutes, s.status, s.cancelled_reason, s.enrolment, s.is_catch_up, s.missed_session,"
    " w.id AS venue, w.name AS venue_name,"
    " COALESCE(s.mode, v.delivery_mode) AS mode, s.not_held_because_of, s.covered,"
    " s.revision, s.register_version,"
    " s.register_saved_at, s.register_saved_by, v.edit_window_days, v.long_outcomes"
    " FROM sessions s JOIN cohorts c ON c.id = s.cohort JOIN units u ON u.id = s.unit"
    " JOIN programme_versions v ON v.id = c.programme_version"
    " LEFT JOIN venues w ON w.id = COALESCE(s.venue, c.venue)"
)


async def cohorts(
    *, scope: Scope, cursor: Cursor, current_on: date | None = None
) -> Page[CohortView]:
    """Answer visible cohorts, newest first; with ``current_on`` those not over by that day."""
    conditions = [visibility.cohorts(scope)]
    if after := cursor.after_id():
        conditions.append(QueryString("c.id < {}", after))
    if current_on:
        conditions.append(
            QueryString(
                "EXISTS (SELECT 1 FROM sessions s WHERE s.cohort = c.id AND s.starts_at >= {})",
                _midnight(current_on),
            )
        )
    rows = await database.run(
        _COHORT + " WHERE {} ORDER BY c.id DESC LIMIT {}",
        visibility.hidden_places(scope),
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([_cohort(row) for row in rows], lambda view: (view.id,))


async def cohort(
    cohort_id: UUID, *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> CohortView:
    """Answer one cohort.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _COHORT + " WHERE c.id = {} AND {}",
        visibility.hidden_places(scope),
        cohort_id,
        visibility.cohorts(scope, permission),
    )
    if not rows:
        raise NotFoundError
    return _cohort(rows[0])


async def own_cohort_ids(*, scope: Scope) -> frozenset[UUID]:
    """Answer the cohorts that the person facilitates."""
    rows = await database.run(
        "SELECT f.cohort FROM cohort_facilitators f JOIN cohorts c ON c.id = f.cohort"
        " WHERE f.account = {} AND {}",
        scope.account_id,
        visibility.cohorts(scope),
    )
    return frozenset(row["cohort"] for row in rows)


async def facilitators_of(cohort_id: UUID, *, scope: Scope) -> tuple[UUID, ...]:
    """Answer the accounts that facilitate a visible cohort."""
    rows = await database.run(
        "SELECT f.account FROM cohort_facilitators f JOIN cohorts c ON c.id = f.cohort"
        " WHERE c.id = {} AND {} ORDER BY f.id",
        cohort_id,
        visibility.cohorts(scope),
    )
    return tuple(row["account"] for row in rows)


async def sessions_of(cohort_id: UUID, *, scope: Scope) -> tuple[SessionView, ...]:
    """Answer the sessions of a visible cohort, in order of time."""
    rows = await database.run(
        _SESSION + " WHERE c.id = {} AND {} ORDER BY s.starts_at, s.id",
        cohort_id,
        visibility.sessions(scope),
    )
    return tuple(_session(row) for row in rows)


async def sessions(
    *, scope: Scope, cursor: Cursor, since: datetime | None = None, until: datetime | None = None
) -> Page[SessionView]:
    """Answer visible sessions of all cohorts in order of time."""
    conditions = [visibility.sessions(scope)]
    if since:
        conditions.append(QueryString("s.starts_at >= {}", since))
    if until:
        conditions.append(QueryString("s.starts_at < {}", until))
    if after := cursor.after_instant():
        conditions.append(
            QueryString("(s.starts_at > {} OR (s.starts_at = {} AND s.id > {}))", after[0], *after)
        )
    rows = await database.run(
        _SESSION + " WHERE {} ORDER BY s.starts_at, s.id LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )  # fmt: skip
    return cursor.page([_session(row) for row in rows], lambda view: (view.starts_at, view.id))


async def own_sessions(*, since: datetime, scope: Scope) -> tuple[SessionView, ...]:
    """Answer the sessions that the person takes, as the cohort's facilitator or as cover.

    Cancelled ones too, in order of time; nothing of what their grants do not reach.
    """
    rows = await database.run(
        _SESSION + " WHERE {} AND s.starts_at >= {} ORDER BY s.starts_at, s.id",
        visibility.taken(scope),
        since,
    )
    return tuple(_session(row) for row in rows)


async def session(
    session_id: UUID, *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> SessionView:
    """Answer one session.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _SESSION + " WHERE s.id = {} AND {}", session_id, visibility.sessions(scope, permission)
    )
    if not rows:
        raise NotFoundError
    return _session(rows[0])


def _midnight(day: date) -> datetime:
    return instant_of(day, "00:00")


def _cohort(row: database.Row) -> CohortView:
    return CohortView(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        code=row["code"],
        programme_id=row["programme_id"],
        programme_name=row["programme_name"],
        version_id=row["programme_version"],
        version_number=row["version_number"],
        rule=rule_of(row),
        group_model=GroupModel(row["group_model"]),
        delivery_mode=DeliveryMode(row["delivery_mode"]),
        capacity_max=row["capacity_max"],
        group_sex=GroupSex(row["group_sex"]) if row["group_sex"] else None,
        venue_id=row["venue"],
        venue_name=row["venue_name"] or "",
        starts_on=row["starts_on"],
        nation=Nation(row["nation"]),
        slots=tuple(Slot(slot["weekday"], slot["at"]) for slot in json.loads(row["slots"])),
        capacity=row["capacity"],
        places_taken=row["places_taken"] - row["hidden"],
        places_left=row["capacity"] - row["places_taken"],
        version=row["version"],
    )


def _session(row: database.Row) -> SessionView:
    return SessionView(
        id=row["id"],
        cohort_id=row["cohort"],
        cohort_code=row["code"],
        side=Side(row["side"]),
        organisation_id=row["organisation"],
        unit_number=row["number"],
        unit_title=row["title"],
        starts_at=row["starts_at"],
        minutes=row["minutes"],
        status=SessionStatus(row["status"]),
        cancelled_reason=row["cancelled_reason"],
        enrolment_id=row["enrolment"],
        is_catch_up=bool(row["is_catch_up"]),
        missed_session_id=row["missed_session"],
        venue_id=row["venue"],
        venue_name=row["venue_name"] or "",
        mode=DeliveryMode(row["mode"]),
        not_held_because_of=(
            NotHeldBecauseOf(row["not_held_because_of"]) if row["not_held_because_of"] else None
        ),
        covered=row["covered"],
        revision=row["revision"],
        register_version=row["register_version"],
        register_saved_at=row["register_saved_at"],
        register_saved_by=row["register_saved_by"],
        edit_window_days=row["edit_window_days"],
        long_outcomes=bool(row["long_outcomes"]),
    )
