"""When a closed, a modular and a rolling group can be joined (domain.md 2.1)."""

from datetime import date, timedelta

import pytest

from programmes.domain.entry import EntrySession, begins_module, entry_fault
from programmes.domain.terms import GroupModel

FIRST = date(2026, 4, 14)
"""A Tuesday."""


def weekly(*modules: int) -> list[EntrySession]:
    return [
        EntrySession(FIRST + timedelta(weeks=week), begins_module=begins)
        for week, begins in enumerate(begins_module(modules))
    ]


MODULES = weekly(1, 1, 1, 2, 2)


@pytest.mark.parametrize("days", [-30, 0])
def test_a_closed_group_is_joined_until_its_first_session(days: int) -> None:
    assert entry_fault(GroupModel.CLOSED, FIRST + timedelta(days=days), MODULES) is None


def test_a_closed_group_is_not_joined_after_its_first_session() -> None:
    assert entry_fault(GroupModel.CLOSED, FIRST + timedelta(days=1), MODULES) == (
        "This group is closed to new people since its first session on Tuesday 14 April 2026"
    )


@pytest.mark.parametrize("weeks", [-4, 0, 3, 11, 60])
def test_a_rolling_group_is_joined_in_any_week(weeks: int) -> None:
    """Even week 11."""
    assert entry_fault(GroupModel.ROLLING, FIRST + timedelta(weeks=weeks), MODULES) is None


@pytest.mark.parametrize("days", [-7, 0, 15, 21])
def test_a_modular_group_is_joined_when_the_next_session_begins_a_module(days: int) -> None:
    joined_on = FIRST + timedelta(days=days)
    assert entry_fault(GroupModel.MODULAR_ENTRY, joined_on, MODULES) is None


@pytest.mark.parametrize("days", [1, 7, 14])
def test_a_modular_group_names_the_next_day_of_entry(days: int) -> None:
    joined_on = FIRST + timedelta(days=days)
    assert entry_fault(GroupModel.MODULAR_ENTRY, joined_on, MODULES) == (
        "People join when a module begins: next on Tuesday 5 May 2026"
    )


@pytest.mark.parametrize("weeks", [4, 5])
def test_after_its_last_beginning_a_modular_group_is_joined_no_more(weeks: int) -> None:
    joined_on = FIRST + timedelta(weeks=weeks)
    assert entry_fault(GroupModel.MODULAR_ENTRY, joined_on, MODULES) == (
        "No module of this group begins on or after this day"
    )


@pytest.mark.parametrize("model", GroupModel)
def test_a_cohort_without_sessions_of_the_group_is_joined_on_any_day(model: GroupModel) -> None:
    assert entry_fault(model, FIRST, []) is None


@pytest.mark.parametrize(
    ("modules", "expected"),
    [
        ([], ()),
        ([None, None], (True, False)),
        ([1, 1, 2, 2, 3], (True, False, True, False, True)),
        ([None, 1, 1, None, 2], (True, True, False, False, True)),
    ],
)
def test_a_module_begins_where_its_number_does(
    modules: list[int | None], expected: tuple[bool, ...]
) -> None:
    assert begins_module(modules) == expected
