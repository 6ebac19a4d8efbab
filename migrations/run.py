"""Runs the migrations of a database, and tells where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from core import database


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database up to ``revision``; not to be called while an event loop runs."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate the database down to ``revision``; not to be called while an event loop runs."""
    command.downgrade(_config(url), revision)


def head() -> str:
    """Answer the newest revision that the code knows."""
    return str(ScriptDirectory.from_config(_config("")).get_current_head())


async def current() -> str | None:
    """Answer the revision of the connected database; ``None`` where it is empty."""
    table = await database.run(
        "SELECT 1 AS found FROM information_schema.tables WHERE table_name = 'alembic_version'"
        if database.bound().engine_type == "postgres"
        else "SELECT 1 AS found FROM sqlite_master WHERE name = 'alembic_version'"
    )
    if not table:
        return None
    rows = await database.run("SELECT version_num FROM alembic_version")
    return str(rows[0]["version_num"]) if rows else None
