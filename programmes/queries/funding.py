"""What pays for programmes, and what documents state of it beside what the lines add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.scope import Permission, Scope, Side
from programmes.domain.funding import (
    Contribution,
    FundingStatus,
    Paid,
    StatedFor,
    ends_soon,
    summed,
)
from programmes.domain.terms import ProgrammeType
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class LineView:
    """What one contributor gives; ``gives`` ends with the agreement where it has no end itself."""

    id: UUID
    contributor: str
    source: str
    to_on: date | None
    version: int
    gives: Contribution

    def ends_soon(self, *, today: date) -> bool:
        """Tell whether it ends within six months."""
        return ends_soon(self.gives.to_on, today=today)


@dataclass(frozen=True, slots=True)
class StatementView:
    """A total as a document states it, with what its lines add up to; both in pence.

    ``summed_pence`` is ``None`` where it is of the whole time and a line has no end.
    """

    id: UUID
    says: str
    total_pence: int
    stated_for: StatedFor
    document: str
    as_at_on: date
    lines: tuple[LineView, ...]

    @property
    def summed_pence(self) -> int | None:
        """Answer what its lines add up to."""
        return summed([line.gives for line in self.lines], self.stated_for)

    @property
    def difference_pence(self) -> int | None:
        """Answer by how much the stated total exceeds the sum; below 0 where it falls short."""
        added = self.summed_pence
        return None if added is None else self.total_pence - added


@dataclass(frozen=True, slots=True)
class AgreementView:
    """A service that is paid for; ``side`` is ``None`` where it serves both."""

    id: UUID
    organisation_id: UUID
    side: Side | None
    service: str
    provider: str
    programme_id: UUID | None
    programme_name: str
    programme_type: ProgrammeType | None
    starts_on: date | None
    ends_on: date | None
    note: str
    version: int
    lines: tuple[LineView, ...]
    statements: tuple[StatementView, ...]

    def ends_soon(self, *, today: date) -> bool:
        """Tell whether it ends within six months."""
        return ends_soon(self.ends_on, today=today)


_AGREEMENTS = (
    "SELECT f.id, f.organisation, f.side, f.service, f.provider, f.programme,"
    " g.name AS programme_name, g.type AS programme_type, f.starts_on, f.ends_on, f.note,"
    " f.version FROM funding_agreements f LEFT JOIN programmes g ON g.id = f.programme"
)
_LINE = (
    "SELECT l.id, l.agreement, l.contributor, l.source, l.amount_pence, l.paid, l.from_on,"
    " l.to_on, l.status, l.version, f.ends_on"
)
_LINES = " FROM funding_lines l JOIN funding_agreements f ON f.id = l.agreement"


async def agreements(
    *,
    scope: Scope,
    permission: Permission = Permission.MANAGE_FUNDING,
    programme_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> tuple[AgreementView, ...]:
    """Answer the visible agreements, all or those of a programme or an organisation, by service."""
    conditions = [visibility.funding(scope, permission)]
    if programme_id:
        conditions.append(QueryString("f.programme = {}", programme_id))
    if organisation_id:
        conditions.append(QueryString("f.organisation = {}", organisation_id))
    return await _found(conditions)


async def agreement(agreement_id: UUID, *, scope: Scope) -> AgreementView:
    """Answer one agreement.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    seen = visibility.funding(scope, Permission.MANAGE_FUNDING)
    found = await _found([QueryString("f.id = {}", agreement_id), seen])
    if not found:
        raise NotFoundError
    return found[0]


async def _found(conditions: Sequence[QueryString]) -> tuple[AgreementView, ...]:
    rows = await database.run(
        _AGREEMENTS + " WHERE {} ORDER BY f.service, f.id", database.all_of(conditions)
    )
    ids = [row["id"] for row in rows]
    lines = await _lines(ids)
    statements = await _statements(ids)
    return tuple(_agreement(row, lines, statements) for row in rows)


async def _lines(agreement_ids: Sequence[UUID]) -> dict[UUID, tuple[LineView, ...]]:
    """Answer the lines of each of these agreements, in the order of their making."""
    rows = await database.run(
        _LINE + _LINES + " WHERE l.agreement IN {} ORDER BY l.id",
        database.in_list(agreement_ids),
    )
    found: dict[UUID, tuple[LineView, ...]] = {}
    for row in rows:
        found[row["agreement"]] = (*found.get(row["agreement"], ()), _line(row))
    return found


async def _statements(agreement_ids: Sequence[UUID]) -> dict[UUID, tuple[StatementView, ...]]:
    """Answer what documents state of each of these agreements, the latest last."""
    rows = await database.run(
        "SELECT t.id, t.agreement, t.says, t.total_pence, t.stated_for, t.document, t.as_at_on"
        " FROM funding_statements t WHERE t.agreement IN {} ORDER BY t.as_at_on, t.id",
        database.in_list(agreement_ids),
    )
    covered = await _covered([row["id"] for row in rows])
    found: dict[UUID, tuple[StatementView, ...]] = {}
    for row in rows:
        view = StatementView(
            row["id"], row["says"], row["total_pence"], StatedFor(row["stated_for"]),
            row["document"], row["as_at_on"], covered.get(row["id"], ()),
        )  # fmt: skip
        found[row["agreement"]] = (*found.get(row["agreement"], ()), view)
    return found


async def _covered(statement_ids: Sequence[UUID]) -> dict[UUID, tuple[LineView, ...]]:
    """Answer the lines that each of these totals is said to include."""
    rows = await database.run(
        _LINE + ", i.statement" + _LINES + " JOIN stated_lines i ON i.line = l.id"
        " WHERE i.statement IN {} ORDER BY l.id",
        database.in_list(statement_ids),
    )
    found: dict[UUID, tuple[LineView, ...]] = {}
    for row in rows:
        found[row["statement"]] = (*found.get(row["statement"], ()), _line(row))
    return found


def _line(row: database.Row) -> LineView:
    return LineView(
        id=row["id"],
        contributor=row["contributor"],
        source=row["source"],
        to_on=row["to_on"],
        version=row["version"],
        gives=Contribution(
            row["amount_pence"],
            Paid(row["paid"]),
            row["from_on"],
            row["to_on"] or row["ends_on"],
            FundingStatus(row["status"]),
        ),
    )


def _agreement(
    row: database.Row,
    lines: Mapping[UUID, tuple[LineView, ...]],
    statements: Mapping[UUID, tuple[StatementView, ...]],
) -> AgreementView:
    return AgreementView(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]) if row["side"] else None,
        service=row["service"],
        provider=row["provider"],
        programme_id=row["programme"],
        programme_name=row["programme_name"] or "",
        programme_type=ProgrammeType(row["programme_type"]) if row["programme"] else None,
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        note=row["note"],
        version=row["version"],
        lines=lines.get(row["id"], ()),
        statements=statements.get(row["id"], ()),
    )
