"""How the demonstration's people fare, whatever chance says (C4)."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.demonstration import source_of
from programmes.demo.stories import Story, Told, tell
from programmes.domain.attendance import Mark
from programmes.domain.terms import AttendanceOutcome

_CHANCES = st.integers(0, 10_000).map(lambda seed: source_of(seed, "test"))
_SIZES = st.tuples(st.integers(8, 48), st.integers(0, 3)).map(lambda pair: (pair[0], sum(pair)))


def credited(told: Told) -> int:
    present = {n for n, one in enumerate(told.outcomes) if Mark(one).credits(120)}
    return len(present | set(told.caught_up))


@given(_CHANCES, _SIZES)
def test_whoever_completes_is_credited_the_units_required(
    chance: random.Random, size: tuple[int, int]
) -> None:
    required, sessions = size

    told = tell(Story.COMPLETES, chance, sessions=sessions, required=required)

    assert credited(told) >= required
    assert len(told.outcomes) == sessions


@given(_CHANCES, _SIZES, st.sampled_from([Story.LEAVES, Story.PARTLY, Story.NEVER_STARTS]))
def test_whoever_does_not_complete_is_credited_fewer(
    chance: random.Random, size: tuple[int, int], story: Story
) -> None:
    required, sessions = size

    assert credited(tell(story, chance, sessions=sessions, required=required)) < required


@given(_CHANCES, _SIZES, st.sampled_from([story for story in Story if story != "never_starts"]))
def test_whoever_starts_came_to_the_first_session(
    chance: random.Random, size: tuple[int, int], story: Story
) -> None:
    required, sessions = size

    told = tell(story, chance, sessions=sessions, required=required)

    assert Mark(told.outcomes[0]).credits(120)


@given(_CHANCES, _SIZES)
def test_only_what_was_missed_is_caught_up(chance: random.Random, size: tuple[int, int]) -> None:
    required, sessions = size

    told = tell(Story.COMPLETES, chance, sessions=sessions, required=required)

    assert not [n for n in told.caught_up if Mark(told.outcomes[n]).attended]


def test_nobody_has_come_before_the_first_session() -> None:
    assert tell(Story.STAYS, source_of(1, "test"), sessions=0, required=9) == Told(())


def test_a_missed_session_is_one_that_the_person_told_us_of() -> None:
    present = AttendanceOutcome.ATTENDED

    told = Told((present, present, present)).missing((1,))

    assert told.outcomes == (present, AttendanceOutcome.ABSENT_NOTIFIED, present)


@pytest.mark.parametrize("story", [Story.COMPLETES, Story.STAYS])
def test_most_people_come_to_most_sessions(story: Story) -> None:
    chance = source_of(7, "test")
    told = [tell(story, chance, sessions=26, required=24) for _ in range(50)]

    came = sum(Mark(one).attended for each in told for one in each.outcomes)

    assert Fraction(came, 26 * 50) > Fraction(3, 4)
