"""What an import compares its rows with, read a batch at a time, within the importer's areas."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from core import clock, database
from core.scope import Permission, Scope, Side
from programmes.domain.case_terms import AssessmentOutcome
from programmes.domain.terms import (
    EnrolmentStatus,
    ExitReason,
    ReferralSource,
    ReferralStatus,
)
from programmes.queries import visibility

T = TypeVar("T")
_AT_ONCE = 5_000
"""So many values of one ``IN`` both engines take."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something belongs."""

    organisation_id: UUID
    side: Side


@dataclass(frozen=True, slots=True)
class KnownProgramme:
    """A programme that people can be referred to."""

    id: UUID
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class KnownCohort:
    """A cohort, and how many places it has left."""

    id: UUID
    code: str
    place: Place
    programme_id: UUID
    starts_on: date
    places_left: int


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with a reference; hidden ones exist, but not for the importer (D7)."""

    id: UUID
    reference: str
    place: Place
    hidden: bool


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """A referral as it is stored."""

    id: UUID
    participant_id: UUID
    programme_id: UUID
    reference: str
    source: ReferralSource
    received_on: date
    assessed_on: date | None
    assessment: AssessmentOutcome | None
    status: ReferralStatus
    version: int


@dataclass(frozen=True, slots=True)
class KnownEnrolment:
    """An enrolment as it is stored; ``offered`` is whether a partner offer is recorded (D8)."""

    id: UUID
    participant_id: UUID
    cohort_id: UUID
    referral_id: UUID | None
    reference: str
    joined_on: date
    status: EnrolmentStatus
    ended_on: date | None
    exit_reason: ExitReason | None
    version: int
    first_mark_on: date | None = None
    last_mark_on: date | None = None
    offered: bool = False


def in_parts(values: Collection[T], *, at_once: int = _AT_ONCE) -> Iterator[Sequence[T]]:
    """Answer the values in parts that one statement takes."""
    listed = list(values)
    for start in range(0, len(listed), at_once):
        yield listed[start : start + at_once]


async def programmes(*, scope: Scope) -> list[KnownProgramme]:
    """Answer every programme for which cases may be imported."""
    rows = await database.run(
        "SELECT g.id, g.name, g.organisation, g.side FROM programmes g WHERE {}",
        visibility.programmes(scope, Permission.IMPORT_CASES),
    )
    return [KnownProgramme(row["id"], row["name"], _place(row)) for row in rows]


async def cohorts(*, scope: Scope) -> list[KnownCohort]:
    """Answer every cohort for which cases may be imported."""
    rows = await database.run(
        "SELECT c.id, c.code, c.organisation, c.side, c.starts_on, c.capacity, c.places_taken,"
        " v.programme FROM cohorts c JOIN programme_versions v ON v.id = c.programme_version"
        " WHERE {}",
        visibility.cohorts(scope, Permission.IMPORT_CASES),
    )
    return [
        KnownCohort(
            row["id"], row["code"], _place(row), row["programme"], row["starts_on"],
            row["capacity"] - row["places_taken"],
        )
        for row in rows
    ]  # fmt: skip


async def people(references: Collection[str], *, scope: Scope) -> list[KnownPerson]:
    """Answer who goes by these references; those hidden too, whose references are taken."""
    found = []
    for part in in_parts(references):
        rows = await database.run(
            "SELECT p.id, p.reference, p.organisation, p.side,"
            " CASE WHEN {} THEN 0 ELSE 1 END AS hidden FROM participants p"
            " WHERE p.reference IN {} AND {}",
            visibility.unrestricted(scope),
            database.in_list(part),
            visibility.references(scope),
        )
        found += [
            KnownPerson(row["id"], row["reference"], _place(row), bool(row["hidden"]))
            for row in rows
        ]
    return found


async def referrals(participant_ids: Collection[UUID], *, scope: Scope) -> list[KnownReferral]:
    """Answer the referrals of these people."""
    found = []
    for part in in_parts(participant_ids):
        rows = await database.run(
            "SELECT r.id, r.participant, r.programme, r.reference, r.source, r.received_on,"
            " r.assessed_on, r.assessment_outcome, r.status, r.version FROM referrals r"
            " JOIN participants p ON p.id = r.participant WHERE p.id IN {} AND {}",
            database.in_list(part),
            visibility.participants(scope, Permission.IMPORT_CASES),
        )
        found += [_referral(row) for row in rows]
    return found


async def enrolments(participant_ids: Collection[UUID], *, scope: Scope) -> list[KnownEnrolment]:
    """Answer the enrolments of these people, the oldest first, with the days of their marks."""
    found = []
    for part in in_parts(participant_ids):
        rows = await database.run(
            "SELECT e.id, e.participant, e.cohort, e.referral, p.reference, e.joined_on, e.status,"
            " e.ended_on, e.exit_reason, e.version, EXISTS (SELECT 1 FROM partner_offers o"
            " WHERE o.enrolment = e.id) AS offered, (SELECT MIN(s.starts_at) FROM attendances a"
            " JOIN sessions s ON s.id = a.session WHERE a.enrolment = e.id) AS first_at,"
            " (SELECT MAX(s.starts_at) FROM attendances a JOIN sessions s ON s.id = a.session"
            " WHERE a.enrolment = e.id) AS last_at"
            " FROM enrolments e JOIN participants p ON p.id = e.participant"
            " WHERE p.id IN {} AND {} ORDER BY e.id",
            database.in_list(part),
            visibility.participants(scope, Permission.IMPORT_CASES),
        )
        found += [
            known_enrolment(
                row, _day(row["first_at"]), _day(row["last_at"]), offered=bool(row["offered"])
            )
            for row in rows
        ]
    return found


def _place(row: database.Row) -> Place:
    return Place(row["organisation"], Side(row["side"]))


def _day(value: datetime | str | None) -> date | None:
    instant = database.as_instant(value)
    return clock.london(instant).date() if instant else None


def _referral(row: database.Row) -> KnownReferral:
    outcome = row["assessment_outcome"]
    return KnownReferral(
        row["id"], row["participant"], row["programme"], row["reference"],
        ReferralSource(row["source"]), row["received_on"], row["assessed_on"],
        AssessmentOutcome(outcome) if outcome else None, ReferralStatus(row["status"]),
        row["version"],
    )  # fmt: skip


def known_enrolment(
    row: database.Row,
    first_mark_on: date | None = None,
    last_mark_on: date | None = None,
    *,
    offered: bool = False,
) -> KnownEnrolment:
    """Answer the enrolment out of its columns."""
    reason = row["exit_reason"]
    return KnownEnrolment(
        row["id"], row["participant"], row["cohort"], row["referral"], row["reference"],
        row["joined_on"], EnrolmentStatus(row["status"]), row["ended_on"],
        ExitReason(reason) if reason else None, row["version"], first_mark_on, last_mark_on,
        offered,
    )  # fmt: skip
