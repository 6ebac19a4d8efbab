"""The offer to the partner of whoever starts, and who learns what came of it (D8)."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.scope import SYSTEM, Permission, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import AttendanceOutcome, ExitReason, ReferralStatus
from programmes.errors import NotCompletedError
from programmes.queries.partner_offers import is_recorded, offer_place, places_without_offer
from programmes.services.endings import Ending, complete, leave
from programmes.services.offers import Offer, record_offer
from programmes.services.registers import Submission, save
from programmes.services.transfers import Transfer, transfer
from programmes.tables import PartnerOffer
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, entry, make_cohort
from tests.integration.places import (
    TODAY,
    make_member,
    manager_of,
    moves_of,
    referral_status,
    refused,
    row_of,
    second_cohort,
)

SCOPE = SYSTEM.scope
DECLINED = Offer(PartnerOfferOutcome.DECLINED, TODAY, basic_information_given=True)
SCHEDULED = ReferralStatus.SCHEDULED


async def make_group(side: Side = Side.PERPETRATOR) -> MadeCohort:
    return await make_cohort(side=side, units=3, rule=CompletionRule(min_units=1))


async def link_worker_of(cohort: MadeCohort) -> Person:
    return await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )


async def mark(
    cohort: MadeCohort,
    enrolment_id: UUID,
    outcome: AttendanceOutcome = AttendanceOutcome.ATTENDED,
    *,
    version: int = 0,
) -> None:
    await save(
        cohort.session_ids[1],
        Submission(version, (entry(enrolment_id, outcome),), "Somebody else" if version else ""),
        by=SYSTEM,
    )


async def test_nobody_is_on_the_programme_until_the_offer_is_recorded(db: None) -> None:
    """D8."""
    cohort = await make_group()
    person, referral = await make_member(cohort, referral_status=SCHEDULED)

    await mark(cohort, person)
    assert (await row_of(person))["status"] == "active"
    assert await referral_status(referral) == "scheduled"

    worker = await link_worker_of(cohort)
    await record_offer(person, DECLINED, version=0, by=worker.actor)

    assert await moves_of(referral) == [("on_programme", "Attended the first group session")]


async def test_with_the_offer_recorded_before_the_first_session_moves_the_referral(
    db: None,
) -> None:
    """D8."""
    cohort = await make_group()
    person, referral = await make_member(cohort, referral_status=SCHEDULED)
    await record_offer(person, DECLINED, version=0, by=(await link_worker_of(cohort)).actor)
    assert await referral_status(referral) == "scheduled"

    await mark(cohort, person)

    assert await referral_status(referral) == "on_programme"


async def test_on_the_survivors_side_no_offer_is_asked_for(db: None) -> None:
    cohort = await make_group(Side.SURVIVOR)
    person, referral = await make_member(cohort, referral_status=SCHEDULED)

    await mark(cohort, person)

    assert await referral_status(referral) == "on_programme"
    worker = await link_worker_of(cohort)
    assert await refused(record_offer(person, DECLINED, version=0, by=worker.actor)) is (
        NotFoundError
    )


async def test_a_corrected_mark_leaves_the_referral_on_the_programme(db: None) -> None:
    cohort = await make_group(Side.SURVIVOR)
    person, referral = await make_member(cohort, referral_status=SCHEDULED)
    await mark(cohort, person)

    await mark(cohort, person, AttendanceOutcome.ABSENT_NOTIFIED, version=1)

    assert (await row_of(person))["started_on"] is None
    assert await referral_status(referral) == "on_programme"


async def test_completing_needs_the_offer(db: None) -> None:
    """D8: whoever was never on the programme has not completed it."""
    cohort = await make_group()
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, referral_status=SCHEDULED)
    await mark(cohort, person)

    with pytest.raises(NotCompletedError) as caught:
        await complete(person, Ending(TODAY, 1), by=by)
    assert caught.value.detail == "Still missing: Partner-contact offer recorded"

    await record_offer(person, DECLINED, version=0, by=SYSTEM)
    await complete(person, Ending(TODAY, 1), by=by)
    assert await referral_status(referral) == "programme_complete"


async def test_with_the_offer_recorded_a_completion_in_part_needs_no_start(db: None) -> None:
    """D8."""
    cohort = await make_group()
    person, referral = await make_member(cohort, referral_status=SCHEDULED)
    await record_offer(person, DECLINED, version=0, by=SYSTEM)

    await complete(person, Ending(TODAY, 1, partial=True), by=await manager_of(cohort))

    assert await moves_of(referral) == [
        ("on_programme", "Completed"), ("programme_complete", "Completed"),
    ]  # fmt: skip


async def test_whoever_leaves_without_the_offer_was_never_on_the_programme(db: None) -> None:
    """D8."""
    cohort = await make_group()
    person, referral = await make_member(cohort, referral_status=SCHEDULED)
    await mark(cohort, person)

    await leave(person, Ending(TODAY, 1), ExitReason.BREACHED, by=await manager_of(cohort))

    assert await moves_of(referral) == [("withdrawn", "breached")]


async def test_an_offer_of_the_old_place_holds_after_a_transfer(db: None) -> None:
    cohort = await make_group()
    by = await manager_of(cohort)
    person, _ = await make_member(cohort, attended=(1,))
    await record_offer(person, DECLINED, version=0, by=SYSTEM)
    new = await second_cohort(cohort, starts_on=TODAY)

    made = await transfer(person, Transfer(new.id, 1), by=by)

    assert await is_recorded(made, scope=SCOPE)
    assert await places_without_offer(
        scope=SCOPE, permission=Permission.MANAGE_LINKS, joined_by=TODAY
    ) == ()  # fmt: skip


async def test_the_outcome_is_for_those_who_keep_links_only(db: None) -> None:
    """D8: the perpetrator's side learns that it is recorded, never what came of it."""
    cohort = await make_group()
    person, _ = await make_member(cohort)
    worker = await link_worker_of(cohort)
    await record_offer(person, DECLINED, version=0, by=worker.actor)
    manager = await manager_of(cohort)
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    elsewhere = await make_person(Role.PARTNER_LINK_WORKER, GrantSide.BOTH)

    found = await offer_place(person, scope=worker.actor.scope)
    assert found.offer
    assert found.offer.outcome is PartnerOfferOutcome.DECLINED
    assert found.offer.basic_information_given
    assert await is_recorded(person, scope=manager.scope)
    for scope in (manager.scope, facilitator.actor.scope, elsewhere.actor.scope):
        assert await refused(offer_place(person, scope=scope)) is NotFoundError
    assert not await is_recorded(person, scope=elsewhere.actor.scope)


async def test_neither_managers_nor_other_organisations_record_an_offer(db: None) -> None:
    cohort = await make_group()
    person, _ = await make_member(cohort)
    elsewhere = await make_person(Role.PARTNER_LINK_WORKER, GrantSide.BOTH)

    for by in (await manager_of(cohort), elsewhere.actor):
        found = await refused(record_offer(person, DECLINED, version=0, by=by))
        assert found in {NotFoundError, ForbiddenError}
    assert await PartnerOffer.count() == 0


async def test_what_came_of_it_later_is_recorded_with_the_version(db: None) -> None:
    cohort = await make_group()
    person, _ = await make_member(cohort)
    by = (await link_worker_of(cohort)).actor
    await record_offer(person, DECLINED, version=0, by=by)
    accepted = Offer(PartnerOfferOutcome.ACCEPTED, TODAY, basic_information_given=True)

    for version in (0, 7):
        with pytest.raises(StaleVersionError) as caught:
            await record_offer(person, accepted, version=version, by=by)
        assert caught.value.extensions["changed_by"] == by.account_id
    await record_offer(person, accepted, version=1, by=by)

    rows = await PartnerOffer.select()
    assert [(row["outcome"], row["version"]) for row in rows] == [("accepted", 2)]


async def test_the_audit_does_not_say_what_came_of_it(db: None) -> None:
    cohort = await make_group()
    person, _ = await make_member(cohort)

    await record_offer(person, DECLINED, version=0, by=(await link_worker_of(cohort)).actor)

    events = await AuditEvent.select().where(AuditEvent.subject == person)
    assert [event["action"] for event in events] == ["partner_offer_recorded"]
    assert "declined" not in str(events)


async def test_an_offer_in_the_future_is_refused(db: None) -> None:
    cohort = await make_group()
    person, _ = await make_member(cohort)
    late = Offer(
        PartnerOfferOutcome.OFFERED, TODAY + timedelta(days=1), basic_information_given=True
    )

    with pytest.raises(InvalidInputError) as caught:
        await record_offer(person, late, version=0, by=(await link_worker_of(cohort)).actor)

    assert [error.field for error in caught.value.errors] == ["offered_on"]


async def test_places_without_an_offer_are_listed_to_those_who_may_act(db: None) -> None:
    cohort = await make_group()
    started, _ = await make_member(cohort, attended=(1,))
    coming = await second_cohort(cohort, starts_on=TODAY + timedelta(weeks=8))
    await make_member(coming)
    survivors = await make_group(Side.SURVIVOR)
    await make_member(survivors, attended=(1,))
    worker = await link_worker_of(cohort)

    found = await places_without_offer(
        scope=worker.actor.scope, permission=Permission.MANAGE_LINKS,
        joined_by=TODAY + timedelta(weeks=4),
    )  # fmt: skip
    elsewhere = await places_without_offer(
        scope=(await manager_of(survivors)).scope, permission=Permission.MANAGE_PEOPLE,
        joined_by=date(2027, 1, 1),
    )  # fmt: skip

    assert [(place.enrolment_id, place.started_on) for place in found] == [
        (started, date(2026, 5, 6))
    ]
    assert elsewhere == ()
