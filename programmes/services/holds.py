"""Places and lifts legal holds: while one stands, retention leaves the person's record (D13)."""

from uuid import UUID

from core import audit, clock, database
from core.errors import NotFoundError
from core.scope import Actor, Permission
from programmes.errors import AlreadyRecordedError
from programmes.queries.participants import ParticipantView, participant
from programmes.services.fields import refuse, text_fault
from programmes.tables import LegalHold, Participant


async def place(participant_id: UUID, *, reason: str, by: Actor) -> None:
    """Keep a person's record until the hold is lifted, such as for a review.

    Raises:
        AlreadyRecordedError: the record is under a hold already.
        NotFoundError: the person is not there, or not visible.
    """
    person = await _to_hold(participant_id, by)
    refuse([text_fault("reason", reason, longest=200)])
    async with database.transaction():
        with database.refusing(LegalHold, one_legal_hold_per_person=AlreadyRecordedError()):
            await LegalHold(
                participant=participant_id, reason=reason.strip(), placed_by=by.account_id,
                placed_at=clock.now(),
            ).save()  # fmt: skip
        await _still_there(participant_id)
        await _note("legal_hold_placed", person, by=by)


async def _still_there(participant_id: UUID) -> None:
    """Refuse a hold that waited for retention and came too late."""
    if not await Participant.exists().where(
        Participant.id == participant_id, Participant.closed_out_at.is_null()
    ):
        raise NotFoundError


async def lift(participant_id: UUID, *, by: Actor) -> None:
    """Let retention have the record again; lifting what is not there changes nothing.

    Raises:
        NotFoundError: the person is not there, or not visible.
    """
    person = await _to_hold(participant_id, by)
    async with database.transaction():
        lifted = await (
            LegalHold.update(
                database.assignments({"lifted_by": by.account_id, "lifted_at": clock.now()})
            )
            .where(LegalHold.participant == participant_id, LegalHold.lifted_at.is_null())
            .returning(LegalHold.id)
        )
        if lifted:
            await _note("legal_hold_lifted", person, by=by)


async def _to_hold(participant_id: UUID, by: Actor) -> ParticipantView:
    person = await participant(participant_id, scope=by.scope)
    by.require(Permission.KEEP_APART, side=person.side, organisation_id=person.organisation_id)
    return person


async def _note(action: str, person: ParticipantView, *, by: Actor) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.PARTICIPANT, subject=person.id,
        side=person.side, organisation_id=person.organisation_id,
    )  # fmt: skip
