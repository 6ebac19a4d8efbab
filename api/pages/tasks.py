"""What Today can ask of a person: each kind of task is one function, and this is their list."""

from api.pages.conflicts import conflict_tasks
from api.pages.followup_tasks import register_tasks, review_tasks, welfare_tasks
from api.pages.outcomes import outcome_tasks
from api.pages.partner_offers import offer_tasks
from api.pages.todo import Task, TaskGroup, TaskSource
from api.pages.waiting import referrers_to_tell
from core.scope import Actor

SOURCES: tuple[TaskSource, ...] = (
    welfare_tasks,
    register_tasks,
    review_tasks,
    conflict_tasks,
    offer_tasks,
    outcome_tasks,
    referrers_to_tell,
)
"""In order of urgency; each asks for a fixed number of statements, whatever it finds."""


async def tasks_for(actor: Actor) -> list[TaskGroup]:
    """Answer what there is to do for this person, the most urgent kind first."""
    groups = [await source(actor) for source in SOURCES]
    return [group for group in groups if group.tasks]


__all__ = ["SOURCES", "Task", "TaskGroup", "TaskSource", "tasks_for"]
