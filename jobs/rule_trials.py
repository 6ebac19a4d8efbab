"""Tries a rule on what is to come."""

from collections.abc import Sequence

from core.settings import Settings
from jobs.reminders import due_everywhere, policy
from messaging.services import planner, rules
from messaging.services.drafts import Planned
from messaging.services.rules import Trial


async def would_send(trial: Trial, settings: Settings) -> Sequence[Planned]:
    """Answer the texts that a rule would plan if it were switched on now, the next first."""
    found = await planner.would_plan(
        await due_everywhere(), await rules.tried(trial), policy(settings), settings.key_bytes
    )
    return sorted(found, key=lambda one: (one.send_after, one.recipient_id))
