"""Where people stand with a requirement, and the figures that this adds up to."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.figures import percent
from training.domain.compliance import TARGETS, Figures, Targets, standing_on
from training.domain.holdings import Completion
from training.domain.requirements import (
    Covering,
    Due,
    Filter,
    Position,
    Post,
    Rule,
    career,
    validity,
)
from training.domain.terms import ComplianceStatus, Rag, Sector, StaffGroup

DAY = date(2026, 6, 10)
NORTH, SOUTH = UUID(int=1), UUID(int=2)
COURSE = UUID(int=9)
POSITION = Position(
    organisation_id=NORTH,
    sector=Sector.HOUSING,
    staff_group=StaffGroup.FRONT_LINE,
    role="Housing officer",
    fte=Decimal("0.6"),
)
POST = Post(id=UUID(int=5), position=POSITION, started_on=date(2020, 1, 6))
RULE = Rule(
    filter=Filter(),
    courses=(Covering(COURSE, 36),),
    due=Due(within_days=90),
    effective_from=date(2019, 1, 1),
)
COUNTS = st.integers(0, 500)


def status(
    completed_on: date | None = None,
    *,
    day: date = DAY,
    post: Post = POST,
    rule: Rule = RULE,
    is_exempt: bool = False,
) -> ComplianceStatus:
    completions = {COURSE: [Completion(completed_on)]} if completed_on else {}
    return standing_on(
        day, posts=career([post]), rule=rule, completions=completions, is_exempt=is_exempt
    ).status


def test_training_counts_on_the_day_it_was_completed() -> None:
    assert status(DAY) is ComplianceStatus.COMPLIANT


def test_training_counts_to_its_last_day_and_not_a_day_longer() -> None:
    completed_on = date(2024, 2, 29)

    assert status(completed_on, day=date(2027, 2, 28)) is ComplianceStatus.EXPIRING_SOON
    assert status(completed_on, day=date(2027, 3, 1)) is ComplianceStatus.EXPIRED


def test_training_expires_soon_from_ninety_days_before_its_last_day() -> None:
    last = date(2026, 9, 8)
    assert last - DAY == timedelta(days=90)

    assert status(date(2023, 9, 8)) is ComplianceStatus.EXPIRING_SOON
    assert status(date(2023, 9, 9)) is ComplianceStatus.COMPLIANT


def test_training_without_expiry_stays_valid() -> None:
    rule = replace(RULE, courses=(Covering(COURSE),))

    assert status(date(1990, 1, 1), rule=rule) is ComplianceStatus.COMPLIANT


def test_somebody_new_is_in_grace_to_the_due_day_and_overdue_after_it() -> None:
    post = replace(POST, started_on=DAY - timedelta(days=90))

    assert status(post=post) is ComplianceStatus.IN_GRACE
    assert status(post=post, day=DAY + timedelta(days=1)) is ComplianceStatus.OVERDUE_NEVER


def test_somebody_new_whose_old_training_ran_out_is_in_grace() -> None:
    post = replace(POST, started_on=DAY)

    assert status(date(2020, 1, 1), post=post) is ComplianceStatus.IN_GRACE


def test_training_is_never_due_before_the_requirement_took_effect() -> None:
    rule = replace(RULE, effective_from=DAY)

    assert rule.due_on(career([POST]), DAY) == DAY
    assert status(rule=rule) is ComplianceStatus.IN_GRACE
    assert status(rule=rule, day=DAY + timedelta(days=1)) is ComplianceStatus.OVERDUE_NEVER


@pytest.mark.parametrize(
    ("effective_from", "effective_to"),
    [(DAY + timedelta(days=1), None), (date(2019, 1, 1), DAY - timedelta(days=1))],
)
def test_a_requirement_asks_nothing_before_or_after_it_is_in_force(
    effective_from: date, effective_to: date | None
) -> None:
    rule = replace(RULE, effective_from=effective_from, effective_to=effective_to)

    assert status(rule=rule) is ComplianceStatus.NOT_REQUIRED


def test_c13_a_leaver_counts_on_the_last_day_and_not_after_it() -> None:
    post = replace(POST, ended_on=DAY)

    assert status(post=post) is ComplianceStatus.OVERDUE_NEVER
    assert status(post=post, day=DAY + timedelta(days=1)) is ComplianceStatus.NOT_REQUIRED


def test_somebody_who_has_not_started_is_not_asked() -> None:
    post = replace(POST, started_on=DAY + timedelta(days=1))

    assert status(post=post) is ComplianceStatus.NOT_REQUIRED


def test_an_exemption_stands_before_training() -> None:
    assert status(DAY, is_exempt=True) is ComplianceStatus.EXEMPT


def test_nobody_is_exempt_from_what_they_need_not_hold() -> None:
    rule = replace(RULE, filter=Filter(sectors=frozenset({Sector.POLICE})))

    assert status(rule=rule, is_exempt=True) is ComplianceStatus.NOT_REQUIRED


@pytest.mark.parametrize(
    ("wanted", "admitted"),
    [
        (Filter(), True),
        (Filter(sectors=frozenset({Sector.HOUSING, Sector.HEALTH})), True),
        (Filter(sectors=frozenset({Sector.POLICE})), False),
        (Filter(staff_groups=frozenset({StaffGroup.FRONT_LINE})), True),
        (Filter(staff_groups=frozenset({StaffGroup.VOLUNTEER})), False),
        (Filter(organisation_ids=frozenset({NORTH})), True),
        (Filter(organisation_ids=frozenset({SOUTH})), False),
        (Filter(is_people_manager=False), True),
        (Filter(is_people_manager=True), False),
        (Filter(roles=frozenset({"Social worker", "housing OFFICER"})), True),
        (Filter(roles=frozenset({"Social worker"})), False),
        (Filter(min_fte=Decimal("0.6")), True),
        (Filter(min_fte=Decimal("0.61")), False),
    ],
)
def test_an_empty_filter_admits_everybody_and_a_filled_one_only_its_own(
    *, wanted: Filter, admitted: bool
) -> None:
    assert wanted.admits(POSITION) is admitted


def test_the_requirements_validity_stands_before_the_courses() -> None:
    assert validity(requirement_months=12, never_expires=False, course_months=36) == 12
    assert validity(requirement_months=None, never_expires=False, course_months=36) == 36
    assert validity(requirement_months=None, never_expires=False, course_months=None) is None
    assert validity(requirement_months=None, never_expires=True, course_months=36) is None


def test_c8_worked_example() -> None:
    """48 staff; 3 exempt; 6 in grace, 1 of them trained; 39 due: 32 valid, 4 expired, 3 never."""
    valid, expired = date(2025, 1, 1), date(2022, 1, 1)
    new = replace(POST, started_on=DAY)
    statuses = (
        [status(is_exempt=True)] * 3
        + [status(post=new)] * 5
        + [status(valid, post=new)]
        + [status(valid)] * 32
        + [status(expired)] * 4
        + [status()] * 3
    )

    figures = Figures.of(statuses)

    assert (figures.required, figures.exempt, figures.in_scope) == (48, 3, 45)
    assert (figures.valid, figures.in_grace, figures.counted) == (33, 5, 40)
    assert (figures.expired, figures.overdue_never) == (4, 3)
    assert figures.strict == Fraction(33, 45)
    assert figures.headline == Fraction(33, 40)
    assert percent(figures.strict) == "73.3"
    assert percent(figures.headline) == "82.5"
    assert TARGETS.rag(figures.headline) is Rag.AMBER


def test_those_not_required_are_not_counted() -> None:
    assert Figures.of([ComplianceStatus.NOT_REQUIRED]) == Figures()


def test_figures_without_anybody_have_no_share_and_no_colour() -> None:
    figures = Figures(exempt=2)

    assert (figures.headline, figures.strict) == (None, None)
    assert TARGETS.rag(figures.headline) is None


def test_the_headline_is_missing_where_everybody_is_in_grace_and_the_strict_one_is_zero() -> None:
    figures = Figures(in_grace=4)

    assert figures.headline is None
    assert figures.strict == 0


def test_c8_rag_compares_the_unrounded_value() -> None:
    share = Fraction(8996, 10000)

    assert percent(share) == "90.0"
    assert TARGETS.rag(share) is Rag.AMBER


@pytest.mark.parametrize(
    ("share", "rag"),
    [
        (Fraction(90, 100), Rag.GREEN),
        (Fraction(1), Rag.GREEN),
        (Fraction(80, 100), Rag.AMBER),
        (Fraction(7999, 10000), Rag.RED),
        (Fraction(0), Rag.RED),
    ],
)
def test_rag_changes_at_its_targets(share: Fraction, rag: Rag) -> None:
    assert TARGETS.rag(share) is rag


def test_targets_are_the_councils_own() -> None:
    assert Targets(green=Fraction(95, 100)).rag(Fraction(94, 100)) is Rag.AMBER


@given(st.builds(Figures, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS))
def test_the_headline_is_never_below_the_strict_figure(figures: Figures) -> None:
    if figures.headline is not None and figures.strict is not None:
        assert 0 <= figures.strict <= figures.headline <= 1
    assert figures.required == figures.exempt + figures.in_scope


@given(st.lists(st.sampled_from(ComplianceStatus)), st.lists(st.sampled_from(ComplianceStatus)))
def test_figures_of_two_groups_add_up(
    one: list[ComplianceStatus], other: list[ComplianceStatus]
) -> None:
    assert Figures.of(one) + Figures.of(other) == Figures.of(one + other)


@given(st.builds(Figures, COUNTS, COUNTS), st.builds(Figures, COUNTS, COUNTS, COUNTS))
def test_what_was_added_can_be_taken_away(one: Figures, other: Figures) -> None:
    assert one + other - other == one


def test_a_standing_says_what_it_rests_on() -> None:
    posts, done = career([POST]), {COURSE: [Completion(date(2025, 1, 1))]}

    held = standing_on(DAY, posts=posts, rule=RULE, completions=done, is_exempt=False)
    nothing = standing_on(DAY, posts=posts, rule=RULE, completions={}, is_exempt=False)

    assert (held.completed_on, held.expires_on) == (date(2025, 1, 1), date(2028, 1, 1))
    assert (nothing.completed_on, nothing.expires_on) == (None, None)
