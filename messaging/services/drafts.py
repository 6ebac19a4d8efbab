"""What a rule makes of one person and one session: when a text goes out, and what gates say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from core.phone import MobileNumber
from messaging.domain import gates, schedule
from messaging.domain.facts import Due, Policy
from messaging.domain.gates import Outcome, Text, Verdict
from messaging.domain.reasons import Reason
from messaging.services import blocks
from messaging.services.rules import Rule

_MADE = frozenset({Outcome.GO, Outcome.HELD, Outcome.SUPPRESSED, Outcome.EXPIRED})
"""What is worth a row: what goes out, and what somebody should know that it does not."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One text that ought to exist: its times, and what the gates say of it at its time."""

    due: Due
    rule: Rule
    send_after: datetime
    expires_at: datetime
    verdict: Verdict
    body: str | None

    @property
    def recipient_id(self) -> UUID:
        """Answer whom it goes to."""
        return self.due.recipient_id

    @property
    def subject_id(self) -> UUID:
        """Answer the session that it is about."""
        return self.due.subject_id


def applies(rule: Rule, due: Due) -> bool:
    """Tell whether a rule is about this person and session."""
    return (
        rule.side is due.side
        and rule.organisation_id == due.organisation_id
        and rule.programme_id in (None, due.programme_id)
    )


def draft(
    rule: Rule,
    due: Due | None,
    *,
    revision: int,
    number_version: int,
    expires_at: datetime,
    at: datetime,
    released: bool = False,
    paused: bool = False,
) -> Text:
    """Answer a text as the gates judge it; without ``due`` the person or the session is gone."""
    language = due.contact.language if due is not None else ""
    return Text(
        due=due, revision=revision, number_version=number_version, expires_at=expires_at,
        body=rule.words(language, due.starts_at) if due is not None else None, at=at,
        paused=paused, kind=rule.kind, released=released, terms=rule.terms(language),
    )  # fmt: skip


def at_its_time(text: Text, policy: Policy) -> tuple[datetime, Verdict]:
    """Judge a text at its time, moved into the safe hours where it has to be."""
    verdict = gates.judge(text, policy)
    if verdict.outcome is Outcome.WAIT and verdict.until is not None:
        return verdict.until, gates.GO
    return text.at, verdict


def planned(
    rule: Rule, due: Due, policy: Policy, *, now: datetime, since: datetime, is_spent: bool
) -> Planned | None:
    """Answer the text that a rule asks for, ``None`` where there is none or its time has gone by.

    ``since`` is when texts were last planned: what fell due before was planned then, or not meant
    to be; what has fallen due after goes out if it is of use still, and is shown as too late if
    not. ``is_spent`` tells that a text of this rule about this session has left already (M13).
    """
    times = schedule.times_of(rule.kind, rule.offset, due)
    if times is None or times.due_at < rule.active_since:
        return None
    text = draft(
        rule, due, revision=due.revision, number_version=0, expires_at=times.expires_at,
        at=times.due_at,
    )  # fmt: skip
    send_after, verdict = at_its_time(text, policy)
    late = timedelta(minutes=policy.late_minutes)
    if send_after < max(since, due.member_since or since) - late:
        return None
    if send_after < now:
        send_after, verdict = at_its_time(replace(text, at=now), policy)
    if verdict.outcome not in _MADE:
        return None
    if is_spent:
        verdict = Verdict(Outcome.SUPPRESSED, Reason.ALREADY_SENT)
    return Planned(due, rule, send_after, times.expires_at, verdict, text.body)


async def with_blocks(asked: Sequence[Due], *, key: bytes) -> list[Due]:
    """Add to the facts what this room itself knows of the numbers: that no text goes there (G2)."""
    hashes = {
        number: MobileNumber(number).keyed_hash(key)
        for number in {one.contact.number for one in asked}
        if number
    }
    causes = await blocks.causes_of(hashes.values())
    if not causes:
        return list(asked)
    blocked = {number: causes.get(hashed, frozenset()) for number, hashed in hashes.items()}
    return [
        replace(one, contact=replace(one.contact, blocked=blocked[one.contact.number]))
        if one.contact.number
        else one
        for one in asked
    ]
