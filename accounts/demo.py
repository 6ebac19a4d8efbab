"""The demonstration's organisations and the people who sign in there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from accounts.services.hashing import hash_password
from accounts.tables import Account, Grant, Organisation
from core.demonstration import Ids, Rows


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to make; ``organisation`` is a name, or ``None`` for all of them.

    Without a role somebody sees only themselves.
    """

    email: str
    name: str
    role: Role | None
    side: GrantSide
    organisation: str | None
    signs_in: bool = True


@dataclass(frozen=True, slots=True)
class Cast:
    """The ids of what was made: organisations by name, accounts by e-mail address."""

    organisations: Mapping[str, UUID]
    accounts: Mapping[str, UUID]


async def is_empty() -> bool:
    """Tell whether nobody has begun to use this database."""
    return not await Organisation.exists() and not await Account.exists()


async def load(
    *,
    organisations: Sequence[str],
    accounts: Sequence[NewAccount],
    password: str,
    ids: Ids,
    made_at: datetime,
) -> Cast:
    """Insert the organisations and accounts, inside the current transaction."""
    rows = Rows(Organisation, Account, Grant)
    organisation_ids = {name: ids.new() for name in organisations}
    for name, organisation_id in organisation_ids.items():
        rows.add(Organisation, id=organisation_id, name=name, created_at=made_at)
    hashed = await hash_password(password)
    account_ids: dict[str, UUID] = {}
    for account in accounts:
        account_ids[account.email] = ids.new()
        rows.add(
            Account,
            id=account_ids[account.email],
            email=account.email,
            name=account.name,
            password_hash=hashed if account.signs_in else None,
            is_active=True,
            created_at=made_at,
            version=1,
        )
        if account.role is None:
            continue
        rows.add(
            Grant,
            id=ids.new(),
            account=account_ids[account.email],
            role=account.role.value,
            side=account.side.value,
            organisation=organisation_ids[account.organisation] if account.organisation else None,
        )
    await rows.insert()
    return Cast(organisation_ids, account_ids)
