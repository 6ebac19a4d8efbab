"""Results that documents claim, to be shown beside those that are counted again (C11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.scope import Permission, Scope, Side
from programmes.domain.funding import Claim, ClaimedRate
from programmes.domain.terms import ProgrammeType
from programmes.queries import visibility

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A result that a document claims, of one programme or, without one, of the whole side."""

    id: UUID
    organisation_id: UUID
    side: Side
    programme_id: UUID | None
    programme_name: str
    programme_type: ProgrammeType | None
    what: ClaimedRate
    claim: Claim
    document: str
    as_at_on: date


_CLAIMS = (
    "SELECT k.id, k.organisation, k.side, k.programme, g.name, g.type, k.what, k.numerator,"
    " k.denominator, k.denominator_is_floor, k.percent, k.document, k.as_at_on"
    " FROM published_claims k LEFT JOIN programmes g ON g.id = k.programme"
)


async def claims(
    *,
    scope: Scope,
    permission: Permission = Permission.MANAGE_FUNDING,
    programme_id: UUID | None = None,
) -> tuple[ClaimView, ...]:
    """Answer the visible claims, all or those of one programme, the latest first."""
    conditions = [visibility.funding(scope, permission, "k")]
    if programme_id:
        conditions.append(QueryString("k.programme = {}", programme_id))
    rows = await database.run(
        _CLAIMS + " WHERE {} ORDER BY k.as_at_on DESC, k.id DESC", database.all_of(conditions)
    )
    return tuple(_claim(row) for row in rows)


async def claim(claim_id: UUID, *, scope: Scope) -> ClaimView:
    """Answer one claim.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _CLAIMS + " WHERE k.id = {} AND {}",
        claim_id,
        visibility.funding(scope, Permission.MANAGE_FUNDING, "k"),
    )
    if not rows:
        raise NotFoundError
    return _claim(rows[0])


def _claim(row: database.Row) -> ClaimView:
    return ClaimView(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        programme_id=row["programme"],
        programme_name=row["name"] or "",
        programme_type=ProgrammeType(row["type"]) if row["programme"] else None,
        what=ClaimedRate(row["what"]),
        claim=Claim(
            row["numerator"],
            row["denominator"],
            is_floor=bool(row["denominator_is_floor"]),
            percent=None if row["percent"] is None else row["percent"].quantize(_TENTH),
        ),
        document=row["document"],
        as_at_on=row["as_at_on"],
    )
