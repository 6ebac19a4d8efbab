"""Adds and changes people and their safe contact."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, NotFoundError, StaleVersionError
from core.ids import new_id
from core.phone import PhoneError, parse_mobile
from core.scope import Actor, Permission, Side
from programmes.domain.contact import Window
from programmes.domain.terms import SmsSafety
from programmes.queries.participants import ParticipantView, SafeContactView, safe_contact
from programmes.services import reach
from programmes.services.fields import (
    organisation_fault,
    past_fault,
    reference_taken,
    refuse,
    saying_who,
    stale_version,
    text_fault,
)
from programmes.tables import Participant, SafeContact

MOST_WINDOWS = 28
_NAMES = ("given_name", "family_name")
_OPTIONAL = {"preferred_name": 80, "reference": 40, "area": 80}
LANGUAGES = ("en", "cy")
"""English and Welsh; a person's own language decides the wording of a text."""


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What is written down of a person."""

    given_name: str
    family_name: str
    preferred_name: str
    born_on: date | None
    reference: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What somebody confirmed about reaching a person."""

    number: str
    sms: SmsSafety
    confirmed_on: date | None
    confirmed_with: str
    windows: tuple[Window, ...]
    language: str


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


async def save_safe_contact(
    participant_id: UUID,
    details: ContactDetails,
    *,
    version: int,
    drama_numbers: bool,
    by: Actor,
) -> None:
    """Record whether, where and when a person may be texted (M1, M2, G3).

    Raises:
        InvalidInputError: the number is no mobile, or what was confirmed is incomplete.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await reach.person_to_change(participant_id, by=by)
    refuse(_contact_faults(details))
    number = _number(details.number, drama_numbers=drama_numbers)
    stored = await safe_contact(participant_id, scope=by.scope)
    if stored.version != version:
        raise await stale_version(participant_id, by=by)
    refuse([_carried_over_fault(details, number, stored)])
    columns = {**_contact_columns(details, by), "number": number}
    columns["number_version"] = stored.number_version + (number != (stored.number or None))
    async with saying_who(participant_id, by=by), database.transaction():
        await _write_contact(participant_id, columns, version)
        before, after = audit.changed(
            _contact_shape(stored), columns, personal=SafeContact.PERSONAL
        )
        await audit.record(
            "safe_contact_saved", by=by, subject_type=audit.Subject.PARTICIPANT,
            subject=participant_id, side=person.side, organisation_id=person.organisation_id,
            before=before, after=after,
        )  # fmt: skip


async def _write_contact(participant_id: UUID, columns: dict[str, Any], version: int) -> None:
    if version == 0:
        row = SafeContact(participant=participant_id, **columns)
        with database.refusing(SafeContact, participant=StaleVersionError()):
            await row.save()
        return
    touched = await (
        SafeContact.update(database.assignments({**columns, "version": version + 1}))
        .where(SafeContact.participant == participant_id, SafeContact.version == version)
        .returning(SafeContact.id)
    )
    if not touched:
        raise StaleVersionError


def _person_faults(details: PersonDetails) -> Iterator[FieldError | None]:
    for field in _NAMES:
        yield text_fault(field, getattr(details, field), longest=80)
    for field, longest in _OPTIONAL.items():
        yield text_fault(field, getattr(details, field), longest=longest, required=False)
    yield past_fault("born_on", details.born_on)


def _contact_faults(details: ContactDetails) -> Iterator[FieldError | None]:
    yield text_fault("confirmed_with", details.confirmed_with, longest=120, required=False)
    yield past_fault("confirmed_on", details.confirmed_on)
    if details.language not in LANGUAGES:
        yield FieldError("language", f"Choose one of {', '.join(LANGUAGES)}")
    if details.sms is SmsSafety.SAFE and not details.number.strip():
        yield FieldError("number", "Enter the number that was confirmed as safe")
    if details.sms is SmsSafety.SAFE and details.confirmed_on is None:
        yield FieldError("confirmed_on", "Enter the day on which this was confirmed")
    if details.sms is SmsSafety.SAFE and not details.confirmed_with.strip():
        yield FieldError("confirmed_with", "Enter who confirmed it, usually the person themselves")
    if len(details.windows) > MOST_WINDOWS:
        yield FieldError("windows", f"Give {MOST_WINDOWS} windows or fewer")
    for place, window in enumerate(details.windows):
        if fault := window.fault():
            yield FieldError(f"windows[{place}]", fault)


def _carried_over_fault(
    details: ContactDetails, number: str | None, stored: SafeContactView
) -> FieldError | None:
    """Refuse to take what was confirmed of one number for another (M1)."""
    carried_over = (
        details.sms is SmsSafety.SAFE
        and bool(stored.number)
        and number != stored.number
        and details.confirmed_on == stored.confirmed_on
        and details.confirmed_on != clock.today()
    )
    if not carried_over:
        return None
    return FieldError("confirmed_on", "Enter the day on which the new number was confirmed")


def _number(text: str, *, drama_numbers: bool) -> str | None:
    if not text.strip():
        return None
    try:
        return parse_mobile(text, allow_drama=drama_numbers).e164
    except PhoneError as error:
        raise InvalidInputError.of("number", str(error)) from None


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


def _windows_json(windows: tuple[Window, ...]) -> str:
    return json.dumps(
        [{"weekday": item.weekday, "from": item.opens, "to": item.closes} for item in windows]
    )


def _contact_columns(details: ContactDetails, by: Actor) -> dict[str, Any]:
    return {
        "sms": details.sms.value,
        "confirmed_on": details.confirmed_on,
        "confirmed_with": details.confirmed_with.strip(),
        "confirmed_by": by.account_id,
        "windows": _windows_json(details.windows),
        "language": details.language,
        "updated_at": clock.now(),
    }


def _contact_shape(stored: SafeContactView) -> dict[str, Any]:
    return {
        "number": stored.number or None,
        "number_version": stored.number_version,
        "sms": stored.sms.value,
        "confirmed_on": stored.confirmed_on,
        "confirmed_with": stored.confirmed_with,
        "windows": _windows_json(stored.windows),
        "language": stored.language,
    }
