"""What all payloads share."""

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec

from core.errors import InvalidInputError, NotFoundError
from core.figures import percent
from core.pagination import Page
from core.scope import Actor, Permission, Side

T = TypeVar("T")
V = TypeVar("V")

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
ShortText = Annotated[str, msgspec.Meta(max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=4000)]


class In(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payload that comes in: a field that we do not know is an error, not ignored."""


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """A payload that goes out."""


class ListOut(Out, Generic[T], frozen=True, kw_only=True):
    """One page of a list; ``next`` is the cursor for the following one."""

    items: list[T]
    next: str | None

    @classmethod
    def of(cls, page: Page[V], shape: Callable[[V], T]) -> "ListOut[T]":
        """Shape each row of the page."""
        return cls(items=[shape(item) for item in page.items], next=page.next)


class RateOut(Out, frozen=True, kw_only=True):
    """A rate with what it counts; ``percent`` is ``null`` where there is nothing to divide by."""

    numerator: int
    denominator: int
    percent: str | None
    marker: str | None = None

    @classmethod
    def of(cls, numerator: int, denominator: int) -> "RateOut":
        """Shape a rate; a denominator of 0 is marked ``[z]``, never 0 % (C3)."""
        if denominator == 0:
            return cls(numerator=numerator, denominator=0, percent=None, marker="[z]")
        shown = percent(Fraction(numerator, denominator))
        return cls(numerator=numerator, denominator=denominator, percent=shown)


def organisation_or_own(
    given: UUID | None, permission: Permission, side: Side | None, *, by: Actor
) -> UUID:
    """Answer the organisation that was named, or the person's only one.

    Raises:
        InvalidInputError: none was named, and there is not just one.
    """
    found = given or by.scope.organisation_for(permission, side)
    if found is None:
        if not by.scope.covers_side(permission, side):
            raise NotFoundError
        raise InvalidInputError.of("organisation_id", "Name one of your organisations")
    return found


class CreatedOut(Out, frozen=True, kw_only=True):
    """The id of what was made."""

    id: Any
