"""Payloads of programmes with their curriculum, venues and closures."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Name, Out, organisation_or_own
from core.errors import InvalidInputError
from core.scope import Actor, Permission, Side
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import (
    DeliveryMode,
    GroupModel,
    ProgrammeType,
    UnitKind,
)
from programmes.queries.programmes import ClosureView, ProgrammeView, UnitView, VenueView
from programmes.services.programmes import NewProgramme, NewUnit

Count = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]


class UnitIn(In, frozen=True, kw_only=True):
    """A unit of a curriculum."""

    number: Count
    title: Name
    kind: UnitKind
    minutes: Count
    mandatory: bool = False


class CompletionRuleIn(In, frozen=True, kw_only=True):
    """When the programme counts as completed (C4); exactly one of the two thresholds."""

    min_units: Count | None = None
    min_percent: Count | None = None
    min_hours: Count | None = None
    mandatory_units: list[Count] = []
    end_review: bool = False
    report_sent: bool = False

    def rule(self) -> CompletionRule:
        """Answer it as the domain has it; mandatory units are told by the units themselves."""
        return CompletionRule(
            self.min_units, self.min_percent, self.min_hours, self.end_review, self.report_sent
        )


class ProgrammeIn(In, frozen=True, kw_only=True):
    """A programme to add, with its first curriculum."""

    organisation_id: UUID | None = None
    name: Name
    side: Side
    type: ProgrammeType
    group_model: GroupModel
    delivery_mode: DeliveryMode
    units: list[UnitIn]
    completion_rule: CompletionRuleIn
    capacity_min: Count
    capacity_max: Count
    cost_pence: Count | None = None

    def new(self, *, by: Actor) -> NewProgramme:
        """Answer it as the service takes it."""
        mandatory = set(self.completion_rule.mandatory_units)
        if not mandatory <= {unit.number for unit in self.units}:
            raise InvalidInputError.of(
                "completion_rule.mandatory_units", "Name units of this programme by number"
            )
        return NewProgramme(
            organisation_id=organisation_or_own(
                self.organisation_id, Permission.MANAGE_PROGRAMMES, self.side, by=by
            ),
            side=self.side,
            name=self.name,
            type=self.type,
            group_model=self.group_model,
            delivery_mode=self.delivery_mode,
            units=tuple(
                NewUnit(
                    unit.number, unit.title, unit.kind, unit.minutes,
                    unit.mandatory or unit.number in mandatory,
                )
                for unit in self.units
            ),
            rule=self.completion_rule.rule(),
            capacity_min=self.capacity_min,
            capacity_max=self.capacity_max,
            cost_pence=self.cost_pence,
        )  # fmt: skip


class UnitOut(Out, frozen=True, kw_only=True):
    """A unit of a curriculum."""

    number: int
    title: str
    kind: UnitKind
    minutes: int
    mandatory: bool

    @classmethod
    def of(cls, view: UnitView) -> "UnitOut":
        """Shape a unit."""
        return cls(
            number=view.number, title=view.title, kind=view.kind, minutes=view.minutes,
            mandatory=view.mandatory,
        )  # fmt: skip


class CompletionRuleOut(Out, frozen=True, kw_only=True):
    """When the programme counts as completed (C4)."""

    min_units: int | None
    min_percent: int | None
    min_hours: int | None
    mandatory_units: list[int]
    end_review: bool
    report_sent: bool


class ProgrammeOut(Out, frozen=True, kw_only=True):
    """A programme in its newest version."""

    id: UUID
    organisation_id: UUID
    name: str
    side: Side
    type: ProgrammeType
    group_model: GroupModel
    delivery_mode: DeliveryMode
    units: list[UnitOut]
    completion_rule: CompletionRuleOut
    capacity_min: int
    capacity_max: int
    cost_pence: int | None
    version_number: int
    version: int

    @classmethod
    def of(cls, view: ProgrammeView, units: tuple[UnitView, ...]) -> "ProgrammeOut":
        """Shape a programme."""
        rule = view.rule
        return cls(
            id=view.id,
            organisation_id=view.organisation_id,
            name=view.name,
            side=view.side,
            type=view.type,
            group_model=view.group_model,
            delivery_mode=view.delivery_mode,
            units=[UnitOut.of(unit) for unit in units],
            completion_rule=CompletionRuleOut(
                min_units=rule.min_units,
                min_percent=rule.min_percent,
                min_hours=rule.min_hours,
                mandatory_units=[unit.number for unit in units if unit.mandatory],
                end_review=rule.needs_end_review,
                report_sent=rule.needs_report_sent,
            ),
            capacity_min=view.capacity_min,
            capacity_max=view.capacity_max,
            cost_pence=view.cost_pence,
            version_number=view.version_number,
            version=view.version,
        )


class VenueIn(In, frozen=True, kw_only=True):
    """A venue of one side to add."""

    organisation_id: UUID | None = None
    side: Side
    name: Name
    address: Annotated[str, msgspec.Meta(max_length=500)] = ""


class VenueOut(Out, frozen=True, kw_only=True):
    """A venue."""

    id: UUID
    organisation_id: UUID
    side: Side
    name: str
    address: str

    @classmethod
    def of(cls, view: VenueView) -> "VenueOut":
        """Shape a venue."""
        return cls(
            id=view.id, organisation_id=view.organisation_id, side=view.side, name=view.name,
            address=view.address,
        )  # fmt: skip


class ClosureIn(In, frozen=True, kw_only=True):
    """Days without sessions, for an organisation or one of its venues."""

    organisation_id: UUID
    venue_id: UUID | None = None
    from_on: date
    to_on: date
    reason: Annotated[str, msgspec.Meta(max_length=120)] = ""


class ClosureOut(Out, frozen=True, kw_only=True):
    """Days without sessions."""

    id: UUID
    organisation_id: UUID
    venue_id: UUID | None
    from_on: date
    to_on: date
    reason: str

    @classmethod
    def of(cls, view: ClosureView) -> "ClosureOut":
        """Shape a closure."""
        return cls(
            id=view.id, organisation_id=view.organisation_id, venue_id=view.venue_id,
            from_on=view.from_on, to_on=view.to_on, reason=view.reason,
        )  # fmt: skip
