"""What every change of a place in a group begins with: may it be changed, and is there room."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core import clock, database
from core.scope import Actor, Permission
from programmes.domain.terms import OPEN_ENROLMENTS, SessionStatus
from programmes.errors import CohortFullError, EnrolmentEndedError
from programmes.queries.progress import EnrolmentView, enrolment
from programmes.services import reach
from programmes.services.fields import stale_version
from programmes.tables import Cohort, Enrolment, Session


async def placement_to_change(enrolment_id: UUID, *, by: Actor) -> EnrolmentView:
    """Answer a place that ``by`` may change.

    Raises:
        NotFoundError: it is not there, or not visible.
        ForbiddenError: it may only be looked at.
    """
    view = await enrolment(enrolment_id, scope=by.scope)
    by.require(
        Permission.MANAGE_PEOPLE, side=view.cohort.side,
        organisation_id=view.cohort.organisation_id,
    )  # fmt: skip
    await reach.require_cohort(view.cohort.id, Permission.MANAGE_PEOPLE, by=by)
    return view


async def open_placement_to_change(enrolment_id: UUID, *, by: Actor) -> EnrolmentView:
    """Answer a place that ``by`` may change and that has not ended.

    Raises:
        EnrolmentEndedError: it has.
    """
    view = await placement_to_change(enrolment_id, by=by)
    if view.member.status not in OPEN_ENROLMENTS:
        raise EnrolmentEndedError
    return view


async def save(enrolment_id: UUID, columns: Mapping[str, Any], *, version: int, by: Actor) -> None:
    """Write columns of a place; its version rises.

    Raises:
        StaleVersionError: somebody else saved this place in the meantime.
    """
    touched = await (
        Enrolment.update(database.assignments({**columns, "version": version + 1}))
        .where(Enrolment.id == enrolment_id, Enrolment.version == version)
        .returning(Enrolment.id)
    )
    if not touched:
        raise await stale_version(enrolment_id, by=by)


async def take(cohort_id: UUID) -> None:
    """Count a place as taken; the constraint refuses one too many, also side by side."""
    with database.refusing(Cohort, cohort_has_places=CohortFullError()):
        await Cohort.update({Cohort.places_taken: Cohort.places_taken + 1}).where(
            Cohort.id == cohort_id
        )


async def free(cohort_id: UUID) -> None:
    """Count a place as free again."""
    await Cohort.update({Cohort.places_taken: Cohort.places_taken - 1}).where(
        Cohort.id == cohort_id
    )


async def swap(*, left: UUID, joined: UUID) -> None:
    """Free a place and take another, in the order of ids: two who swap groups never deadlock."""
    if left < joined:
        await free(left)
    await take(joined)
    if joined < left:
        await free(left)


async def cancel_coming_own_sessions(enrolment_id: UUID) -> None:
    """Cancel the catch-ups and one-to-ones to come of somebody whose place ends."""
    await Session.update(
        {
            Session.status: SessionStatus.CANCELLED,
            Session.cancelled_reason: "Their place in the group ended",
            Session.revision: Session.revision + 1,
            Session.revised_at: clock.now(),
        }
    ).where(
        Session.enrolment == enrolment_id,
        Session.status == SessionStatus.SCHEDULED,
        Session.starts_at > clock.now(),
    )
