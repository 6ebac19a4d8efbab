"""Checks and saves one version of a programme's curriculum with its rule for completion (C4)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from core import clock
from core.errors import FieldError
from programmes.domain.completion import CompletionRule
from programmes.domain.eligibility import ANYBODY, Criteria, as_compared
from programmes.domain.terms import DeliveryMode, GroupModel, UnitKind
from programmes.services.fields import range_fault, text_fault
from programmes.tables import ProgrammeVersion, Unit

MOST_UNITS = 120
LONGEST_GAP_DAYS = 366
MOST_AREAS = 50
LONGEST_AREA = 80
HIGHEST_AGE = 120


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit of a curriculum to add; its gap is the least time after the unit before it."""

    number: int
    title: str
    kind: UnitKind
    minutes: int
    mandatory: bool
    gap_days: int = 0
    module: int | None = None


@dataclass(frozen=True, slots=True)
class Curriculum:
    """One version of a programme to add."""

    group_model: GroupModel
    delivery_mode: DeliveryMode
    units: tuple[NewUnit, ...]
    rule: CompletionRule
    capacity_min: int
    capacity_max: int
    cost_pence: int | None
    edit_window_days: int = 14
    long_outcomes: bool = False
    criteria: Criteria = ANYBODY


def faults(curriculum: Curriculum) -> Iterator[FieldError | None]:
    """Answer what is wrong with each field of a version."""
    yield range_fault("capacity_min", curriculum.capacity_min, 1, 500)
    yield range_fault("capacity_max", curriculum.capacity_max, curriculum.capacity_min, 500)
    yield range_fault("cost_pence", curriculum.cost_pence, 0, 2_000_000_000)
    yield range_fault("edit_window_days", curriculum.edit_window_days, 0, 366)
    yield from _unit_faults(curriculum.units)
    yield from _rule_faults(curriculum.rule, curriculum.units)
    yield from _criteria_faults(curriculum.criteria)


def _unit_faults(units: Sequence[NewUnit]) -> Iterator[FieldError | None]:
    if not 1 <= len(units) <= MOST_UNITS:
        yield FieldError("units", f"Give 1 to {MOST_UNITS} units")
    if [unit.number for unit in units] != list(range(1, len(units) + 1)):
        yield FieldError("units", "Number the units 1, 2, 3 … in order")
    for place, unit in enumerate(units):
        yield text_fault(f"units[{place}].title", unit.title, longest=120)
        yield range_fault(f"units[{place}].minutes", unit.minutes, 1, 600)
        yield range_fault(f"units[{place}].gap_days", unit.gap_days, 0, LONGEST_GAP_DAYS)
        yield range_fault(f"units[{place}].module", unit.module, 1, MOST_UNITS)


def _rule_faults(rule: CompletionRule, units: Sequence[NewUnit]) -> Iterator[FieldError | None]:
    if (rule.min_units is None) == (rule.min_percent is None):
        yield FieldError("completion_rule", "Give either min_units or min_percent")
    yield range_fault("completion_rule.min_units", rule.min_units, 1, len(units))
    yield range_fault("completion_rule.min_percent", rule.min_percent, 1, 100)
    hours = sum(unit.minutes for unit in units) // 60
    yield range_fault("completion_rule.min_hours", rule.min_hours, 1, max(hours, 1))


def _criteria_faults(criteria: Criteria) -> Iterator[FieldError | None]:
    yield range_fault("min_age", criteria.min_age, 1, HIGHEST_AGE)
    if len(criteria.areas) > MOST_AREAS:
        yield FieldError("areas", f"Give {MOST_AREAS} areas or fewer")
    for area in criteria.areas:
        yield text_fault("areas", area, longest=LONGEST_AREA)
    if len({as_compared(area) for area in criteria.areas}) < len(criteria.areas):
        yield FieldError("areas", "Give each area once")


async def save(programme_id: UUID, number: int, curriculum: Curriculum) -> None:
    """Save a version with its units; call it in the transaction of the programme."""
    version = _version(programme_id, number, curriculum)
    await version.save()
    await Unit.insert(*[_unit(version.id, unit) for unit in curriculum.units])


def _version(programme_id: UUID, number: int, curriculum: Curriculum) -> ProgrammeVersion:
    rule = curriculum.rule
    return ProgrammeVersion(
        programme=programme_id,
        number=number,
        group_model=curriculum.group_model,
        delivery_mode=curriculum.delivery_mode,
        min_units=rule.min_units,
        min_percent=rule.min_percent,
        min_hours=rule.min_hours,
        needs_end_review=rule.needs_end_review,
        needs_report_sent=rule.needs_report_sent,
        capacity_min=curriculum.capacity_min,
        capacity_max=curriculum.capacity_max,
        cost_pence=curriculum.cost_pence,
        created_at=clock.now(),
        edit_window_days=curriculum.edit_window_days,
        long_outcomes=curriculum.long_outcomes,
        min_age=curriculum.criteria.min_age,
        areas=json.dumps([area.strip() for area in curriculum.criteria.areas]),
        mandates=json.dumps([item.value for item in curriculum.criteria.mandates]),
    )


def _unit(version_id: UUID, unit: NewUnit) -> Unit:
    return Unit(
        programme_version=version_id, number=unit.number, title=unit.title.strip(),
        kind=unit.kind, minutes=unit.minutes, mandatory=unit.mandatory, gap_days=unit.gap_days,
        module=unit.module,
    )  # fmt: skip
