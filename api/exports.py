"""Tables of training as files: who may take them, and that they did."""

from uuid import NAMESPACE_URL, uuid5

from litestar.response import Stream

from core import audit, clock, database
from core.errors import NotFoundError
from core.exports import FILES, Table
from core.scope import Actor
from training.queries.exports import EXPORTS, count, rows


async def export(name: str, wanted: str, *, by: Actor) -> Stream:
    """Answer a table within the person's areas as a file, and note that they took it.

    Raises:
        NotFoundError: there is no such table.
    """
    known = EXPORTS.get(name)
    if known is None:
        raise NotFoundError
    rows_taken = await count(name, scope=by.scope)
    async with database.transaction():
        await audit.record(
            "table_exported", by=by, subject_type=audit.Subject.REPORT,
            subject=uuid5(NAMESPACE_URL, f"/exports/{name}"),
            after={"table": name, "format": wanted, "rows": rows_taken},
        )  # fmt: skip
    found = rows(name, scope=by.scope)
    table = Table(name, known.title, known.columns, known.definitions, found)
    return as_file(table, wanted)


def as_file(table: Table, wanted: str) -> Stream:
    """Answer a table as a download; its name tells what it is of and the day, and nobody (D10)."""
    media_type, pieces = FILES[wanted]
    name = f"{table.slug}-{clock.today():%Y-%m-%d}.{wanted}"
    return Stream(
        pieces(table),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
