"""``tracker retention``: what is past its time, and closing it out."""

import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import tracker
from core import database
from programmes.tables import Participant
from tests.factories_programmes import make_participant


@pytest.fixture
def address(tmp_path: Path, sqlite_template: Path) -> str:
    """A database with one person who was added long ago and never referred, and one of today."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'tracker.db')}"

    async def fill() -> None:
        async with database.connected(url):
            person = await make_participant(given_name="Ada")
            await make_participant(given_name="Ida")
            await Participant.update(
                {Participant.created_at: datetime(2010, 1, 1, tzinfo=UTC)}
            ).where(Participant.id == person)

    asyncio.run(fill())
    return url


def run(address: str, *words: str, **settings: str) -> Result:
    return CliRunner(env={"TRACKER_DATABASE_URL": address, **settings}).invoke(
        tracker, ["retention", *words]
    )


def names(address: str) -> list[str]:
    async def read() -> list[str]:
        async with database.connected(address):
            rows = await Participant.select(Participant.given_name).order_by(Participant.id)
            return [row["given_name"] for row in rows]

    return asyncio.run(read())


def test_without_apply_nothing_changes(address: str) -> None:
    result = run(address)

    assert result.exit_code == 0, result.output
    assert "2017-01-01" in result.output
    assert "Nothing was changed" in result.output
    assert names(address) == ["Ada", "Ida"]


def test_apply_closes_out_what_is_due(address: str) -> None:
    result = run(address, "--apply")

    assert result.exit_code == 0, result.output
    assert "1 people closed out" in result.output
    assert names(address) == ["", "Ida"]
    assert "0 people closed out" in run(address, "--apply").output


def test_the_years_are_a_setting(address: str) -> None:
    result = run(address, "--apply", TRACKER_RETENTION_CASE_YEARS="90")

    assert "0 people closed out" in result.output
    assert names(address) == ["Ada", "Ida"]
