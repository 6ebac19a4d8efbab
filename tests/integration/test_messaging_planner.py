"""What is planned, what is not, and what is taken back."""

from datetime import timedelta

import pytest

from core import clock
from core.scope import Side
from core.settings import Settings
from jobs import reminders
from messaging.domain.schedule import Offset
from messaging.tables import Message, ReminderRule
from programmes.domain.terms import EnrolmentStatus
from programmes.tables import Session
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    change_contact,
    change_enrolment,
    change_session,
    drama_number,
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

FRIDAY = at("2026-06-12 18:30")


async def plan(settings: Settings = SETTINGS) -> int:
    return await reminders.plan(settings)


async def test_one_text_is_planned_per_person_and_session() -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    for _ in range(3):
        await make_member(group)

    assert await plan() == 3
    rows = await messages_of(group)
    assert {row["send_after"] for row in rows} == {at("2026-06-11 10:00")}
    assert {row["expires_at"] for row in rows} == {FRIDAY - timedelta(hours=2)}
    assert {row["state"] for row in rows} == {"planned"}


async def test_a_planned_text_holds_neither_number_nor_words() -> None:
    """M15: what is not needed before the sending is not kept."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group)

    await plan()

    row = (await messages_of(group))[0]
    assert (row["number"], row["body"], row["number_version"]) == (None, None, 1)


async def test_planning_twice_plans_nothing_twice() -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group)
    await plan()

    assert await plan() == 0
    assert len(await messages_of(group)) == 1


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"sms": None}, ("held", "no_safe_contact")),
        ({"sms": "unknown"}, ("held", "no_safe_contact")),
        ({"sms": "not_safe"}, ("suppressed", "not_safe")),
        ({"confirmed_on": at("2026-05-01 12:00").date()}, ("held", "contact_expired")),
        ({"number": "+441612345678"}, ("held", "not_mobile")),
        ({"windows": ((6, "10:00", "12:00"),)}, ("suppressed", "outside_safe_hours")),
    ],
)
async def test_g1_m3_who_may_not_be_texted_is_listed_with_the_reason(
    person: dict[str, object], expected: tuple[str, str]
) -> None:
    """M1, M2, M3, G3."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group, **person)  # type: ignore[arg-type]  # one field at a time

    await plan()

    assert await states_of(group) == [expected]


async def test_a_number_on_both_sides_holds_both_texts() -> None:
    """M9, G4; also when the number is added after planning."""
    survivors, perpetrators = await make_group(Side.SURVIVOR), await make_group(Side.PERPETRATOR)
    for group in (survivors, perpetrators):
        await make_rule(group)
        await make_meeting(group, FRIDAY)
    person, _ = await make_member(survivors, number=drama_number(7))
    await make_member(perpetrators, number=drama_number(8))
    await plan()
    assert [*await states_of(survivors), *await states_of(perpetrators)] == [("planned", "")] * 2

    await change_contact(person, number=drama_number(8))
    await plan()

    assert await states_of(survivors) == [("held", "shared_number")]
    assert await states_of(perpetrators) == [("held", "shared_number")]


@pytest.mark.parametrize(
    "status", [EnrolmentStatus.PAUSED, EnrolmentStatus.EXITED, EnrolmentStatus.COMPLETED]
)
async def test_whoever_is_not_expected_gets_no_text(status: EnrolmentStatus) -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    _, enrolment = await make_member(group)
    await change_enrolment(enrolment, status=status.value, exit_reason="other")

    assert await plan() == 0


async def test_a_session_before_joining_and_somebody_elses_catch_up_get_no_text() -> None:
    group = await make_group()
    await make_rule(group)
    _, first = await make_member(group)
    await make_member(group, joined_on=at("2026-06-13 12:00").date())
    await make_meeting(group, FRIDAY)
    await make_meeting(group, FRIDAY + timedelta(hours=3), catch_up_for=first)

    await plan()

    rows = await messages_of(group)
    assert len(rows) == 2
    assert len({row["recipient"] for row in rows}) == 1


async def test_a_rule_of_the_other_side_or_another_organisation_plans_nothing() -> None:
    group = await make_group(Side.SURVIVOR)
    await make_rule(await make_group(Side.PERPETRATOR, organisation_id=group.organisation_id))
    await make_rule(await make_group(Side.SURVIVOR))
    await make_meeting(group, FRIDAY)
    await make_member(group)

    assert await plan() == 0


async def test_a_rule_of_one_programme_leaves_the_others_alone() -> None:
    group = await make_group()
    other = await make_group(organisation_id=group.organisation_id)
    await make_rule(group, for_programme=True)
    for one in (group, other):
        await make_meeting(one, FRIDAY)
        await make_member(one)

    assert await plan() == 1
    assert len(await messages_of(group)) == 1


async def test_switching_a_rule_on_sends_nothing_for_what_is_past(now: FixedClock) -> None:
    group = await make_group()
    await make_meeting(group, at("2026-06-11 10:00"))
    await make_member(group)
    now.advance(hours=1)
    await make_rule(group)

    assert await plan() == 0


async def test_a_text_due_on_sunday_is_planned_for_monday() -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-15 18:30"))
    await make_member(group)

    await plan()

    assert (await messages_of(group))[0]["send_after"] == at("2026-06-15 09:00")


async def test_a_cancelled_session_cancels_its_texts() -> None:
    """G8, M13."""
    group = await make_group()
    await make_rule(group)
    session = await make_meeting(group, FRIDAY)
    await make_member(group)
    await plan()

    await change_session(session, status="cancelled")
    await plan()

    row = (await messages_of(group))[0]
    assert (row["state"], row["state_reason"]) == ("cancelled", "session_cancelled")
    assert await path_of(row["id"]) == [(None, "planned"), ("planned", "cancelled")]


async def test_a_moved_session_replaces_its_text() -> None:
    group = await make_group()
    await make_rule(group)
    session = await make_meeting(group, FRIDAY)
    await make_member(group)
    await plan()

    await change_session(session, starts_at=FRIDAY + timedelta(days=1))
    await plan()

    assert await states_of(group) == [("superseded", "session_changed"), ("planned", "")]
    assert (await messages_of(group))[1]["send_after"] == at("2026-06-12 10:00")


async def test_a_session_moved_beyond_the_horizon_still_replaces_its_text() -> None:
    group = await make_group()
    await make_rule(group)
    session = await make_meeting(group, FRIDAY)
    await make_member(group)
    await plan()

    await change_session(session, starts_at=FRIDAY + timedelta(days=30))
    await plan()

    assert await states_of(group) == [("superseded", "session_changed")]


async def test_a_new_time_after_the_text_has_gone_sends_no_second_one() -> None:
    """M13: once per person, session and template."""
    group = await make_group()
    await make_rule(group)
    session = await make_meeting(group, FRIDAY)
    await make_member(group)
    await plan()
    await Message.update({Message.state: "accepted"}, force=True)

    await change_session(session, starts_at=FRIDAY + timedelta(days=1))
    await plan()

    assert await states_of(group) == [("accepted", ""), ("suppressed", "already_sent")]


async def test_whoever_leaves_is_sent_nothing_more() -> None:
    """G9."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    _, enrolment = await make_member(group)
    await plan()

    await change_enrolment(enrolment, status="exited", exit_reason="moved_area")
    await plan()

    assert await states_of(group) == [("cancelled", "not_enrolled")]


async def test_a_withdrawn_consent_stops_the_text_for_good() -> None:
    """G1."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    person, _ = await make_member(group)
    await plan()

    await change_contact(person, sms="not_safe")
    await plan()

    assert await states_of(group) == [("suppressed", "not_safe")]


async def test_a_contact_that_is_confirmed_lets_the_held_text_go() -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    person, _ = await make_member(group, sms="unknown")
    await plan()

    await change_contact(person, sms="safe", number_version=4)
    await plan()

    row = (await messages_of(group))[0]
    assert (row["state"], row["number_version"]) == ("planned", 4)
    assert await path_of(row["id"]) == [(None, "held"), ("held", "planned")]


async def test_another_number_holds_the_text_that_was_planned_for_the_old_one() -> None:
    """G5."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    person, _ = await make_member(group)
    await plan()

    await change_contact(person, number=drama_number(999), number_version=2)
    await plan()

    assert await states_of(group) == [("held", "number_changed")]


async def test_a_rule_that_is_off_cancels_what_it_planned() -> None:
    group = await make_group()
    rule = await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group)
    await plan()

    await ReminderRule.update({ReminderRule.active: False}).where(ReminderRule.id == rule)
    await plan()

    assert await states_of(group) == [("cancelled", "rule_off")]


async def test_only_sessions_within_the_horizon_are_planned() -> None:
    group = await make_group()
    await make_rule(group, Offset(days_before=9, at="10:00"))
    await make_meeting(group, clock.now() + reminders.HORIZON - timedelta(minutes=1))
    await make_meeting(group, clock.now() + reminders.HORIZON)
    await make_member(group)

    assert await plan() == 1


async def test_a_group_of_many_sessions_is_planned_in_batches() -> None:
    group = await make_group()
    await make_rule(group, Offset(hours_before=1))
    await Session.insert(
        *[
            Session(
                cohort=group.cohort_id, unit=group.unit_id, minutes=60, status="scheduled",
                starts_at=at("2026-06-15 12:00") + timedelta(minutes=minute),
            )
            for minute in range(150)
        ]
    )  # fmt: skip
    for _ in range(6):
        await make_member(group)

    assert await plan() == 900
