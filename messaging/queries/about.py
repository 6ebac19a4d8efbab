"""What texts there are about a session that is changed: to be stopped, or on their way (G8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import database
from core.scope import Permission, Scope
from messaging.domain.reasons import Reason
from messaging.domain.states import SPENT, UNSENT
from messaging.domain.terms import MessageState, RuleKind
from messaging.queries.outbox import visible

_NOTICES = frozenset({RuleKind.CHANGE, RuleKind.CANCELLATION})
_STOPPED = frozenset({Reason.SESSION_CANCELLED, Reason.SESSION_CHANGED})
_LOST = frozenset(
    {
        MessageState.UNDELIVERED, MessageState.FAILED, MessageState.PROVIDER_CANCELLED,
        MessageState.UNRESOLVED,
    }
)  # fmt: skip
"""May have left, but nobody may trust that it was read."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A text that tells somebody of the change, and when it goes out or went."""

    has_left: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class TextsAbout:
    """Texts about some sessions.

    ``stopped`` is how many of before the change have not left and never will, ``had`` who may have
    had one of them, ``notices`` whom a text tells of the change.
    """

    stopped: int
    had: frozenset[UUID]
    notices: Mapping[UUID, Notice]


async def texts_about(
    revisions: Mapping[UUID, int], *, scope: Scope, own_cohorts: frozenset[UUID]
) -> TextsAbout:
    """Answer the texts about sessions by what they were before the ``revisions`` given for each.

    Before a change is saved, ``revisions`` are what they will be.
    """
    rows = await database.run(
        "SELECT m.subject, m.recipient, m.revision, m.state, m.state_reason, m.send_after, r.kind"
        " FROM messages m JOIN reminder_rules r ON r.id = m.rule"
        " WHERE m.subject IN {} AND {} ORDER BY m.id",
        database.in_list(sorted(revisions)),
        visible(scope, Permission.VIEW_MESSAGES, own_cohorts),
    )
    old = [row for row in rows if row["revision"] < revisions[row["subject"]]]
    new = [row for row in rows if row["revision"] == revisions[row["subject"]]]
    return TextsAbout(
        stopped=sum(_is_stopped(row, revisions[row["subject"]]) for row in old),
        had=frozenset(row["recipient"] for row in old if row["state"] in SPENT),
        notices={
            row["recipient"]: Notice(row["state"] in SPENT, row["send_after"])
            for row in new
            if row["kind"] in _NOTICES and _tells(row)
        },
    )


def _is_stopped(row: database.Row, revision: int) -> bool:
    """Tell whether a text is stopped by the change to this revision, or will be."""
    by_it = row["state_reason"] in _STOPPED and row["revision"] == revision - 1
    return by_it or row["state"] in UNSENT


def _tells(row: database.Row) -> bool:
    """Tell whether a notice can be counted on: neither held, nor stopped, nor lost."""
    on_its_way = row["state"] in UNSENT and row["state"] != MessageState.HELD
    return on_its_way or (row["state"] in SPENT and row["state"] not in _LOST)
