"""The jobs as the scheduler runs them, and the one dispatcher that SQLite allows."""

import fcntl
from dataclasses import replace
from pathlib import Path

import pytest

from core.settings import Settings
from jobs import dispatcher_lock, reminders
from messaging.gateways.console import ConsoleGateway
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    path_of,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway

pytestmark = pytest.mark.usefixtures("db")


def on_sqlite(folder: Path) -> Settings:
    return replace(SETTINGS, database_url=f"sqlite:///{folder}/tracker.db")


async def test_a_reminder_goes_from_a_session_to_the_console(now: FixedClock) -> None:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    await make_member(group)
    await make_member(group, sms="not_safe")

    planned = await reminders.plan(SETTINGS)
    now.instant = at("2026-06-11 10:00")
    sent = await reminders.dispatch(SETTINGS, ConsoleGateway())
    now.instant = at("2026-06-12 18:30")
    expired = await reminders.expire()

    assert (planned, sent, expired) == (2, 1, 0)
    assert sorted(await states_of(group)) == [("accepted", ""), ("suppressed", "not_safe")]
    assert len(await path_of((await messages_of(group))[1]["id"])) in {1, 5}


async def test_on_sqlite_a_second_process_sends_nothing(now: FixedClock, tmp_path: Path) -> None:
    """6, rule 9."""
    settings = on_sqlite(tmp_path)
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    await make_member(group)
    await reminders.plan(settings)
    now.instant = at("2026-06-11 10:00")
    gateway = LedgerGateway()
    with (tmp_path / "tracker.db.dispatcher").open("a+b") as other_process:
        fcntl.flock(other_process, fcntl.LOCK_EX)
        assert [await reminders.dispatch(settings, gateway) for _ in range(2)] == [0, 0]

    assert await reminders.dispatch(settings, gateway) == 1

    dispatcher_lock.let_go(settings.sqlite_path)
    assert len(gateway.ledger) == 1


async def test_the_dispatcher_keeps_its_lock(tmp_path: Path) -> None:
    settings = on_sqlite(tmp_path)

    assert dispatcher_lock.hold(settings.sqlite_path)
    assert dispatcher_lock.hold(settings.sqlite_path)
    with (tmp_path / "tracker.db.dispatcher").open("a+b") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    dispatcher_lock.let_go(settings.sqlite_path)
