"""Why a message stands where it stands, in a slug for programs and in words for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from messaging.domain.terms import MessageState


class Reason(StrEnum):
    """Why a text was held, dropped or is not known to have arrived."""

    NO_SAFE_CONTACT = "no_safe_contact"
    NOT_SAFE = "not_safe"
    CONTACT_EXPIRED = "contact_expired"
    NO_NUMBER = "no_number"
    NOT_MOBILE = "not_mobile"
    SHARED_NUMBER = "shared_number"
    NUMBER_CHANGED = "number_changed"
    OUTSIDE_SAFE_HOURS = "outside_safe_hours"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_CHANGED = "session_changed"
    NOT_ENROLLED = "not_enrolled"
    PAST = "past"
    PAUSED = "paused"
    WORDING = "wording"
    TOO_LONG = "too_long"
    ALREADY_SENT = "already_sent"
    SESSION_CAP = "session_cap"
    WEEKLY_CAP = "weekly_cap"
    NUMBER_CAP = "number_cap"
    DUPLICATE_CONTENT = "duplicate_content"
    RULE_OFF = "rule_off"
    BY_PERSON = "by_person"
    LEASE_OVER = "lease_over"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    OPTED_OUT = "opted_out"
    BAD_NUMBER = "bad_number"
    NUMBER_NEW = "number_new"
    CLOSED_DAY = "closed_day"
    RESTORED = "restored"
    NOT_A_GUEST = "not_a_guest"
    PAUSED_HERE = "paused_here"
    PROVIDER_BUSY = "provider_busy"
    PROVIDER_FAULT = "provider_fault"
    SENDING_STOPPED = "sending_stopped"
    UNREACHABLE = "unreachable"
    CARRIER_REFUSED = "carrier_refused"
    NOT_DELIVERED = "not_delivered"
    PROVED_ABSENT = "proved_absent"
    FOUND = "found"
    TRIED_AGAIN = "tried_again"
    TOO_SLOW = "too_slow"
    NO_RECEIPT = "no_receipt"
    RELEASED = "released"
    RESOLVED = "resolved"
    ONE_WAY = "one_way"


NUMBER_OFF = "number_off"
"""What is shown in place of each of ``HIDDEN``."""

HIDDEN = frozenset(
    {
        Reason.SHARED_NUMBER, Reason.NOT_MOBILE, Reason.NUMBER_CHANGED, Reason.NUMBER_NEW,
        Reason.OPTED_OUT,
    }
)  # fmt: skip
"""Reasons that look the same from outside, so that nobody can tell a shared number (M9)."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence that says what is so, and one that says what to do about it."""

    text: str
    next_step: str = ""


STATE_WORDS: Mapping[MessageState, Words] = {
    MessageState.PLANNED: Words("Planned", "Nothing to do: it goes out at its time."),
    MessageState.HELD: Words("Held", "It does not go out unless somebody puts this right."),
    MessageState.QUEUED: Words("Due now", "Nothing to do: it goes out within the safe hours."),
    MessageState.CLAIMED: Words("Being checked", "Nothing to do."),
    MessageState.SUBMITTING: Words("Being sent", "Nothing to do."),
    MessageState.UNKNOWN: Words("Not known whether sent", "The network is being asked."),
    MessageState.ACCEPTED: Words("Sent", "Taken by the network; not proof that it was read."),
    MessageState.SENT: Words("Passed to the carrier", "Not proof that it was read."),
    MessageState.DELIVERED: Words("Delivered to the phone", "Not proof that it was read."),
    MessageState.UNDELIVERED: Words("Not delivered", "Ring the person if it is safe to."),
    MessageState.FAILED: Words("Failed", "Ring the person if it is safe to."),
    MessageState.PROVIDER_CANCELLED: Words("Stopped by the network", "Ring if it is safe to."),
    MessageState.NO_RECEIPT: Words("Sent, no receipt", "Nobody knows whether it arrived."),
    MessageState.REJECTED: Words("Refused by the network", "Check the number with the person."),
    MessageState.SUPPRESSED: Words("Not sent", "It will not be sent."),
    MessageState.CANCELLED: Words("Cancelled", "It will not be sent."),
    MessageState.SUPERSEDED: Words("Replaced", "A text for the new time takes its place."),
    MessageState.EXPIRED: Words("Too late", "It was not sent; ring if it is safe to."),
    MessageState.UNRESOLVED: Words("Never known whether sent", "Ring if it is safe to."),
}
"""Each state in plain words; "delivered" never says received (M12)."""

_NUMBER_OFF = Words(
    "Texts off for this number",
    "Ring instead if that is safe. Go through the safe contact with the person again.",
)

REASON_WORDS: Mapping[Reason, Words] = {
    Reason.NO_SAFE_CONTACT: Words(
        "Nobody has confirmed that texts are safe",
        "Ask the person, and record the answer under safe contact.",
    ),
    Reason.NOT_SAFE: Words(
        "Texts are not safe for this person", "Keep in touch in the way that was agreed."
    ),
    Reason.CONTACT_EXPIRED: Words(
        "It is too long since texts were confirmed as safe",
        "Ask again whether texts are still safe, and record it under safe contact.",
    ),
    Reason.NO_NUMBER: Words("There is no number", "Add a mobile number under safe contact."),
    Reason.NOT_MOBILE: _NUMBER_OFF,
    Reason.SHARED_NUMBER: _NUMBER_OFF,
    Reason.NUMBER_CHANGED: _NUMBER_OFF,
    Reason.OUTSIDE_SAFE_HOURS: Words(
        "No safe time was left before the session", "Ring inside the safe hours instead."
    ),
    Reason.SESSION_CANCELLED: Words("The session was cancelled", "Tell the person if it is safe."),
    Reason.SESSION_CHANGED: Words("The session was changed", "Nothing to do."),
    Reason.NOT_ENROLLED: Words("The person is not expected at this session", "Nothing to do."),
    Reason.PAST: Words("Its time went by before it could go out", "Ring if it is safe to."),
    Reason.PAUSED: Words("All texts are paused", "It goes out when texts are switched on."),
    Reason.WORDING: Words(
        "The wording could give something away or is incomplete", "Have the template changed."
    ),
    Reason.TOO_LONG: Words("The text is longer than one part", "Have the template shortened."),
    Reason.ALREADY_SENT: Words(
        "A reminder of this session has gone out, with the time that it had then",
        "Ring about the new time if it is safe to.",
    ),
    Reason.SESSION_CAP: Words(
        "Two texts about this session have gone out",
        "Nothing to do, unless it was changed since: then ring if it is safe to.",
    ),
    Reason.WEEKLY_CAP: Words("Three texts have gone out within a week", "Ring if it is safe to."),
    Reason.NUMBER_CAP: Words("Three texts have gone out within a day", "Ring if it is safe to."),
    Reason.DUPLICATE_CONTENT: Words("The very same text has just gone out", "Nothing to do."),
    Reason.RULE_OFF: Words("Its reminder rule was switched off", "Nothing to do."),
    Reason.BY_PERSON: Words("A colleague cancelled it", "Nothing to do."),
    Reason.LEASE_OVER: Words("A check was cut short and starts again", "Nothing to do."),
    Reason.NOT_SENT: Words("The network was out of reach; it is tried again", "Nothing to do."),
    Reason.REFUSED: Words("The network will not text this number", "Check the number."),
    Reason.NO_ANSWER: Words(
        "The network did not answer", "Nobody knows whether it left; ring if it is safe to."
    ),
    Reason.OPTED_OUT: _NUMBER_OFF,
    Reason.NUMBER_NEW: _NUMBER_OFF,
    Reason.BAD_NUMBER: Words(
        "The network says that this number cannot be texted",
        "Check the number with the person, and record it anew under safe contact.",
    ),
    Reason.CLOSED_DAY: Words(
        "The session is on a closed day or a bank holiday",
        "Let the text go if the session takes place; else cancel the session.",
    ),
    Reason.RESTORED: Words(
        "The database was restored, and this text may have gone out before",
        "Ask the person whether they had it; let it go or cancel it.",
    ),
    Reason.NOT_A_GUEST: Words(
        "This installation is for trying out, and may not text this number", "Nothing to do."
    ),
    Reason.PAUSED_HERE: Words(
        "Texts are paused for this person, group or programme",
        "It goes out when they are switched on, if it is of use then.",
    ),
    Reason.PROVIDER_BUSY: Words("The network is busy; it is tried again", "Nothing to do."),
    Reason.PROVIDER_FAULT: Words("The network had a fault", "Ring if it is safe to."),
    Reason.SENDING_STOPPED: Words(
        "The network refuses this service", "An administrator must put the account right."
    ),
    Reason.UNREACHABLE: Words(
        "The phone was off or out of reach", "Ring the person if it is safe to."
    ),
    Reason.CARRIER_REFUSED: Words(
        "The phone's network would not deliver it", "Ring the person if it is safe to."
    ),
    Reason.NOT_DELIVERED: Words(
        "The network could not deliver it and did not say why", "Ring if it is safe to."
    ),
    Reason.PROVED_ABSENT: Words("It never reached the network", "Nothing to do."),
    Reason.FOUND: Words("The network has it after all", "Nothing to do."),
    Reason.TRIED_AGAIN: Words("It is tried once more", "Nothing to do."),
    Reason.TOO_SLOW: Words("A check took too long and starts again", "Nothing to do."),
    Reason.NO_RECEIPT: Words(
        "The network never said whether it arrived", "Ring the person if it matters."
    ),
    Reason.RELEASED: Words("A colleague let it go", "Nothing to do."),
    Reason.RESOLVED: Words("A colleague looked into it", "Nothing to do."),
    Reason.ONE_WAY: Words(
        "It asks for an answer, but nobody can answer its sender", "Have the rule changed."
    ),
}
"""Each reason in plain words, and what to do about it."""


def shown_slug(reason: str) -> str | None:
    """Answer the slug that everybody may see, ``None`` where there is no reason."""
    if not reason:
        return None
    return NUMBER_OFF if Reason(reason) in HIDDEN else reason


def words_for(state: MessageState, reason: str) -> Words:
    """Answer what to show for a state and its reason; without a reason, only the next step."""
    if not reason:
        return Words("", STATE_WORDS[state].next_step)
    return REASON_WORDS[Reason(reason)]
