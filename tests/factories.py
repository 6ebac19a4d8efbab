"""Makes what a test needs with one call; only the fact under test is spelled out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from accounts.domain.roles import Grant, GrantSide, Role, scope_of
from accounts.services.hashing import new_token, token_hash
from accounts.tables import Account, ApiToken, Organisation, SignIn
from accounts.tables import Grant as GrantRow
from core import audit, clock
from core.ids import new_id
from core.scope import SYSTEM, Actor

_NUMBERS = count(1)


async def make_organisation(name: str = "") -> UUID:
    organisation = Organisation(
        name=name or f"Organisation {next(_NUMBERS)}", created_at=clock.now()
    )
    await organisation.save()
    return organisation.id


@dataclass(frozen=True)
class Person:
    """Somebody who signs in: their actor, and the headers and cookies of their browser."""

    actor: Actor
    organisation_id: UUID
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        assert self.actor.account_id
        return self.actor.account_id


async def make_person(
    role: Role,
    side: GrantSide = GrantSide.NONE,
    *,
    organisation_id: UUID | None = None,
    everywhere: bool = False,
    password_hash: str | None = None,
    email: str = "",
) -> Person:
    """An account with one grant, an API token and a browser that is signed in."""
    organisation_id = organisation_id or await make_organisation()
    number = next(_NUMBERS)
    account = Account(
        email=email or f"person{number}@example.org",
        name=f"Person {number}",
        created_at=clock.now(),
        password_hash=password_hash,
    )
    await account.save()
    grant = Grant(role, side, None if everywhere else organisation_id)
    await GrantRow(
        account=account.id, role=role, side=side, organisation=grant.organisation_id
    ).save()
    token, cookie = new_token(), new_token()
    await ApiToken(
        account=account.id,
        token_hash=token_hash(token),
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=3650),
    ).save()
    await SignIn(
        account=account.id,
        token_hash=token_hash(cookie),
        created_at=clock.now(),
        seen_at=clock.now(),
    ).save()
    return Person(
        actor=Actor(account.id, account.name, scope_of(account.id, [grant])),
        organisation_id=organisation_id,
        headers={"Authorization": f"Bearer {token}"},
        cookies={"tracker": cookie},
    )


async def an_audit_event() -> None:
    await audit.record("tried", by=SYSTEM, subject_type=audit.Subject.COURSE, subject=new_id())


def at(text: str) -> datetime:
    """The UTC instant of ``2026-06-10 18:30`` in London."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.LONDON).astimezone(UTC)


Json = dict[str, Any]
