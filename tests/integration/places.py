"""What the tests of places in groups share: managers, people with referrals, and rows as stored."""

from datetime import date
from typing import Any
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from core.errors import AppError
from core.scope import SYSTEM, Actor, Side
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import AttendanceOutcome, ReferralStatus
from programmes.services.starts import keep_starts
from programmes.tables import Cohort, Enrolment, Referral, ReferralMove
from tests.factories import make_person
from tests.factories_programmes import (
    MadeCohort,
    MadeProgramme,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_referral,
)

TODAY = date(2026, 6, 10)
GRANTS = {Side.SURVIVOR: GrantSide.SURVIVOR, Side.PERPETRATOR: GrantSide.PERPETRATOR}


async def manager_of(cohort: MadeCohort) -> Actor:
    """Who manages the cohort's side of its organisation."""
    found = await make_person(
        Role.PROGRAMME_MANAGER, GRANTS[cohort.side], organisation_id=cohort.organisation_id
    )
    return found.actor


async def second_cohort(
    first: MadeCohort, *, programme: MadeProgramme | None = None, **given: Any
) -> MadeCohort:
    """Another group of the same programme, unless another one is given."""
    return await make_cohort(programme=programme or first.programme, **given)


async def make_member(
    cohort: MadeCohort,
    *,
    attended: tuple[int, ...] = (),
    referral_status: ReferralStatus = ReferralStatus.ON_PROGRAMME,
    **given: Any,
) -> tuple[UUID, UUID]:
    """Somebody in a cohort on a referral, and that referral; units attended in full."""
    person = await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
    referral = await make_referral(
        participant_id=person, programme_id=cohort.programme.id, status=referral_status
    )
    enrolment_id = await make_enrolment(
        cohort_id=cohort.id,
        participant_id=person,
        referral_id=referral,
        **given,
    )
    await attend(cohort, enrolment_id, *attended)
    await keep_starts([enrolment_id], by=SYSTEM)
    return enrolment_id, referral


async def attend(
    cohort: MadeCohort,
    enrolment_id: UUID,
    *units: int,
    outcome: AttendanceOutcome = AttendanceOutcome.ATTENDED,
) -> None:
    for number in units:
        await make_mark(
            session_id=cohort.session_ids[number], enrolment_id=enrolment_id, outcome=outcome
        )


async def row_of(enrolment_id: UUID) -> dict[str, Any]:
    rows = await Enrolment.select().where(Enrolment.id == enrolment_id)
    return dict(rows[0])


async def person_of(enrolment_id: UUID) -> UUID:
    person_id: UUID = (await row_of(enrolment_id))["participant"]
    return person_id


async def places_taken(cohort_id: UUID) -> int:
    rows = await Cohort.select(Cohort.places_taken).where(Cohort.id == cohort_id)
    taken: int = rows[0]["places_taken"]
    return taken


async def referral_status(referral_id: UUID) -> str:
    rows = await Referral.select(Referral.status).where(Referral.id == referral_id)
    return str(rows[0]["status"])


async def moves_of(referral_id: UUID) -> list[tuple[str, str]]:
    """Each status and its reason, in order."""
    rows = (
        await ReferralMove.select(ReferralMove.to_status, ReferralMove.reason)
        .where(ReferralMove.referral == referral_id)
        .order_by(ReferralMove.id)
    )
    return [(row["to_status"], row["reason"]) for row in rows]


async def refused(attempt: Any) -> type[AppError] | None:
    try:
        await attempt
    except AppError as error:
        return type(error)
    return None


TWO_UNITS = CompletionRule(min_units=2)
