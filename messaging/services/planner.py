"""Turns facts and rules into planned texts, and takes back those whose facts have changed.

It may run twice, or in two processes at once: the unique key of ``messages`` lets each text be
planned once.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import clock, database
from core.ids import new_id
from messaging.domain import gates, schedule, wording
from messaging.domain.facts import Due, Policy
from messaging.domain.gates import Outcome, Text, Verdict
from messaging.domain.reasons import Reason
from messaging.domain.states import SPENT, WAITING
from messaging.domain.terms import MessageState
from messaging.services import moves
from messaging.services.rules import Rule

Key = tuple[UUID, UUID]
"""A participant and a session."""

Ask = Callable[[Collection[Key]], Awaitable[Sequence[Due]]]
"""Asks the rooms for the facts of some people and sessions as they are now."""

_BATCH = 400
_REVIEW_BATCH = 100
_COLUMNS = (
    "id", "organisation", "side", "recipient", "subject", "cohort", "rule", "revision",
    "number", "number_version", "to_hash", "variables", "body", "body_hash", "state",
    "state_reason", "send_after", "expires_at", "claim_token", "lease_until", "attempt_number",
    "created_at", "updated_at", "programme", "segments",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO messages ({', '.join(_COLUMNS)}) VALUES {{}}"  # noqa: S608 - our own names
    " ON CONFLICT (recipient, subject, rule, revision) DO NOTHING"
    " RETURNING id"
)
_ROWS = (
    "SELECT id, recipient, subject, rule, revision, number_version, state, state_reason,"
    " send_after, expires_at FROM messages"
)
_WAITING = ", ".join(f"'{state}'" for state in sorted(WAITING))
_STATE_OF = {
    Outcome.HELD: MessageState.HELD,
    Outcome.SUPPRESSED: MessageState.SUPPRESSED,
    Outcome.EXPIRED: MessageState.EXPIRED,
    Outcome.CANCELLED: MessageState.CANCELLED,
    Outcome.SUPERSEDED: MessageState.SUPERSEDED,
}


@dataclass(frozen=True, slots=True)
class _Plan:
    """One text that ought to exist: its times, and what the gates say of it at its time."""

    due: Due
    rule: Rule
    send_after: datetime
    expires_at: datetime
    verdict: Verdict


async def plan(due: Sequence[Due], rules: Sequence[Rule], *, ask: Ask, policy: Policy) -> int:
    """Plan a text for each person, session and rule, and review those that wait.

    Answers how many were planned. ``due`` is everybody expected within the horizon; ``ask`` is
    for texts of people and sessions that are no longer among them.
    """
    planned = 0
    reviewed: set[UUID] = set()
    for start in range(0, len(due), _BATCH):
        batch = due[start : start + _BATCH]
        known = await _known(batch)
        facts = {(one.recipient_id, one.subject_id): one for one in batch}
        reviewed |= await _review(
            [row for row in known if (row["recipient"], row["subject"]) in facts],
            facts, rules, policy,
        )  # fmt: skip
        planned += await _insert(list(_missing(batch, rules, known, policy)))
    await _review_others(reviewed, rules, ask, policy)
    return planned


async def _known(batch: Sequence[Due]) -> list[database.Row]:
    sessions = sorted({one.subject_id for one in batch})
    return await database.run(_ROWS + " WHERE subject IN {}", database.in_list(sessions))


def _missing(
    batch: Sequence[Due], rules: Sequence[Rule], known: Sequence[database.Row], policy: Policy
) -> Iterator[_Plan]:
    """Answer the texts that have no row yet and are not past."""
    exist = {(row["recipient"], row["subject"], row["rule"], row["revision"]) for row in known}
    spent = {
        (row["recipient"], row["subject"], row["rule"]) for row in known if row["state"] in SPENT
    }
    for due in batch:
        for rule in rules:
            key = (due.recipient_id, due.subject_id, rule.id)
            if _applies(rule, due) and (*key, due.revision) not in exist:
                found = _planned(due, rule, policy, already_sent=key in spent)
                if found is not None:
                    yield found


def _applies(rule: Rule, due: Due) -> bool:
    return (
        rule.side is due.side
        and rule.organisation_id == due.organisation_id
        and rule.programme_id in (None, due.programme_id)
    )


def _planned(due: Due, rule: Rule, policy: Policy, *, already_sent: bool) -> _Plan | None:
    """Answer the plan of a text, ``None`` where its time has gone by or nobody is expected."""
    due_at = schedule.send_at(due.starts_at, rule.offset)
    expires_at = schedule.useful_until(due.starts_at, due_at)
    send_after, verdict = _verdict(
        Text(
            due=due,
            revision=due.revision,
            number_version=0,
            expires_at=expires_at,
            body=wording.compose(rule.body_for(due.contact.language), due.starts_at),
            at=due_at,
        ),
        policy,
    )
    is_past = send_after < clock.now() - timedelta(minutes=policy.late_minutes)
    if is_past or verdict.outcome not in {Outcome.GO, Outcome.HELD, Outcome.SUPPRESSED}:
        return None
    if already_sent:
        verdict = Verdict(Outcome.SUPPRESSED, Reason.ALREADY_SENT)
    return _Plan(due, rule, send_after, expires_at, verdict)


def _verdict(text: Text, policy: Policy) -> tuple[datetime, Verdict]:
    """Judge a text at its time, moved into the safe hours where it has to be."""
    verdict = gates.judge(text, policy)
    if verdict.outcome is Outcome.WAIT and verdict.until is not None:
        return verdict.until, gates.GO
    return text.at, verdict


async def _insert(plans: Sequence[_Plan]) -> int:
    """Insert the rows of a batch in one statement; answer how many were not there before."""
    count = 0
    for start in range(0, len(plans), _BATCH):
        rows = {new_id(): one for one in plans[start : start + _BATCH]}
        async with database.transaction():
            made = await database.run(
                _INSERT, database.values_list([_values(id, one) for id, one in rows.items()])
            )
            await moves.note_all(
                [
                    (row["id"], None, _state(rows[row["id"]]), rows[row["id"]].verdict.reason or "")
                    for row in ({"id": _uuid(item["id"])} for item in made)
                ]
            )
        count += len(made)
    return count


def _uuid(value: Any) -> UUID:
    """Answer an id that came back from ``RETURNING``, which SQLite gives as text."""
    return value if isinstance(value, UUID) else UUID(str(value))


def _state(one: _Plan) -> MessageState:
    if one.verdict.outcome is not Outcome.GO:
        return _STATE_OF[one.verdict.outcome]
    return MessageState.QUEUED if one.send_after <= clock.now() else MessageState.PLANNED


def _values(id: UUID, one: _Plan) -> tuple[Any, ...]:
    due, now = one.due, clock.now()
    bound = due.contact.number_version if one.verdict.outcome is Outcome.GO else 0
    values = {
        "id": id, "organisation": due.organisation_id, "side": due.side.value if due.side else None,
        "recipient": due.recipient_id, "subject": due.subject_id, "cohort": due.cohort_id,
        "rule": one.rule.id, "revision": due.revision, "number": None,
        "number_version": bound, "to_hash": "", "body": None, "body_hash": "",
        "variables": json.dumps(wording.variables(due.starts_at)), "state": _state(one).value,
        "state_reason": one.verdict.reason or "", "send_after": one.send_after,
        "expires_at": max(one.expires_at, one.send_after), "claim_token": None,
        "lease_until": None, "attempt_number": 0, "created_at": now, "updated_at": now,
        "programme": due.programme_id, "segments": 0,
    }  # fmt: skip
    return tuple(values[column] for column in _COLUMNS)


async def _review_others(
    reviewed: set[UUID], rules: Sequence[Rule], ask: Ask, policy: Policy
) -> None:
    """Review the waiting texts of people and sessions that nobody spoke of."""
    rows = await database.run(_ROWS + f" WHERE state IN ({_WAITING}) ORDER BY id")
    others = [row for row in rows if row["id"] not in reviewed]
    for start in range(0, len(others), _REVIEW_BATCH):
        batch = others[start : start + _REVIEW_BATCH]
        asked = await ask({(row["recipient"], row["subject"]) for row in batch})
        facts = {(one.recipient_id, one.subject_id): one for one in asked}
        await _review(batch, facts, rules, policy)


async def _review(
    rows: Sequence[database.Row],
    facts: dict[Key, Due],
    rules: Sequence[Rule],
    policy: Policy,
) -> set[UUID]:
    """Judge waiting texts anew by the facts; answer the ids of those that were looked at."""
    by_id = {rule.id: rule for rule in rules}
    waiting = [row for row in rows if row["state"] in WAITING]
    for row in waiting:
        due = facts.get((row["recipient"], row["subject"]))
        await _review_one(row, due, by_id.get(row["rule"]), policy)
    return {row["id"] for row in waiting}


async def _review_one(
    row: database.Row, due: Due | None, rule: Rule | None, policy: Policy
) -> None:
    at = max(row["send_after"], clock.now())
    if rule is None:
        await _apply(row, row["send_after"], Verdict(Outcome.CANCELLED, Reason.RULE_OFF), due)
        return
    body = wording.compose(rule.body_for(due.contact.language), due.starts_at) if due else None
    text = Text(due, row["revision"], row["number_version"], row["expires_at"], body, at)
    send_after, verdict = _verdict(text, policy)
    await _apply(row, send_after, verdict, due)


async def _apply(
    row: database.Row, send_after: datetime, verdict: Verdict, due: Due | None
) -> None:
    """Write what the review says, where it says something new."""
    old = MessageState(row["state"])
    if verdict.outcome is Outcome.GO:
        if old is not MessageState.HELD or due is None:
            return
        new = MessageState.PLANNED
        changes: dict[str, Any] = {
            "send_after": send_after,
            "number_version": due.contact.number_version,
        }
    else:
        new, changes = _STATE_OF[verdict.outcome], {}
        if new is old and verdict.reason == row["state_reason"]:
            return
    async with database.transaction():
        await moves.move(row["id"], old=old, new=new, reason=verdict.reason, **changes)
