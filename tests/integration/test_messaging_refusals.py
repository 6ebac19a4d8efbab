"""What rules, the switch and the dispatcher refuse, and what they let through as a fault."""

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM, Side
from messaging.domain.terms import RuleKind
from messaging.services import pause, rule_writes
from messaging.services.rule_writes import NewRule
from messaging.services.templates import default_template
from messaging.tables import ReminderRule
from tests.factories import make_person
from tests.factories_messaging import (
    DAY_BEFORE,
)

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
        await rule_writes.add_rule(rule(Side.PERPETRATOR), by=manager.actor)
    with pytest.raises(InvalidInputError) as refused:
        await rule_writes.add_rule(rule(Side.SURVIVOR), by=manager.actor)
    assert [error.field for error in refused.value.errors] == ["template_id"]


async def test_a_rule_keeps_the_template_that_it_was_given() -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    template = await default_template(RuleKind.SESSION_REMINDER)

    rule_id = await rule_writes.add_rule(
        NewRule(
            name="R", organisation_id=manager.organisation_id, side=Side.SURVIVOR,
            programme_id=None, kind=RuleKind.SESSION_REMINDER, offset=DAY_BEFORE,
            template_id=template, active=True,
        ),
        by=manager.actor,
    )  # fmt: skip

    stored = await ReminderRule.select(ReminderRule.template).where(ReminderRule.id == rule_id)
    assert [{"template": template}] == stored
