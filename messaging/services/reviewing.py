"""Judges waiting texts anew by the facts of now, and moves those of which something new is true."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from messaging.domain.facts import Due, Policy
from messaging.domain.gates import Outcome, Verdict
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState
from messaging.services import drafts, moves
from messaging.services.rules import Rule

STATE_OF = {
    Outcome.HELD: MessageState.HELD,
    Outcome.SUPPRESSED: MessageState.SUPPRESSED,
    Outcome.EXPIRED: MessageState.EXPIRED,
    Outcome.CANCELLED: MessageState.CANCELLED,
    Outcome.SUPERSEDED: MessageState.SUPERSEDED,
}
FOR_A_PERSON = frozenset({Reason.RESTORED, Reason.ONE_WAY})
"""Holds that no fact ends: a person lets the text go, or has the rule changed (W11)."""

_AT_ONCE = 500
_LET_GO = {"claim_token": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Found:
    """What a review says of one waiting text: where it moves, and what is written beside."""

    message_id: UUID
    old: MessageState
    new: MessageState
    reason: Reason | None
    changes: Mapping[str, Any] = field(default_factory=dict)


def review(
    row: database.Row, due: Due | None, rule: Rule | None, policy: Policy, *, now: datetime
) -> Found | None:
    """Answer what is new about a text that has not left, ``None`` where nothing is."""
    old = MessageState(row["state"])
    if rule is None:
        return Found(row["id"], old, MessageState.CANCELLED, Reason.RULE_OFF, _freed(old))
    text = drafts.draft(
        rule, due, revision=row["revision"], number_version=row["number_version"],
        expires_at=row["expires_at"], at=max(row["send_after"], now),
        released=row["released_at"] is not None,
    )  # fmt: skip
    send_after, verdict = drafts.at_its_time(text, policy)
    if verdict.outcome is Outcome.GO:
        return _let_go(row, old, due, send_after)
    return _stopped(row, old, verdict)


def _let_go(
    row: database.Row, old: MessageState, due: Due | None, send_after: datetime
) -> Found | None:
    if old is not MessageState.HELD or due is None or row["state_reason"] in FOR_A_PERSON:
        return None
    changes = {"send_after": send_after, "number_version": due.contact.number_version}
    return Found(row["id"], old, MessageState.PLANNED, None, changes)


def _stopped(row: database.Row, old: MessageState, verdict: Verdict) -> Found | None:
    new = STATE_OF[verdict.outcome]
    if new is old and (
        verdict.reason == row["state_reason"] or row["state_reason"] in FOR_A_PERSON
    ):
        return None
    return Found(row["id"], old, new, verdict.reason, _freed(old))


def _freed(old: MessageState) -> Mapping[str, Any]:
    """Answer what is written so that no dispatcher keeps a text that was taken from it."""
    return _LET_GO if old is MessageState.CLAIMED else {}


async def write(found: Sequence[Found]) -> int:
    """Write what reviews say, alike ones at once; call it in a transaction; answer how many moved.

    A text that somebody else moved in the meantime stays where they moved it.
    """
    return sum([await _write_alike(alike) for alike in _grouped(found)])


def _grouped(found: Iterable[Found]) -> Iterator[list[Found]]:
    groups: dict[object, list[Found]] = {}
    for one in found:
        groups.setdefault((one.old, one.new, one.reason, tuple(one.changes.items())), []).append(
            one
        )
    for alike in groups.values():
        for start in range(0, len(alike), _AT_ONCE):
            yield alike[start : start + _AT_ONCE]


async def _write_alike(alike: Sequence[Found]) -> int:
    ids = database.in_list(sorted(one.message_id for one in alike))
    first = alike[0]
    return await moves.move_all(
        QueryString("id IN {}", ids), old=first.old, new=first.new, reason=first.reason,
        **first.changes,
    )  # fmt: skip
