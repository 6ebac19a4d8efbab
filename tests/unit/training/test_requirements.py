"""Who is asked, and by when: the rule cases of domain.md 2.5."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from training.domain.requirements import Due, Filter, Position, Post, Rule, career
from training.domain.terms import CountedFrom, Sector, StaffGroup

DAY = date(2026, 6, 10)
DESK = Position(
    organisation_id=UUID(int=1), sector=Sector.HOUSING, staff_group=StaffGroup.RECEPTION_ADMIN
)
FRONT_LINE = replace(DESK, staff_group=StaffGroup.FRONT_LINE)
FIRST = Post(id=UUID(int=1), position=DESK, started_on=date(2019, 1, 7), ended_on=date(2026, 4, 30))
SECOND = Post(id=UUID(int=2), position=FRONT_LINE, started_on=date(2026, 5, 1), follows=FIRST.id)
RULE = Rule(
    filter=Filter(staff_groups=frozenset({StaffGroup.FRONT_LINE})),
    courses=(),
    due=Due(within_days=90),
    effective_from=date(2015, 1, 1),
)


def due_on(rule: Rule, *posts: Post, day: date = DAY) -> date | None:
    return rule.due_on(career(posts), day)


def test_c13_a_change_of_role_starts_a_new_due_date() -> None:
    assert due_on(RULE, FIRST, SECOND) == date(2026, 5, 1) + timedelta(days=90)


def test_a_change_between_roles_that_are_both_asked_gives_no_new_time() -> None:
    everybody = replace(RULE, filter=Filter())

    assert due_on(everybody, FIRST, SECOND) == date(2019, 1, 7) + timedelta(days=90)


def test_a_rule_may_count_from_each_change_of_role() -> None:
    at_each = replace(
        RULE, filter=Filter(), due=Due(within_days=90, counted_from=CountedFrom.ROLE_CHANGE)
    )

    assert due_on(at_each, FIRST, SECOND) == date(2026, 5, 1) + timedelta(days=90)


@pytest.mark.parametrize(
    ("appointed", "due"),
    [
        (date(2024, 12, 31), date(2027, 12, 31)),
        (date(2025, 1, 1), date(2025, 7, 1)),
        (date(2025, 8, 31), date(2026, 2, 28)),
    ],
)
def test_coe_appointed_from_2025_six_months_before_by_the_end_of_2027(
    appointed: date, due: date
) -> None:
    rule = replace(
        RULE,
        due=Due(
            within_months=6, transition_on=date(2025, 1, 1), transition_due_on=date(2027, 12, 31)
        ),
    )

    assert due_on(rule, replace(SECOND, started_on=appointed, follows=None)) == due


def test_appointment_goes_back_through_changes_of_role() -> None:
    before_2020 = replace(RULE, filter=replace(RULE.filter, started_before=date(2020, 1, 1)))
    since_2020 = replace(RULE, filter=replace(RULE.filter, started_from=date(2020, 1, 1)))

    assert due_on(before_2020, FIRST, SECOND)
    assert due_on(since_2020, FIRST, SECOND) is None


def test_a_fixed_day_is_the_same_for_everybody_but_never_before_it_took_effect() -> None:
    rule = replace(RULE, due=Due(on=date(2026, 9, 30)))

    later = replace(rule, effective_from=date(2026, 6, 1), due=Due(on=date(2026, 5, 1)))

    assert due_on(rule, FIRST, SECOND) == date(2026, 9, 30)
    assert due_on(later, FIRST, SECOND) == date(2026, 6, 1)


def test_c13_of_two_posts_at_once_the_one_that_is_due_first_decides() -> None:
    other = replace(SECOND, id=UUID(int=3), started_on=date(2026, 3, 1), follows=None)

    assert due_on(RULE, FIRST, SECOND, other) == date(2026, 3, 1) + timedelta(days=90)
    assert set(RULE.dues(career([FIRST, SECOND, other]), DAY)) == {SECOND.id, other.id}


def test_nobody_is_asked_before_or_after_the_rule_is_in_force() -> None:
    assert due_on(replace(RULE, effective_to=DAY - timedelta(days=1)), FIRST, SECOND) is None
    assert due_on(replace(RULE, effective_from=DAY + timedelta(days=1)), FIRST, SECOND) is None
