"""Records whether, where and when a person may be texted (M1, M2), and numbers of two people (M9).

Whoever saves is told nothing of a number that somebody else has: a safety lead is.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, InvalidInputError, StaleVersionError
from core.languages import LANGUAGES
from core.phone import PhoneError, parse_mobile
from core.scope import SYSTEM, Actor, Side
from programmes.domain.case_terms import ConflictKind
from programmes.domain.contact import Window
from programmes.domain.terms import SmsSafety
from programmes.queries.participants import ParticipantView, SafeContactView, safe_contact
from programmes.services import conflicts, reach
from programmes.services.conflicts import Found
from programmes.services.fields import past_fault, refuse, saying_who, stale_version, text_fault
from programmes.tables import FormerNumber, SafeContact

MOST_WINDOWS = 28
_OTHERS = (
    "SELECT o.participant FROM safe_contacts o WHERE o.number = {} AND o.participant <> {}"
    " UNION SELECT f.participant FROM former_numbers f JOIN participants q ON q.id = f.participant"
    " WHERE f.number = {} AND f.participant <> {} AND q.side <> {}"
)
"""Who else has a number, or had it on the other side (G4)."""

Confirmed = Callable[[str], Awaitable[None]]
"""Is told, in the transaction, of a number that was confirmed anew and is one person's alone."""


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What somebody confirmed about reaching a person."""

    number: str
    sms: SmsSafety
    confirmed_on: date | None
    confirmed_with: str
    windows: tuple[Window, ...]
    language: str


async def save_safe_contact(
    participant_id: UUID,
    details: ContactDetails,
    *,
    version: int,
    drama_numbers: bool,
    by: Actor,
    confirmed: Confirmed | None = None,
) -> None:
    """Record whether, where and when a person may be texted (M1, M2, G3).

    Raises:
        InvalidInputError: the number is no mobile, or what was confirmed is incomplete.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await reach.person_to_change(participant_id, by=by)
    refuse(_faults(details))
    number = _number(details.number, drama_numbers=drama_numbers)
    stored = await _as_read(participant_id, version, by)
    refuse([_carried_over_fault(details, number, stored)])
    anew = (number, details.confirmed_on) != (stored.number or None, stored.confirmed_on)
    await _save(
        person, stored, {**_columns(details), "number": number}, by=by,
        confirmed=confirmed if anew and details.sms is SmsSafety.SAFE else None,
    )  # fmt: skip


async def confirm_again(
    participant_id: UUID, confirmed_with: str, *, version: int, by: Actor, confirmed: Confirmed
) -> None:
    """Record that the person asked today for texts to the number that is recorded (M7).

    Raises:
        InvalidInputError: no number is recorded, or nobody is said to have confirmed it.
        StaleVersionError: somebody else saved it in the meantime.
    """
    person = await reach.person_to_change(participant_id, by=by)
    stored = await _as_read(participant_id, version, by)
    details = replace(
        _details_of(stored), sms=SmsSafety.SAFE, confirmed_on=clock.today(),
        confirmed_with=confirmed_with,
    )  # fmt: skip
    refuse(_faults(details))
    columns = {**_columns(details), "number": stored.number}
    await _save(person, stored, columns, by=by, confirmed=confirmed, action="texts_asked_for_again")


async def ask_anew(survivor_ids: Collection[UUID]) -> None:
    """Take back that texts are safe for people whose risk has changed, until they are asked (M2).

    Call it in the transaction of that change. Its event does not say who changed what: it
    could tell of a link (D2).
    """
    rows = await database.run(
        "UPDATE safe_contacts SET sms = {}, updated_at = {}, version = version + 1"
        " WHERE sms = {} AND participant IN {} RETURNING participant,"
        " (SELECT organisation FROM participants WHERE id = participant) AS organisation",
        SmsSafety.UNKNOWN.value,
        clock.now(),
        SmsSafety.SAFE.value,
        database.in_list(survivor_ids),
    )
    for row in rows:
        await audit.record(
            "safe_contact_expired", by=SYSTEM, subject_type=audit.Subject.PARTICIPANT,
            subject=row["participant"], side=Side.SURVIVOR, organisation_id=row["organisation"],
        )  # fmt: skip
    await announce(people=[row["participant"] for row in rows])


async def _as_read(participant_id: UUID, version: int, by: Actor) -> SafeContactView:
    stored = await safe_contact(participant_id, scope=by.scope)
    if stored.version != version:
        raise await stale_version(participant_id, by=by)
    return stored


async def _save(
    person: ParticipantView,
    stored: SafeContactView,
    columns: dict[str, Any],
    *,
    by: Actor,
    confirmed: Confirmed | None,
    action: str = "safe_contact_saved",
) -> None:
    """Write the contact with all that follows from it, in one transaction."""
    number, before = columns["number"], stored.number or None
    columns = {**columns, "number_version": stored.number_version + (number != before)}
    stamped = {**columns, "confirmed_by": by.account_id, "updated_at": clock.now()}
    if number != before and stored.number_version:
        stamped["number_changed_at"] = clock.now()
    async with saying_who(person.id, by=by), database.transaction():
        if number:
            await database.serialise(f"number {number}")
        await _write(person.id, stamped, stored.version)
        if before and number != before:
            await FormerNumber(participant=person.id, number=before, replaced_at=clock.now()).save()
        others = await _others_with(number, person)
        await conflicts.write_down(
            [Found(ConflictKind.SHARED_NUMBER, person.id, other) for other in others], by=by
        )
        if number and not others and confirmed is not None:
            await confirmed(number)
        await _note(person, stored, columns, action, by)
        freed = await _others_with(before, person) if number != before else []
        await announce(people=[person.id, *others, *freed])


async def _others_with(number: str | None, person: ParticipantView) -> list[UUID]:
    """Answer who else has the number, over all sides and organisations: for a safety lead only."""
    if number is None:
        return []
    rows = await database.run(
        _OTHERS, number, person.id, number, person.id, person.side.value
    )  # fmt: skip
    return sorted(row["participant"] for row in rows)


async def _note(
    person: ParticipantView,
    stored: SafeContactView,
    columns: dict[str, Any],
    action: str,
    by: Actor,
) -> None:
    was = _columns(_details_of(stored)) | {
        "number": stored.number or None, "number_version": stored.number_version,
    }  # fmt: skip
    before, after = audit.changed(was, columns, personal=SafeContact.PERSONAL)
    await audit.record(
        action, by=by, subject_type=audit.Subject.PARTICIPANT, subject=person.id, side=person.side,
        organisation_id=person.organisation_id, before=before, after=after,
    )  # fmt: skip


async def _write(participant_id: UUID, columns: dict[str, Any], version: int) -> None:
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


def _faults(details: ContactDetails) -> Iterator[FieldError | None]:
    yield text_fault("confirmed_with", details.confirmed_with, longest=120, required=False)
    yield past_fault("confirmed_on", details.confirmed_on)
    if details.language not in LANGUAGES:
        yield FieldError("language", "Choose a language from the list")
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


def _columns(details: ContactDetails) -> dict[str, Any]:
    return {
        "sms": details.sms.value,
        "confirmed_on": details.confirmed_on,
        "confirmed_with": details.confirmed_with.strip(),
        "windows": json.dumps(
            [
                {"weekday": item.weekday, "from": item.opens, "to": item.closes}
                for item in details.windows
            ]
        ),
        "language": details.language,
    }


def _details_of(stored: SafeContactView) -> ContactDetails:
    return ContactDetails(
        stored.number, stored.sms, stored.confirmed_on, stored.confirmed_with, stored.windows,
        stored.language,
    )  # fmt: skip
