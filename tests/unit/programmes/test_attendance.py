"""What each mark means (domain.md 2.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.domain.attendance import ABSENCES, CREDITABLE, Mark
from programmes.domain.terms import AbsenceReason
from programmes.domain.terms import AttendanceOutcome as Outcome

UNIT = 120


@pytest.mark.parametrize(
    ("outcome", "attended", "compliant", "counts", "credits_unit"),
    [
        (Outcome.ATTENDED, True, True, True, True),
        (Outcome.LATE, True, True, True, True),
        (Outcome.LEFT_EARLY, True, True, True, True),
        (Outcome.SENT_HOME_BEHAVIOUR, True, False, True, False),
        (Outcome.SENT_HOME_SERVICE, True, True, False, False),
        (Outcome.ABSENT_NOTIFIED, False, True, True, False),
        (Outcome.ABSENT_NOT_NOTIFIED, False, False, True, False),
        (Outcome.NOT_REQUIRED, False, True, False, False),
    ],
)
def test_an_outcome_means_what_the_table_of_2_3_says(
    *,
    outcome: Outcome,
    attended: bool,
    compliant: bool,
    counts: bool,
    credits_unit: bool,
) -> None:
    mark = Mark(outcome)

    assert (mark.attended, mark.compliant, mark.counts, mark.credits(UNIT)) == (
        attended, compliant, counts, credits_unit,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "acceptable", "compliant"),
    [
        (Outcome.ATTENDED, False, False),
        (Outcome.ATTENDED, True, True),
        (Outcome.ABSENT_NOTIFIED, False, False),
        (Outcome.ABSENT_NOT_NOTIFIED, True, True),
        (Outcome.SENT_HOME_BEHAVIOUR, True, False),
        (Outcome.SENT_HOME_SERVICE, False, False),
    ],
)
def test_a_finding_decides_compliance_except_for_behaviour(
    *,
    outcome: Outcome,
    acceptable: bool,
    compliant: bool,
) -> None:
    assert Mark(outcome, acceptable=acceptable).compliant is compliant


@pytest.mark.parametrize(
    ("minutes", "credited"), [(0, False), (89, False), (90, True), (120, True)]
)
def test_exactly_three_quarters_of_the_minutes_credit_a_unit(
    *,
    minutes: int,
    credited: bool,
) -> None:
    assert Mark(Outcome.LEFT_EARLY, minutes).credits(UNIT) is credited


def test_three_quarters_of_an_odd_length_are_not_rounded() -> None:
    assert not Mark(Outcome.LATE, 63).credits(85)
    assert Mark(Outcome.LATE, 64).credits(85)


@pytest.mark.parametrize("outcome", [Outcome.SENT_HOME_BEHAVIOUR, Outcome.SENT_HOME_SERVICE])
def test_somebody_sent_home_is_never_credited_however_long_they_stayed(outcome: Outcome) -> None:
    mark = Mark(outcome, UNIT)

    assert (mark.minutes_of(UNIT), mark.credits(UNIT)) == (0, False)


def test_minutes_beyond_the_unit_count_as_the_unit() -> None:
    assert Mark(Outcome.ATTENDED, 150).minutes_of(UNIT) == UNIT


def test_an_absence_has_no_minutes_whatever_was_written() -> None:
    assert Mark(Outcome.ABSENT_NOTIFIED, UNIT).minutes_of(UNIT) == 0


def test_what_can_credit_is_attended_and_no_absence() -> None:
    assert set(CREDITABLE) == {Outcome.ATTENDED, Outcome.LATE, Outcome.LEFT_EARLY}
    assert not ABSENCES & set(CREDITABLE)


@given(st.sampled_from(Outcome), st.none() | st.integers(0, 600), st.integers(1, 600))
def test_minutes_never_pass_the_unit_and_only_attending_credits(
    outcome: Outcome, minutes: int | None, unit_minutes: int
) -> None:
    mark = Mark(outcome, minutes)

    assert 0 <= mark.minutes_of(unit_minutes) <= unit_minutes
    assert mark.attended or not mark.credits(unit_minutes)
    assert mark.counts or not mark.credits(unit_minutes)


def test_somebody_who_was_stood_down_is_not_counted() -> None:
    """domain.md 2.3, AASD: an acceptable absence that leaves the denominator."""
    stood_down = Mark(Outcome.ABSENT_NOTIFIED, absence_reason=AbsenceReason.STOOD_DOWN)

    assert (stood_down.attended, stood_down.compliant, stood_down.counts) == (False, True, False)


@pytest.mark.parametrize(
    ("code", "mark", "attended", "compliant", "counts"),
    [
        ("ATTC", Mark(Outcome.ATTENDED, engaged=True), True, True, True),
        ("AFTC", Mark(Outcome.ATTENDED, engaged=False), True, False, True),
        ("ATSH", Mark(Outcome.SENT_HOME_BEHAVIOUR), True, False, True),
        ("ATSS", Mark(Outcome.SENT_HOME_SERVICE), True, True, False),
        ("UAAB", Mark(Outcome.ABSENT_NOT_NOTIFIED, acceptable=False), False, False, True),
        ("AAAA", Mark(Outcome.ABSENT_NOTIFIED, acceptable=True), False, True, True),
        ("AASD", Mark(Outcome.ABSENT_NOTIFIED, absence_reason=AbsenceReason.STOOD_DOWN), False,
         True, False),
        ("CO05", Mark(Outcome.ABSENT_NOT_NOTIFIED, acceptable=True), False, True, True),
        ("RSSR", Mark(Outcome.NOT_REQUIRED), False, True, False),
    ],
)  # fmt: skip
def test_each_hmpps_code_of_2_3_has_its_flags(
    *, code: str, mark: Mark, attended: bool, compliant: bool, counts: bool
) -> None:
    assert (mark.attended, mark.compliant, mark.counts) == (attended, compliant, counts), code
    assert mark.is_unacceptable_absence is (code == "UAAB")


@pytest.mark.parametrize(("late", "credited"), [(30, True), (31, False), (600, False)])
def test_minutes_of_lateness_are_not_attended(*, late: int, credited: bool) -> None:
    mark = Mark(Outcome.LATE, minutes_late=late)

    assert mark.minutes_of(UNIT) == max(UNIT - late, 0)
    assert mark.credits(UNIT) is credited


def test_minutes_that_were_written_down_go_before_those_of_lateness() -> None:
    assert Mark(Outcome.LATE, 100, minutes_late=60).minutes_of(UNIT) == 100
