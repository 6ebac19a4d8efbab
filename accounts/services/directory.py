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
from core.text import is_plain

LINK_LIFE = timedelta(days=7)
ALL = "all"
"""Stands for every organisation where a name is asked for."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LONGEST_EMAIL = 254


async def add_organisation(name: str, *, by: Actor) -> UUID:
    """Add an organisation and answer its id; only who administers all of them may.

    Raises:
        OrganisationExistsError: the name is taken.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    async with database.transaction():
        return await _save_organisation(_text("name", name), by=by)


async def add_account(
    email: str, name: str, *, by: Actor, grant: Grant | None = None
) -> tuple[UUID, str]:
    """Add an account without a password; answer its id and a one-time link's secret.

    Who administers one organisation gives a grant there at once; without one, nobody there could
    see the account.

    Raises:
        AccountExistsError: the e-mail address is taken.
        InvalidInputError: it is not an e-mail address, the name is empty, or the grant is wrong.
    """
    by.require(Permission.MANAGE_ACCOUNTS, organisation_id=grant.organisation_id if grant else None)
    account = _new_account(email, name)
    if grant:
        _check_side(grant)
    async with database.transaction():
        token = await _save_account(account, grant, by=by)
    return account.id, token


async def add_account_of(
    organisation: str, email: str, name: str, *, role: Role, side: GrantSide, by: Actor
) -> str:
    """Add an account with one grant in the organisation of that name, made if it does not exist.

    The name ``all`` grants the role in every organisation.

    Answers the secret of its one-time link; a refusal leaves neither of them.
    """
    by.require(Permission.MANAGE_ACCOUNTS)
    account = _new_account(email, name)
    organisation = _text("organisation", organisation)
    _check_side(Grant(role, side, None))
    async with database.transaction():
        organisation_id = None if organisation == ALL else await _named(organisation, by=by)
        return await _save_account(account, Grant(role, side, organisation_id), by=by)


async def add_grant(account_id: UUID, grant: Grant, *, by: Actor) -> UUID:
    """Give an account a grant and answer the grant's id.

    Raises:
        BothSidesError: the account would change cases of both sides.
        GrantExistsError: it holds this grant.
        InvalidInputError: the role does not have that side, or there is no such organisation.
        NotFoundError: there is no such account among those that ``by`` administers.
    """
    by.require(Permission.MANAGE_ACCOUNTS, organisation_id=grant.organisation_id)
    _check_side(grant)
    async with database.transaction():
        await _lock_account(account_id)
        held = await _grants_of(account_id)
        if not any(_administers(by, known.organisation_id) for known in held):
            _require_everywhere(by)
        if len(works_on([*held, grant])) > 1:
            raise BothSidesError
        return await _save_grant(account_id, grant, by=by)


async def remove_grant(account_id: UUID, grant_id: UUID, *, by: Actor) -> None:
    """Take a grant away.

    Raises:
        NotFoundError: the account does not hold it, or ``by`` does not administer it.
    """
    async with database.transaction():
        await _lock_account(account_id)
        rows = await GrantRow.select().where(
            GrantRow.id == grant_id, GrantRow.account == account_id
        )
        if not rows or not _administers(by, rows[0]["organisation"]):
            raise NotFoundError
        await GrantRow.delete().where(GrantRow.id == grant_id)
        await audit.record(
            "grant_removed",
            by=by,
            subject_type=audit.Subject.ACCOUNT,
            subject=account_id,
            organisation_id=rows[0]["organisation"],
            before=_shape(_grant(rows[0])),
        )


def _administers(by: Actor, organisation_id: UUID | None) -> bool:
    return by.scope.covers(Permission.MANAGE_ACCOUNTS, side=None, organisation_id=organisation_id)


def _require_everywhere(by: Actor) -> None:
    """Hide an account that has nothing to do with the organisations that ``by`` administers."""
    if not _administers(by, None):
        raise NotFoundError


def _new_account(email: str, name: str) -> Account:
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > _LONGEST_EMAIL or not is_plain(email):
        raise InvalidInputError.of("email", "Enter an e-mail address, like name@example.org")
    return Account(email=email, name=_text("name", name), created_at=clock.now())


def _check_side(grant: Grant) -> None:
    if grant.side not in ALLOWED_SIDES[grant.role]:
        allowed = " or ".join(sorted(ALLOWED_SIDES[grant.role]))
        role = grant.role.replace("_", " ")
        raise InvalidInputError.of("side", f"The role of {role} has the side {allowed}")


async def _save_organisation(name: str, *, by: Actor) -> UUID:
    organisation = Organisation(name=name, created_at=clock.now())
    with database.refusing(Organisation, name=OrganisationExistsError()):
        await organisation.save()
    await audit.record(
        "organisation_added",
        by=by,
        subject_type=audit.Subject.ORGANISATION,
        subject=organisation.id,
        organisation_id=organisation.id,
    )
    return organisation.id


async def _named(organisation: str, *, by: Actor) -> UUID:
    rows = await Organisation.select(Organisation.id).where(Organisation.name == organisation)
    if not rows:
        return await _save_organisation(organisation, by=by)
    found: UUID = rows[0]["id"]
    return found


async def issue_link(account_id: UUID, *, by: Actor) -> str:
    """Answer the secret of a new one-time link to choose a password; the old one stays valid.

    Whoever administers one organisation only may not thereby take over what the account may do
    elsewhere.

    Raises:
        ForbiddenError: the account holds grants that this administrator does not administer.
        NotFoundError: there is no such account, or none that the administrator can see.
    """
    async with database.transaction():
        await _lock_account(account_id)
        held = await _grants_of(account_id)
        administered = [_administers(by, grant.organisation_id) for grant in held]
        if not _administers(by, None) and not any(administered):
            raise NotFoundError
        if not _administers(by, None) and not all(administered):
            raise ForbiddenError
        token = await _save_link(account_id)
        await audit.record(
            "password_link_issued", by=by, subject_type=audit.Subject.ACCOUNT, subject=account_id
        )
    return token


async def _save_link(account_id: UUID) -> str:
    token = new_token()
    await PasswordLink(
        account=account_id, token_hash=token_hash(token), expires_at=clock.now() + LINK_LIFE
    ).save()
    return token


async def _save_account(account: Account, grant: Grant | None, *, by: Actor) -> str:
    with database.refusing(Account, email=AccountExistsError()):
        await account.save()
    token = await _save_link(account.id)
    await audit.record(
        "account_added",
        by=by,
        subject_type=audit.Subject.ACCOUNT,
        subject=account.id,
        organisation_id=grant.organisation_id if grant else None,
    )
    if grant:
        await _save_grant(account.id, grant, by=by)
    return token


async def _save_grant(account_id: UUID, grant: Grant, *, by: Actor) -> UUID:
    row = GrantRow(
        id=new_id(),
        account=account_id,
        role=grant.role,
        side=grant.side,
        organisation=grant.organisation_id,
    )
    taken = GrantExistsError()
    await _require_organisation(grant.organisation_id)
    with database.refusing(GrantRow, grants_once=taken, grants_everywhere_once=taken):
        await row.save()
    await audit.record(
        "grant_added",
        by=by,
        subject_type=audit.Subject.ACCOUNT,
        subject=account_id,
        organisation_id=grant.organisation_id,
        after=_shape(grant),
    )
    return row.id


async def _require_organisation(organisation_id: UUID | None) -> None:
    if organisation_id and not await Organisation.exists().where(
        Organisation.id == organisation_id
    ):
        raise InvalidInputError.of("organisation_id", "There is no such organisation")


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


def _text(field: str, value: str) -> str:
    longest = 120
    stripped = value.strip()
    if not 1 <= len(stripped) <= longest:
        raise InvalidInputError.of(field, f"Enter 1 to {longest} characters")
    if not is_plain(stripped):
        raise InvalidInputError.of(field, "Enter text without control characters")
    return stripped
