"""Alembic owns the schema, Piccolo describes it: the two are held against each other."""

import asyncio
from pathlib import Path

import aiosqlite
import asyncpg
import pytest
from alembic.script import ScriptDirectory
from piccolo.constraints import Check
from piccolo.table import Table

from core import database
from core.ids import new_id
from messaging.tables import Message, MessageEvent, MessageTemplate, ReminderRule
from migrations import revisions
from migrations import run as migrations
from tests.architecture.product import ROOT
from tests.conftest import NOW, database_of, execute
from tests.factories import an_audit_event, make_organisation
from tests.tables import ALL_TABLES

Facts = dict[str, object]


async def test_migrated_schema_is_the_one_that_the_tables_describe(
    engine_name: str, db: None, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    migrated = await facts()
    if engine_name == "sqlite":
        described_url = f"sqlite:///{tmp_path}/described.db"
    else:
        server = request.getfixturevalue("postgres_url")
        await execute(server, "DROP DATABASE IF EXISTS described")
        await execute(server, "CREATE DATABASE described")
        described_url = database_of(server, "described")
    former = database.bound()
    async with database.connected(described_url):
        for table in ALL_TABLES:
            for statement in create_statements(table):
                await database.bound().run_ddl(statement)
        described = await facts()
    database.bind(former)

    differences = {
        name: (migrated.get(name), described.get(name))
        for name in sorted({*migrated, *described})
        if migrated.get(name) != described.get(name)
    }
    assert differences == {}
    assert len(migrated) > 300


def create_statements(table: type[Table]) -> list[str]:
    """What Piccolo would create; its own command cannot add constraints on SQLite."""
    meta = table._meta
    lines = [column.ddl for column in meta.columns]
    lines += [
        f'CONSTRAINT "{constraint._meta.name}" {constraint.ddl}' for constraint in meta.constraints
    ]
    statements = [f'CREATE TABLE "{meta.tablename}" ({", ".join(lines)})']
    statements += [
        f'CREATE INDEX "{meta.tablename}_{column._meta.db_column_name}" '
        f'ON "{meta.tablename}" ("{column._meta.db_column_name}")'
        for column in meta.columns
        if column._meta.index
    ]
    return statements + [index.ddl(meta.tablename) for index in table.INDEXES]


async def facts() -> Facts:
    """Everything that a schema says, by a name that tells where it stands."""
    if database.bound().engine_type == "sqlite":
        return await sqlite_facts()
    return await postgres_facts()


async def sqlite_facts() -> Facts:
    found: Facts = {}
    tables = await database.run(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' "
        "AND name NOT IN ('alembic_version')"
    )
    for table in tables:
        name = table["name"]
        for column in await database.run(f"SELECT * FROM pragma_table_info('{name}')"):
            found[f"{name}.{column['name']}"] = (
                column["type"],
                column["notnull"],
                min(column["pk"], 1),
            )
        for key in await database.run(f"SELECT * FROM pragma_foreign_key_list('{name}')"):
            found[f"{name}.{key['from']} references"] = (
                key["table"],
                key["to"],
                key["on_update"],
                key["on_delete"],
            )
        for index in await database.run(f"SELECT * FROM pragma_index_list('{name}')"):
            columns = await database.run(f"SELECT name FROM pragma_index_info('{index['name']}')")
            listed = tuple(column["name"] for column in columns)
            label = index["name"] if index["origin"] == "c" else f"{index['origin']} {listed}"
            found[f"{name} index {label}"] = (listed, index["unique"], index["partial"])
        for check in checks_of(table["sql"]):
            found[f"{name} check {check[0]}"] = check[1]
    for index in await database.run(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'"
    ):
        found[f"index {index['name']} where"] = index["sql"].partition("WHERE")[2].strip()
    return found


def checks_of(sql: str) -> list[tuple[str, str]]:
    """Names and conditions of the CHECK constraints in a CREATE TABLE."""
    found = []
    for part in sql.split("CONSTRAINT ")[1:]:
        name, _, rest = part.partition(" ")
        if rest.startswith("CHECK"):
            found.append((name.strip('"'), " ".join(in_parentheses(rest).split())))
    return found


def in_parentheses(text: str) -> str:
    """What stands in the first parentheses of the text."""
    depth = 0
    start = text.index("(")
    for place, letter in enumerate(text[start:], start):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return text[start + 1 : place]
    raise ValueError(text)


async def postgres_facts() -> Facts:
    found: Facts = {}
    for column in await database.run(
        "SELECT table_name, column_name, udt_name, character_maximum_length AS length,"
        " numeric_precision AS precision, numeric_scale AS scale, is_nullable"
        " FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name <> 'alembic_version'"
    ):
        key = f"{column.pop('table_name')}.{column.pop('column_name')}"
        found[key] = tuple(column.values())
    for constraint in await database.run(
        "SELECT conrelid::regclass::text AS table_name, conname,"
        " pg_get_constraintdef(oid) AS definition FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
        " AND conrelid::regclass::text <> 'alembic_version'"
    ):
        found[f"{constraint['table_name']} {constraint['conname']}"] = constraint["definition"]
    for index in await database.run(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " AND tablename <> 'alembic_version'"
    ):
        found[f"index {index['indexname']}"] = index["indexdef"]
    return found


async def test_migrations_go_up_down_and_up_again(database_url: str, engine_name: str) -> None:
    await asyncio.to_thread(migrations.downgrade, database_url, "base")
    async with database.connected(database_url):
        assert [row for row in await names_of_tables() if row != "alembic_version"] == []

    await asyncio.to_thread(migrations.upgrade, database_url)

    async with database.connected(database_url):
        assert {table._meta.tablename for table in ALL_TABLES} <= set(await names_of_tables())
        assert await revisions.current() == revisions.head()


def test_the_newest_revision_by_the_names_of_files_is_alembics_head() -> None:
    assert revisions.head() == ScriptDirectory(str(ROOT / "migrations")).get_current_head()


async def names_of_tables() -> list[str]:
    rows = await database.run(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if database.bound().engine_type == "sqlite"
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    return [row["name"] for row in rows]


@pytest.mark.parametrize("table", ["audit_events", "message_events"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
async def test_a_log_refuses_every_change(db: None, table: str, statement: str) -> None:
    await write_one_event_each()

    with pytest.raises((asyncpg.RaiseError, aiosqlite.Error), match="append-only"):
        await database.run(statement.format(table))


async def write_one_event_each() -> None:
    """SQLite's triggers fire per row, so there must be one in each log."""
    await an_audit_event()
    template = MessageTemplate(name="T", language="en", body="-", created_at=NOW, saved_at=NOW)
    await template.save()
    rule = ReminderRule(
        name="R", organisation=await make_organisation(), side="survivor", kind="session_reminder",
        hours_before=24, template=template.id, created_at=NOW,
    )  # fmt: skip
    await rule.save()
    message = Message(
        organisation=rule.organisation, side="survivor", recipient=new_id(), subject=new_id(),
        cohort=new_id(), programme=new_id(), rule=rule.id, revision=1, number_version=1,
        state="planned", send_after=NOW, expires_at=NOW, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    await message.save()
    await MessageEvent(message=message.id, at=NOW, new_state="planned").save()


def test_every_check_has_a_name_of_its_own() -> None:
    names = [
        (table._meta.tablename, constraint._meta.name)
        for table in ALL_TABLES
        for constraint in table._meta.constraints
        if isinstance(constraint, Check)
    ]
    assert len(names) == len(set(names))
