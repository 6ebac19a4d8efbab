"""Which kinds of spreadsheet can be imported, and what they share on every way in."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from litestar.datastructures import UploadFile

from core import imports
from core.columns import Column
from core.errors import NotFoundError
from core.imports import Importer, Progress, Result
from core.scope import Actor, Permission, Side
from core.spreadsheets import Sheet, read, written
from programmes.services.imports.attendance import AttendanceImporter
from programmes.services.imports.referrals import ReferralImporter
from training.services.imports.staff import StaffImporter
from training.services.imports.training_records import TrainingRecordImporter


@dataclass(frozen=True, slots=True)
class Wish:
    """How to import: for a try, all or none, and only for one side or organisation.

    ``full_list`` says that whoever is missing has left; ``chosen`` are headings by column.
    """

    dry_run: bool = False
    strict: bool = False
    side: Side | None = None
    organisation_id: UUID | None = None
    full_list: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """A kind of import: what a row of it is, and what imports it."""

    slug: str
    title: str
    one_row: str
    permission: Permission
    columns: Sequence[Column]
    importer: Callable[[Wish], Importer]
    may_be_full_list: bool = False

    @property
    def names_organisation(self) -> bool:
        """Tell whether rows say to which organisation they belong."""
        return any(column.name == "organisation" for column in self.columns)


KINDS: Mapping[str, Known] = {
    kind.slug: kind
    for kind in (
        Known(
            "referrals",
            "Referrals",
            "One row for each referral of a person to a programme",
            ReferralImporter.permission,
            ReferralImporter.columns,
            lambda _: ReferralImporter(),
        ),
        Known(
            "attendance",
            "Attendance",
            "One row for each person and session",
            AttendanceImporter.permission,
            AttendanceImporter.columns,
            lambda _: AttendanceImporter(),
        ),
        Known(
            "staff",
            "Staff",
            "One row for each person, or for each post of somebody with several",
            StaffImporter.permission,
            StaffImporter.columns,
            lambda wish: StaffImporter(full_list=wish.full_list),
            may_be_full_list=True,
        ),
        Known(
            "training-records",
            "Training records",
            "One row for each course that somebody completed",
            TrainingRecordImporter.permission,
            TrainingRecordImporter.columns,
            lambda _: TrainingRecordImporter(),
        ),
    )
}
"""Every kind, by what it is called in an address and a command."""

PERMISSIONS = tuple(dict.fromkeys(kind.permission for kind in KINDS.values()))
"""With any of these there is something to import."""


async def sheet_of(file: UploadFile) -> Sheet:
    """Read a file that somebody sent, aside, so that nobody else waits meanwhile."""
    try:
        return await asyncio.to_thread(read, await file.read())
    finally:
        await file.close()


def available(actor: Actor) -> tuple[Known, ...]:
    """Answer the kinds that this person may import."""
    return tuple(kind for kind in KINDS.values() if actor.scope.has(kind.permission))


async def run(
    slug: str, sheet: Sheet, wish: Wish, *, by: Actor, progress: Progress = lambda *_: None
) -> Result:
    """Import a file.

    Raises:
        NotFoundError: there is no such kind, or nothing may be imported for that organisation.
    """
    kind = KINDS.get(slug)
    if kind is None:
        raise NotFoundError
    actor = imports.narrowed(
        by, kind.permission, side=wish.side, organisation_id=wish.organisation_id
    )
    if by.scope.has(kind.permission) and not actor.scope.has(kind.permission):
        raise NotFoundError
    return await imports.run(
        kind.importer(wish), sheet, by=actor, dry_run=wish.dry_run, strict=wish.strict,
        chosen=wish.chosen, progress=progress,
    )  # fmt: skip


def refused_rows(sheet: Sheet, result: Result) -> Sheet:
    """Answer the file with the rows that cannot be imported alone, each in its place."""
    stays = {error.row for error in result.errors} | {sheet.header_place + 1}
    return Sheet(
        tuple(row if number in stays else () for number, row in enumerate(sheet.rows, 1)),
        sheet.notes,
    )


def errors_as_csv(sheet: Sheet, result: Result) -> str:
    """Answer the rows that cannot be imported as CSV, each with its number and the reasons."""
    reasons: dict[int, list[str]] = {}
    for error in result.errors:
        reasons.setdefault(error.row, []).append(f"{error.field}: {error.message}")
    header = sheet.header
    rows = [
        (*(*sheet.rows[number - 1], *[""] * len(header))[: len(header)], str(number), text)
        for number, text in ((number, "; ".join(texts)) for number, texts in reasons.items())
    ]
    return written([(*header, "row", "what to correct"), *rows])
