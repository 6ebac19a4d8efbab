"""Who is expected at which session, and may they be texted: the facts that reminders need.

Names, units, venues and notes are not among them: what is not handed over cannot leak into a text.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Scope, Side
from programmes.bank_holidays import is_bank_holiday
from programmes.domain.contact import Window
from programmes.domain.pauses import PausedDays, is_paused
from programmes.domain.terms import (
    OPEN_ENROLMENTS,
    EnrolmentStatus,
    Nation,
    SessionStatus,
    SmsSafety,
)
from programmes.queries import visibility
from programmes.queries.programmes import ClosureView, closures
from programmes.queries.progress import first_name_and_initial

_NOT_EXPECTED = frozenset({EnrolmentStatus.INVITED, EnrolmentStatus.PAUSED})
"""On no register either: nobody is reminded of what they are not expected at."""
_TEXTED = ", ".join(f"'{status}'" for status in OPEN_ENROLMENTS if status not in _NOT_EXPECTED)

_FACTS = f"""
SELECT s.id AS session, s.revision, s.revised_at, s.starts_at, s.status, c.id AS cohort, c.side,
       c.organisation, c.nation, s.venue, c.venue AS usual_venue, v.programme,
       p.id AS participant, e.id AS enrolment, e.joined_on, x.created_at AS member_since, k.number,
       k.number_version, k.number_changed_at, k.sms, k.confirmed_on, k.windows, k.language,
       (EXISTS (SELECT 1 FROM safe_contacts o WHERE o.number = k.number AND o.id <> k.id)
        OR EXISTS (SELECT 1 FROM former_numbers f JOIN participants q ON q.id = f.participant
        WHERE f.number = k.number AND q.side <> c.side)) AS shared,
       EXISTS (SELECT 1 FROM planned_absences a WHERE a.session = s.id AND a.enrolment = x.id)
       AS will_be_absent
FROM sessions s
JOIN cohorts c ON c.id = s.cohort
JOIN programme_versions v ON v.id = c.programme_version
JOIN enrolments x ON x.cohort = c.id AND (s.enrolment IS NULL OR s.enrolment = x.id)
JOIN participants p ON p.id = x.participant
LEFT JOIN enrolments e ON e.id = x.id AND e.status IN ({_TEXTED})
LEFT JOIN safe_contacts k ON k.participant = p.id
"""  # noqa: S608 - our own statuses


@dataclass(frozen=True, slots=True)
class ReminderFact:
    """One person and one session, as both are recorded now.

    ``is_expected`` is false for whoever has left, is paused that day, joins later or said
    that they will not come; of a session that does not take place it tells who was expected.
    ``revised_at`` is when it was last changed so that people have to be told, ``member_since`` when
    the place was given. ``number_version`` is 0 where no safe contact is recorded.
    """

    participant_id: UUID
    session_id: UUID
    cohort_id: UUID
    programme_id: UUID
    organisation_id: UUID
    side: Side
    session_revision: int
    revised_at: datetime | None
    starts_at: datetime
    is_scheduled: bool
    is_closed_day: bool
    is_expected: bool
    member_since: datetime
    number: str | None
    number_version: int
    number_changed_at: datetime | None
    sms: SmsSafety
    confirmed_on: date | None
    windows: tuple[Window, ...]
    language: str
    number_is_shared: bool


@dataclass(frozen=True, slots=True)
class SessionLabel:
    """How a list names a session."""

    cohort_code: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Labels:
    """How a list names sessions and people; whoever is outside the scope has no label."""

    sessions: dict[UUID, SessionLabel]
    people: dict[UUID, str]


async def due_sessions(
    *, starts_from: datetime, starts_until: datetime, scope: Scope
) -> tuple[ReminderFact, ...]:
    """Answer who is expected at the sessions that start between the instants, soonest first.

    Among them are those that were cancelled, so that people can be told.
    """
    between = QueryString("s.starts_at >= {} AND s.starts_at < {}", starts_from, starts_until)
    return await _expected(between, scope=scope)


async def due_of(
    *,
    sessions: Collection[UUID],
    people: Collection[UUID],
    starts_from: datetime,
    starts_until: datetime,
    scope: Scope,
) -> tuple[ReminderFact, ...]:
    """Answer what ``due_sessions`` does, but only of some sessions and some people."""
    about = QueryString(
        "s.starts_at >= {} AND s.starts_at < {} AND (s.id IN {} OR p.id IN {})",
        starts_from,
        starts_until,
        database.in_list(sorted(sessions)),
        database.in_list(sorted(people)),
    )
    return await _expected(about, scope=scope)


async def _expected(condition: QueryString, *, scope: Scope) -> tuple[ReminderFact, ...]:
    rows = await database.run(
        _FACTS + " WHERE (s.status = {} OR s.status = {} AND s.revised_at < s.starts_at)"
        f" AND {{}} AND {{}} AND {{}} AND x.status IN ({_TEXTED}) ORDER BY s.starts_at, s.id, p.id",
        SessionStatus.SCHEDULED.value,
        SessionStatus.CANCELLED.value,
        condition,
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    facts = await _facts(rows, scope=scope)
    return tuple(fact for fact in facts if fact.is_expected)


async def still_due(
    keys: Collection[tuple[UUID, UUID]], *, scope: Scope
) -> tuple[ReminderFact, ...]:
    """Answer the facts of (participant, session) pairs as they are now.

    A pair that was never enrolled, or is outside the scope, is left out; of one that has ended the
    fact says so.
    """
    if not keys:
        return ()
    pairs = [QueryString("(p.id = {} AND s.id = {})", *key) for key in keys]
    rows = await database.run(
        _FACTS + " WHERE s.id IN {} AND p.id IN {} AND ({}) AND {} AND {}",
        database.in_list({session for _, session in keys}),
        database.in_list({participant for participant, _ in keys}),
        QueryString(" OR ".join(["{}"] * len(pairs)), *pairs),
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    found: dict[tuple[UUID, UUID], ReminderFact] = {}
    for fact in await _facts(rows, scope=scope):
        key = (fact.participant_id, fact.session_id)
        if key not in found or fact.is_expected:
            found[key] = fact
    return tuple(found.values())


async def labels_for(
    session_ids: Collection[UUID], participant_ids: Collection[UUID], *, scope: Scope
) -> Labels:
    """Answer the cohort's code and the start of each session, and "First name + initial" (D10)."""
    if not session_ids or not participant_ids:
        return Labels({}, {})
    sessions = await database.run(
        "SELECT s.id, s.starts_at, c.code FROM sessions s JOIN cohorts c ON c.id = s.cohort"
        " WHERE s.id IN {} AND {}",
        database.in_list(set(session_ids)),
        visibility.cohorts(scope),
    )
    people = await database.run(
        "SELECT p.id, p.given_name, p.family_name, p.preferred_name FROM participants p"
        " WHERE p.id IN {} AND {}",
        database.in_list(set(participant_ids)),
        visibility.participants(scope),
    )
    return Labels(
        {row["id"]: SessionLabel(row["code"], row["starts_at"]) for row in sessions},
        {row["id"]: first_name_and_initial(row) for row in people},
    )


async def _facts(rows: Sequence[database.Row], *, scope: Scope) -> list[ReminderFact]:
    """Answer the facts, with the pauses and closures that were not over at the first session."""
    if not rows:
        return []
    first = min(clock.london(row["starts_at"]).date() for row in rows)
    pauses = await database.run(
        "SELECT z.enrolment, z.from_on, z.to_on FROM pauses z"
        " JOIN enrolments e ON e.id = z.enrolment JOIN cohorts c ON c.id = e.cohort"
        " WHERE (z.to_on IS NULL OR z.to_on >= {}) AND {}",
        first,
        visibility.cohorts(scope),
    )
    days: dict[UUID, list[PausedDays]] = {}
    for pause in pauses:
        known = PausedDays(pause["from_on"], pause["to_on"])
        days.setdefault(pause["enrolment"], []).append(known)
    closed = [days for days in await closures(scope=scope) if days.to_on >= first]
    return [_fact(row, days.get(row["enrolment"], []), closed) for row in rows]


def _fact(
    row: database.Row, pauses: Sequence[PausedDays], closed: Sequence[ClosureView]
) -> ReminderFact:
    day = clock.london(row["starts_at"]).date()
    joined = row["joined_on"] is not None and row["joined_on"] <= day
    is_closed = any(
        one.organisation_id == row["organisation"]
        and one.venue_id in {None, row["venue"] or row["usual_venue"]}
        and one.from_on <= day <= one.to_on
        for one in closed
    )
    return ReminderFact(
        participant_id=row["participant"],
        session_id=row["session"],
        cohort_id=row["cohort"],
        programme_id=row["programme"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        session_revision=row["revision"],
        revised_at=row["revised_at"],
        starts_at=row["starts_at"],
        is_scheduled=row["status"] == SessionStatus.SCHEDULED,
        is_closed_day=is_closed or is_bank_holiday(day, Nation(row["nation"])),
        is_expected=joined and not row["will_be_absent"] and not is_paused(pauses, day),
        member_since=row["member_since"],
        number=row["number"],
        number_version=row["number_version"] or 0,
        number_changed_at=row["number_changed_at"],
        sms=SmsSafety(row["sms"]) if row["sms"] else SmsSafety.UNKNOWN,
        confirmed_on=row["confirmed_on"],
        windows=_windows(row["windows"]),
        language=row["language"] or "en",
        number_is_shared=bool(row["shared"]),
    )


def _windows(stored: str | None) -> tuple[Window, ...]:
    return tuple(
        Window(window["weekday"], window["from"], window["to"])
        for window in json.loads(stored or "[]")
    )
