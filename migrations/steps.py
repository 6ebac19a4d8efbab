"""Steps that several migrations share, each the same on both engines."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from alembic import op
from sqlalchemy import ForeignKey, text

from migrations.types import Named


def references(table: str, *, ondelete: str = "RESTRICT") -> ForeignKey:
    """Answer a reference to a table's id, as Piccolo declares it."""
    return ForeignKey(f"{table}.id", ondelete=ondelete, onupdate="CASCADE")


def add_column(
    table: str,
    column: str,
    kind: Named,
    *,
    fill: str | None = None,
    refers_to: str = "",
    checks: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Add a column, also to a full table; ``fill`` is the SQL of what present rows get in it.

    Without ``fill`` the column may be empty. Neither engine keeps a default that it did not ask
    for: SQLite must, PostgreSQL is told to forget it.
    """
    words = [f'ALTER TABLE {table} ADD COLUMN "{column}" {kind.name}']
    if fill is not None:
        words.append(f"NOT NULL DEFAULT {fill}")
    if refers_to:
        words.append(f'REFERENCES {refers_to} ("id") ON DELETE RESTRICT ON UPDATE CASCADE')
    words += [f"CONSTRAINT {name} CHECK ({condition})" for name, condition in checks.items()]
    op.execute(" ".join(words))
    if fill is not None and op.get_bind().dialect.name != "sqlite":
        op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" DROP DEFAULT')


def drop_columns(table: str, *columns: str) -> None:
    """Take columns away, the last one first; their checks go with them."""
    for column in reversed(columns):
        op.execute(f'ALTER TABLE {table} DROP COLUMN "{column}"')


def change_rules(
    table: str,
    *,
    optional: Sequence[str] = (),
    required: Sequence[str] = (),
    checks: Mapping[str, str | None] = MappingProxyType({}),
) -> None:
    """Let columns be empty, or no longer; and put new checks in the place of those so named.

    One that is ``None`` goes; one that begins with ``UNIQUE (`` is a key. SQLite cannot change a
    table's rules, so there it is copied into a new one, with its indexes.
    """
    if op.get_bind().dialect.name == "sqlite":
        _copy_with_rules(table, optional, required, checks)
        return
    words = [f'ALTER COLUMN "{column}" DROP NOT NULL' for column in optional]
    words += [f'ALTER COLUMN "{column}" SET NOT NULL' for column in required]
    for name, condition in checks.items():
        op.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')
        if condition:
            words.append(f'ADD CONSTRAINT "{name}" {_rule(condition)}')
    for one in words:
        op.execute(f"ALTER TABLE {table} {one}")


def _copy_with_rules(
    table: str,
    optional: Sequence[str],
    required: Sequence[str],
    checks: Mapping[str, str | None],
) -> None:
    found = op.get_bind().execute(
        text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    )
    made = found.fetchall()
    sql = next(sql for kind, sql in made if kind == "table")
    for column in (*optional, *required):
        pattern = rf'(["\s(,]{column}"? [A-Z]+(?:\(\d+\))?)(?: NOT NULL)?'
        kept = " NOT NULL" if column in required else ""
        sql = re.sub(pattern, lambda match, kept=kept: match[1] + kept, sql, count=1)
    for name, condition in checks.items():
        sql = _without_check(sql, name)
        if condition:
            head, _, _ = sql.rpartition(")")
            sql = f"{head.rstrip()}, CONSTRAINT {name} {_rule(condition)})"
    renamed = re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_anew", sql, count=1)
    for statement in (
        renamed,
        f"INSERT INTO {table}_anew SELECT * FROM {table}",  # noqa: S608 - our own names
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_anew RENAME TO {table}",
        *(sql for kind, sql in made if kind != "table"),
    ):
        op.get_bind().exec_driver_sql(statement)


def _rule(condition: str) -> str:
    return condition if condition.startswith("UNIQUE (") else f"CHECK ({condition})"


def _without_check(sql: str, name: str) -> str:
    """Answer the words that make a table, less one of its checks or unique keys."""
    found = re.search(rf',\s*CONSTRAINT "?{name}"? (?:CHECK|UNIQUE) \(', sql)
    if not found:
        return sql
    place, depth = found.end(), 1
    while depth:
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        place += 1
    return sql[: found.start()] + sql[place:]


def rename_column(table: str, old: str, new: str) -> None:
    """Give a column another name; whatever refers to it follows."""
    op.execute(f'ALTER TABLE {table} RENAME COLUMN "{old}" TO "{new}"')


def partial_index(
    name: str, table: str, columns: Sequence[str], *, where: str, unique: bool = False
) -> None:
    """Create an index over the rows that ``where`` names."""
    condition = text(where)
    op.create_index(
        name,
        table,
        list(columns),
        unique=unique,
        postgresql_where=condition,
        sqlite_where=condition,
    )


def append_only(table: str) -> None:
    """Refuse every change and removal of the table's rows, whoever asks."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def drop_append_only(table: str) -> None:
    """Allow changes of the table's rows again."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    op.execute(f"DROP FUNCTION {table}_refuse()")
