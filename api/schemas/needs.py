"""Payloads of people's needs, and of their history."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out
from programmes.domain.case_terms import PartOfDay
from programmes.domain.waiting import Availability
from programmes.queries.history import HistoryKind, HistoryLine
from programmes.queries.needs import NeedsView
from programmes.services.needs import NeedsDetails

NeedsText = Annotated[str, msgspec.Meta(max_length=1000)]


class AvailabilityPart(In, frozen=True, kw_only=True):
    """A part of a weekday, 0 (Monday) to 6, on which the person can come."""

    weekday: int
    part: PartOfDay


class NeedsIn(In, frozen=True, kw_only=True):
    """A person's needs, in place of what was recorded before."""

    version: int
    availability: list[AvailabilityPart] = []
    venues_to_avoid: list[UUID] = []
    areas_to_avoid: NeedsText = ""
    access_needs: NeedsText = ""
    learning_needs: NeedsText = ""
    interpreter_language: Annotated[str, msgspec.Meta(max_length=60)] = ""

    def details(self) -> NeedsDetails:
        """Answer it as the service takes it."""
        return NeedsDetails(
            availability=tuple(Availability(item.weekday, item.part) for item in self.availability),
            venues_to_avoid=tuple(self.venues_to_avoid),
            areas_to_avoid=self.areas_to_avoid,
            access_needs=self.access_needs,
            learning_needs=self.learning_needs,
            interpreter_language=self.interpreter_language,
        )


class NeedsOut(Out, frozen=True, kw_only=True):
    """A person's needs; ``version`` 0 where nothing is recorded."""

    availability: list[AvailabilityPart]
    venues_to_avoid: list[UUID]
    areas_to_avoid: str
    access_needs: str
    learning_needs: str
    interpreter_language: str
    version: int

    @classmethod
    def of(cls, view: NeedsView) -> "NeedsOut":
        """Shape needs."""
        return cls(
            availability=[
                AvailabilityPart(weekday=item.weekday, part=item.part) for item in view.availability
            ],
            venues_to_avoid=list(view.venues_to_avoid),
            areas_to_avoid=view.areas_to_avoid,
            access_needs=view.access_needs,
            learning_needs=view.learning_needs,
            interpreter_language=view.interpreter_language,
            version=view.version,
        )


class HistoryOut(Out, frozen=True, kw_only=True):
    """One thing that happened; ``id`` is the referral's, the enrolment's or the session's."""

    on: date
    kind: HistoryKind
    id: UUID
    where: str
    before: str | None
    after: str
    reason: str
    note: str
    by: UUID | None

    @classmethod
    def of(cls, line: HistoryLine) -> "HistoryOut":
        """Shape a line."""
        return cls(**{name: getattr(line, name) for name in cls.__struct_fields__})
