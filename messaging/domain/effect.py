"""What became of the texts about one session, set beside who came to it (C10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from messaging.domain.reasons import NUMBER_OFF, REASON_WORDS, Reason, shown_slug
from messaging.domain.terms import MessageState as S


class Arm(StrEnum):
    """How far the text about a session got that got furthest; the furthest first."""

    DELIVERED = "delivered"
    NOT_KNOWN = "not_known"
    NOT_DELIVERED = "not_delivered"
    NOT_SENT = "not_sent"
    NO_TEXT = "no_text"


ARMS: Mapping[S, Arm] = {
    S.DELIVERED: Arm.DELIVERED,
    **dict.fromkeys(
        (S.ACCEPTED, S.SENT, S.NO_RECEIPT, S.SUBMITTING, S.UNKNOWN, S.UNRESOLVED), Arm.NOT_KNOWN
    ),
    **dict.fromkeys((S.FAILED, S.REJECTED, S.UNDELIVERED, S.PROVIDER_CANCELLED), Arm.NOT_DELIVERED),
    **dict.fromkeys((S.HELD, S.SUPPRESSED, S.EXPIRED), Arm.NOT_SENT),
}
"""The arm of each state; a text that was taken back, or is still to go, is none."""

_NUMBER_RULES = "M7, M9, G2 to G5"
"""One for all that must look the same from outside (M9)."""
_RULES: Mapping[Reason, str] = {
    Reason.NO_SAFE_CONTACT: "M1, G1",
    Reason.NOT_SAFE: "M1, G1",
    Reason.CONTACT_EXPIRED: "M2, G1",
    Reason.NO_NUMBER: "G3",
    Reason.BAD_NUMBER: "M12, G2",
    Reason.REFUSED: "M12",
    Reason.OUTSIDE_SAFE_HOURS: "M3, G6",
    Reason.SESSION_CANCELLED: "G8",
    Reason.SESSION_CHANGED: "G8",
    Reason.NOT_ENROLLED: "G9",
    Reason.PAST: "G10",
    Reason.WORDING: "M4, G11, G12",
    Reason.TOO_LONG: "M5, G13",
    Reason.CLOSED_DAY: "G14",
    Reason.PAUSED: "G15",
    Reason.PAUSED_HERE: "G15",
    Reason.RESTORED: "G15",
    Reason.NOT_A_GUEST: "G16",
    Reason.ONE_WAY: "M6",
    **dict.fromkeys(
        (
            Reason.ALREADY_SENT, Reason.SESSION_CAP, Reason.WEEKLY_CAP, Reason.NUMBER_CAP,
            Reason.DUPLICATE_CONTENT,
        ),
        "M13",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the text that got furthest, by which rule it was due, and why not further."""

    arm: Arm
    rule: str = ""
    reason: str = ""


NO_TEXT = Fate(Arm.NO_TEXT)


def said(reason: str) -> str:
    """Answer why a text did not go or arrive, after the safety rule that kept it back.

    A number that somebody else has, too, looks like an opt-out (M9).
    """
    slug = shown_slug(reason)
    if slug is None:
        return ""
    words = REASON_WORDS[Reason(reason)].text
    rule = _NUMBER_RULES if slug == NUMBER_OFF else _RULES.get(Reason(reason), "")
    return f"{rule}: {words}" if rule else words
