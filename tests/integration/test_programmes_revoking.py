"""Taking a wrong completion or exit back, and writing the gates down as they happen (C4)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import EnrolmentStatus, ExitReason, ReferralStatus
from programmes.errors import (
    AlreadyEnrolledError,
    CohortFullError,
    NotCompletedError,
    NotRevocableError,
    ReferralOpenError,
    RuleMetError,
)
from programmes.queries.progress import enrolment
from programmes.services.endings import Ending, complete, leave
from programmes.services.enrolments import enrol
from programmes.services.gates import Gates, record
from programmes.services.offers import Offer, record_offer
from programmes.services.revoking import revoke
from programmes.services.transfers import Transfer, transfer
from programmes.tables import Referral, ReferrerUpdate, Session
from tests.factories import at, make_person
from tests.factories_programmes import (
    make_cohort,
    make_enrolment,
    make_referral,
    make_session,
)
from tests.integration.places import (
    TODAY,
    TWO_UNITS,
    attend,
    make_member,
    manager_of,
    moves_of,
    places_taken,
    referral_status,
    refused,
    row_of,
    second_cohort,
)

WRONG = "Recorded for the wrong person"


async def take_back(enrolment_id: UUID, by: Any, version: int = 2) -> None:
    await revoke(enrolment_id, reason=WRONG, version=version, by=by)


async def test_a_completion_taken_back_gives_place_and_referral_back(db: None) -> None:
    cohort = await make_cohort(rule=TWO_UNITS)
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, attended=(1, 2))
    await complete(person, Ending(TODAY, 1), by=by)

    await take_back(person, by)

    row = await row_of(person)
    assert (row["status"], row["ended_on"], row["version"]) == ("active", None, 3)
    assert await places_taken(cohort.id) == 1
    assert await moves_of(referral) == [
        ("programme_complete", "Completed"),
        ("on_programme", WRONG),
    ]
    actions = [event["action"] for event in await AuditEvent.select().order_by(AuditEvent.id)]
    assert actions == [
        "completed", "referral_moved", "referral_moved", "ending_revoked",
    ]  # fmt: skip


async def test_an_exit_taken_back_forgets_its_reason(db: None) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, referral_status=ReferralStatus.SCHEDULED)
    await leave(person, Ending(TODAY, 1), ExitReason.MOVED_AREA, by=by)

    await take_back(person, by)

    row = await row_of(person)
    assert (row["status"], row["exit_reason"]) == ("enrolled", None)
    (stored,) = await Referral.select().where(Referral.id == referral)
    assert (stored["status"], stored["not_started_reason"]) == ("scheduled", None)


async def test_a_referral_kept_open_goes_back_to_where_it_was(db: None) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, attended=(1,))
    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, keep_open=True, by=by)

    await take_back(person, by)

    assert await referral_status(referral) == "on_programme"


@pytest.mark.parametrize("offered", [True, False])
async def test_a_perpetrators_referral_goes_back_as_far_as_the_offer_allows(
    db: None, *, offered: bool
) -> None:
    """D8."""
    cohort = await make_cohort(side=Side.PERPETRATOR)
    by = await manager_of(cohort)
    person, referral = await make_member(
        cohort, attended=(1,), referral_status=ReferralStatus.SCHEDULED
    )
    if offered:
        offer = Offer(PartnerOfferOutcome.NO_DETAILS, TODAY, basic_information_given=False)
        await record_offer(person, offer, version=0, by=SYSTEM)
    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, by=by)

    await take_back(person, by)

    assert await referral_status(referral) == ("on_programme" if offered else "scheduled")


async def test_a_place_without_a_referral_is_given_back_too(db: None) -> None:
    cohort = await make_cohort(enrolled=1, rule=CompletionRule(min_units=1))
    by, (person,) = await manager_of(cohort), cohort.enrolment_ids
    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, by=by)

    await take_back(person, by)

    assert (await row_of(person))["status"] == "enrolled"
    await attend(cohort, person, 1)
    await complete(person, Ending(TODAY, 3), by=by)
    assert (await row_of(person))["status"] == "completed"


async def test_a_referral_that_never_moved_stays_where_it_is(db: None) -> None:
    cohort = await make_cohort()
    person, referral = await make_member(cohort, referral_status=ReferralStatus.SCHEDULED)
    gone = await make_enrolment(
        cohort_id=cohort.id, referral_id=referral, status=EnrolmentStatus.EXITED,
        exit_reason=ExitReason.HEALTH, ended_on=TODAY,
    )  # fmt: skip
    assert person != gone

    await take_back(gone, SYSTEM, version=1)

    assert await moves_of(referral) == []


async def test_what_came_since_stands_against_it_and_nothing_changes(db: None) -> None:
    cohort = await make_cohort(capacity=1)
    by = await manager_of(cohort)
    person, _ = await make_member(cohort)
    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, by=by)
    who = (await row_of(person))["participant"]
    newcomer = await make_enrolment(cohort_id=cohort.id)
    assert await refused(take_back(person, by)) is CohortFullError

    await leave(newcomer, Ending(TODAY, 1), ExitReason.HEALTH, by=by)
    other = await second_cohort(cohort)
    elsewhere = await make_enrolment(cohort_id=other.id, participant_id=who)
    assert await refused(take_back(person, by)) is AlreadyEnrolledError

    await leave(elsewhere, Ending(TODAY, 1), ExitReason.HEALTH, by=by)
    await make_referral(participant_id=who, programme_id=cohort.programme.id)
    assert await refused(take_back(person, by)) is ReferralOpenError
    assert (await row_of(person))["status"] == "exited"
    assert await places_taken(cohort.id) == 0


async def test_only_an_ending_that_nothing_continues_is_taken_back(db: None) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort)
    person, _ = await make_member(cohort, attended=(1,))
    assert await refused(take_back(person, by)) is NotRevocableError

    other = await second_cohort(cohort, starts_on=TODAY)
    moved = await transfer(person, Transfer(other.id, 1), by=by)
    assert await refused(take_back(person, by)) is NotRevocableError

    await leave(moved, Ending(TODAY, 1), ExitReason.HEALTH, keep_open=True, by=by)
    who = (await row_of(moved))["participant"]
    await enrol(other.id, who, by=by)
    assert await refused(take_back(moved, by)) is NotRevocableError


async def test_taking_back_needs_a_reason_and_the_present_version(db: None) -> None:
    cohort = await make_cohort()
    by = await manager_of(cohort)
    person, _ = await make_member(cohort)
    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, by=by)

    with pytest.raises(InvalidInputError) as caught:
        await revoke(person, reason=" ", version=2, by=by)
    assert [error.field for error in caught.value.errors] == ["reason"]
    with pytest.raises(StaleVersionError) as stale:
        await take_back(person, by, version=1)
    assert stale.value.detail == (
        f"Saved by {by.name} on 10 June 2026 at 13:00, after you opened it"
    )
    assert stale.value.extensions["changed_by"] == by.account_id


async def test_a_save_by_the_service_itself_is_told_as_such(db: None) -> None:
    cohort = await make_cohort()
    person, _ = await make_member(cohort)
    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, by=SYSTEM)

    with pytest.raises(StaleVersionError) as stale:
        await take_back(person, await manager_of(cohort), version=1)

    assert stale.value.detail.startswith("Saved by the service itself on 10 June 2026")


async def test_a_completion_in_part_is_said_aloud_and_never_counts_as_completed(db: None) -> None:
    """C4."""
    cohort = await make_cohort(rule=TWO_UNITS)
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, attended=(1,))
    full, _ = await make_member(cohort, attended=(1, 2))

    assert await refused(complete(full, Ending(TODAY, 1, partial=True), by=by)) is RuleMetError
    assert await refused(complete(person, Ending(TODAY, 1), by=by)) is NotCompletedError
    await complete(person, Ending(TODAY, 1, partial=True), by=by)

    assert (await row_of(person))["status"] == "completed_partial"
    assert await referral_status(referral) == "programme_complete"


async def test_a_completion_before_the_last_session_attended_is_refused(db: None) -> None:
    """C4: it would take units away again."""
    cohort = await make_cohort(rule=TWO_UNITS)
    person, _ = await make_member(cohort, attended=(1, 2))

    with pytest.raises(InvalidInputError) as caught:
        await complete(person, Ending(date(2026, 5, 12), 1), by=await manager_of(cohort))

    assert caught.value.errors[0].message == (
        "They attended on 13 May 2026: enter that day or a later one"
    )


async def test_a_survivor_leaves_for_no_reason_of_the_courts(db: None) -> None:
    cohort = await make_cohort()
    person, _ = await make_member(cohort)

    with pytest.raises(InvalidInputError) as caught:
        await leave(person, Ending(TODAY, 1), ExitReason.BREACHED, by=await manager_of(cohort))

    assert [error.field for error in caught.value.errors] == ["reason"]


async def test_after_a_final_reason_no_referral_stays_open(db: None) -> None:
    """2.2."""
    cohort = await make_cohort()
    person, _ = await make_member(cohort)

    with pytest.raises(InvalidInputError) as caught:
        await leave(
            person, Ending(TODAY, 1), ExitReason.DIED, keep_open=True, by=await manager_of(cohort)
        )

    assert [error.field for error in caught.value.errors] == ["keep_open"]


async def test_own_sessions_to_come_end_with_the_place(db: None) -> None:
    cohort = await make_cohort()
    person, _ = await make_member(cohort)
    own = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[1], catch_up_for=person,
        starts_at=at("2026-06-12 14:00"),
    )  # fmt: skip

    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, by=await manager_of(cohort))

    rows = await Session.select().where(Session.id == own)
    assert rows[0]["status"] == "cancelled"


GATED = CompletionRule(min_units=1, needs_end_review=True, needs_report_sent=True)


async def test_gates_are_recorded_when_they_happen_and_completion_keeps_them(db: None) -> None:
    """C4 d and e."""
    cohort = await make_cohort(rule=GATED)
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, attended=(1,))

    await record(person, Gates(TODAY, None), version=1, by=by)
    missing = (await enrolment(person, scope=SYSTEM.scope)).member.progress.missing
    assert missing == ("Report sent to the referrer",)
    await record(person, Gates(TODAY, TODAY, "The social worker"), version=2, by=by)
    await complete(person, Ending(TODAY, 3), by=by)

    row = await row_of(person)
    assert (row["end_review_on"], row["report_sent_on"]) == (TODAY, TODAY)
    told = await ReferrerUpdate.select().where(ReferrerUpdate.referral == referral)
    assert [(row["told"], row["told_on"], row["told_whom"]) for row in told] == [
        ("started", TODAY, "The social worker")
    ]


async def test_a_report_given_with_the_completion_is_told_to_the_referrer(db: None) -> None:
    """S16, standard 27."""
    cohort = await make_cohort(rule=GATED)
    by = await manager_of(cohort)
    person, referral = await make_member(cohort, attended=(1,))

    await complete(person, Ending(TODAY, 1, end_review_on=TODAY, report_sent_on=TODAY), by=by)

    told = await ReferrerUpdate.select().where(ReferrerUpdate.referral == referral)
    assert [row["told"] for row in told] == ["completed"]


async def test_a_gate_recorded_by_mistake_is_cleared(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager_of(cohort)
    (person,) = cohort.enrolment_ids
    await record(person, Gates(TODAY, TODAY), version=1, by=by)

    await record(person, Gates(None, None), version=2, by=by)

    assert (await row_of(person))["report_sent_on"] is None
    assert await ReferrerUpdate.count() == 0


async def test_gates_ahead_or_stale_are_refused(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager_of(cohort)
    (person,) = cohort.enrolment_ids
    ahead = TODAY + timedelta(days=1)

    with pytest.raises(InvalidInputError) as caught:
        await record(person, Gates(ahead, ahead, "a" * 121), version=1, by=by)
    assert [error.field for error in caught.value.errors] == [
        "end_review_on", "report_sent_on", "told_whom",
    ]  # fmt: skip
    found = await refused(record(person, Gates(TODAY, None), version=4, by=by))
    assert found is StaleVersionError


async def test_the_other_side_and_onlookers_change_nothing(db: None) -> None:
    """D1."""
    cohort = await make_cohort()
    person, _ = await make_member(cohort)
    await leave(person, Ending(TODAY, 1), ExitReason.HEALTH, by=SYSTEM)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )

    for actor, expected in ((other.actor, NotFoundError), (lead.actor, ForbiddenError)):
        assert await refused(take_back(person, actor)) is expected
        gate = record(person, Gates(TODAY, None), version=2, by=actor)
        assert await refused(gate) is expected
    assert (await row_of(person))["version"] == 2
