"""What may be written on a register, and what saving it changes."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.scope import Side
from programmes.domain.register import LONGEST_NOTE, Entry, changes, faults
from programmes.domain.terms import AbsenceReason
from programmes.domain.terms import AttendanceOutcome as Outcome

ANNA, BELLA, CARA = (UUID(int=number) for number in (1, 2, 3))
GROUP = frozenset({ANNA, BELLA})

ENTRIES = st.builds(
    Entry,
    st.sampled_from([UUID(int=number) for number in range(6)]),
    st.sampled_from(Outcome),
    minutes_attended=st.none() | st.integers(-1, 601),
    absence_reason=st.none() | st.sampled_from(AbsenceReason),
    acceptable=st.none() | st.booleans(),
    engaged=st.none() | st.booleans(),
    note=st.text(max_size=5),
)
REGISTERS = st.lists(ENTRIES, max_size=6, unique_by=lambda entry: entry.enrolment_id)


def fields(*entries: Entry, side: Side = Side.PERPETRATOR) -> list[str]:
    return [fault.field for fault in faults(entries, expected=GROUP, side=side)]


def test_a_plain_register_has_no_fault() -> None:
    assert fields(Entry(ANNA, Outcome.ATTENDED), Entry(BELLA, Outcome.ABSENT_NOTIFIED)) == []


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (Entry(CARA, Outcome.ATTENDED), "enrolment_id"),
        (Entry(ANNA, Outcome.LEFT_EARLY), "minutes_attended"),
        (Entry(ANNA, Outcome.LATE, -1), "minutes_attended"),
        (Entry(ANNA, Outcome.LATE, 601), "minutes_attended"),
        (Entry(ANNA, Outcome.LATE, minutes_late=601), "minutes_late"),
        (Entry(ANNA, Outcome.ATTENDED, minutes_late=5), "minutes_late"),
        (Entry(ANNA, Outcome.ATTENDED, absence_reason=AbsenceReason.MEDICAL), "absence_reason"),
        (Entry(ANNA, Outcome.ATTENDED, note="a\x00b"), "note"),
        (Entry(ANNA, Outcome.ATTENDED, note="n" * (LONGEST_NOTE + 1)), "note"),
    ],
)
def test_a_fault_names_its_line_and_field(entry: Entry, field: str) -> None:
    assert fields(Entry(BELLA, Outcome.ATTENDED), entry) == [f"marks[1].{field}"]


def test_the_same_person_twice_is_a_fault_of_the_second_line() -> None:
    twice = [Entry(ANNA, Outcome.ATTENDED), Entry(ANNA, Outcome.LATE)]

    assert fields(*twice) == ["marks[1].enrolment_id"]


def test_a_stranger_twice_is_named_on_both_lines() -> None:
    assert fields(*[Entry(CARA, Outcome.ATTENDED)] * 2) == [
        "marks[0].enrolment_id", "marks[1].enrolment_id",
    ]  # fmt: skip


def test_nobody_judges_a_survivors_absence() -> None:
    judged = Entry(ANNA, Outcome.ABSENT_NOT_NOTIFIED, acceptable=False)

    assert fields(judged, side=Side.SURVIVOR) == ["marks[0].acceptable"]
    assert fields(judged, side=Side.PERPETRATOR) == []


def test_the_limits_themselves_are_allowed() -> None:
    at_the_limit = Entry(ANNA, Outcome.LEFT_EARLY, 600, note="n" * LONGEST_NOTE)

    assert fields(at_the_limit, replace(at_the_limit, enrolment_id=BELLA, minutes_attended=0)) == []


def test_every_fault_of_a_line_is_told_at_once() -> None:
    entry = Entry(
        CARA, Outcome.LEFT_EARLY, None, AbsenceReason.OTHER, acceptable=True,
        note="n" * (LONGEST_NOTE + 1),
    )  # fmt: skip

    assert sorted(fields(entry, side=Side.SURVIVOR)) == [
        "marks[0].absence_reason", "marks[0].acceptable", "marks[0].enrolment_id",
        "marks[0].minutes_attended", "marks[0].note",
    ]  # fmt: skip


def test_what_is_stored_already_is_no_change() -> None:
    entry = Entry(ANNA, Outcome.ATTENDED)

    assert changes([entry], {ANNA: entry}).entries == ()


def test_a_changed_line_is_a_correction_of_the_stored_one() -> None:
    before, after = Entry(ANNA, Outcome.ATTENDED), Entry(ANNA, Outcome.LATE, 100)
    found = changes([after, Entry(BELLA, Outcome.ATTENDED)], {ANNA: before})

    assert found.corrected == ((before, after),)
    assert found.new == (Entry(BELLA, Outcome.ATTENDED),)
    assert found.entries == (Entry(BELLA, Outcome.ATTENDED), after)


@given(REGISTERS, REGISTERS)
def test_saving_the_changes_makes_the_same_entries_change_nothing(
    filled_in: list[Entry], stored: list[Entry]
) -> None:
    before = {entry.enrolment_id: entry for entry in stored}
    found = changes(filled_in, before)
    after = before | {entry.enrolment_id: entry for entry in found.entries}

    assert changes(filled_in, after).entries == ()
    assert {entry.enrolment_id for entry in found.entries} <= {
        entry.enrolment_id for entry in filled_in
    }


@given(REGISTERS, REGISTERS)
def test_only_what_was_stored_is_corrected_and_only_what_differs(
    filled_in: list[Entry], stored: list[Entry]
) -> None:
    before = {entry.enrolment_id: entry for entry in stored}
    found = changes(filled_in, before)

    assert all(entry.enrolment_id not in before for entry in found.new)
    assert all(old == before[new.enrolment_id] != new for old, new in found.corrected)


@given(st.lists(ENTRIES, max_size=8), st.sampled_from(Side))
def test_every_fault_points_at_a_line_that_is_there(entries: list[Entry], side: Side) -> None:
    places = {f"marks[{place}]" for place in range(len(entries))}

    for fault in faults(entries, expected=GROUP, side=side):
        assert fault.field.split(".")[0] in places
        assert fault.message


@given(st.lists(ENTRIES, max_size=8))
def test_a_survivors_register_has_every_fault_that_the_other_has(entries: list[Entry]) -> None:
    assert set(fields(*entries, side=Side.PERPETRATOR)) <= set(fields(*entries, side=Side.SURVIVOR))
