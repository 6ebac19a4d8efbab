"""Forms that no browser sends: refused by field, or as a whole, and never a fault of ours."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM
from programmes.queries.programmes import venues
from tests.api.forms import day, form_token, send, sign_in, summary
from tests.factories import Person, make_person
from tests.factories_programmes import make_cohort, make_participant

pytestmark = pytest.mark.usefixtures("db")

NUL = "a\x00b"
NO_CONTROLS = "Enter text without control characters"
NAMES = {"given_name": "Anna", "family_name": "Ashdown", "preferred_name": ""}


async def manager(client: AsyncClient) -> Person:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    sign_in(client, person)
    return person


@pytest.mark.parametrize("field", NAMES)
async def test_a_control_character_in_a_name_is_told_beside_it(
    client: AsyncClient, field: str
) -> None:
    await manager(client)

    response = await send(client, "/participants/new", **NAMES | {field: NUL})

    assert (400, [(field, NO_CONTROLS)]) == (response.status_code, summary(response))


@pytest.mark.parametrize("field", ["name", "address"])
async def test_a_control_character_in_a_venue_is_told_beside_it(
    client: AsyncClient, field: str
) -> None:
    await manager(client)

    response = await send(client, "/venues", **{"name": "Hall", "address": "", field: NUL})

    assert (400, [(field, NO_CONTROLS)]) == (response.status_code, summary(response))
    assert await venues(scope=SYSTEM.scope) == ()


async def test_an_address_may_have_several_lines(client: AsyncClient) -> None:
    await manager(client)

    await send(client, "/venues", name="Hall", address="1 High Street\r\nTown")
    (venue,) = await venues(scope=SYSTEM.scope)

    assert venue.address == "1 High Street\r\nTown"


async def test_a_control_character_in_a_note_is_told_beside_its_person(client: AsyncClient) -> None:
    person = await manager(client)
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1)

    response = await client.put(
        f"/api/v1/sessions/{cohort.session_ids[5]}/register",
        headers=person.headers,
        json={
            "version": 0,
            "held": True,
            "marks": [
                {
                    "enrolment_id": str(cohort.enrolment_ids[0]),
                    "outcome": "attended",
                    "note": "a\x1bb",
                }
            ],
        },
    )

    assert response.status_code == 400
    assert response.json()["errors"] == [{"field": "marks[0].note", "message": NO_CONTROLS}]


async def test_a_number_of_five_thousand_digits_is_told_beside_its_field(
    client: AsyncClient,
) -> None:
    person = await manager(client)
    someone = await make_participant(organisation_id=person.organisation_id)

    response = await send(client, f"/participants/{someone}/edit", **NAMES, version="9" * 5000)

    assert response.status_code == 400
    assert [field for field, _ in summary(response)] == ["version"]


async def test_a_year_beyond_every_calendar_is_told_beside_its_field(client: AsyncClient) -> None:
    await manager(client)
    born = day("born_on", "1990-02-28") | {"born_on-year": "9" * 30}

    response = await send(client, "/participants/new", **NAMES, **born)

    assert response.status_code == 400
    assert [field for field, _ in summary(response)] == ["born_on"]


@pytest.mark.parametrize(
    ("charset", "value"),
    [("nonsense", b"A"), ("base64", b"A"), ("unicode_escape", rb"A\ud800"), ("utf-8", b"\xff")],
)
async def test_a_part_that_is_no_text_is_refused(
    client: AsyncClient, charset: str, value: bytes
) -> None:
    await manager(client)
    token = await form_token(client)
    heading = 'Content-Disposition: form-data; name="'
    parts = (
        f'--x\r\n{heading}_csrf_token"\r\n\r\n{token}\r\n'
        f'--x\r\n{heading}family_name"\r\n\r\nAshdown\r\n'
        f'--x\r\n{heading}given_name"\r\nContent-Type: text/plain; charset={charset}\r\n\r\n'
    )

    response = await client.post(
        "/participants/new",
        content=parts.encode() + value + b"\r\n--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        ("/organisations", {"name": "a\x1bb"}, "name"),
        ("/accounts", {"email": "anna@example.org", "name": "a\x1bb"}, "name"),
        ("/accounts", {"email": "a\x1bb@example.org", "name": "Anna"}, "email"),
    ],
)
async def test_a_program_sends_no_control_characters_either(
    client: AsyncClient, path: str, typed: dict[str, str], field: str
) -> None:
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)

    response = await client.post(f"/api/v1{path}", json=typed, headers=administrator.headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_the_reason_of_a_pause_holds_no_control_characters(client: AsyncClient) -> None:
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)

    response = await client.put(
        "/api/v1/messaging/pause",
        json={"paused": True, "reason": "a\x1bb"},
        headers=administrator.headers,
    )

    assert response.json()["errors"] == [{"field": "reason", "message": NO_CONTROLS}]


async def test_the_name_of_a_reminder_rule_holds_no_control_characters(
    client: AsyncClient,
) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)

    response = await client.post(
        "/api/v1/reminder-rules",
        json={
            "name": "a\x1bb",
            "side": "survivor",
            "kind": "session_reminder",
            "days_before": 1,
            "at": "10:00",
            "active": True,
        },
        headers=person.headers,
    )

    assert response.json()["errors"] == [{"field": "name", "message": NO_CONTROLS}]
