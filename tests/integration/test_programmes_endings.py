"""How enrolments end: by completing, when the rule holds (C4), or by leaving."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    AppError,
    InvalidInputError,
    StaleVersionError,
)
from core.scope import Actor
from core.tables import AuditEvent
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import (
    EnrolmentStatus,
    ExitReason,
    ReferralStatus,
)
from programmes.errors import (
    EnrolmentEndedError,
    NotCompletedError,
)
from programmes.services.endings import Ending, complete, leave
from programmes.tables import Cohort, Enrolment, Referral
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_referral,
)

TODAY = date(2026, 6, 10)
TWO_UNITS = CompletionRule(min_units=2)


async def make_manager(
    side: GrantSide = GrantSide.SURVIVOR, organisation_id: UUID | None = None
) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation_id)


def organisation_of(by: Actor) -> UUID:
    """The organisation of the actor's only grant."""
    found = {area.organisation_id for area in by.scope.areas} - {None}
    (organisation_id,) = found
    assert organisation_id
    return organisation_id


async def person_of(cohort: MadeCohort) -> UUID:
    return await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)


async def places_taken(cohort_id: UUID) -> int:
    rows = await Cohort.select(Cohort.places_taken).where(Cohort.id == cohort_id)
    taken: int = rows[0]["places_taken"]
    return taken


async def stored(enrolment_id: UUID) -> dict[str, Any]:
    rows = await Enrolment.select().where(Enrolment.id == enrolment_id)
    return dict(rows[0])


async def status_of(referral_id: UUID) -> tuple[str, int]:
    rows = await Referral.select().where(Referral.id == referral_id)
    return rows[0]["status"], rows[0]["version"]


async def refused(attempt: Any) -> type[AppError] | None:
    try:
        await attempt
    except AppError as error:
        return type(error)
    return None


def ending(on: date = TODAY, version: int = 1, **written: date) -> Ending:
    return Ending(on=on, version=version, **written)


async def make_finisher(by: Actor, rule: CompletionRule = TWO_UNITS) -> tuple[MadeCohort, UUID]:
    """Somebody who attended the first two of three units."""
    cohort = await make_cohort(organisation_id=organisation_of(by), units=3, rule=rule)
    person = await person_of(cohort)
    referral = await make_referral(
        participant_id=person, programme_id=cohort.programme.id,
        status=ReferralStatus.ON_PROGRAMME,
    )  # fmt: skip
    enrolment_id = await make_enrolment(
        cohort_id=cohort.id, participant_id=person, referral_id=referral,
        status=EnrolmentStatus.ACTIVE,
    )  # fmt: skip
    for number in (1, 2):
        await make_mark(session_id=cohort.session_ids[number], enrolment_id=enrolment_id)
    return cohort, enrolment_id


async def test_completing_frees_the_place_and_closes_the_referral(db: None) -> None:
    by = (await make_manager()).actor
    cohort, enrolment_id = await make_finisher(by)

    await complete(enrolment_id, ending(), by=by)

    row = await stored(enrolment_id)
    assert (row["status"], row["ended_on"], row["version"]) == ("completed", TODAY, 2)
    assert await places_taken(cohort.id) == 0
    assert await status_of(row["referral"]) == ("programme_complete", 2)
    events = await AuditEvent.select().where(AuditEvent.subject == enrolment_id)
    assert [event["action"] for event in events] == ["completed"]


async def test_completing_too_early_says_what_is_missing(db: None) -> None:
    by = (await make_manager()).actor
    cohort, enrolment_id = await make_finisher(by, CompletionRule(min_units=3))

    with pytest.raises(NotCompletedError) as caught:
        await complete(enrolment_id, ending(), by=by)

    assert caught.value.detail == "Still missing: 1 more of the 3 units required"
    assert (await stored(enrolment_id))["status"] == "active"
    assert (await places_taken(cohort.id), await AuditEvent.count()) == (1, 0)


async def test_what_must_be_written_down_can_be_given_with_the_completion(db: None) -> None:
    by = (await make_manager()).actor
    rule = CompletionRule(min_units=2, needs_end_review=True, needs_report_sent=True)
    _, enrolment_id = await make_finisher(by, rule)

    with pytest.raises(NotCompletedError) as caught:
        await complete(enrolment_id, ending(end_review_on=TODAY), by=by)
    assert caught.value.detail == "Still missing: Report sent to the referrer"

    await complete(enrolment_id, ending(end_review_on=TODAY, report_sent_on=TODAY), by=by)
    row = await stored(enrolment_id)
    assert (row["end_review_on"], row["report_sent_on"]) == (TODAY, TODAY)


async def test_leaving_keeps_the_reason_and_frees_the_place(db: None) -> None:
    by = (await make_manager()).actor
    cohort, enrolment_id = await make_finisher(by)

    await leave(enrolment_id, ending(date(2026, 6, 3)), ExitReason.DISENGAGED, by=by)

    row = await stored(enrolment_id)
    assert (row["status"], row["exit_reason"], row["ended_on"]) == (
        "exited", "disengaged", date(2026, 6, 3),
    )  # fmt: skip
    assert await places_taken(cohort.id) == 0
    assert await status_of(row["referral"]) == ("withdrawn", 2)


@pytest.mark.parametrize(
    ("reason", "started_on", "keep_open", "written"),
    [
        (ExitReason.MOVED_AREA, None, False, "moved"),
        (ExitReason.MOVED_AREA, None, True, None),
        (ExitReason.MOVED_AREA, date(2026, 5, 6), False, None),
        (ExitReason.HEALTH, None, False, None),
    ],
)
async def test_who_leaves_before_any_start_has_a_reason_why_they_never_started(
    db: None,
    reason: ExitReason,
    started_on: date | None,
    keep_open: bool,  # noqa: FBT001 - given by the parameters
    written: str | None,
) -> None:
    by = (await make_manager()).actor
    _, enrolment_id = await make_finisher(by)
    await Enrolment.update({Enrolment.started_on: started_on}).where(Enrolment.id == enrolment_id)

    await leave(enrolment_id, ending(), reason, keep_open=keep_open, by=by)

    (row,) = await Referral.select()
    assert row["not_started_reason"] == written


async def test_an_ended_enrolment_cannot_end_again(db: None) -> None:
    by = (await make_manager()).actor
    cohort, enrolment_id = await make_finisher(by)
    await complete(enrolment_id, ending(), by=by)

    for attempt in (
        complete(enrolment_id, ending(version=2), by=by),
        leave(enrolment_id, ending(version=2), ExitReason.OTHER, by=by),
    ):
        with pytest.raises(EnrolmentEndedError):
            await attempt
    assert await places_taken(cohort.id) == 0


async def test_ending_with_a_stale_version_is_refused(db: None) -> None:
    by = (await make_manager()).actor
    cohort, enrolment_id = await make_finisher(by)

    with pytest.raises(StaleVersionError):
        await leave(enrolment_id, ending(version=7), ExitReason.OTHER, by=by)

    assert await places_taken(cohort.id) == 1


async def test_of_two_endings_at_once_one_wins(db: None) -> None:
    by = (await make_manager()).actor
    cohort, enrolment_id = await make_finisher(by)

    found = await asyncio.gather(
        refused(complete(enrolment_id, ending(), by=by)),
        refused(leave(enrolment_id, ending(), ExitReason.OTHER, by=by)),
    )

    lost = [error for error in found if error]
    assert len(lost) == 1
    assert lost[0] in {StaleVersionError, EnrolmentEndedError}
    assert await places_taken(cohort.id) == 0


@pytest.mark.parametrize(
    ("when", "field"),
    [
        (ending(TODAY + timedelta(days=1)), "on"),
        (ending(date(2026, 5, 5)), "on"),
        (ending(end_review_on=TODAY + timedelta(days=1)), "end_review_on"),
        (ending(report_sent_on=TODAY + timedelta(days=1)), "report_sent_on"),
    ],
)
async def test_a_day_that_cannot_be_is_refused(db: None, when: Ending, field: str) -> None:
    by = (await make_manager()).actor
    _, enrolment_id = await make_finisher(by)

    with pytest.raises(InvalidInputError) as caught:
        await leave(enrolment_id, when, ExitReason.OTHER, by=by)

    assert [error.field for error in caught.value.errors] == [field]


async def test_somebody_can_leave_before_the_day_of_joining(db: None) -> None:
    by = (await make_manager()).actor
    cohort = await make_cohort(
        organisation_id=organisation_of(by), starts_on=TODAY + timedelta(weeks=3), enrolled=1
    )

    await leave(cohort.enrolment_ids[0], ending(), ExitReason.MOVED_AREA, by=by)

    row = await stored(cohort.enrolment_ids[0])
    assert (row["status"], row["joined_on"], row["ended_on"]) == ("exited", TODAY, TODAY)
    assert await places_taken(cohort.id) == 0
