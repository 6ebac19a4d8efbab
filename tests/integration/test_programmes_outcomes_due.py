"""Which reports are to be asked for now, and by whom (2.4)."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM, Actor, Side
from programmes.domain.case_terms import OutcomeSource, PartnerOfferOutcome, Timepoint
from programmes.domain.terms import EnrolmentStatus, ExitReason
from programmes.queries.outcomes_due import due
from programmes.tables import Enrolment
from tests.factories import make_person
from tests.factories_outcomes import make_partner_offer, make_report, make_taken_measure
from tests.factories_programmes import MadeCohort, make_cohort, make_enrolment, make_participant
from tests.factories_safety import make_link
from tests.integration.places import person_of
from tests.statements import counted

TODAY = date(2026, 6, 10)
Said = list[tuple[str, str, str, bool]]


async def make_group(*, side: Side = Side.SURVIVOR, starts_on: date | None = None) -> MadeCohort:
    """A group in its sixth week, half of whose twelve sessions are past today."""
    return await make_cohort(side=side, starts_on=starts_on)


async def join(
    cohort: MadeCohort,
    *,
    started_on: date | None = date(2026, 5, 6),
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE,
    ended_on: date | None = None,
    exit_reason: ExitReason | None = None,
) -> UUID:
    person = await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
    return await make_enrolment(
        cohort_id=cohort.id, participant_id=person, started_on=started_on, status=status,
        ended_on=ended_on, exit_reason=exit_reason, joined_on=started_on,
    )  # fmt: skip


async def asked(by: Actor = SYSTEM) -> Said:
    return [
        (one.timepoint.value, one.source.value, f"{one.due_on:%d %m}", one.overdue)
        for one in await due(scope=by.scope)
    ]


async def test_somebody_in_the_sixth_week_is_overdue_at_the_start_and_due_in_the_middle(
    db: None,
) -> None:
    cohort = await make_group()
    await make_taken_measure(cohort)
    await join(cohort)

    assert await asked() == [("start", "self", "06 05", True), ("middle", "self", "10 06", False)]


async def test_what_was_reported_is_asked_no_more(db: None) -> None:
    cohort = await make_group()
    first = await make_taken_measure(cohort, "first")
    second = await make_taken_measure(cohort, "second")
    enrolment_id = await join(cohort)
    await make_report(enrolment_id=enrolment_id, measure_id=first, value=4)

    found = await due(scope=SYSTEM.scope, cohort_id=cohort.id)

    assert [(one.timepoint, [item.id for item in one.measures]) for one in found] == [
        (Timepoint.START, [second]), (Timepoint.MIDDLE, [first, second]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ({"started_on": None, "status": EnrolmentStatus.ENROLLED}, []),
        ({"status": EnrolmentStatus.TRANSFERRED, "ended_on": TODAY}, []),
        (
            {
                "status": EnrolmentStatus.EXITED,
                "ended_on": TODAY,
                "exit_reason": ExitReason.HEALTH,
            },
            [("end", "self", "10 06", False)],
        ),
        (
            {"status": EnrolmentStatus.EXITED, "ended_on": TODAY, "exit_reason": ExitReason.DIED},
            [],
        ),
        (
            {"status": EnrolmentStatus.COMPLETED, "ended_on": TODAY - timedelta(days=15)},
            [("end", "self", "26 05", True)],
        ),
    ],
)
async def test_who_is_asked_depends_on_where_they_stand(
    db: None, how: dict[str, object], wanted: Said
) -> None:
    cohort = await make_group()
    await make_taken_measure(cohort)
    await join(cohort, **how)  # type: ignore[arg-type]

    assert await asked() == wanted


async def test_later_timepoints_come_after_the_end_and_after_the_start(db: None) -> None:
    """IMPACT: six months after stopping; Mirabal: twelve months after the start."""
    cohort = await make_group(starts_on=date(2025, 6, 4))
    await make_taken_measure(cohort)
    await join(
        cohort, started_on=date(2025, 6, 4), status=EnrolmentStatus.COMPLETED,
        ended_on=date(2025, 12, 3),
    )  # fmt: skip

    assert await asked() == [
        ("six_months_after", "self", "03 06", False),
        ("twelve_months_after", "self", "04 06", False),
    ]


async def test_after_ninety_days_nobody_is_chased_any_more(db: None) -> None:
    cohort = await make_group(starts_on=date(2026, 3, 11))
    await make_taken_measure(cohort, timepoints=[Timepoint.START])
    await join(cohort, started_on=date(2026, 3, 11))
    await join(cohort, started_on=date(2026, 3, 12))

    assert await asked() == [("start", "self", "12 03", True)]


async def test_agencies_are_not_chased(db: None) -> None:
    cohort = await make_group()
    await make_taken_measure(
        cohort, sources=[OutcomeSource.AGENCY, OutcomeSource.PRACTITIONER],
        timepoints=[Timepoint.START],
    )  # fmt: skip
    await join(cohort)

    assert await asked() == [("start", "practitioner", "06 05", True)]


async def test_who_continues_elsewhere_is_asked_there_and_not_for_what_was_said_before(
    db: None,
) -> None:
    cohort = await make_group()
    measure_id = await make_taken_measure(cohort)
    old = await join(
        cohort, status=EnrolmentStatus.EXITED, ended_on=date(2026, 5, 20),
        exit_reason=ExitReason.HEALTH,
    )  # fmt: skip
    await make_report(enrolment_id=old, measure_id=measure_id, value=4)
    new = await join(cohort)
    await Enrolment.update({Enrolment.continues: old}).where(Enrolment.id == new)

    found = await due(scope=SYSTEM.scope)

    assert [(one.place.enrolment_id, one.timepoint) for one in found] == [(new, Timepoint.MIDDLE)]


async def test_a_partner_who_accepted_support_is_asked_by_link_workers_only_d4(db: None) -> None:
    cohort = await make_group(side=Side.PERPETRATOR)
    await make_taken_measure(
        cohort, sources=[OutcomeSource.SELF, OutcomeSource.PARTNER],
        timepoints=[Timepoint.START],
    )  # fmt: skip
    accepted, declined = await join(cohort), await join(cohort)
    await make_partner_offer(enrolment_id=accepted, outcome=PartnerOfferOutcome.ACCEPTED)
    await make_partner_offer(enrolment_id=declined, outcome=PartnerOfferOutcome.DECLINED)
    cast = {
        role: (await make_person(role, side, organisation_id=cohort.organisation_id)).actor
        for role, side in (
            (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR),
            (Role.PARTNER_LINK_WORKER, GrantSide.BOTH),
            (Role.SAFETY_LEAD, GrantSide.BOTH),
        )
    }
    worker = cast[Role.PARTNER_LINK_WORKER]
    assert await asked(worker) == []  # no link, no partner to ask
    for enrolment_id in (accepted, declined):
        await make_link(
            perpetrator_id=await person_of(enrolment_id),
            survivor_id=await make_participant(organisation_id=cohort.organisation_id),
            recorded_by=worker.account_id,
        )
    own, partners = ("start", "self", "06 05", True), ("start", "partner", "06 05", True)

    assert {role: await asked(actor) for role, actor in cast.items()} == {
        Role.PROGRAMME_MANAGER: [own, own],
        Role.PARTNER_LINK_WORKER: [partners],
        Role.SAFETY_LEAD: [partners],
    }


async def test_only_ones_own_side_organisation_and_cohorts_are_asked_for(db: None) -> None:
    cohort = await make_group()
    await make_taken_measure(cohort, timepoints=[Timepoint.START])
    await join(cohort)
    where = cohort.organisation_id
    counts = {}
    for name, role, side, organisation_id in (
        ("manager", Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, where),
        ("other cohorts", Role.FACILITATOR, GrantSide.SURVIVOR, where),
        ("other side", Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, where),
        ("elsewhere", Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, None),
        ("who only looks", Role.SAFETY_LEAD, GrantSide.BOTH, where),
        ("without cases", Role.AUDITOR, GrantSide.NONE, where),
    ):
        person = await make_person(role, side, organisation_id=organisation_id)
        counts[name] = len(await asked(person.actor))

    assert counts == {
        "manager": 1, "other cohorts": 0, "other side": 0, "elsewhere": 0, "who only looks": 0,
        "without cases": 0,
    }  # fmt: skip


async def test_however_many_there_are_it_takes_the_same_statements(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for people in (1, 3):
        cohort = await make_group()
        await make_taken_measure(cohort)
        for _ in range(people):
            await join(cohort)
        with counted(monkeypatch) as sent:
            assert await due(scope=SYSTEM.scope)
        counts.append(len(sent))

    assert counts[0] == counts[1] == 7
