"""Alerts about sending: once while open, in words, for those who run the whole installation."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.tables import AuditEvent
from messaging.domain.provider_words import ALERT_WORDS
from messaging.domain.terms import AlertKind, RuleKind
from messaging.services.alerts import raise_alert
from messaging.services.templates import default_template
from messaging.tables import MessagingAlert
from tests.api.forms import send, sign_in, text
from tests.factories import Person, make_person
from tests.fakes import FixedClock

ALERTS = "/api/v1/messaging/alerts"
PAGE = "/messaging/alerts"


async def an_administrator(client: AsyncClient) -> Person:
    """Somebody who runs the whole installation, signed in."""
    person = await make_person(Role.ADMINISTRATOR, everywhere=True)
    sign_in(client, person)
    return person


@pytest.mark.parametrize("kind", AlertKind)
async def test_every_alert_says_what_happened_and_what_to_do(
    client: AsyncClient, kind: AlertKind
) -> None:
    await an_administrator(client)
    await raise_alert(kind)

    shown = text(await client.get(PAGE))

    assert ALERT_WORDS[kind].text in shown
    assert ALERT_WORDS[kind].next_step in shown


async def test_an_alert_counts_on_names_its_template_and_is_settled_once(
    client: AsyncClient, now: FixedClock
) -> None:
    person = await an_administrator(client)
    template = await default_template(RuleKind.SESSION_REMINDER)
    await raise_alert(AlertKind.FILTERED, template, error_code=30007)
    now.advance(minutes=5)
    await raise_alert(AlertKind.FILTERED, template, error_code=30007)
    shown = text(await client.get(PAGE))
    id = (await MessagingAlert.select())[0]["id"]

    first = await send(client, f"{PAGE}/{id}")
    again = await send(client, f"{PAGE}/{id}")

    assert "2 times, the last Wed 10 Jun 2026, 13:05" in shown
    assert "Template Session reminder" in shown
    assert "The provider's code 30007" in shown
    assert (first.headers["location"], again.status_code) == ("/messaging/alerts?saved=alert", 404)
    assert "Nothing waits to be looked into." in text(await client.get(PAGE))
    assert f"Settled {person.actor.name}, Wed 10 Jun" in text(
        await client.get(f"{PAGE}?show=settled")
    )
    events = await AuditEvent.select().where(AuditEvent.action == "alert_settled")
    assert [event["subject"] for event in events] == [id]


async def test_programs_list_and_settle_them(client: AsyncClient) -> None:
    person = await an_administrator(client)
    await raise_alert(AlertKind.ACCOUNT_REFUSED, error_code=20003)

    item = (await client.get(ALERTS, headers=person.headers)).json()["items"][0]
    settled = await client.post(f"{ALERTS}/{item['id']}/settle", headers=person.headers)
    again = await client.post(f"{ALERTS}/{item['id']}/settle", headers=person.headers)
    rest = (await client.get(ALERTS, headers=person.headers, params={"settled": True})).json()

    assert (item["kind"], item["error_code"]) == ("account_refused", 20003)
    assert item["text"] == "The provider refuses our account"
    assert (settled.status_code, again.status_code) == (204, 404)
    assert [one["id"] for one in rest["items"]] == [item["id"]]


async def test_today_tells_of_open_alerts(client: AsyncClient) -> None:
    await an_administrator(client)
    assert "Sending texts" not in text(await client.get("/"))
    await raise_alert(AlertKind.LOOP)
    one = text(await client.get("/"))
    await raise_alert(AlertKind.CLOCKS_APART)

    assert "1 alert to look into" in one
    assert "2 alerts to look into" in text(await client.get("/"))


async def test_older_alerts_are_on_the_next_page(client: AsyncClient) -> None:
    await an_administrator(client)
    await raise_alert(AlertKind.LOOP)
    await raise_alert(AlertKind.CLOCKS_APART)

    page = await client.get(f"{PAGE}?limit=1")

    assert "A machine answers" not in page.text
    assert f'href="{PAGE}?after=' in page.text


@pytest.mark.parametrize(
    ("role", "side", "everywhere"),
    [
        (Role.ADMINISTRATOR, GrantSide.NONE, False),
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, True),
    ],
)
async def test_whoever_does_not_run_the_whole_installation_is_refused(
    client: AsyncClient, *, role: Role, side: GrantSide, everywhere: bool
) -> None:
    person = await make_person(role, side, everywhere=everywhere)
    sign_in(client, person)
    await raise_alert(AlertKind.LOOP)
    id = (await MessagingAlert.select())[0]["id"]

    answers = [
        await client.get(ALERTS, headers=person.headers),
        await client.post(f"{ALERTS}/{id}/settle", headers=person.headers),
        await client.get(PAGE),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert "to look into" not in text(await client.get("/"))
    assert (await MessagingAlert.select())[0]["settled_at"] is None
