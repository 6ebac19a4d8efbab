"""Signing in as a browser does."""

import dataclasses

import httpx
import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from accounts.services import directory
from accounts.services.hashing import hash_password
from accounts.tables import Account
from api.app import create_app
from core.scope import SYSTEM
from messaging.gateways.console import ConsoleGateway
from tests.conftest import SETTINGS
from tests.factories import Person, make_person
from tests.fakes import FixedClock

PASSWORD = "kettle orbit violin"


async def form_token(client: AsyncClient, path: str) -> str:
    page = (await client.get(path)).text
    return page.split('name="_csrf_token" value="')[1].split('"')[0]


async def submit(client: AsyncClient, path: str, **fields: str) -> httpx.Response:
    token = await form_token(client, path)
    return await client.post(path, data={"_csrf_token": token, **fields})


@pytest.fixture
async def ada(client: AsyncClient) -> Person:
    return await make_person(
        Role.ADMINISTRATOR, email="ada@example.org", password_hash=await hash_password(PASSWORD)
    )


async def sign_in(client: AsyncClient, password: str = PASSWORD, **fields: str) -> httpx.Response:
    return await submit(client, "/sign-in", email="ada@example.org", password=password, **fields)


async def test_signing_in_leads_to_today(client: AsyncClient, ada: Person) -> None:
    response = await sign_in(client, next="/")

    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "Wednesday 10 June 2026" in (await client.get("/")).text


async def test_the_cookie_is_kept_from_scripts_and_other_sites(
    client: AsyncClient, ada: Person
) -> None:
    cookie = (await sign_in(client)).headers["set-cookie"].lower()

    assert cookie.startswith("tracker=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    assert "max-age" not in cookie
    assert "expires" not in cookie


async def test_over_tls_every_cookie_is_secure(db: None, now: FixedClock) -> None:
    settings = dataclasses.replace(SETTINGS, public_url="https://tracker.example.org")
    transport = httpx.ASGITransport(app=create_app(settings, now, ConsoleGateway()))
    await make_person(
        Role.ADMINISTRATOR, email="ada@example.org", password_hash=await hash_password(PASSWORD)
    )
    async with AsyncClient(transport=transport, base_url="https://tracker.example.org") as client:
        form = await client.get("/sign-in")
        assert "; secure" in form.headers["set-cookie"].lower()
        assert "; secure" in (await sign_in(client)).headers["set-cookie"].lower()


@pytest.mark.parametrize("email", ["ada@example.org", "nobody@example.org"])
async def test_a_wrong_password_and_an_unknown_address_get_the_same_page(
    client: AsyncClient, ada: Person, email: str
) -> None:
    response = await submit(client, "/sign-in", email=email, password="wrong")

    assert response.status_code == 401
    assert "The e-mail address or password is not right" in response.text
    assert f'value="{email}"' in response.text
    assert "wrong" not in response.text
    assert "set-cookie" not in response.headers


async def test_an_empty_form_names_both_fields(client: AsyncClient) -> None:
    response = await submit(client, "/sign-in", email="", password="")

    assert response.status_code == 400
    assert "Enter your e-mail address" in response.text
    assert "Enter your password" in response.text
    assert "<title>Error: " in " ".join(response.text.split())


async def test_after_five_failures_the_page_says_to_wait(
    client: AsyncClient, ada: Person, now: FixedClock
) -> None:
    for _ in range(5):
        assert (await sign_in(client, "wrong")).status_code == 401

    response = await sign_in(client)

    assert response.status_code == 429
    assert "wait 15 minutes" in response.text
    now.advance(minutes=15)
    assert (await sign_in(client)).status_code == 303


async def test_a_page_asked_for_before_signing_in_is_shown_after(
    client: AsyncClient, ada: Person
) -> None:
    first = await client.get("/accounts")
    assert first.headers["location"] == "/sign-in?next=/accounts"
    form = (await client.get(first.headers["location"])).text
    assert 'name="next" value="/accounts"' in form

    assert (await sign_in(client, next="/accounts")).headers["location"] == "/accounts"


async def test_a_form_sent_without_signing_in_leads_to_the_sign_in_page(
    client: AsyncClient,
) -> None:
    token = await form_token(client, "/sign-in")

    response = await client.post("/accounts/new", data={"_csrf_token": token})

    assert response.headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "/%5cevil.example",
        "/%2fevil.example", "/%255cevil.example", "/\t/evil.example", "/\n/evil.example",
        "/%09/evil.example", "/%0d%0aSet-Cookie:a=b", "/a\\b", "javascript:alert(1)", "", "evil",
        "///evil.example", "\\\\evil.example", " //evil.example",
    ],
)  # fmt: skip
async def test_no_page_elsewhere_is_shown_after_signing_in(
    client: AsyncClient, ada: Person, wanted: str
) -> None:
    response = await sign_in(client, next=wanted)

    assert (response.status_code, response.headers["location"]) == (303, "/")


@pytest.mark.parametrize("token", [None, "", "x" * 128, "é" * 130, "\x00"])
async def test_a_form_without_our_token_is_refused(
    client: AsyncClient, ada: Person, token: str | None
) -> None:
    await client.get("/sign-in")
    fields = {"email": "ada@example.org", "password": PASSWORD}
    if token is not None:
        fields["_csrf_token"] = token

    response = await client.post("/sign-in", data=fields)

    assert response.status_code == 403
    assert "This form has expired" in response.text
    assert "set-cookie" not in response.headers


async def test_a_form_without_our_cookie_is_refused(client: AsyncClient, ada: Person) -> None:
    token = await form_token(client, "/sign-in")
    client.cookies.clear()

    response = await client.post(
        "/sign-in",
        data={"_csrf_token": token, "email": "ada@example.org", "password": PASSWORD},
    )

    assert response.status_code == 403


async def test_signing_out_ends_the_sign_in(client: AsyncClient, ada: Person) -> None:
    await sign_in(client)
    cookie = client.cookies["tracker"]
    token = await form_token(client, "/")

    response = await client.post("/sign-out", data={"_csrf_token": token})

    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")
    assert "tracker" not in client.cookies
    client.cookies.set("tracker", cookie)
    assert (await client.get("/")).headers["location"] == "/sign-in"


async def test_signing_out_needs_a_form_of_ours(client: AsyncClient, ada: Person) -> None:
    client.cookies.update(ada.cookies)

    assert (await client.post("/sign-out")).status_code == 403
    assert (await client.get("/sign-out")).status_code == 405
    assert (await client.get("/accounts")).status_code == 200


@pytest.mark.parametrize("cookie", ["never-made", "x" * 4000])
async def test_a_cookie_that_is_not_ours_leads_to_the_sign_in_page(
    client: AsyncClient, cookie: str
) -> None:
    client.cookies.set("tracker", cookie)

    assert (await client.get("/")).headers["location"] == "/sign-in"


async def test_a_closed_account_is_signed_out_at_once(client: AsyncClient, ada: Person) -> None:
    client.cookies.update(ada.cookies)
    assert (await client.get("/accounts")).status_code == 200

    await Account.update({Account.is_active: False}).where(Account.id == ada.id)

    assert (await client.get("/accounts")).status_code == 302


async def test_half_an_hour_without_use_ends_the_sign_in(
    client: AsyncClient, ada: Person, now: FixedClock
) -> None:
    client.cookies.update(ada.cookies)
    now.advance(minutes=30)

    assert (await client.get("/accounts")).status_code == 302


async def test_a_link_lets_somebody_choose_a_password_once(client: AsyncClient) -> None:
    _, link = await directory.add_account("ada@example.org", "Ada Byron", by=SYSTEM)
    path = f"/choose-password/{link}"

    refused = await submit(client, path, password="short")
    assert refused.status_code == 400
    assert "at least 12 characters" in refused.text
    named = await submit(client, path, password="byron kettle orbit")
    assert "must not contain your name" in named.text
    chosen = await submit(client, path, password=PASSWORD)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/sign-in")

    assert (await client.get(path)).status_code == 404
    assert (await sign_in(client)).status_code == 303


async def test_a_link_that_never_was_is_a_page_that_says_so(client: AsyncClient) -> None:
    response = await client.get("/choose-password/never-made")

    assert response.status_code == 404
    assert "This link has been used or has expired" in response.text


async def test_changing_the_password_signs_out_everywhere(client: AsyncClient, ada: Person) -> None:
    client.cookies.update(ada.cookies)
    path = "/change-password"

    wrong = await submit(client, path, current_password="wrong", password="lantern gravel oboe")
    assert wrong.status_code == 400
    assert 'href="#current_password"' in wrong.text
    weak = await submit(client, path, current_password=PASSWORD, password="password12345")
    assert 'href="#password"' in weak.text
    changed = await submit(client, path, current_password=PASSWORD, password="lantern gravel oboe")

    assert (changed.status_code, changed.headers["location"]) == (303, "/sign-in")
    assert (await client.get("/accounts")).status_code == 302
    assert (await sign_in(client)).status_code == 401
    assert (await sign_in(client, "lantern gravel oboe")).status_code == 303


async def test_a_menu_shows_only_what_leads_somewhere(client: AsyncClient) -> None:
    client.cookies.update((await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)).cookies)

    page = (await client.get("/change-password")).text

    assert 'href="/cohorts"' in page
    for path in ("/accounts", "/audit", "/staff", "/requirements"):
        assert f'href="{path}"' not in page
