"""Whatever happens in whatever order, the network's own ledger stays clean (1.6, 5.4)."""

import asyncio
import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from core import clock, database
from core.clock import london
from core.phone import MobileNumber
from jobs import reminders
from messaging.domain.facts import Policy
from messaging.domain.receipts import Receipt
from messaging.domain.schedule import Offset
from messaging.domain.terms import BlockCause, MessageState
from messaging.services import blocks, receipts
from messaging.tables import Attempt, Message, NumberBlock
from programmes.tables import SafeContact
from tests.conftest import SETTINGS
from tests.factories_messaging import (
    change_contact,
    change_enrolment,
    change_session,
    drama_number,
    make_group,
    make_meeting,
    make_member,
    make_rule,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway

pytestmark = pytest.mark.usefixtures("db")

MOODS = {
    "accepted": 6, "not_sent": 2, "rejected": 1, "unknown": 3, "raise": 3, "die": 3, "busy": 1,
    "stopped": 1, "opted_out": 1,
}  # fmt: skip
ACTIONS = {
    "plan": 2, "dispatch": 8, "dispatch_twice": 3, "expire": 1, "cancel": 2, "move": 2,
    "withdraw": 2, "confirm": 1, "leave": 1, "minutes": 5, "night": 1,
    "number": 1, "stop": 1, "callback": 4,
}  # fmt: skip
RECEIPTS = (
    ("queued", 0), ("sent", 0), ("delivered", 0), ("undelivered", 30004), ("failed", 30005),
)  # fmt: skip
"""What a callback may say; of these losses none is tried again."""

STEPS = 20
RESTING = {state.value for state in MessageState} - {"claimed", "submitting"}


@dataclass
class World:
    """Two sessions, three people, and when each of them stopped being textable."""

    now: FixedClock
    sessions: list[UUID]
    people: list[UUID]
    enrolments: list[UUID]
    gateway: LedgerGateway = field(default_factory=LedgerGateway)
    starts: dict[UUID, datetime] = field(default_factory=dict)
    cancelled: dict[UUID, datetime] = field(default_factory=dict)
    withdrawn: dict[UUID, datetime] = field(default_factory=dict)
    left: dict[UUID, datetime] = field(default_factory=dict)
    numbers: dict[UUID, tuple[str, datetime | None]] = field(default_factory=dict)
    stopped: dict[str, datetime] = field(default_factory=dict)

    async def act(self, chance: random.Random) -> None:
        action = chance.choices(list(ACTIONS), list(ACTIONS.values()))[0]
        mood = chance.choices(list(MOODS), list(MOODS.values()))[0]
        self.now.advance(seconds=1)
        if action == "plan":
            await asyncio.gather(reminders.plan(SETTINGS), reminders.plan(SETTINGS))
        elif action == "dispatch":
            await self.dispatch(mood)
        elif action == "dispatch_twice":
            await asyncio.gather(self.dispatch(mood), self.dispatch(mood))
        elif action == "expire":
            await reminders.expire()
        elif action == "minutes":
            self.now.advance(minutes=chance.choice([2, 61, 240]))
        elif action == "night":
            self.now.advance(hours=23)
        else:
            others = {"callback": self.call_back, "number": self.renumber, "stop": self.stop}
            await others.get(action, partial(self.change, action))(chance)

    async def dispatch(self, mood: str) -> None:
        """Dispatch once; ``die`` is a process that is killed while its text is on its way."""
        self.gateway.mood = "hang" if mood == "die" else mood
        self.gateway.reached.clear()
        task = asyncio.create_task(reminders.dispatch(SETTINGS, self.gateway))
        if mood == "die":
            reached = asyncio.create_task(self.gateway.reached.wait())
            await asyncio.wait({task, reached}, return_when=asyncio.FIRST_COMPLETED)
            reached.cancel()
            task.cancel()
        await asyncio.gather(task, return_exceptions=mood == "die")

    async def call_back(self, chance: random.Random) -> None:
        """Report of a text that left, also of one that we know nothing of."""
        if not self.gateway.ledger:
            return
        token = chance.choice(self.gateway.ledger).message.token
        (attempt,) = await Attempt.select().where(Attempt.token_hash == _hash(token))
        sid = attempt["provider_sid"] or f"FAKE{_hash(token)[:32]}"
        await receipts.apply(attempt["id"], Receipt(sid, *chance.choice(RECEIPTS)))

    async def change(self, action: str, chance: random.Random) -> None:
        session = chance.choice(self.sessions)
        place = chance.randrange(len(self.people))
        person = self.people[place]
        if action == "cancel" and session not in self.cancelled:
            await change_session(session, status="cancelled")
            self.cancelled[session] = clock.now()
        elif action == "move" and session not in self.cancelled:
            starts = self.starts[session] + timedelta(hours=chance.choice([-5, 2, 26]))
            if starts not in self.starts.values():  # a group has one session at a time
                self.starts[session] = starts
                await change_session(session, starts_at=starts)
        elif action == "withdraw":
            await change_contact(person, sms="not_safe")
            self.withdrawn[person] = clock.now()
        elif action == "confirm":
            await change_contact(person, sms="safe", confirmed_on=clock.today())
            self.withdrawn.pop(person, None)
        elif action == "leave":
            await change_enrolment(
                self.enrolments[place], status="exited", exit_reason="moved_area"
            )
            self.left.setdefault(person, clock.now())

    async def stop(self, chance: random.Random) -> None:
        """Let somebody say STOP from the number that they have."""
        person = chance.choice(self.people)
        number, _ = self.numbers[person]
        async with database.transaction():
            await blocks.opt_out(_keyed(number), BlockCause.STOP, holders={person})
        self.stopped.setdefault(number, clock.now())

    async def renumber(self, chance: random.Random) -> None:
        """Give somebody another number."""
        person = chance.choice(self.people)
        number = drama_number(chance.randrange(800, 999))
        if number not in {known for known, _ in self.numbers.values()}:
            self.numbers[person] = (number, clock.now())
            await change_contact(
                person, number=number, number_version=SafeContact.number_version + 1,
                number_changed_at=clock.now(),
            )  # fmt: skip


async def a_world(now: FixedClock) -> World:
    """Three people with two sessions tomorrow, on a working day at 10:00, when texts fall due."""
    day = clock.today() + timedelta(days=1)
    while day.weekday() > 3:
        day += timedelta(days=1)
    group = await make_group()
    await make_rule(group)
    await make_rule(group, Offset(hours_before=5), name="Five hours before")
    first = clock.instant_of(day + timedelta(days=1), "14:30")
    starts = [first, first + timedelta(hours=4)]
    sessions = [await make_meeting(group, at) for at in starts]
    now.instant = clock.instant_of(day, "09:30")
    members = [await make_member(group, number=drama_number(700 + n)) for n in range(3)]
    world = World(now, sessions, [person for person, _ in members], [place for _, place in members])
    world.starts = dict(zip(sessions, starts, strict=True))
    world.numbers = {person: (drama_number(700 + n), None) for n, person in enumerate(world.people)}
    await reminders.plan(SETTINGS)
    now.instant = clock.instant_of(day, "10:00")
    return world


async def check(world: World) -> None:
    """Look at the ledger, not only at our own tables."""
    attempts = {row["token_hash"]: row["message"] for row in await Attempt.select()}
    texts = {row["id"]: row for row in await Message.select()}
    blocked = [(row["to_hash"], row["at"]) for row in await NumberBlock.select()]
    sent: Counter[tuple[UUID, UUID, UUID]] = Counter()
    for one in world.gateway.ledger:
        text = texts[attempts[_hash(one.message.token)]]
        sent[text["recipient"], text["subject"], text["rule"]] += 1
        local = london(one.at)
        assert time(9) <= local.time() < time(18)
        assert local.weekday() != 6
        assert one.at < text["expires_at"]
        assert _before(one.at, world.cancelled.get(text["subject"]))
        assert _before(one.at, world.left.get(text["recipient"]))
        assert _before(one.at, world.withdrawn.get(text["recipient"]))
        assert _before(one.at, world.stopped.get(one.message.to))
        number, since = world.numbers[text["recipient"]]
        if since is not None and one.at >= since:
            assert one.message.to == number
            assert one.at - since >= timedelta(hours=Policy().number_rest_hours)
        assert not any(one.at > at and to_hash == _keyed(one.message.to) for to_hash, at in blocked)
    assert all(number == 1 for number in sent.values()), sent
    assert {text["state"] for text in texts.values()} <= RESTING


def _before(at: datetime, end: datetime | None) -> bool:
    return end is None or at < end


def _keyed(number: str) -> str:
    return MobileNumber(number).keyed_hash(SETTINGS.key_bytes)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@given(seed=st.integers(0, 2**32))
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_no_order_of_events_sends_a_text_twice_late_or_unasked(
    now: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the order of events, no secret
    world = await a_world(now)
    for _ in range(STEPS):
        await world.act(chance)
    now.advance(days=14)
    await reminders.expire()
    await reminders.plan(SETTINGS)
    await world.dispatch("accepted")
    await reminders.expire()

    await check(world)
    event(f"{len(world.gateway.ledger)} texts reached the network")
