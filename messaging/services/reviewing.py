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
from messaging.domain.reasons import HIDDEN, Reason
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
    if _is_for_a_person(row, rule) and verdict.outcome in {Outcome.GO, Outcome.HELD}:
        return None
    if verdict.outcome is not Outcome.GO:
        return _stopped(row, old, verdict)
    if old is not MessageState.HELD:
        return None
    assert due  # noqa: S101 - for the types: nothing goes to nobody
    changes = {"send_after": send_after, "number_version": due.contact.number_version}
    return Found(row["id"], old, MessageState.PLANNED, None, changes)


def _is_for_a_person(row: database.Row, rule: Rule) -> bool:
    """Tell whether no fact ends a hold: the text is let go, or its rule changed, by hand (W11)."""
    is_kept = row["state_reason"] == Reason.RESTORED or (
        row["state_reason"] == Reason.ONE_WAY and rule.asks
    )
    return is_kept and row["state"] == MessageState.HELD


def _stopped(row: database.Row, old: MessageState, verdict: Verdict) -> Found | None:
    new = STATE_OF[verdict.outcome]
    if new is old and (verdict.reason == row["state_reason"] or _is_off_anyway(row, verdict)):
        return None
    return Found(row["id"], old, new, verdict.reason, _freed(old))


def _is_off_anyway(row: database.Row, verdict: Verdict) -> bool:
    """Tell whether another cause keeps texts off the number: nobody can see a difference (M9)."""
    return row["state_reason"] in HIDDEN and verdict.reason in HIDDEN


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
