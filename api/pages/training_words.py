"""How the pages of the training room say codes and figures in words."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from api.pages.rendering import words
from core.reports import Rate
from training.domain.compliance import Figure
from training.domain.practices import PracticeStatus
from training.domain.terms import ComplianceStatus, Rag, Sector
from training.domain.windows import Window

_WORDS: Mapping[str, str] = {
    Sector.CHILDRENS_SOCIAL_CARE: "Children’s social care",
    Sector.VOLUNTARY_DA_SPECIALIST: "Voluntary, domestic abuse specialist",
    Sector.VOLUNTARY_OTHER: "Voluntary, other",
    Sector.COUNCIL_OTHER: "Council, other",
    Sector.GP_PRACTICE: "GP practice",
    "front_line": "Front-line",
    "reception_admin": "Reception or administration",
    "e_learning_result": "E-learning result",
}

_STATUS_TAGS: Mapping[ComplianceStatus, tuple[str, str]] = {
    ComplianceStatus.NOT_REQUIRED: ("Not required", "grey"),
    ComplianceStatus.EXEMPT: ("Exempt", "grey"),
    ComplianceStatus.COMPLIANT: ("Valid", "green"),
    ComplianceStatus.EXPIRING_SOON: ("Expires soon", "yellow"),
    ComplianceStatus.IN_GRACE: ("Not yet due", "blue"),
    ComplianceStatus.OVERDUE_NEVER: ("Overdue", "red"),
    ComplianceStatus.EXPIRED: ("Expired", "red"),
}

FIGURES: Mapping[Figure, str] = {
    Figure.REQUIRED: "Everybody who is asked",
    Figure.EXEMPT: "Exempt",
    Figure.IN_SCOPE: "In scope",
    Figure.VALID: "With valid training",
    Figure.EXPIRING_SOON: "Valid, expires within 90 days",
    Figure.WITHOUT: "Without valid training",
    Figure.LATE: "To chase: expired, or overdue and never trained",
    Figure.IN_GRACE: "Not yet due",
    Figure.OVERDUE_NEVER: "Overdue, never trained",
    Figure.EXPIRED: "Expired",
}

WINDOWS: Mapping[Window, str] = {
    Window.LAPSED: "Has expired",
    Window.WITHIN_30: "Expires within 30 days",
    Window.WITHIN_60: "Expires within 60 days",
    Window.WITHIN_90: "Expires within 90 days",
}

_PRACTICE_TAGS: Mapping[PracticeStatus, tuple[str, str]] = {
    PracticeStatus.FULLY_TRAINED: ("All required staff trained", "green"),
    PracticeStatus.PARTLY_TRAINED: ("Partly trained", "yellow"),
    PracticeStatus.NOT_TRAINED: ("Nobody trained", "red"),
    PracticeStatus.NOT_REQUIRED: ("Nothing is required", "grey"),
}

_RAG_COLOURS: Mapping[Rag, str] = {Rag.GREEN: "green", Rag.AMBER: "orange", Rag.RED: "red"}


def in_words(code: str) -> str:
    """Answer a sector, staff group or kind of evidence in words."""
    return _WORDS.get(code, words(code))


def choices(codes: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Answer codes with their words, for a list to choose from."""
    return [(code.value, in_words(code)) for code in codes]


def status_tag(status: ComplianceStatus) -> dict[str, str]:
    """Answer the GOV.UK tag of a status."""
    return _tag(*_STATUS_TAGS[status])


def practice_tag(status: PracticeStatus) -> dict[str, str]:
    """Answer the GOV.UK tag of how far a practice is trained."""
    return _tag(*_PRACTICE_TAGS[status])


def rag_tag(rag: Rag | None) -> dict[str, str]:
    """Answer the GOV.UK tag of a RAG word; one without colour where nobody is counted."""
    return _tag(rag.value, _RAG_COLOURS[rag]) if rag else _tag("No figure", "grey")


def _tag(text: str, colour: str) -> dict[str, str]:
    return {"text": text, "classes": f"govuk-tag--{colour} app-nowrap"}


def rate_words(numerator: int, denominator: int) -> dict[str, str]:
    """Answer a rate as ``82.5%`` with its counts beside it."""
    rate = Rate(numerator, denominator)
    shown = rate.percent if rate.ratio is None else f"{rate.percent}%"
    return {"percent": shown, "counts": f"{numerator} of {denominator}"}
