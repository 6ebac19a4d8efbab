"""Cancelling a session: once, with a reason, and never after its register."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import AppError, ForbiddenError, InvalidInputError, NotFoundError
from core.scope import Actor
from core.tables import AuditEvent
from programmes.domain.session_changes import Cancel
from programmes.domain.terms import SessionStatus
from programmes.errors import (
    SessionCancelledError,
    SessionMarkedError,
)
from programmes.services.sessions import change
from programmes.tables import Session
from tests.factories import Person, make_person
from tests.factories_programmes import (
    make_cohort,
    make_mark,
)


async def make_worker(
    role: Role = Role.PROGRAMME_MANAGER,
    side: GrantSide = GrantSide.SURVIVOR,
    organisation_id: UUID | None = None,
) -> Person:
    return await make_person(role, side, organisation_id=organisation_id)


async def cancel_session(session_id: UUID, *, reason: str, by: Actor) -> None:
    await change(session_id, Cancel(reason), by=by)


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def make_facilitated(role: Role = Role.FACILITATOR) -> tuple[Actor, UUID, UUID]:
    """A facilitator, the next session of their cohort and today's."""
    person = await make_worker(role)
    made = await make_cohort(
        organisation_id=person.organisation_id, enrolled=1, facilitator_ids=[person.id]
    )
    await make_mark(session_id=made.session_ids[6], enrolment_id=made.enrolment_ids[0])
    return person.actor, made.session_ids[7], made.session_ids[6]


async def stored(session_id: UUID) -> dict[str, Any]:
    rows = await Session.select().where(Session.id == session_id)
    return dict(rows[0])


async def test_cancelling_says_why_and_binds_the_texts_to_a_new_revision(db: None) -> None:
    by, session_id, _ = await make_facilitated()

    await cancel_session(session_id, reason=" No heating ", by=by)

    row = await stored(session_id)
    assert (row["status"], row["cancelled_reason"], row["revision"]) == (
        "cancelled", "No heating", 2,
    )  # fmt: skip
    (event,) = await AuditEvent.select()
    assert (event["action"], event["subject"], event["reason"]) == (
        "session_cancelled", session_id, "No heating",
    )  # fmt: skip


async def test_a_session_is_cancelled_once_even_if_two_do_it_at_once(db: None) -> None:
    by, session_id, _ = await make_facilitated()

    async def attempt() -> type[AppError] | None:
        try:
            await cancel_session(session_id, reason="No heating", by=by)
        except AppError as error:
            return type(error)
        return None

    found = await asyncio.gather(*[attempt() for _ in range(4)])

    assert sorted(found, key=str) == [SessionCancelledError] * 3 + [None]
    assert await attempt() is SessionCancelledError
    assert (await stored(session_id))["revision"] == 2
    assert await AuditEvent.count() == 1


async def test_a_session_with_a_register_cannot_be_cancelled(db: None) -> None:
    by, _, session_id = await make_facilitated()

    with pytest.raises(SessionMarkedError):
        await cancel_session(session_id, reason="No heating", by=by)

    assert ((await stored(session_id))["status"], await AuditEvent.count()) == ("held", 0)


@pytest.mark.parametrize("reason", ["", "  ", "r" * 201])
async def test_cancelling_needs_a_reason_of_some_length(db: None, reason: str) -> None:
    by, session_id, _ = await make_facilitated()

    with pytest.raises(InvalidInputError) as caught:
        await cancel_session(session_id, reason=reason, by=by)

    assert fields(caught) == ["reason"]
    assert (await stored(session_id))["revision"] == 1


async def test_who_may_not_cancel_changes_nothing(db: None) -> None:
    _, session_id, _ = await make_facilitated()
    nobody = [
        (await make_worker(), NotFoundError),
        (await make_worker(Role.FACILITATOR, GrantSide.PERPETRATOR), NotFoundError),
        (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True), ForbiddenError),
    ]

    for person, error in nobody:
        with pytest.raises(error):
            await cancel_session(session_id, reason="No heating", by=person.actor)

    assert (await stored(session_id))["status"] == SessionStatus.SCHEDULED
