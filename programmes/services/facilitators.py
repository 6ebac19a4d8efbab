"""Says who facilitates a cohort, and who takes one session instead."""

from collections.abc import Collection, Sequence
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from accounts.queries import colleagues
from core import audit, database
from core.errors import InvalidInputError
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import FacilitatorRole
from programmes.queries import cohorts as reads
from programmes.queries.timetables import Facilitation
from programmes.services import conflicts, reach
from programmes.tables import CohortFacilitator, SessionFacilitator


async def check(
    account_ids: Collection[UUID], side: Side, organisation_id: UUID, *, by: Actor
) -> None:
    """Refuse whoever does not facilitate on that side of the organisation.

    Raises:
        InvalidInputError: the field is ``facilitator_ids``.
    """
    known = await colleagues(
        Role.FACILITATOR, GrantSide(side.value), organisation_id, scope=by.scope
    )
    if not set(account_ids) <= {account_id for account_id, _ in known} | {by.account_id}:
        raise InvalidInputError.of("facilitator_ids", "Choose facilitators of this organisation")


def with_oneself(
    account_ids: Collection[UUID], side: Side, organisation_id: UUID, *, by: Actor
) -> set[UUID]:
    """Answer the facilitators; whoever sees only own cohorts stays one of their own."""
    own_only = all(
        area.own_only
        for area in by.scope.within(Permission.MANAGE_COHORTS)
        if area.covers(side=side, organisation_id=organisation_id)
    )
    own = {by.account_id} if own_only and by.account_id else set()
    return {*account_ids, *own}


async def save(cohort_id: UUID, account_ids: Collection[UUID], lead_id: UUID | None) -> None:
    """Save a cohort's facilitators in place of those it had; call it in a transaction."""
    await CohortFacilitator.delete().where(CohortFacilitator.cohort == cohort_id)
    rows = [
        CohortFacilitator(
            cohort=cohort_id, account=account_id,
            role=FacilitatorRole.LEAD if account_id == lead_id else FacilitatorRole.CO_FACILITATOR,
        )
        for account_id in sorted(account_ids)
    ]  # fmt: skip
    if rows:
        await CohortFacilitator.insert(*rows)


async def take_session(session_id: UUID, takers: Sequence[Facilitation], *, by: Actor) -> None:
    """Say who takes one session; with nobody it is the cohort's facilitators again.

    Raises:
        CannotAssignError: somebody works with the other party of a member's link (D3).
        InvalidInputError: somebody is no facilitator there, or is named twice.
        NotFoundError: the session is not visible.
    """
    session = await reads.session(session_id, scope=by.scope)
    side, organisation_id = session.side, session.organisation_id
    by.require(Permission.MANAGE_COHORTS, side=side, organisation_id=organisation_id)
    await reach.require_cohort(session.cohort_id, Permission.MANAGE_COHORTS, by=by)
    account_ids = [taker.account_id for taker in takers]
    if len(set(account_ids)) < len(account_ids):
        raise InvalidInputError.of("facilitators", "Name each person once")
    await check(account_ids, side, organisation_id, by=by)
    async with conflicts.noting(by), database.transaction():
        await conflicts.refuse_as_facilitators(account_ids, session.cohort_id)
        await database.serialise(f"facilitators of {session_id}")
        await SessionFacilitator.delete().where(SessionFacilitator.session == session_id)
        if takers:
            await SessionFacilitator.insert(
                *[
                    SessionFacilitator(
                        session=session_id, account=taker.account_id, role=taker.role
                    )
                    for taker in takers
                ]
            )
        await audit.record(
            "session_facilitators_changed", by=by, subject_type=audit.Subject.SESSION,
            subject=session_id, side=side, organisation_id=organisation_id,
            after={"facilitators": sorted(str(id) for id in account_ids)},
        )  # fmt: skip
