"""Cursor lists: stable under inserts, the same on both engines."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from core.errors import InvalidInputError

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list and the cursor of the next, ``None`` at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Which page is wanted: up to ``limit`` rows after the row that ``after`` names."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise InvalidInputError.of("limit", f"Must be from 1 to {MAX_LIMIT}")

    def after_id(self) -> UUID | None:
        """Answer the id of the last row of the page before."""
        if not self.after:
            return None
        row_id: UUID = _decoded(self.after, _id)[0]
        return row_id

    def after_pair(self) -> tuple[UUID, UUID] | None:
        """Answer the two ids of the last row of the page before."""
        if not self.after:
            return None
        one, other = _decoded(self.after, _id, _id)
        return one, other

    def after_instant(self) -> tuple[datetime, UUID] | None:
        """Answer the instant and the id of the last row of the page before."""
        if not self.after:
            return None
        instant, row_id = _decoded(self.after, _instant, _id)
        return instant, row_id

    def page(self, rows: Sequence[T], key: Callable[[T], tuple[object, ...]]) -> Page[T]:
        """Cut ``limit`` rows off ``rows``, which hold one more where another page follows."""
        if len(rows) <= self.limit:
            return Page(tuple(rows), None)
        kept = rows[: self.limit]
        parts = [
            part.isoformat() if isinstance(part, datetime) else str(part) for part in key(kept[-1])
        ]
        return Page(tuple(kept), base64.urlsafe_b64encode(json.dumps(parts).encode()).decode())


def _decoded(after: str, *kinds: Callable[[str], Any]) -> list[Any]:
    try:
        parts = json.loads(base64.b64decode(after.encode(), altchars=b"-_", validate=True))
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise InvalidInputError.of("after", "Use the value of `next` as it was given") from None


def _id(text: str) -> UUID:
    return UUID(text)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)
