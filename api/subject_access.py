"""Composes somebody's file out of the rooms, which do not know one another, and says its codes."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.scope import Actor
from messaging.queries import texts_to
from programmes.domain.subject_access import Asked, Field, Kind, Section
from programmes.queries.subject_access import PersonFile
from programmes.services.subject_access import export

LEFT_OUT_SENTENCE = (
    "Other people are left out: who they are, what they said, and what is kept to keep people "
    "apart. Staff are named by their role. Whoever referred is named by their agency."
)
"""What every file says of itself."""

_TEXTS = (
    Field("due_at", "Due", Kind.INSTANT), Field("state_text", "What became of it"),
    Field("since", "Since", Kind.INSTANT), Field("number", "To"),
    Field("filled_in", "Put in"), Field("body", "Words"),
)  # fmt: skip

_WORDS = {
    "participant_viewed": "The record was opened",
    "enrolment_viewed": "A place in a group was opened",
    "referral_viewed": "A referral was opened",
    "participant_exported": "A file like this one was made",
    "absent_notified": "Absent, told us",
    "absent_not_notified": "Absent, not told",
    "cy": "Welsh",
    "en": "English",
    "self": "You",
    "specialist_da_service": "Specialist domestic abuse service",
}


async def whole_file(participant_id: UUID, *, asked: Asked, by: Actor) -> PersonFile:
    """Answer everything that is held about a person, with the texts that they were sent."""
    found = await export(participant_id, asked=asked, by=by)
    texts = await texts_to(participant_id, scope=by.scope)
    rows = tuple({field.key: getattr(text, field.key) for field in _TEXTS} for text in texts)
    section = Section("texts", "Texts", _TEXTS, rows)
    *before, looks = found.sections
    return replace(found, sections=(*before, section, looks))


def in_words(code: str) -> str:
    """Answer a code as words."""
    return _WORDS.get(code) or code.replace("_", " ").capitalize()


def codes_of(file: PersonFile) -> dict[str, str]:
    """Answer every code that the file holds, in words."""
    found = {
        str(row[field.key])
        for section in file.sections
        for field in section.fields
        if field.kind is Kind.CODE
        for row in section.rows
        if row[field.key]
    }
    return {code: in_words(code) for code in sorted(found)}


def plain(value: Any) -> str | int | bool | None:
    """Answer a value as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value if value is None or isinstance(value, str | int) else str(value)
