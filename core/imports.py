"""Runs an import of a spreadsheet: batch by batch, all or the good rows, for a try or for good."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from core import audit, database
from core.columns import Cells, Column, RowError, match, rows_of
from core.errors import ConflictError, ForbiddenError, RuleBrokenError, StaleVersionError
from core.ids import new_id
from core.scope import Actor, Permission, Scope, Side
from core.spreadsheets import Sheet

Progress = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""

_TRIES = 3


class ImportRefusedError(RuleBrokenError):
    """A strict import has rows that cannot be imported, so none was."""

    slug = "import-refused"
    title = "Some rows cannot be imported, so nothing was"

    def __init__(self, result: "Result") -> None:
        super().__init__(f"{result.refused} of {result.rows} rows cannot be imported")
        self.result = result


class ImportDisturbedError(ConflictError):
    """Somebody else kept changing the same things; importing again finishes it."""

    slug = "import-disturbed"
    title = "The same records were changed in the meantime"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the rows of a file; each is counted once."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: tuple[RowError, ...] = ()
    missing: int = 0
    """How many are stored as there, but not in a file that says it is the full list."""

    @property
    def refused(self) -> int:
        """Answer how many rows cannot be imported."""
        return len({error.row for error in self.errors})

    def __add__(self, other: "Result") -> "Result":
        return Result(
            self.rows + other.rows,
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            tuple(sorted((*self.errors, *other.errors), key=lambda error: error.row)),
            self.missing + other.missing,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a batch would do, and the function that does it."""

    result: Result
    write: Callable[[], Awaitable[None]]


class Importer(Protocol):
    """One kind of import; made anew for each run."""

    @property
    def kind(self) -> str:
        """What is imported, as addresses and the audit log say it."""
        ...

    @property
    def permission(self) -> Permission:
        """What whoever imports must hold."""
        ...

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that are read."""
        ...

    def batches(self, rows: Iterable[Cells]) -> Sequence[Sequence[Cells]]:
        """Part the rows so that what belongs together is in one batch."""
        ...

    async def plan(self, batch: Sequence[Cells], *, by: Actor, dry_run: bool) -> Plan:
        """Compare a batch with what is stored; within a transaction unless it is a dry run."""
        ...


@runtime_checkable
class FullList(Protocol):
    """An importer that can tell, after all batches, who is missing from a full list."""

    async def propose_missing(self, *, by: Actor, dry_run: bool) -> Result:
        """Propose whoever is missing as gone; within a transaction unless it is a dry run."""
        ...


async def run(
    importer: Importer,
    sheet: Sheet,
    *,
    by: Actor,
    dry_run: bool = False,
    strict: bool = False,
    chosen: Mapping[str, str] = MappingProxyType({}),
    progress: Progress = lambda *_: None,
) -> Result:
    """Import the good rows of a file; with ``strict`` all of them or none.

    Raises:
        ForbiddenError: the permission is lacking everywhere.
        ImportRefusedError: with ``strict``, some row cannot be imported.
        InvalidInputError: a required column is missing.
    """
    if not by.scope.has(importer.permission):
        raise ForbiddenError
    batches = importer.batches(rows_of(sheet, match(sheet, importer.columns, chosen)))
    of = sum(len(batch) for batch in batches)
    total = Result()
    if dry_run:
        for batch in batches:
            total += (await importer.plan(batch, by=by, dry_run=True)).result
            progress(total.rows, of)
        return total + await _missing(importer, by, dry_run=True)
    if strict:
        try:
            return await _all_or_none(importer, batches, by, progress)
        except (StaleVersionError, *database.INTEGRITY_ERRORS, *database.DEADLOCKS):
            raise ImportDisturbedError from None
    for batch in batches:
        total += await _import_batch(importer, batch, by)
        progress(total.rows, of)
    async with database.transaction():
        total += await _missing(importer, by, dry_run=False)
        await _record(importer, total, by)
    return total


async def _missing(importer: Importer, by: Actor, *, dry_run: bool) -> Result:
    if isinstance(importer, FullList):
        return await importer.propose_missing(by=by, dry_run=dry_run)
    return Result()


async def _all_or_none(
    importer: Importer, batches: Sequence[Sequence[Cells]], by: Actor, progress: Progress
) -> Result:
    total = Result()
    of = sum(len(batch) for batch in batches)
    async with database.transaction():
        for batch in batches:
            plan = await importer.plan(batch, by=by, dry_run=False)
            total += plan.result
            if not total.errors:  # otherwise only the rest of the errors is looked for
                await plan.write()
            progress(total.rows, of)
        if total.errors:
            raise ImportRefusedError(total)
        total += await _missing(importer, by, dry_run=False)
        await _record(importer, total, by)
    return total


async def _import_batch(importer: Importer, batch: Sequence[Cells], by: Actor) -> Result:
    """Import a batch in a transaction of its own; again, if somebody changed the same things."""
    noted = [len(cells.errors) for cells in batch]
    for _ in range(_TRIES):
        try:
            async with database.transaction():
                plan = await importer.plan(batch, by=by, dry_run=False)
                await plan.write()
        except (StaleVersionError, *database.INTEGRITY_ERRORS, *database.DEADLOCKS):
            for cells, before in zip(batch, noted, strict=True):
                del cells.errors[before:]
        else:
            return plan.result
    raise ImportDisturbedError


def in_batches(rows: Iterable[Cells], *, together: str, size: int) -> list[list[Cells]]:
    """Part rows into batches, those with the same cell in a column always in the same one."""
    groups: dict[str, list[Cells]] = {}
    for cells in rows:
        groups.setdefault(cells.key(together), []).append(cells)
    return packed(groups.values(), size=size)


def packed(groups: Iterable[list[Cells]], *, size: int) -> list[list[Cells]]:
    """Put groups of rows into batches, each group whole."""
    batches: list[list[Cells]] = [[]]
    for group in groups:
        if batches[-1] and len(batches[-1]) + len(group) > size:
            batches.append([])
        batches[-1] += group
    return batches


async def _record(importer: Importer, total: Result, by: Actor) -> None:
    side, organisation_id = _where(by.scope, importer.permission)
    counts: dict[str, Any] = {
        "kind": importer.kind, "rows": total.rows, "created": total.created,
        "updated": total.updated, "unchanged": total.unchanged, "refused": total.refused,
        **({"missing": total.missing} if total.missing else {}),
    }  # fmt: skip
    await audit.record(
        "spreadsheet_imported", by=by, subject_type=audit.Subject.IMPORT, subject=new_id(),
        side=side, organisation_id=organisation_id, after=counts,
    )  # fmt: skip


def _where(scope: Scope, permission: Permission) -> tuple[Side | None, UUID | None]:
    """Answer the one side and the one organisation of an import, where there is just one."""
    sides = {area.side for area in scope.within(permission)}
    organisations = {area.organisation_id for area in scope.within(permission)}
    return (
        sides.pop() if len(sides) == 1 else None,
        organisations.pop() if len(organisations) == 1 else None,
    )


def narrowed(
    actor: Actor, permission: Permission, *, side: Side | None, organisation_id: UUID | None
) -> Actor:
    """Answer the actor with the permission only in one organisation or on one side."""
    areas = {
        area if area.permission is not permission else replace(
            area, organisation_id=organisation_id or area.organisation_id
        )
        for area in actor.scope.areas
        if area.permission is not permission
        or (
            side in (None, area.side)
            and (organisation_id is None or area.organisation_id in (None, organisation_id))
        )
    }  # fmt: skip
    return replace(actor, scope=replace(actor.scope, areas=frozenset(areas)))
