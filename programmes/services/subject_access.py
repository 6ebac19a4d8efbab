"""Puts together what is held about a person, and writes down that it was (feature 127, D11)."""

from uuid import UUID

from core import audit, database
from core.scope import Actor, Permission
from programmes.domain.subject_access import Asked
from programmes.queries.participants import participant
from programmes.queries.subject_access import PersonFile, person_file


async def export(participant_id: UUID, *, asked: Asked, by: Actor) -> PersonFile:
    """Answer everything that is held about a person, other people left out.

    Raises:
        NotFoundError: the person is not there, or not visible.
        ForbiddenError: they are, but not to be exported by this account.
    """
    person = await participant(participant_id, scope=by.scope)
    by.require(Permission.EXPORT_PEOPLE, side=person.side, organisation_id=person.organisation_id)
    found = await person_file(participant_id, scope=by.scope)
    async with database.transaction():
        await audit.record(
            "participant_exported", by=by, subject_type=audit.Subject.PARTICIPANT,
            subject=participant_id, side=person.side, organisation_id=person.organisation_id,
            after={"asked": asked.value},
        )  # fmt: skip
    return found
