"""Payloads of people's own files, of legal holds and of retention."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out
from api.subject_access import LEFT_OUT_SENTENCE, codes_of, plain
from core import clock
from core.scope import Side
from programmes.domain.retention import RecordClass
from programmes.domain.subject_access import Kind, Section
from programmes.queries.retention import HoldView
from programmes.queries.subject_access import PersonFile


class FileFieldOut(Out, frozen=True, kw_only=True):
    """One field of a section, with its name in words."""

    key: str
    title: str
    kind: Kind


class FileSectionOut(Out, frozen=True, kw_only=True):
    """One kind of record; each row has a value for each field, ``null`` where there is none."""

    key: str
    title: str
    fields: list[FileFieldOut]
    rows: list[dict[str, str | int | bool | None]]

    @classmethod
    def of(cls, section: Section) -> "FileSectionOut":
        """Shape a section."""
        return cls(
            key=section.key,
            title=section.title,
            fields=[
                FileFieldOut(key=field.key, title=field.title, kind=field.kind)
                for field in section.fields
            ],
            rows=[{key: plain(value) for key, value in row.items()} for row in section.rows],
        )


class PersonFileOut(Out, frozen=True, kw_only=True):
    """Everything that is held about one person; ``words`` says each of its codes."""

    participant_id: UUID
    made_at: datetime
    left_out: str
    sections: list[FileSectionOut]
    words: dict[str, str]

    @classmethod
    def of(cls, file: PersonFile) -> "PersonFileOut":
        """Shape a person's file."""
        return cls(
            participant_id=file.person.id,
            made_at=clock.now(),
            left_out=LEFT_OUT_SENTENCE,
            sections=[FileSectionOut.of(section) for section in file.sections],
            words=codes_of(file),
        )


class HoldIn(In, frozen=True, kw_only=True):
    """Why a person's record is to be kept past its time."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class HoldOut(Out, frozen=True, kw_only=True):
    """A legal hold."""

    participant_id: UUID
    participant: str
    side: Side
    organisation_id: UUID
    reason: str
    placed_at: datetime
    placed_by: UUID | None

    @classmethod
    def of(cls, view: HoldView) -> "HoldOut":
        """Shape a hold."""
        return cls(
            participant_id=view.participant_id, participant=view.name, side=view.side,
            organisation_id=view.organisation_id, reason=view.reason, placed_at=view.placed_at,
            placed_by=view.placed_by,
        )  # fmt: skip


class RecordClassOut(Out, frozen=True, kw_only=True):
    """One class of records: how long it is kept, and how many are past that."""

    name: str
    kept_for: str
    due: int
    on_hold: int
    oldest_on: date | None

    @classmethod
    def of(cls, one: RecordClass) -> "RecordClassOut":
        """Shape a class of records."""
        return cls(
            name=one.name, kept_for=one.kept_for, due=one.due, on_hold=one.on_hold,
            oldest_on=one.oldest_on,
        )  # fmt: skip
