"""What is due and when, what runs out how soon, and how far a practice is trained."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from training.domain.compliance import PRESSING, Figure, Figures, Standing, standing_on
from training.domain.forecast import month_ends
from training.domain.holdings import Completion, Held
from training.domain.practices import PracticeStatus, practice_status
from training.domain.requirements import (
    Covering,
    Due,
    Filter,
    Position,
    Post,
    Rule,
    Section,
    career,
)
from training.domain.terms import ComplianceStatus, Sector, StaffGroup
from training.domain.windows import Window, in_windows

DAY = date(2026, 6, 10)
COURSE = UUID(int=9)
DESK = Position(
    organisation_id=UUID(int=1),
    sector=Sector.HOUSING,
    staff_group=StaffGroup.RECEPTION_ADMIN,
    team="North",
)
WARD = replace(DESK, sector=Sector.HEALTH, staff_group=StaffGroup.FRONT_LINE, team="")
OLD = Post(id=UUID(int=1), position=DESK, started_on=date(2020, 1, 6))
NEW = Post(id=UUID(int=2), position=WARD, started_on=DAY)
RULE = Rule(
    filter=Filter(),
    courses=(Covering(COURSE, 36),),
    due=Due(within_days=90),
    effective_from=date(2019, 1, 1),
)


def standing(last_on: date | None, status: ComplianceStatus, due_on: date = DAY) -> Standing:
    return Standing(status, due_on, Held(COURSE, date(2023, 1, 1), last_on))


@pytest.mark.parametrize(
    ("section", "status"),
    [
        (Section(), ComplianceStatus.OVERDUE_NEVER),
        (Section(sector=Sector.HOUSING, team="North"), ComplianceStatus.OVERDUE_NEVER),
        (Section(sector=Sector.HEALTH), ComplianceStatus.IN_GRACE),
        (Section(staff_group=StaffGroup.FRONT_LINE, team=""), ComplianceStatus.IN_GRACE),
        (Section(team="South"), ComplianceStatus.NOT_REQUIRED),
        (Section(organisation_id=UUID(int=2)), ComplianceStatus.NOT_REQUIRED),
    ],
)
def test_somebody_with_two_posts_stands_by_those_in_the_section(
    section: Section, status: ComplianceStatus
) -> None:
    found = standing_on(
        DAY, posts=career([OLD, NEW]), rule=RULE, completions={}, is_exempt=False, section=section
    )

    assert found.status is status


def test_each_figure_counts_the_people_of_its_statuses() -> None:
    figures = Figures.of(PRESSING)

    for figure in Figure:
        behind = sum(status in figure.statuses for status in PRESSING)
        assert behind == getattr(figures, figure.value), figure


@pytest.mark.parametrize(
    ("found", "day"),
    [
        (Standing(ComplianceStatus.OVERDUE_NEVER, DAY, None), DAY),
        (standing(date(2026, 8, 1), ComplianceStatus.EXPIRING_SOON), date(2026, 8, 1)),
        (standing(date(2026, 8, 1), ComplianceStatus.EXPIRING_SOON, DAY.replace(month=9)),
         DAY.replace(month=9)),
        (standing(None, ComplianceStatus.COMPLIANT), None),
        (standing(date(2026, 8, 1), ComplianceStatus.EXEMPT), None),
        (Standing(ComplianceStatus.NOT_REQUIRED, None, None), None),
        (Standing(ComplianceStatus.OVERDUE_NEVER, DAY,
                  Held(COURSE, date(2025, 1, 1), None, is_enough=False)), DAY),
    ],
)  # fmt: skip
def test_the_day_to_act_by_is_when_training_runs_out_or_is_first_due(
    found: Standing, day: date | None
) -> None:
    assert found.act_by == day


def test_after_the_day_to_act_by_somebody_is_late_and_on_it_not() -> None:
    done = {COURSE: [Completion(date(2023, 7, 31))]}
    when = standing_on(
        DAY, posts=career([OLD]), rule=RULE, completions=done, is_exempt=False
    ).act_by
    assert when == date(2026, 7, 31)

    on, after = (
        standing_on(day, posts=career([OLD]), rule=RULE, completions=done, is_exempt=False).status
        for day in (when, when + timedelta(days=1))
    )

    assert (on, after) == (ComplianceStatus.EXPIRING_SOON, ComplianceStatus.EXPIRED)


def test_longer_windows_hold_the_shorter_ones_and_the_lapsed_stand_alone() -> None:
    soon = [
        standing(DAY + timedelta(days=days), ComplianceStatus.EXPIRING_SOON)
        for days in (0, 30, 31, 60, 61, 90)
    ]
    others = [
        standing(DAY - timedelta(days=1), ComplianceStatus.EXPIRED),
        standing(None, ComplianceStatus.COMPLIANT),
    ]

    assert in_windows([*soon, *others], DAY) == {
        Window.LAPSED: 1, Window.WITHIN_30: 2, Window.WITHIN_60: 4, Window.WITHIN_90: 6,
    }  # fmt: skip


def test_the_months_ahead_end_on_their_last_days_and_lie_after_the_day() -> None:
    assert month_ends(date(2027, 12, 31), 3) == (
        date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31),
    )  # fmt: skip
    assert month_ends(DAY, 12)[0] == date(2026, 6, 30)
    assert month_ends(DAY, 12)[-1] == date(2027, 5, 31)


@pytest.mark.parametrize(
    ("figures", "status"),
    [
        (Figures(compliant=3, expiring_soon=1, exempt=2), PracticeStatus.FULLY_TRAINED),
        (Figures(compliant=3, in_grace=1), PracticeStatus.PARTLY_TRAINED),
        (Figures(in_grace=1, expired=2), PracticeStatus.NOT_TRAINED),
        (Figures(exempt=2), PracticeStatus.NOT_REQUIRED),
    ],
)
def test_s11_a_practice_is_trained_when_its_whole_team_is(
    figures: Figures, status: PracticeStatus
) -> None:
    assert practice_status(figures) is status
