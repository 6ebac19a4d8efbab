"""Calls under ``/api/v1`` with a token, and pages as a browser uses them."""

import re

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


def browse(client: AsyncClient, person: Person) -> None:
    client.cookies.update(person.cookies)


async def send(client: AsyncClient, path: str, form: str = "", **fields: object) -> Response:
    """Fill in the form of a page and send it to ``path``."""
    page = await client.get(form or path)
    token = re.search(
        r'action="[^"]*"[^>]*>\s*<input type="hidden" name="_csrf_token" value="([^"]+)"', page.text
    )
    assert token
    return await client.post(path, data={"_csrf_token": token[1], **fields})
