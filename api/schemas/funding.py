"""Payloads of what pays for programmes, and of results that documents claim."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Name, Out, ShortText
from core import clock
from core.scope import Side
from programmes.domain.funding import (
    MOST_PENCE,
    Claim,
    ClaimedRate,
    FundingStatus,
    Paid,
    StatedFor,
)
from programmes.queries.claims import ClaimView
from programmes.queries.funding import AgreementView, LineView, StatementView
from programmes.services.claims import ClaimDetails
from programmes.services.funding import AgreementDetails
from programmes.services.funding_lines import LineDetails, StatementDetails

OptionalName = Annotated[str, msgspec.Meta(max_length=120)]
Document = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Pence = Annotated[int, msgspec.Meta(ge=0, le=MOST_PENCE)]
Version = Annotated[int, msgspec.Meta(ge=1, le=2_000_000_000)]
Counted = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Percent = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}(\.[0-9])?$")]


class AgreementChangeIn(In, frozen=True, kw_only=True):
    """What is recorded of an agreement from now on."""

    version: Version
    service: Name
    provider: OptionalName = ""
    programme_id: UUID | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""

    def details(self) -> AgreementDetails:
        """Answer it as the service takes it."""
        return AgreementDetails(
            self.service, self.provider, self.programme_id, self.starts_on, self.ends_on, self.note
        )


class AgreementIn(In, frozen=True, kw_only=True):
    """An agreement to add; without a ``side`` it is of the whole service."""

    organisation_id: UUID | None = None
    side: Side | None = None
    service: Name
    provider: OptionalName = ""
    programme_id: UUID | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""

    def details(self) -> AgreementDetails:
        """Answer it as the service takes it."""
        return AgreementDetails(
            self.service, self.provider, self.programme_id, self.starts_on, self.ends_on, self.note
        )


class LineIn(In, frozen=True, kw_only=True):
    """What one contributor gives; one that has ended says when."""

    contributor: Name
    source: OptionalName = ""
    amount_pence: Pence
    paid: Paid
    from_on: date
    to_on: date | None = None
    status: FundingStatus

    def details(self) -> LineDetails:
        """Answer it as the service takes it."""
        return LineDetails(
            self.contributor, self.amount_pence, self.paid, self.from_on, self.status,
            self.source, self.to_on,
        )  # fmt: skip


class LineChangeIn(LineIn, frozen=True, kw_only=True):
    """What one contributor gives from now on."""

    version: Version


class StatementIn(In, frozen=True, kw_only=True):
    """A total that a document states, and the lines that it is said to be of."""

    says: Name
    total_pence: Pence
    stated_for: StatedFor
    document: Document
    as_at_on: date
    line_ids: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=500)]

    def details(self) -> StatementDetails:
        """Answer it as the service takes it."""
        return StatementDetails(
            self.says, self.total_pence, self.stated_for, self.document, self.as_at_on,
            tuple(self.line_ids),
        )  # fmt: skip


class LineOut(Out, frozen=True, kw_only=True):
    """What one contributor gives; ``ends_on`` is its own last day, or else the agreement's."""

    id: UUID
    contributor: str
    source: str
    amount_pence: int
    paid: Paid
    from_on: date
    to_on: date | None
    ends_on: date | None
    ends_within_six_months: bool
    status: FundingStatus
    version: int

    @classmethod
    def of(cls, view: LineView) -> "LineOut":
        """Shape a line."""
        gives = view.gives
        return cls(
            id=view.id, contributor=view.contributor, source=view.source,
            amount_pence=gives.amount_pence, paid=gives.paid, from_on=gives.from_on,
            to_on=view.to_on, ends_on=gives.to_on,
            ends_within_six_months=view.ends_soon(today=clock.today()),
            status=gives.status, version=view.version,
        )  # fmt: skip


class StatementOut(Out, frozen=True, kw_only=True):
    """A stated total beside what its lines add up to; ``difference_pence`` is stated less sum."""

    id: UUID
    says: str
    total_pence: int
    summed_pence: int | None
    difference_pence: int | None
    stated_for: StatedFor
    document: str
    as_at_on: date
    line_ids: list[UUID]

    @classmethod
    def of(cls, view: StatementView) -> "StatementOut":
        """Shape a stated total."""
        return cls(
            id=view.id, says=view.says, total_pence=view.total_pence,
            summed_pence=view.summed_pence, difference_pence=view.difference_pence,
            stated_for=view.stated_for, document=view.document, as_at_on=view.as_at_on,
            line_ids=[line.id for line in view.lines],
        )  # fmt: skip


class AgreementOut(Out, frozen=True, kw_only=True):
    """An agreement with its lines and what documents state of it."""

    id: UUID
    organisation_id: UUID
    side: Side | None
    service: str
    provider: str
    programme_id: UUID | None
    starts_on: date | None
    ends_on: date | None
    ends_within_six_months: bool
    note: str
    version: int
    lines: list[LineOut]
    statements: list[StatementOut]

    @classmethod
    def of(cls, view: AgreementView) -> "AgreementOut":
        """Shape an agreement."""
        return cls(
            id=view.id, organisation_id=view.organisation_id, side=view.side,
            service=view.service, provider=view.provider, programme_id=view.programme_id,
            starts_on=view.starts_on, ends_on=view.ends_on,
            ends_within_six_months=view.ends_soon(today=clock.today()),
            note=view.note, version=view.version,
            lines=[LineOut.of(line) for line in view.lines],
            statements=[StatementOut.of(one) for one in view.statements],
        )  # fmt: skip


class ClaimIn(In, frozen=True, kw_only=True):
    """A result that a document claims; a floor is a denominator said to be at least so many."""

    organisation_id: UUID | None = None
    side: Side
    programme_id: UUID | None = None
    what: ClaimedRate
    numerator: Counted
    denominator: Counted
    denominator_is_floor: bool = False
    percent: Percent | None = None
    document: Document
    as_at_on: date

    def details(self) -> ClaimDetails:
        """Answer it as the service takes it."""
        percent = None if self.percent is None else Decimal(self.percent)
        said = Claim(
            self.numerator, self.denominator, is_floor=self.denominator_is_floor, percent=percent
        )
        return ClaimDetails(self.what, said, self.document, self.as_at_on, self.programme_id)


class ClaimOut(Out, frozen=True, kw_only=True):
    """A claimed result, and what its own counts make: ``at_most`` where one is a floor."""

    id: UUID
    organisation_id: UUID
    side: Side
    programme_id: UUID | None
    what: ClaimedRate
    numerator: int
    denominator: int
    denominator_is_floor: bool
    percent: str | None
    recomputed_percent: str
    at_most: bool
    difference: str | None
    document: ShortText
    as_at_on: date

    @classmethod
    def of(cls, view: ClaimView) -> "ClaimOut":
        """Shape a claim."""
        said = view.claim
        return cls(
            id=view.id, organisation_id=view.organisation_id, side=view.side,
            programme_id=view.programme_id, what=view.what, numerator=said.numerator,
            denominator=said.denominator, denominator_is_floor=said.is_floor,
            percent=None if said.percent is None else str(said.percent),
            recomputed_percent=said.recomputed, at_most=said.is_floor,
            difference=None if said.difference is None else str(said.difference),
            document=view.document, as_at_on=view.as_at_on,
        )  # fmt: skip
