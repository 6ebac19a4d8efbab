"""A rule that is switched off, given another time and switched on, all between two plans."""

from dataclasses import replace
from uuid import UUID

import pytest

from core.scope import SYSTEM
from jobs import reminders
from messaging.domain.schedule import Offset
from messaging.domain.terms import MessageState
from messaging.queries.rules import rule
from messaging.services import rule_writes
from messaging.services.rule_writes import RuleChange
from messaging.tables import Message
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    Group,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway

pytestmark = pytest.mark.usefixtures("db")

FRIDAY = at("2026-06-12 18:30")


async def make_case() -> tuple[Group, UUID]:
    """A text that is planned for Thursday at 10:00, and its rule."""
    group = await make_group()
    made = await make_rule(group)
    await make_meeting(group, FRIDAY)
    await make_member(group)
    await reminders.plan(SETTINGS)
    return group, made


async def change(rule_id: UUID, **values: object) -> None:
    view = await rule(rule_id, scope=SYSTEM.scope)
    kept = RuleChange(view.name, view.offset, view.template_id, view.active, view.asks)
    wanted = replace(kept, **values)  # type: ignore[arg-type]  # one field at a time
    await rule_writes.change_rule(rule_id, wanted, version=view.version, two_way=False, by=SYSTEM)


async def test_texts_follow_the_new_time_of_their_rule() -> None:
    group, made = await make_case()

    await change(made, active=False)
    await change(made, offset=Offset(days_before=1, at="15:00"))
    await change(made, active=True)
    await reminders.plan(SETTINGS)

    (row,) = await messages_of(group)
    assert (row["state"], row["send_after"]) == ("planned", at("2026-06-11 15:00"))


@pytest.mark.parametrize("state", ["planned", "held", "queued", "claimed"])
async def test_a_rule_that_is_switched_off_takes_back_what_has_not_left(state: str) -> None:
    group, made = await make_case()
    await Message.update({Message.state: state}, force=True)

    await change(made, active=False)

    assert await states_of(group) == [("cancelled", "rule_off")]


async def test_a_rule_that_is_switched_off_leaves_alone_what_has_left() -> None:
    group, made = await make_case()
    await Message.update({Message.state: MessageState.SUBMITTING.value}, force=True)

    await change(made, active=False)

    assert await states_of(group) == [("submitting", "")]


async def test_another_rule_s_texts_stay(now: FixedClock) -> None:
    group, _ = await make_case()
    other = await make_rule(group, Offset(hours_before=3), name="Soon")

    await change(other, active=False)
    now.instant = at("2026-06-11 10:00")
    await reminders.dispatch(SETTINGS, gateway := LedgerGateway())

    assert len(gateway.ledger) == 1
    assert (await states_of(group))[0][0] == "accepted"
