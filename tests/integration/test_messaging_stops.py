"""A STOP that comes while somebody else has the same texts in hand."""

import asyncio
from uuid import UUID

import pytest

from core import database
from core.scope import Side
from messaging.domain.terms import MessageState
from messaging.services import replies
from messaging.services.replies import Inbound, Sender
from messaging.tables import Message, NumberBlock
from tests.factories_messaging import drama_number, make_group, make_member, states_of
from tests.factories_replies import hash_of, make_text

pytestmark = pytest.mark.usefixtures("db")

NUMBER = drama_number(70)


@pytest.mark.parametrize("planned_first", [True, False])
async def test_g2_a_stop_that_waits_for_who_waits_for_it_counts_all_the_same(
    *, planned_first: bool
) -> None:
    """A planner may have the same texts in hand in either order."""
    group = await make_group(Side.SURVIVOR)
    person, _ = await make_member(group, number=NUMBER)
    texts = [
        await make_text(group, person, state=state)
        for state in (MessageState.PLANNED, MessageState.HELD)
    ]
    first, second = texts if planned_first else reversed(texts)
    begun = asyncio.Event()

    async def plan() -> None:
        async with database.transaction():
            await touch(first)
            begun.set()
            await asyncio.sleep(0.3)
            await touch(second)

    async def stop() -> None:
        await begun.wait()
        sender = Sender(person, group.organisation_id, Side.SURVIVOR, group.cohort_id)
        assert await replies.receive(
            Inbound("SM" + "1" * 32, NUMBER, hash_of(NUMBER), "STOP"), senders=[sender]
        )

    _, stopped = await asyncio.gather(plan(), stop(), return_exceptions=True)

    assert stopped is None
    assert {reason for _, reason in await states_of(group)} == {"opted_out"}
    assert await NumberBlock.count() == 1


async def touch(message_id: UUID) -> None:
    await Message.update({Message.segments: 1}).where(Message.id == message_id)
