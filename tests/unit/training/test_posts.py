"""How posts lie in time (C13): role changes, corrections, and which post stands for somebody."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from training.domain.posts import (
    corrected,
    days_fault,
    ended,
    overlapping,
    role_change_fault,
    role_changed,
    standing_post,
)
from training.domain.requirements import Position, Post, career
from training.domain.terms import Sector, StaffGroup

HERE = uuid4()
FIRST, SECOND, THIRD = sorted((uuid4(), uuid4(), uuid4()))
TODAY = date(2026, 6, 10)


def a_post(
    id: UUID = FIRST,
    started_on: str = "2020-01-01",
    ended_on: str = "",
    follows: UUID | None = None,
    team: str = "",
) -> Post:
    return Post(
        id=id,
        position=Position(
            organisation_id=HERE, sector=Sector.HOUSING, staff_group=StaffGroup.FRONT_LINE,
            team=team,
        ),
        started_on=date.fromisoformat(started_on),
        ended_on=date.fromisoformat(ended_on) if ended_on else None,
        follows=follows,
    )  # fmt: skip


CHANGED = career([a_post(ended_on="2026-02-28"), a_post(SECOND, "2026-03-01", follows=FIRST)])
"""Somebody whose role changed on 1 March."""


def test_the_post_held_today_stands_for_somebody_before_one_that_has_yet_to_begin() -> None:
    now, later = a_post(ended_on="2026-06-30"), a_post(SECOND, "2026-07-01", follows=FIRST)

    assert standing_post([now, later], TODAY) == now
    assert standing_post([now, later], date(2026, 7, 1)) == later
    assert standing_post([now, later], date(2019, 1, 1)) == later


def test_c13_a_role_change_ends_the_post_the_day_before_and_the_new_one_follows_it() -> None:
    posts = role_changed(career([a_post()]), FIRST, a_post(SECOND, "2026-03-01"))

    assert posts == CHANGED


@pytest.mark.parametrize(
    ("posts", "on", "why"),
    [
        (career([a_post()]), "2026-03-01", None),
        (career([a_post(ended_on="2026-02-28")]), "2026-03-01", None),
        (career([a_post()]), "2020-01-01", "Enter a day after 1 January 2020, its first day"),
        (
            career([a_post(ended_on="2026-02-28")]),
            "2026-03-02",
            "The post ended on 28 February 2026; add another post",
        ),
        (CHANGED, "2026-02-01", "This post has changed into another already; change that one"),
    ],
)
def test_a_role_change_lies_within_the_post(
    posts: dict[UUID, Post], on: str, why: str | None
) -> None:
    fault = role_change_fault(posts, FIRST, date.fromisoformat(on))

    assert (fault and (fault.field, fault.message)) == (("on", why) if why else None)


@pytest.mark.parametrize(
    ("on", "before"), [("2026-02-15", "2026-02-14"), ("2026-04-01", "2026-03-31")]
)
def test_correcting_the_day_of_a_role_change_moves_the_end_of_the_post_before(
    on: str, before: str
) -> None:
    post = replace(CHANGED[SECOND], started_on=date.fromisoformat(on))

    posts = corrected(CHANGED, post)

    assert posts[FIRST].ended_on == date.fromisoformat(before)
    assert days_fault(posts, post) is None


def test_a_gap_before_a_post_stays_as_it_is_when_its_first_day_is_corrected() -> None:
    gap = {**CHANGED, FIRST: a_post(ended_on="2025-12-31")}

    posts = corrected(gap, replace(gap[SECOND], started_on=date(2026, 2, 1)))

    assert posts[FIRST].ended_on == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("post", "field"),
    [
        (a_post(SECOND, "2026-03-01", "2026-02-28", follows=FIRST), "ended_on"),
        (a_post(SECOND, "2019-12-31", follows=FIRST), "started_on"),
        (a_post(FIRST, ended_on="2026-03-01"), "ended_on"),
        (a_post(FIRST), "ended_on"),
    ],
)
def test_posts_that_follow_one_another_stay_in_order(post: Post, field: str) -> None:
    fault = days_fault(corrected(CHANGED, post), post)

    assert fault is not None
    assert fault.field == field


def test_a_post_does_not_begin_before_the_one_it_follows_has_ended() -> None:
    gap = {**CHANGED, FIRST: a_post(ended_on="2025-12-31")}
    early = replace(gap[SECOND], started_on=date(2025, 12, 31))

    fault = days_fault(corrected(gap, early), early)

    assert fault is not None
    assert fault.field == "started_on"


def test_the_same_position_is_held_once_at_a_time() -> None:
    held = a_post(ended_on="2026-02-28")

    def beside(**other: str) -> Post | None:
        return overlapping(career([held]), a_post(SECOND, **other))

    assert beside(started_on="2026-02-28") == held
    assert beside(started_on="2019-01-01") == held
    assert beside(started_on="2019-01-01", ended_on="2019-12-31") is None
    assert beside(started_on="2026-03-01") is None
    assert beside(started_on="2026-02-28", team="Another") is None
    assert overlapping(career([held]), held) is None


def test_a_last_day_ends_what_lasts_beyond_it_and_nothing_else() -> None:
    posts = ended({**CHANGED, THIRD: a_post(THIRD, team="Beside")}, date(2026, 6, 30))

    assert [posts[id].ended_on for id in (FIRST, SECOND, THIRD)] == [
        date(2026, 2, 28), date(2026, 6, 30), date(2026, 6, 30),
    ]  # fmt: skip
