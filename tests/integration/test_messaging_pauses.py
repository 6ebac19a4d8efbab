"""Switches of the installation, a programme, a group, a person (M16, G15)."""

from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError
from core.ids import new_id
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from jobs import reminders
from messaging.domain.reasons import Reason
from messaging.domain.terms import PauseOf
from messaging.services import forgetting, pause
from messaging.services.pause import Pausable, paused_for
from messaging.tables import MessagingPause
from tests.conftest import SETTINGS
from tests.factories import at, make_person
from tests.factories_messaging import (
    Group,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")

PROGRAMME, COHORT, PERSON = new_id(), new_id(), new_id()


async def throw(
    of: PauseOf | None,
    subject: UUID | None = None,
    *,
    paused: bool = True,
    group: Group | None = None,
) -> None:
    about = None
    if of is not None and subject is not None:
        organisation = group.organisation_id if group else await an_organisation()
        about = Pausable(of, subject, organisation, group.side if group else Side.SURVIVOR)
    await pause.set_pause(paused=paused, reason="Wait" if paused else "", by=SYSTEM, of=about)


async def an_organisation() -> UUID:
    return (await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)).organisation_id


async def why() -> Reason | None:
    return await paused_for(programme=PROGRAMME, cohort=COHORT, recipient=PERSON)


async def test_with_no_switch_thrown_a_text_may_leave() -> None:
    assert await why() is None
    assert await paused_for(programme=None, cohort=None, recipient=PERSON) is None


@pytest.mark.parametrize(
    ("of", "subject"),
    [(PauseOf.PROGRAMME, PROGRAMME), (PauseOf.COHORT, COHORT), (PauseOf.PERSON, PERSON)],
)
async def test_g15_a_switch_stops_the_texts_of_its_thing_until_it_is_thrown_back(
    of: PauseOf, subject: UUID
) -> None:
    await throw(of, new_id())
    assert await why() is None

    await throw(of, subject)
    assert await why() is Reason.PAUSED_HERE
    assert not await pause.is_paused()
    await throw(of, subject, paused=False)
    assert await why() is None


async def test_g15_each_switch_stands_for_itself() -> None:
    await throw(None)
    await throw(PauseOf.PERSON, PERSON)
    assert await why() is Reason.PAUSED

    await throw(None, paused=False)
    assert await why() is Reason.PAUSED_HERE
    assert await paused_for(programme=None, cohort=None, recipient=new_id()) is None


async def test_what_stops_a_text_is_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    await throw(PauseOf.COHORT, COHORT)

    with counted(monkeypatch) as sent:
        await why()

    assert len(sent) == 1


async def test_m16_pausing_a_person_stops_their_texts_within_one_tick_and_nobody_elses(
    now: FixedClock,
) -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    person, _ = await make_member(group)
    await make_member(group)
    await reminders.plan(SETTINGS)
    gateway = LedgerGateway()
    now.instant = at("2026-06-11 10:00")
    await throw(PauseOf.PERSON, person, group=group)

    await reminders.dispatch(SETTINGS, gateway)

    assert len(gateway.ledger) == 1
    assert sorted(state for state, _ in await states_of(group)) == ["accepted", "queued"]
    await throw(PauseOf.PERSON, person, paused=False, group=group)
    now.advance(minutes=10)
    await reminders.dispatch(SETTINGS, gateway)
    assert len(gateway.ledger) == 2


async def test_a_facilitator_pauses_no_whole_programme_and_a_manager_does() -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=facilitator.organisation_id
    )
    of = Pausable(PauseOf.PROGRAMME, PROGRAMME, manager.organisation_id, Side.SURVIVOR)

    with pytest.raises(ForbiddenError):
        await pause.set_pause(paused=True, reason="Wait", by=facilitator.actor, of=of)
    await pause.set_pause(paused=True, reason="Wait", by=manager.actor, of=of)

    assert await why() is Reason.PAUSED_HERE


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "Enter why"),
        ("  ", "Enter why"),
        ("x" * 201, "characters or fewer"),
        ("a\x00b", "control"),
    ],
)
async def test_a_reason_that_cannot_be_kept_is_refused_and_nothing_is_paused(
    reason: str, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        await pause.set_pause(paused=True, reason=reason, by=SYSTEM)

    assert await MessagingPause.count() == 0
    assert await AuditEvent.count() == 0


async def test_the_audit_names_the_thing_and_not_why() -> None:
    organisation = await an_organisation()
    of = Pausable(PauseOf.PERSON, PERSON, organisation, Side.PERPETRATOR)

    await pause.set_pause(paused=True, reason="In hospital", by=SYSTEM, of=of)

    event = (await AuditEvent.select())[0]
    assert (event["action"], event["subject_type"], event["subject"]) == (
        "texts_paused", "participant", PERSON,
    )  # fmt: skip
    assert (event["side"], event["organisation"], event["reason"]) == (
        "perpetrator", organisation, "",
    )  # fmt: skip


async def test_d13_why_a_persons_texts_were_paused_goes_with_the_person() -> None:
    await throw(PauseOf.PERSON, PERSON)
    await throw(PauseOf.COHORT, COHORT)

    await forgetting.forget(PERSON, hashes=())

    rows = await MessagingPause.select().order_by(MessagingPause.id)
    assert [row["reason"] for row in rows] == ["", "Wait"]
    assert await why() is Reason.PAUSED_HERE
