"""Tells where a database stands, and where the code does, without Alembic."""

from pathlib import Path

from core import database

_VERSIONS = Path(__file__).parent / "versions"


def head() -> str:
    """Answer the newest revision that the code knows; files are named by their revision."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


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
