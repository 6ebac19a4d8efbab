"""Calls under ``/api/v1`` as a person makes them with a token."""

from httpx import AsyncClient, Response

from core.tables import AuditEvent
from tests.factories import Json, Person

V1 = "/api/v1"
NOBODY = "00000000-0000-7000-8000-000000000000"
"""An id that nothing has."""


async def post(client: AsyncClient, person: Person, path: str, body: Json) -> Response:
    return await client.post(f"{V1}{path}", json=body, headers=person.headers)


async def patch(client: AsyncClient, person: Person, path: str, body: Json) -> Response:
    return await client.patch(f"{V1}{path}", json=body, headers=person.headers)


async def get(client: AsyncClient, person: Person, path: str) -> Response:
    return await client.get(f"{V1}{path}", headers=person.headers)


def fields(response: Response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


async def actions() -> list[str]:
    """What the audit log says, the first event first."""
    return [row["action"] for row in await AuditEvent.select().order_by(AuditEvent.id)]
