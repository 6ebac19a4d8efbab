"""The reports ``funding`` and ``foi-return``, and claims beside what is counted again."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError, NotFoundError
from core.reports import Basis, Marker, Question, Rate, Report, Section
from core.scope import Side
from programmes.domain.funding import Claim, ClaimedRate, FundingStatus, Paid, StatedFor
from programmes.domain.terms import EnrolmentStatus, ReferralSource, SessionStatus
from programmes.reports.claims import claimed_figures
from programmes.reports.completion import case_events
from programmes.reports.foi_return import foi_return
from programmes.reports.funding import funding
from programmes.services.claims import ClaimDetails, add_claim
from programmes.services.funding import AgreementDetails, add_agreement
from programmes.services.funding_lines import (
    LineDetails,
    StatementDetails,
    add_line,
    add_statement,
)
from programmes.tables import EqualityProfile, Referral, Session
from tests.conftest import NOW
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    MadeProgramme,
    make_cohort,
    make_enrolment,
    make_participant,
    make_programme,
    make_referral,
)

pytestmark = pytest.mark.usefixtures("db")

YEAR = (date(2025, 4, 1), date(2026, 3, 31))
LINE = LineDetails("Council", 700_000, Paid.PER_YEAR, YEAR[0], FundingStatus.CONFIRMED)


@dataclass(frozen=True)
class Service:
    """A manager, their programme and the agreement that pays for it."""

    person: Person
    programme: MadeProgramme
    agreement_id: UUID

    async def ask(self, question: Question) -> Report:
        return await funding(question, scope=self.person.actor.scope)


async def make_service(
    *, side: Side | None = Side.SURVIVOR, of_programme: bool = True, name: str = "Freedom"
) -> Service:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    programme = await make_programme(organisation_id=person.organisation_id, name=name)
    details = AgreementDetails(
        "Groups", "TDAS", programme.id if of_programme else None, YEAR[0], YEAR[1]
    )
    agreement_id = await add_agreement(person.organisation_id, side, details, by=person.actor)
    return Service(person, programme, agreement_id)


async def make_held_cohort(programme: MadeProgramme, starts_on: date) -> MadeCohort:
    cohort = await make_cohort(programme=programme, starts_on=starts_on)
    await Session.update({Session.status: SessionStatus.HELD}).where(Session.cohort == cohort.id)
    return cohort


async def make_case(
    cohort: MadeCohort,
    received_on: date,
    *,
    source: ReferralSource = ReferralSource.SELF,
    sex: str = "",
    started: bool = True,
    completed: bool = False,
) -> None:
    """Somebody referred, and the place that came of it: 14 days later unless they never started."""
    person = await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)
    referral = await make_referral(
        participant_id=person, programme_id=cohort.programme.id, received_on=received_on
    )
    await Referral.update(
        {Referral.source: source, Referral.assessed_on: received_on, Referral.suitable: started}
    ).where(Referral.id == referral)
    if sex:
        await EqualityProfile(participant=person, sex=sex, updated_at=NOW).save()
    if started:
        started_on = received_on + timedelta(days=14)
        await make_enrolment(
            cohort_id=cohort.id, participant_id=person, referral_id=referral,
            joined_on=started_on, started_on=started_on,
            status=EnrolmentStatus.COMPLETED if completed else EnrolmentStatus.ACTIVE,
            ended_on=started_on + timedelta(days=70) if completed else None,
        )  # fmt: skip


def only(report: Report) -> Section:
    (section,) = report.sections
    return section


async def test_s1_an_hour_of_the_freedom_programme_costs_97_pounds_22() -> None:
    service = await make_service()
    await add_line(service.agreement_id, LINE, by=service.person.actor)
    principle = replace(LINE, status=FundingStatus.IN_PRINCIPLE)
    await add_line(service.agreement_id, principle, by=service.person.actor)
    for month in (4, 9, 12):
        cohort = await make_held_cohort(service.programme, date(2025, month, 8))
        await make_case(cohort, date(2025, month, 8), completed=month != 9)
    await make_held_cohort(service.programme, date(2026, 4, 1))

    report = await service.ask(Question(*YEAR, group_by=("programme",)))

    section = only(report)
    assert (section.heading, section.side) == ("Survivors: Freedom Programme", "survivor")
    assert section.rows == (
        ("Freedom", 700_000, 3, 2, Decimal("72.0"), 233_333, 350_000, 9_722),
    )  # fmt: skip
    assert report.question.basis is Basis.FLOW
    assert report.data_quality == (
        "Contributions agreed in principle only, which count in no cost: 1",
    )


async def test_a_cost_counts_until_today_and_nothing_is_divided_by_none() -> None:
    service = await make_service()
    begins = NOW.date() - timedelta(days=72)
    yearly = replace(LINE, amount_pence=36_500, from_on=begins, to_on=NOW.date().replace(year=2030))
    await add_line(service.agreement_id, yearly, by=service.person.actor)

    report = await service.ask(Question(group_by=("programme",)))

    nothing = Marker.NOT_APPLICABLE
    assert only(report).rows == (
        ("Freedom", 7_300, 0, 0, Decimal("0.0"), nothing, nothing, nothing),
    )  # fmt: skip


async def test_programmes_of_one_name_are_told_apart() -> None:
    service = await make_service()
    everywhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True)
    other = await make_service()
    for one in (service, other):
        await add_line(one.agreement_id, LINE, by=one.person.actor)

    report = await funding(Question(group_by=("programme",)), scope=everywhere.actor.scope)

    assert {row[0] for row in only(report).rows} == {
        f"Freedom ({str(one.programme.id)[-4:]})" for one in (service, other)
    }


async def test_contributions_stand_with_when_they_end_and_what_falls_into_the_period() -> None:
    service = await make_service(of_programme=False)
    by = service.person.actor
    await add_line(service.agreement_id, replace(LINE, to_on=date(2026, 9, 30)), by=by)
    principle = replace(LINE, contributor="Police", status=FundingStatus.IN_PRINCIPLE)
    await add_line(service.agreement_id, principle, by=by)
    endless = AgreementDetails("Coordinator")
    shared = await add_agreement(service.person.organisation_id, None, endless, by=by)
    await add_line(shared, replace(LINE, paid=Paid.ONCE), by=by)

    report = await service.ask(Question(date(2025, 4, 1), date(2026, 3, 31)))

    side, whole = report.sections
    assert [section.heading for section in report.sections] == [
        "Survivors: no one programme", "The whole service",
    ]  # fmt: skip
    assert [(row[0], row[7], row[8], row[10]) for row in side.rows] == [
        ("Council", date(2026, 9, 30), "yes", 700_000),
        ("Police", date(2026, 3, 31), "no", 700_000),
    ]
    assert side.totals is not None
    assert side.totals[-1] == 700_000
    assert [(row[0], row[7], row[8], row[10]) for row in whole.rows] == [
        ("Council", Marker.UNAVAILABLE, "no", 700_000)
    ]
    assert "Contributions without a last day: 1" in report.data_quality
    (_, all_of_it) = (await service.ask(Question())).sections
    assert all_of_it.totals is not None
    assert all_of_it.totals[-1] == 700_000


async def test_a_total_is_rounded_once_and_says_that_its_rows_may_add_up_to_another() -> None:
    """C7, section 3: a day of 1.00 a year is 0.27 pence; three of them are 0.82, so a penny."""
    service = await make_service()
    for _ in range(3):
        await add_line(
            service.agreement_id, replace(LINE, amount_pence=100), by=service.person.actor
        )

    report = await service.ask(Question(YEAR[0], YEAR[0]))

    section = only(report)
    assert section.totals is not None
    assert ([row[-1] for row in section.rows], section.totals[-1]) == ([0, 0, 0], 1)
    assert any("rounded once" in sentence for sentence in report.definitions)


async def test_s27_stated_totals_stand_beside_the_sums_of_their_lines() -> None:
    service = await make_service()
    by = service.person.actor
    ids = tuple(
        [
            await add_line(service.agreement_id, replace(LINE, amount_pence=pounds * 100), by=by)
            for pounds in (941_511, 16_000, 50_000, 133_800, 287_077)
        ]
    )
    stated = StatementDetails(
        "Total", 142_838_300, StatedFor.ONE_YEAR, "Cabinet report", date(2025, 4, 15), ids
    )
    await add_statement(service.agreement_id, stated, by=by)
    endless = await add_agreement(
        service.person.organisation_id, Side.SURVIVOR, AgreementDetails("Line"), by=by
    )
    line = await add_line(endless, LINE, by=by)
    await add_agreement(service.person.organisation_id, None, AgreementDetails("Post"), by=by)
    whole = replace(stated, stated_for=StatedFor.WHOLE_TIME, line_ids=(line,))
    await add_statement(endless, whole, by=by)

    report = await service.ask(Question(group_by=("document",)))

    unknown = Marker.UNAVAILABLE
    assert [row[5:] for row in report.rows] == [
        (142_838_300, 142_838_800, -500),
        (142_838_300, unknown, unknown),
    ]
    assert report.data_quality[0] == "Stated totals that differ from the sum of their lines: 1"


async def test_the_funding_report_is_of_one_thing_and_of_ones_own_side() -> None:
    service = await make_service()
    await add_line(service.agreement_id, LINE, by=service.person.actor)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR,
        organisation_id=service.person.organisation_id,
    )  # fmt: skip

    with pytest.raises(InvalidInputError):
        await service.ask(Question(group_by=("contributor", "programme")))
    with pytest.raises(NotFoundError):
        await funding(Question(programme_id=service.programme.id), scope=other.actor.scope)
    with pytest.raises(NotFoundError):
        await funding(Question(cohort_id=service.programme.id), scope=other.actor.scope)
    assert (await funding(Question(), scope=other.actor.scope)).sections == ()
    assert len((await service.ask(Question(programme_id=service.programme.id))).rows) == 1


async def test_the_ten_questions_are_answered_by_who_referred_and_by_sex() -> None:
    service = await make_service()
    await add_line(service.agreement_id, LINE, by=service.person.actor)
    cohort = await make_held_cohort(service.programme, date(2025, 6, 2))
    day = date(2025, 5, 19)
    await make_case(cohort, day, sex="female", completed=True)
    await make_case(cohort, day, sex="female")
    await make_case(cohort, day, source=ReferralSource.POLICE, started=False)

    scope = service.person.actor.scope
    by_both = await foi_return(Question(*YEAR), scope=scope)
    flow = await foi_return(
        Question(*YEAR, basis=Basis.FLOW, group_by=("self_or_agency",)), scope=scope
    )

    by_source, by_sex = by_both.sections
    not_parted, not_held = Marker.NOT_APPLICABLE, Marker.UNAVAILABLE
    self_referred = (2, 2, 2, 2, 1, 0, 0, 1, Decimal("14.0"), not_parted, not_held)
    by_agency = (1, 1, 0, 0, 0, 0, 0, 0, not_parted, not_parted, not_held)
    assert by_source.rows == (("agency", "", *by_agency), ("self", "", *self_referred))
    assert by_sex.rows == (("", "female", *self_referred), ("", "not_asked", *by_agency))
    everybody = (3, 3, 2, 2, 1, 0, 0, 1, Decimal("14.0"), 700_000, not_held)
    assert by_source.totals == ("All", "", *everybody)
    assert by_sex.totals == ("", "All", *everybody)
    assert (by_source.sensitive, by_sex.sensitive) == (False, True)
    assert not only(flow).sensitive
    assert [column.key for column in flow.columns if column.key == "active"] == []
    assert only(flow).totals == ("All", 3, 3, 2, 2, 1, 0, 0, Decimal("14.0"), 700_000, not_held)


async def test_what_is_not_held_is_said_of_costs_too() -> None:
    service = await make_service(of_programme=False)
    cohort = await make_held_cohort(service.programme, date(2025, 6, 2))
    await make_case(cohort, date(2025, 5, 19), started=False)

    by_sex = Question(*YEAR, group_by=("sex",))
    report = await foi_return(by_sex, scope=service.person.actor.scope)

    assert only(report).totals is not None
    assert only(report).totals[-3:] == (  # type: ignore[index] - said just now
        Marker.NOT_APPLICABLE, Marker.UNAVAILABLE, Marker.UNAVAILABLE,
    )  # fmt: skip


async def test_s19_a_claim_stands_beside_what_the_records_say_by_its_day() -> None:
    service = await make_service()
    by, where = service.person.actor, service.person.organisation_id
    cohort = await make_held_cohort(service.programme, date(2025, 6, 2))
    for completed in (True, False, False):
        await make_case(cohort, date(2025, 5, 19), completed=completed)
    await make_case(cohort, date(2026, 5, 19))
    said = Claim(116, 490, is_floor=True, percent=Decimal("24.0"))
    referrals = ClaimDetails(
        ClaimedRate.COMPLETIONS_PER_REFERRAL, said, "Strategy", date(2026, 3, 31),
        service.programme.id,
    )  # fmt: skip
    for details in (
        referrals,
        replace(referrals, what=ClaimedRate.COMPLETIONS_PER_CLOSED_START),
        replace(referrals, as_at_on=date(2020, 1, 1)),
        replace(referrals, as_at_on=date(2019, 1, 1), programme_id=None, claim=Claim(1, 2)),
        replace(referrals, as_at_on=date(2025, 5, 20), what=ClaimedRate.COMPLETIONS_PER_START),
    ):
        await add_claim(where, Side.SURVIVOR, details, by=by)

    found = await claimed_figures(case_events(), Question(), scope=by.scope)

    elsewhere = Question(organisation_id=(await make_service()).person.organisation_id)
    assert await claimed_figures(case_events(), elsewhere, scope=by.scope) == ()
    closed, first, unstarted, unknown, side = found
    assert first.claimed == Rate(116, 490, at_most=True)
    assert (first.claimed.percent, first.recomputed) == ("23.7", Rate(1, 3))
    assert first.what == "Freedom: Completions of referrals (R1), stated as 24.0%"
    assert closed.recomputed == Rate(1, 1)
    assert (unstarted.recomputed, unknown.recomputed) == (Marker.UNAVAILABLE,) * 2
    assert (side.what, side.recomputed) == (
        "All programmes: Completions of referrals (R1)", Marker.NOT_APPLICABLE,
    )  # fmt: skip
