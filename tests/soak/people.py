"""Who is texted: people of both sides, each expected at several sessions tomorrow."""

from datetime import date

from core import clock, database
from core.scope import Side
from core.settings import Settings
from jobs import reminders
from messaging.domain.schedule import Offset
from tests.factories_messaging import Group, drama_number, make_group, make_meeting, make_member
from tests.factories_messaging import make_rule as make_rule_of

SESSIONS = 5
BEFORE = Offset(days_before=1, at="09:00")
DAY = date(2026, 6, 10)
_MOST = 1_000 * SESSIONS


async def plan_texts(settings: Settings, count: int) -> int:
    """Plan so many texts, all due at the same time; answer how many there are."""
    if count > _MOST or count % (2 * SESSIONS):
        raise SystemExit(f"MESSAGES must be a multiple of {2 * SESSIONS}, at most {_MOST}")
    people = count // SESSIONS
    for number, side in enumerate(Side):
        group = await make_group(side)
        await make_rule_of(group, BEFORE)
        await _meet(group)
        for one in range(number * people // 2, (number + 1) * people // 2):
            await make_member(group, number=drama_number(one), confirmed_on=DAY)
    await reminders.plan(settings)
    planned = await database.run("SELECT COUNT(*) AS n FROM messages WHERE state = 'planned'")
    return int(planned[0]["n"])


async def _meet(group: Group) -> None:
    tomorrow = date.fromordinal(DAY.toordinal() + 1)
    for session in range(SESSIONS):
        await make_meeting(group, clock.instant_of(tomorrow, f"{10 + 2 * session}:00"))
