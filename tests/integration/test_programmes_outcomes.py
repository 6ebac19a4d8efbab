"""Recording what is reported of somebody's outcomes, and who may be shown it (2.4, D4)."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import MeasureScale, OutcomeSource, Timepoint
from programmes.domain.terms import EnrolmentStatus
from programmes.errors import OutcomeRecordedError
from programmes.queries.outcomes import outcomes, outcomes_of_cohort
from programmes.services.outcomes import Answer, Sitting, record
from programmes.tables import Enrolment, OutcomeValue
from tests.factories import Person, make_person
from tests.factories_outcomes import make_report, make_taken_measure
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_participant,
)
from tests.factories_safety import make_link

pytestmark = pytest.mark.usefixtures("db")

TODAY = date(2026, 6, 10)
STARTED = date(2026, 5, 6)
EVERYBODY = tuple(OutcomeSource)
SELF, PARTNER = OutcomeSource.SELF, OutcomeSource.PARTNER


async def make_manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


async def make_group(person: Person, side: Side = Side.SURVIVOR) -> MadeCohort:
    """A group in its sixth week with one person who started in the first."""
    cohort = await make_cohort(organisation_id=person.organisation_id, side=side, enrolled=1)
    await Enrolment.update(
        {Enrolment.started_on: STARTED, Enrolment.status: EnrolmentStatus.ACTIVE}
    ).where(Enrolment.id == cohort.enrolment_ids[0])
    return cohort


def sitting(
    *answers: Answer,
    timepoint: Timepoint = Timepoint.START,
    source: OutcomeSource = SELF,
    on: date = TODAY,
) -> Sitting:
    return Sitting(timepoint, source, on, answers or (Answer("ladder", 4),))


async def stored() -> list[dict[str, Any]]:
    return list(await OutcomeValue.select().order_by(OutcomeValue.id))


async def refused(attempt: Any) -> type[AppError] | None:
    try:
        await attempt
    except AppError as error:
        return type(error)
    return None


async def test_several_measures_are_recorded_at_once_by_code_or_id() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort, "ladder")
    safer = await make_taken_measure(cohort, "safer", scale=MeasureScale.YES_NO)
    answers = (Answer("ladder", 4), Answer(str(safer), 1))

    ids = await record(cohort.enrolment_ids[0], sitting(*answers), by=person.actor)

    rows = await stored()
    assert [row["id"] for row in rows] == list(ids)
    assert [(row["value"], row["recorded_by"], row["version"]) for row in rows] == [
        (4, person.id, 1), (1, person.id, 1),
    ]  # fmt: skip


async def test_the_audit_tells_what_was_recorded_and_not_what_it_said() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)
    enrolment_id = cohort.enrolment_ids[0]

    (report_id,) = await record(enrolment_id, sitting(), by=person.actor)
    await record(enrolment_id, sitting(Answer("ladder", 9, version=1)), by=person.actor)

    events = await AuditEvent.select().where(AuditEvent.subject == report_id)
    assert [event["action"] for event in events] == ["outcome_recorded", "outcome_changed"]
    assert {str(event["subject_type"]) for event in events} == {"outcome"}
    assert all("value" not in event["after"] and "9" not in event["reason"] for event in events)


async def test_a_change_names_the_version_that_it_read() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)
    enrolment_id = cohort.enrolment_ids[0]
    await record(enrolment_id, sitting(), by=person.actor)

    with pytest.raises(OutcomeRecordedError):
        await record(enrolment_id, sitting(Answer("ladder", 5)), by=person.actor)
    with pytest.raises(StaleVersionError):
        await record(enrolment_id, sitting(Answer("ladder", 5, version=2)), by=person.actor)
    await record(enrolment_id, sitting(Answer("ladder", 5, version=1)), by=person.actor)

    assert [(row["value"], row["version"]) for row in await stored()] == [(5, 2)]


async def test_the_same_again_changes_nothing() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)
    first = await record(cohort.enrolment_ids[0], sitting(), by=person.actor)

    again = await record(
        cohort.enrolment_ids[0], sitting(Answer("ladder", 4, version=1)), by=person.actor
    )

    assert again == first
    assert [row["version"] for row in await stored()] == [1]
    assert await AuditEvent.count() == 1


async def test_a_version_of_what_is_not_there_is_stale() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)

    with pytest.raises(StaleVersionError):
        await record(
            cohort.enrolment_ids[0], sitting(Answer("ladder", 4, version=1)), by=person.actor
        )


async def test_of_two_first_reports_at_once_one_is_kept() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)
    enrolment_id = cohort.enrolment_ids[0]

    found = await asyncio.gather(
        *(
            refused(record(enrolment_id, sitting(Answer("ladder", value)), by=person.actor))
            for value in (4, 5)
        )
    )

    assert [kind for kind in found if kind] == [OutcomeRecordedError]
    assert len(await stored()) == 1


async def test_of_two_changes_at_once_one_is_stale() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)
    enrolment_id = cohort.enrolment_ids[0]
    await record(enrolment_id, sitting(), by=person.actor)

    found = await asyncio.gather(
        *(
            refused(record(enrolment_id, sitting(Answer("ladder", value, 1)), by=person.actor))
            for value in (5, 6)
        )
    )

    assert [kind for kind in found if kind] == [StaleVersionError]
    assert [row["version"] for row in await stored()] == [2]


TWO = (Answer("ladder", 4), Answer("ladder", 5))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (sitting(Answer("ladder", 11)), "answers[0].value"),
        (sitting(Answer("ladder", 0)), "answers[0].value"),
        (sitting(Answer("unknown", 1)), "answers[0].measure"),
        (sitting(*TWO), "answers[1].measure"),
        (sitting(source=OutcomeSource.AGENCY), "source"),
        (sitting(timepoint=Timepoint.MIDDLE), "timepoint"),
        (sitting(on=TODAY + timedelta(days=1)), "on"),
        (sitting(on=STARTED - timedelta(days=1)), "on"),
        (sitting(timepoint=Timepoint.SIX_MONTHS_AFTER), "timepoint"),
        (sitting(timepoint=Timepoint.TWELVE_MONTHS_AFTER), "on"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_kept(wrong: Sitting, field: str) -> None:
    person = await make_manager()
    cohort = await make_group(person)
    await make_taken_measure(
        cohort, timepoints=[one for one in Timepoint if one is not Timepoint.MIDDLE]
    )

    with pytest.raises(InvalidInputError) as caught:
        await record(cohort.enrolment_ids[0], wrong, by=person.actor)

    assert [error.field for error in caught.value.errors] == [field]
    assert await stored() == []


async def test_a_measure_that_the_programme_no_longer_takes_can_still_be_corrected() -> None:
    person = await make_manager()
    cohort = await make_group(person)
    other = await make_cohort(organisation_id=person.organisation_id)
    measure_id = await make_taken_measure(other)
    await make_report(enrolment_id=cohort.enrolment_ids[0], measure_id=measure_id, value=4)

    await record(cohort.enrolment_ids[0], sitting(Answer("ladder", 5, version=1)), by=person.actor)

    assert [row["value"] for row in await stored()] == [5]


async def test_what_was_reported_before_a_transfer_is_ones_own_afterwards_c13() -> None:
    """C13: units carry, one start, one outcome; so do the reports."""
    person = await make_manager()
    old = await make_group(person)
    measure_id = await make_taken_measure(old)
    await make_report(enrolment_id=old.enrolment_ids[0], measure_id=measure_id, value=4)
    await Enrolment.update(
        {Enrolment.status: EnrolmentStatus.TRANSFERRED, Enrolment.ended_on: TODAY}
    ).where(Enrolment.id == old.enrolment_ids[0])
    new = await make_cohort(
        organisation_id=person.organisation_id, programme=old.programme,
        starts_on=TODAY - timedelta(weeks=1),
    )  # fmt: skip
    enrolment_id = await make_enrolment(
        cohort_id=new.id, participant_id=old.participant_ids[0], started_on=STARTED
    )
    await Enrolment.update({Enrolment.continues: old.enrolment_ids[0]}).where(
        Enrolment.id == enrolment_id
    )

    with pytest.raises(OutcomeRecordedError):
        await record(enrolment_id, sitting(), by=person.actor)
    await record(enrolment_id, sitting(timepoint=Timepoint.END), by=person.actor)
    view = await outcomes(enrolment_id, scope=person.actor.scope)

    assert [(one.timepoint, one.value) for one in view.reports] == [
        (Timepoint.START, 4), (Timepoint.END, 4),
    ]  # fmt: skip
    assert view.place.course.joined_on == STARTED


async def make_perpetrators() -> tuple[MadeCohort, UUID, dict[str, Person]]:
    """A perpetrators' group with one measure that everybody reports, and who works around it."""
    manager = await make_manager(GrantSide.PERPETRATOR)
    where = manager.organisation_id
    cast = {
        "manager": manager,
        "facilitator": await make_person(
            Role.FACILITATOR, GrantSide.PERPETRATOR, organisation_id=where
        ),
        "link worker": await make_person(
            Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=where
        ),
        "safety lead": await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=where),
        "survivors' manager": await make_person(
            Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=where
        ),
        "elsewhere": await make_manager(GrantSide.PERPETRATOR),
        "link worker of others": await make_person(
            Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=where
        ),
        "link worker elsewhere": await make_person(Role.PARTNER_LINK_WORKER, GrantSide.BOTH),
    }
    cohort = await make_cohort(
        organisation_id=where, side=Side.PERPETRATOR, enrolled=1,
        facilitator_ids=[cast["facilitator"].id],
    )  # fmt: skip
    await Enrolment.update({Enrolment.started_on: STARTED}).where(
        Enrolment.id == cohort.enrolment_ids[0]
    )
    await make_link(
        perpetrator_id=cohort.participant_ids[0],
        survivor_id=await make_participant(organisation_id=where),
        recorded_by=cast["link worker"].id,
    )
    return cohort, await make_taken_measure(cohort, sources=EVERYBODY), cast


def sources_of(reports: Any) -> list[tuple[str, int | None]]:
    return sorted((one.source.value, one.value) for one in reports)


async def test_only_who_sees_links_is_shown_or_records_what_a_partner_reports_d4() -> None:
    cohort, _, cast = await make_perpetrators()
    enrolment_id = cohort.enrolment_ids[0]
    said = sitting(source=PARTNER)

    refusals = {
        name: await refused(record(enrolment_id, said, by=person.actor))
        for name, person in cast.items()
        if name not in {"link worker", "safety lead"}
    }
    await record(enrolment_id, said, by=cast["link worker"].actor)
    await record(
        enrolment_id, sitting(Answer("ladder", 6, 1), source=PARTNER),
        by=cast["safety lead"].actor,
    )  # fmt: skip

    assert set(refusals.values()) == {NotFoundError}
    seen = {}
    for name in ("manager", "facilitator", "link worker", "safety lead"):
        view = await outcomes(enrolment_id, scope=cast[name].actor.scope)
        seen[name] = sources_of(view.reports)
    assert seen == {
        "manager": [], "facilitator": [],
        "link worker": [("partner", 6)], "safety lead": [("partner", 6)],
    }  # fmt: skip


async def test_a_perpetrators_own_report_is_not_shown_without_another_beside_it() -> None:
    """2.4, standard 1."""
    cohort, measure_id, cast = await make_perpetrators()
    enrolment_id = cohort.enrolment_ids[0]
    for source, value in ((SELF, 9), (PARTNER, 2)):
        await make_report(
            enrolment_id=enrolment_id, measure_id=measure_id, value=value, source=source
        )

    async def seen(name: str) -> list[tuple[str, int | None]]:
        views = await outcomes_of_cohort(cohort.id, scope=cast[name].actor.scope)
        return sources_of(view for one in views for view in one.reports)

    assert await seen("facilitator") == [("self", None)]
    assert await seen("link worker") == [("partner", 2)]
    assert await seen("safety lead") == [("partner", 2), ("self", 9)]
    await make_report(
        enrolment_id=enrolment_id, measure_id=measure_id, value=3, source=OutcomeSource.AGENCY
    )
    assert await seen("facilitator") == [("agency", 3), ("self", 9)]


async def test_a_withheld_report_can_be_corrected_without_being_shown() -> None:
    cohort, measure_id, cast = await make_perpetrators()
    await make_report(enrolment_id=cohort.enrolment_ids[0], measure_id=measure_id, value=9)

    await record(
        cohort.enrolment_ids[0], sitting(Answer("ladder", 8, 1)), by=cast["facilitator"].actor
    )

    assert [(row["value"], row["version"]) for row in await stored()] == [(8, 2)]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("survivors' manager", NotFoundError),
        ("elsewhere", NotFoundError),
        ("link worker elsewhere", NotFoundError),
        ("link worker", NotFoundError),
        ("safety lead", ForbiddenError),
    ],
)
async def test_what_a_perpetrator_says_is_recorded_by_the_groups_workers_only(
    name: str, refusal: type[AppError]
) -> None:
    cohort, _, cast = await make_perpetrators()

    with pytest.raises(refusal):
        await record(cohort.enrolment_ids[0], sitting(), by=cast[name].actor)

    assert await stored() == []


async def test_a_link_worker_sees_no_survivors_group() -> None:
    """Their survivors they see as people, not as members of somebody's group."""
    manager = await make_manager()
    cohort = await make_group(manager)
    await make_taken_measure(cohort)
    worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=manager.organisation_id
    )

    with pytest.raises(NotFoundError):
        await outcomes(cohort.enrolment_ids[0], scope=worker.actor.scope)
    assert await outcomes_of_cohort(cohort.id, scope=worker.actor.scope) == ()


async def test_a_first_value_can_be_taken_before_the_first_session() -> None:
    person = await make_manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1)
    await make_taken_measure(cohort)

    await record(cohort.enrolment_ids[0], sitting(), by=person.actor)
    with pytest.raises(InvalidInputError) as caught:
        await record(cohort.enrolment_ids[0], sitting(timepoint=Timepoint.END), by=person.actor)

    assert [error.field for error in caught.value.errors] == ["timepoint"]
    assert len((await outcomes(cohort.enrolment_ids[0], scope=SYSTEM.scope)).reports) == 1
