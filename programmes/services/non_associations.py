"""Records that two people of one side must not be in a group together (D6)."""

from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.errors import AlreadyRecordedError
from programmes.queries.participants import ParticipantView, participant
from programmes.services import conflicts, reach
from programmes.services.fields import refuse, text_fault
from programmes.tables import NonAssociation


async def record(one_id: UUID, other_id: UUID, reason: str, *, by: Actor) -> UUID:
    """Record it and answer its id; if the two are in a group now, the safety lead is told.

    Raises:
        AlreadyRecordedError: it is recorded.
        InvalidInputError: it is one person twice, or of both sides.
        NotFoundError: one of them is not there, or not visible.
    """
    one = await reach.to_keep_apart(one_id, by=by)
    other = await reach.to_keep_apart(other_id, by=by)
    refuse([text_fault("reason", reason, longest=200), _same_fault(one, other)])
    person_id, second_id = sorted((one.id, other.id))
    row = NonAssociation(
        id=new_id(), person=person_id, other=second_id, reason=reason.strip(),
        recorded_by=by.account_id, recorded_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(NonAssociation, non_association_once=AlreadyRecordedError()):
            await row.save()
        for person in (one, other):
            await _record("non_association_recorded", person, by)
        await conflicts.write_down_present([one.id], by=by)
    return row.id


async def remove(participant_id: UUID, non_association_id: UUID, *, by: Actor) -> None:
    """Take back what keeps a person apart from another; for safety leads.

    Raises:
        NotFoundError: there is none of that id about this person, or it is not visible.
    """
    person = await participant(participant_id, scope=by.scope, permission=Permission.KEEP_APART)
    async with database.transaction():
        gone = await (
            NonAssociation.delete()
            .where(
                NonAssociation.id == non_association_id,
                (NonAssociation.person == participant_id)
                | (NonAssociation.other == participant_id),
            )
            .returning(NonAssociation.id)
        )
        if not gone:
            raise NotFoundError
        await _record("non_association_removed", person, by)


def _same_fault(one: ParticipantView, other: ParticipantView) -> FieldError | None:
    if one.id == other.id:
        return FieldError("other_id", "Choose somebody else")
    if one.side is not other.side:
        return FieldError("other_id", "Choose somebody of the same side")
    return None


async def _record(action: str, person: ParticipantView, by: Actor) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.PARTICIPANT, subject=person.id,
        side=person.side, organisation_id=person.organisation_id,
    )  # fmt: skip
