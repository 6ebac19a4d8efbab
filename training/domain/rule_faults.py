"""What a requirement is to say, and which of it contradicts itself (domain.md 2.5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.errors import FieldError
from training.domain.requirements import WHOLE_TIME, Due, Filter
from training.domain.terms import Basis

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
LONGEST_MONTHS = 240
LONGEST_DUE_DAYS, LONGEST_DUE_MONTHS = 3650, 120
MOST_HOURS = 500
MOST_ROLES, LONGEST_ROLE = 50, 80
_ONE_WAY = "Say in one way by when: days or months after starting, or a fixed day"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementDetails:
    """What a requirement says; without a validity of its own it has the course's."""

    name: str
    course_id: UUID
    mandatory: bool = True
    basis: Basis = Basis.COURSE
    hours: Decimal | None = None
    window_months: int | None = None
    validity_months: int | None = None
    never_expires: bool = False
    by_level: bool = False
    filter: Filter
    due: Due
    effective_from: date
    effective_to: date | None = None


def rule_faults(says: RequirementDetails) -> tuple[FieldError, ...]:
    """Answer what a requirement says wrongly, or in a way that nobody could meet, by field."""
    return (
        *_due_faults(says), *_day_faults(says), *_basis_faults(says), *_filter_faults(says.filter),
    )  # fmt: skip


def last_due_day(due: Due, begins: date) -> date:
    """Answer the day by which everybody asked since ``begins`` or earlier is due."""
    days = [due.day(since=begins, appointed=begins), begins]
    return max([*days, due.transition_due_on] if due.transition_due_on else days)


def _due_faults(says: RequirementDetails) -> Iterator[FieldError]:
    due = says.due
    given = [
        ("due_within_days_of_start", due.within_days),
        ("due_within_months_of_start", due.within_months),
        ("due_on", due.on),
    ]
    named = [field for field, value in given if value is not None]
    if not named:
        yield FieldError("due_within_days_of_start", _ONE_WAY)
    yield from (FieldError(field, _ONE_WAY) for field in named[1:])
    yield from _range("due_within_days_of_start", due.within_days, 0, LONGEST_DUE_DAYS)
    yield from _range("due_within_months_of_start", due.within_months, 0, LONGEST_DUE_MONTHS)
    yield from _not_before(says, "due_on", due.on)
    yield from _not_before(says, "transition_due_on", due.transition_due_on)
    if due.transition_on and not due.transition_due_on:
        message = "Enter by when those appointed before the change must be trained"
        yield FieldError("transition_due_on", message)
    if due.transition_due_on and not due.transition_on:
        yield FieldError("transition_on", "Enter from which appointments on the new time holds")


def _not_before(says: RequirementDetails, field: str, day: date | None) -> Iterator[FieldError]:
    if day and day < says.effective_from:
        yield FieldError(field, "Nobody can be due before the requirement takes effect")


def _day_faults(says: RequirementDetails) -> Iterator[FieldError]:
    wanted, due = says.filter, says.due
    days = {
        "effective_from": says.effective_from,
        "effective_to": says.effective_to,
        "due_on": due.on,
        "transition_on": due.transition_on,
        "transition_due_on": due.transition_due_on,
        "started_from": wanted.started_from,
        "started_before": wanted.started_before,
    }
    for field, day in days.items():
        if day and not EARLIEST <= day <= LATEST:
            yield FieldError(field, f"Enter a day from {EARLIEST.year} to {LATEST.year}")
    if says.effective_to and says.effective_to < says.effective_from:
        yield FieldError("effective_to", "The last day cannot be before the first")
    first, before = wanted.started_from, wanted.started_before
    if first and before and first >= before:
        message = "Nobody is appointed from the one day on and before the other"
        yield FieldError("started_before", message)


def _basis_faults(says: RequirementDetails) -> Iterator[FieldError]:
    yield from _range("validity_months", says.validity_months, 1, LONGEST_MONTHS)
    if says.basis is Basis.HOURS:
        yield from _hours_faults(says)
        return
    if says.hours is not None:
        yield FieldError("hours", "Leave it empty: a completed course counts here, not hours")
    if says.window_months is not None:
        yield FieldError("window_months", "Leave it empty: only hours are counted in a window")
    if says.never_expires and says.validity_months is not None:
        yield FieldError("validity_months", "Leave it empty for training that never expires")


def _hours_faults(says: RequirementDetails) -> Iterator[FieldError]:
    hours = says.hours
    fits = hours is not None and hours.is_finite() and 0 < hours <= MOST_HOURS
    if hours is None or not fits or hours != round(hours, 2):
        message = f"Enter the hours, above 0, at most {MOST_HOURS}, like 3 or 3.5"
        yield FieldError("hours", message)
    if says.window_months is None:
        yield FieldError("window_months", "Enter in how many months the hours are counted")
    yield from _range("window_months", says.window_months, 1, LONGEST_MONTHS)
    if says.validity_months is not None:
        yield FieldError("validity_months", "Leave it empty: hours count while in their window")
    if says.never_expires:
        yield FieldError("never_expires", "Hours count only while they are in their window")


def _filter_faults(wanted: Filter) -> Iterator[FieldError]:
    fte = wanted.min_fte
    if fte is not None and not (fte.is_finite() and 0 < fte <= WHOLE_TIME and fte == round(fte, 2)):
        message = "Enter the share of whole time, above 0 and at most 1, like 0.6"
        yield FieldError("min_fte", message)
    if len(wanted.roles) > MOST_ROLES:
        yield FieldError("roles", f"Enter {MOST_ROLES} roles or fewer")
    if any(not role or len(role) > LONGEST_ROLE or not role.isprintable() for role in wanted.roles):
        yield FieldError("roles", f"Enter each role in 1 to {LONGEST_ROLE} characters")


def _range(field: str, value: int | None, lowest: int, highest: int) -> Iterator[FieldError]:
    if value is not None and not lowest <= value <= highest:
        yield FieldError(field, f"Enter a number from {lowest} to {highest}")
