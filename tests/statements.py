"""Counts the statements that a block of code sends to the database."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from core import database


@contextlib.contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements sent within the block, in order."""
    sent: list[str] = []
    engine = type(database.bound())
    original = engine.run_querystring

    async def note(self: Any, querystring: Any, in_pool: bool = False) -> Any:  # noqa: FBT001, FBT002
        sent.append(str(querystring))
        return await original(self, querystring, in_pool)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "run_querystring", note)
        yield sent
