"""Signing in and out, choosing a password, and who a cookie or a token belongs to."""

import asyncio
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from accounts.domain.lockout import WINDOW, is_locked
from accounts.domain.passwords import password_fault
from accounts.domain.roles import Grant, GrantSide, Role, scope_of
from accounts.errors import (
    LinkNotValidError,
    NotSignedInError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from accounts.services.hashing import hash_password, new_token, password_matches, token_hash
from accounts.tables import Account, ApiToken, PasswordLink, SignIn, SignInFailure
from core import audit, clock, database
from core.errors import InvalidInputError
from core.scope import Actor, Scope

IDLE_LIMIT = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
"""A sign-in's last use is written at most this often."""


async def sign_in(email: str, password: str, *, address: str, key: bytes) -> str:
    """Start a sign-in and answer the secret for its cookie.

    Raises:
        SignInRefusedError: the e-mail address or the password is wrong.
        TooManyAttemptsError: the account or the network address is locked.
    """
    email = email.strip().lower()
    attempts = await _count_attempt(email, address, key)
    rows = await Account.select(Account.id, Account.name, Account.password_hash).where(
        Account.email == email, Account.is_active.eq(value=True)
    )
    account = rows[0] if rows else None
    stored = account["password_hash"] if account else None
    if not await password_matches(stored, password) or not account:
        raise SignInRefusedError
    token = new_token()
    actor = Actor(account["id"], account["name"], Scope(account["id"], frozenset()))
    async with database.transaction():
        await SignInFailure.delete().where(SignInFailure.id.is_in(attempts))
        await SignIn.delete().where(SignIn.created_at < clock.now() - LONGEST)
        await SignIn(
            account=account["id"],
            token_hash=token_hash(token),
            created_at=clock.now(),
            seen_at=clock.now(),
        ).save()
        await audit.record(
            "signed_in", by=actor, subject_type=audit.Subject.ACCOUNT, subject=account["id"]
        )
    return token


async def _count_attempt(email: str, address: str, key: bytes) -> list[UUID]:
    """Record the attempt as failed before trying it, so that guesses side by side count too."""
    hashes = [
        hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
        for kind, value in (("account", email), ("address", address))
    ]
    now = clock.now()
    async with database.transaction():
        for key_hash in sorted(hashes):
            await database.serialise(key_hash)
        await SignInFailure.delete().where(SignInFailure.at < now - 2 * WINDOW)
        rows = await SignInFailure.select(SignInFailure.key_hash, SignInFailure.at).where(
            SignInFailure.key_hash.is_in(hashes)
        )
        for key_hash in hashes:
            if is_locked((row["at"] for row in rows if row["key_hash"] == key_hash), now=now):
                raise TooManyAttemptsError
        failures = [SignInFailure(key_hash=key_hash, at=now) for key_hash in hashes]
        await SignInFailure.insert(*failures)
    return [failure.id for failure in failures]


async def actor_of_cookie(token: str) -> Actor:
    """Answer who a sign-in cookie belongs to, and note that it was used.

    Raises:
        NotSignedInError: no such sign-in, idle for 30 minutes, or older than 12 hours.
    """
    now = clock.now()
    rows = await database.run(
        "SELECT s.id AS sign_in, s.created_at, s.seen_at, a.id, a.name, a.is_active, g.role,"
        " g.side, g.organisation FROM sign_ins s JOIN accounts a ON a.id = s.account"
        " LEFT JOIN grants g ON g.account = a.id WHERE s.token_hash = {}",
        token_hash(token),
    )
    if not rows or not _is_live(rows[0], now):
        raise NotSignedInError
    if now - rows[0]["seen_at"] >= _SEEN_EVERY:
        await SignIn.update({SignIn.seen_at: now}).where(SignIn.id == rows[0]["sign_in"])
    return _actor(rows)


def _is_live(row: database.Row, now: datetime) -> bool:
    return (
        bool(row["is_active"])
        and now - row["seen_at"] < IDLE_LIMIT
        and now - row["created_at"] < LONGEST
    )


async def actor_of_token(token: str) -> Actor:
    """Answer who an API token belongs to.

    Raises:
        NotSignedInError: no such token, or it has expired.
    """
    rows = await database.run(
        "SELECT a.id, a.name, g.role, g.side, g.organisation FROM api_tokens t"
        " JOIN accounts a ON a.id = t.account LEFT JOIN grants g ON g.account = a.id"
        " WHERE t.token_hash = {} AND t.expires_at > {} AND a.is_active",
        token_hash(token),
        clock.now(),
    )
    if not rows:
        raise NotSignedInError
    return _actor(rows)


async def actor_of_account(account_id: UUID) -> Actor:
    """Answer what an account may do now, for what it asked the service to answer elsewhere.

    Raises:
        NotSignedInError: the account is not active.
    """
    rows = await database.run(
        "SELECT a.id, a.name, g.role, g.side, g.organisation FROM accounts a"
        " LEFT JOIN grants g ON g.account = a.id WHERE a.id = {} AND a.is_active",
        account_id,
    )
    if not rows:
        raise NotSignedInError
    return _actor(rows)


def _actor(rows: list[database.Row]) -> Actor:
    grants = [
        Grant(Role(row["role"]), GrantSide(row["side"]), row["organisation"])
        for row in rows
        if row["role"]
    ]
    account_id = rows[0]["id"]
    return Actor(account_id, rows[0]["name"], scope_of(account_id, grants))


async def sign_out(token: str, *, by: Actor) -> None:
    """End the sign-in of this cookie."""
    async with database.transaction():
        await SignIn.delete().where(SignIn.token_hash == token_hash(token))
        if by.account_id:
            await audit.record(
                "signed_out", by=by, subject_type=audit.Subject.ACCOUNT, subject=by.account_id
            )


async def issue_token(email: str, *, days: int, by: Actor) -> str:
    """Answer a new API token for the account; only its hash is kept.

    Raises:
        InvalidInputError: there is no such account, or ``days`` is out of range.
    """
    longest_days = 366
    if not 1 <= days <= longest_days:
        raise InvalidInputError.of("days", f"Must be from 1 to {longest_days}")
    account_id = await _account_id(email)
    token = new_token()
    async with database.transaction():
        await ApiToken(
            account=account_id,
            token_hash=token_hash(token),
            created_at=clock.now(),
            expires_at=clock.now() + timedelta(days=days),
        ).save()
        await audit.record(
            "token_issued",
            by=by,
            subject_type=audit.Subject.ACCOUNT,
            subject=account_id,
            after={"days": days},
        )
    return token


async def _account_id(email: str) -> UUID:
    rows = await Account.select(Account.id).where(Account.email == email.strip().lower())
    if not rows:
        raise InvalidInputError.of("email", "There is no account with this e-mail address")
    found: UUID = rows[0]["id"]
    return found


async def check_link(token: str) -> None:
    """Refuse a link that cannot be used to choose a password any more.

    Raises:
        LinkNotValidError: it was used, has expired or never existed.
    """
    await _account_of_link(token)


async def choose_password(token: str, password: str) -> None:
    """Set the password of the account that a one-time link was made for.

    Raises:
        LinkNotValidError: the link was used, has expired or never existed.
        InvalidInputError: the password is too short or too common.
    """
    account = await _account_of_link(token)
    await _check_password(password, account)
    hashed = await hash_password(password)
    async with database.transaction():
        used = (
            await PasswordLink.update({PasswordLink.used_at: clock.now()})
            .where(PasswordLink.token_hash == token_hash(token), PasswordLink.used_at.is_null())
            .returning(PasswordLink.id)
        )
        if not used:
            raise LinkNotValidError
        await _store_password(account["id"], hashed, by=_self(account))


async def change_password(current: str, password: str, *, by: Actor) -> None:
    """Set a new password; every sign-in of the account ends.

    Raises:
        InvalidInputError: the current password is wrong, or the new one too short or too common.
    """
    rows = await Account.select().where(Account.id == by.account_id)
    if not await password_matches(rows[0]["password_hash"], current):
        raise InvalidInputError.of("current_password", "This is not your current password")
    await _check_password(password, rows[0])
    hashed = await hash_password(password)
    async with database.transaction():
        await _store_password(rows[0]["id"], hashed, by=by)


async def _account_of_link(token: str) -> database.Row:
    rows = await database.run(
        "SELECT a.id, a.email, a.name FROM password_links l JOIN accounts a ON a.id = l.account"
        " WHERE l.token_hash = {} AND l.used_at IS NULL AND l.expires_at > {} AND a.is_active",
        token_hash(token),
        clock.now(),
    )
    if not rows:
        raise LinkNotValidError
    return rows[0]


async def _check_password(password: str, account: database.Row) -> None:
    about = (account["email"].partition("@")[0], *account["name"].split())
    if fault := await asyncio.to_thread(password_fault, password, about=about):
        raise InvalidInputError.of("password", fault)


async def _store_password(account_id: UUID, hashed: str, *, by: Actor) -> None:
    await Account.update({Account.password_hash: hashed}).where(Account.id == account_id)
    await SignIn.delete().where(SignIn.account == account_id)
    await audit.record(
        "password_changed", by=by, subject_type=audit.Subject.ACCOUNT, subject=account_id
    )


def _self(account: database.Row) -> Actor:
    return Actor(account["id"], account["name"], Scope(account["id"], frozenset()))
