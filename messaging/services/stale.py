"""Says of a stale save who came first."""

from uuid import UUID

from accounts.queries import account_names
from core import clock
from core.changes import last_change
from core.errors import StaleVersionError
from core.scope import Actor


async def stale_version(subject: UUID, *, by: Actor) -> StaleVersionError:
    """Answer the refusal of a stale save, which says who saved the same thing last, and when."""
    change = await last_change(subject)
    if change is None:
        return StaleVersionError()
    names = await account_names({change.by} if change.by else set(), scope=by.scope)
    name = names.get(change.by, "the service itself") if change.by else "the service itself"
    at = clock.london(change.at)
    error = StaleVersionError(
        f"Saved by {name} on {at.day} {at:%B %Y} at {at:%H:%M}, after you opened it"
    )
    error.extensions = {"changed_by": change.by, "changed_at": change.at}
    return error
