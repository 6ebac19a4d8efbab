"""What an amendment changes of what was written down, and when it must say why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

_NOTHING = frozenset({"", "not_recorded"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field with what it held and what it holds now; empty is nothing recorded."""

    field: str
    before: str
    after: str


def changes(
    before: Mapping[str, date | str | None], after: Mapping[str, date | str | None]
) -> tuple[Change, ...]:
    """Answer each field of ``after`` that holds something else than before, as texts."""
    found = (Change(field, _text(before[field]), _text(value)) for field, value in after.items())
    return tuple(change for change in found if change.before != change.after)


def needs_reason(found: Iterable[Change]) -> bool:
    """Tell whether anything that was recorded changes; what was left open is only filled in."""
    return any(change.before not in _NOTHING for change in found)


def _text(value: date | str | None) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value
