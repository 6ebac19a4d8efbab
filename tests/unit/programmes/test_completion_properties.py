"""What holds of progress whatever the register says (C4, C5)."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from programmes.domain.attendance import Mark
from programmes.domain.completion import (
    CompletionRule,
    CurriculumUnit,
    Meeting,
    Progress,
    Standing,
    progress,
)
from programmes.domain.terms import AttendanceOutcome

Case = tuple[list[Meeting], tuple[CurriculumUnit, ...], CompletionRule]
ORDER = [
    Standing.CANNOT_COMPLETE, Standing.NEEDS_CATCH_UP, Standing.CAN_COMPLETE, Standing.COMPLETE,
]  # fmt: skip
MARKS = st.builds(Mark, st.sampled_from(AttendanceOutcome), st.none() | st.integers(0, 200))
MEETINGS = st.builds(
    Meeting,
    unit_number=st.integers(1, 7),
    past=st.sampled_from([True]),
    cancelled=st.booleans(),
    catch_up=st.booleans(),
    pause=st.booleans(),
    mark=st.none() | MARKS,
) | st.builds(Meeting, unit_number=st.integers(1, 7), past=st.sampled_from([False]))
CARRIED = st.frozensets(st.integers(1, 8), max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, 6))
    units = tuple(
        CurriculumUnit(number, draw(st.integers(1, 150)), mandatory=draw(st.booleans()))
        for number in range(1, count + 1)
    )
    hours = draw(st.none() | st.integers(1, 12))
    by_percent = draw(st.booleans())
    rule = CompletionRule(
        min_units=None if by_percent else draw(st.integers(1, count)),
        min_percent=draw(st.integers(1, 100)) if by_percent else None,
        min_hours=hours,
    )
    return draw(st.lists(MEETINGS, max_size=12)), units, rule


def of(case: Case, carried: frozenset[int] = frozenset(), *, closed: bool = False) -> Progress:
    meetings, units, rule = case
    attended = Mark(AttendanceOutcome.ATTENDED)
    earlier = [Meeting(number, past=True, mark=attended, earlier=True) for number in carried]
    return progress([*meetings, *earlier], units=units, rule=rule, closed=closed)


def rank(found: Progress) -> int:
    return ORDER.index(found.standing)


@given(cases(), MEETINGS, CARRIED)
def test_a_credit_never_lowers_progress(
    case: Case, meeting: Meeting, carried: frozenset[int]
) -> None:
    meetings, units, rule = case
    credited = replace(meeting, mark=Mark(AttendanceOutcome.ATTENDED), cancelled=False)
    before, after = of(case, carried), of(([*meetings, credited], units, rule), carried)

    assert set(before.units_credited) <= set(after.units_credited)
    assert before.minutes <= after.minutes
    assert rank(before) <= rank(after)


@given(cases(), CARRIED)
def test_marking_an_unmarked_session_attended_never_lowers_the_standing(
    case: Case, carried: frozenset[int]
) -> None:
    meetings, units, rule = case
    before = of(case, carried)
    for place, meeting in enumerate(meetings):
        if meeting.mark is None and not meeting.cancelled:
            marked = replace(meeting, past=True, mark=Mark(AttendanceOutcome.ATTENDED))
            changed = [*meetings[:place], marked, *meetings[place + 1 :]]
            assert rank(of((changed, units, rule), carried)) >= rank(before)


@given(cases())
def test_a_catch_up_and_the_original_never_both_count(case: Case) -> None:
    meetings, units, rule = case
    again = [replace(meeting, catch_up=True) for meeting in meetings]
    once, twice = of(case), of(([*meetings, *again], units, rule))

    assert (twice.units_credited, twice.minutes) == (once.units_credited, once.minutes)
    assert (twice.expected, twice.attended) == (once.expected, once.attended)
    assert set(twice.units_by_catch_up) <= set(once.units_by_catch_up)


@given(case=cases(), carried=CARRIED, closed=st.booleans())
def test_no_figure_passes_what_it_is_counted_against(
    *,
    case: Case,
    carried: frozenset[int],
    closed: bool,
) -> None:
    _, units, _ = case
    found = of(case, carried, closed=closed)

    assert set(found.units_credited) <= {unit.number for unit in units}
    assert set(found.units_by_catch_up) <= set(found.units_credited)
    assert found.attended <= found.marked <= found.expected
    assert found.compliant <= found.marked
    assert found.units_made_up <= len(found.units_missed)
    assert not found.complete_without_catch_up or found.standing is Standing.COMPLETE
    assert found.minutes <= found.template_minutes
    assert 1 <= found.units_required <= len(units)


@given(cases(), CARRIED)
def test_nothing_missing_and_complete_are_the_same(case: Case, carried: frozenset[int]) -> None:
    found = of(case, carried)

    assert (found.missing == ()) is (found.standing is Standing.COMPLETE)


@given(cases(), CARRIED)
def test_an_ended_enrolment_is_complete_or_never_will_be(
    case: Case, carried: frozenset[int]
) -> None:
    found = of(case, carried, closed=True)

    assert found.standing in {Standing.COMPLETE, Standing.CANNOT_COMPLETE}


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_meetings_does_not_matter(case: Case, chance: Random) -> None:
    meetings, units, rule = case
    shuffled = list(meetings)
    chance.shuffle(shuffled)

    assert of((shuffled, units, rule)) == of(case)
