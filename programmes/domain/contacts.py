"""Where one-to-one contacts fall between the sessions of a group, by the gaps of a curriculum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from programmes.domain.terms import UnitKind
from programmes.domain.timetable import PlannedUnit


@dataclass(frozen=True, slots=True)
class Contact:
    """A unit as planning sees it; ``gap_days`` is the least time after the contact before it."""

    number: int
    kind: UnitKind
    minutes: int
    gap_days: int = 0


@dataclass(frozen=True, slots=True)
class ContactWindow:
    """The days between which a one-to-one contact falls; ``None`` where there is no bound."""

    unit_number: int
    earliest_on: date | None
    latest_on: date | None


def group_units(contacts: Sequence[Contact]) -> tuple[PlannedUnit, ...]:
    """Answer the units of the group with the least time between one session and the next.

    The gaps of one-to-one contacts in between add up. Nothing comes before the first session: a
    contact ahead of it has its window from ``contact_windows``.

    Source: domain.md 2.1, Building Choices.
    """
    found: list[PlannedUnit] = []
    gap = 0
    for contact in contacts:
        gap += contact.gap_days
        if contact.kind is UnitKind.GROUP:
            found.append(PlannedUnit(contact.number, contact.minutes, gap if found else 0))
            gap = 0
    return tuple(found)


def contact_windows(
    contacts: Sequence[Contact], held_on: Mapping[int, date]
) -> tuple[ContactWindow, ...]:
    """Answer the window of each one-to-one contact, given the days of the group's units.

    It falls no sooner than its gap after the group session before it, and no later than the gap of
    the group session after it allows; gaps of one-to-one contacts in between add up.

    Source: domain.md 2.1, Building Choices.
    """
    return tuple(
        ContactWindow(
            contact.number,
            _earliest(contacts[: place + 1], held_on),
            _latest(contacts[place + 1 :], held_on),
        )
        for place, contact in enumerate(contacts)
        if contact.kind is UnitKind.ONE_TO_ONE
    )


def _earliest(until: Sequence[Contact], held_on: Mapping[int, date]) -> date | None:
    """Walk back from the contact to the group session before it."""
    gap = 0
    for contact in reversed(until):
        if contact.number in held_on:
            return held_on[contact.number] + timedelta(days=gap)
        gap += contact.gap_days
    return None


def _latest(following: Sequence[Contact], held_on: Mapping[int, date]) -> date | None:
    """Walk forward from the contact to the group session after it."""
    gap = 0
    for contact in following:
        gap += contact.gap_days
        if contact.number in held_on:
            return held_on[contact.number] - timedelta(days=gap)
    return None
