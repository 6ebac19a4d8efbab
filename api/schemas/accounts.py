"""Payloads of organisations, accounts and grants."""

from typing import Annotated
from uuid import UUID

import msgspec

from accounts.domain.roles import Grant, GrantSide, Role
from accounts.queries import AccountView, HeldGrant, OrganisationView
from api.schemas.base import In, Name, Out
from core.scope import Actor


class OrganisationIn(In, frozen=True, kw_only=True):
    """An organisation to add."""

    name: Name


class OrganisationOut(Out, frozen=True, kw_only=True):
    """An organisation."""

    id: UUID
    name: str

    @classmethod
    def of(cls, view: OrganisationView) -> "OrganisationOut":
        """Shape an organisation."""
        return cls(id=view.id, name=view.name)


class GrantIn(In, frozen=True, kw_only=True):
    """A grant to give; ``organisation_id`` null means all organisations."""

    role: Role
    side: GrantSide
    organisation_id: UUID | None

    def grant(self) -> Grant:
        """Answer it as the domain has it."""
        return Grant(self.role, self.side, self.organisation_id)


class AccountIn(In, frozen=True, kw_only=True):
    """An account to add; who administers one organisation gives a grant there at once."""

    email: Annotated[str, msgspec.Meta(min_length=3, max_length=254)]
    name: Name
    grant: GrantIn | None = None


class NewAccountOut(Out, frozen=True, kw_only=True):
    """A new account with the one-time link to choose its password."""

    id: UUID
    password_link: str


class GrantOut(Out, frozen=True, kw_only=True):
    """A grant that an account holds."""

    id: UUID
    role: Role
    side: GrantSide
    organisation_id: UUID | None

    @classmethod
    def of(cls, held: HeldGrant) -> "GrantOut":
        """Shape a grant."""
        grant = held.grant
        return cls(
            id=held.id, role=grant.role, side=grant.side, organisation_id=grant.organisation_id
        )


class AccountOut(Out, frozen=True, kw_only=True):
    """An account with its grants."""

    id: UUID
    email: str
    name: str
    is_active: bool
    grants: list[GrantOut]

    @classmethod
    def of(cls, view: AccountView) -> "AccountOut":
        """Shape an account."""
        return cls(
            id=view.id, email=view.email, name=view.name, is_active=view.is_active,
            grants=[GrantOut.of(held) for held in view.grants],
        )  # fmt: skip


class MeOut(Out, frozen=True, kw_only=True):
    """Who is asking, and what they may do."""

    id: UUID | None
    name: str
    permissions: list[str]
    sides: list[str]

    @classmethod
    def of(cls, actor: Actor) -> "MeOut":
        """Shape the person who asks."""
        return cls(
            id=actor.account_id,
            name=actor.name,
            permissions=sorted({area.permission for area in actor.scope.areas}),
            sides=sorted(actor.scope.sides()),
        )
