"""Who is texted: people of both sides, each expected at several sessions tomorrow."""

from datetime import date

from core import clock, database
from core.scope import Side
from messaging.domain.schedule import Offset
from tests.factories_messaging import (
    Group,
    drama_number,
    make_group,
    make_meeting,
    make_member,
    make_rule,
)

SESSIONS = 5
BEFORE = Offset(days_before=1, at="09:00")
DAY = date(2026, 6, 10)
_NUMBERS = 1_000
_GROUP = 40


async def expect(count: int, *, sessions: int = SESSIONS) -> None:
    """Expect people of both sides tomorrow, so that so many texts fall due at the same time."""
    people, rest = divmod(count, sessions)
    if people > _NUMBERS or people % 2 or rest:
        raise SystemExit(f"MESSAGES must be a multiple of {2 * sessions}, at most {5 * _NUMBERS}")
    sides = tuple(Side)
    for first in range(0, people // 2, _GROUP):
        for place, side in enumerate(sides):
            group = await make_group(side)
            await make_rule(group, BEFORE)
            await _meet(group, sessions)
            for one in range(first, min(first + _GROUP, people // 2)):
                number = drama_number(len(sides) * one + place)
                await make_member(group, number=number, confirmed_on=DAY)


async def _meet(group: Group, sessions: int) -> None:
    tomorrow = date.fromordinal(DAY.toordinal() + 1)
    for session in range(sessions):
        await make_meeting(group, clock.instant_of(tomorrow, f"{10 + session}:00"))


async def count_planned() -> int:
    """Answer how many texts wait for their time."""
    rows = await database.run("SELECT COUNT(*) AS n FROM messages WHERE state = 'planned'")
    return int(rows[0]["n"])
