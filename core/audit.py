"""The audit log: who did or saw what, written in the transaction of the change itself."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or, Where, WhereRaw

from core import clock, database
from core.ids import new_id
from core.pagination import Cursor, Page
from core.scope import Actor, Area, Permission, Scope, Side
from core.tables import AuditEvent


class Subject(StrEnum):
    """The kinds of thing that an audit event can be about."""

    ACCOUNT = "account"
    ORGANISATION = "organisation"
    PROGRAMME = "programme"
    VENUE = "venue"
    CLOSURE = "closure"
    COHORT = "cohort"
    SESSION = "session"
    ATTENDANCE = "attendance"
    PARTICIPANT = "participant"
    REFERRAL = "referral"
    ENROLMENT = "enrolment"
    STAFF = "staff"
    COURSE = "course"
    REQUIREMENT = "requirement"
    EXEMPTION = "exemption"
    TRAINING_RECORD = "training_record"
    TRAINING_EVENT = "training_event"
    BOOKING = "booking"
    MESSAGE = "message"
    REMINDER_RULE = "reminder_rule"
    MESSAGE_TEMPLATE = "message_template"
    MESSAGING = "messaging"
    REPORT = "report"
    REPORT_SUBSCRIPTION = "report_subscription"
    IMPORT = "import"
    LINK = "link"
    CONFLICT = "conflict"
    MEASURE = "measure"
    OUTCOME = "outcome"
    REVIEW = "review"
    WELFARE_CHECK = "welfare_check"
    ABSENCE_RULE = "absence_rule"
    REPLY = "reply"
    FUNDING = "funding"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit event as its reader may see it; contents are ``None`` where they may not."""

    id: UUID
    at: datetime
    actor: UUID | None
    action: str
    subject_type: str
    subject: UUID
    side: Side | None
    organisation_id: UUID | None


_INSERT = (
    "INSERT INTO audit_events (id, at, actor, action, subject_type, subject, side, organisation,"
    " before, after, reason) VALUES {}"
)


async def record(
    action: str,
    *,
    by: Actor,
    subject_type: Subject,
    subject: UUID,
    side: Side | None = None,
    organisation_id: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one event; call it inside the transaction of the change that it tells of."""
    event = (
        new_id(), clock.now(), by.account_id, action, subject_type.value, subject,
        side.value if side else None, organisation_id, _json(before), _json(after), reason,
    )  # fmt: skip
    await database.run(_INSERT, database.values_list([event]))


async def record_many(
    action: str,
    of: Mapping[UUID, Mapping[str, Any]],
    *,
    by: Actor,
    subject_type: Subject,
    side: Side | None,
    organisation_id: UUID,
) -> None:
    """Write the same event of many subjects at once, each with what it is ``after`` it."""
    at = clock.now()
    columns = (
        "id", "at", "actor", "action", "subject_type", "subject", "side", "organisation", "after",
        "reason",
    )  # fmt: skip
    rows = [
        (
            new_id(), at, by.account_id, action, subject_type.value, subject,
            side.value if side else None, organisation_id, _json(after), "",
        )
        for subject, after in of.items()
    ]  # fmt: skip
    await database.bulk_insert(AuditEvent, columns, rows)


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else json.dumps(values, default=str, sort_keys=True)


def changed(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    personal: Collection[str] = frozenset(),
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answer the two mappings cut down to the keys whose values differ.

    Of a personal column only its name is kept, under ``changed``: events are never deleted, so
    what retention is to remove must not be in them (D13).
    """
    keys = [key for key in after if before.get(key) != after[key]]
    plain = [key for key in keys if key not in personal]
    named = sorted(set(keys) - set(plain))
    told: dict[str, Any] = {"changed": named} if named else {}
    return {key: before.get(key) for key in plain}, {**{key: after[key] for key in plain}, **told}


async def events(
    *,
    scope: Scope,
    cursor: Cursor,
    subject: UUID | None = None,
    actor: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page[Entry]:
    """Answer events, newest first, ids only: an auditor sees no case content."""
    wanted: list[Where | WhereRaw | And | Or] = [_within(scope)]
    if subject:
        wanted.append(AuditEvent.subject == subject)
    if actor:
        wanted.append(AuditEvent.actor == actor)
    if since:
        wanted.append(AuditEvent.at >= since)
    if until:
        wanted.append(AuditEvent.at < until)
    if after := cursor.after_id():
        wanted.append(AuditEvent.id < after)
    rows = (
        await AuditEvent.select(
            AuditEvent.id,
            AuditEvent.at,
            AuditEvent.actor,
            AuditEvent.action,
            AuditEvent.subject_type,
            AuditEvent.subject,
            AuditEvent.side,
            AuditEvent.organisation,
        )
        .where(*wanted)
        .order_by(AuditEvent.id, ascending=False)
        .limit(cursor.limit + 1)
    )
    entries = [_entry(row) for row in rows]
    return cursor.page(entries, lambda entry: (entry.id,))


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked at a record."""

    at: datetime
    actor: UUID | None
    action: str


async def looks(subjects: Collection[UUID], *, actions: Collection[str]) -> tuple[Look, ...]:
    """Answer who looked at these records, oldest first, for whoever may export them."""
    rows = (
        await AuditEvent.select(AuditEvent.at, AuditEvent.actor, AuditEvent.action)
        .where(AuditEvent.subject.is_in(list(subjects)), AuditEvent.action.is_in(list(actions)))
        .order_by(AuditEvent.id)
    )
    return tuple(Look(row["at"], row["actor"], row["action"]) for row in rows)


def _within(scope: Scope) -> WhereRaw | Where | Or | And:
    areas = scope.within(Permission.VIEW_AUDIT)
    condition: WhereRaw | Where | Or | And = WhereRaw("1 = 0")
    for area in areas:
        condition = Or(condition, _area(area))
    return condition


def _area(area: Area) -> Where | WhereRaw:
    if area.organisation_id is None:
        return WhereRaw("1 = 1")
    return AuditEvent.organisation == area.organisation_id


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        id=row["id"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        subject_type=row["subject_type"],
        subject=row["subject"],
        side=Side(row["side"]) if row["side"] else None,
        organisation_id=row["organisation"],
    )
