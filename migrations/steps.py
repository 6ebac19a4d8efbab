"""Steps that several migrations share, each the same on both engines."""

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
