"""Who is told of training that lapses: on Today and by e-mail, each once for a period."""

import asyncio
from datetime import date
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import NotFoundError
from core.scope import SYSTEM
from jobs import reminders, training_notices
from tests.conftest import SETTINGS
from tests.factories import make_person
from tests.factories_notices import (
    IN_30_DAYS,
    IN_90_DAYS,
    TODAY,
    YESTERDAY,
    make_team,
    notices,
)
from tests.factories_training import make_exemption, make_record
from tests.fakes import FixedClock
from tests.integration.test_training_reminders import make_colleague, texts_of
from training.queries.notices import own_notices
from training.services import notices as service
from training.tables import Course, Post, Requirement, TrainingNotice

pytestmark = pytest.mark.usefixtures("db")

ADDRESS = "robin.vale@example.org"


async def test_a_person_is_told_90_days_30_days_and_the_day_after_it_lapsed_each_once(
    now: FixedClock,
) -> None:
    team = await make_team()
    person = await make_person(Role.WORKFORCE_LEAD)
    await team.colleague(IN_90_DAYS, email=ADDRESS, account_id=person.actor.account_id)
    told = []
    for day in (date(2026, 6, 9), TODAY, date(2026, 8, 9), date(2026, 9, 8), date(2026, 9, 9)):
        now.instant = clock.instant_of(day, "08:00")
        told.append([await service.plan_expiries(day) for _ in range(2)])

    assert told == [[0, 0], [2, 0], [2, 0], [0, 0], [2, 0]]
    tasks = await notices(kind="expiry", channel="task")
    assert [row["period"].split()[1:] for row in tasks] == [
        ["2026-09-08", "90"], ["2026-09-08", "30"], ["2026-09-08", "lapsed"],
    ]  # fmt: skip
    assert [row["state"] for row in tasks] == ["done", "done", "waiting"]


async def test_whoever_has_no_address_and_no_account_is_not_told() -> None:
    await (await make_team()).colleague(IN_30_DAYS)

    assert await service.plan_expiries(TODAY) == 0


@pytest.mark.parametrize(
    "why", ["newer", "exempt", "left", "leaves", "unverified", "optional", "long_ago", "later"]
)
async def test_nobody_is_told_who_need_not_be(why: str) -> None:
    team = await make_team(due_within_days_of_start=0)
    completed = {"long_ago": date(2023, 6, 2), "later": date(2023, 9, 9)}.get(why, IN_30_DAYS)
    staff_id = await team.colleague(completed, email=ADDRESS)
    if why == "newer":
        await make_record(staff_id, team.course_id, completed_on=TODAY)
    elif why == "exempt":
        await make_exemption(staff_id, from_on=TODAY, to_on=TODAY)
    elif why in {"left", "leaves"}:
        last = date(2026, 6, 9) if why == "left" else date(2026, 7, 9)
        await Post.update({Post.ended_on: last}).where(Post.staff == staff_id)
    elif why == "unverified":
        await Post.raw("DELETE FROM current_records")
    elif why == "optional":
        await Requirement.update({Requirement.organisation_ids: f'["{UUID(int=1)}"]'}, force=True)

    assert await service.plan_expiries(TODAY) == 0


async def test_training_that_is_valid_for_good_runs_out_for_nobody() -> None:
    team = await make_team()
    await Course.update({Course.validity_months: None}, force=True)
    await team.colleague(IN_30_DAYS, email=ADDRESS)

    assert await service.plan_expiries(TODAY) == 0


async def test_what_is_so_no_longer_is_taken_back_before_it_leaves() -> None:
    team = await make_team()
    person = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await team.colleague(YESTERDAY, email=ADDRESS, account_id=person.actor.account_id)
    await service.plan_expiries(TODAY)
    await service.plan_expiries(date(2026, 7, 10))
    lapsed_still = {row["state"] for row in await notices()}
    await make_record(staff_id, team.course_id, completed_on=TODAY)
    await service.plan_expiries(date(2026, 7, 11))

    assert lapsed_still == {"waiting"}
    assert {row["state"] for row in await notices()} == {"done"}


async def test_hours_that_fall_short_are_told_of_the_day_after() -> None:
    """NCL: 3 hours in 36 months; 10 June 2023 leaves the window after 9 June 2026 (C8)."""
    team = await make_team()
    await Requirement.update(
        {"basis": "hours", "hours": "3.00", "window_months": 36, "validity_months": None},
        force=True,
    )
    await Course.update({"hours": "3.00"}, force=True)
    await team.colleague(date(2023, 6, 10), email=ADDRESS)
    for day in (date(2026, 6, 9), TODAY, date(2026, 6, 17)):
        await service.plan_expiries(day)

    periods = [row["period"].split()[1:] for row in await notices()]
    assert periods == [["2026-06-09", "30"], ["2026-06-09", "lapsed"]]


async def test_a_course_that_is_retired_runs_out_the_day_before() -> None:
    team = await make_team()
    await Course.update({Course.retired_on: date(2026, 7, 1)}).where(Course.id == team.course_id)
    await team.colleague(TODAY, email=ADDRESS)
    await service.plan_expiries(TODAY)

    assert [row["period"].split()[1:] for row in await notices()] == [["2026-06-30", "30"]]


async def test_two_processes_that_plan_at_once_make_one() -> None:
    team = await make_team()
    manager = await team.colleague(IN_30_DAYS, email=ADDRESS)
    await team.colleague(line_manager=manager)
    await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)

    await asyncio.gather(*(training_notices.plan() for _ in range(4)))

    found = [(row["kind"], row["channel"]) for row in await notices()]
    assert sorted(found) == [
        ("expiry", "email"), ("lead_digest", "email"), ("lead_digest", "task"),
        ("manager_digest", "email"),
    ]  # fmt: skip


async def test_the_day_is_planned_once_from_seven_and_the_week_on_its_first_day(
    now: FixedClock,
) -> None:
    team = await make_team()
    await team.colleague()
    await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)
    planned = []
    for day, at in ((15, "06:59"), (15, "07:00"), (15, "07:01"), (16, "07:00"), (22, "09:00")):
        now.instant = clock.instant_of(date(2026, 6, day), at)
        planned.append(await training_notices.plan())

    assert planned == [0, 2, 0, 0, 2]


async def test_a_text_and_a_notice_of_the_same_training_do_not_disturb_each_other() -> None:
    staff_id = await make_colleague()
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    await Post.raw(
        "UPDATE staff SET account = {}, email = {} WHERE id = {}",
        person.actor.account_id, ADDRESS, staff_id,
    )  # fmt: skip

    assert (await reminders.plan(SETTINGS), await service.plan_expiries(TODAY)) == (1, 2)
    [task] = await own_notices(scope=person.actor.scope)
    await service.finish(task.id, by=person.actor)

    assert (await reminders.plan(SETTINGS), await service.plan_expiries(TODAY)) == (0, 0)
    assert [row["state"] for row in await texts_of(staff_id)] == ["planned"]


async def test_a_task_is_done_by_the_person_whose_it_is_and_twice_is_once() -> None:
    team = await make_team()
    await team.colleague()
    lead = await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)
    colleague = await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)
    await service.plan_digests(TODAY)
    [task] = await own_notices(scope=lead.actor.scope)
    with pytest.raises(NotFoundError):
        await service.finish(task.id, by=colleague.actor)
    for _ in range(2):
        await service.finish(task.id, by=lead.actor)

    assert await own_notices(scope=lead.actor.scope) == ()
    events = await Post.raw("SELECT actor FROM audit_events WHERE action = 'training_notice_done'")
    assert [event["actor"] for event in events] == [lead.actor.account_id]


async def test_the_service_itself_has_no_tasks_and_old_notices_are_forgotten(
    now: FixedClock,
) -> None:
    team = await make_team()
    await team.colleague()
    await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)
    await service.plan_digests(TODAY)
    assert await own_notices(scope=SYSTEM.scope) == ()
    now.advance(days=400)
    await service.tidy()
    kept = await TrainingNotice.count()
    now.advance(days=1)
    await service.tidy()

    assert (kept, await TrainingNotice.count()) == (2, 0)
