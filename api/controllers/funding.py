"""What pays for programmes, and results that documents claim, under ``/api/v1``."""

from uuid import UUID

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut, organisation_or_own
from api.schemas.funding import (
    AgreementChangeIn,
    AgreementIn,
    AgreementOut,
    ClaimIn,
    ClaimOut,
    LineChangeIn,
    LineIn,
    StatementIn,
)
from core.scope import Actor, Permission, Side
from programmes.queries import funding as queries
from programmes.queries.claims import claims
from programmes.services import funding as services
from programmes.services import funding_lines as lines
from programmes.services.claims import add_claim, remove_claim

_MANAGE = [requires(Permission.MANAGE_FUNDING)]


def _where(given: UUID | None, side: Side | None, actor: Actor) -> UUID:
    """Answer the organisation named, or the only one where funding of any side is managed."""
    sides = (side,) if side else tuple(Side)
    managed = [one for one in sides if actor.scope.covers_side(Permission.MANAGE_FUNDING, one)]
    asked = managed[0] if managed else side
    return organisation_or_own(given, Permission.MANAGE_FUNDING, asked, by=actor)


@get("/funding", operation_id="list_funding", guards=_MANAGE)
async def list_funding(actor: NamedDependency[Actor]) -> ListOut[AgreementOut]:
    """List what is paid for, with its lines and stated totals."""
    found = await queries.agreements(scope=actor.scope)
    return ListOut(items=[AgreementOut.of(item) for item in found], next=None)


@post("/funding", operation_id="add_funding", guards=_MANAGE)
async def add_funding(data: JSONBody[AgreementIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a service that is paid for."""
    where = _where(data.organisation_id, data.side, actor)
    return CreatedOut(id=await services.add_agreement(where, data.side, data.details(), by=actor))


@get("/funding/{agreement_id:uuid}", operation_id="get_funding", guards=_MANAGE)
async def get_funding(agreement_id: FromPath[UUID], actor: NamedDependency[Actor]) -> AgreementOut:
    """Answer one agreement."""
    return AgreementOut.of(await queries.agreement(agreement_id, scope=actor.scope))


@put("/funding/{agreement_id:uuid}", operation_id="change_funding", guards=_MANAGE)
async def change_funding(
    agreement_id: FromPath[UUID],
    data: JSONBody[AgreementChangeIn],
    actor: NamedDependency[Actor],
) -> AgreementOut:
    """Change what is recorded of an agreement; whose it is stays."""
    await services.change_agreement(agreement_id, data.details(), version=data.version, by=actor)
    return AgreementOut.of(await queries.agreement(agreement_id, scope=actor.scope))


@post("/funding/{agreement_id:uuid}/lines", operation_id="add_funding_line", guards=_MANAGE)
async def add_line(
    agreement_id: FromPath[UUID], data: JSONBody[LineIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add what one contributor gives."""
    return CreatedOut(id=await lines.add_line(agreement_id, data.details(), by=actor))


@put("/funding/{agreement_id:uuid}/lines/{line_id:uuid}", operation_id="change_funding_line",
     guards=_MANAGE)  # fmt: skip
async def change_line(
    agreement_id: FromPath[UUID],
    line_id: FromPath[UUID],
    data: JSONBody[LineChangeIn],
    actor: NamedDependency[Actor],
) -> AgreementOut:
    """Change what one contributor gives."""
    await lines.change_line(agreement_id, line_id, data.details(), version=data.version, by=actor)
    return AgreementOut.of(await queries.agreement(agreement_id, scope=actor.scope))


@delete("/funding/{agreement_id:uuid}/lines/{line_id:uuid}", operation_id="remove_funding_line",
        guards=_MANAGE)  # fmt: skip
async def remove_line(
    agreement_id: FromPath[UUID], line_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> None:
    """Remove a line that was entered by mistake."""
    await lines.remove_line(agreement_id, line_id, by=actor)


@post("/funding/{agreement_id:uuid}/statements", operation_id="add_funding_statement",
      guards=_MANAGE)  # fmt: skip
async def add_statement(
    agreement_id: FromPath[UUID], data: JSONBody[StatementIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add a total as a document states it; it is never reconciled with its lines."""
    return CreatedOut(id=await lines.add_statement(agreement_id, data.details(), by=actor))


@delete("/funding/{agreement_id:uuid}/statements/{statement_id:uuid}",
        operation_id="remove_funding_statement", guards=_MANAGE)  # fmt: skip
async def remove_statement(
    agreement_id: FromPath[UUID], statement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> None:
    """Remove a stated total that was entered by mistake."""
    await lines.remove_statement(agreement_id, statement_id, by=actor)


@get("/published-claims", operation_id="list_published_claims", guards=_MANAGE)
async def list_claims(actor: NamedDependency[Actor]) -> ListOut[ClaimOut]:
    """List results that documents claim, the latest first."""
    found = await claims(scope=actor.scope)
    return ListOut(items=[ClaimOut.of(item) for item in found], next=None)


@post("/published-claims", operation_id="add_published_claim", guards=_MANAGE)
async def new_claim(data: JSONBody[ClaimIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Add a result that a document claims."""
    where = _where(data.organisation_id, data.side, actor)
    return CreatedOut(id=await add_claim(where, data.side, data.details(), by=actor))


@delete("/published-claims/{claim_id:uuid}", operation_id="remove_published_claim",
        guards=_MANAGE)  # fmt: skip
async def remove_published_claim(claim_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Remove a claim that was entered by mistake."""
    await remove_claim(claim_id, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        list_funding, add_funding, get_funding, change_funding, add_line, change_line,
        remove_line, add_statement, remove_statement, list_claims, new_claim,
        remove_published_claim,
    ],
    tags=["funding"],
)  # fmt: skip
