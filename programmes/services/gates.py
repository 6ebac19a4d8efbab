"""Writes down what a completion needs beside attendance, and that the referrer was told (C4)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import audit, clock, database
from core.scope import Actor
from programmes.domain.case_terms import ToldReferrer
from programmes.domain.terms import EnrolmentStatus
from programmes.queries.progress import EnrolmentView
from programmes.services import placements
from programmes.services.fields import past_fault, refuse, text_fault
from programmes.tables import ReferrerUpdate

_TOLD = {
    EnrolmentStatus.COMPLETED: ToldReferrer.COMPLETED,
    EnrolmentStatus.COMPLETED_PARTIAL: ToldReferrer.LEFT,
    EnrolmentStatus.EXITED: ToldReferrer.LEFT,
}
"""What a report says of how it ended; before that it says that the person has started."""


@dataclass(frozen=True, slots=True)
class Gates:
    """The days of the end review and of sending the report; ``None`` while it has not happened."""

    end_review_on: date | None
    report_sent_on: date | None
    told_whom: str = ""


async def record(enrolment_id: UUID, gates: Gates, *, version: int, by: Actor) -> None:
    """Write down the gates as they are now; a report newly sent is told to the referrer (S16).

    Raises:
        StaleVersionError: somebody else saved this place in the meantime.
    """
    view = await placements.placement_to_change(enrolment_id, by=by)
    refuse(
        [
            past_fault("end_review_on", gates.end_review_on),
            past_fault("report_sent_on", gates.report_sent_on),
            text_fault("told_whom", gates.told_whom, longest=120, required=False),
        ]
    )
    changes = {"end_review_on": gates.end_review_on, "report_sent_on": gates.report_sent_on}
    async with database.transaction():
        await placements.save(enrolment_id, changes, version=version, by=by)
        await tell_referrer(view, gates, status=view.member.status, by=by)
        await audit.record(
            "gates_recorded", by=by, subject_type=audit.Subject.ENROLMENT, subject=enrolment_id,
            side=view.cohort.side, organisation_id=view.cohort.organisation_id, after=changes,
        )  # fmt: skip


async def tell_referrer(
    view: EnrolmentView, gates: Gates, *, status: EnrolmentStatus, by: Actor
) -> None:
    """Write down what the referrer was told, if a report was newly sent; in a transaction."""
    member = view.member
    if gates.report_sent_on in (None, member.report_sent_on) or member.referral_id is None:
        return
    await ReferrerUpdate(
        referral=member.referral_id, told=_TOLD.get(status, ToldReferrer.STARTED),
        told_on=gates.report_sent_on, told_whom=gates.told_whom.strip(),
        recorded_by=by.account_id, recorded_at=clock.now(),
    ).save()  # fmt: skip
