"""Signing in as a browser does."""

from httpx import AsyncClient

from accounts.domain.roles import Role
from accounts.services.hashing import hash_password
from tests.factories import make_person


async def form_token(client: AsyncClient, path: str) -> str:
    page = (await client.get(path)).text
    return page.split('name="_csrf_token" value="')[1].split('"')[0]


async def test_signing_in_leads_to_today(client: AsyncClient) -> None:
    await make_person(
        Role.ADMINISTRATOR,
        email="ada@example.org",
        password_hash=await hash_password("kettle orbit violin"),
    )
    token = await form_token(client, "/sign-in")

    response = await client.post(
        "/sign-in",
        data={
            "email": "ada@example.org",
            "password": "kettle orbit violin",
            "_csrf_token": token,
            "next": "/",
        },
    )

    assert (303, "/") == (response.status_code, response.headers["location"])
    assert "Wednesday 10 June 2026" in (await client.get("/")).text
