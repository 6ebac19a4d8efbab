"""Tries a rule on what is to come, and collects the names that no wording may say."""

from collections.abc import Sequence

from accounts.queries import organisations
from core.scope import SYSTEM
from core.settings import Settings
from jobs.reminders import due_everywhere, policy
from messaging.services import planner, rules
from messaging.services.drafts import Planned
from messaging.services.rules import Trial
from programmes.queries.programmes import programmes, units_of, venues


async def would_send(trial: Trial, settings: Settings) -> Sequence[Planned]:
    """Answer the texts that a rule would plan if it were switched on now, the next first."""
    found = await planner.would_plan(
        await due_everywhere(), await rules.tried(trial), policy(settings), settings.key_bytes
    )
    return sorted(found, key=lambda one: (one.send_after, one.recipient_id))


async def telling_names() -> frozenset[str]:
    """Answer the names of organisations, programmes, units and places: each gives people away (M4).

    A unit's name of one word is left out, since most are everyday words.
    """
    scope = SYSTEM.scope
    known = await programmes(scope=scope)
    units = await units_of([one.version_id for one in known], scope=scope)
    return frozenset(
        {one.name for one in await organisations(scope=scope)}
        | {one.name for one in known}
        | {one.name for one in await venues(scope=scope)}
        | {unit.title for of in units.values() for unit in of if len(unit.title.split()) > 1}
    )
