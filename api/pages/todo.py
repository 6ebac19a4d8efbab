"""What a task is on Today; ``api.pages.tasks`` lists the sources of them."""

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
