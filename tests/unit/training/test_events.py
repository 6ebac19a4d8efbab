"""Training events: when the register opens, what it changes, and what attendance is (C8, S9)."""

from collections import Counter
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from core.reports import Rate
from tests.factories import at
from training.domain.events import (
    HAS_PLACE,
    MARKS,
    attendance,
    changes,
    completed_on,
    counts_still,
    register_opens_at,
)
from training.domain.terms import BookingOutcome

FULL, EARLY = BookingOutcome.ATTENDED_FULL, BookingOutcome.LEFT_EARLY
BOOKED, NO_SHOW = BookingOutcome.BOOKED, BookingOutcome.NO_SHOW


def test_two_of_seven_who_left_early_did_not_complete_the_course_wirral() -> None:
    found = attendance([(FULL, 5), (EARLY, 2)])

    assert (found.booked, found.left_early) == (7, 2)
    assert Rate(found.attended_full, found.expected).percent == "71.4"


def test_attendance_leaves_out_what_the_provider_cancelled_and_who_only_waited_c8() -> None:
    found = attendance(
        [
            (FULL, 6),
            (NO_SHOW, 1),
            (BookingOutcome.CANCELLED_BY_STAFF, 1),
            (BookingOutcome.CANCELLED_BY_PROVIDER, 4),
            (BookingOutcome.WAITLISTED, 9),
            (BOOKED, 2),
        ]
    )

    assert (found.booked, found.expected, found.unmarked) == (14, 10, 2)


def test_a_register_opens_as_the_event_begins_and_of_several_days_on_the_last() -> None:
    begins, ends = at("2026-06-10 09:30"), at("2026-06-10 12:30")
    assert register_opens_at(begins, ends) == begins

    third_day = at("2026-06-12 16:00")
    assert register_opens_at(begins, third_day) == at("2026-06-12 00:00")
    assert completed_on(third_day) == date(2026, 6, 12)


def test_the_day_of_completion_is_that_of_people_in_london() -> None:
    assert completed_on(at("2026-06-11 00:30")) == date(2026, 6, 11)


def test_a_course_counts_until_the_day_before_it_is_retired() -> None:
    retired_on = date(2026, 6, 10)
    assert counts_still(date(2026, 6, 9), retired_on)
    assert not counts_still(retired_on, retired_on)
    assert counts_still(retired_on, None)


IDS = st.sampled_from([UUID(int=number) for number in range(6)])


@settings(max_examples=50)
@given(stored=st.dictionaries(IDS, st.sampled_from([BOOKED, *MARKS]), min_size=1), data=st.data())
def test_a_register_saved_twice_changes_nothing_and_places_are_those_who_have_one(
    stored: dict[UUID, BookingOutcome], data: st.DataObject
) -> None:
    marks = data.draw(st.dictionaries(st.sampled_from(sorted(stored)), st.sampled_from(MARKS)))

    found = changes(stored, marks)
    after = {**stored, **found.outcomes}

    assert after == {**stored, **marks}
    assert changes(after, marks).outcomes == {}
    assert found.places_taken == sum(Counter(after.values())[one] for one in HAS_PLACE)
    came = {id for id in stored if after[id] is FULL}
    were = {id for id in stored if stored[id] is FULL}
    assert (found.completed, found.not_completed) == (came - were, were - came)
