"""Checks of typed values that several services share; each fault names its field."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import UUID

from accounts.queries import account_names, organisations
from core import clock
from core.changes import last_change
from core.errors import FieldError, InvalidInputError, StaleVersionError
from core.scope import Actor
from core.text import is_plain
from programmes.errors import ReferenceTakenError

LONGEST_BACK = timedelta(days=366)
LONGEST_AHEAD = timedelta(days=731)


def refuse(errors: Iterable[FieldError | None]) -> None:
    """Refuse if any check found a fault.

    Raises:
        InvalidInputError: with every fault.
    """
    found = [error for error in errors if error]
    if found:
        raise InvalidInputError("Some of the details need correcting", errors=found)


def text_fault(
    field: str, value: str, *, longest: int, required: bool = True, lines: bool = False
) -> FieldError | None:
    """Answer what is wrong with a text, or ``None``; with ``lines`` it may have several."""
    if required and not value.strip():
        return FieldError(field, "Enter at least one character")
    if len(value) > longest:
        return FieldError(field, f"Enter {longest} characters or fewer")
    if not is_plain(value, lines=lines):
        return FieldError(field, "Enter text without control characters")
    return None


async def organisation_fault(organisation_id: UUID, *, by: Actor) -> FieldError | None:
    """Answer that there is no such organisation, or ``None``.

    Whoever works in all organisations could name one that does not exist.
    """
    if organisation_id in {known.id for known in await organisations(scope=by.scope)}:
        return None
    return FieldError("organisation_id", "There is no such organisation")


def range_fault(field: str, value: int | None, lowest: int, highest: int) -> FieldError | None:
    """Answer what is wrong with a number, or ``None``; an absent one is not at fault."""
    if value is None or lowest <= value <= highest:
        return None
    return FieldError(field, f"Enter a number from {lowest} to {highest}")


def past_fault(field: str, day: date | None) -> FieldError | None:
    """Answer what is wrong with a day that must not lie ahead, or ``None``."""
    if day is None or day <= clock.today():
        return None
    return FieldError(field, "Enter a day that is not in the future")


def near_fault(field: str, day: date) -> FieldError | None:
    """Answer what is wrong with a day that must be near the present, or ``None``."""
    today = clock.today()
    if day < today - LONGEST_BACK:
        return FieldError(field, "Enter a day that is no more than a year ago")
    if day > today + LONGEST_AHEAD:
        return FieldError(field, "Enter a day within the next two years")
    return None


@asynccontextmanager
async def saying_who(subject: UUID, *, by: Actor) -> AsyncIterator[None]:
    """Say of a stale save who came first; around the transaction, which may be broken by then."""
    try:
        yield
    except StaleVersionError as error:
        raise await stale_version(subject, by=by) from error


async def stale_version(
    *subjects: UUID, by: Actor, said: str = "Saved by {}, after you opened it"
) -> StaleVersionError:
    """Answer the refusal of a stale save, which says who saved the same thing last, and when."""
    change = await last_change(*subjects)
    if change is None:
        return StaleVersionError()
    names = await account_names({change.by} if change.by else set(), scope=by.scope)
    name = names.get(change.by, "the service itself") if change.by else "the service itself"
    at = clock.london(change.at)
    error = StaleVersionError(said.format(f"{name} on {at.day} {at:%B %Y} at {at:%H:%M}"))
    error.extensions = {"changed_by": change.by, "changed_at": change.at}
    return error


def reference_taken() -> ReferenceTakenError:
    """Answer the refusal of a reference that is in use, at its field."""
    return ReferenceTakenError(errors=[FieldError("reference", ReferenceTakenError.title)])
