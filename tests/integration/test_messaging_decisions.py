"""What a person decides about a text: let it go, stop it, say what became of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, NotFoundError
from core.scope import Permission, Scope
from core.tables import AuditEvent
from jobs import reminders
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState
from messaging.errors import MessageGoneError, TextMovedOnError, TextNotReleasableError
from messaging.services import decisions, moves
from messaging.services.decisions import Outcome
from messaging.tables import Message
from tests.conftest import SETTINGS
from tests.factories import Person, at, make_person
from tests.factories_messaging import (
    Group,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    path_of,
)
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

NOBODY: frozenset[UUID] = frozenset()
DUE = at("2026-06-11 10:00")


async def a_text(state: MessageState, reason: Reason | None = None) -> tuple[Group, UUID]:
    """A survivor's text, due on Thursday at 10:00 for Friday at 18:30, in a state."""
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    await make_member(group)
    await reminders.plan(SETTINGS)
    row = (await messages_of(group))[0]
    await Message.update(
        {Message.state: state.value, Message.state_reason: reason.value if reason else ""},
        force=True,
    ).where(Message.id == row["id"])
    return group, row["id"]


async def a_manager(group: Group, side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=group.organisation_id)


async def row_of(message_id: UUID) -> dict[str, object]:
    return dict((await Message.select().where(Message.id == message_id))[0])


@pytest.mark.parametrize("reason", [Reason.CLOSED_DAY, Reason.RESTORED])
async def test_a_text_that_waits_for_a_persons_word_is_let_go_at_its_time(reason: Reason) -> None:
    group, text = await a_text(MessageState.HELD, reason)
    by = await a_manager(group)

    await decisions.release(text, own_cohorts=NOBODY, by=by.actor)

    row = await row_of(text)
    assert (row["state"], row["state_reason"], row["released_by"]) == ("planned", "released", by.id)
    assert row["released_at"] is not None
    event = (await AuditEvent.select().where(AuditEvent.action == "text_released"))[0]
    assert (event["subject"], event["actor"]) == (text, by.id)


async def test_a_text_that_is_due_already_is_queued_at_once(now: FixedClock) -> None:
    group, text = await a_text(MessageState.HELD, Reason.CLOSED_DAY)
    by = await a_manager(group)
    now.instant = DUE

    await decisions.release(text, own_cohorts=NOBODY, by=by.actor)

    assert (await path_of(text))[-1] == ("held", "queued")


async def test_what_has_to_be_put_right_is_said_and_the_text_stays_held() -> None:
    group, text = await a_text(MessageState.HELD, Reason.CONTACT_EXPIRED)
    by = await a_manager(group)

    with pytest.raises(TextNotReleasableError) as refused:
        await decisions.release(text, own_cohorts=NOBODY, by=by.actor)

    assert refused.value.detail.endswith(
        "Ask again whether texts are still safe, and record it under safe contact."
    )
    assert (await row_of(text))["state"] == "held"


async def test_m9_a_refusal_never_tells_a_shared_number_from_another_fault() -> None:
    group, text = await a_text(MessageState.HELD, Reason.SHARED_NUMBER)
    by = await a_manager(group)

    with pytest.raises(TextNotReleasableError, match="Texts off for this number"):
        await decisions.release(text, own_cohorts=NOBODY, by=by.actor)


async def test_a_text_whose_time_has_gone_by_is_not_let_go(now: FixedClock) -> None:
    group, text = await a_text(MessageState.HELD, Reason.RESTORED)
    by = await a_manager(group)
    now.instant = at("2026-06-12 18:00")

    with pytest.raises(TextNotReleasableError, match="Its time went by"):
        await decisions.release(text, own_cohorts=NOBODY, by=by.actor)


async def test_a_text_that_is_not_held_cannot_be_let_go() -> None:
    group, text = await a_text(MessageState.PLANNED)
    by = await a_manager(group)

    with pytest.raises(TextMovedOnError):
        await decisions.release(text, own_cohorts=NOBODY, by=by.actor)


@pytest.mark.parametrize(
    ("outcome", "state"), [(Outcome.SENT, "accepted"), (Outcome.NOT_SENT, "cancelled")]
)
async def test_whoever_rang_says_whether_it_had_arrived(outcome: Outcome, state: str) -> None:
    group, text = await a_text(MessageState.UNRESOLVED, Reason.NO_ANSWER)
    by = await a_manager(group)

    await decisions.resolve(text, outcome, own_cohorts=NOBODY, by=by.actor)

    row = await row_of(text)
    assert (row["state"], row["state_reason"]) == (state, "resolved")
    event = (await AuditEvent.select().where(AuditEvent.action == "text_resolved"))[0]
    assert (event["subject"], event["actor"]) == (text, by.id)
    with pytest.raises(TextMovedOnError):
        await decisions.resolve(text, outcome, own_cohorts=NOBODY, by=by.actor)


async def test_two_who_decide_at_once_do_not_both_succeed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one saw the text before the first one's word was saved."""
    group, text = await a_text(MessageState.HELD, Reason.CLOSED_DAY)
    by = await a_manager(group)
    seen = await decisions.queries.message(text, scope=by.actor.scope, own_cohorts=NOBODY)
    await decisions.cancel(text, own_cohorts=NOBODY, by=by.actor)

    async def as_it_was(*_: object, **__: object) -> object:
        return seen

    monkeypatch.setattr(decisions.queries, "message", as_it_was)

    with pytest.raises(TextMovedOnError):
        await decisions.release(text, own_cohorts=NOBODY, by=by.actor)
    with pytest.raises(MessageGoneError):
        await decisions.cancel(text, own_cohorts=NOBODY, by=by.actor)


async def test_d1_the_other_side_decides_nothing() -> None:
    group, text = await a_text(MessageState.HELD, Reason.CLOSED_DAY)
    other = await a_manager(group, GrantSide.PERPETRATOR)
    elsewhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    for by in (other, elsewhere):
        with pytest.raises(NotFoundError):
            await decisions.release(text, own_cohorts=NOBODY, by=by.actor)
        with pytest.raises(NotFoundError):
            await decisions.resolve(text, Outcome.SENT, own_cohorts=NOBODY, by=by.actor)


async def test_whoever_may_only_look_decides_nothing() -> None:
    group, text = await a_text(MessageState.HELD, Reason.CLOSED_DAY)
    manager = await a_manager(group)
    areas = frozenset(
        area
        for area in manager.actor.scope.areas
        if area.permission is not Permission.DECIDE_MESSAGES
    )
    by = replace(manager.actor, scope=Scope(manager.id, areas))

    with pytest.raises(ForbiddenError):
        await decisions.release(text, own_cohorts=NOBODY, by=by)


async def test_g8_a_text_that_is_claimed_meanwhile_is_stopped_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group, message = await a_text(MessageState.QUEUED)
    manager = await a_manager(group)
    move = moves.move

    async def claimed_first(message_id: UUID, *, old: MessageState, **more: Any) -> bool:
        if old is MessageState.QUEUED:
            await Message.update({Message.state: "claimed"}, force=True)
        return await move(message_id, old=old, **more)

    monkeypatch.setattr(moves, "move", claimed_first)
    await decisions.cancel(message, own_cohorts=NOBODY, by=manager.actor)

    assert (await row_of(message))["state"] == "cancelled"
