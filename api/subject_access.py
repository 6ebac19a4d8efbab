"""Composes somebody's file out of the rooms, which do not know one another, and says its codes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.phone import MobileNumber
from core.scope import Actor
from messaging.queries import texts_to
from messaging.queries.pauses import pauses_about
from messaging.queries.replies import opt_outs_of, replies_from
from programmes.domain.subject_access import Asked, Field, Kind, Section
from programmes.queries.numbers import numbers_held_alone
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

_REPLIES = (
    Field("received_at", "Received", Kind.INSTANT), Field("number", "From"),
    Field("kind", "Taken as", Kind.CODE), Field("body", "Words"),
)  # fmt: skip
_OPT_OUTS = (
    Field("at", "Since", Kind.INSTANT), Field("cause", "Because", Kind.CODE),
    Field("lifted_at", "Until", Kind.INSTANT),
)  # fmt: skip

_PAUSES = (
    Field("at", "At", Kind.INSTANT), Field("standing", "From then on", Kind.CODE),
    Field("reason", "Why"),
)  # fmt: skip

_WORDS = {
    "texts_stop": "No texts to you",
    "texts_go": "Texts to you again",
    "stop": "You asked for no texts",
    "start": "You asked for texts again",
    "coming": "You said that you would come",
    "cannot": "You said that you could not come",
    "other": "A message",
    "worker": "A worker wrote down that you wanted no texts",
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


async def whole_file(participant_id: UUID, *, asked: Asked, key: bytes, by: Actor) -> PersonFile:
    """Answer everything that is held about a person, with the texts to and from them.

    ``key`` is what numbers are hashed with. Of a number that somebody else has too, no opt-out is
    told: it may be theirs.
    """
    found = await export(participant_id, asked=asked, by=by)
    numbers = await numbers_held_alone(participant_id, scope=by.scope)
    hashes = [MobileNumber(number).keyed_hash(key) for number in numbers]
    sections = (
        _section("texts", "Texts", _TEXTS, await texts_to(participant_id, scope=by.scope)),
        _section(
            "replies", "Texts from you", _REPLIES,
            await replies_from(participant_id, scope=by.scope),
        ),
        _section(
            "text_pauses", "Texts paused", _PAUSES,
            await pauses_about(participant_id, scope=by.scope),
        ),
        _section("opt_outs", "No texts", _OPT_OUTS, await opt_outs_of(hashes, scope=by.scope)),
    )  # fmt: skip
    *before, looks = found.sections
    return replace(found, sections=(*before, *sections, looks))


def _section(key: str, title: str, fields: tuple[Field, ...], held: Sequence[object]) -> Section:
    rows = tuple({field.key: getattr(one, field.key) for field in fields} for one in held)
    return Section(key, title, fields, rows)


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
