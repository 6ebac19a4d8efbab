"""Writes down where a member of staff is reminded of training, and that they agreed to it."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, InvalidInputError, StaleVersionError
from core.phone import PhoneError, parse_mobile
from core.scope import Actor, Permission
from training.queries.texts import StaffTexts, staff_texts
from training.services.careers import EARLIEST_START
from training.services.fields import day_fault, refuse
from training.tables import Staff


async def agree(
    staff_id: UUID,
    number: str,
    agreed_on: date | None,
    *,
    version: int,
    drama_numbers: bool,
    by: Actor,
) -> None:
    """Keep a number, and with ``agreed_on`` that texts about training may go to it.

    Without it, whatever waits is stopped in the same transaction.

    Raises:
        InvalidInputError: the number is no mobile, the day is to come, or has no number.
        NotFoundError: there is none in the person's organisations.
        StaleVersionError: somebody else saved it in the meantime.
    """
    stored = await staff_texts(staff_id, scope=by.scope)
    by.require(Permission.MANAGE_STAFF, organisation_id=stored.organisation_id)
    kept = _number(number, drama_numbers=drama_numbers)
    refuse(_day_faults(kept, agreed_on))
    changes = {"number": kept, "texts_agreed_on": agreed_on, "version": version + 1}
    async with database.transaction():
        await database.serialise(f"texts of {staff_id}")
        touched = await (
            Staff.update(database.assignments(changes))
            .where(Staff.id == staff_id, Staff.version == version)
            .returning(Staff.id)
        )
        if not touched:
            raise StaleVersionError
        await _note(stored, kept, agreed_on, by)
        await announce(people=[staff_id])


def _day_faults(number: str | None, agreed_on: date | None) -> Iterator[FieldError | None]:
    yield day_fault("agreed_on", agreed_on, earliest=EARLIEST_START, latest=clock.today())
    if agreed_on and not number:
        yield FieldError("number", "Enter the number that they agreed to be texted at")


def _number(typed: str, *, drama_numbers: bool) -> str | None:
    if not typed.strip():
        return None
    try:
        return parse_mobile(typed, allow_drama=drama_numbers).e164
    except PhoneError as error:
        raise InvalidInputError.of("number", str(error)) from None


async def _note(stored: StaffTexts, number: str | None, agreed_on: date | None, by: Actor) -> None:
    before, after = audit.changed(
        {"number": stored.number, "texts_agreed_on": stored.agreed_on},
        {"number": number, "texts_agreed_on": agreed_on},
        personal=Staff.PERSONAL,
    )
    await audit.record(
        "staff_texts_agreed", by=by, subject_type=audit.Subject.STAFF, subject=stored.staff_id,
        organisation_id=stored.organisation_id, before=before, after=after,
    )  # fmt: skip
