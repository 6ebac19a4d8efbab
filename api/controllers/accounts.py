"""Organisations, accounts and grants under ``/api/v1``."""

from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from accounts import queries
from accounts.services import directory
from api.guards import requires, signed_in
from api.schemas.accounts import (
    AccountIn,
    AccountOut,
    GrantIn,
    MeOut,
    NewAccountOut,
    OrganisationIn,
    OrganisationOut,
)
from api.schemas.base import CreatedOut, ListOut
from core.pagination import Cursor
from core.scope import Actor, Permission
from core.settings import Settings


@get("/me", operation_id="me", guards=[signed_in])
async def me(actor: NamedDependency[Actor]) -> MeOut:
    """Answer who the token belongs to and what it may do."""
    return MeOut.of(actor)


@get("/organisations", operation_id="list_organisations", guards=[signed_in])
async def list_organisations(actor: NamedDependency[Actor]) -> ListOut[OrganisationOut]:
    """List the organisations in which you may see anything."""
    found = await queries.organisations(scope=actor.scope)
    return ListOut(items=[OrganisationOut.of(item) for item in found], next=None)


@post("/organisations", operation_id="add_organisation",
      guards=[requires(Permission.MANAGE_ACCOUNTS)])  # fmt: skip
async def add_organisation(
    data: JSONBody[OrganisationIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add an organisation."""
    return CreatedOut(id=await directory.add_organisation(data.name, by=actor))


@get("/accounts", operation_id="list_accounts", guards=[requires(Permission.MANAGE_ACCOUNTS)])
async def list_accounts(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[AccountOut]:
    """List accounts and their grants."""
    return ListOut.of(await queries.accounts(scope=actor.scope, cursor=cursor), AccountOut.of)


@post("/accounts", operation_id="add_account", guards=[requires(Permission.MANAGE_ACCOUNTS)])
async def add_account(
    data: JSONBody[AccountIn],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> NewAccountOut:
    """Add an account; the answer holds a one-time link to choose its password."""
    grant = data.grant.grant() if data.grant else None
    account_id, token = await directory.add_account(data.email, data.name, by=actor, grant=grant)
    return NewAccountOut(
        id=account_id, password_link=f"{settings.public_url}/choose-password/{token}"
    )


@post("/accounts/{account_id:uuid}/grants", operation_id="add_grant",
      guards=[requires(Permission.MANAGE_ACCOUNTS)])  # fmt: skip
async def add_grant(
    account_id: FromPath[UUID], data: JSONBody[GrantIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Give an account a grant."""
    return CreatedOut(id=await directory.add_grant(account_id, data.grant(), by=actor))


@delete("/accounts/{account_id:uuid}/grants/{grant_id:uuid}", operation_id="remove_grant",
        guards=[requires(Permission.MANAGE_ACCOUNTS)])  # fmt: skip
async def remove_grant(
    account_id: FromPath[UUID], grant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> None:
    """Take a grant away."""
    await directory.remove_grant(account_id, grant_id, by=actor)


ROUTES = Router(
    "/",
    route_handlers=[
        me, list_organisations, add_organisation, list_accounts, add_account, add_grant,
        remove_grant,
    ],
    tags=["accounts"],
)  # fmt: skip
