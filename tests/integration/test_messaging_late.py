"""Planning after a gap: what is of use still goes out, the rest is shown, nothing comes in heaps.

The bug histories of other systems, as tests (messaging.md 1.3 and 6).
"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from jobs import reminders
from jobs.scheduler import beat
from messaging.domain.schedule import Offset
from messaging.tables import Message, ReminderRule
from programmes.tables import SafeContact
from tests.conftest import NOW, SETTINGS
from tests.factories_messaging import (
    Group,
    change_enrolment,
    change_session,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    path_of,
    states_of,
)
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

TWO_DAYS_BEFORE = Offset(days_before=2, at="10:00")
DUE_THIS_MORNING = NOW + timedelta(days=2, hours=5)
"""The tests' day is Wednesday, 13:00 in London: two days before Friday was at 10:00."""
LONG_AGO = NOW - timedelta(days=30)


async def make_case(*starts: datetime, since: datetime = LONG_AGO) -> tuple[Group, UUID, UUID]:
    """A rule and a person of long ago, and sessions that no text was planned for."""
    group = await make_group()
    rule = await make_rule(group, TWO_DAYS_BEFORE)
    await ReminderRule.update({ReminderRule.active_since: since}).where(ReminderRule.id == rule)
    for at in starts:
        await make_meeting(group, at)
    _, enrolment = await make_member(group)
    await change_enrolment(enrolment, created_at=LONG_AGO)
    return group, rule, enrolment


async def down_since(now: FixedClock, gap: timedelta) -> None:
    """The job last finished so long ago."""
    now.instant = NOW - gap
    await beat("plan")
    now.instant = NOW


async def test_g10_after_days_down_what_is_of_use_goes_out_and_the_rest_shows(
    now: FixedClock,
) -> None:
    """The silent misses of a job that was down."""
    group, _, _ = await make_case(
        DUE_THIS_MORNING, NOW + timedelta(hours=1), NOW - timedelta(hours=1)
    )
    await down_since(now, timedelta(days=3))

    assert await reminders.plan(SETTINGS) == 3

    assert sorted(await states_of(group)) == [
        ("expired", "past"),
        ("expired", "past"),
        ("queued", ""),
    ]


async def test_where_the_planner_ran_nothing_goes_out_late(now: FixedClock) -> None:
    group, _, _ = await make_case(DUE_THIS_MORNING)
    await down_since(now, timedelta(minutes=1))

    assert await reminders.plan(SETTINGS) == 0
    assert await messages_of(group) == []


async def test_whoever_joined_while_it_was_down_gets_nothing_of_before(now: FixedClock) -> None:
    group, _, enrolment = await make_case(DUE_THIS_MORNING)
    await change_enrolment(enrolment, created_at=NOW - timedelta(minutes=5))
    await down_since(now, timedelta(days=2))

    assert await reminders.plan(SETTINGS) == 0
    assert await messages_of(group) == []


async def test_a_rule_that_is_made_late_sends_no_heap_of_what_was_due_before(
    now: FixedClock,
) -> None:
    """Even though nothing ran in between."""
    _, rule, _ = await make_case(DUE_THIS_MORNING, since=NOW)
    await down_since(now, timedelta(days=2))

    assert await reminders.plan(SETTINGS) == 0
    await ReminderRule.update({ReminderRule.active_since: LONG_AGO}).where(ReminderRule.id == rule)
    assert await reminders.plan(SETTINGS) == 1


async def test_a_date_that_is_changed_again_and_again_leaves_one_text(now: FixedClock) -> None:
    """The duplicates of a reference date that changed."""
    group, _, _ = await make_case(NOW + timedelta(days=5))
    (session,) = {row["subject"] for row in await planned(group)}

    for hours in (1, 2, 3):
        await change_session(session, starts_at=NOW + timedelta(days=5, hours=hours))
        await reminders.plan(SETTINGS)

    assert await states_of(group) == [("superseded", "session_changed")] * 3 + [("planned", "")]


async def planned(group: Group) -> list[dict[str, object]]:
    await reminders.plan(SETTINGS)
    return await messages_of(group)


async def test_a_rule_that_is_switched_off_and_on_again_plans_what_it_had_planned() -> None:
    group, rule, _ = await make_case(NOW + timedelta(days=5))
    await planned(group)

    for active in (False, True):
        await ReminderRule.update({ReminderRule.active: active}).where(ReminderRule.id == rule)
        await reminders.plan(SETTINGS)

    assert await states_of(group) == [("planned", "")]
    (row,) = await messages_of(group)
    assert await path_of(row["id"]) == [
        (None, "planned"), ("planned", "cancelled"), ("cancelled", "planned"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "attempts"), [("+441612345678", 0), ("", 1)], ids=["held", "tried"]
)
async def test_what_would_be_held_or_was_tried_is_not_planned_again(
    number: str, attempts: int
) -> None:
    group, rule, _ = await make_case(NOW + timedelta(days=5))
    await planned(group)
    await ReminderRule.update({ReminderRule.active: False}).where(ReminderRule.id == rule)
    await reminders.plan(SETTINGS)

    await Message.update({Message.attempt_number: attempts}, force=True)
    if number:
        await SafeContact.update({SafeContact.number: number}, force=True)
    await ReminderRule.update({ReminderRule.active: True}).where(ReminderRule.id == rule)
    await reminders.plan(SETTINGS)

    assert await states_of(group) == [("cancelled", "rule_off")]
