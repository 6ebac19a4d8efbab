"""Records what contributors give to an agreement, and the totals that documents state of it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor
from programmes.domain.funding import MOST_PENCE, FundingStatus, Paid, StatedFor
from programmes.errors import LineStatedError
from programmes.queries.funding import AgreementView, LineView, agreement, agreements
from programmes.services.fields import refuse, stale_version, text_fault
from programmes.services.funding import day_fault, record_change
from programmes.tables import FundingLine, FundingStatement, StatedLine


@dataclass(frozen=True, slots=True)
class LineDetails:
    """What one contributor gives, out of which fund."""

    contributor: str
    amount_pence: int
    paid: Paid
    from_on: date
    status: FundingStatus
    source: str = ""
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class StatementDetails:
    """A total that a document states, and the lines that it is said to be of."""

    says: str
    total_pence: int
    stated_for: StatedFor
    document: str
    as_at_on: date
    line_ids: tuple[UUID, ...]


async def add_line(agreement_id: UUID, details: LineDetails, *, by: Actor) -> UUID:
    """Add what one contributor gives to an agreement, and answer the line's id.

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: the agreement is not visible.
    """
    found = await agreement(agreement_id, scope=by.scope)
    refuse(_line_faults(details))
    added_id = new_id()
    async with database.transaction():
        await FundingLine(id=added_id, agreement=agreement_id, **_line_columns(details)).save()
        await record_change("funding_line_added", found, added_id, by, after=_line_columns(details))
    return added_id


async def change_line(
    agreement_id: UUID, line_id: UUID, details: LineDetails, *, version: int, by: Actor
) -> None:
    """Change what one contributor gives.

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: the agreement is not visible, or has no such line.
        StaleVersionError: somebody else changed it in the meantime.
    """
    found = await agreement(agreement_id, scope=by.scope)
    line = line_of(found, line_id)
    refuse(_line_faults(details))
    before = {
        "contributor": line.contributor, "source": line.source, "to_on": line.to_on,
        "amount_pence": line.gives.amount_pence, "paid": line.gives.paid,
        "from_on": line.gives.from_on, "status": line.gives.status,
    }  # fmt: skip
    after = _line_columns(details)
    async with database.transaction():
        touched = await (
            FundingLine.update(database.assignments({**after, "version": version + 1}))
            .where(FundingLine.id == line_id, FundingLine.version == version)
            .returning(FundingLine.id)
        )
        if not touched:
            raise await stale_version(line_id, by=by)
        await record_change("funding_line_changed", found, line_id, by, before=before, after=after)


async def remove_line(agreement_id: UUID, line_id: UUID, *, by: Actor) -> None:
    """Remove a line that was entered by mistake; one that ended keeps its end instead.

    Raises:
        LineStatedError: a stated total includes it.
        NotFoundError: the agreement is not visible, or has no such line.
    """
    found = await agreement(agreement_id, scope=by.scope)
    line = line_of(found, line_id)
    async with database.transaction():
        try:
            gone = FundingLine.delete().where(FundingLine.id == line_id)
            if not await gone.returning(FundingLine.id):  # somebody else removed it meanwhile
                raise NotFoundError
        except database.INTEGRITY_ERRORS as error:
            raise LineStatedError from error
        await record_change(
            "funding_line_removed", found, line_id, by,
            before={"contributor": line.contributor, "amount_pence": line.gives.amount_pence},
        )  # fmt: skip


async def add_statement(agreement_id: UUID, details: StatementDetails, *, by: Actor) -> UUID:
    """Add a total as a document states it, and answer its id.

    It may include lines of other agreements of the same side and organisation (S5).

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: the agreement is not visible.
    """
    found = await agreement(agreement_id, scope=by.scope)
    known = {line.id for one in await alike(found, by=by) for line in one.lines}
    wanted = dict.fromkeys(details.line_ids)
    lacking = not wanted or not known.issuperset(wanted)
    refuse(
        [
            *_statement_faults(details),
            FieldError("line_ids", "Choose the lines that it is of") if lacking else None,
        ]
    )
    added_id = new_id()
    async with database.transaction():
        await FundingStatement(
            id=added_id, agreement=agreement_id, says=details.says.strip(),
            total_pence=details.total_pence, stated_for=details.stated_for,
            document=details.document.strip(), as_at_on=details.as_at_on,
        ).save()  # fmt: skip
        await StatedLine.insert(*[StatedLine(statement=added_id, line=id) for id in wanted])
        await record_change(
            "funding_statement_added", found, added_id, by,
            after={"total_pence": details.total_pence, "document": details.document},
        )  # fmt: skip
    return added_id


async def remove_statement(agreement_id: UUID, statement_id: UUID, *, by: Actor) -> None:
    """Remove a stated total that was entered by mistake.

    Raises:
        NotFoundError: the agreement is not visible, or has no such total.
    """
    found = await agreement(agreement_id, scope=by.scope)
    if statement_id not in {statement.id for statement in found.statements}:
        raise NotFoundError
    async with database.transaction():
        gone = FundingStatement.delete().where(FundingStatement.id == statement_id)
        if not await gone.returning(FundingStatement.id):  # somebody else removed it meanwhile
            raise NotFoundError
        await record_change("funding_statement_removed", found, statement_id, by)


async def alike(found: AgreementView, *, by: Actor) -> tuple[AgreementView, ...]:
    """Answer the agreements of the same side and organisation, itself among them."""
    return tuple(
        one
        for one in await agreements(scope=by.scope, organisation_id=found.organisation_id)
        if one.side is found.side
    )


def line_of(found: AgreementView, line_id: UUID) -> LineView:
    """Answer a line of an agreement.

    Raises:
        NotFoundError: it has no such line.
    """
    for line in found.lines:
        if line.id == line_id:
            return line
    raise NotFoundError


def _line_faults(details: LineDetails) -> Iterator[FieldError | None]:
    yield text_fault("contributor", details.contributor, longest=120)
    yield text_fault("source", details.source, longest=120, required=False)
    yield _pence_fault("amount_pence", details.amount_pence)
    yield day_fault("from_on", details.from_on)
    yield day_fault("to_on", details.to_on)
    if details.to_on is None:
        if details.status is FundingStatus.ENDED:
            yield FieldError("to_on", "Enter the day on which it ended")
    elif details.to_on < details.from_on:
        yield FieldError("to_on", "End on or after the first day")


def _statement_faults(details: StatementDetails) -> Iterator[FieldError | None]:
    yield text_fault("says", details.says, longest=120)
    yield text_fault("document", details.document, longest=200)
    yield _pence_fault("total_pence", details.total_pence)
    yield day_fault("as_at_on", details.as_at_on)


def _pence_fault(field: str, pence: int) -> FieldError | None:
    if 0 <= pence <= MOST_PENCE:
        return None
    return FieldError(field, f"Enter an amount from 0 to {MOST_PENCE // 100:,} pounds")


def _line_columns(details: LineDetails) -> dict[str, Any]:
    texts = {"contributor": details.contributor.strip(), "source": details.source.strip()}
    return {**asdict(details), **texts}
