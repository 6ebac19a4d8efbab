"""Takes a wrong completion or exit back."""

from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.scope import Actor, Side
from programmes.domain.terms import EnrolmentStatus, ReferralStatus
from programmes.errors import AlreadyEnrolledError, NotRevocableError, ReferralOpenError
from programmes.queries.partner_offers import is_recorded
from programmes.queries.progress import EnrolmentView
from programmes.services import conflicts, counts, placements
from programmes.services.fields import refuse, text_fault
from programmes.services.moves import Why, note_not_started, write
from programmes.tables import Enrolment, Referral

_REVOCABLE = frozenset(
    {EnrolmentStatus.COMPLETED, EnrolmentStatus.COMPLETED_PARTIAL, EnrolmentStatus.EXITED}
)


async def revoke(enrolment_id: UUID, *, reason: str, version: int, by: Actor) -> None:
    """Give somebody back the place that ended by mistake, and their referral its status.

    Raises:
        CannotJoinError: somebody there is to be kept apart from them by now (D3, D6).
        NotRevocableError: the place is open, was a transfer, or another one continues it.
        AlreadyEnrolledError, CohortFullError, ReferralOpenError: what came since stands against it.
        StaleVersionError: somebody else saved this place in the meantime.
    """
    view = await placements.placement_to_change(enrolment_id, by=by)
    refuse([text_fault("reason", reason, longest=200)])
    if view.member.status not in _REVOCABLE:
        raise NotRevocableError
    if await Enrolment.exists().where(Enrolment.continues == enrolment_id):
        raise NotRevocableError("They have come back in another place since")
    started = view.member.started_on is not None
    status = EnrolmentStatus.ACTIVE if started else EnrolmentStatus.ENROLLED
    columns = {"status": status.value, "ended_on": None, "exit_reason": None}
    async with conflicts.noting(by), database.transaction():
        await counts.alone_at([view.cohort.id])
        await conflicts.refuse_if_apart(view.member.participant_id, view.cohort.id)
        with database.refusing(Enrolment, one_open_enrolment_per_person=AlreadyEnrolledError()):
            await placements.save(enrolment_id, columns, version=version, by=by)
        await counts.keep_counts([enrolment_id])
        await placements.take(view.cohort.id)
        await _move_back(view, reason, by)
        await audit.record(
            "ending_revoked", by=by, subject_type=audit.Subject.ENROLMENT, subject=enrolment_id,
            side=view.cohort.side, organisation_id=view.cohort.organisation_id,
            before={"status": view.member.status, "ended_on": view.member.ended_on},
            after={"status": status},
        )  # fmt: skip
        await announce(people={view.member.participant_id})


async def _move_back(view: EnrolmentView, reason: str, by: Actor) -> None:
    """Write the referral's way back, which no ordinary move allows, with its reason."""
    member = view.member
    if member.referral_id is None:
        return
    rows = await Referral.select(Referral.status).where(Referral.id == member.referral_id)
    before, after = ReferralStatus(rows[0]["status"]), await _status_of_open(view, by)
    if before is after:
        return
    with database.refusing(Referral, one_open_referral_per_programme=ReferralOpenError()):
        await write(member.referral_id, before, (after,), Why(clock.today(), reason), by=by)
    await note_not_started(member.referral_id, None)
    await audit.record(
        "referral_moved", by=by, subject_type=audit.Subject.REFERRAL, subject=member.referral_id,
        side=view.cohort.side, organisation_id=view.cohort.organisation_id,
        before={"status": before}, after={"status": after},
    )  # fmt: skip


async def _status_of_open(view: EnrolmentView, by: Actor) -> ReferralStatus:
    """Answer the status of the referral of an open place: on programme once started (D8)."""
    if view.member.started_on is None:
        return ReferralStatus.SCHEDULED
    survivor = view.cohort.side is Side.SURVIVOR
    if survivor or await is_recorded(view.member.enrolment_id, scope=by.scope):
        return ReferralStatus.ON_PROGRAMME
    return ReferralStatus.SCHEDULED
