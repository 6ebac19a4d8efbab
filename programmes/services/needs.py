"""Records when and where people can come, and what they need there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, StaleVersionError
from core.scope import Actor
from programmes.domain.waiting import Availability
from programmes.queries.needs import needs_of_person
from programmes.queries.participants import ParticipantView
from programmes.queries.programmes import venues
from programmes.services import reach
from programmes.services.fields import refuse, saying_who, stale_version, text_fault
from programmes.tables import ParticipantNeeds

LONGEST: dict[str, int] = {
    "areas_to_avoid": 1000, "access_needs": 1000, "learning_needs": 1000,
    "interpreter_language": 60,
}  # fmt: skip
"""How many characters each text may have."""

_LAST_WEEKDAY = 6


@dataclass(frozen=True, slots=True)
class NeedsDetails:
    """What somebody said of when and where they can come, and of what they need."""

    availability: tuple[Availability, ...] = ()
    venues_to_avoid: tuple[UUID, ...] = ()
    areas_to_avoid: str = ""
    access_needs: str = ""
    learning_needs: str = ""
    interpreter_language: str = ""


async def save_needs(
    participant_id: UUID, details: NeedsDetails, *, version: int, by: Actor
) -> None:
    """Record a person's needs in place of what was recorded before.

    Raises:
        InvalidInputError: a weekday does not exist, or a venue is not one of the person's side.
        StaleVersionError: somebody else saved them in the meantime.
    """
    person = await reach.person_to_change(participant_id, by=by)
    refuse([*_faults(details), *await _venue_faults(details, person, by)])
    stored = await needs_of_person(participant_id, scope=by.scope)
    if stored.version != version:
        raise await stale_version(participant_id, by=by)
    columns = _columns(details)
    before = _columns(
        NeedsDetails(**{field: getattr(stored, field) for field in NeedsDetails.__slots__})
    )
    async with saying_who(participant_id, by=by), database.transaction():
        await _write(participant_id, columns, version)
        _, after = audit.changed(before, columns, personal=ParticipantNeeds.PERSONAL)
        await audit.record(
            "needs_saved", by=by, subject_type=audit.Subject.PARTICIPANT, subject=participant_id,
            side=person.side, organisation_id=person.organisation_id, after=after,
        )  # fmt: skip


async def _write(participant_id: UUID, columns: dict[str, Any], version: int) -> None:
    columns = {**columns, "updated_at": clock.now()}
    if version == 0:
        row = ParticipantNeeds(participant=participant_id, **columns)
        with database.refusing(ParticipantNeeds, participant=StaleVersionError()):
            await row.save()
        return
    touched = await (
        ParticipantNeeds.update(database.assignments({**columns, "version": version + 1}))
        .where(ParticipantNeeds.participant == participant_id, ParticipantNeeds.version == version)
        .returning(ParticipantNeeds.id)
    )
    if not touched:
        raise StaleVersionError


def _faults(details: NeedsDetails) -> Iterator[FieldError | None]:
    for field, longest in LONGEST.items():
        yield text_fault(
            field, getattr(details, field), longest=longest, required=False,
            lines=field != "interpreter_language",
        )  # fmt: skip
    for place, item in enumerate(details.availability):
        if not 0 <= item.weekday <= _LAST_WEEKDAY:
            yield FieldError(
                f"availability[{place}].weekday", "Enter 0 (Monday) to 6 (Sunday)"
            )  # fmt: skip


async def _venue_faults(
    details: NeedsDetails, person: ParticipantView, by: Actor
) -> list[FieldError]:
    if not details.venues_to_avoid:
        return []
    known = {
        item.id
        for item in await venues(scope=by.scope)
        if (item.side, item.organisation_id) == (person.side, person.organisation_id)
    }
    return [
        FieldError(f"venues_to_avoid[{place}]", "There is no such venue")
        for place, venue_id in enumerate(details.venues_to_avoid)
        if venue_id not in known
    ]


def _columns(details: NeedsDetails) -> dict[str, Any]:
    return {
        "availability": json.dumps(
            [
                {"weekday": item.weekday, "part": item.part.value}
                for item in sorted(set(details.availability))
            ]
        ),
        "venues_to_avoid": json.dumps(sorted({str(item) for item in details.venues_to_avoid})),
        **{field: getattr(details, field).strip() for field in LONGEST},
    }
