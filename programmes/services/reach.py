"""Holds whoever may change own cohorts only to these, even where another role lets them see all."""

from uuid import UUID

from core.errors import ForbiddenError, NotFoundError
from core.scope import Actor, Permission
from programmes.queries.cohorts import cohort
from programmes.queries.participants import ParticipantView, participant


async def require_cohort(cohort_id: UUID, permission: Permission, *, by: Actor) -> None:
    """Refuse a cohort that is visible, but lies outside the areas of this permission.

    Raises:
        ForbiddenError: the permission holds for own cohorts only, and this is another's.
    """
    if _sees_more(permission, by):
        try:
            await cohort(cohort_id, scope=by.scope, permission=permission)
        except NotFoundError:
            raise ForbiddenError from None


async def require_participant(participant_id: UUID, permission: Permission, *, by: Actor) -> None:
    """Refuse a person who is visible, but lies outside the areas of this permission.

    Raises:
        ForbiddenError: the permission holds for own cohorts only, and the person is in another's.
    """
    if _sees_more(permission, by):
        try:
            await participant(participant_id, scope=by.scope, permission=permission)
        except NotFoundError:
            raise ForbiddenError from None


async def person_to_change(participant_id: UUID, *, by: Actor) -> ParticipantView:
    """Answer a person whom ``by`` may change.

    Raises:
        NotFoundError: they are not there, or not visible.
        ForbiddenError: they may only be looked at.
    """
    person = await participant(participant_id, scope=by.scope)
    by.require(Permission.MANAGE_PEOPLE, side=person.side, organisation_id=person.organisation_id)
    await require_participant(participant_id, Permission.MANAGE_PEOPLE, by=by)
    return person


async def to_keep_apart(participant_id: UUID, *, by: Actor) -> ParticipantView:
    """Answer a person of whom the actor may say who works with them, and whom they must not meet.

    Raises:
        ForbiddenError: the actor is neither a case worker of the side nor a safety lead.
        NotFoundError: they are not there, or not visible.
    """
    person = await participant(participant_id, scope=by.scope)
    side, organisation_id = person.side, person.organisation_id
    if by.scope.covers(Permission.KEEP_APART, side=side, organisation_id=organisation_id):
        return person
    by.require(Permission.MANAGE_PEOPLE, side=side, organisation_id=organisation_id)
    await require_participant(participant_id, Permission.MANAGE_PEOPLE, by=by)
    return person


def _sees_more(permission: Permission, by: Actor) -> bool:
    """Tell whether there can be such rows; for nearly everybody nothing has to be asked."""
    narrow = any(area.own_only for area in by.scope.within(permission))
    return narrow and not all(area.own_only for area in by.scope.within(Permission.VIEW_CASES))
