"""Texts follow each change of a session or a place in the transaction of the change."""

from datetime import date, timedelta

import pytest

from core import clock, database
from core.announcements import announce
from core.scope import Side
from jobs import reminders
from messaging.domain.facts import Policy
from messaging.domain.schedule import Offset
from messaging.services import outbox
from messaging.tables import Message, ReminderRule
from programmes.domain.session_changes import Cancel, Place, PutBack, Reschedule
from programmes.domain.terms import AbsenceReason, ExitReason
from programmes.services import (
    catch_ups,
    endings,
    enrolments,
    pauses,
    planned_absences,
    revoking,
    transfers,
    venues,
)
from programmes.tables import Enrolment, EnrolmentCounts, Session
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_changes import CANCELLATION, CHANGE, FRIDAY, REMINDER, WEEK, Case, make_case
from tests.factories_messaging import (
    change_contact,
    drama_number,
    make_member,
    make_rule,
    messages_of,
    path_of,
    states_of,
)
from tests.factories_programmes import make_cohort, make_venue
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("listening")

PLANNED, CANCELLED = ("planned", ""), ("cancelled", "not_enrolled")


async def leave(case: Case) -> None:
    ending = endings.Ending(clock.today(), 1)
    await endings.leave(case.enrolment, ending, ExitReason.MOVED_AREA, by=case.by)


async def test_g8_a_cancelled_session_cancels_its_texts_at_once() -> None:
    case = await make_case()

    await case.change(Cancel("No heating"))

    assert await states_of(case.group) == [("cancelled", "session_cancelled")]


async def test_g8_what_a_dispatcher_has_in_hand_is_taken_from_it(now: FixedClock) -> None:
    case = await make_case()
    now.instant = at("2026-06-11 10:00")
    await outbox.release()
    (claimed,) = await outbox.claim(5, policy=Policy())

    await case.change(Cancel("No heating"))

    (row,) = await messages_of(case.group)
    assert (row["state"], row["claim_token"], row["lease_until"]) == ("cancelled", None, None)
    assert (await path_of(claimed.id))[-1] == ("claimed", "cancelled")


async def test_a_change_that_fails_leaves_the_texts_as_they_were() -> None:
    case = await make_case()

    with pytest.raises(RuntimeError):
        async with database.transaction():
            await Session.update({Session.status: "cancelled"}).where(Session.id == case.session)
            await announce(sessions={case.session})
            assert await states_of(case.group) == [("cancelled", "session_cancelled")]
            raise RuntimeError

    assert await states_of(case.group) == [PLANNED]


async def test_a_moved_session_has_its_text_replaced_at_once() -> None:
    case = await make_case()

    await case.change(Reschedule(FRIDAY + timedelta(days=1)))

    assert await states_of(case.group) == [("superseded", "session_changed"), PLANNED]
    assert (await messages_of(case.group))[1]["send_after"] == at("2026-06-12 10:00")


async def test_g9_whoever_leaves_is_sent_nothing_more_and_whoever_is_back_is_again() -> None:
    """A place that is given back, ended by mistake."""
    case = await make_case()

    await leave(case)
    assert await states_of(case.group) == [CANCELLED]
    await revoking.revoke(case.enrolment, reason="By mistake", version=2, by=case.by)

    assert await states_of(case.group) == [PLANNED]
    (row,) = await messages_of(case.group)
    assert await path_of(row["id"]) == [
        (None, "planned"), ("planned", "cancelled"), ("cancelled", "planned"),
    ]  # fmt: skip


async def test_g9_a_transfer_takes_the_texts_along() -> None:
    case = await make_case()
    other = await make_cohort(
        programme=case.made.programme, starts_on=date(2026, 5, 16), at="11:00", units=5
    )

    wanted = transfers.Transfer(other.id, 1, date(2026, 6, 12))
    await transfers.transfer(case.enrolment, wanted, by=case.by)

    assert await states_of(case.group) == [CANCELLED]
    rows = await Message.select().where(Message.cohort == other.id)
    assert [(row["state"], row["send_after"]) for row in rows] == [
        ("planned", at("2026-06-12 10:00"))
    ]


async def test_m14_a_pause_stops_texts_only_while_it_lasts() -> None:
    case = await make_case()

    new = pauses.NewPause(date(2026, 6, 11), date(2026, 6, 20), "Holiday")
    await pauses.pause(case.enrolment, new, by=case.by)
    assert await states_of(case.group) == [CANCELLED]
    await pauses.resume(case.enrolment, on=date(2026, 6, 12), by=case.by)

    assert await states_of(case.group) == [PLANNED]


async def test_whoever_said_that_they_will_not_come_is_not_reminded() -> None:
    case = await make_case()

    new = planned_absences.NewAbsence(case.enrolment, AbsenceReason.EMPLOYMENT)
    planned = await planned_absences.add(case.session, new, by=case.by)
    assert await states_of(case.group) == [CANCELLED]
    await planned_absences.remove(case.session, planned, by=case.by)

    assert await states_of(case.group) == [PLANNED]


async def test_a_new_place_and_a_catch_up_have_their_texts_planned_at_once() -> None:
    case = await make_case()
    person, enrolment = await make_member(case.group)
    await EnrolmentCounts.delete().where(EnrolmentCounts.enrolment == enrolment)
    await Enrolment.delete(force=True).where(Enrolment.id == enrolment)
    assert len(await messages_of(case.group)) == 1

    made = await enrolments.enrol(case.group.cohort_id, person, by=case.by)
    assert await states_of(case.group) == [PLANNED, PLANNED]
    new = catch_ups.NewCatchUp(made, 1, at("2026-06-15 18:30"))
    await catch_ups.arrange(case.group.cohort_id, new, by=case.by)

    rows = await messages_of(case.group)
    assert [row["recipient"] for row in rows] == [case.person, person, person]


async def test_g14_a_day_that_is_closed_later_holds_its_texts() -> None:
    case = await make_case()

    await venues.add_closure(
        case.group.organisation_id, venue_id=None, from_on=FRIDAY.date(), to_on=FRIDAY.date(),
        reason="Boiler", by=case.by,
    )  # fmt: skip

    assert await states_of(case.group) == [("held", "closed_day")]


async def test_g14_a_venue_that_is_closed_holds_the_texts_of_its_sessions_alone() -> None:
    case = await make_case(units=6)
    venue = await make_venue(organisation_id=case.group.organisation_id, side=Side.SURVIVOR)
    await Session.update({Session.venue: venue}).where(Session.id == case.session)

    await venues.add_closure(
        case.group.organisation_id, venue_id=venue, from_on=FRIDAY.date(),
        to_on=FRIDAY.date() + WEEK, reason="", by=case.by,
    )  # fmt: skip

    assert await states_of(case.group) == [("held", "closed_day"), PLANNED]


async def test_m13_a_move_is_told_once_to_each_person() -> None:
    """The reminder has left; a second move is for somebody to ring about."""
    case = await make_case(CHANGE)
    await Message.update({Message.state: "accepted"}, force=True)

    await case.change(Reschedule(FRIDAY + timedelta(days=1)))
    assert await case.told(CHANGE) == [("queued", "")]
    await Message.update({Message.state: "accepted"}, force=True).where(Message.rule.kind == CHANGE)
    await case.change(Reschedule(FRIDAY + timedelta(days=2)))

    assert await case.told(CHANGE) == [("accepted", ""), ("suppressed", "already_sent")]
    assert (await case.told(REMINDER))[1:] == [("suppressed", "already_sent")] * 2


async def test_m13_a_second_move_replaces_a_notice_that_has_not_left() -> None:
    case = await make_case(CHANGE)

    await case.change(Reschedule(FRIDAY + timedelta(days=1)))
    await case.change(Reschedule(FRIDAY + timedelta(days=2)))

    assert await case.told(CHANGE) == [("superseded", "session_changed"), ("queued", "")]


async def test_a_change_is_told_within_safe_hours_until_the_session_begins(
    now: FixedClock,
) -> None:
    case = await make_case(CHANGE)
    now.instant = at("2026-06-10 21:00")

    await case.change(Reschedule(FRIDAY + timedelta(hours=1)))

    (row,) = await Message.select().where(Message.rule.kind == CHANGE)
    assert (row["state"], row["send_after"], row["expires_at"]) == (
        "planned", at("2026-06-11 09:00"), FRIDAY + timedelta(hours=1),
    )  # fmt: skip


async def test_a_session_moved_far_ahead_is_told_to_whoever_had_a_text_about_it() -> None:
    case = await make_case(CHANGE)
    await Message.update({Message.state: "accepted"}, force=True)

    await case.change(Reschedule(FRIDAY + 5 * WEEK))

    assert await case.told(CHANGE) == [("queued", "")]
    assert await case.told(REMINDER) == [("accepted", "")]


async def test_a_change_far_ahead_is_not_told() -> None:
    case = await make_case(CHANGE, units=12)

    await case.change(Reschedule(FRIDAY + 5 * WEEK + timedelta(hours=1)), case.made.session_ids[10])

    assert await case.told(CHANGE) == []


async def test_another_place_is_told_but_once_for_all_sessions_that_have_it() -> None:
    case = await make_case(CHANGE, units=6)
    venue = await make_venue(organisation_id=case.group.organisation_id, side=Side.SURVIVOR)

    await case.change(Reschedule(place=Place(venue), cascade=True))

    assert await case.told(CHANGE) == [("queued", "")]
    rows = await Message.select().where(Message.rule.kind == CHANGE)
    assert [row["subject"] for row in rows] == [case.session]


async def test_m13_a_cancelled_session_is_told_to_those_who_were_expected() -> None:
    case = await make_case(CANCELLATION, CHANGE)
    _, away = await make_member(case.group)
    await pauses.pause(away, pauses.NewPause(date(2026, 6, 11), None, "Away"), by=case.by)

    await case.change(Cancel("No heating"))

    assert await case.told(CANCELLATION) == [("queued", "")]
    assert await case.told(CHANGE) == []
    rows = await Message.select().where(Message.rule.kind == CANCELLATION)
    assert [(row["recipient"], row["expires_at"]) for row in rows] == [(case.person, FRIDAY)]


async def test_a_group_that_goes_on_a_week_later_is_told_of_the_day_off_alone() -> None:
    """Who comes to the next session comes on that day as before, whichever unit it is."""
    case = await make_case(CANCELLATION, CHANGE, units=6)

    await case.change(Cancel("No heating", cascade=True))

    assert await case.told(CANCELLATION) == [("queued", "")]
    assert await case.told(CHANGE) == []


async def test_a_session_that_takes_place_after_all_takes_its_cancellation_back() -> None:
    case = await make_case(CANCELLATION, CHANGE)

    await case.change(Cancel("No heating"))
    await case.change(PutBack())

    assert await case.told(CANCELLATION) == [("superseded", "session_changed")]
    assert await case.told(CHANGE) == [("queued", "")]
    assert await case.told(REMINDER) == [("cancelled", "session_cancelled"), PLANNED]


async def test_nobody_is_told_of_what_changed_before_they_joined(now: FixedClock) -> None:
    case = await make_case(CHANGE)
    await case.change(Reschedule(FRIDAY + timedelta(days=1)))
    now.advance(minutes=5)

    await make_member(case.group)
    await reminders.plan(SETTINGS)

    assert await case.told(CHANGE) == [("queued", "")]


async def test_a_notice_rule_that_is_switched_on_later_tells_nothing_of_before(
    now: FixedClock,
) -> None:
    case = await make_case()
    await case.change(Reschedule(FRIDAY + timedelta(days=1)))
    now.advance(minutes=5)
    await make_rule(case.group, Offset(), name="Changes", kind=CHANGE)

    await reminders.plan(SETTINGS)

    assert await case.told(CHANGE) == []


async def test_g1_g5_a_contact_that_changes_is_followed() -> None:
    case = await make_case()

    await change_contact(case.person, number=drama_number(998), number_changed_at=clock.now())
    async with database.transaction():
        await announce(people={case.person})

    assert await states_of(case.group) == [("held", "number_new")]


async def test_without_an_active_rule_nothing_is_asked() -> None:
    """The timer cancels what a rule that is off has planned."""
    case = await make_case()
    await ReminderRule.update({ReminderRule.active: False}, force=True)

    await case.change(Cancel("No heating"))
    assert await states_of(case.group) == [PLANNED]
    await reminders.plan(SETTINGS)

    assert await states_of(case.group) == [("cancelled", "rule_off")]
