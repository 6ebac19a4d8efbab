"""Keeps the rows of a spreadsheet between preview and import, for whoever sent it, for a day."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from core import clock
from core.errors import NotFoundError
from core.ids import new_id
from core.scope import Actor
from core.spreadsheets import Sheet
from core.tables import Upload

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that somebody sent and has not imported yet."""

    id: UUID
    kind: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of a file, and the heading ``chosen`` for each column, as known of its source."""

    kind: str
    sheet: Sheet
    chosen: Mapping[str, str]
    source: str


async def keep(
    sheet: Sheet,
    *,
    kind: str,
    by: Actor,
    chosen: Mapping[str, str] = MappingProxyType({}),
    source: str = "",
) -> UUID:
    """Keep the rows of a file and answer their id; what is older than a day is removed."""
    await Upload.delete().where(Upload.uploaded_at < clock.now() - KEPT_FOR)
    upload = Upload(
        id=new_id(), account=by.account_id, kind=kind, uploaded_at=clock.now(),
        rows=_written(sheet, chosen, source),
    )  # fmt: skip
    await upload.save()
    return upload.id


def _written(sheet: Sheet, chosen: Mapping[str, str], source: str) -> str:
    return json.dumps(
        {"rows": sheet.rows, "notes": sheet.notes, "chosen": dict(chosen), "source": source},
        ensure_ascii=False,
    )


async def choose(upload_id: UUID, chosen: Mapping[str, str], *, source: str, by: Actor) -> None:
    """Keep which heading is which column of a file that this person sent.

    Raises:
        NotFoundError: there is none, or somebody else's, or it is older than a day.
    """
    found = await kept(upload_id, by=by)
    await Upload.update({Upload.rows: _written(found.sheet, chosen, source)}).where(
        Upload.id == upload_id
    )


async def kept(upload_id: UUID, *, by: Actor) -> Kept:
    """Answer a file that this person sent.

    Raises:
        NotFoundError: there is none, or somebody else's, or it is older than a day.
    """
    rows = await Upload.select(Upload.kind, Upload.rows).where(
        Upload.id == upload_id,
        Upload.account == by.account_id,
        Upload.uploaded_at >= clock.now() - KEPT_FOR,
    )
    if not rows:
        raise NotFoundError
    found = json.loads(rows[0]["rows"])
    sheet = Sheet(tuple(tuple(row) for row in found["rows"]), tuple(found["notes"]))
    return Kept(rows[0]["kind"], sheet, found.get("chosen", {}), found.get("source", ""))


async def waiting(*, by: Actor) -> list[Waiting]:
    """Answer which files of this person wait, the newest first."""
    rows = await (
        Upload.select(Upload.id, Upload.kind, Upload.uploaded_at)
        .where(Upload.account == by.account_id, Upload.uploaded_at >= clock.now() - KEPT_FOR)
        .order_by(Upload.id, ascending=False)
        .limit(20)
    )
    return [Waiting(row["id"], row["kind"], row["uploaded_at"]) for row in rows]


async def remove(upload_id: UUID, *, by: Actor) -> None:
    """Remove the rows that this person sent."""
    await Upload.delete().where(Upload.id == upload_id, Upload.account == by.account_id)
