"""What a requirement may not say: what contradicts itself, or nobody could meet (2.5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from training.domain.requirements import Due, Filter
from training.domain.rule_faults import RequirementDetails, last_due_day, rule_faults
from training.domain.terms import Basis

BEGINS = date(2025, 1, 1)
COURSE = RequirementDetails(
    name="Awareness",
    course_id=UUID(int=1),
    filter=Filter(),
    due=Due(within_days=90),
    effective_from=BEGINS,
)
HOURS = replace(COURSE, basis=Basis.HOURS, hours=Decimal(2), window_months=36)


def blamed(says: RequirementDetails) -> list[str]:
    return [fault.field for fault in rule_faults(says)]


@pytest.mark.parametrize(
    "says",
    [
        COURSE,
        HOURS,
        replace(COURSE, never_expires=True),
        replace(COURSE, validity_months=240, effective_to=BEGINS),
        replace(COURSE, due=Due(within_months=0)),
        replace(COURSE, due=Due(on=BEGINS)),
        replace(COURSE, filter=Filter(min_fte=Decimal("0.5"), roles=frozenset({"Nurse"}))),
        replace(COURSE, filter=Filter(started_from=BEGINS, started_before=date(2025, 1, 2))),
    ],
)
def test_a_rule_that_can_be_met_has_no_fault(says: RequirementDetails) -> None:
    assert blamed(says) == []


@pytest.mark.parametrize(
    ("due", "field"),
    [
        (Due(), "due_within_days_of_start"),
        (Due(within_days=1, on=BEGINS), "due_on"),
        (Due(within_days=1, within_months=1), "due_within_months_of_start"),
        (Due(within_days=3651), "due_within_days_of_start"),
        (Due(within_months=121), "due_within_months_of_start"),
        (Due(on=date(2024, 12, 31)), "due_on"),
        (Due(on=date(2101, 1, 1)), "due_on"),
        (Due(within_days=1, transition_on=BEGINS), "transition_due_on"),
        (Due(within_days=1, transition_due_on=BEGINS), "transition_on"),
        (
            Due(within_days=1, transition_on=BEGINS, transition_due_on=date(2024, 12, 31)),
            "transition_due_on",
        ),
    ],
)
def test_a_day_that_nobody_can_keep_is_named(due: Due, field: str) -> None:
    assert blamed(replace(COURSE, due=due)) == [field]


@pytest.mark.parametrize(
    ("says", "field"),
    [
        (replace(COURSE, effective_to=date(2024, 12, 31)), "effective_to"),
        (replace(COURSE, effective_from=date(1989, 12, 31)), "effective_from"),
        (replace(COURSE, hours=Decimal(2)), "hours"),
        (replace(COURSE, window_months=36), "window_months"),
        (replace(COURSE, validity_months=0), "validity_months"),
        (replace(COURSE, validity_months=36, never_expires=True), "validity_months"),
        (replace(HOURS, hours=None), "hours"),
        (replace(HOURS, hours=Decimal(0)), "hours"),
        (replace(HOURS, hours=Decimal("500.5")), "hours"),
        (replace(HOURS, hours=Decimal("1.005")), "hours"),
        (replace(HOURS, hours=Decimal("NaN")), "hours"),
        (replace(HOURS, window_months=None), "window_months"),
        (replace(HOURS, window_months=241), "window_months"),
        (replace(HOURS, validity_months=36), "validity_months"),
        (replace(HOURS, never_expires=True), "never_expires"),
    ],
)
def test_what_does_not_go_together_is_named(says: RequirementDetails, field: str) -> None:
    assert blamed(says) == [field]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"started_from": BEGINS, "started_before": BEGINS}, "started_before"),
        ({"started_from": date(1989, 12, 31)}, "started_from"),
        ({"min_fte": Decimal(0)}, "min_fte"),
        ({"min_fte": Decimal("1.01")}, "min_fte"),
        ({"min_fte": Decimal("Infinity")}, "min_fte"),
        ({"min_fte": Decimal("0.333")}, "min_fte"),
        ({"roles": frozenset({""})}, "roles"),
        ({"roles": frozenset({"Nurse\x07"})}, "roles"),
        ({"roles": frozenset(map(str, range(51)))}, "roles"),
    ],
)
def test_a_filter_that_admits_nobody_is_named(wanted: dict[str, Any], field: str) -> None:
    assert blamed(replace(COURSE, filter=Filter(**wanted))) == [field]


@pytest.mark.parametrize(
    ("due", "last"),
    [
        (Due(within_days=90), date(2025, 4, 1)),
        (Due(within_months=6), date(2025, 7, 1)),
        (Due(on=date(2020, 1, 1)), BEGINS),
        (
            Due(within_months=6, transition_on=BEGINS, transition_due_on=date(2027, 12, 31)),
            date(2027, 12, 31),
        ),
    ],
)
def test_all_are_due_by_the_latest_of_the_days_that_a_rule_names(due: Due, last: date) -> None:
    assert last_due_day(due, BEGINS) == last
