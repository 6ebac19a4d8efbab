"""What Today can ask of a person: each kind of task is one function, and this is their list."""

from collections.abc import Sequence

from api.pages.conflicts import conflict_tasks
from api.pages.followup_tasks import register_tasks, review_tasks, welfare_tasks
from api.pages.message_lives import text_tasks
from api.pages.messaging_alerts import alert_tasks
from api.pages.outcomes import outcome_tasks
from api.pages.partner_offers import offer_tasks
from api.pages.replies import reply_tasks
from api.pages.todo import Task, TaskGroup, TaskSource
from api.pages.training_notices import notice_tasks
from api.pages.waiting import referrers_to_tell
from core.scope import Actor

URGENT: tuple[TaskSource, ...] = (welfare_tasks, reply_tasks, register_tasks, review_tasks)
"""What stands above the sessions of today."""

SOURCES: tuple[TaskSource, ...] = (
    alert_tasks, conflict_tasks, text_tasks, offer_tasks, outcome_tasks, referrers_to_tell,
    notice_tasks,
)  # fmt: skip
"""What stands below them, in order of urgency. Each source of both asks for a fixed number of
statements, whatever it finds."""


async def tasks_for(actor: Actor, sources: Sequence[TaskSource]) -> list[TaskGroup]:
    """Answer what there is to do for this person, in the order of the sources."""
    groups = [await source(actor) for source in sources]
    return [group for group in groups if group.tasks]


__all__ = ["SOURCES", "URGENT", "Task", "TaskGroup", "TaskSource", "tasks_for"]
