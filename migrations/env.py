"""Alembic's entry: migrates the database of the settings, on either engine."""

import asyncio

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from core import settings


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate_sqlite(path: str) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        migrate(connection)
        connection.commit()
    engine.dispose()


async def migrate_postgres(url: str) -> None:
    _, _, address = url.partition("://")
    engine = create_async_engine(f"postgresql+asyncpg://{address}")
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


url = context.config.attributes.get("url") or settings.load().database_url
if url.startswith("sqlite:///"):
    migrate_sqlite(url.removeprefix("sqlite:///"))
else:
    asyncio.run(migrate_postgres(url))
