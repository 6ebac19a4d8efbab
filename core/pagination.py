"""Cursor lists: stable under inserts, the same on both engines."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
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
        return UUID(self._parts(1)[0]) if self.after else None

    def after_instant(self) -> tuple[datetime, UUID] | None:
        """Answer the instant and the id of the last row of the page before."""
        if not self.after:
            return None
        instant, row_id = self._parts(2)
        return datetime.fromisoformat(instant), UUID(row_id)

    def _parts(self, count: int) -> list[str]:
        try:
            parts = json.loads(base64.urlsafe_b64decode((self.after or "").encode()))
            if not isinstance(parts, list) or len(parts) != count:
                raise ValueError
            UUID(parts[-1])
            if count > 1 and datetime.fromisoformat(parts[0]).tzinfo is None:
                raise ValueError
        except (ValueError, TypeError, AttributeError, binascii.Error):
            raise InvalidInputError.of("after", "Use the value of `next` as it was given") from None
        return [str(part) for part in parts]

    def page(self, rows: Sequence[T], key: Callable[[T], tuple[object, ...]]) -> Page[T]:
        """Cut ``limit`` rows off ``rows``, which hold one more where another page follows."""
        if len(rows) <= self.limit:
            return Page(tuple(rows), None)
        kept = rows[: self.limit]
        parts = [
            part.isoformat() if isinstance(part, datetime) else str(part) for part in key(kept[-1])
        ]
        return Page(tuple(kept), base64.urlsafe_b64encode(json.dumps(parts).encode()).decode())
