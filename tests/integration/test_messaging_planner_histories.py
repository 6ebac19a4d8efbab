"""Whatever is changed in whatever order, planning comes to the same and plans nothing twice."""

import contextlib
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core import clock
from core.errors import AppError
from jobs import reminders
from messaging.domain.states import SPENT, UNSENT
from messaging.tables import Message, ReminderRule
from programmes.domain.session_changes import Cancel, PutBack, Reschedule
from programmes.services import pauses
from programmes.tables import Session
from tests.conftest import NOW, SETTINGS
from tests.factories_changes import CANCELLATION, CHANGE, REMINDER, Case, make_case
from tests.factories_messaging import change_contact
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("listening")

STEPS = 8
ACTIONS = ("move", "cancel", "put_back", "pause", "resume", "rule", "consent", "sent", "wait")


async def act(case: Case, chance: random.Random, now: FixedClock) -> None:
    """Do one thing that somebody, or the network, might do; whatever is refused changes nothing."""
    now.advance(minutes=1)
    action = chance.choice(ACTIONS)
    with contextlib.suppress(AppError):
        await change(case, action, chance)
    if action == "rule":
        active = chance.random() < 0.6
        await ReminderRule.update(
            {ReminderRule.active: active, ReminderRule.active_since: clock.now()}
        ).where(ReminderRule.organisation == case.group.organisation_id)
    elif action == "consent":
        await change_contact(case.person, sms=chance.choice(["safe", "unknown"]))
    elif action == "sent":
        await Message.update({Message.state: "delivered"}).where(
            Message.cohort == case.group.cohort_id, Message.state == "queued"
        )
    elif action == "wait":
        now.advance(hours=chance.choice([1, 20]))


async def change(case: Case, action: str, chance: random.Random) -> None:
    """Change the session or the place as somebody might on a page."""
    today = clock.today()
    changes: dict[str, Any] = {
        "move": Reschedule(clock.now() + timedelta(hours=chance.choice([5, 30, 60, 700]))),
        "cancel": Cancel("No heating", cascade=chance.random() < 0.3),
        "put_back": PutBack(),
    }
    if action in changes:
        await case.change(changes[action])
    elif action == "pause":
        await pauses.pause(case.enrolment, pauses.NewPause(today, None, "Away"), by=case.by)
    elif action == "resume":
        await pauses.resume(case.enrolment, on=today, by=case.by)


async def check(case: Case) -> None:
    """What holds after every planning."""
    rows = await Message.select(Message.all_columns(), Message.rule.kind.as_alias("kind")).where(
        Message.cohort == case.group.cohort_id
    )
    once = Counter((row["recipient"], row["subject"], row["rule"], row["revision"]) for row in rows)
    assert max(once.values(), default=1) == 1
    unsent = [row for row in rows if row["state"] in UNSENT]
    waiting = Counter((row["recipient"], row["subject"], row["rule"]) for row in unsent)
    assert max(waiting.values(), default=1) == 1
    spent = {
        (row["recipient"], row["subject"], row["rule"]) for row in rows if row["state"] in SPENT
    }
    assert not spent & set(waiting)
    sessions = {row["id"]: row for row in await Session.select()}
    for row in unsent:
        session = sessions[row["subject"]]
        assert row["revision"] == session["revision"]
        assert (session["status"] == "cancelled") is (row["kind"] == CANCELLATION)
        assert row["expires_at"] <= session["starts_at"]


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
async def test_m13_planning_twice_is_planning_once_after_any_history(
    now: FixedClock, seed: int
) -> None:
    """G8, G9: nothing waits for a session that is not so, nobody is told twice."""
    chance = random.Random(seed)  # noqa: S311 - a history, not a secret
    now.instant = NOW
    case = await make_case(CHANGE, CANCELLATION, units=chance.choice([5, 8]))

    for _ in range(STEPS):
        await act(case, chance, now)
        await reminders.plan(SETTINGS)
        await check(case)
        before = await told_of(case)
        assert await reminders.plan(SETTINGS) == 0
        assert await told_of(case) == before


async def told_of(case: Case) -> list[tuple[str, str]]:
    return [one for kind in (REMINDER, CHANGE, CANCELLATION) for one in await case.told(kind)]
