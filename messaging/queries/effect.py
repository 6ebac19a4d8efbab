"""How far the texts about sessions got, for figures that set it beside who came (C10)."""

from collections.abc import Collection
from uuid import UUID

from core import database
from core.scope import Permission, Scope
from messaging.domain.effect import ARMS, Arm, Fate, said
from messaging.domain.terms import MessageState
from messaging.queries.outbox import visible

_AT_ONCE = 1_000
"""Sessions asked about by one statement: no engine takes more than about 32,000 values in one."""
NOT_SAID = "No reason is recorded"
_ORDER = tuple(Arm)
_STATES = database.in_list(sorted(state.value for state in ARMS))
_REASON = (
    "CASE WHEN m.state = 'expired' AND EXISTS (SELECT 1 FROM message_events x"
    " WHERE x.message = m.id AND x.new_state = 'expired' AND x.old_state = 'held')"
    " THEN (SELECT h.reason FROM message_events h WHERE h.message = m.id"
    " AND h.new_state = 'held' ORDER BY h.id DESC LIMIT 1) ELSE m.state_reason END"
)
"""A text that was held until it was too late was kept back by what held it, not by the time."""


async def fates(session_ids: Collection[UUID], *, scope: Scope) -> dict[tuple[UUID, UUID], Fate]:
    """Answer by (recipient, session) what became of the text that got furthest; of equals the last.

    For whoever reads reports of programmes; of people with none that left or was kept back there is
    nothing.
    """
    found: dict[tuple[UUID, UUID], Fate] = {}
    ids = sorted(session_ids)
    for first in range(0, len(ids), _AT_ONCE):
        for row in await _rows(ids[first : first + _AT_ONCE], scope):
            key = row["recipient"], row["subject"]
            arm = ARMS[MessageState(row["state"])]
            if key not in found or _ORDER.index(arm) <= _ORDER.index(found[key].arm):
                found[key] = Fate(arm, row["rule"], _why(arm, row["reason"]))
    return found


def _why(arm: Arm, reason: str) -> str:
    if arm not in {Arm.NOT_DELIVERED, Arm.NOT_SENT}:
        return ""
    return said(reason) or NOT_SAID


async def _rows(session_ids: Collection[UUID], scope: Scope) -> list[database.Row]:
    return await database.run(
        f"SELECT m.recipient, m.subject, m.state, {_REASON} AS reason, r.name AS rule"  # noqa: S608 - our own words
        " FROM messages m JOIN reminder_rules r ON r.id = m.rule"
        " WHERE m.subject IN {} AND m.state IN {} AND {} ORDER BY m.send_after, m.id",
        database.in_list(session_ids),
        _STATES,
        visible(scope, Permission.VIEW_PROGRAMME_REPORTS, None),
    )
