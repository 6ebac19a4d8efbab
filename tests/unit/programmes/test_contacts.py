"""One-to-one contacts between the sessions of a group: Building Choices (domain.md 2.1)."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.clock import london
from programmes.bank_holidays import is_bank_holiday
from programmes.domain.contacts import Contact, ContactWindow, contact_windows, group_units
from programmes.domain.terms import Nation, UnitKind
from programmes.domain.timetable import Slot, timetable

GROUP, ONE_TO_ONE = UnitKind.GROUP, UnitKind.ONE_TO_ONE
MONDAY, TUESDAY = 0, 1
MODULE_ENDS = (6, 11, 16, 21)
"""After these group sessions there is a one-to-one contact."""


def building_choices() -> list[Contact]:
    """One before the group, 21 of the group, one after each of four modules, one review."""
    parts: list[tuple[UnitKind, int, int]] = [(ONE_TO_ONE, 60, 0)]
    for number in range(1, 22):
        parts.append((GROUP, 150, 21 if number == 1 else 0))
        if number in MODULE_ENDS:
            parts.append((ONE_TO_ONE, 60, 0))
    parts.append((ONE_TO_ONE, 60, 42))
    return [
        Contact(number, kind, minutes, gap)
        for number, (kind, minutes, gap) in enumerate(parts, start=1)
    ]


def held(contacts: list[Contact], starts_on: date, weekday: int = TUESDAY) -> dict[int, date]:
    planned = timetable(
        starts_on=starts_on, slots=[Slot(weekday, "18:00")], units=group_units(contacts),
        is_closed=lambda day: is_bank_holiday(day, Nation.ENGLAND_AND_WALES),
    )  # fmt: skip
    return {session.unit_number: london(session.starts_at).date() for session in planned}


def test_building_choices_is_27_contacts_of_58_and_a_half_hours() -> None:
    contacts = building_choices()

    assert len(contacts) == 27
    assert [len(group_units(contacts)), 27 - len(group_units(contacts))] == [21, 6]
    assert Fraction(sum(contact.minutes for contact in contacts), 60) == Fraction(117, 2)


def test_building_choices_begins_three_weeks_after_its_first_contact_and_ends_in_a_review() -> None:
    contacts = building_choices()
    days = held(contacts, date(2026, 4, 14))
    windows = contact_windows(contacts, days)

    assert (min(days.values()), max(days.values())) == (date(2026, 4, 14), date(2026, 9, 1))
    assert windows == (
        ContactWindow(1, None, date(2026, 3, 24)),
        ContactWindow(8, date(2026, 5, 19), date(2026, 5, 26)),
        ContactWindow(14, date(2026, 6, 23), date(2026, 6, 30)),
        ContactWindow(20, date(2026, 7, 28), date(2026, 8, 4)),
        ContactWindow(26, date(2026, 9, 1), None),
        ContactWindow(27, date(2026, 10, 13), None),
    )


def test_building_choices_moves_by_a_week_past_a_bank_holiday() -> None:
    """The same weekday, seven days later: Mondays from 13 April miss 4 and 25 May."""
    days = sorted(held(building_choices(), date(2026, 4, 13), MONDAY).values())

    assert {date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31)}.isdisjoint(days)
    assert days[2:6] == [date(2026, 4, 27), date(2026, 5, 11), date(2026, 5, 18), date(2026, 6, 1)]
    assert (days[-1] - days[0]).days == (20 + 3) * 7


def test_gaps_of_contacts_in_a_row_add_up() -> None:
    contacts = [
        Contact(1, GROUP, 120), Contact(2, ONE_TO_ONE, 60, 7), Contact(3, ONE_TO_ONE, 60, 7),
        Contact(4, GROUP, 120, 14),
    ]  # fmt: skip
    days = held(contacts, date(2026, 6, 2))

    assert days == {1: date(2026, 6, 2), 4: date(2026, 6, 30)}
    assert contact_windows(contacts, days) == (
        ContactWindow(2, date(2026, 6, 9), date(2026, 6, 9)),
        ContactWindow(3, date(2026, 6, 16), date(2026, 6, 16)),
    )


def test_without_sessions_of_a_group_a_contact_has_no_window() -> None:
    contacts = [Contact(1, ONE_TO_ONE, 60), Contact(2, ONE_TO_ONE, 60, 7)]

    assert group_units(contacts) == ()
    assert contact_windows(contacts, {}) == (
        ContactWindow(1, None, None), ContactWindow(2, None, None),
    )  # fmt: skip


CONTACTS = st.lists(
    st.tuples(st.sampled_from([GROUP, GROUP, ONE_TO_ONE]), st.integers(0, 40)), max_size=20
)


@given(parts=CONTACTS, starts_on=st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_every_gap_is_held_and_every_window_has_a_day(
    parts: list[tuple[UnitKind, int]], starts_on: date
) -> None:
    contacts = [Contact(number, kind, 1, gap) for number, (kind, gap) in enumerate(parts, start=1)]
    days = held(contacts, starts_on)

    for unit, after in zip(group_units(contacts)[1:], sorted(days.values())[1:], strict=True):
        before = max(day for number, day in days.items() if number < unit.number)
        assert after - before >= timedelta(days=max(unit.gap_days, 1))
    for window in contact_windows(contacts, days):
        if window.earliest_on and window.latest_on:
            assert window.earliest_on <= window.latest_on
