"""The pages of the switches that stop texts, as a browser asks for them (M16)."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from messaging.tables import MessagingPause
from tests.api.forms import send, sign_in, summary, text, title
from tests.api.test_message_pauses import make_service
from tests.factories import make_person
from tests.statements import counted

WHY = "Wait for the new venue"


@pytest.mark.parametrize(
    ("kind", "heading", "said"),
    [
        ("programme", "Texts of this programme", "Texts of the whole programme are paused"),
        ("cohort", "Texts of this group", "Texts of this group are paused"),
        ("person", "Texts to this person", "Texts to this person are paused"),
    ],
)
async def test_m16_a_manager_stops_texts_from_the_page_of_the_thing_and_lets_them_go(
    client: AsyncClient, kind: str, heading: str, said: str
) -> None:
    service = await make_service()
    sign_in(client, service.manager)
    page = service.paths()[kind].removeprefix("/api/v1")
    home = page.removesuffix("/message-pause")
    before = await client.get(page)

    assert f'href="{page}"' in (await client.get(home)).text
    paused = await send(client, page, paused="yes", reason=WHY)
    after, listed = await client.get(page), await client.get("/messaging")

    assert (title(before), paused.headers["location"]) == (
        "Pause texts – Programme Tracker", f"{page}?saved=pause",
    )  # fmt: skip
    assert heading in text(before)
    assert "These texts go out." in text(before)
    assert "These texts are paused since Wed 10 Jun 2026, 13:00, by Person" in text(after)
    assert WHY in text(after)
    assert WHY in text(listed)
    assert f'href="{page}"' in listed.text
    assert f"{said} since Wed 10 Jun 2026, 13:00: {WHY}" in text(await client.get(home))

    await send(client, page, paused="no")
    assert said not in text(await client.get(home))
    assert "They were switched on" in text(await client.get(page))
    assert "No programme, group or person is paused." in text(await client.get("/messaging"))


async def test_a_wider_pause_is_told_on_the_page_of_the_group(client: AsyncClient) -> None:
    service = await make_service()
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    sign_in(client, administrator)
    await send(client, "/messaging", paused="yes", reason="A wrong number")
    sign_in(client, service.manager)
    programme = service.paths()["programme"].removeprefix("/api/v1")
    await send(client, programme, paused="yes", reason=WHY)

    page = text(await client.get(service.paths()["cohort"].removeprefix("/api/v1")))

    assert "All texts are paused since Wed 10 Jun 2026, 13:00: A wrong number" in page
    assert f"Texts of the whole programme are paused since Wed 10 Jun 2026, 13:00: {WHY}" in page
    assert "These texts are not paused." in page


async def test_a_facilitator_reads_of_the_programme_and_throws_the_switch_of_the_group(
    client: AsyncClient,
) -> None:
    service = await make_service()
    sign_in(client, service.facilitator)
    programme, cohort = (
        service.paths()[kind].removeprefix("/api/v1") for kind in ("programme", "cohort")
    )

    shown = await client.get(programme)
    refused = await send(client, programme, paused="yes", reason=WHY)
    done = await send(client, cohort, paused="yes", reason=WHY)

    assert "A manager or a safety lead can change this." in text(shown)
    assert 'name="reason"' not in shown.text
    assert (refused.status_code, done.status_code) == (403, 303)


@pytest.mark.parametrize("kind", ["programme", "cohort", "person"])
async def test_d1_the_other_side_finds_no_switch(client: AsyncClient, kind: str) -> None:
    service = await make_service(Side.SURVIVOR)
    page = service.paths()[kind].removeprefix("/api/v1")
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR,
        organisation_id=service.manager.organisation_id,
    )  # fmt: skip
    sign_in(client, other)

    assert (await client.get(page)).status_code == 404
    assert (await send(client, page, paused="no")).status_code == 404


async def test_nothing_typed_is_lost_and_the_error_names_the_field(client: AsyncClient) -> None:
    service = await make_service()
    sign_in(client, service.manager)
    page = service.paths()["cohort"].removeprefix("/api/v1")

    nothing = await send(client, page, paused="yes", reason=" ")
    odd = await send(client, page, paused="maybe", reason=WHY)
    long = await send(client, page, paused="yes", reason="x" * 201)

    assert summary(nothing) == [("reason", "Enter why texts are paused")]
    assert summary(odd) == [("paused", "Select whether texts are paused")]
    assert f'value="{WHY}"' in odd.text
    assert summary(long) == [("reason", "Must be 200 characters or fewer")]
    assert {nothing.status_code, odd.status_code, long.status_code} == {400}
    assert await MessagingPause.count() == 0


async def test_a_manager_sees_what_is_paused_and_no_switch_of_all(client: AsyncClient) -> None:
    service = await make_service()
    sign_in(client, service.manager)

    page = await client.get("/messaging")

    assert "Texts go out. They have never been paused." in text(page)
    assert 'action="/messaging"' not in page.text
    assert (await send(client, "/messaging", paused="yes", reason=WHY)).status_code == 403


async def test_an_administrator_of_one_organisation_is_shown_no_switch(client: AsyncClient) -> None:
    administrator = await make_person(Role.ADMINISTRATOR)
    sign_in(client, administrator)

    page = await client.get("/messaging")

    assert page.status_code == 200
    assert 'action="/messaging"' not in page.text
    assert 'href="/messaging"' not in (await client.get("/")).text
    assert "Programmes, groups and people" not in text(page)


async def test_a_link_worker_finds_no_word_of_texts_on_the_page_of_a_group(
    client: AsyncClient,
) -> None:
    service = await make_service()
    sign_in(client, service.manager)
    home = service.paths()["person"].removeprefix("/api/v1").removesuffix("/message-pause")
    assert "/message-pause" in (await client.get(home)).text
    link_worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=service.manager.organisation_id
    )
    sign_in(client, link_worker)

    assert (await client.get(f"{home}/message-pause")).status_code == 403


async def test_a_longer_list_of_pauses_takes_no_more_statements(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await make_service()
    sign_in(client, service.manager)
    pages = [path.removeprefix("/api/v1") for path in service.paths().values()]
    taken = []
    for page in (pages[2], *pages[:2]):
        await send(client, page, paused="yes", reason=WHY)
        with counted(monkeypatch) as sent:
            await client.get("/messaging")
        taken.append(len(sent))

    assert len(set(taken)) == 1
