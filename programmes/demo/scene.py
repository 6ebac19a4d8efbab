"""What the demonstration of this room is built with, and what it tells the others."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from string import ascii_uppercase
from uuid import UUID

from core import clock, invented
from core.demonstration import Ids, Rows
from core.scope import Side
from programmes.domain.terms import Nation, SmsSafety
from programmes.tables import (
    Attendance,
    Cohort,
    CohortFacilitator,
    Enrolment,
    Participant,
    Programme,
    ProgrammeVersion,
    Referral,
    SafeContact,
    Session,
    Unit,
    Venue,
)

_USUAL_HOUR = 10
NATION = Nation.ENGLAND_AND_WALES


@dataclass(frozen=True, slots=True)
class Team:
    """Who runs the groups of one side, and for which organisation."""

    organisation_id: UUID
    side: Side
    facilitator_ids: tuple[UUID, ...]
    others: tuple[UUID, ...] = ()
    """Facilitators of the many groups of the large demonstration."""


@dataclass(frozen=True, slots=True)
class Curriculum:
    """One version of a programme, with what building its groups needs."""

    team: Team
    programme_id: UUID
    version_id: UUID
    unit_ids: tuple[UUID, ...]
    unit_minutes: int
    units_required: int
    venue_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session of a group, of one week or of a catch-up."""

    id: UUID
    unit_number: int
    starts_at: datetime
    cancelled: bool = False
    revision: int = 1

    @property
    def day(self) -> date:
        """Answer its day in London."""
        return clock.london(self.starts_at).date()


@dataclass(frozen=True, slots=True)
class Contact:
    """What is known of a person's telephone."""

    number: str | None
    sms: str
    expired: bool

    @property
    def can_be_texted(self) -> bool:
        """Tell whether somebody confirmed, not too long ago, that texts are safe."""
        return self.sms == SmsSafety.SAFE and not self.expired


@dataclass(frozen=True, slots=True)
class Due:
    """A session that somebody of a running group is or was expected at."""

    organisation_id: UUID
    side: Side
    participant_id: UUID
    cohort_id: UUID
    programme_id: UUID
    session_id: UUID
    session_revision: int
    starts_at: datetime
    cancelled: bool
    contact: Contact


@dataclass(slots=True)
class Scene:
    """The rows made so far, the source of chance, and the day it all is relative to."""

    chance: random.Random
    ids: Ids
    today: date
    rows: Rows
    spare_numbers: list[str]
    contacts: dict[UUID, Contact] = field(default_factory=dict)
    due: list[Due] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    def code_for(self, curriculum: Curriculum, starts_on: date) -> str:
        """Answer a new code of a group: the programme, the year and a letter."""
        for letter in ascii_uppercase:
            code = f"{curriculum.code} {starts_on:%y}{letter}"
            if code not in self.codes:
                self.codes.add(code)
                return code
        raise ValueError("A year has at most 26 groups of a programme")


def begun_by_now() -> str:
    """Answer a wall-clock time that has just begun today, so that the register can be marked."""
    hour = clock.london(clock.now()).hour
    return "10:00" if hour >= _USUAL_HOUR else f"{hour:02}:00"


def empty_scene(chance: random.Random) -> Scene:
    """Answer a scene in which nothing has happened yet."""
    return Scene(
        chance=chance,
        ids=Ids(chance),
        today=clock.today(),
        rows=Rows(
            Programme,
            ProgrammeVersion,
            Unit,
            Venue,
            Cohort,
            CohortFacilitator,
            Participant,
            SafeContact,
            Referral,
            Enrolment,
            Session,
            Attendance,
        ),
        spare_numbers=invented.numbers(chance),
    )
