"""Organisations, accounts and grants over HTTP."""

from httpx import AsyncClient

from accounts.domain.roles import Role
from tests.factories import make_person


async def test_me_tells_who_the_token_belongs_to(client: AsyncClient) -> None:
    person = await make_person(Role.ADMINISTRATOR)

    response = await client.get("/api/v1/me", headers=person.headers)

    assert response.status_code == 200
    assert response.json()["name"] == person.actor.name


async def test_without_a_token_nothing_is_answered(client: AsyncClient) -> None:
    response = await client.get("/api/v1/me")

    assert response.status_code == 401
    assert response.json()["type"] == "/problems/not-signed-in"
