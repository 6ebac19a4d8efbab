"""A dispatcher that stops dead at one place, as a host does that is frozen or swaps (W9, W10)."""

import asyncio
import os
import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from core import clock, database, log, settings
from core.settings import Settings
from jobs import reminders
from messaging.gateways.twilio import TwilioGateway
from messaging.services import intents
from tests.soak.clock import ShiftedClock

INTENT_SECONDS = 0.2
CLAIMED, INTENDED = "claimed", "intended"


def main(environ: dict[str, str], shift: timedelta, folder: Path, place: str) -> None:
    """Dispatch once, stopping with one text in hand until somebody lets the process go on."""
    written = os.open(folder / "frozen.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(written, 1)
    os.dup2(written, 2)
    log.configure(json=True)
    clock.use(ShiftedClock(shift))
    usual, intend = reminders.policy, intents.intend

    def hasty(chosen: Settings) -> Any:
        return replace(usual(chosen), intent_seconds=INTENT_SECONDS)

    async def frozen(*args: Any, **named: Any) -> Any:
        intents.intend = intend  # once is enough
        if place == CLAIMED:
            _stop()
        intent = await intend(*args, **named)
        if place == INTENDED:
            _stop()
        return intent

    reminders.policy, intents.intend = hasty, frozen
    asyncio.run(_dispatch(settings.load(environ)))


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


async def _dispatch(chosen: Settings) -> None:
    assert chosen.sms.twilio is not None
    gateway = TwilioGateway(chosen.sms.twilio, public_url=chosen.public_url)
    async with database.connected(chosen.database_url):
        await reminders.dispatch(chosen, gateway)
    await gateway.close()
