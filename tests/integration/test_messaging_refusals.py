"""What rules, the switch and the dispatcher refuse, and what they let through as a fault."""

import aiosqlite
import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM, Side
from jobs import reminders
from messaging.domain.terms import RuleKind
from messaging.services import pause, rules, sending
from messaging.services.rules import NewRule
from messaging.tables import ReminderRule
from tests.conftest import SETTINGS
from tests.factories import at, make_person
from tests.factories_messaging import (
    DAY_BEFORE,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway

pytestmark = pytest.mark.usefixtures("db")


async def test_a_reason_for_pausing_fits_its_field() -> None:
    with pytest.raises(InvalidInputError, match="characters or fewer"):
        await pause.set_pause(paused=True, reason="x" * 201, by=SYSTEM)

    assert not await pause.is_paused()


async def test_a_rule_of_the_other_side_is_not_found_and_an_unknown_template_is_named() -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    def rule(side: Side) -> NewRule:
        return NewRule(
            name="R", organisation_id=manager.organisation_id, side=side, programme_id=None,
            kind=RuleKind.SESSION_REMINDER, offset=DAY_BEFORE, template_id=new_id(), active=True,
        )  # fmt: skip

    with pytest.raises(NotFoundError):
        await rules.add_rule(rule(Side.PERPETRATOR), by=manager.actor)
    with pytest.raises(InvalidInputError) as refused:
        await rules.add_rule(rule(Side.SURVIVOR), by=manager.actor)
    assert [error.field for error in refused.value.errors] == ["template_id"]


async def test_a_rule_keeps_the_template_that_it_was_given() -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    template = await rules.ensure_default_template()

    rule_id = await rules.add_rule(
        NewRule(
            name="R", organisation_id=manager.organisation_id, side=Side.SURVIVOR,
            programme_id=None, kind=RuleKind.SESSION_REMINDER, offset=DAY_BEFORE,
            template_id=template, active=True,
        ),
        by=manager.actor,
    )  # fmt: skip

    stored = await ReminderRule.select(ReminderRule.template).where(ReminderRule.id == rule_id)
    assert [{"template": template}] == stored


async def test_one_call_sends_only_so_many(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await make_group(Side.SURVIVOR)
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    for _ in range(sending._AT_ONCE + 1):
        await make_member(group)
    await reminders.plan(SETTINGS)
    now.instant = at("2026-06-11 10:00")
    monkeypatch.setattr(sending, "_MOST_PER_CALL", sending._AT_ONCE)

    assert await reminders.dispatch(SETTINGS, LedgerGateway()) == sending._AT_ONCE
    assert await reminders.dispatch(SETTINGS, LedgerGateway()) == 1
    assert {state for state, _ in await states_of(group)} == {"accepted"}


async def test_a_fault_of_the_database_while_recording_is_not_swallowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(*_: object) -> None:
        raise aiosqlite.IntegrityError("CHECK constraint failed: message_state_is_known")

    monkeypatch.setattr(sending, "_settle", fails)

    with pytest.raises(aiosqlite.IntegrityError):
        await sending._settle_after(None, None)  # type: ignore[arg-type]
