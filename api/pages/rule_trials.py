"""What a rule would send if it were switched on now, as its page shows it."""

from collections import Counter
from datetime import datetime
from typing import Any

from api.pages.rendering import short_day, wall_time
from core.scope import Actor
from core.settings import Settings
from jobs.rule_trials import would_send
from messaging.domain.gates import Outcome
from messaging.domain.reasons import words_for
from messaging.domain.terms import MessageState
from messaging.queries.rules import RuleView, manages
from messaging.services.drafts import Planned
from messaging.services.rules import Trial
from programmes.reminders import Labels, labels_for
from programmes.services.viewing import Listing, listed

_SHOWN = 20
_STATES = {
    Outcome.HELD: MessageState.HELD,
    Outcome.SUPPRESSED: MessageState.SUPPRESSED,
    Outcome.EXPIRED: MessageState.EXPIRED,
}


async def trial_shown(view: RuleView, actor: Actor, settings: Settings) -> dict[str, Any]:
    """Answer how many texts a rule would plan, to whom first, and what would hold some of them."""
    trial = Trial(
        view.id, view.organisation_id, view.side, view.programme_id, view.kind, view.offset,
        view.template_id, view.asks,
    )  # fmt: skip
    found = await would_send(trial, settings)
    people = {one.recipient_id for one in found}
    await listed(Listing.MESSAGES, len(people), permission=manages(view.kind), by=actor)
    first = found[:_SHOWN]
    labels = await labels_for(
        {one.subject_id for one in first}, {one.recipient_id for one in first}, scope=actor.scope
    )
    outcomes = Counter(one.verdict.outcome for one in found)
    go, held = outcomes[Outcome.GO], outcomes[Outcome.HELD]
    return {
        "texts": len(found), "people": len(people), "go": go, "held": held,
        "not_sent": len(found) - go - held,
        "rows": [_row(one, labels) for one in first],
    }  # fmt: skip


def _row(one: Planned, labels: Labels) -> dict[str, str]:
    session = labels.sessions.get(one.subject_id)
    return {
        "person": labels.people.get(one.recipient_id, "Name not shown"),
        "when": _instant(one.send_after),
        "session": f"{session.cohort_code}, {_instant(session.starts_at)}" if session else "",
        "becomes": _becomes(one),
    }


def _becomes(one: Planned) -> str:
    """Answer what would become of a text; every fault of a number looks the same (M9)."""
    if one.verdict.outcome is Outcome.GO:
        return "Goes out"
    state = _STATES[one.verdict.outcome]
    return words_for(state, one.verdict.reason or "").text


def _instant(at: datetime) -> str:
    return f"{short_day(at)}, {wall_time(at)}"
