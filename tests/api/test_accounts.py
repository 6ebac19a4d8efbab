"""Organisations, accounts and grants over HTTP and as pages."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from tests.api.test_sign_in_page import form_token
from tests.factories import Person, make_organisation, make_person


@pytest.fixture
async def everywhere(client: AsyncClient) -> Person:
    person = await make_person(Role.ADMINISTRATOR, everywhere=True)
    client.cookies.update(person.cookies)
    return person


@pytest.fixture
async def local(client: AsyncClient) -> Person:
    person = await make_person(Role.ADMINISTRATOR)
    client.cookies.update(person.cookies)
    return person


async def test_me_tells_who_the_token_belongs_to(client: AsyncClient) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)

    body = (await client.get("/api/v1/me", headers=person.headers)).json()

    assert (body["id"], body["name"]) == (str(person.id), person.actor.name)
    assert body["sides"] == ["survivor"]
    assert "mark_registers" in body["permissions"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer never-made", "Basic YTpi", "Bearer \xff"]
)
async def test_without_a_good_token_nothing_is_answered(client: AsyncClient, header: str) -> None:
    response = await client.get("/api/v1/me", headers={"Authorization": header.encode("latin-1")})

    assert response.status_code == 401
    assert response.json()["type"] == "/problems/not-signed-in"
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_browser_s_cookie_opens_no_api(client: AsyncClient) -> None:
    client.cookies.update((await make_person(Role.ADMINISTRATOR)).cookies)

    assert (await client.get("/api/v1/me")).status_code == 401


async def test_the_scheme_is_read_in_any_case(client: AsyncClient) -> None:
    person = await make_person(Role.AUDITOR)
    header = person.headers["Authorization"].replace("Bearer", "bearer")

    assert (await client.get("/api/v1/me", headers={"Authorization": header})).status_code == 200


async def test_an_account_is_added_with_a_link_and_a_grant_and_listed(
    client: AsyncClient, local: Person
) -> None:
    grant = {
        "role": "facilitator", "side": "survivor", "organisation_id": str(local.organisation_id)
    }  # fmt: skip

    added = await client.post(
        "/api/v1/accounts",
        headers=local.headers,
        json={"email": "bo@example.org", "name": "Bo", "grant": grant},
    )

    assert added.status_code == 201
    assert added.json()["password_link"].startswith("http://testserver/choose-password/")
    items = (await client.get("/api/v1/accounts", headers=local.headers)).json()["items"]
    (found,) = [item for item in items if item["id"] == added.json()["id"]]
    assert [{key: held[key] for key in grant} for held in found["grants"]] == [grant]
    assert found["is_active"] is True


async def test_an_organisation_s_administrator_adds_no_organisation_and_no_loose_account(
    client: AsyncClient, local: Person
) -> None:
    for path, body in (
        ("/api/v1/organisations", {"name": "Northbank"}),
        ("/api/v1/accounts", {"email": "bo@example.org", "name": "Bo"}),
    ):
        response = await client.post(path, headers=local.headers, json=body)
        assert (response.status_code, response.json()["type"]) == (403, "/problems/forbidden")


async def test_another_organisation_s_account_is_not_there(
    client: AsyncClient, local: Person
) -> None:
    stranger = await make_person(Role.AUDITOR)
    grant = {"role": "auditor", "side": "none", "organisation_id": str(local.organisation_id)}

    listed = await client.get("/api/v1/accounts", headers=local.headers)
    given = await client.post(
        f"/api/v1/accounts/{stranger.id}/grants", headers=local.headers, json=grant
    )
    page = await client.get(f"/accounts/{stranger.id}")

    assert str(stranger.id) not in listed.text
    assert (given.status_code, page.status_code) == (404, 404)


async def test_grants_are_given_and_taken(client: AsyncClient, everywhere: Person) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    path = f"/api/v1/accounts/{person.id}/grants"

    async def give(**grant: object) -> tuple[int, str]:
        body = {"organisation_id": None, **grant}
        response = await client.post(path, headers=everywhere.headers, json=body)
        return response.status_code, response.json().get("type") or response.json()["id"]

    status, grant_id = await give(role="auditor", side="none")
    assert status == 201
    assert await give(role="auditor", side="none") == (409, "/problems/grant-exists")
    assert await give(role="facilitator", side="perpetrator") == (422, "/problems/both-sides")
    assert await give(role="auditor", side="both") == (400, "/problems/invalid-input")
    assert await give(role="auditor", side="none", organisation_id=str(new_id())) == (
        400, "/problems/invalid-input",
    )  # fmt: skip
    for status in (204, 404):
        removed = await client.delete(f"{path}/{grant_id}", headers=everywhere.headers)
        assert removed.status_code == status


async def test_organisations_are_listed_and_added(client: AsyncClient, everywhere: Person) -> None:
    path = "/api/v1/organisations"

    added = await client.post(path, headers=everywhere.headers, json={"name": "Northbank"})
    again = await client.post(path, headers=everywhere.headers, json={"name": "Northbank"})

    assert (added.status_code, again.status_code) == (201, 409)
    assert again.json()["type"] == "/problems/organisation-exists"
    listed = (await client.get(path, headers=everywhere.headers)).json()
    assert "Northbank" in [item["name"] for item in listed["items"]]


@pytest.mark.parametrize("path", ["/accounts", "/accounts/new"])
async def test_only_administrators_find_the_pages(client: AsyncClient, path: str) -> None:
    client.cookies.update((await make_person(Role.AUDITOR)).cookies)

    assert (await client.get(path)).status_code == 403


async def post(client: AsyncClient, path: str, form_on: str = "", **fields: str) -> tuple[int, str]:
    token = await form_token(client, form_on or path)
    response = await client.post(path, data={"_csrf_token": token, **fields})
    return response.status_code, response.headers.get("location", "") or response.text


async def test_the_page_adds_an_account_and_shows_its_link_once(
    client: AsyncClient, local: Person
) -> None:
    status, shown = await post(
        client, "/accounts/new", email="bo@example.org", name="Bo Lindqvist", role="facilitator",
        side="survivor", organisation_id=str(local.organisation_id),
    )  # fmt: skip

    assert status == 200
    link = shown.split("http://testserver")[1].split()[0].split("<")[0]
    assert "Choose a password" in (await client.get(link)).text
    listed = (await client.get("/accounts")).text
    assert "Bo Lindqvist" in listed
    assert "Facilitator, survivor side, Organisation" in listed
    assert "choose-password" not in listed


async def test_a_refused_account_keeps_what_was_typed_and_names_the_fields(
    client: AsyncClient, local: Person
) -> None:
    typed = {"email": "bo", "name": "Bo Lindqvist", "role": "facilitator", "side": "both",
             "organisation_id": str(local.organisation_id)}  # fmt: skip

    status, shown = await post(client, "/accounts/new", **typed)
    assert status == 400
    assert 'href="#email"' in shown
    assert 'value="Bo Lindqvist"' in shown
    assert 'value="facilitator" selected' in shown

    status, shown = await post(client, "/accounts/new", **{**typed, "email": "bo@example.org"})
    assert status == 400
    assert 'href="#side"' in shown

    status, shown = await post(client, "/accounts/new")
    assert status == 400
    for field in ("email", "name", "role", "side", "organisation_id"):
        assert f'href="#{field}"' in shown, field


async def test_a_taken_email_address_is_said_beside_its_field(
    client: AsyncClient, local: Person
) -> None:
    await make_person(Role.AUDITOR, email="bo@example.org")

    status, shown = await post(
        client, "/accounts/new", email="bo@example.org", name="Bo", role="auditor", side="none",
        organisation_id=str(local.organisation_id),
    )  # fmt: skip

    assert status == 409
    assert 'href="#email"' in shown


async def test_an_organisation_s_administrator_is_offered_that_organisation_alone(
    client: AsyncClient, local: Person
) -> None:
    await make_organisation("Elsewhere")

    form = (await client.get("/accounts/new")).text

    assert str(local.organisation_id) in form
    assert "Elsewhere" not in form
    assert "all organisations" not in form
    assert "Add an organisation" not in (await client.get("/accounts")).text
    status, _ = await post(client, "/accounts/new", email="bo@example.org", name="Bo",
                           role="auditor", side="none", organisation_id="all")  # fmt: skip
    assert status == 403


async def test_the_page_gives_and_takes_grants(client: AsyncClient, everywhere: Person) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    page, path = f"/accounts/{person.id}", f"/accounts/{person.id}/grants"

    given = await post(client, path, page, role="auditor", side="none", organisation_id="all")
    assert given == (303, f"{page}?saved=grant")
    shown = (await client.get(f"{page}?saved=grant")).text
    assert "Auditor, all organisations" in shown
    assert "Grant added" in shown

    status, again = await post(client, path, page, role="auditor", side="none",
                               organisation_id="all")  # fmt: skip
    assert status == 409
    assert 'href="#role"' in again
    status, _ = await post(client, path, page, role="facilitator", side="perpetrator",
                           organisation_id="all")  # fmt: skip
    assert status == 422

    removal = shown.split(f'action="{path}/')[-1].split('"')[0]
    taken = await post(client, f"{path}/{removal}", page)
    assert taken == (303, f"{page}?saved=grant-removed")
    assert "Auditor" not in (await client.get(page)).text.split("Add a grant")[0]


async def test_who_takes_the_last_grant_away_goes_back_to_the_list(
    client: AsyncClient, local: Person
) -> None:
    person = await make_person(Role.AUDITOR, organisation_id=local.organisation_id)
    page = f"/accounts/{person.id}"
    removal = (await client.get(page)).text.split(f'action="{page}/grants/')[1].split('"')[0]

    taken = await post(client, f"{page}/grants/{removal}", page)

    assert taken == (303, "/accounts?saved=grant-removed")
    assert (await client.get(page)).status_code == 404


async def test_the_page_adds_an_organisation(client: AsyncClient, everywhere: Person) -> None:
    path = "/accounts/organisations"

    assert await post(client, path, "/accounts", name="Northbank") == (
        303, "/accounts?saved=organisation",
    )  # fmt: skip
    status, shown = await post(client, path, "/accounts", name="Northbank")
    assert status == 409
    assert 'href="#name"' in shown
    status, shown = await post(client, path, "/accounts", name="")
    assert status == 400
    assert "Northbank" in (await client.get("/accounts/new")).text


async def test_more_accounts_are_a_link_away(client: AsyncClient, everywhere: Person) -> None:
    last = [await make_person(Role.AUDITOR) for _ in range(2)][-1]

    first = (await client.get("/accounts?limit=2")).text
    link = first.split('href="/accounts?after=')[1].split('"')[0]

    assert str(last.id) not in first
    assert str(last.id) in (await client.get(f"/accounts?after={link}")).text


@pytest.mark.parametrize(
    ("path", "says"), [("/help", "Who to call"), ("/accessibility", "Accessibility statement")]
)
async def test_help_is_there_without_signing_in(client: AsyncClient, path: str, says: str) -> None:
    response = await client.get(path)

    assert response.status_code == 200
    assert says in response.text
