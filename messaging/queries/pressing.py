"""Texts that need a person: held ones, doubtful ones, and those that did not arrive."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Permission, Scope
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState as S
from messaging.domain.terms import RuleKind
from messaging.queries.outbox import MESSAGE, MessageView, message_of, visible

MOST = 100
"""No more are listed at once; whoever has more than these begins with these."""

_LATEST = timedelta(hours=2)
"""A text is of use until at most so long before its session begins (G10)."""


class Need(StrEnum):
    """Why a text needs a person; in order of urgency."""

    UNRESOLVED = "unresolved"
    NOT_ARRIVED = "not_arrived"
    NOT_SENT = "not_sent"
    HELD = "held"


NEED_OF = {
    S.UNRESOLVED: Need.UNRESOLVED,
    S.UNDELIVERED: Need.NOT_ARRIVED,
    S.FAILED: Need.NOT_ARRIVED,
    S.PROVIDER_CANCELLED: Need.NOT_ARRIVED,
    S.REJECTED: Need.NOT_ARRIVED,
    S.EXPIRED: Need.NOT_SENT,
    S.SUPPRESSED: Need.NOT_SENT,
    S.HELD: Need.HELD,
}
"""Which states need a person, and why; of what was suppressed only what ``_UNTOLD`` says."""

_UNTOLD = (
    f"m.state = '{S.SUPPRESSED}' AND (m.state_reason IN ('{Reason.WEEKLY_CAP}',"
    f" '{Reason.NUMBER_CAP}') OR m.state_reason IN ('{Reason.SESSION_CAP}',"
    f" '{Reason.ALREADY_SENT}') AND r.kind IN ('{RuleKind.CHANGE}', '{RuleKind.CANCELLATION}'))"
)
"""One text too many, so that somebody does not know; of one session only what has changed is."""


@dataclass(frozen=True, slots=True)
class PressingView:
    """One text that needs a person, and why."""

    need: Need
    message: MessageView


async def pressing(*, scope: Scope, own_cohorts: frozenset[UUID]) -> tuple[PressingView, ...]:
    """Answer the texts that need this person: the most urgent first, at most ``MOST``."""
    order = " ".join(
        f"WHEN '{state}' THEN {list(Need).index(need)}" for state, need in NEED_OF.items()
    )
    rows = await database.run(
        MESSAGE + f" WHERE {{}} ORDER BY CASE m.state {order} END, m.expires_at, m.id LIMIT {{}}",
        _needs_a_person(scope, own_cohorts),
        MOST,
    )
    views = [message_of(row) for row in rows]
    return tuple(PressingView(NEED_OF[view.state], view) for view in views)


def _needs_a_person(scope: Scope, own_cohorts: frozenset[UUID]) -> QueryString:
    """Answer the condition on ``m``; what did not arrive counts while its session is to come."""
    by_need = {need: [state.value for state in NEED_OF if NEED_OF[state] is need] for need in Need}
    ended = [*by_need[Need.NOT_ARRIVED], S.EXPIRED.value]
    return database.all_of(
        [
            visible(scope, Permission.DECIDE_MESSAGES, own_cohorts),
            QueryString(
                f"(m.state IN {{}} OR (m.state IN {{}} OR {_UNTOLD}) AND m.expires_at > {{}})",
                database.in_list([*by_need[Need.UNRESOLVED], *by_need[Need.HELD]]),
                database.in_list(ended),
                clock.now() - _LATEST,
            ),
        ]
    )
