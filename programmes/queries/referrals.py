"""Referrals: where each stands, how it came there, and what the referrer was told."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope, Side
from programmes.domain.case_terms import (
    AssessmentOutcome,
    Consent,
    NotStartedReason,
    ToldReferrer,
    UnsuitableReason,
)
from programmes.domain.terms import Mandate, ReferralSource, ReferralStatus
from programmes.queries import visibility

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A referral with the person and the programme that it is about."""

    id: UUID
    participant_id: UUID
    participant_name: str
    side: Side
    organisation_id: UUID
    programme_id: UUID
    programme_name: str
    reference: str
    source: ReferralSource
    mandate: Mandate
    mandate_ends_on: date | None
    received_on: date
    referrer_name: str
    referrer_agency: str
    referrer_contact: str
    consent: Consent
    consent_on: date | None
    reason: str
    status: ReferralStatus
    assessed_on: date | None
    suitable: bool | None
    assessment_outcome: AssessmentOutcome | None
    unsuitable_reason: UnsuitableReason | None
    assessment_note: str
    partner_worker_told_on: date | None
    not_started_reason: NotStartedReason | None
    version: int


@dataclass(frozen=True, slots=True)
class MoveView:
    """One change of a referral's status; ``before`` is ``None`` where the referral came in."""

    id: UUID
    referral_id: UUID
    programme_name: str
    before: ReferralStatus | None
    after: ReferralStatus
    on: date
    reason: str
    note: str
    by: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ToldView:
    """What the referrer was told, and when."""

    id: UUID
    told: ToldReferrer
    on: date
    whom: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """The enrolment that came of a referral, and the cohort's code."""

    enrolment_id: UUID
    cohort_code: str


REFERRAL = (
    "SELECT r.id, r.participant, p.given_name, p.family_name, p.preferred_name, p.side,"
    " p.organisation, r.programme, g.name AS programme_name, r.reference, r.source, r.mandate,"
    " r.mandate_ends_on, r.received_on, r.referrer_name, r.referrer_agency, r.referrer_contact,"
    " r.consent, r.consent_on, r.reason, r.status, r.assessed_on, r.suitable,"
    " r.assessment_outcome, r.unsuitable_reason, r.assessment_note, r.partner_worker_told_on,"
    " r.not_started_reason, r.version"
)
FROM_REFERRALS = (
    " FROM referrals r JOIN participants p ON p.id = r.participant"
    " JOIN programmes g ON g.id = r.programme"
)
_MOVE = (
    "SELECT m.id, m.referral, g.name AS programme_name, m.from_status, m.to_status, m.moved_on,"
    " m.reason, m.note, m.moved_by, m.moved_at"
    " FROM referral_moves m JOIN referrals r ON r.id = m.referral"
    " JOIN participants p ON p.id = r.participant JOIN programmes g ON g.id = r.programme"
)


async def referrals(
    *,
    scope: Scope,
    cursor: Cursor,
    status: ReferralStatus | None = None,
    participant_id: UUID | None = None,
) -> Page[ReferralView]:
    """Answer the referrals of visible people, oldest first."""
    conditions = [visibility.participants(scope)]
    if status:
        conditions.append(QueryString("r.status = {}", status.value))
    if participant_id:
        conditions.append(QueryString("r.participant = {}", participant_id))
    if after := cursor.after_id():
        conditions.append(QueryString("r.id > {}", after))
    rows = await database.run(
        REFERRAL + FROM_REFERRALS + " WHERE {} ORDER BY r.id LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([referral_of(row) for row in rows], lambda view: (view.id,))


async def referral(
    referral_id: UUID, *, scope: Scope, permission: Permission = Permission.VIEW_CASES
) -> ReferralView:
    """Answer one referral.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        REFERRAL + FROM_REFERRALS + " WHERE r.id = {} AND {}",
        referral_id,
        visibility.participants(scope, permission),
    )
    if not rows:
        raise NotFoundError
    return referral_of(rows[0])


async def open_referral_of(
    participant_id: UUID, programme_id: UUID, *, scope: Scope
) -> ReferralView | None:
    """Answer a visible person's open referral to a programme; there is one at most."""
    rows = await database.run(
        REFERRAL
        + FROM_REFERRALS
        + " WHERE r.participant = {} AND r.programme = {} AND r.status NOT IN {} AND {}",
        participant_id,
        programme_id,
        visibility.CLOSED,
        visibility.participants(scope),
    )
    return referral_of(rows[0]) if rows else None


async def moves_of(
    *, scope: Scope, referral_id: UUID | None = None, participant_id: UUID | None = None
) -> tuple[MoveView, ...]:
    """Answer every move of a referral, or of all the referrals of a person, newest first."""
    conditions = [visibility.participants(scope)]
    if referral_id:
        conditions.append(QueryString("m.referral = {}", referral_id))
    if participant_id:
        conditions.append(QueryString("r.participant = {}", participant_id))
    rows = await database.run(
        _MOVE + " WHERE {} ORDER BY m.moved_on DESC, m.id DESC", database.all_of(conditions)
    )
    return tuple(_move(row) for row in rows)


async def told_of(referral_id: UUID, *, scope: Scope) -> tuple[ToldView, ...]:
    """Answer what the referrer was told, newest first."""
    rows = await database.run(
        "SELECT t.id, t.told, t.told_on, t.told_whom, t.recorded_by FROM referrer_updates t"
        " JOIN referrals r ON r.id = t.referral JOIN participants p ON p.id = r.participant"
        " WHERE r.id = {} AND {} ORDER BY t.told_on DESC, t.id DESC",
        referral_id,
        visibility.participants(scope),
    )
    return tuple(
        ToldView(
            row["id"], ToldReferrer(row["told"]), row["told_on"], row["told_whom"],
            row["recorded_by"],
        )
        for row in rows
    )  # fmt: skip


async def open_place_of(referral_id: UUID, *, scope: Scope) -> PlaceView | None:
    """Answer the open place that came of a referral, in a cohort that the scope may see."""
    rows = await database.run(
        "SELECT e.id, c.code FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
        " JOIN participants p ON p.id = e.participant"
        " WHERE e.referral = {} AND e.status IN {} AND {} AND {}",
        referral_id,
        visibility.OPEN,
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    return PlaceView(rows[0]["id"], rows[0]["code"]) if rows else None


async def has_started(referral_id: UUID, *, scope: Scope) -> bool:
    """Tell whether the person of a visible referral came to a group on it."""
    rows = await database.run(
        "SELECT e.id FROM enrolments e JOIN participants p ON p.id = e.participant"
        " WHERE e.referral = {} AND e.started_on IS NOT NULL AND {} LIMIT 1",
        referral_id,
        visibility.participants(scope),
    )
    return bool(rows)


def referral_of(row: database.Row) -> ReferralView:
    """Answer the referral out of its columns."""
    return ReferralView(
        id=row["id"],
        participant_id=row["participant"],
        participant_name=" ".join(
            filter(None, (row["preferred_name"] or row["given_name"], row["family_name"]))
        ),
        side=Side(row["side"]),
        organisation_id=row["organisation"],
        programme_id=row["programme"],
        programme_name=row["programme_name"],
        reference=row["reference"],
        source=ReferralSource(row["source"]),
        mandate=Mandate(row["mandate"]),
        mandate_ends_on=row["mandate_ends_on"],
        received_on=row["received_on"],
        referrer_name=row["referrer_name"],
        referrer_agency=row["referrer_agency"],
        referrer_contact=row["referrer_contact"],
        consent=Consent(row["consent"]),
        consent_on=row["consent_on"],
        reason=row["reason"],
        status=ReferralStatus(row["status"]),
        assessed_on=row["assessed_on"],
        suitable=None if row["suitable"] is None else bool(row["suitable"]),
        assessment_outcome=_or_none(AssessmentOutcome, row["assessment_outcome"]),
        unsuitable_reason=_or_none(UnsuitableReason, row["unsuitable_reason"]),
        assessment_note=row["assessment_note"],
        partner_worker_told_on=row["partner_worker_told_on"],
        not_started_reason=_or_none(NotStartedReason, row["not_started_reason"]),
        version=row["version"],
    )


def _or_none(kind: type[E], value: str | None) -> E | None:
    return kind(value) if value else None


def _move(row: database.Row) -> MoveView:
    return MoveView(
        id=row["id"],
        referral_id=row["referral"],
        programme_name=row["programme_name"],
        before=_or_none(ReferralStatus, row["from_status"]),
        after=ReferralStatus(row["to_status"]),
        on=row["moved_on"],
        reason=row["reason"],
        note=row["note"],
        by=row["moved_by"],
        at=row["moved_at"],
    )
