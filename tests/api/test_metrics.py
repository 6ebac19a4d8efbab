"""Figures of sending: for this machine or a token, in codes, and never a person."""

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from httpx import AsyncClient
from litestar import Litestar
from prometheus_client.parser import text_string_to_metric_families

from accounts.domain.roles import GrantSide, Role
from api.app import create_app
from core import clock
from core.errors import ForbiddenError
from core.ids import new_id
from core.scope import SYSTEM
from core.settings import Settings
from jobs.scheduler import beat
from jobs.ticks import Lost, note_lost
from messaging.domain.reasons import Reason
from messaging.domain.terms import AlertKind
from messaging.domain.terms import MessageState as S
from messaging.gateways.console import ConsoleGateway
from messaging.queries.gauges import gauges
from messaging.services import pause
from messaging.services.alerts import raise_alert
from messaging.tables import CallbackEvent, InboundMessage, Message
from tests.conftest import SETTINGS
from tests.factories import make_person
from tests.factories_lives import make_text, make_try, put_into
from tests.factories_messaging import make_member
from tests.fakes import FixedClock

TOKEN = "a token of sixteen or more"


@functools.cache
def application_with(token: str) -> Litestar:
    """The application of an installation with that token, built once."""
    settings = replace(SETTINGS, metrics_token=token)
    return create_app(settings, clock.SystemClock(), ConsoleGateway())


@asynccontextmanager
async def served(settings: Settings, *, host: str) -> AsyncIterator[AsyncClient]:
    """The service as somebody at an address reaches it."""
    still = FixedClock(clock.now())
    app = application_with(settings.metrics_token)
    clock.use(still)
    transport = httpx.ASGITransport(app=app, client=(host, 5000))
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


def values(text: str) -> dict[str, float]:
    """Each figure by its name and labels."""
    return {
        "/".join([one.name, *one.labels.values()]): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


async def test_the_figures_tell_how_sending_stands(client: AsyncClient, now: FixedClock) -> None:
    _, text = await make_text(S.QUEUED)
    await Message.update(
        {Message.send_after: clock.now() - timedelta(minutes=4)}, force=True
    ).where(Message.id == text)
    await make_try(text, error_code=30003)
    await make_try(text, number=2)
    await CallbackEvent(
        id=new_id(), provider_sid="SM1", status="delivered", received_at=clock.now()
    ).save()
    await InboundMessage(
        id=new_id(), provider_sid="SM2", number="+447700900001", body="OK", received_at=clock.now()
    ).save()
    await raise_alert(AlertKind.LOOP)
    await pause.set_pause(paused=True, reason="Wrong texts", by=SYSTEM)
    await beat("plan")
    now.advance(seconds=90)
    note_lost("plan", Lost.STILL_RUNNING)

    found = values((await client.get("/metrics")).text)

    assert found["tracker_messages/queued"] == 1
    assert found["tracker_messages_due"] == 1
    assert found["tracker_oldest_due_age_seconds"] == 4 * 60 + 90
    assert found["tracker_attempt_errors/30003"] == 1
    assert found["tracker_callbacks/delivered"] == 1
    assert found["tracker_replies_open"] == 1
    assert found["tracker_alerts_open/loop"] == 1
    assert found["tracker_pauses/installation"] == 1
    assert found["tracker_heartbeat_age_seconds/plan"] == 90
    assert found["tracker_job_ticks_lost_total/plan/still_running"] >= 1


async def test_held_texts_are_counted_by_reason(client: AsyncClient) -> None:
    _, text = await make_text(S.PLANNED)
    await put_into(text, S.HELD, Reason.CLOSED_DAY)

    found = values((await client.get("/metrics")).text)

    assert found["tracker_messages_held/closed_day"] == 1
    assert found["tracker_oldest_due_age_seconds"] == 0


async def test_g17_no_number_name_or_id_is_in_the_figures(client: AsyncClient) -> None:
    group, text = await make_text(S.HELD, Reason.CLOSED_DAY)
    person, _ = await make_member(group)

    shown = (await client.get("/metrics")).text

    for secret in ("7700900", "Rowan", "Hill", str(person), str(text)):
        assert secret not in shown


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("somewhere", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 404),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, 404),
        ("127.0.0.1", {"CF-Connecting-IP": "192.0.2.7"}, 404),
    ],
)
async def test_without_a_token_only_this_machine_reads_them(
    db: None, host: str, headers: dict[str, str], status: int
) -> None:
    async with served(SETTINGS, host=host) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [(f"Bearer {TOKEN}", 200), ("Bearer of another kind", 404), ("Bearer é", 404), ("", 404)],
)
async def test_with_a_token_whoever_sends_it_reads_them(db: None, given: str, status: int) -> None:
    headers = {"Authorization": given.encode()} if given else {}
    async with served(replace(SETTINGS, metrics_token=TOKEN), host="127.0.0.1") as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_nobody_who_does_not_run_the_whole_installation_reads_the_figures(db: None) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True)

    with pytest.raises(ForbiddenError):
        await gauges(scope=manager.actor.scope)
