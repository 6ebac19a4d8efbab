"""What the rows of a staff list make of the posts that are stored."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from training.domain.importing.managers import in_circles, managers_first
from training.domain.importing.posts import Career, HeldPost
from training.domain.importing.staff import StaffLine
from training.domain.requirements import Position, Post
from training.domain.terms import Sector, StaffGroup

HERE = UUID(int=1)
TODAY = date(2026, 6, 15)
JAN, MAY = date(2026, 1, 5), date(2026, 5, 1)
LAST_OF_APRIL = date(2026, 4, 30)
_IDS = count(100)


def line(row: int = 2, **said: Any) -> StaffLine:
    return StaffLine(
        **{
            "row": row, "payroll_number": "1", "name": "A", "sector": Sector.HOUSING,
            "staff_group": StaffGroup.FRONT_LINE, "started_on": JAN, "team": "Repairs", **said,
        }
    )  # fmt: skip


def held(number: int, **other: Any) -> HeldPost:
    position = {
        "organisation_id": HERE, "sector": Sector.HOUSING, "staff_group": StaffGroup.FRONT_LINE,
        "team": "Repairs", **other.pop("position", {}),
    }  # fmt: skip
    manager = other.pop("line_manager_id", None)
    post = Post(
        **{"id": UUID(int=number), "position": Position(**position), "started_on": JAN, **other}
    )
    return HeldPost(post=post, line_manager_id=manager)


def after(*lines: StaffLine, of: tuple[HeldPost, ...] = (), **managers: UUID) -> Career:
    career = Career(
        HERE, {one.post.id: one for one in of}, managers, TODAY, lambda: UUID(int=next(_IDS))
    )
    career.follow(lines)
    return career


def shown(career: Career) -> list[tuple[str, date, date | None]]:
    return [
        (one.post.position.team, one.post.started_on, one.post.ended_on)
        for one in sorted(career.posts.values(), key=lambda one: one.post.started_on)
    ]


def test_somebody_new_gets_the_post_of_the_row() -> None:
    career = after(line(ended_on=MAY))

    [new] = career.posts.values()
    assert shown(career) == [("Repairs", JAN, MAY)]
    assert new.post.follows is None
    assert new.post.position.fte == 1
    assert not new.post.position.is_people_manager


def test_what_a_row_does_not_say_stays() -> None:
    before = held(
        1, ended_on=MAY, position={"role": "Officer", "is_people_manager": True},
        line_manager_id=UUID(int=9),
    )  # fmt: skip

    assert after(line(team=""), of=(before,)).posts == {before.post.id: before}


def test_a_row_of_the_same_day_corrects_the_present_post() -> None:
    career = after(
        line(team="Lettings", ended_on=MAY, line_manager="7"), of=(held(1),), **{"7": UUID(int=9)}
    )

    assert shown(career) == [("Lettings", JAN, MAY)]
    assert career.posts[UUID(int=1)].line_manager_id == UUID(int=9)


def test_a_row_that_begins_later_is_a_role_change_from_that_day() -> None:
    career = after(line(team="Lettings", started_on=MAY), of=(held(1, line_manager_id=HERE),))

    assert shown(career) == [("Repairs", JAN, LAST_OF_APRIL), ("Lettings", MAY, None)]
    new = career.posts[career.of_row[2]]
    assert (new.post.follows, new.line_manager_id) == (UUID(int=1), HERE)


def test_after_a_role_change_rows_of_the_old_post_and_of_the_new_change_nothing() -> None:
    posts = (
        held(1, ended_on=LAST_OF_APRIL),
        held(2, started_on=MAY, follows=UUID(int=1), position={"team": "Lettings"}),
    )

    for row in (line(), line(started_on=MAY, team="Lettings")):
        assert after(row, of=posts).posts == {one.post.id: one for one in posts}


def test_the_day_of_hire_beside_a_new_team_corrects_the_present_post_and_not_its_day() -> None:
    posts = (
        held(1, ended_on=LAST_OF_APRIL),
        held(2, started_on=MAY, follows=UUID(int=1), position={"team": "Lettings"}),
    )

    career = after(line(team="Estates"), of=posts)

    assert shown(career) == [("Repairs", JAN, LAST_OF_APRIL), ("Estates", MAY, None)]


def test_an_earlier_day_corrects_the_only_post() -> None:
    assert shown(after(line(started_on=date(2025, 9, 1)), of=(held(1),))) == [
        ("Repairs", date(2025, 9, 1), None)
    ]


def test_somebody_who_comes_back_is_appointed_anew_and_goes_on_only_without_a_gap() -> None:
    for last, follows in ((LAST_OF_APRIL, UUID(int=1)), (date(2026, 3, 31), None)):
        career = after(line(started_on=MAY), of=(held(1, ended_on=last),))

        assert shown(career) == [("Repairs", JAN, last), ("Repairs", MAY, None)]
        assert career.posts[career.of_row[2]].post.follows == follows


def test_several_rows_of_one_person_are_several_posts() -> None:
    career = after(line(), line(3, team="Lettings", started_on=MAY), of=(held(1),))

    assert shown(career) == [("Repairs", JAN, None), ("Lettings", MAY, None)]
    again = after(line(), line(3, team="Lettings", started_on=MAY), of=tuple(career.posts.values()))
    assert again.posts == career.posts


def test_a_corrected_row_of_several_keeps_to_the_post_of_its_day() -> None:
    posts = (held(1), held(2, started_on=MAY, position={"team": "Lettings"}))

    career = after(line(team="Estates"), line(3, team="Sales", started_on=MAY), of=posts)

    assert shown(career) == [("Estates", JAN, None), ("Sales", MAY, None)]
    assert career.of_row == {2: UUID(int=1), 3: UUID(int=2)}


def test_the_rows_of_a_role_change_end_the_old_post_and_follow_it() -> None:
    rows = line(ended_on=LAST_OF_APRIL), line(3, team="Lettings", started_on=MAY)

    career = after(*rows, of=(held(1),))

    assert shown(career) == [("Repairs", JAN, LAST_OF_APRIL), ("Lettings", MAY, None)]
    assert career.posts[career.of_row[3]].post.follows == UUID(int=1)


def test_of_several_rows_none_changes_a_post_that_ended_long_ago() -> None:
    old = held(1, ended_on=date(2026, 2, 1), position={"team": "Sales"})

    career = after(line(started_on=MAY), line(3, team="Lettings", started_on=MAY), of=(old,))

    assert career.posts[UUID(int=1)] == old
    assert len(career.posts) == 3


def test_days_that_contradict_stored_posts_are_faults_of_their_column() -> None:
    posts = (
        held(1, ended_on=LAST_OF_APRIL),
        held(2, started_on=MAY, follows=UUID(int=1), position={"team": "Lettings"}),
    )

    beyond = after(line(ended_on=date(2026, 6, 1)), of=posts)
    before = after(line(team="Estates", ended_on=date(2026, 2, 1)), of=posts)
    twice = after(line(), line(3, started_on=MAY))

    assert [(fault.column, fault.message) for fault in beyond.faults] == [
        ("ended_on", "Their next post follows from this one on 2026-05-01"),
    ]
    assert [(fault.column, fault.message) for fault in before.faults] == [
        ("ended_on", "Is before the present post began, 2026-05-01"),
    ]
    assert [(fault.row, fault.column) for fault in twice.faults] == [
        (2, "started_on"), (3, "started_on"),
    ]  # fmt: skip


_DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
_LINES = st.lists(
    st.builds(
        line, started_on=_DAYS, team=st.sampled_from(["Repairs", "Lettings", "Sales"]),
        role=st.sampled_from(["", "Officer"]),
    ),
    min_size=1, max_size=1,
)  # fmt: skip


@settings(max_examples=50)
@given(first=_LINES, second=_LINES)
def test_the_same_rows_again_change_nothing(
    first: list[StaffLine], second: list[StaffLine]
) -> None:
    begun = after(*first)
    once = after(*second, of=tuple(begun.posts.values()))

    again = after(*second, of=tuple(once.posts.values()))

    assert again.posts == once.posts


def test_managers_come_first_and_circles_are_found() -> None:
    managers = {"a": ["b"], "b": ["c", "gone"], "c": [], "x": ["y"], "y": ["x"], "under": ["x"]}

    assert managers_first(managers) == ("c", "b", "a")
    assert in_circles(managers) == {"x", "y"}
    assert in_circles({"own": ["own"]}) == {"own"}
