"""What this host kept when the database lost a result, or was restored (W6, W11, G15)."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from core.scope import SYSTEM
from core.sms_settings import SmsSettings
from jobs import reminders
from messaging.domain.reasons import Reason
from messaging.gateways.base import Answer
from messaging.services import answers, decisions, pause, sending
from messaging.services.intents import Intent
from messaging.services.journal import Journal
from messaging.tables import Attempt, CallbackEvent, Message, MessageEvent, MessagingAlert
from tests.conftest import SETTINGS
from tests.factories import at
from tests.factories_messaging import (
    Group,
    make_group,
    make_meeting,
    make_member,
    make_rule,
    messages_of,
    states_of,
)
from tests.fakes import FixedClock
from tests.fakes_messaging import LedgerGateway, desk_of

pytestmark = pytest.mark.usefixtures("db")

DUE = at("2026-06-11 10:00")


async def due_texts(now: FixedClock, people: int = 1) -> Group:
    group = await make_group()
    await make_rule(group)
    await make_meeting(group, at("2026-06-12 18:30"))
    for _ in range(people):
        await make_member(group)
    await reminders.plan(SETTINGS)
    now.instant = DUE
    return group


def journal_in(folder: Path) -> Journal:
    return Journal(folder, "tracker.db")


async def start(gateway: LedgerGateway, folder: Path) -> int:
    """Dispatch as a process does that has just begun."""
    return await sending.dispatch(desk_of(gateway, journal=journal_in(folder)))


def lose_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away once the provider has answered."""

    async def lost(intent: Intent, answer: Answer) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(answers, "settle", lost)


async def restore(group: Group) -> None:
    """Put the database back to where nothing of the group had left."""
    ids = [row["id"] for row in await messages_of(group)]
    await Attempt.delete(force=True)
    await CallbackEvent.delete(force=True)
    await Message.update(
        {"state": "queued", "state_reason": "", "attempt_number": 0, "claim_token": None,
         "lease_until": None}
    ).where(Message.id.is_in(ids))  # fmt: skip


@pytest.mark.parametrize("restarted", ["no", "yes", "after its lease"])
async def test_w6_a_result_that_the_database_missed_is_made_up_for(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, restarted: str
) -> None:
    group = await due_texts(now)
    gateway = LedgerGateway()
    desk = desk_of(gateway, journal=journal_in(tmp_path))
    with monkeypatch.context() as patch:
        lose_results(patch)
        with pytest.raises(ConnectionResetError):
            await sending.dispatch(desk)
    assert await states_of(group) == [("submitting", "")]

    if restarted == "after its lease":
        now.advance(seconds=61)
        await reminders.expire()
        assert await states_of(group) == [("unknown", "no_answer")]
    await (sending.dispatch(desk) if restarted == "no" else start(gateway, tmp_path))

    assert await states_of(group) == [("accepted", "found")]
    assert len(gateway.ledger) == 1
    assert not await pause.is_paused()
    assert (await Attempt.select(Attempt.status))[0]["status"] == "accepted"


async def test_w6_a_text_that_was_given_up_meanwhile_is_not_sent_again(
    now: FixedClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    group = await due_texts(now)
    gateway = LedgerGateway()
    with monkeypatch.context() as patch:
        lose_results(patch)
        with pytest.raises(ConnectionResetError):
            await start(gateway, tmp_path)
    await Message.update({"state": "queued", "claim_token": None}, force=True)

    assert await start(gateway, tmp_path) == 0

    assert await states_of(group) == [("accepted", "found")]
    assert len(gateway.ledger) == 1


async def test_w11_g15_a_restored_database_starts_paused_and_holds_what_may_have_left(
    now: FixedClock, tmp_path: Path
) -> None:
    group = await due_texts(now, people=3)
    gateway = LedgerGateway()
    assert await start(gateway, tmp_path) == 3
    await restore(group)
    now.advance(hours=2)

    assert await start(gateway, tmp_path) == 0

    assert len(gateway.ledger) == 3
    assert await states_of(group) == [("held", Reason.RESTORED)] * 3
    assert await pause.is_paused()
    assert await MessagingAlert.select(MessagingAlert.kind) == [{"kind": "started_paused"}]


async def test_w11_planning_anew_does_not_let_them_go_but_a_person_does(
    now: FixedClock, tmp_path: Path
) -> None:
    group = await due_texts(now)
    await start(LedgerGateway(), tmp_path)
    await restore(group)
    gateway = LedgerGateway()
    await start(gateway, tmp_path)
    await pause.set_pause(paused=False, reason="", by=SYSTEM)
    await reminders.plan(SETTINGS)
    assert await start(gateway, tmp_path) == 0
    assert await states_of(group) == [("held", Reason.RESTORED)]

    await decisions.release((await messages_of(group))[0]["id"], own_cohorts=frozenset(), by=SYSTEM)
    await start(gateway, tmp_path)

    assert await states_of(group) == [("accepted", "")]


async def test_w11_it_is_told_once_and_what_falls_due_later_goes_out(
    now: FixedClock, tmp_path: Path
) -> None:
    group = await due_texts(now)
    await start(LedgerGateway(), tmp_path)
    await restore(group)
    await start(LedgerGateway(), tmp_path)
    await pause.set_pause(paused=False, reason="", by=SYSTEM)
    now.instant = at("2026-06-10 13:00")
    later = await make_group()
    await make_rule(later)
    await make_meeting(later, at("2026-06-15 18:30"))
    await make_member(later)
    await reminders.plan(SETTINGS)
    now.instant = at("2026-06-13 10:00")
    gateway = LedgerGateway()

    await start(gateway, tmp_path)
    now.instant = at("2026-06-14 10:00")
    await start(gateway, tmp_path)
    now.instant = at("2026-06-15 09:00")
    await start(gateway, tmp_path)

    assert await states_of(later) == [("accepted", "")]
    assert not await pause.is_paused()


async def test_many_lines_are_compared_and_a_journal_that_fits_changes_nothing(
    now: FixedClock, tmp_path: Path
) -> None:
    await due_texts(now, people=12)
    gateway = LedgerGateway()
    await start(gateway, tmp_path)

    assert await start(gateway, tmp_path) == 0

    assert not await pause.is_paused()
    assert await MessageEvent.count() == 12 * 5


async def test_only_what_reaches_a_provider_is_kept(now: FixedClock, tmp_path: Path) -> None:
    """The console sends nothing, so a demonstration may begin anew as often as it likes."""
    await due_texts(now)
    before = os.listdir(tmp_path)  # noqa: PTH208 - an async function
    settings = replace(SETTINGS, state=tmp_path / "var")
    await reminders.dispatch(settings, LedgerGateway())
    assert os.listdir(tmp_path) == before  # noqa: PTH208 - an async function
    await due_texts(now)
    live = replace(settings, sms=SmsSettings(gateway="twilio"), database_url="postgresql://h/db")

    await reminders.dispatch(live, LedgerGateway())

    assert os.listdir(tmp_path / "var") == ["db.sent-2026-06-11"]  # noqa: PTH208
