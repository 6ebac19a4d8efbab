"""What Today can ask of a person: each kind of task is one function, and this is their list."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.scope import Actor


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, where, and how late it is, in words."""

    text: str
    href: str
    due: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks of one kind under their heading; without tasks the heading is not shown."""

    heading: str
    tasks: tuple[Task, ...]


TaskSource = Callable[[Actor], Awaitable[TaskGroup]]

SOURCES: tuple[TaskSource, ...] = ()
"""In order of urgency; each asks for a fixed number of statements, whatever it finds."""


async def tasks_for(actor: Actor) -> list[TaskGroup]:
    """Answer what there is to do for this person, the most urgent kind first."""
    groups = [await source(actor) for source in SOURCES]
    return [group for group in groups if group.tasks]
