"""How a text is shown on every page: its state, its person and session, and what can be done."""

from datetime import datetime
from typing import Any

from api.pages.rendering import short_day, wall_time
from core.scope import Actor, Permission
from messaging.domain.reasons import NUMBER_OFF, Reason
from messaging.domain.terms import MessageState as S
from messaging.queries import MessageView
from messaging.services.decisions import RELEASABLE
from programmes.reminders import Labels

_TAGS = {
    "govuk-tag--blue": {S.PLANNED, S.QUEUED, S.CLAIMED, S.SUBMITTING},
    "govuk-tag--yellow": {S.HELD, S.UNKNOWN, S.UNRESOLVED, S.NO_RECEIPT},
    "govuk-tag--green": {S.ACCEPTED, S.SENT, S.DELIVERED},
    "govuk-tag--red": {S.UNDELIVERED, S.FAILED, S.REJECTED, S.PROVIDER_CANCELLED},
    "govuk-tag--grey": {S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED},
}
_TAG_OF = {state: name for name, states in _TAGS.items() for state in states}

_MENDED_BY_CONTACT = {
    Reason.NO_SAFE_CONTACT, Reason.CONTACT_EXPIRED, Reason.NO_NUMBER, Reason.BAD_NUMBER, NUMBER_OFF,
}  # fmt: skip
"""What is put right on the safe contact page."""


def moment(at: datetime) -> str:
    """Answer an instant such as ``Tue 14 Apr 2026, 18:30``."""
    return f"{short_day(at)}, {wall_time(at)}"


def row(view: MessageView, labels: Labels, actor: Actor) -> dict[str, Any]:
    """Answer what a table shows of one text."""
    session = labels.sessions.get(view.subject_id)
    may_decide = actor.scope.covers(
        Permission.DECIDE_MESSAGES, side=view.side, organisation_id=view.organisation_id
    )
    at = view.send_after if view.is_waiting else view.updated_at
    return {
        "id": view.id,
        "session": moment(session.starts_at) if session else "Session not shown",
        "cohort": session.cohort_code if session else "",
        "person": labels.people.get(view.recipient_id, "Name not shown"),
        "href": f"/messages/{view.id}" if view.recipient_id in labels.people else "",
        "tag": {"text": view.state_text, "classes": _TAG_OF[view.state]},
        "why": view.words.text,
        "next_step": view.words.next_step,
        "when": moment(at),
        "when_is": "Due" if view.is_waiting else "Since",
        "decisions": _decisions(view) if may_decide else [],
        "contact_href": _contact_href(view, actor),
    }


def _decisions(view: MessageView) -> list[dict[str, str]]:
    """Answer the buttons: where each leads, what it sends, and what it says."""
    if view.state is S.UNRESOLVED:
        return [
            {"action": "resolve", "outcome": "sent", "text": "I rang: it arrived"},
            {"action": "resolve", "outcome": "not_sent", "text": "I rang: it did not arrive"},
        ]
    found = []
    if view.state is S.HELD and view.reason in RELEASABLE:
        found.append({"action": "release", "outcome": "", "text": "Let it go"})
    if view.is_waiting:
        found.append({"action": "cancel", "outcome": "", "text": "Cancel this text"})
    return found


def _contact_href(view: MessageView, actor: Actor) -> str:
    """Answer where the safe contact is gone through again, empty where that mends nothing."""
    mends = view.state in {S.HELD, S.REJECTED} and view.reason in _MENDED_BY_CONTACT
    may = actor.scope.covers(
        Permission.MANAGE_PEOPLE, side=view.side, organisation_id=view.organisation_id
    )
    return f"/participants/{view.recipient_id}/safe-contact" if mends and may else ""
