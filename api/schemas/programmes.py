"""Payloads of programmes with their curriculum."""

from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Name, Out, organisation_or_own
from core.errors import InvalidInputError
from core.scope import Actor, Permission, Side
from programmes.domain.completion import CompletionRule
from programmes.domain.eligibility import Criteria
from programmes.domain.terms import (
    DeliveryMode,
    GroupModel,
    Mandate,
    ProgrammeType,
    UnitKind,
)
from programmes.queries.programmes import ProgrammeView, UnitView
from programmes.services.curricula import Curriculum, NewUnit
from programmes.services.programmes import NewProgramme

Area = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]


class UnitIn(In, frozen=True, kw_only=True):
    """A unit of a curriculum; its gap is the least time after the unit before it."""

    number: Count
    title: Name
    kind: UnitKind
    minutes: Count
    mandatory: bool = False
    gap_days: Count = 0
    module: Count | None = None


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


class CurriculumIn(In, frozen=True, kw_only=True):
    """One version of a programme; whom it is for is anybody where nothing is said."""

    group_model: GroupModel
    delivery_mode: DeliveryMode
    units: list[UnitIn]
    completion_rule: CompletionRuleIn
    capacity_min: Count
    capacity_max: Count
    cost_pence: Count | None = None
    edit_window_days: Count = 14
    long_outcomes: bool = False
    min_age: Count | None = None
    areas: list[Area] = []
    mandates: list[Mandate] = []

    def curriculum(self) -> Curriculum:
        """Answer it as the service takes it."""
        mandatory = set(self.completion_rule.mandatory_units)
        if not mandatory <= {unit.number for unit in self.units}:
            raise InvalidInputError.of(
                "completion_rule.mandatory_units", "Name units of this programme by number"
            )
        return Curriculum(
            group_model=self.group_model,
            delivery_mode=self.delivery_mode,
            units=tuple(
                NewUnit(
                    unit.number, unit.title, unit.kind, unit.minutes,
                    unit.mandatory or unit.number in mandatory, unit.gap_days, unit.module,
                )
                for unit in self.units
            ),
            rule=self.completion_rule.rule(),
            capacity_min=self.capacity_min,
            capacity_max=self.capacity_max,
            cost_pence=self.cost_pence,
            edit_window_days=self.edit_window_days,
            long_outcomes=self.long_outcomes,
            criteria=Criteria(
                self.min_age, tuple(self.areas), tuple(dict.fromkeys(self.mandates))
            ),
        )  # fmt: skip


class VersionIn(CurriculumIn, frozen=True, kw_only=True):
    """A version to add; ``version`` is the programme's, as it was read."""

    version: Count


class ProgrammeIn(CurriculumIn, frozen=True, kw_only=True):
    """A programme to add, with its first curriculum."""

    organisation_id: UUID | None = None
    name: Name
    side: Side
    type: ProgrammeType
    follows_id: UUID | None = None

    def new(self, *, by: Actor) -> NewProgramme:
        """Answer it as the service takes it."""
        return NewProgramme(
            organisation_id=organisation_or_own(
                self.organisation_id, Permission.MANAGE_PROGRAMMES, self.side, by=by
            ),
            side=self.side,
            name=self.name,
            type=self.type,
            curriculum=self.curriculum(),
            follows_id=self.follows_id,
        )


class VersionAddedOut(Out, frozen=True, kw_only=True):
    """The number of the version that was added."""

    version_number: int


class UnitOut(Out, frozen=True, kw_only=True):
    """A unit of a curriculum."""

    number: int
    title: str
    kind: UnitKind
    minutes: int
    mandatory: bool
    gap_days: int
    module: int | None

    @classmethod
    def of(cls, view: UnitView) -> "UnitOut":
        """Shape a unit."""
        return cls(
            number=view.number, title=view.title, kind=view.kind, minutes=view.minutes,
            mandatory=view.mandatory, gap_days=view.gap_days, module=view.module,
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
    """A programme in one version, the newest unless another was asked for."""

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
    edit_window_days: int
    long_outcomes: bool
    min_age: int | None
    areas: list[str]
    mandates: list[Mandate]
    follows_id: UUID | None
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
            edit_window_days=view.edit_window_days,
            long_outcomes=view.long_outcomes,
            min_age=view.criteria.min_age,
            areas=list(view.criteria.areas),
            mandates=list(view.criteria.mandates),
            follows_id=view.follows_id,
            version_number=view.version_number,
            version=view.version,
        )
