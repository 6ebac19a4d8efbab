"""Wordings and rules of texts in words."""

from collections.abc import Sequence

from api.pages.case_words import SIDES
from core.scope import Side
from messaging.domain.lint import FindingKind
from messaging.domain.schedule import Offset
from messaging.domain.segments import Encoding, Packed
from messaging.domain.terms import RuleKind
from messaging.domain.wording import MOST_SEGMENTS

KINDS = {
    RuleKind.SESSION_REMINDER: "Reminder of a session",
    RuleKind.CHANGE: "Session moved to another time or place",
    RuleKind.CANCELLATION: "Session cancelled",
    RuleKind.TRAINING_EXPIRY: "Training of staff that runs out",
}
"""What a text is about."""

_FOUND = {
    FindingKind.WORD: "can tell a stranger what the text is about",
    FindingKind.NAME: "is the name of an organisation, a programme, a unit or a place",
    FindingKind.LINK: "is an address on the internet",
    FindingKind.POSTCODE: "is a postcode",
    FindingKind.REPLY: "asks for an answer: only rules that ask can have this wording",
    FindingKind.MARKETING: "advertises, and texts are for appointments alone",
}


def found(kind: FindingKind, words: str) -> str:
    """Answer what the check objects to, as a sentence."""
    return f"\u201c{words}\u201d {_FOUND[kind]}"


def length(packed: Packed) -> str:
    """Answer how long a text is, as people count."""
    letters = "plain letters" if packed.encoding is Encoding.GSM_7 else "letters of any language"
    size = f"{packed.units} of {packed.alone} characters, {letters} ({packed.encoding.upper()})"
    if packed.segments <= MOST_SEGMENTS:
        return f"1 text: {size}"
    return f"Too long: {packed.segments} texts, and only 1 is sent. {size}"


def due(kind: RuleKind, offset: Offset) -> str:
    """Answer when a rule's texts go out."""
    if kind in {RuleKind.CHANGE, RuleKind.CANCELLATION}:
        return "As soon as it is known, within the safe hours"
    if offset.hours_before is not None:
        return f"{_number(offset.hours_before, 'hour')} before"
    return f"{_number(offset.days_before or 0, 'day')} before, at {offset.at}"


def for_whom(side: Side | None, names: Sequence[str]) -> str:
    """Answer whom a rule is for: the side, and what it is narrowed to."""
    return ", ".join([SIDES[side] if side else "Staff", *names])


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
