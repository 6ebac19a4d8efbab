"""Turns facts and rules into planned texts, and takes back those whose facts have changed.

It may run twice, or in two processes at once: the unique key of ``messages`` lets each text be
planned once.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import clock, database
from core.ids import new_id
from messaging.domain import wording
from messaging.domain.facts import Due, Policy
from messaging.domain.gates import Outcome
from messaging.domain.reasons import Reason
from messaging.domain.states import SPENT, UNSENT, WAITING
from messaging.domain.terms import MessageState, RuleKind
from messaging.services import drafts, moves, reviewing
from messaging.services.drafts import Planned
from messaging.services.reviewing import STATE_OF, Found
from messaging.services.rules import Rule

Key = tuple[UUID, UUID]
"""A participant and a session."""

Ask = Callable[[Collection[Key]], Awaitable[Sequence[Due]]]
"""Asks the rooms for the facts of some people and sessions as they are now."""

_BATCH = 400
_REVIEW_BATCH = 100
_REVIVED = frozenset({Reason.NOT_ENROLLED, Reason.RULE_OFF})
"""Why a text was cancelled unsent that is planned anew when the cause is gone."""

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
    " send_after, expires_at, released_at, attempt_number FROM messages"
)
_WAITING = ", ".join(f"'{state}'" for state in sorted(WAITING))
_UNSENT = ", ".join(f"'{state}'" for state in sorted(UNSENT))


@dataclass(frozen=True, slots=True)
class Basis:
    """What all planning of an installation rests on; ``key`` hashes numbers."""

    rules: Sequence[Rule]
    policy: Policy
    key: bytes


async def plan(due: Sequence[Due], basis: Basis, *, ask: Ask, since: datetime | None = None) -> int:
    """Plan a text for each person, session and rule, and review those that wait.

    Answers how many were planned. ``due`` is everybody expected within the horizon; ``ask`` is
    for texts of people and sessions that are no longer among them; ``since`` is when it was last
    done, so that what fell due while nothing ran goes out late or is shown as too late.
    """
    made, reviewed = list[UUID](), set[UUID]()
    told = _told_first(due)
    for start in range(0, len(due), _BATCH):
        batch = due[start : start + _BATCH]
        known = await _known(batch)
        keys = {(one.recipient_id, one.subject_id) for one in batch}
        waiting = [row for row in known if _key(row) in keys and row["state"] in WAITING]
        reviewed |= {row["id"] for row in waiting}
        facts = await drafts.with_blocks(batch, key=basis.key)
        async with database.transaction():
            made += await _follow(facts, known, waiting, basis, told=told, since=since)
    return len(made) + await _review_others(reviewed.union(made), basis, ask)


async def plan_for(
    due: Sequence[Due],
    basis: Basis,
    *,
    ask: Ask,
    sessions: Collection[UUID],
    people: Collection[UUID],
) -> int:
    """Plan and review the texts of some sessions and people, in the transaction of their change.

    Also what a dispatcher has in hand is taken from it, as long as it has not left (G8). Whoever
    had a text about a session that is now far ahead is told of the change.
    """
    rows = await database.run(
        _ROWS + f" WHERE subject IN {{}} OR recipient IN {{}} AND state IN ({_UNSENT})",
        database.in_list(sorted(sessions)),
        database.in_list(sorted(people)),
    )
    keys = {(one.recipient_id, one.subject_id) for one in due}
    others = await ask({_key(row) for row in rows} - keys)
    known = rows + [row for row in await _known(due) if row["subject"] not in set(sessions)]
    unsent = [row for row in rows if row["state"] in UNSENT]
    facts = await drafts.with_blocks([*due, *others], key=basis.key)
    return len(await _follow(facts, known, unsent, basis, told=_told_first(facts), near=keys))


async def would_plan(
    due: Sequence[Due], rule: Rule, policy: Policy, key: bytes
) -> tuple[Planned, ...]:
    """Answer the texts that a rule would plan now if it were on; nothing is saved."""
    basis = Basis([rule], policy, key)
    found: list[Planned] = []
    for start in range(0, len(due), _BATCH):
        batch = due[start : start + _BATCH]
        known = [row for row in await _known(batch) if row["rule"] == rule.id]
        facts = await drafts.with_blocks(batch, key=key)
        made = _missing(facts, known, basis, told=_told_first(due), since=clock.now())
        found += [one for one, _ in made]
    return tuple(found)


async def _known(batch: Sequence[Due]) -> list[database.Row]:
    sessions = sorted({one.subject_id for one in batch})
    return await database.run(_ROWS + " WHERE subject IN {}", database.in_list(sessions))


def _key(row: database.Row) -> Key:
    return row["recipient"], row["subject"]


def _told_first(due: Sequence[Due]) -> dict[object, datetime]:
    """Answer for each change, person and group the first session that it moved.

    One change of many sessions is told once, with the first of them (M13).
    """
    found: dict[object, datetime] = {}
    for one in due:
        if one.revised_at is not None and one.is_scheduled:
            change = (one.recipient_id, one.cohort_id, one.revised_at)
            found[change] = min(one.starts_at, found.get(change, one.starts_at))
    return found


async def _follow(
    facts: Sequence[Due],
    known: Sequence[database.Row],
    waiting: Sequence[database.Row],
    basis: Basis,
    *,
    told: dict[object, datetime],
    since: datetime | None = None,
    near: Collection[Key] | None = None,
) -> list[UUID]:
    """Bring texts in line with the facts inside the current transaction; answer the new ones.

    Those of ``near`` alone get reminders, all of ``facts`` are told of changes.
    """
    by_key = {(one.recipient_id, one.subject_id): one for one in facts}
    by_id, now = {rule.id: rule for rule in basis.rules}, clock.now()
    judged = (
        reviewing.review(row, by_key.get(_key(row)), by_id.get(row["rule"]), basis.policy, now=now)
        for row in waiting
    )
    found = [one for one in judged if one is not None]
    made = [
        (one, row)
        for one, row in _missing(facts, known, basis, told=told, since=since or now)
        if near is None
        or one.rule.kind is RuleKind.CHANGE
        or (one.recipient_id, one.subject_id) in near
    ]
    await reviewing.write(found + [_revived(one, row) for one, row in made if row is not None])
    return await _insert([one for one, row in made if row is None])


def _missing(
    facts: Sequence[Due],
    known: Sequence[database.Row],
    basis: Basis,
    *,
    told: dict[object, datetime],
    since: datetime,
) -> Iterator[tuple[Planned, database.Row | None]]:
    """Answer the texts that ought to be there, with the row of one that was cancelled before."""
    exist = {(*_key(row), row["rule"], row["revision"]): row for row in known}
    spent = {(*_key(row), row["rule"]) for row in known if row["state"] in SPENT}
    now = clock.now()
    for due in facts:
        change = (due.recipient_id, due.cohort_id, due.revised_at)
        is_first = told.get(change) in {None, due.starts_at}
        for rule in basis.rules:
            if not drafts.applies(rule, due) or (rule.kind is RuleKind.CHANGE and not is_first):
                continue
            key = (due.recipient_id, due.subject_id, rule.id)
            row = exist.get((*key, due.revision))
            if row is None or _is_revivable(row):
                one = drafts.planned(
                    rule, due, basis.policy, now=now, since=since, is_spent=key in spent
                )
                if one is not None and (row is None or one.verdict.outcome is Outcome.GO):
                    yield one, row


def _is_revivable(row: database.Row) -> bool:
    return (
        row["state"] == MessageState.CANCELLED
        and row["state_reason"] in _REVIVED
        and row["attempt_number"] == 0
    )


def _revived(one: Planned, row: database.Row) -> Found:
    changes = {
        "send_after": one.send_after,
        "expires_at": max(one.expires_at, one.send_after),
        "number_version": one.due.contact.number_version,
    }
    return Found(row["id"], MessageState.CANCELLED, MessageState.PLANNED, None, changes)


async def _insert(plans: Sequence[Planned]) -> list[UUID]:
    """Insert the rows in few statements; answer those that were not there before."""
    inserted: list[UUID] = []
    for start in range(0, len(plans), _BATCH):
        rows = {new_id(): one for one in plans[start : start + _BATCH]}
        made = await database.run(
            _INSERT, database.values_list([_values(id, one) for id, one in rows.items()])
        )
        # SQLite gives an id that comes back from RETURNING as text.
        ids = [item["id"] if isinstance(item["id"], UUID) else UUID(item["id"]) for item in made]
        await moves.note_all(
            [(id, None, _state(rows[id]), rows[id].verdict.reason or "") for id in ids]
        )
        inserted += ids
    return inserted


def _state(one: Planned) -> MessageState:
    if one.verdict.outcome is not Outcome.GO:
        return STATE_OF[one.verdict.outcome]
    return MessageState.QUEUED if one.send_after <= clock.now() else MessageState.PLANNED


def _values(id: UUID, one: Planned) -> tuple[Any, ...]:
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


async def _review_others(reviewed: set[UUID], basis: Basis, ask: Ask) -> int:
    """Review the waiting texts of people and sessions that nobody spoke of.

    Answers how many are planned instead: whoever had one is told of the change that moved it.
    """
    planned = 0
    rows = await database.run(_ROWS + f" WHERE state IN ({_WAITING}) ORDER BY id")
    others = [row for row in rows if row["id"] not in reviewed]
    for start in range(0, len(others), _REVIEW_BATCH):
        batch = others[start : start + _REVIEW_BATCH]
        asked = await ask({_key(row) for row in batch})
        facts = await drafts.with_blocks(asked, key=basis.key)
        known = await _known(facts)
        async with database.transaction():
            told = _told_first(facts)
            planned += len(await _follow(facts, known, batch, basis, told=told, near=()))
    return planned
