"""Says in words what was amended of a referral."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from api.pages import case_words, referral_words
from api.pages.rendering import words
from programmes.domain.case_terms import Consent
from programmes.domain.terms import Mandate, ReferralSource
from programmes.queries.amendments import AmendmentView


def _day(value: str) -> str:
    return case_words.day(date.fromisoformat(value))


_FIELDS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "source": ("Who referred", lambda code: referral_words.source(ReferralSource(code))),
    "mandate": ("Why they attend", lambda code: words(Mandate(code))),
    "consent": ("Did the person agree?", lambda code: referral_words.CONSENTS[Consent(code)]),
    "received_on": ("Received", _day),
    "mandate_ends_on": ("When the order or plan ends", _day),
    "consent_on": ("When they were asked", _day),
    "reference": ("Reference", str),
    "referrer_name": ("Name of the referrer", str),
    "referrer_agency": ("Agency", str),
    "referrer_contact": ("How to reach the referrer", str),
    "reason": ("Reason for the referral", str),
}


def said(item: AmendmentView, names: Mapping[UUID, str]) -> dict[str, Any]:
    """Answer one line of what was changed: what, from what to what, why and by whom."""
    label, in_words = _FIELDS[item.field]
    return {
        "at": item.at,
        "what": label,
        "before": in_words(item.old_value) if item.old_value else "Nothing",
        "after": in_words(item.new_value) if item.new_value else "Nothing",
        "why": item.reason,
        "who": names.get(item.by, "") if item.by else "The service itself",
    }
