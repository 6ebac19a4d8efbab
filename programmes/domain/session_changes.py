"""What can be done to a session of a timetable."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from programmes.domain.case_terms import NotHeldBecauseOf
from programmes.domain.terms import DeliveryMode


@dataclass(frozen=True, slots=True)
class Cancel:
    """A session does not take place; with ``cascade`` its unit is run on the next slot."""

    reason: str
    because_of: NotHeldBecauseOf | None = None
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class PutBack:
    """A cancelled session takes place after all."""


@dataclass(frozen=True, slots=True)
class Place:
    """A venue to meet in; ``None`` is the cohort's own."""

    venue_id: UUID | None


@dataclass(frozen=True, slots=True)
class Reschedule:
    """A session moves to another time, venue or mode; ``None`` leaves each as it is.

    With ``cascade`` the later sessions move along by the rule of the timetable, and have the same
    venue and mode.
    """

    starts_at: datetime | None = None
    place: Place | None = None
    mode: DeliveryMode | None = None
    cascade: bool = False


Change = Cancel | PutBack | Reschedule
