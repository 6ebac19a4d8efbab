"""How long a person's records are kept, and what is kept of them afterwards (D13)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

KEPT: Mapping[str, frozenset[str]] = {
    "enrolments": frozenset({"exit_reason"}),
    "attendances": frozenset({"absence_reason"}),
    "outcome_values": frozenset({"value"}),
    "partner_offers": frozenset({"outcome"}),
}
"""Codes and figures that stay when a person is closed out: reports of past years count them."""


@dataclass(frozen=True, slots=True)
class Case:
    """What decides how long a person's records are kept.

    ``closed_on`` is the last day on which a referral or a place in a group ended.
    """

    added_on: date
    closed_on: date | None
    is_open: bool

    def due_on(self, *, years: int) -> date | None:
        """Answer the day from which the person is to be closed out, ``None`` while a case is open.

        Whoever was never referred is kept from the day on which they were added.

        Source: domain.md D13.
        """
        if self.is_open:
            return None
        return years_after(self.closed_on or self.added_on, years)


def years_after(day: date, years: int) -> date:
    """Answer the same day so many years later; 28 February where there is no 29th (C8)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, slots=True)
class DueCase:
    """Somebody whose time is over, or is kept past it by a legal hold."""

    due_on: date
    on_hold: bool


@dataclass(frozen=True, slots=True)
class RecordClass:
    """One class of records: how long it is kept, and how many are past that."""

    name: str
    kept_for: str
    due: int
    on_hold: int
    oldest_on: date | None


def programme_cases(found: Iterable[DueCase], *, years: int) -> RecordClass:
    """Answer how many programme cases are past their time, and since when the oldest is."""
    cases = list(found)
    due = [case.due_on for case in cases if not case.on_hold]
    return RecordClass(
        name="Programme cases",
        kept_for=f"{years} years after they close",
        due=len(due),
        on_hold=len(cases) - len(due),
        oldest_on=min(due, default=None),
    )
