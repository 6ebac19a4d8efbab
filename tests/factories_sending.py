"""An installation that sends through the local Twilio, and one text that is due in it."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core import settings
from core.scope import Side
from core.settings import Settings
from jobs import reminders
from jobs.scheduler import Scheduler
from messaging.gateways.twilio import TwilioGateway
from tests.factories_messaging import Group, make_group, make_meeting, make_member, make_rule
from tests.fakes import FixedClock
from tests.twilio_server.running import environ_for
from tests.twilio_server.server import TwilioServer

DUE_AT = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
"""Thursday at 10:00 in London, a day before the session."""

STARTS_AT = datetime(2026, 6, 12, 17, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """An installation: its settings, its way to send, and the provider with its ledger."""

    settings: Settings
    gateway: TwilioGateway
    server: TwilioServer

    async def dispatch(self) -> int:
        return await reminders.dispatch(self.settings, self.gateway)

    async def reconcile(self) -> int:
        return await Scheduler(self.settings, self.gateway)._jobs["reconcile"]()

    async def expire(self) -> int:
        return await reminders.expire()

    async def plan(self) -> int:
        return await reminders.plan(self.settings)


@contextlib.asynccontextmanager
async def open_office(
    database_url: str, server: TwilioServer, state: Path
) -> AsyncIterator[Office]:
    """Let an installation send to a server that runs; ``state`` is the folder of its journal."""
    chosen = settings.load(
        {
            **environ_for(server),
            "TRACKER_DATABASE_URL": database_url,
            "TRACKER_STATE": str(state),
        }
    )
    assert chosen.sms.twilio is not None
    gateway = TwilioGateway(chosen.sms.twilio, public_url=chosen.public_url)
    try:
        yield Office(chosen, gateway, server)
    finally:
        await gateway.close()


def allow(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> None:
    """Give the installation other limits."""
    usual = reminders.policy
    monkeypatch.setattr(reminders, "policy", lambda chosen: replace(usual(chosen), **limits))


@dataclass(frozen=True)
class Reminder:
    """A text that is due now, and whom and what it is about."""

    group: Group
    participant_id: UUID
    enrolment_id: UUID
    session_id: UUID


async def make_due(
    office: Office, now: FixedClock, side: Side = Side.PERPETRATOR, *, people: int = 1
) -> list[Reminder]:
    """Plan a text for each of some people, and let it be time for all of them."""
    group = await make_group(side)
    session = await make_meeting(group, STARTS_AT)
    members = [await make_member(group) for _ in range(people)]
    await make_rule(group)
    await office.plan()
    now.instant = DUE_AT
    return [Reminder(group, person, enrolment, session) for person, enrolment in members]
