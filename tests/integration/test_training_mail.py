"""E-mail about training leaves once: whoever dies while sending, or sends at the same time."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from accounts.tables import Account, Grant
from jobs import training_notices
from messaging.gateways.mail import Delivery, SmtpMail
from tests.conftest import SETTINGS
from tests.factories import make_person
from tests.factories_notices import (
    IN_30_DAYS,
    TODAY,
    YESTERDAY,
    Ledger,
    Team,
    make_team,
    notices,
)
from tests.fakes import FixedClock
from tests.fakes_smtp import smtp_server
from training.domain.terms import NoticeState
from training.queries.notices import to_send, unsent
from training.services import notices as service
from training.tables import Post, Staff

pytestmark = pytest.mark.usefixtures("db")

ADDRESS = "robin.vale@example.org"


async def states() -> list[str]:
    return [row["state"] for row in await notices(channel="email")]


async def send(gateway: Ledger) -> int:
    return await training_notices.send(SETTINGS, gateway)


async def waiting(team: Team | None = None, *, people: int = 1) -> None:
    """As many people as said whose e-mail about their own training waits."""
    team = team or await make_team()
    for number in range(people):
        await team.colleague(IN_30_DAYS, email=f"colleague{number}@example.org")
    await service.plan_expiries(TODAY)


async def test_what_leaves_names_nobody_no_course_and_no_organisation() -> None:
    """D7, D10."""
    team = await make_team(name="Supporting staff who are victims")
    manager = await team.colleague(YESTERDAY, email=ADDRESS, name="Robin Vale")
    await team.colleague(IN_30_DAYS, line_manager=manager, name="Ash Grove")
    async with smtp_server() as server:
        await training_notices.plan()
        assert await training_notices.work(replace(SETTINGS, smtp=server.settings)) == 2

    mails = {message["Subject"]: message.get_payload() for _, message in server.taken}
    assert {to for to, _ in server.taken} == {ADDRESS}
    assert sorted(mails) == ["Training: a reminder", "Training: weekly summary"]
    assert "One of your training courses ran out on 9 June 2026." in mails["Training: a reminder"]
    assert "http://testserver/my-training" in mails["Training: a reminder"]
    assert "Runs out within 30 days: 1" in mails["Training: weekly summary"]
    assert "http://testserver/training-notices" in mails["Training: weekly summary"]
    for word in ("Robin", "Ash", "Supporting", "Course", "Organisation"):
        assert not any(word in body for body in mails.values())


async def test_what_still_runs_is_told_so() -> None:
    await waiting()
    gateway = Ledger()
    await send(gateway)

    assert gateway.taken[0].body.startswith("One of your training courses runs out on 10 July 2026")


async def test_an_e_mail_leaves_once_however_often_one_sends() -> None:
    await waiting(people=3)
    gateway = Ledger()
    sent = await asyncio.gather(*(send(gateway) for _ in range(3)))

    assert (sum(sent), await send(gateway)) == (3, 0)
    assert len({mail.id for mail in gateway.taken}) == len(gateway.taken) == 3
    assert await states() == ["sent"] * 3


async def test_a_sender_that_is_killed_leaves_it_in_doubt_and_nobody_sends_it_again(
    now: FixedClock,
) -> None:
    await waiting()
    with pytest.raises(asyncio.CancelledError):
        await send(Ledger(dies=True))
    gateway = Ledger()
    at_once, sending = await send(gateway), await states()
    now.advance(minutes=10)
    later = await send(gateway)

    assert (at_once, sending, later, await states()) == (0, ["sending"], 0, ["doubtful"])
    assert gateway.taken == []
    everything = training_notices.SYSTEM.scope
    nobody = (await make_person(Role.WORKFORCE_LEAD)).actor.scope
    assert await unsent(scope=everything) == {NoticeState.DOUBTFUL: 1}
    assert await unsent(scope=nobody) == {}
    assert await to_send(after=UUID(int=0), day=TODAY, limit=9, scope=nobody) == ()


@pytest.mark.parametrize(
    ("delivery", "state"),
    [
        (Delivery.REFUSED, "failed"),
        (Delivery.UNKNOWN, "doubtful"),
        (Delivery.NOT_NOW, "waiting"),
        (Delivery.UNREACHABLE, "waiting"),
    ],
)
async def test_only_what_surely_did_not_leave_is_tried_again(
    now: FixedClock, delivery: Delivery, state: str
) -> None:
    await waiting(people=2)
    assert await send(Ledger(delivery)) == 0
    found = await states()
    again = Ledger()
    sent = await send(again)

    both = {state, "waiting"} if delivery is Delivery.UNREACHABLE else {state}
    assert set(found) == both
    assert sent == len(again.taken) == found.count("waiting")


async def test_a_server_that_is_away_is_asked_once_a_call_and_given_up_after_two_days(
    now: FixedClock,
) -> None:
    await waiting(people=3)
    async with smtp_server() as server:
        pass
    away = replace(SETTINGS, smtp=server.settings)
    await training_notices.work(away)
    assert await states() == ["waiting"] * 3
    now.advance(days=2)
    await training_notices.send(away, SmtpMail(server.settings))

    assert await states() == ["failed"] * 3


@pytest.mark.parametrize("why", ["left", "no_address", "no_lead"])
async def test_what_was_planned_is_not_sent_to_whom_it_no_longer_concerns(why: str) -> None:
    team = await make_team()
    if why == "no_lead":
        await team.colleague()
        await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)
        await service.plan_digests(TODAY)
        await Grant.update({Grant.role: Role.TRAINING_ADMIN}, force=True)
    else:
        await waiting(team)
    if why == "left":
        await Post.update({Post.ended_on: date(2026, 6, 9)}, force=True)
    elif why == "no_address":
        await Staff.update({Staff.email: ""}, force=True)
    gateway = Ledger()

    assert (await send(gateway), gateway.taken) == (0, [])
    assert await states() == ["failed" if why == "no_address" else "waiting"]


async def test_an_account_that_signs_in_no_more_gives_way_to_the_address_of_work() -> None:
    team = await make_team()
    person = await make_person(Role.WORKFORCE_LEAD)
    await team.colleague(IN_30_DAYS, email=ADDRESS, account_id=person.actor.account_id)
    await service.plan_expiries(TODAY)
    await Account.update({Account.is_active: False}, force=True)
    gateway = Ledger()
    await send(gateway)

    assert [mail.to for mail in gateway.taken] == [ADDRESS]


async def test_a_call_ends_in_its_time_and_the_next_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await waiting(people=3)
    monkeypatch.setattr(training_notices, "_AT_ONCE", 1)
    gateway = Ledger()
    with monkeypatch.context() as patch:
        patch.setattr(training_notices, "_SENDING_SECONDS", 0)
        assert await send(gateway) == 0

    assert await send(gateway) == 3


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_nothing_leaves_twice(now: FixedClock, seed: int) -> None:
    """Planning, killed and rival senders and odd servers in any order."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    answers = [one for one in Delivery if one is not Delivery.REFUSED]
    team, taken = await make_team(), Counter[UUID]()
    for number in range(4):
        await team.colleague(IN_30_DAYS, email=f"colleague{number}@example.org")
    for _ in range(12):
        await service.plan_expiries(TODAY)
        gateways = [Ledger(chance.choice(answers), dies=chance.random() < 0.3) for _ in range(2)]
        await asyncio.gather(*(send(one) for one in gateways), return_exceptions=True)
        taken.update(mail.id for one in gateways for mail in one.taken)
        now.advance(minutes=chance.choice((1, 11)))

    assert set(taken.values()) == {1}
    assert len(await notices()) == 4
