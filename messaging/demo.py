"""The demonstration's wording, reminder rules and texts, in every state that a text can be in."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, cycle, repeat
from typing import Any
from uuid import UUID

from core import clock
from core.demonstration import Ids, Rows
from core.phone import MobileNumber
from core.scope import Side
from messaging.domain.reasons import Reason
from messaging.domain.schedule import Offset, send_at, useful_until
from messaging.domain.terms import AlertKind, RuleKind
from messaging.domain.terms import MessageState as S
from messaging.domain.wording import DEFAULT_BODIES, DEFAULT_NAME, compose, variables
from messaging.tables import (
    Attempt,
    Message,
    MessageEvent,
    MessageTemplate,
    MessagingAlert,
    ReminderRule,
)

OFFSET = Offset(days_before=1, at="10:00")
_PLANNED_BEFORE = timedelta(days=6)
_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Expected:
    """A person and a session that they are, or were, expected at, and how to reach them."""

    organisation_id: UUID
    side: Side
    recipient_id: UUID
    cohort_id: UUID
    programme_id: UUID
    subject_id: UUID
    revision: int
    starts_at: datetime
    cancelled: bool
    number: str | None
    sms: str
    contact_expired: bool


_HANDED_OVER = (S.PLANNED, S.QUEUED, S.CLAIMED, S.SUBMITTING)
_PATHS: Mapping[S, tuple[S, ...]] = {
    S.PLANNED: (S.PLANNED,),
    S.HELD: (S.HELD,),
    S.QUEUED: (S.PLANNED, S.QUEUED),
    S.CLAIMED: (S.PLANNED, S.QUEUED, S.CLAIMED),
    S.SUBMITTING: _HANDED_OVER,
    S.UNKNOWN: (*_HANDED_OVER, S.UNKNOWN),
    S.ACCEPTED: (*_HANDED_OVER, S.ACCEPTED),
    S.SENT: (*_HANDED_OVER, S.ACCEPTED, S.SENT),
    S.DELIVERED: (*_HANDED_OVER, S.ACCEPTED, S.SENT, S.DELIVERED),
    S.UNDELIVERED: (*_HANDED_OVER, S.ACCEPTED, S.SENT, S.UNDELIVERED),
    S.FAILED: (*_HANDED_OVER, S.ACCEPTED, S.FAILED),
    S.PROVIDER_CANCELLED: (*_HANDED_OVER, S.ACCEPTED, S.PROVIDER_CANCELLED),
    S.NO_RECEIPT: (*_HANDED_OVER, S.ACCEPTED, S.SENT, S.NO_RECEIPT),
    S.REJECTED: (*_HANDED_OVER, S.REJECTED),
    S.SUPPRESSED: (S.SUPPRESSED,),
    S.CANCELLED: (S.PLANNED, S.CANCELLED),
    S.SUPERSEDED: (S.PLANNED, S.SUPERSEDED),
    S.EXPIRED: (S.HELD, S.EXPIRED),
    S.UNRESOLVED: (*_HANDED_OVER, S.UNKNOWN, S.UNRESOLVED),
}
"""How a text came to each state, move by move (messaging.md 1.2)."""

_DELAYS = {
    S.CLAIMED: timedelta(seconds=4),
    S.SUBMITTING: timedelta(seconds=1),
    S.DELIVERED: timedelta(seconds=9),
    S.UNDELIVERED: timedelta(minutes=12),
    S.NO_RECEIPT: timedelta(hours=72),
    S.UNRESOLVED: timedelta(hours=1),
}
_REASONS = {
    S.UNKNOWN: Reason.NO_ANSWER,
    S.UNRESOLVED: Reason.NO_ANSWER,
    S.REJECTED: Reason.REFUSED,
    S.CANCELLED: Reason.SESSION_CANCELLED,
    S.SUPERSEDED: Reason.SESSION_CHANGED,
    S.EXPIRED: Reason.PAST,
    S.SUPPRESSED: Reason.NOT_SAFE,
}
_ERROR_CODES = {S.UNDELIVERED: 30003, S.FAILED: 30008, S.REJECTED: 21614}

_STATUSES = {
    **{one: one.value for one in (S.ACCEPTED, S.SENT, S.DELIVERED, S.UNDELIVERED, S.FAILED)},
    S.PROVIDER_CANCELLED: "canceled", S.NO_RECEIPT: "sent",
}  # fmt: skip


class _Desk:
    """Where texts are made: the rules, and what the next one of its kind will have become."""

    def __init__(self, chance: random.Random, key: bytes, rules: Mapping[Side, UUID]) -> None:
        self.chance = chance
        self.key = key
        self.rules = rules
        self.ids = Ids(chance)
        self.rows = Rows(Message, MessageEvent, Attempt, MessagingAlert)
        troubled = (S.UNDELIVERED, S.FAILED, S.NO_RECEIPT, S.PROVIDER_CANCELLED, S.REJECTED)
        once = [one for state in (*troubled, S.UNRESOLVED) for one in (S.DELIVERED, state)]
        self._older = chain(once, repeat(S.DELIVERED))
        self._yesterdays = cycle(
            (S.DELIVERED, S.SENT, S.DELIVERED, S.ACCEPTED, S.UNKNOWN, S.DELIVERED)
        )
        self._nexts = chain((S.HELD,), repeat(S.PLANNED))
        self._todays = chain((S.QUEUED, S.CLAIMED, S.SUBMITTING), repeat(S.QUEUED))

    def state_of(self, expected: Expected) -> S:
        """Answer what became of the text about this session."""
        now = clock.now()
        due_at = send_at(expected.starts_at, OFFSET)
        if expected.cancelled:
            return S.CANCELLED
        if expected.sms == "not_safe":
            return S.SUPPRESSED
        if expected.sms != "safe" or expected.contact_expired:
            return S.EXPIRED if useful_until(expected.starts_at, due_at) <= now else S.HELD
        days = (clock.london(due_at).date() - clock.today()).days
        if days > 0:
            return next(self._nexts)
        if days == 0:
            return next(self._todays)
        return next(self._yesterdays if days == -1 else self._older)


async def load(
    expected: Sequence[Expected],
    *,
    organisations: Mapping[Side, UUID],
    chance: random.Random,
    key: bytes,
) -> None:
    """Insert the wording, a rule for each side and the texts, inside the current transaction."""
    ids = Ids(chance)
    rows = Rows(MessageTemplate, ReminderRule)
    template_id = ids.new()
    rows.add(
        MessageTemplate, id=template_id, name=DEFAULT_NAME, language="en",
        body=DEFAULT_BODIES["en"], created_at=clock.now(), version=1, saved_at=clock.now(),
    )  # fmt: skip
    rules = {side: ids.new() for side in organisations}
    for side, organisation_id in organisations.items():
        _add_rule(rows, rules[side], template_id, side=side, organisation_id=organisation_id)
    await rows.insert()
    desk = _Desk(chance, key, rules)
    for one in expected:
        if one.revision > 1 and not one.cancelled and one.sms == "safe":
            _add_text(desk, one, S.SUPERSEDED, revision=one.revision - 1)
        revision = one.revision - (1 if one.cancelled else 0)
        _add_text(desk, one, desk.state_of(one), revision=revision)
    alert = AlertKind.STATUS_CONFLICT.value
    desk.rows.add(MessagingAlert, id=desk.ids.new(), kind=alert, times=2, error_code=30003,
                  opened_at=clock.now() - timedelta(hours=5), last_at=clock.now())  # fmt: skip
    await desk.rows.insert()


def _add_rule(
    rows: Rows, rule_id: UUID, template_id: UUID, *, side: Side, organisation_id: UUID
) -> None:
    rows.add(
        ReminderRule,
        id=rule_id,
        name="The day before at 10:00",
        organisation=organisation_id,
        side=side.value,
        programme=None,
        kind=RuleKind.SESSION_REMINDER.value,
        days_before=OFFSET.days_before,
        at=OFFSET.at,
        hours_before=None,
        template=template_id,
        active=True,
        active_since=clock.now(),
        created_at=clock.now(),
        version=1,
    )


def _add_text(desk: _Desk, one: Expected, state: S, *, revision: int) -> None:
    """Add one text with the moves that brought it to its state."""
    message_id = desk.ids.new()
    due_at = send_at(one.starts_at, OFFSET)
    expires_at = useful_until(one.starts_at, due_at)
    reason = _REASONS.get(state)
    if state is S.HELD:
        reason = Reason.CONTACT_EXPIRED if one.contact_expired else Reason.NO_SAFE_CONTACT
        if one.sms == "safe" and not one.contact_expired:
            reason = Reason.RESTORED
    moves = _moves(state, due_at=due_at, expires_at=expires_at)
    in_hand = state in {S.CLAIMED, S.SUBMITTING}
    desk.rows.add(
        Message,
        id=message_id,
        organisation=one.organisation_id,
        side=one.side.value,
        recipient=one.recipient_id,
        subject=one.subject_id,
        cohort=one.cohort_id,
        programme=one.programme_id,
        rule=desk.rules[one.side],
        revision=revision,
        variables=json.dumps(variables(one.starts_at)),
        state=state.value,
        state_reason=reason.value if reason else "",
        send_after=due_at,
        expires_at=expires_at,
        claim_token=desk.ids.new() if in_hand else None,
        lease_until=clock.now() + _LEASE if in_hand else None,
        created_at=moves[0][1],
        updated_at=moves[-1][1],
        **_handed_over(desk, one, state),
    )
    _add_moves(desk, message_id, moves, reason)
    if S.SUBMITTING in _PATHS[state]:
        _add_attempt(desk, message_id, state, dict(moves)[S.SUBMITTING])


def _handed_over(desk: _Desk, one: Expected, state: S) -> dict[str, Any]:
    """Answer what is kept of a text that was handed over: its number and its words."""
    body = compose(DEFAULT_BODIES["en"], one.starts_at)
    if S.SUBMITTING not in _PATHS[state] or not one.number or not body:
        bound = 1 if state in {S.PLANNED, S.QUEUED, S.CLAIMED} else 0
        return {
            "number": None, "number_version": bound, "to_hash": "", "body": None,
            "body_hash": "", "attempt_number": 0,
        }  # fmt: skip
    return {
        "number": one.number,
        "number_version": 1,
        "to_hash": MobileNumber(one.number).keyed_hash(desk.key),
        "body": body,
        "body_hash": hashlib.sha256(body.encode()).hexdigest(),
        "attempt_number": 1,
    }


def _moves(state: S, *, due_at: datetime, expires_at: datetime) -> list[tuple[S, datetime]]:
    """Answer the moves to a state with their instants, none of them to come."""
    now = clock.now()
    at = due_at - _PLANNED_BEFORE
    moves = []
    for step in _PATHS[state]:
        if step is S.QUEUED:
            at = due_at
        elif step is S.EXPIRED:
            at = expires_at
        else:
            at += _DELAYS.get(step, timedelta(seconds=2))
        moves.append((step, min(at, now)))
    return moves


def _add_moves(
    desk: _Desk, message_id: UUID, moves: list[tuple[S, datetime]], reason: Reason | None
) -> None:
    old: S | None = None
    for step, at in moves:
        is_last = step is moves[-1][0]
        desk.rows.add(
            MessageEvent,
            id=desk.ids.new(),
            message=message_id,
            at=at,
            actor=None,
            old_state=old.value if old else None,
            new_state=step.value,
            reason=reason.value if reason and is_last else "",
        )
        old = step


def _add_attempt(desk: _Desk, message_id: UUID, state: S, started_at: datetime) -> None:
    answered = state not in {S.SUBMITTING, S.UNKNOWN, S.UNRESOLVED}
    taken = answered and state is not S.REJECTED
    desk.rows.add(
        Attempt,
        id=desk.ids.new(),
        message=message_id,
        number=1,
        token_hash=hashlib.sha256(f"{message_id}/1".encode()).hexdigest(),
        provider_sid=f"SM{desk.chance.getrandbits(128):032x}" if taken else None,
        started_at=started_at,
        answered_at=started_at + timedelta(seconds=1) if answered else None,
        error_code=_ERROR_CODES.get(state, 0),
        status=_STATUSES.get(state, "") if taken else "",
    )
