"""How a person's time in a group goes, as outcomes session by session; pure but for chance."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from programmes.domain.terms import AttendanceOutcome, ExitReason

_PRESENT = AttendanceOutcome.ATTENDED


class Story(StrEnum):
    """What becomes of a member of a group."""

    COMPLETES = "completes"
    PARTLY = "partly"
    LEAVES = "leaves"
    NEVER_STARTS = "never_starts"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Told:
    """The outcomes of the sessions met, in order, and which of them were caught up."""

    outcomes: tuple[AttendanceOutcome, ...]
    caught_up: tuple[int, ...] = ()

    def missing(self, sessions: Collection[int]) -> "Told":
        """Answer the same story with those sessions missed, each after a word beforehand."""
        told_us = AttendanceOutcome.ABSENT_NOTIFIED
        outcomes = (told_us if n in sessions else one for n, one in enumerate(self.outcomes))
        return Told(tuple(outcomes), self.caught_up)


LEAVING_REASONS = (
    (ExitReason.MISSED_TOO_MANY, 22),
    (ExitReason.DISENGAGED, 20),
    (ExitReason.MOTIVATION_CHANGED, 12),
    (ExitReason.WORK_OR_CARING, 12),
    (ExitReason.HEALTH, 9),
    (ExitReason.MOVED_AREA, 8),
    (ExitReason.SUBSTANCE_USE, 6),
    (ExitReason.DESELECTED_RISK_INCREASE, 5),
    (ExitReason.PROVIDER_WITHDREW, 4),
    (ExitReason.DIED, 2),
)
NOT_STARTING_REASONS = (
    (ExitReason.DISENGAGED, 5),
    (ExitReason.MOTIVATION_CHANGED, 3),
    (ExitReason.MOVED_AREA, 2),
)


def tell(story: Story, chance: random.Random, *, sessions: int, required: int) -> Told:
    """Answer one person's outcomes over at most ``sessions`` sessions.

    Whoever completes is credited ``required`` units or more, whoever does not, fewer (C4).
    """
    if story is Story.COMPLETES:
        return _completing(chance, sessions=sessions, required=required)
    if story is Story.PARTLY:
        present = frozenset(chance.sample(range(1, sessions), required - 2)) | {0}
        return Told(tuple(_mark(chance, present=n in present) for n in range(sessions)))
    if story is Story.NEVER_STARTS:
        return Told((AttendanceOutcome.ABSENT_NOT_NOTIFIED,) * min(2, sessions))
    if story is Story.LEAVES:
        met = chance.randint(1, min(sessions, required - 1))
        return Told(_leaving(chance, met))
    return Told(_coming(chance, sessions, likely=0.87))


def _completing(chance: random.Random, *, sessions: int, required: int) -> Told:
    may_miss = sessions - required
    missed = sorted(chance.sample(range(1, sessions), chance.randint(0, may_miss + 2)))
    caught_up = missed[may_miss:]
    if may_miss and len(missed) == may_miss:
        caught_up = missed[:1]
    outcomes = tuple(_mark(chance, present=n not in missed) for n in range(sessions))
    return Told(outcomes, tuple(caught_up))


def _leaving(chance: random.Random, met: int) -> tuple[AttendanceOutcome, ...]:
    """Answer outcomes that thin out, the last two of a longer stay being absences."""
    last_absent = 2 if met > 3 else 0  # noqa: PLR2004 - three misses in a row need a start
    came = _coming(chance, met - last_absent, likely=0.72)
    return came + tuple(_mark(chance, present=False) for _ in range(last_absent))


def _coming(
    chance: random.Random, sessions: int, *, likely: float
) -> tuple[AttendanceOutcome, ...]:
    """Answer outcomes of which the first is a whole session, so that the person has started."""
    later = (_mark(chance, present=chance.random() < likely) for _ in range(sessions - 1))
    return (_PRESENT, *later) if sessions else ()


def _mark(chance: random.Random, *, present: bool) -> AttendanceOutcome:
    roll = chance.random()
    if present:
        if roll > 0.96:  # noqa: PLR2004 - a few come late or leave early
            return AttendanceOutcome.LEFT_EARLY
        return AttendanceOutcome.LATE if roll > 0.9 else _PRESENT  # noqa: PLR2004
    if roll < 0.58:  # noqa: PLR2004 - more tell us than do not
        return AttendanceOutcome.ABSENT_NOTIFIED
    return AttendanceOutcome.ABSENT_NOT_NOTIFIED
