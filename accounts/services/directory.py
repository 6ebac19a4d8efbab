"""Organisations, accounts and their grants."""

import re
from datetime import timedelta
from uuid import UUID

from accounts.domain.roles import ALLOWED_SIDES, Grant, GrantSide, Role, works_on
from accounts.errors import (
    AccountExistsError,
    BothSidesError,
    GrantExistsError,
    OrganisationExistsError,
)
from accounts.services.hashing import new_token, token_hash
from accounts.tables import Account, Organisation, PasswordLink
from accounts.tables import Grant as GrantRow
from core import audit, clock, database
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission

LINK_LIFE = timedelta(days=7)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LONGEST_EMAIL = 254


async def add_organisation(name: str, *, by: Actor) -> UUID:
    """Add an organisation and answer its id.

    Raises:
        OrganisationExistsError: the name is taken.
    """
    _require_everywhere(by)
    organisation = Organisation(name=_text("name", name), created_at=clock.now())
    async with database.transaction():
        await _save_organisation(organisation, by=by)
    return organisation.id


async def organisation_named(name: str, *, by: Actor) -> UUID:
    """Answer the id of the organisation of that name, made if it does not exist."""
    rows = await Organisation.select(Organisation.id).where(Organisation.name == name.strip())
    if rows:
        found: UUID = rows[0]["id"]
        return found
    return await add_organisation(name, by=by)


async def _save_organisation(organisation: Organisation, *, by: Actor) -> None:
    with database.refusing(Organisation, name=OrganisationExistsError()):
        await organisation.save()
    await audit.record(
        "organisation_added",
        by=by,
        subject_type=audit.Subject.ORGANISATION,
        subject=organisation.id,
        organisation_id=organisation.id,
    )


async def add_account(email: str, name: str, *, by: Actor) -> tuple[UUID, str]:
    """Add an account without a password; answer its id and a one-time link's secret.

    Raises:
        AccountExistsError: the e-mail address is taken.
        InvalidInputError: it is not an e-mail address, or the name is empty.
    """
    _require_everywhere(by)
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > _LONGEST_EMAIL:
        raise InvalidInputError.of("email", "Enter an e-mail address, like name@example.org")
    account = Account(email=email, name=_text("name", name), created_at=clock.now())
    token = new_token()
    async with database.transaction():
        with database.refusing(Account, email=AccountExistsError()):
            await account.save()
        await PasswordLink(
            account=account.id, token_hash=token_hash(token), expires_at=clock.now() + LINK_LIFE
        ).save()
        await audit.record(
            "account_added", by=by, subject_type=audit.Subject.ACCOUNT, subject=account.id
        )
    return account.id, token


async def add_grant(account_id: UUID, grant: Grant, *, by: Actor) -> UUID:
    """Give an account a grant and answer the grant's id.

    Raises:
        BothSidesError: the account would change cases of both sides.
        GrantExistsError: it holds this grant.
        InvalidInputError: the role does not have that side.
    """
    by.require(Permission.MANAGE_ACCOUNTS, organisation_id=grant.organisation_id)
    if grant.side not in ALLOWED_SIDES[grant.role]:
        allowed = " or ".join(sorted(ALLOWED_SIDES[grant.role]))
        raise InvalidInputError.of("side", f"A {grant.role} has the side {allowed}")
    grant_id = new_id()
    async with database.transaction():
        await _lock_account(account_id)
        held = await _grants_of(account_id)
        if len(works_on([*held, grant])) > 1:
            raise BothSidesError
        await _save_grant(grant_id, account_id, grant)
        await audit.record(
            "grant_added",
            by=by,
            subject_type=audit.Subject.ACCOUNT,
            subject=account_id,
            organisation_id=grant.organisation_id,
            after=_shape(grant),
        )
    return grant_id


async def remove_grant(account_id: UUID, grant_id: UUID, *, by: Actor) -> None:
    """Take a grant away.

    Raises:
        NotFoundError: the account does not hold it.
    """
    async with database.transaction():
        rows = await GrantRow.select().where(
            GrantRow.id == grant_id, GrantRow.account == account_id
        )
        if not rows:
            raise NotFoundError
        by.require(Permission.MANAGE_ACCOUNTS, organisation_id=rows[0]["organisation"])
        await GrantRow.delete().where(GrantRow.id == grant_id)
        await audit.record(
            "grant_removed",
            by=by,
            subject_type=audit.Subject.ACCOUNT,
            subject=account_id,
            organisation_id=rows[0]["organisation"],
            before=_shape(_grant(rows[0])),
        )


async def _save_grant(grant_id: UUID, account_id: UUID, grant: Grant) -> None:
    row = GrantRow(
        id=grant_id,
        account=account_id,
        role=grant.role,
        side=grant.side,
        organisation=grant.organisation_id,
    )
    taken = GrantExistsError()
    with database.refusing(GrantRow, grants_once=taken, grants_everywhere_once=taken):
        await row.save()


async def _lock_account(account_id: UUID) -> None:
    """Make grants of one account wait for each other, so that none is added unseen."""
    touched = (
        await Account.update({Account.version: Account.version + 1})
        .where(Account.id == account_id)
        .returning(Account.id)
    )
    if not touched:
        raise NotFoundError


async def _grants_of(account_id: UUID) -> list[Grant]:
    return [_grant(row) for row in await GrantRow.select().where(GrantRow.account == account_id)]


def _grant(row: database.Row) -> Grant:
    return Grant(Role(row["role"]), GrantSide(row["side"]), row["organisation"])


def _shape(grant: Grant) -> dict[str, object]:
    return {"role": grant.role, "side": grant.side, "organisation_id": grant.organisation_id}


def _require_everywhere(by: Actor) -> None:
    if not by.scope.has(Permission.MANAGE_ACCOUNTS):
        raise ForbiddenError


def _text(field: str, value: str) -> str:
    longest = 120
    stripped = value.strip()
    if not 1 <= len(stripped) <= longest:
        raise InvalidInputError.of(field, f"Enter 1 to {longest} characters")
    return stripped
