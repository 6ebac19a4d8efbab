"""What two people save of one place at the same time: both hold, or one is refused."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

from core import clock
from core.errors import AppError
from core.scope import SYSTEM, Side
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.domain.terms import AttendanceOutcome, ExitReason, ReferralStatus
from programmes.queries.counters import wrong_counters
from programmes.services.catch_ups import NewCatchUp, arrange
from programmes.services.endings import Ending, leave
from programmes.services.enrolments import enrol
from programmes.services.offers import Offer, record_offer
from programmes.services.pauses import NewPause, pause
from programmes.services.registers import Submission, save
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Session
from tests.factories_programmes import entry, make_cohort, make_participant
from tests.integration.places import TODAY, make_member, referral_status, row_of, second_cohort

ROUNDS = range(5)
BEGAN = TODAY - timedelta(weeks=5)
CAME = AttendanceOutcome.ATTENDED


async def at_once(*attempts: Awaitable[Any]) -> list[str]:
    """What was refused, by name."""
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, AppError):
            raise answer
    return [type(answer).__name__ for answer in answers if isinstance(answer, AppError)]


async def test_whoever_comes_as_the_offer_is_recorded_is_on_the_programme_d8(db: None) -> None:
    for _ in ROUNDS:
        cohort = await make_cohort(side=Side.PERPETRATOR)
        person, referral = await make_member(cohort, referral_status=ReferralStatus.SCHEDULED)
        offer = Offer(PartnerOfferOutcome.DECLINED, TODAY, basic_information_given=True)

        refused = await at_once(
            record_offer(person, offer, version=0, by=SYSTEM),
            save(cohort.session_ids[1], Submission(0, (entry(person, CAME),)), by=SYSTEM),
        )

        assert refused == []
        assert await referral_status(referral) == "on_programme"


async def test_whoever_leaves_as_a_catch_up_is_arranged_has_none_to_come(db: None) -> None:
    for _ in ROUNDS:
        cohort = await make_cohort(enrolled=1)
        (person,) = cohort.enrolment_ids
        coming = NewCatchUp(person, 1, clock.now() + timedelta(days=2))

        await at_once(
            arrange(cohort.id, coming, by=SYSTEM),
            leave(person, Ending(TODAY, 1), ExitReason.MOVED_AREA, by=SYSTEM),
        )

        own = await Session.select().where(Session.enrolment == person)
        assert (await row_of(person))["status"] == "exited"
        assert [row for row in own if row["status"] == "scheduled"] == []


async def test_a_late_mark_in_the_old_group_opens_no_place_that_ends_in_the_new(db: None) -> None:
    for _ in ROUNDS:
        cohort = await make_cohort()
        old, _referral = await make_member(cohort)
        into = await second_cohort(cohort)
        new = await transfer(old, Transfer(into.id, 1), by=SYSTEM)

        refused = await at_once(
            save(cohort.session_ids[1], Submission(0, (entry(old, CAME),)), by=SYSTEM),
            leave(new, Ending(TODAY, 1), ExitReason.MOVED_AREA, by=SYSTEM),
        )

        row = await row_of(new)
        assert refused == []
        assert (row["status"], row["started_on"] is not None) == ("exited", True)
        assert await wrong_counters(scope=SYSTEM.scope) == ()


async def test_counts_hold_whatever_is_saved_at_the_moment_of_a_mark(db: None) -> None:
    """C5: of what changes who is expected and the marks, one waits for the other."""
    for _ in ROUNDS:
        cohort = await make_cohort()
        (one, _), (other, _) = await make_member(cohort), await make_member(cohort)
        into = await second_cohort(cohort)
        moved = await transfer(other, Transfer(into.id, 1, TODAY), by=SYSTEM)
        newcomer = await make_participant(organisation_id=cohort.organisation_id)

        refused = await at_once(
            save(cohort.session_ids[1], Submission(0, (entry(other, CAME),)), by=SYSTEM),
            save(into.session_ids[6], Submission(0, (entry(moved, CAME),)), by=SYSTEM),
            pause(one, NewPause(BEGAN, None, "Away"), by=SYSTEM),
            enrol(cohort.id, newcomer, joined_on=BEGAN, by=SYSTEM),
        )

        assert refused == []
        assert await wrong_counters(scope=SYSTEM.scope) == ()
