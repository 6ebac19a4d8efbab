"""Keeps which heading of a source's files is which column, for the next file from there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core import clock, database
from core.columns import fits, folded
from core.errors import InvalidInputError
from core.ids import new_id
from core.scope import Actor
from core.tables import ImportMapping

LONGEST_SOURCE = 60


@dataclass(frozen=True, slots=True)
class Saved:
    """What somebody chose for the files of one source: the heading of each column."""

    id: UUID
    kind: str
    source: str
    headings: Mapping[str, str]


async def saved(*, by: Actor) -> tuple[Saved, ...]:
    """Answer what this person saved, the newest first; the service itself uses everybody's."""
    query = ImportMapping.select().order_by(ImportMapping.saved_at, ImportMapping.id)
    if by.account_id:
        query = query.where(ImportMapping.account == by.account_id)
    return tuple(
        Saved(row["id"], row["kind"], row["source"], json.loads(row["headings"]))
        for row in reversed(await query)
    )


async def of_source(kind: str, source: str, *, by: Actor) -> Saved:
    """Answer what was saved for a source, whatever the case of its name.

    Raises:
        InvalidInputError: nothing was.
    """
    for one in await saved(by=by):
        if (one.kind, folded(one.source)) == (kind, folded(source)):
            return one
    raise InvalidInputError.of("source", "No columns are saved for a source of this name")


async def fitting(kind: str, header: Sequence[str], *, by: Actor) -> Saved | None:
    """Answer the newest that this person saved of which a file has every heading."""
    for one in await saved(by=by):
        if one.kind == kind and fits(header, one.headings):
            return one
    return None


async def save(kind: str, source: str, headings: Mapping[str, str], *, by: Actor) -> None:
    """Save what was chosen for a source, in place of what was saved for it."""
    async with database.transaction():
        await database.serialise(f"columns of {by.account_id}")
        for one in await saved(by=by):
            if (one.kind, folded(one.source)) == (kind, folded(source)):
                await ImportMapping.delete().where(ImportMapping.id == one.id)
        await ImportMapping(
            id=new_id(), kind=kind, source=source, account=by.account_id,
            headings=json.dumps(dict(headings), ensure_ascii=False), saved_at=clock.now(),
        ).save()  # fmt: skip


async def remove(mapping_id: UUID, *, by: Actor) -> None:
    """Forget what this person saved for a source."""
    await ImportMapping.delete().where(
        ImportMapping.id == mapping_id, ImportMapping.account == by.account_id
    )
