"""Whoever is new, moved or restored starts paused, with the reason in words (G15, W11)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from core import database
from core.scope import SYSTEM, Side
from core.settings import Settings
from core.sms_settings import SmsSettings, TwilioSettings
from jobs.scheduler import Scheduler
from messaging.services import identity, pause
from tests.conftest import SETTINGS
from tests.fakes_messaging import LedgerGateway

pytestmark = pytest.mark.usefixtures("db")

ACCOUNT, OTHER = "AC" + "0" * 32, "AC" + "1" * 32


def settings(**changes: Any) -> Settings:
    twilio = TwilioSettings(
        changes.pop("account", ACCOUNT), "secret", dict.fromkeys((None, *Side), "Notice"),
        "http://127.0.0.1:4010",
    )  # fmt: skip
    return replace(SETTINGS, sms=SmsSettings("twilio", twilio), **changes)


async def start(chosen: Settings) -> LedgerGateway:
    gateway = LedgerGateway()
    async with Scheduler(chosen, gateway).running():
        pass
    return gateway


async def pauses() -> list[tuple[bool, str]]:
    rows = await database.run("SELECT paused, reason FROM messaging_pauses ORDER BY id")
    return [(bool(row["paused"]), row["reason"]) for row in rows]


async def alerts() -> list[tuple[str, int]]:
    rows = await database.run("SELECT kind, times FROM messaging_alerts ORDER BY id")
    return [(row["kind"], row["times"]) for row in rows]


async def test_g15_a_new_installation_starts_paused_once_and_says_why() -> None:
    await start(settings())

    assert await pauses() == [(True, identity.FIRST)]
    assert await alerts() == [("started_paused", 1)]
    await pause.set_pause(paused=False, reason="", by=SYSTEM)
    await start(settings())
    assert not await pause.is_paused()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account": OTHER}, identity.OTHER_ACCOUNT),
        ({"public_url": "https://elsewhere.example.org"}, identity.OTHER_ADDRESS),
    ],
)
async def test_g15_another_account_or_address_starts_paused(
    changes: dict[str, Any], reason: str
) -> None:
    await start(settings())
    await pause.set_pause(paused=False, reason="", by=SYSTEM)

    await start(settings(**changes))

    assert (await pauses())[-1] == (True, reason)
    assert await pause.is_paused()
    await pause.set_pause(paused=False, reason="", by=SYSTEM)
    await start(settings())  # and back again: that is another one, too
    assert await pause.is_paused()


async def test_processes_that_start_together_pause_once() -> None:
    found = await asyncio.gather(
        *(identity.check(account_sid=ACCOUNT, public_url="https://a.example.org") for _ in range(4))
    )

    assert sorted(found, key=str) == [None, None, None, identity.FIRST]
    assert len(await pauses()) == 1


async def test_the_console_has_no_identity() -> None:
    gateway = await start(SETTINGS)

    assert await pauses() == []
    assert gateway.closed


async def test_w11_whoever_finds_an_older_copy_pauses_everything_in_words() -> None:
    await identity.pause_because("The database is an older copy.")

    assert await pauses() == [(True, "The database is an older copy.")]
    assert await alerts() == [("started_paused", 1)]
