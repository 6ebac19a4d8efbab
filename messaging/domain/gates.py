"""The safety gates: facts in, one verdict out (messaging.md 4); on doubt a text is held."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.clock import london
from core.phone import PhoneError, parse_mobile
from messaging.domain import windows, wording
from messaging.domain.facts import Due, Policy
from messaging.domain.reasons import Reason
from messaging.domain.terms import OPT_OUTS, BlockCause, RuleKind
from messaging.domain.wording import STRICT, Terms

_SAFE = "safe"
_NOT_SAFE = "not_safe"


class Outcome(StrEnum):
    """What becomes of a text: it goes, it waits, or it takes the state of this name."""

    GO = "go"
    WAIT = "wait"
    HELD = "held"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gates say; ``until`` is when a waiting text may be looked at again."""

    outcome: Outcome
    reason: Reason | None = None
    until: datetime | None = None


GO = Verdict(Outcome.GO)


@dataclass(frozen=True, slots=True)
class Text:
    """One text on its way: what it is bound to, what it says, and the instant asked about.

    ``number_version`` is 0 while it is bound to no number. ``due`` is ``None`` where the person or
    the session is gone. ``released`` tells that somebody let it go although it was held (G14).
    """

    due: Due | None
    revision: int
    number_version: int
    expires_at: datetime
    body: str | None
    at: datetime
    paused: bool = False
    kind: RuleKind = RuleKind.SESSION_REMINDER
    released: bool = False
    terms: Terms = STRICT


def judge(text: Text, policy: Policy) -> Verdict:
    """Answer the first gate's objection, or that the text may go at ``text.at``."""
    due = text.due
    if due is None:
        return Verdict(Outcome.CANCELLED, Reason.NOT_ENROLLED)
    for gate in _GATES:
        verdict = gate(text, due, policy)
        if verdict is not None:
            return verdict
    return GO


def _session(text: Text, due: Due, _: Policy) -> Verdict | None:
    """G8, G9, G10: session and membership stand as planned, and there is time to go."""
    tells_of_cancelling = text.kind is RuleKind.CANCELLATION
    if due.is_scheduled and tells_of_cancelling:
        return Verdict(Outcome.SUPERSEDED, Reason.SESSION_CHANGED)
    if not due.is_scheduled and not tells_of_cancelling:
        return Verdict(Outcome.CANCELLED, Reason.SESSION_CANCELLED)
    if not due.is_expected:
        return Verdict(Outcome.CANCELLED, Reason.NOT_ENROLLED)
    if due.revision != text.revision:
        return Verdict(Outcome.SUPERSEDED, Reason.SESSION_CHANGED)
    if text.at >= min(text.expires_at, due.starts_at):
        return Verdict(Outcome.EXPIRED, Reason.PAST)
    return None


def _not_safe(_text: Text, due: Due, _policy: Policy) -> Verdict | None:
    """G1, M1: nobody said that texts are not safe."""
    if due.contact.sms == _NOT_SAFE:
        return Verdict(Outcome.SUPPRESSED, Reason.NOT_SAFE)
    return None


def _opted_out(_text: Text, due: Due, _policy: Policy) -> Verdict | None:
    """G2, M7: the phone, its network or a worker said STOP."""
    if due.contact.blocked.isdisjoint(OPT_OUTS):
        return None
    return Verdict(Outcome.HELD, Reason.OPTED_OUT)


def _off(text: Text, due: Due, policy: Policy) -> Verdict | None:
    """G3, G4, G5, M9: a mobile, of one person alone, the one that the text was planned for.

    One outcome, and beside the opt-out: what is looked at between them would tell them apart.
    """
    contact = due.contact
    if not contact.number:
        return None
    if not _is_mobile(contact.number, allow_drama=policy.allow_drama):
        return Verdict(Outcome.HELD, Reason.NOT_MOBILE)
    if contact.number_is_shared:
        return Verdict(Outcome.HELD, Reason.SHARED_NUMBER)
    if text.number_version not in (0, contact.number_version):
        return Verdict(Outcome.HELD, Reason.NUMBER_CHANGED)
    rest = timedelta(hours=policy.number_rest_hours)
    changed_at = contact.number_changed_at
    if changed_at is not None and text.at < changed_at.astimezone(UTC) + rest:
        return Verdict(Outcome.HELD, Reason.NUMBER_NEW)
    return None


def _bad(_text: Text, due: Due, _policy: Policy) -> Verdict | None:
    """G2, M12: the network said that the number cannot be texted."""
    if BlockCause.BAD_NUMBER in due.contact.blocked:
        return Verdict(Outcome.HELD, Reason.BAD_NUMBER)
    return None


def _consent(text: Text, due: Due, policy: Policy) -> Verdict | None:
    """G1, M1, M2: somebody confirmed that texts are safe, and not too long ago."""
    contact = due.contact
    if contact.sms != _SAFE or contact.confirmed_on is None:
        return Verdict(Outcome.HELD, Reason.NO_SAFE_CONTACT)
    age = london(text.at).date() - contact.confirmed_on
    if age.days > policy.consent_days[due.side]:
        return Verdict(Outcome.HELD, Reason.CONTACT_EXPIRED)
    return None


def _number(_text: Text, due: Due, _policy: Policy) -> Verdict | None:
    """G3: there is a number."""
    return None if due.contact.number else Verdict(Outcome.HELD, Reason.NO_NUMBER)


def _guest(_text: Text, due: Due, policy: Policy) -> Verdict | None:
    """G16: an installation for trying out texts its guests and nobody else."""
    if policy.guests is None or due.contact.number in policy.guests:
        return None
    return Verdict(Outcome.SUPPRESSED, Reason.NOT_A_GUEST)


def _closed(text: Text, due: Due, _policy: Policy) -> Verdict | None:
    """G14: whether a session on a closed day takes place is a person's to say."""
    if due.is_closed_day and due.is_scheduled and not text.released:
        return Verdict(Outcome.HELD, Reason.CLOSED_DAY)
    return None


@functools.lru_cache(maxsize=8192)
def _is_mobile(number: str, *, allow_drama: bool) -> bool:
    try:
        return parse_mobile(number, allow_drama=allow_drama).e164 == number
    except PhoneError:
        return False


def _wording(text: Text, _due: Due, _policy: Policy) -> Verdict | None:
    """G11, G12, G13: discreet, complete, one part."""
    reason = _fault(text.body, text.terms)
    return Verdict(Outcome.HELD, reason) if reason else None


@functools.lru_cache(maxsize=4096)
def _fault(body: str | None, terms: Terms) -> Reason | None:
    return wording.fault(body, terms)


def _switch(text: Text, _due: Due, _policy: Policy) -> Verdict | None:
    """G15: the kill switch."""
    return Verdict(Outcome.WAIT, Reason.PAUSED, text.at) if text.paused else None


def _hours(text: Text, due: Due, policy: Policy) -> Verdict | None:
    """G6, M3: inside the safe hours, or waiting for them while that is of use."""
    span = windows.next_span(
        text.at,
        service=policy.service_hours,
        own=due.contact.windows,
        guard_minutes=policy.handover_minutes,
    )
    if span is None or span.starts >= text.expires_at:
        return Verdict(Outcome.SUPPRESSED, Reason.OUTSIDE_SAFE_HOURS)
    if span.starts > text.at:
        return Verdict(Outcome.WAIT, Reason.OUTSIDE_SAFE_HOURS, span.starts)
    return None


_GATES: tuple[Callable[[Text, Due, Policy], Verdict | None], ...] = (
    _session, _not_safe, _opted_out, _off, _bad, _consent, _number, _guest, _closed, _wording,
    _switch, _hours,
)  # fmt: skip
"""In this order: what ended for good first, then what a person must settle, then the time.

What somebody can put right at once, the contact, comes before what they decide, the closed day.
"""
