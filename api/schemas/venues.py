"""Payloads of venues and of the days on which nothing takes place."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Name, Out, ShortText
from core.scope import Side
from programmes.queries.programmes import ClosureView, VenueView
from programmes.services.venues import VenueDetails


class VenueIn(In, frozen=True, kw_only=True):
    """A venue of one side to add."""

    organisation_id: UUID | None = None
    side: Side
    name: Name
    address: Annotated[str, msgspec.Meta(max_length=500)] = ""
    postcode: ShortText = ""

    def details(self) -> VenueDetails:
        """Answer it as the service takes it."""
        return VenueDetails(self.name, self.address, self.postcode)


class VenueChangeIn(In, frozen=True, kw_only=True):
    """What is recorded of a venue from now on."""

    name: Name
    address: Annotated[str, msgspec.Meta(max_length=500)] = ""
    postcode: ShortText = ""

    def details(self) -> VenueDetails:
        """Answer it as the service takes it."""
        return VenueDetails(self.name, self.address, self.postcode)


class VenueOut(Out, frozen=True, kw_only=True):
    """A venue."""

    id: UUID
    organisation_id: UUID
    side: Side
    name: str
    address: str
    postcode: str

    @classmethod
    def of(cls, view: VenueView) -> "VenueOut":
        """Shape a venue."""
        return cls(
            id=view.id, organisation_id=view.organisation_id, side=view.side, name=view.name,
            address=view.address, postcode=view.postcode,
        )  # fmt: skip


class ClosureIn(In, frozen=True, kw_only=True):
    """Days without sessions, for an organisation or one of its venues."""

    organisation_id: UUID
    venue_id: UUID | None = None
    from_on: date
    to_on: date
    reason: Annotated[str, msgspec.Meta(max_length=120)] = ""


class ClosureOut(Out, frozen=True, kw_only=True):
    """Days without sessions; those of a whole organisation say no more than that."""

    id: UUID
    organisation_id: UUID
    venue_id: UUID | None
    from_on: date
    to_on: date
    reason: str

    @classmethod
    def of(cls, view: ClosureView) -> "ClosureOut":
        """Shape a closure."""
        return cls(
            id=view.id, organisation_id=view.organisation_id, venue_id=view.venue_id,
            from_on=view.from_on, to_on=view.to_on, reason=view.reason,
        )  # fmt: skip
