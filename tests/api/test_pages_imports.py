"""Bringing a spreadsheet in a browser: choose, check, import, correct what was left out."""

import csv
import io
import re

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core import database
from programmes.tables import Participant, Referral
from tests.api.forms import form_token, send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import make_programme
from tests.fakes import FixedClock

GOOD = b"Ref,Side,Programme,Date received,Colour\nR-1,survivor,Freedom,01/04/2026,blue\n"
MIXED = GOOD + b"R-2,survivor,Freedom,03/04/26,red\n,survivor,Nowhere,2026-04-01,=1+1\n"


async def a_manager(client: AsyncClient, *, everywhere: bool = False) -> Person:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=everywhere)
    await make_programme(organisation_id=person.organisation_id, name="Freedom")
    sign_in(client, person)
    return person


async def bring(
    client: AsyncClient, content: bytes | None, kind: str = "referrals", **typed: str
) -> Response:
    token = await form_token(client)
    files = {} if content is None else {"file": ("clients.csv", content)}
    return await client.post(
        "/imports", data={"kind": kind, "_csrf_token": token, **typed},
        files=files or {"file": ("", b"")},
    )  # fmt: skip


async def preview(client: AsyncClient, content: bytes, **typed: str) -> tuple[str, Response]:
    answer = await bring(client, content, **typed)
    assert answer.status_code == 303, text(answer)
    address = answer.headers["location"]
    return address, await client.get(address)


async def uploads() -> int:
    return int((await database.run("SELECT COUNT(*) AS found FROM uploads"))[0]["found"])


async def test_the_page_names_the_columns(client: AsyncClient) -> None:
    await a_manager(client)

    page = await client.get("/imports")

    assert title(page) == "Bring your spreadsheet – Programme Tracker"
    for name in ("Received on", "Exit reason", "Participant reference", "Minutes attended"):
        assert name in text(page)


async def test_people_leads_there_whoever_may_import(client: AsyncClient) -> None:
    await a_manager(client)
    assert 'href="/imports"' in (await client.get("/participants")).text

    sign_in(client, await make_person(Role.FACILITATOR, GrantSide.SURVIVOR))
    assert 'href="/imports"' not in (await client.get("/participants")).text
    assert (await client.get("/imports")).status_code == 403


async def test_a_preview_says_what_would_happen_and_saves_nothing(client: AsyncClient) -> None:
    await a_manager(client)

    _, page = await preview(client, MIXED)

    shown = text(page)
    assert "Referrals: 3 rows. Nothing is saved yet." in shown
    assert "New 1 Changed 0 In already, the same 0 Cannot be imported 2" in shown
    assert "Import 1 row" in shown
    assert "Date received Received on" in shown
    assert "Left out, because they are not known here: Colour." in shown
    assert "3 Received on Write the day like 2026-04-03 or 03/04/2026" in shown
    assert "4 Reference Is empty" in shown
    assert "clients.csv" not in page.text
    assert await Participant.count() == 0


async def test_importing_saves_the_good_rows_and_keeps_only_the_bad_ones(
    client: AsyncClient,
) -> None:
    await a_manager(client)
    address, _ = await preview(client, MIXED)

    done = await send(client, address)

    assert done.status_code == 200
    assert "1 row imported 1 new, 0 changed, 0 in already" in text(done)
    assert "2 rows were left out" in text(done)
    assert await Referral.count() == 1
    kept = (await database.run("SELECT rows FROM uploads"))[0]["rows"]
    assert "R-2" in kept
    assert "R-1" not in kept
    assert (await send(client, address)).status_code == 404


async def test_the_bad_rows_come_as_a_file_that_can_be_corrected_and_brought_again(
    client: AsyncClient,
) -> None:
    await a_manager(client)
    address, _ = await preview(client, MIXED)
    done = await send(client, address)
    errors_address = re.findall(r'action="(/imports/[^"]+/errors)"', done.text)[0]

    answer = await send(client, errors_address)

    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert answer.headers["content-disposition"] == 'attachment; filename="rows-to-correct.csv"'
    assert rows[0] == [
        "Ref", "Side", "Programme", "Date received", "Colour", "row", "what to correct",
    ]  # fmt: skip
    assert rows[1][:6] == ["R-2", "survivor", "Freedom", "03/04/26", "red", "3"]
    assert rows[2][4:] == ["'=1+1", "4", "reference: Is empty"]
    corrected = answer.text.replace("03/04/26", "03/04/2026").replace('"","s', '"R-3","s')
    again, page = await preview(client, corrected.replace("Nowhere", "Freedom").encode())
    assert "Import 2 rows" in text(page)
    assert "What to correct" not in text(page)
    assert "2 new" in text(await send(client, again))
    assert await uploads() == 1


async def test_only_whoever_brought_a_file_sees_it(client: AsyncClient) -> None:
    mine = await a_manager(client)
    address, _ = await preview(client, GOOD)
    assert f'href="{address}"' in (await client.get("/imports")).text
    colleague = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=mine.organisation_id
    )
    sign_in(client, colleague)

    answers = [
        await client.get(address),
        await send(client, address),
        await send(client, f"{address}/errors"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert "Not imported yet" not in text(await client.get("/imports"))
    await send(client, f"{address}/remove")
    assert await uploads() == 1


async def test_a_file_is_removed_by_hand_or_after_a_day(
    client: AsyncClient, now: FixedClock
) -> None:
    await a_manager(client)
    first, _ = await preview(client, GOOD)
    removed = await send(client, f"{first}/remove")
    assert removed.headers["location"] == "/imports?saved=file-removed"
    assert "File removed" in text(await client.get(removed.headers["location"]))
    assert await uploads() == 0

    old, _ = await preview(client, GOOD)
    now.advance(hours=25)
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    sign_in(client, person)
    await preview(client, GOOD)

    assert (await client.get(old)).status_code == 404
    assert await uploads() == 1


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (GOOD, "", ("kind", "Select what the rows are")),
        (GOOD, "staff", ("kind", "Select what the rows are")),
        (None, "referrals", ("file", "Choose a file")),
        (b"", "referrals", ("file", "The file has no rows under the names of its columns")),
        (b"\x00\x01", "referrals", ("file", "This is neither a CSV nor an XLSX file")),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_said_beside_its_field(
    client: AsyncClient, content: bytes | None, kind: str, expected: tuple[str, str]
) -> None:
    await a_manager(client)

    answer = await bring(client, content, kind)

    assert answer.status_code == 400
    assert summary(answer) == [expected]
    assert f'id="{expected[0]}"' in answer.text
    assert await uploads() == 0


async def test_who_manages_several_organisations_says_for_which(client: AsyncClient) -> None:
    person = await a_manager(client, everywhere=True)
    await make_programme(name="Freedom")

    asked = await bring(client, GOOD)
    address, page = await preview(client, GOOD, organisation_id=str(person.organisation_id))
    done = await send(client, address)

    assert summary(asked) == [("organisation_id", "Select an organisation")]
    assert address.endswith(f"?organisation_id={person.organisation_id}")
    assert "New 1" in text(page)
    assert "1 row imported" in text(done)


async def test_a_form_without_its_token_is_refused_and_a_large_file_is_too(
    client: AsyncClient,
) -> None:
    await a_manager(client)

    forged = await client.post("/imports", files={"kind": (None, "referrals")})
    large = await bring(client, b"x" * 21_500_000)
    fits = await bring(client, GOOD + b"R-9,survivor,Freedom,2026-04-01,blue\n" * 40_000)

    assert (forged.status_code, large.status_code, fits.status_code) == (403, 413, 303)
