"""What a review leaves alone, what blocks tell it, and what a rule would plan if it were on."""

import pytest

from core import clock
from core.phone import MobileNumber
from jobs import reminders
from messaging.domain.gates import Outcome
from messaging.domain.terms import BlockCause
from messaging.services import blocks, planner
from messaging.services.rules import active_rules
from messaging.tables import Message, ReminderRule
from programmes.tables import SafeContact
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    Group,
    drama_number,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    states_of,
)
from tests.factories_programmes import make_closure

pytestmark = pytest.mark.usefixtures("db")

FRIDAY = at("2026-06-12 18:30")


async def make_case() -> Group:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group, number=drama_number(7))
    return group


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (BlockCause.STOP, ("held", "opted_out")),
        (BlockCause.BAD_NUMBER, ("held", "bad_number")),
    ],
)
async def test_g2_a_number_that_is_blocked_is_not_planned_for(
    cause: BlockCause, expected: tuple[str, str]
) -> None:
    """Somebody without a number is none of those who are blocked."""
    group = await make_case()
    await make_member(group, number=None, sms="unknown")
    await blocks.block(MobileNumber(drama_number(7)).keyed_hash(SETTINGS.key_bytes), cause)

    await reminders.plan(SETTINGS)

    assert sorted(await states_of(group)) == sorted([expected, ("held", "no_safe_contact")])


@pytest.mark.parametrize("sms", ["safe", "unknown"])
async def test_w11_what_a_restored_database_holds_is_for_a_person(sms: str) -> None:
    """Whatever else would hold it does not hide why it is held."""
    group = await make_case()
    await reminders.plan(SETTINGS)
    await Message.update({Message.state: "held", Message.state_reason: "restored"}, force=True)
    await SafeContact.update({SafeContact.sms: sms}, force=True)

    await reminders.plan(SETTINGS)
    assert await states_of(group) == [("held", "restored")]
    await SafeContact.update({SafeContact.sms: "not_safe"}, force=True)
    await reminders.plan(SETTINGS)

    assert await states_of(group) == [("suppressed", "not_safe")]


@pytest.mark.parametrize(
    ("asks", "expected"), [(True, ("held", "one_way")), (False, ("planned", ""))]
)
async def test_a_question_that_nobody_can_answer_waits_until_the_rule_asks_none(
    *, asks: bool, expected: tuple[str, str]
) -> None:
    group = await make_case()
    await reminders.plan(SETTINGS)
    await Message.update({Message.state: "held", Message.state_reason: "one_way"}, force=True)
    await ReminderRule.update({ReminderRule.asks: asks}, force=True)

    await reminders.plan(SETTINGS)

    assert await states_of(group) == [expected]


async def test_g14_what_somebody_let_go_stays_let_go() -> None:
    """The closed day does not hold it again."""
    group = await make_case()
    await make_closure(
        organisation_id=group.organisation_id, from_on=FRIDAY.date(), to_on=FRIDAY.date()
    )
    await reminders.plan(SETTINGS)
    assert await states_of(group) == [("held", "closed_day")]

    await Message.update(
        {Message.state: "planned", Message.state_reason: "", Message.released_at: clock.now()},
        force=True,
    )
    await reminders.plan(SETTINGS)

    assert await states_of(group) == [("planned", "")]


async def test_a_rule_that_is_tried_tells_what_it_would_plan_and_saves_nothing() -> None:
    group = await make_case()
    await make_member(group, sms="unknown")
    (rule,) = await active_rules()
    policy = reminders.policy(SETTINGS)

    found = await planner.would_plan(
        await reminders.due_everywhere(), rule, policy, SETTINGS.key_bytes
    )

    assert {one.verdict.outcome for one in found} == {Outcome.GO, Outcome.HELD}
    assert {one.send_after for one in found} == {at("2026-06-11 10:00")}
    assert len({(one.recipient_id, one.subject_id) for one in found}) == 2
    assert await messages_of(group) == []
    await reminders.plan(SETTINGS)
    assert not await planner.would_plan(
        await reminders.due_everywhere(), rule, policy, SETTINGS.key_bytes
    )
