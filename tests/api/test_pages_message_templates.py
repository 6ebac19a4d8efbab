"""Wordings of texts as pages: the preview, what the check found, and who allows it."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from messaging.services.templates import ensure_default_templates
from messaging.tables import MessageTemplate
from tests.api.forms import send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")

LIST = "/messaging/templates"
NEW = f"{LIST}/new"


async def administrator(client: AsyncClient) -> Person:
    person = await make_person(Role.ADMINISTRATOR, everywhere=True)
    sign_in(client, person)
    return person


async def post(client: AsyncClient, path: str, **typed: str) -> tuple[int, str]:
    response = await send(client, path, **typed)
    return response.status_code, response.headers.get("location", "")


async def test_a_wording_is_shown_as_it_looks_before_it_is_saved(client: AsyncClient) -> None:
    await administrator(client)
    typed = {"name": "Soon", "language": "en", "kind": "session_reminder", "show": "yes"}

    shown = await send(client, NEW, body="Court, {{ day }} at {{ time }}", **typed)
    wrong = await send(client, NEW, body="{{ name }}", **typed)

    assert shown.status_code == 200
    assert "Court, Sun 20 Sept at 20:30" in text(shown)
    assert "1 text: 27 of 160 characters, plain letters (GSM-7)" in text(shown)
    assert "“Court” can tell a stranger what the text is about" in text(shown)
    assert "The text cannot name name; it can name {{ day }} and {{ time }}" in text(wrong)
    assert "Soon" in shown.text
    assert await MessageTemplate.count() == 0


async def test_a_wording_is_added_and_nothing_typed_is_lost_when_it_is_refused(
    client: AsyncClient,
) -> None:
    await administrator(client)
    typed = {"name": "Soon", "language": "cy", "kind": "change"}

    refused = await send(client, NEW, body="a" * 161, **typed)
    saved = await post(client, NEW, body="Nawr {{ day }}", **typed)

    (row,) = await MessageTemplate.select()
    assert refused.status_code == 400
    assert [field for field, _ in summary(refused)] == ["body"]
    assert "a" * 161 in refused.text
    assert saved == (303, f"{LIST}/{row['id']}?saved=wording")
    assert (row["name"], row["language"], row["kind"]) == ("Soon", "cy", "change")


async def test_g11_a_second_administrator_allows_a_finding_on_the_page(
    client: AsyncClient,
) -> None:
    author = await administrator(client)
    typed = {"name": "Soon", "language": "en", "kind": "session_reminder"}
    await post(client, NEW, body="Court Road, {{ day }}", **typed)
    (row,) = await MessageTemplate.select()
    one = f"{LIST}/{row['id']}"
    own = await client.get(one)
    by_author = await send(client, f"{one}/allow", version="1", reason="A street")

    await administrator(client)
    before = await client.get(one)
    silent = await send(client, f"{one}/allow", version="1", reason="")
    allowed = await post(client, f"{one}/allow", version="1", reason="A street")
    after = await client.get(one)

    assert "another administrator must allow it" in text(own)
    assert by_author.status_code == 422
    assert "Allow this wording" in text(before)
    assert summary(silent) == [("reason", "Enter why")]
    assert allowed == (303, f"{one}?saved=wording-allowed")
    assert "Allowed by Person" in text(after)
    assert "A street" in text(after)
    assert author.actor.name in text(after)


async def test_a_stale_change_shows_what_a_colleague_saved_beside_what_was_typed(
    client: AsyncClient,
) -> None:
    await administrator(client)
    typed = {"name": "Soon", "language": "en", "kind": "session_reminder"}
    await post(client, NEW, body="First {{ day }}", **typed)
    (row,) = await MessageTemplate.select()
    one = f"{LIST}/{row['id']}"

    first = await post(client, one, version="1", body="Second {{ day }}")
    preview = await send(client, one, version="2", body="Fourth {{ day }}", show="yes")
    stale = await send(client, one, version="1", body="Third {{ day }}")

    assert first == (303, f"{one}?saved=wording")
    assert "Fourth Sun 20 Sept" in text(preview)
    assert stale.status_code == 409
    assert "Second {{ day }}" in text(stale)
    assert "Third {{ day }}" in stale.text
    assert 'name="version" value="2"' in stale.text


async def test_managers_read_wordings_and_cannot_change_them(client: AsyncClient) -> None:
    await ensure_default_templates()
    (row,) = await MessageTemplate.select().where(
        MessageTemplate.name == "Session reminder", MessageTemplate.language == "en"
    )
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    sign_in(client, manager)

    seen = await client.get(LIST)
    one = await client.get(f"{LIST}/{row['id']}")
    new = await client.get(NEW)
    changed = await send(client, f"{LIST}/{row['id']}", version="1", body="x")

    assert title(seen).startswith("What texts say")
    assert "Reminder: your appointment is on Sun 20 Sept at 20:30." in text(seen)
    assert "Nodyn atgoffa: mae eich apwyntiad ar Gwen 20 Chwef am 20:30." in text(seen)
    assert "Add a wording" not in seen.text
    assert "Change it" not in one.text
    assert (new.status_code, changed.status_code) == (403, 403)


async def test_a_wording_that_is_not_there_is_not_found(client: AsyncClient) -> None:
    await administrator(client)

    assert (await client.get(f"{LIST}/{new_id()}")).status_code == 404


async def test_the_list_of_wordings_costs_the_same_however_long_it_is(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await administrator(client)
    with counted(monkeypatch) as empty:
        await client.get(LIST)
    await ensure_default_templates()
    with counted(monkeypatch) as full:
        await client.get(LIST)

    assert len(full) == len(empty)
