"""Adds and changes people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.queries.participants import ParticipantView
from programmes.services import reach
from programmes.services.fields import (
    organisation_fault,
    past_fault,
    reference_taken,
    refuse,
    stale_version,
    text_fault,
)
from programmes.tables import Participant

_NAMES = ("given_name", "family_name")
_OPTIONAL = {"preferred_name": 80, "reference": 40, "area": 80}


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What is written down of a person."""

    given_name: str
    family_name: str
    preferred_name: str
    born_on: date | None
    reference: str = ""
    area: str = ""


async def add_participant(
    organisation_id: UUID, side: Side, details: PersonDetails, *, by: Actor
) -> UUID:
    """Add a person on one side and answer their id; texting them is off until confirmed (M1).

    Raises:
        ReferenceTakenError: somebody of this side and organisation has the reference.
    """
    if not by.scope.covers(Permission.VIEW_CASES, side=side, organisation_id=organisation_id):
        raise NotFoundError
    by.require(Permission.MANAGE_PEOPLE, side=side, organisation_id=organisation_id)
    refuse([await organisation_fault(organisation_id, by=by), *_person_faults(details)])
    person_id = new_id()
    row = Participant(
        id=person_id, organisation=organisation_id, side=side, created_at=clock.now(),
        **_columns(details),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(Participant, one_person_per_reference=reference_taken()):
            await row.save()
        await audit.record(
            "participant_added", by=by, subject_type=audit.Subject.PARTICIPANT,
            subject=person_id, side=side, organisation_id=organisation_id,
        )  # fmt: skip
    return person_id


async def update_participant(
    participant_id: UUID, details: PersonDetails, *, version: int, by: Actor
) -> None:
    """Change what is written down of a person.

    Raises:
        ReferenceTakenError: somebody of this side and organisation has the reference.
        StaleVersionError: somebody else saved this person in the meantime.
    """
    person = await reach.person_to_change(participant_id, by=by)
    refuse(_person_faults(details))
    before, after = audit.changed(
        _columns(_details_of(person)), _columns(details), personal=Participant.PERSONAL
    )
    async with database.transaction():
        values = database.assignments({**_columns(details), "version": version + 1})
        with database.refusing(Participant, one_person_per_reference=reference_taken()):
            touched = await (
                Participant.update(values)
                .where(Participant.id == participant_id, Participant.version == version)
                .returning(Participant.id)
            )
        if not touched:
            raise await stale_version(participant_id, by=by)
        await audit.record(
            "participant_changed", by=by, subject_type=audit.Subject.PARTICIPANT,
            subject=participant_id, side=person.side, organisation_id=person.organisation_id,
            before=before, after=after,
        )  # fmt: skip


def _person_faults(details: PersonDetails) -> Iterator[FieldError | None]:
    for field in _NAMES:
        yield text_fault(field, getattr(details, field), longest=80)
    for field, longest in _OPTIONAL.items():
        yield text_fault(field, getattr(details, field), longest=longest, required=False)
    yield past_fault("born_on", details.born_on)


def _columns(details: PersonDetails) -> dict[str, Any]:
    return {
        "given_name": details.given_name.strip(),
        "family_name": details.family_name.strip(),
        "preferred_name": details.preferred_name.strip(),
        "born_on": details.born_on,
        "reference": details.reference.strip(),
        "area": details.area.strip(),
    }


def _details_of(person: ParticipantView) -> PersonDetails:
    return PersonDetails(
        person.given_name, person.family_name, person.preferred_name, person.born_on,
        person.reference, person.area,
    )  # fmt: skip
