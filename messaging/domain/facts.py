"""What messaging must be told about a session and a person, and what it allows itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from uuid import UUID

from core.scope import Side
from messaging.domain.terms import BlockCause

MONDAY, SATURDAY = 0, 5


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one weekday (Monday is 0) in London wall-clock time; ``ends`` is outside it."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Contact:
    """A person's safe contact as it is recorded now; ``number_version`` is 0 where there is none.

    No windows of their own means that the service's hours alone apply. ``number_changed_at`` is
    ``None`` for a person's first number; ``blocked`` is why no text goes to the number (G2).
    """

    number: str | None
    number_version: int
    sms: str
    confirmed_on: date | None
    windows: tuple[Window, ...]
    language: str
    number_is_shared: bool
    number_changed_at: datetime | None = None
    blocked: frozenset[BlockCause] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """One person and one session that they are, or no longer are, expected at.

    For staff the subject is a training record, and ``starts_at`` when it expires: then there is no
    side, cohort or programme. ``revised_at`` is when it was last changed so that people have to be
    told, ``None`` where it never was; ``is_closed_day`` tells of a closure or a bank holiday where
    the session takes place; ``member_since`` is when the person was given their place.
    """

    recipient_id: UUID
    subject_id: UUID
    cohort_id: UUID | None
    programme_id: UUID | None
    organisation_id: UUID
    side: Side | None
    revision: int
    starts_at: datetime
    is_scheduled: bool
    is_expected: bool
    contact: Contact
    revised_at: datetime | None = None
    is_closed_day: bool = False
    member_since: datetime | None = None


def _service_hours() -> tuple[Window, ...]:
    return tuple(Window(day, time(9), time(18)) for day in range(MONDAY, SATURDAY + 1))


def _consent_days() -> Mapping[Side | None, int]:
    return MappingProxyType({Side.SURVIVOR: 28, Side.PERPETRATOR: 180, None: 730})


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits that gates and caps keep; an installation may set others.

    ``guests`` are the only numbers that a test installation may text, ``None`` for all (G16).
    """

    allow_drama: bool = False
    consent_days: Mapping[Side | None, int] = field(default_factory=_consent_days)
    service_hours: tuple[Window, ...] = field(default_factory=_service_hours)
    handover_minutes: int = 15
    texts_per_session: int = 2
    texts_per_week: int = 3
    texts_per_number_and_day: int = 3
    duplicate_hours: int = 36
    late_minutes: int = 60
    number_rest_hours: int = 48
    lease_seconds: int = 60
    answer_seconds: int = 12
    intent_seconds: int = 10
    segments_per_second: float = 8.0
    guests: frozenset[str] | None = None
