"""Health: is the process alive, and can it do its work."""

import dataclasses

import httpx
import pytest
from httpx import AsyncClient

from api.app import create_app
from core import database
from jobs.scheduler import beat
from messaging.gateways.console import ConsoleGateway
from tests.conftest import SETTINGS
from tests.fakes import FixedClock


async def test_a_live_and_ready_service_says_so_to_everybody(client: AsyncClient) -> None:
    for path in ("/health/live", "/health/ready"):
        response = await client.get(path)
        assert (response.status_code, response.json()) == (200, {"status": "ok", "faults": []})


@pytest.mark.usefixtures("database_url")  # its own: the schema is said to be another
async def test_a_database_of_another_revision_is_not_ready(client: AsyncClient) -> None:
    await database.run("UPDATE alembic_version SET version_num = '0000'")

    response = await client.get("/health/ready")

    assert response.status_code == 503
    assert "tracker migrate" in response.json()["faults"][0]
    assert (await client.get("/health/live")).status_code == 200


async def test_jobs_that_stopped_are_told_while_they_should_run(db: None, now: FixedClock) -> None:
    settings = dataclasses.replace(SETTINGS, scheduler="embedded")
    transport = httpx.ASGITransport(app=create_app(settings, now, ConsoleGateway()))
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        await beat("plan")
        assert (await client.get("/health/ready")).status_code == 200
        now.advance(minutes=4)

        response = await client.get("/health/ready")

    assert response.status_code == 503
    assert "'plan'" in response.json()["faults"][0]
