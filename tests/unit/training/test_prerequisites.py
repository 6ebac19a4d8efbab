"""Which completions count, what covers what, and prerequisites that go in a circle."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from training.domain.prerequisites import (
    CourseFacts,
    Taken,
    counting,
    covered_by,
    goes_in_a_circle,
)

L1, L2, L3, L4 = (UUID(int=number) for number in range(1, 5))
KENT = {
    L1: CourseFacts(id=L1, validity_months=36, covered_by=frozenset({L4})),
    L2: CourseFacts(id=L2, validity_months=36, prerequisite=L1),
    L3: CourseFacts(id=L3, validity_months=36, prerequisite=L2),
    L4: CourseFacts(id=L4),
}
"""Level 2 requires level 1, level 3 level 2; level 4 stands alone, and stands for level 1."""
DAY = date(2026, 6, 10)


def counts(*taken: tuple[UUID, date]) -> list[UUID]:
    records = [Taken(UUID(int=at), course, on) for at, (course, on) in enumerate(taken)]
    return [one.course_id for one in counting(records, KENT)]


def test_kent_a_level_without_the_one_before_does_not_count() -> None:
    assert counts((L2, DAY), (L3, DAY)) == []
    assert counts((L1, DAY - timedelta(days=9)), (L3, DAY)) == [L1]


def test_kent_the_chain_counts_in_order_and_on_the_same_day() -> None:
    assert counts((L3, DAY), (L2, DAY), (L1, DAY)) == [L3, L2, L1]


def test_a_prerequisite_must_be_valid_that_day() -> None:
    before = date(2023, 6, 10)

    assert counts((L1, before), (L2, DAY)) == [L1, L2]
    assert counts((L1, before - timedelta(days=1)), (L2, DAY)) == [L1]
    assert counts((L1, DAY + timedelta(days=1)), (L2, DAY)) == [L1]


def test_what_covers_a_prerequisite_will_do() -> None:
    assert counts((L4, date(2001, 1, 1)), (L2, DAY)) == [L4, L2]


def test_coverage_goes_through_others_and_round_a_circle() -> None:
    pairs = [(L2, L1), (L3, L2), (L1, L3)]

    assert covered_by(L1, pairs) == {L2, L3}
    assert covered_by(L4, pairs) == frozenset()


def test_a_prerequisite_never_leads_back() -> None:
    chain = {L1: None, L2: L1, L3: L2}

    assert goes_in_a_circle(L1, L3, chain)
    assert goes_in_a_circle(L1, L1, chain)
    assert not goes_in_a_circle(L4, L3, chain)
    assert not goes_in_a_circle(L4, None, chain)
    assert not goes_in_a_circle(L4, L1, {L1: L2, L2: L1}), "a circle of others is not its own"


TAKEN = st.lists(st.tuples(st.sampled_from([L1, L2, L3, L4]), st.dates()), max_size=8)


@given(TAKEN, st.tuples(st.sampled_from([L1, L2, L3, L4]), st.dates()))
def test_another_completion_never_makes_an_earlier_one_count_less(
    taken: list[tuple[UUID, date]], more: tuple[UUID, date]
) -> None:
    records = [Taken(UUID(int=at), course, on) for at, (course, on) in enumerate(taken)]
    with_more = [*records, Taken(UUID(int=99), *more)]

    assert set(counting(records, KENT)) <= set(counting(with_more, KENT))
