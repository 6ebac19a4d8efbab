"""Which one post of somebody is counted together with those of others."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from training.domain.kept import KeptPost, kept_post
from training.domain.requirements import Position, Post
from training.domain.terms import Sector, StaffGroup

TODAY = date(2026, 6, 10)
POSITION = Position(
    organisation_id=UUID(int=1), sector=Sector.HEALTH, staff_group=StaffGroup.MANAGER
)
POST = Post(id=UUID(int=1), position=POSITION, started_on=date(2020, 1, 6))


def test_the_only_post_is_kept_from_its_first_day() -> None:
    assert kept_post([POST], TODAY) == KeptPost(POST, POST.started_on, POST.started_on)


def test_a_post_is_kept_from_when_it_is_the_only_one() -> None:
    other = replace(POST, id=UUID(int=2), ended_on=date(2025, 3, 31))

    assert kept_post([POST, other], TODAY) == KeptPost(POST, date(2025, 4, 1), POST.started_on)


def test_after_a_change_of_role_the_appointment_is_remembered() -> None:
    first = replace(POST, ended_on=date(2025, 3, 31))
    second = replace(POST, id=UUID(int=2), started_on=date(2025, 4, 1), follows=first.id)

    assert kept_post([first, second], TODAY) == KeptPost(second, date(2025, 4, 1), POST.started_on)


@pytest.mark.parametrize(
    "posts",
    [
        [],
        [replace(POST, ended_on=TODAY + timedelta(days=30))],
        [replace(POST, ended_on=TODAY - timedelta(days=1))],
        [replace(POST, started_on=TODAY + timedelta(days=1))],
        [POST, replace(POST, id=UUID(int=2))],
    ],
    ids=["none", "leaving", "left", "to come", "two"],
)
def test_whoever_has_not_just_one_lasting_post_is_looked_at_alone(posts: list[Post]) -> None:
    assert kept_post(posts, TODAY) is None
