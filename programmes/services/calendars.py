"""Gives a facilitator's calendar an address that cannot be guessed, and takes it back."""

from datetime import timedelta
from uuid import UUID

from accounts.errors import NotSignedInError
from accounts.services.hashing import new_token, token_hash
from accounts.services.sign_in import actor_of_account
from core import audit, clock, database
from core.errors import ForbiddenError, NotFoundError
from core.scope import Actor
from programmes.queries.cohorts import SessionView, own_sessions
from programmes.tables import CalendarFeed

LOOKS_BACK = timedelta(days=60)


async def make_address(*, by: Actor) -> str:
    """Answer the secret of a new address; an earlier one ends, and only the hash is kept."""
    if by.account_id is None:
        raise ForbiddenError
    token = new_token()
    async with database.transaction():
        await database.serialise(f"calendar of {by.account_id}")
        await _end(by)
        await CalendarFeed(
            account=by.account_id, token_hash=token_hash(token), created_at=clock.now()
        ).save()
        await _record("calendar_address_made", by.account_id, by)
    return token


async def end_address(*, by: Actor) -> None:
    """End the address; without one nothing happens."""
    async with database.transaction():
        if by.account_id and await _end(by):
            await _record("calendar_address_ended", by.account_id, by)


async def _end(by: Actor) -> bool:
    touched = await (
        CalendarFeed.update({CalendarFeed.revoked_at: clock.now()})
        .where(CalendarFeed.account == by.account_id, CalendarFeed.revoked_at.is_null())
        .returning(CalendarFeed.id)
    )
    return bool(touched)


async def _record(action: str, account_id: UUID, by: Actor) -> None:
    await audit.record(action, by=by, subject_type=audit.Subject.ACCOUNT, subject=account_id)


async def sessions_at(token: str) -> tuple[SessionView, ...]:
    """Answer the own sessions of whose address it is, by what their grants reach now.

    Raises:
        NotFoundError: there is no such address, it has ended, or so have the account's grants.
    """
    rows = await CalendarFeed.select(CalendarFeed.account).where(
        CalendarFeed.token_hash == token_hash(token), CalendarFeed.revoked_at.is_null()
    )
    if not rows:
        raise NotFoundError
    try:
        actor = await actor_of_account(rows[0]["account"])
    except NotSignedInError:
        raise NotFoundError from None
    if not actor.scope.sides():
        raise NotFoundError
    return await own_sessions(since=clock.now() - LOOKS_BACK, scope=actor.scope)
