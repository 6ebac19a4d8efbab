"""Lets somebody else save between the reading and the writing of a change, every time."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import pytest


def slip_in(
    monkeypatch: pytest.MonkeyPatch, place: str, act: Callable[[], Awaitable[object]]
) -> None:
    """Let ``act`` happen once the function at ``place`` has answered, for the first time only.

    What it answered is old by then, as where two people save at the same moment.
    """
    module, _, name = place.rpartition(".")
    read = getattr(import_module(module), name)

    async def read_then_act(*args: Any, **named: Any) -> Any:
        answer = await read(*args, **named)
        monkeypatch.setattr(place, read)
        await act()
        return answer

    monkeypatch.setattr(place, read_then_act)
