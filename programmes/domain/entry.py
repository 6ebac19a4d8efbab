"""When a group can be joined: at its beginning, at a module's beginning, or in any week (2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from programmes.domain.terms import GroupModel


@dataclass(frozen=True, slots=True)
class EntrySession:
    """One session of the group that takes place: its day, and whether it begins a module."""

    day: date
    begins_module: bool


def entry_fault(model: GroupModel, joined_on: date, sessions: Sequence[EntrySession]) -> str | None:
    """Answer why nobody can join on that day, in words for the field, or ``None``.

    ``enrol`` asks it, with the group's sessions in order of time and without the cancelled ones
    (``queries.timetables.entry_sessions``). Transfers and re-joins are exempt: do not ask.

    Source: domain.md 2.1.
    """
    if model is GroupModel.ROLLING or not sessions:
        return None
    if model is GroupModel.CLOSED:
        first = sessions[0].day
        if joined_on <= first:
            return None
        return f"This group is closed to new people since its first session on {_day(first)}"
    coming = [session for session in sessions if session.day >= joined_on]
    if coming and coming[0].begins_module:
        return None
    entry = next((session.day for session in coming if session.begins_module), None)
    if entry is None:
        return "No module of this group begins on or after this day"
    return f"People join when a module begins: next on {_day(entry)}"


def begins_module(modules: Sequence[int | None]) -> tuple[bool, ...]:
    """Tell of each group unit, in order of the curriculum, whether a module begins with it.

    ``modules`` numbers the module of each unit. The first unit begins one in any case.
    """
    return tuple(
        place == 0 or (module is not None and module != modules[place - 1])
        for place, module in enumerate(modules)
    )


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
