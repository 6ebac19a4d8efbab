"""What a text rests on is kept as it is while its sending is written down (G8)."""

import asyncio

import pytest

from core import database
from programmes.services.held_facts import hold
from programmes.tables import Enrolment, SafeContact, Session
from tests.factories import at
from tests.factories_messaging import make_group, make_meeting, make_member

pytestmark = pytest.mark.usefixtures("db")


async def test_held_facts_wait_for_nobody_and_everybody_waits_for_them() -> None:
    """A change of the session begins only once whoever holds it has ended."""
    group = await make_group()
    session = await make_meeting(group, at("2026-06-12 18:30"))
    person, _ = await make_member(group)
    order = []
    held = asyncio.Event()

    async def cancel() -> None:
        await held.wait()
        await Session.update({Session.status: "cancelled"}).where(Session.id == session)
        order.append("cancelled")

    cancelling = asyncio.create_task(cancel())
    async with database.transaction():
        assert await hold({(person, session)})
        held.set()
        await asyncio.sleep(0.05)
        order.append("sent")
    await cancelling

    assert order == ["sent", "cancelled"]


@pytest.mark.parametrize("changed", [Session, Enrolment, SafeContact])
async def test_what_somebody_is_changing_cannot_be_held(
    changed: type[Session | Enrolment | SafeContact], engine_name: str
) -> None:
    """On SQLite nobody else writes while a transaction is open."""
    if engine_name == "sqlite":
        return
    group = await make_group()
    session = await make_meeting(group, at("2026-06-12 18:30"))
    person, enrolment = await make_member(group)
    of = {Session: session, Enrolment: enrolment}
    column = SafeContact.participant if changed is SafeContact else changed.id
    begun, ended = asyncio.Event(), asyncio.Event()

    async def change() -> None:
        async with database.transaction():
            await changed.update({"id": changed.id}, force=True).where(
                column == of.get(changed, person)
            )
            begun.set()
            await ended.wait()

    changing = asyncio.create_task(change())
    await begun.wait()
    async with database.transaction():
        held = await hold({(person, session)})
    ended.set()
    await changing

    assert not held


async def test_nothing_and_what_is_gone_are_held_at_once() -> None:
    group = await make_group()
    person, _ = await make_member(group)
    async with database.transaction():
        assert await hold(())
        assert await hold({(person, group.cohort_id)})
