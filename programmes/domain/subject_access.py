"""What somebody is shown of what is held about them, and what is left out for others' sake.

Source: domain.md D4, D9; Data Protection Act 2018, Schedule 2, paragraph 16.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from programmes.domain.case_terms import OutcomeSource, UnsuitableReason
from programmes.domain.terms import ExitReason

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Asked(StrEnum):
    """Why somebody's file is put together; a code, because audit events are never deleted."""

    BY_THE_PERSON = "by_the_person"
    FOR_THE_PERSON = "for_the_person"
    BY_LAW = "by_law"
    TO_CHECK = "to_check"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    YES_NO = "yes_no"
    DAY = "day"
    INSTANT = "instant"
    WORKER = "worker"
    PARTS_OF_DAYS = "parts_of_days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is written down, with its name in words."""

    key: str
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of record about a person: what each field means, and the rows that there are."""

    key: str
    title: str
    fields: tuple[Field, ...]
    rows: tuple[Mapping[str, Any], ...]


TELLS_OF_OTHERS = frozenset(
    {
        UnsuitableReason.NON_ASSOCIATION.value,
        UnsuitableReason.NO_PARTNER.value,
        ExitReason.CONFLICT_WITH_MEMBERS.value,
        ExitReason.PARTNER_SAFETY_CONCERN.value,
    }
)
"""Reasons from which it could be told that somebody else spoke, or who must be kept away."""

NOT_THEIRS = OutcomeSource.PARTNER.value
"""Whose answers are not the person's to see."""

LEFT_OUT: Mapping[str, str] = {
    "links": "who is connected with whom (D2)",
    "non_associations": "whom somebody must not meet (D6)",
    "conflicts": "what was refused to keep people apart (D3, D6)",
    "restrictions": "who may see a hidden record (D7)",
    "legal_holds": "why a record is kept past its time, such as for a review of a death",
    "partner_offers": "what was offered to the partner (D8)",
    "referrals.referrer_name": "the referrer's own name, also amended; the agency is there",
    "referrals.referrer_contact": "the referrer's own number or address, also amended",
    "referrer_updates.told_whom": "the name of whoever was told; what and when is there",
    "safe_contacts.confirmed_with": "may name somebody in the household",
    "inbound_messages.to_hash": "the number again, unreadable",
    "number_blocks": "which number it was, unreadable; when and why is there",
}
"""Personal columns that no file shows, by table or ``table.column``, each with its reason."""

LEFT_OUT_FOR_PERPETRATORS: Mapping[str, str] = {
    "participant_needs.areas_to_avoid": "may say where a survivor lives (D4)",
    "participant_needs.venues_to_avoid": "may say where a survivor goes (D4)",
}
"""What a perpetrator's file leaves out beyond that."""


def shown(value: Any, kind: Kind) -> Any:
    """Answer a stored value as it leaves the service; ``None`` for what is left out."""
    if value in TELLS_OF_OTHERS:
        return None
    if kind is Kind.YES_NO:
        return None if value is None else bool(value)
    if kind is Kind.PARTS_OF_DAYS:
        return "; ".join(f"{WEEKDAYS[item['weekday']]} {item['part']}" for item in _list(value))
    if kind is Kind.HOURS:
        return "; ".join(
            f"{WEEKDAYS[item['weekday']]} {item['from']} to {item['to']}" for item in _list(value)
        )
    return value


def _list(value: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(value)
    return found
