"""Whoever works in every organisation can name one that is not there."""

from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from core.tables import AuditEvent
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("db")

PLACES: dict[str, dict[str, Any]] = {
    "/venues": {"side": "survivor", "name": "Hall", "address": ""},
    "/closures": {"from_on": "2026-08-03", "to_on": "2026-08-03", "reason": ""},
    "/participants": {"side": "survivor", "given_name": "Anna", "family_name": "Ashdown"},
    "/programmes": {
        "name": "Freedom", "side": "survivor", "type": "freedom", "group_model": "rolling",
        "delivery_mode": "in_person", "completion_rule": {"min_units": 1}, "capacity_min": 1,
        "capacity_max": 2,
        "units": [
            {"number": 1, "title": "Unit", "kind": "group", "minutes": 60, "mandatory": False}
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
async def test_an_organisation_that_is_not_there_is_told_as_such(
    client: AsyncClient, path: str
) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True)

    response = await client.post(
        f"/api/v1{path}",
        json=PLACES[path] | {"organisation_id": str(new_id())},
        headers=person.headers,
    )

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"field": "organisation_id", "message": "There is no such organisation"}
    ]
    assert await AuditEvent.count() == 0
