"""Tables of the accounts room."""

from typing import ClassVar

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from accounts.domain.roles import GrantSide, Role
from core.database import Index, one_of
from core.ids import new_id


class Organisation(Table, tablename="organisations"):
    """A council, charity or partner whose people and programmes the service records."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    name = Varchar(length=120, unique=True, default=None)
    created_at = Timestamptz(default=None)


class Account(Table, tablename="accounts"):
    """Somebody who signs in; never a person whom the service records about."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"email", "name", "password_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    email = Varchar(length=254, unique=True, default=None)
    name = Varchar(length=120, default=None)
    password_hash = Text(null=True, default=None)
    is_active = Boolean(default=True)
    created_at = Timestamptz(default=None)
    version = Integer(default=1)


class Grant(Table, tablename="grants"):
    """A role on a side in an organisation, or in all where ``organisation`` is null."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    INDEXES: ClassVar[tuple[Index, ...]] = (
        Index(
            "grants_everywhere_once",
            ("account", "role", "side"),
            unique=True,
            where="organisation IS NULL",
        ),
    )

    id = UUID(primary_key=True, default=new_id)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False)
    role = Varchar(length=24, choices=Role, default=None)
    side = Varchar(length=12, choices=GrantSide, default=None)
    organisation = ForeignKey(Organisation, on_delete=OnDelete.restrict, null=True)

    grants_once = Unique([account, role, side, organisation])
    grant_role_is_known = Check(one_of("role", list(Role)))
    grant_side_is_known = Check(one_of("side", list(GrantSide)))
    case_workers_have_one_side = Check(
        "\"role\" NOT IN ('facilitator', 'programme_manager') "
        "OR \"side\" IN ('perpetrator', 'survivor')"
    )


class SignIn(Table, tablename="sign_ins"):
    """A signed-in browser; only the hash of its cookie is stored."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=True)
    token_hash = Varchar(length=64, unique=True, default=None)
    created_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None)


class SignInFailure(Table, tablename="sign_in_failures"):
    """One failed sign-in, under a keyed hash of the account's and of the network address."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"key_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = (Index("sign_in_failures_key_idx", ("key_hash", "at")),)

    id = UUID(primary_key=True, default=new_id)
    key_hash = Varchar(length=64, default=None)
    at = Timestamptz(default=None)


class PasswordLink(Table, tablename="password_links"):
    """A one-time link to choose a password; only its hash is stored."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=True)
    token_hash = Varchar(length=64, unique=True, default=None)
    expires_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)


class ApiToken(Table, tablename="api_tokens"):
    """A bearer token for programs; only its hash is stored."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    INDEXES: ClassVar[tuple[Index, ...]] = ()

    id = UUID(primary_key=True, default=new_id)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=True)
    token_hash = Varchar(length=64, unique=True, default=None)
    created_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
