"""Tells whoever asked what a room has changed, inside the transaction of the change.

So one room follows another's changes without knowing it: reminders follow sessions and places.
"""

import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed: sessions, and people (participants or staff)."""

    sessions: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()


Listener = Callable[[Changed], Awaitable[None]]


class _Listening:
    listener: Listener | None = None


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have ``listener`` told of every change for the length of a block."""
    before, _Listening.listener = _Listening.listener, listener
    try:
        yield
    finally:
        _Listening.listener = before


async def announce(*, sessions: Collection[UUID] = (), people: Collection[UUID] = ()) -> None:
    """Tell of changes; call it in their transaction, after they are written."""
    if _Listening.listener is not None and (sessions or people):
        await _Listening.listener(Changed(frozenset(sessions), frozenset(people)))
