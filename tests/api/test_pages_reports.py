"""Reports, as pages and as files."""

import re
from datetime import date
from html import unescape

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from programmes.domain.funding import FundingStatus, Paid
from programmes.domain.terms import EnrolmentStatus, ExitReason
from programmes.services.funding import AgreementDetails, add_agreement
from programmes.services.funding_lines import LineDetails, add_line
from tests.api.forms import sign_in, summary, text, title
from tests.factories import make_organisation, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_enrolment,
    make_participant,
    make_programme,
    make_referral,
)
from tests.factories_training import make_course, make_requirement, make_staff
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

STARTED = date(2026, 4, 1)


async def referred(
    cohort: MadeCohort, status: EnrolmentStatus, reason: ExitReason | None = None
) -> None:
    """Somebody who was referred on 1 March, has started and stands where ``status`` says."""
    participant_id = await make_participant(
        organisation_id=cohort.organisation_id, side=cohort.side
    )
    referral_id = await make_referral(
        participant_id=participant_id, programme_id=cohort.programme.id,
        received_on=date(2026, 3, 1),
    )  # fmt: skip
    open_still = status is EnrolmentStatus.ACTIVE
    await make_enrolment(
        cohort_id=cohort.id, participant_id=participant_id, referral_id=referral_id,
        status=status, started_on=STARTED, ended_on=None if open_still else date(2026, 6, 1),
        exit_reason=reason,
    )  # fmt: skip


async def a_cohort(name: str = "Freedom", side: Side = Side.SURVIVOR) -> MadeCohort:
    programme = await make_programme(name=name, side=side)
    cohort = await make_cohort(programme=programme, code="=FP 1")
    await referred(cohort, EnrolmentStatus.COMPLETED)
    await referred(cohort, EnrolmentStatus.ACTIVE)
    await referred(cohort, EnrolmentStatus.EXITED, ExitReason.DIED)
    await referred(cohort, EnrolmentStatus.EXITED, ExitReason.DISENGAGED)
    return cohort


async def test_each_person_finds_the_reports_that_they_may_run(client: AsyncClient) -> None:
    found = []
    for role, side in (
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), (Role.WORKFORCE_LEAD, GrantSide.NONE)
    ):  # fmt: skip
        sign_in(client, await make_person(role, side))
        page = (await client.get("/reports")).text
        found.append(("/reports/completion" in page, "/reports/training-compliance" in page))

    assert found == [(True, False), (False, True)]


async def test_completion_shows_every_rate_with_its_counts(client: AsyncClient) -> None:
    """C3: R1 1/4, R2 1/4, R3 1/(4-1-1)."""
    await a_cohort()
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True))

    response = await client.get("/reports/completion")
    page = text(response)

    few = "[u] small base 95% interval"
    r1, r3 = f"25.0% (1 of 4) {few} 4.6% to 69.9%", f"50.0% (1 of 2) {few} 9.5% to 90.5%"
    assert f"Freedom 4 0 0 4 1 1 1 1 2 {r1} {r1} {r3}" in page
    assert "All 4 0 0 4 1 1 1 1 2" in page
    assert "Survivors: Freedom Programme. From the beginning to 10 June 2026" in page
    assert "R1 = completed / referred" in page
    assert "R1 completed of referred: Completed / Referred" in page
    assert "[z] not applicable" in page
    assert 'href="/data-quality"' in response.text
    assert title(response) == "Completion \u2013 Programme Tracker"


async def test_completion_by_cohort_in_a_period(client: AsyncClient) -> None:
    await a_cohort()
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True))
    until = "to-day=28&to-month=2&to-year=2026"
    since = "from-day=1&from-month=3&from-year=2026"

    before = text(await client.get(f"/reports/completion?{until}"))
    after = await client.get(f"/reports/completion?{since}&group_by=cohort")

    assert "There is nothing to count." in before
    assert "=FP 1 4 0 0 4" in text(after)
    assert 'value="cohort" checked' in after.text
    assert f'href="/reports/completion/csv?{since}&group_by=cohort"' in unescape(after.text)


async def test_the_file_has_the_same_figures_and_no_formula(client: AsyncClient) -> None:
    await a_cohort()
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True))

    response = await client.get("/reports/completion/csv?group_by=cohort")

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="completion.csv"'
    assert '"Freedom","\'=FP 1","4"' in response.text
    assert '"1","2","50.0"' in response.text
    workbook = await client.get("/reports/completion/xlsx")
    assert workbook.content.startswith(b"PK")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from-day=31&from-month=2&from-year=2026", "from"),
        ("from-day=2&from-month=3&from-year=2026&to-day=1&to-month=3&to-year=2026", "to"),
        ("group_by=age", "group_by"),
    ],
)
async def test_a_wrong_question_keeps_what_was_typed(
    client: AsyncClient, query: str, field: str
) -> None:
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR))

    response = await client.get(f"/reports/completion?{query}")
    file = await client.get(f"/reports/completion/csv?{query}")

    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert ('value="2026"' in response.text) is ("2026" in query)
    assert file.status_code == 400


async def test_the_other_side_is_in_no_figure(client: AsyncClient) -> None:
    await a_cohort("Behaviour change", Side.PERPETRATOR)
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True))

    page = text(await client.get("/reports/completion"))
    file = (await client.get("/reports/completion/csv")).text

    assert ("Behaviour change" in page, "There is nothing to count." in page) == (False, True)
    assert "Behaviour change" not in file


async def test_training_compliance_says_its_colour_in_a_word(client: AsyncClient) -> None:
    person = await make_person(Role.WORKFORCE_LEAD)
    await make_staff(organisation_id=person.organisation_id)
    await make_requirement(await make_course())
    sign_in(client, person)

    response = await client.get("/reports/training-compliance?group_by=requirement")

    assert 'class="govuk-tag govuk-tag--red">' in response.text
    assert "0.0% (0 of 1)" in text(response)
    assert 'name="from-day"' not in response.text


@pytest.mark.parametrize("ending", ["", "/csv"])
async def test_a_report_that_is_not_there_or_not_ones_own_is_not_found(
    client: AsyncClient, ending: str
) -> None:
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR))

    answers = [
        (await client.get(f"/reports/{slug}{ending}")).status_code
        for slug in ("unheard-of", "training-compliance")
    ]

    assert answers == [404, 404]


@pytest.mark.parametrize("path", ["/reports", "/reports/completion", "/reports/completion/csv"])
async def test_without_the_permission_there_is_no_report(client: AsyncClient, path: str) -> None:
    sign_in(client, await make_person(Role.COMMISSIONER, GrantSide.BOTH))

    assert (await client.get(path)).status_code == 403


async def test_training_compliance_is_of_the_organisation_chosen(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    here, there = [await make_organisation(name=name) for name in ("Here", "There")]
    await make_requirement(await make_course())
    for place in (here, there):
        await make_staff(organisation_id=place)
    client.cookies.update(lead.cookies)
    address = "/reports/training-compliance?organisation="

    page = (await client.get(f"{address}{here}")).text
    wrong = await client.get(f"{address}x")
    nowhere = await client.get(f"{address}00000000-0000-7000-8000-000000000000")

    assert re.search(r"<option value=\"[^\"]+\" selected>\s*Here", page)
    assert "There</td>" not in page
    assert (wrong.status_code, nowhere.status_code) == (400, 404)
    assert "Select an organisation" in wrong.text


async def test_a_quarter_is_asked_for_by_its_name_and_what_was_chosen_stays(
    client: AsyncClient,
) -> None:
    cohort = await a_cohort()
    await a_cohort("Own group")
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True))
    one = f"period=last-quarter&basis=flow&group_by=quarter&programme={cohort.programme.id}"

    response = await client.get(f"/reports/completion?{one}")
    page = text(response)

    assert "Q4 2025/26, 1 January 2026 to 31 March 2026" in page
    assert "Q4 2025/26 4 0 0 0 0" in page  # they were referred in it, and started after it
    for chosen in (
        'value="last-quarter" checked',
        'value="flow" checked',
        'value="quarter" checked',
    ):
        assert chosen in response.text
    assert re.search(r"<option value=\"[^\"]+\" selected>\s*Freedom", response.text)
    assert f"/reports/completion/xlsx?{one}" in unescape(response.text)


async def test_each_section_has_its_picture_at_an_address_of_its_own(client: AsyncClient) -> None:
    await a_cohort()
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, everywhere=True))

    page = unescape((await client.get("/reports/completion?group_by=cohort&section=9")).text)
    address = "/reports/completion/chart.svg?group_by=cohort&section=1"
    chart = await client.get(address)
    others = [
        (await client.get(f"/reports/completion/chart.svg?section={section}")).status_code
        for section in ("2", "0", "x", "-1", "1111")
    ]

    assert f'<img src="{address}"' in page
    assert chart.headers["content-type"].startswith("image/svg+xml")
    assert chart.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Completion by programme and cohort" in chart.text
    assert "25.0% (1 of 4)" in chart.text
    assert others == [404] * 5
    assert "<img" not in (await client.get("/reports/funding")).text


async def test_a_page_and_its_pictures_are_one_run_of_the_report(
    client: AsyncClient, now: FixedClock
) -> None:
    """A picture shows what its page does; asked for later, or by somebody else, it is run anew."""
    cohort = await a_cohort()
    person = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )
    other = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    sign_in(client, person)
    picture = "/reports/completion/chart.svg?basis=flow&section=1"

    await client.get("/reports/completion?basis=flow")
    first = await client.get(picture)
    assert (first.status_code, await runs()) == (200, 1)
    sign_in(client, other)
    assert (await client.get(picture)).status_code == 404
    assert await runs() == 2
    sign_in(client, person)
    now.advance(minutes=2)
    assert (await client.get(picture)).text == first.text
    assert await runs() == 3


async def runs() -> int:
    return int(await AuditEvent.count().where(AuditEvent.action == "report_run"))


async def test_what_does_not_fit_in_funding_is_looked_for_in_funding(client: AsyncClient) -> None:
    for role, address in ((Role.PROGRAMME_MANAGER, "/funding"), (Role.FACILITATOR, "")):
        person = await make_person(role, GrantSide.SURVIVOR)
        where, by = person.organisation_id, SYSTEM
        agreement = await add_agreement(where, Side.SURVIVOR, AgreementDetails("Groups"), by=by)
        line = LineDetails("Council", 100, Paid.ONCE, STARTED, FundingStatus.IN_PRINCIPLE)
        await add_line(agreement, line, by=by)
        sign_in(client, person)

        page = await client.get("/reports/funding")

        found = re.findall(r'href="([^"]*)">See what does not fit together', page.text)
        assert found == ([address] if address else [])
        assert "Money is given to programmes, and of no one group" in text(page)


@pytest.mark.parametrize(
    "query", ["period=x", "basis=x", "programme=x", "organisation=x", "cohort=x"]
)
async def test_what_cannot_be_chosen_is_named(client: AsyncClient, query: str) -> None:
    sign_in(client, await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR))

    response = await client.get(f"/reports/completion?{query}")

    assert (response.status_code, summary(response)[0][0]) == (400, query.partition("=")[0])
