"""Reads of the accounts room."""

from dataclasses import dataclass
from uuid import UUID

from accounts.domain.roles import Grant, GrantSide, Role
from accounts.tables import Account, Organisation
from accounts.tables import Grant as GrantRow
from core.errors import ForbiddenError, NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope, Side


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant that an account holds."""

    id: UUID
    grant: Grant


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its grants."""

    id: UUID
    email: str
    name: str
    is_active: bool
    grants: tuple[HeldGrant, ...]


async def organisations(*, scope: Scope) -> tuple[OrganisationView, ...]:
    """Answer the organisations in which the scope has any area, by name."""
    query = Organisation.select(Organisation.id, Organisation.name).order_by(Organisation.name)
    ids = {area.organisation_id for area in scope.areas}
    if None not in ids:
        if not ids:
            return ()
        query = query.where(Organisation.id.is_in([id for id in ids if id]))
    return tuple(OrganisationView(row["id"], row["name"]) for row in await query)


async def accounts(*, scope: Scope, cursor: Cursor) -> Page[AccountView]:
    """Answer the accounts that the scope administers with their grants there, in order of making.

    Who administers one organisation sees the accounts that hold a grant in it, and only that.
    """
    organisation_ids = _administered(scope)
    query = Account.select(Account.id, Account.email, Account.name, Account.is_active)
    if organisation_ids is not None:
        held_there = GrantRow.select(GrantRow.account).where(
            GrantRow.organisation.is_in(organisation_ids)
        )
        query = query.where(Account.id.is_in(held_there))
    if after := cursor.after_id():
        query = query.where(Account.id > after)
    rows = await query.order_by(Account.id).limit(cursor.limit + 1)
    page = cursor.page(rows, lambda row: (row["id"],))
    held = await _held([row["id"] for row in page.items], organisation_ids)
    views = tuple(
        AccountView(
            row["id"], row["email"], row["name"], bool(row["is_active"]), held.get(row["id"], ())
        )
        for row in page.items
    )
    return Page(views, page.next)


def _administered(scope: Scope) -> list[UUID] | None:
    """Answer the organisations whose accounts the scope administers; ``None`` for all."""
    areas = scope.within(Permission.MANAGE_ACCOUNTS)
    if not areas:
        raise ForbiddenError
    ids = [area.organisation_id for area in areas if area.organisation_id]
    return ids if len(ids) == len(areas) else None


async def account(account_id: UUID, *, scope: Scope) -> AccountView:
    """Answer one account that the scope administers.

    Raises:
        NotFoundError: there is none with that id, or it is not the scope's to administer.
    """
    organisation_ids = _administered(scope)
    rows = await Account.select(Account.id, Account.email, Account.name, Account.is_active).where(
        Account.id == account_id
    )
    held = (await _held([account_id], organisation_ids)).get(account_id, ())
    if not rows or (organisation_ids is not None and not held):
        raise NotFoundError
    row = rows[0]
    return AccountView(row["id"], row["email"], row["name"], bool(row["is_active"]), held)


async def account_names(ids: set[UUID], *, scope: Scope) -> dict[UUID, str]:
    """Answer the names of colleagues, such as a cohort's facilitators."""
    if not ids or not scope.areas:
        return {}
    rows = await Account.select(Account.id, Account.name).where(Account.id.is_in(list(ids)))
    return {row["id"]: row["name"] for row in rows}


async def account_by_email(email: str, *, scope: Scope) -> UUID | None:
    """Answer the account that signs in with an e-mail, for whoever may link it to their staff."""
    if not scope.has(Permission.MANAGE_STAFF):
        return None
    rows = await Account.select(Account.id).where(
        Account.email == email.strip().lower(),
        Account.is_active == True,  # noqa: E712 - SQL
    )
    return rows[0]["id"] if rows else None


async def roles_of(
    account_ids: set[UUID], *, side: Side, organisation_id: UUID, scope: Scope
) -> dict[UUID, Role]:
    """Answer in which role accounts work with the cases of one side of an organisation."""
    if not account_ids or not scope.covers_side(Permission.VIEW_CASES, side):
        return {}
    held = await _held(list(account_ids), None)
    return {
        account_id: item.grant.role
        for account_id, grants in held.items()
        for item in grants
        if side in item.grant.side.sides() and item.grant.organisation_id in (None, organisation_id)
    }


async def colleagues(
    role: Role, side: GrantSide, organisation_id: UUID, *, scope: Scope
) -> tuple[tuple[UUID, str], ...]:
    """Answer (id, name) of those who hold the role there, by name; none outside the scope."""
    wanted = set(side.sides())
    if not any(
        area.side in wanted and area.organisation_id in (None, organisation_id)
        for area in scope.areas
    ):
        return ()
    rows = (
        await GrantRow.select(
            GrantRow.account.id.as_alias("id"), GrantRow.account.name.as_alias("name")
        )
        .where(
            GrantRow.role == role,
            GrantRow.side == side,
            GrantRow.account.is_active == True,  # noqa: E712 - SQL
            (GrantRow.organisation == organisation_id) | GrantRow.organisation.is_null(),
        )
        .order_by(GrantRow.account.name)
    )
    return tuple((row["id"], row["name"]) for row in rows)


async def holders(role: Role, *, scope: Scope) -> tuple[tuple[UUID, UUID | None], ...]:
    """Answer who holds a role and in which organisation, ``None`` for all: active accounts alone.

    Whoever holds it in all is answered once.
    """
    organisation_ids = _administered(scope)
    query = GrantRow.select(GrantRow.account, GrantRow.organisation).where(
        GrantRow.role == role,
        GrantRow.account.is_active == True,  # noqa: E712 - SQL
    )
    if organisation_ids is not None:
        query = query.where(GrantRow.organisation.is_in(organisation_ids))
    held = {(row["account"], row["organisation"]) for row in await query}
    everywhere = {account_id for account_id, organisation_id in held if organisation_id is None}
    alone = {pair for pair in held if pair[1] is None or pair[0] not in everywhere}
    return tuple(sorted(alone, key=str))


async def _held(
    account_ids: list[UUID], organisation_ids: list[UUID] | None
) -> dict[UUID, tuple[HeldGrant, ...]]:
    if not account_ids:
        return {}
    query = GrantRow.select().where(GrantRow.account.is_in(account_ids))
    if organisation_ids is not None:
        query = query.where(GrantRow.organisation.is_in(organisation_ids))
    held: dict[UUID, tuple[HeldGrant, ...]] = {}
    for row in await query.order_by(GrantRow.id):
        grant = Grant(Role(row["role"]), GrantSide(row["side"]), row["organisation"])
        held[row["account"]] = (*held.get(row["account"], ()), HeldGrant(row["id"], grant))
    return held
