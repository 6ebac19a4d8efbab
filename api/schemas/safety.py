"""Payloads of what keeps people apart: links, workers, flags, conflicts, restrictions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out
from core.scope import Side
from programmes.domain.apart import CaseStatus
from programmes.domain.case_terms import ConflictKind, Relationship
from programmes.queries.conflicts import ConflictView, Known, SharedNumber
from programmes.queries.links import FoundPerpetrator, LinkView
from programmes.queries.restrictions import NonAssociationView, RestrictionView
from programmes.queries.workers import CaseloadEntry, WorkerView

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
MOST_READERS = 50


class LinkIn(In, frozen=True, kw_only=True):
    """A link to record."""

    perpetrator_id: UUID
    survivor_id: UUID
    relationship: Relationship


class LinkEndIn(In, frozen=True, kw_only=True):
    """That a link holds no more."""

    version: int
    ended_on: date


class FindIn(In, frozen=True, kw_only=True):
    """Exactly whom a link worker means; nothing is found by part of it."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    family_name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class FoundOut(Out, frozen=True, kw_only=True):
    """What a link worker learns of a perpetrator."""

    perpetrator_id: UUID
    status: CaseStatus
    risk_flag: bool

    @classmethod
    def of(cls, found: FoundPerpetrator) -> "FoundOut":
        """Shape it."""
        return cls(perpetrator_id=found.id, status=found.status, risk_flag=found.risk_flag)


class LinkOut(Out, frozen=True, kw_only=True):
    """A link; the perpetrator's name is empty for link workers."""

    id: UUID
    survivor_id: UUID
    survivor: str
    perpetrator_id: UUID
    perpetrator_reference: str
    perpetrator: str
    relationship: Relationship
    status: CaseStatus
    risk_flag: bool
    recorded_at: datetime
    ended_on: date | None
    version: int

    @classmethod
    def of(cls, view: LinkView) -> "LinkOut":
        """Shape a link."""
        return cls(
            id=view.id,
            survivor_id=view.survivor_id,
            survivor=view.survivor_name,
            perpetrator_id=view.perpetrator_id,
            perpetrator_reference=view.perpetrator_reference,
            perpetrator=view.perpetrator_name,
            relationship=view.relationship,
            status=view.status,
            risk_flag=view.risk_flag,
            recorded_at=view.recorded_at,
            ended_on=view.ended_on,
            version=view.version,
        )


class RiskFlagIn(In, frozen=True, kw_only=True):
    """Whether a flag is to stand; it has no text (D4)."""

    raised: bool


class AccountIn(In, frozen=True, kw_only=True):
    """Who is to be a worker, or a reader."""

    account_id: UUID


class WorkerOut(Out, frozen=True, kw_only=True):
    """Somebody who works with a person."""

    account_id: UUID
    since: date

    @classmethod
    def of(cls, view: WorkerView) -> "WorkerOut":
        """Shape a worker."""
        return cls(account_id=view.account_id, since=view.since)


class CaseloadOut(Out, frozen=True, kw_only=True):
    """A person whose worker the account is."""

    participant_id: UUID
    participant: str
    side: Side
    since: date

    @classmethod
    def of(cls, entry: CaseloadEntry) -> "CaseloadOut":
        """Shape an entry."""
        return cls(
            participant_id=entry.id, participant=entry.name, side=entry.side, since=entry.since
        )


class NonAssociationIn(In, frozen=True, kw_only=True):
    """Whom a person must not be in a group with, and why."""

    other_id: UUID
    reason: Reason


class KnownOut(Out, frozen=True, kw_only=True):
    """A person, as far as a safety lead may know them."""

    id: UUID
    name: str
    side: Side

    @classmethod
    def of(cls, known: Known | None) -> "KnownOut | None":
        """Shape a person; ``None`` for somebody outside the lead's organisations."""
        return None if known is None else cls(id=known.id, name=known.name, side=known.side)


class NonAssociationOut(Out, frozen=True, kw_only=True):
    """Whom a person must not be in a group with; for safety leads."""

    id: UUID
    other: KnownOut | None
    reason: str
    recorded_by: UUID | None
    recorded_at: datetime

    @classmethod
    def of(cls, view: NonAssociationView) -> "NonAssociationOut":
        """Shape it."""
        return cls(
            id=view.id,
            other=KnownOut.of(view.other),
            reason=view.reason,
            recorded_by=view.recorded_by,
            recorded_at=view.recorded_at,
        )


class RestrictionIn(In, frozen=True, kw_only=True):
    """Why a record is hidden, and from whom it is not; whoever restricts it is named too."""

    reason: Reason
    reader_ids: Annotated[list[UUID], msgspec.Meta(max_length=MOST_READERS)] = []


class RestrictionOut(Out, frozen=True, kw_only=True):
    """How a record is restricted; for its named safety leads."""

    reason: str
    reader_ids: list[UUID]
    restricted_by: UUID | None
    restricted_at: datetime

    @classmethod
    def of(cls, view: RestrictionView) -> "RestrictionOut":
        """Shape it."""
        return cls(
            reason=view.reason,
            reader_ids=list(view.reader_ids),
            restricted_by=view.restricted_by,
            restricted_at=view.restricted_at,
        )


class SettleIn(In, frozen=True, kw_only=True):
    """That a conflict needs nothing more, and why."""

    version: int
    note: Reason


class ConflictOut(Out, frozen=True, kw_only=True):
    """What was refused, and why; for safety leads."""

    id: UUID
    kind: ConflictKind
    organisation_id: UUID
    participant: KnownOut | None
    other: KnownOut | None
    cohort_id: UUID | None
    cohort_code: str
    met_on: date | None
    tried_by: UUID | None
    tried_at: datetime
    settled_at: datetime | None
    settled_by: UUID | None
    note: str
    version: int

    @classmethod
    def of(cls, view: ConflictView) -> "ConflictOut":
        """Shape a conflict."""
        return cls(
            id=view.id,
            kind=view.kind,
            organisation_id=view.organisation_id,
            participant=KnownOut.of(view.person),
            other=KnownOut.of(view.other),
            cohort_id=view.cohort_id,
            cohort_code=view.cohort_code,
            met_on=view.met_on,
            tried_by=view.tried_by,
            tried_at=view.tried_at,
            settled_at=view.settled_at,
            settled_by=view.settled_by,
            note=view.note,
            version=view.version,
        )


class SharedNumberOut(Out, frozen=True, kw_only=True):
    """A number that several people are recorded with, all but its end left out (M9)."""

    number: str
    people: list[KnownOut]
    others: int

    @classmethod
    def of(cls, view: SharedNumber) -> "SharedNumberOut":
        """Shape it."""
        return cls(
            number=view.number,
            people=[KnownOut(id=one.id, name=one.name, side=one.side) for one in view.people],
            others=view.others,
        )
