"""The partner-contact offer over HTTP, as JSON and as pages (D8)."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from programmes.domain.terms import ReferralStatus
from tests.api.forms import day, send, sign_in, summary, text
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort
from tests.integration.places import make_member, referral_status
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")

BODY = {
    "version": 0, "outcome": "declined", "offered_on": "2026-06-09",
    "basic_information_given": True,
}  # fmt: skip


async def make_started() -> tuple[MadeCohort, UUID, UUID]:
    """A perpetrators' cohort with somebody who has started without the offer."""
    cohort = await make_cohort(side=Side.PERPETRATOR, code="Group A")
    member, referral = await make_member(
        cohort, attended=(1,), referral_status=ReferralStatus.SCHEDULED
    )
    return cohort, member, referral


async def somebody(role: Role, side: GrantSide, cohort: MadeCohort) -> Person:
    return await make_person(role, side, organisation_id=cohort.organisation_id)


async def test_a_link_worker_records_the_offer_and_reads_what_came_of_it(
    client: AsyncClient,
) -> None:
    cohort, member, referral = await make_started()
    worker = await somebody(Role.PARTNER_LINK_WORKER, GrantSide.BOTH, cohort)
    address = f"/api/v1/enrolments/{member}/partner-offer"

    before = await client.get(address, headers=worker.headers)
    saved = await client.post(address, json=BODY, headers=worker.headers)
    after = await client.get(address, headers=worker.headers)
    stale = await client.post(address, json=BODY, headers=worker.headers)
    events = await audit.events(scope=SYSTEM.scope, cursor=Cursor(), subject=member)

    assert (before.json()["outcome"], before.json()["version"]) == (None, 0)
    assert (saved.status_code, stale.status_code) == (204, 409)
    assert (after.json()["outcome"], after.json()["version"]) == ("declined", 1)
    assert await referral_status(referral) == "on_programme"
    assert [event.action for event in events.items] == [
        "enrolment_viewed", "partner_offer_recorded", "enrolment_viewed",
    ]  # fmt: skip


async def test_the_perpetrators_side_learns_that_it_is_recorded_and_no_more(
    client: AsyncClient,
) -> None:
    """D8."""
    cohort, member, _ = await make_started()
    manager = await somebody(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, cohort)
    lead = await somebody(Role.SAFETY_LEAD, GrantSide.BOTH, cohort)
    address = f"/api/v1/enrolments/{member}"
    sign_in(client, manager)

    answers = []
    for _ in range(2):
        progress = await client.get(f"{address}/progress", headers=manager.headers)
        page = await client.get(f"/enrolments/{member}")
        answers.append((progress.json()["partner_offer_recorded"], "Not recorded yet" in page.text))
        await client.post(f"{address}/partner-offer", json=BODY, headers=lead.headers)
    refused = [
        await client.get(f"{address}/partner-offer", headers=manager.headers),
        await client.post(f"{address}/partner-offer", json=BODY, headers=manager.headers),
        await client.get(f"/enrolments/{member}/partner-offer"),
        await client.get("/partner-offers"),
    ]

    assert answers == [(False, True), (True, False)]
    assert "declined" not in (page.text + progress.text).lower()
    assert [response.status_code for response in refused] == [403] * 4


async def test_survivors_have_no_offer(client: AsyncClient) -> None:
    cohort = await make_cohort()
    member, _ = await make_member(cohort)
    worker = await somebody(Role.PARTNER_LINK_WORKER, GrantSide.BOTH, cohort)
    manager = await somebody(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, cohort)
    address = f"/api/v1/enrolments/{member}"

    offer = await client.get(f"{address}/partner-offer", headers=worker.headers)
    progress = await client.get(f"{address}/progress", headers=manager.headers)

    assert offer.status_code == 404
    assert progress.json()["partner_offer_recorded"] is None


async def test_another_organisation_finds_nothing(client: AsyncClient) -> None:
    _, member, _ = await make_started()
    worker = await make_person(Role.PARTNER_LINK_WORKER, GrantSide.BOTH)
    sign_in(client, worker)

    answers = [
        await client.get(f"/api/v1/enrolments/{member}/partner-offer", headers=worker.headers),
        await client.post(
            f"/api/v1/enrolments/{member}/partner-offer", json=BODY, headers=worker.headers
        ),
        await client.get(f"/enrolments/{member}/partner-offer"),
        await send(client, f"/enrolments/{member}/partner-offer", outcome="declined"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "Every offer is recorded" in text(await client.get("/partner-offers"))


async def test_the_offer_is_recorded_on_its_page(client: AsyncClient) -> None:
    cohort, member, referral = await make_started()
    worker = await somebody(Role.PARTNER_LINK_WORKER, GrantSide.BOTH, cohort)
    sign_in(client, worker)
    address = f"/enrolments/{member}/partner-offer"

    listed = await client.get("/partner-offers")
    nothing = await send(client, address, version="0")
    typed = {
        "outcome": "not_safe", "basic_information_given": "no", **day("offered_on", "2026-06-09")
    }  # fmt: skip
    saved = await send(client, address, version="0", **typed)
    stale = await send(client, address, version="0", **typed)
    form = await client.get(address)

    assert address in listed.text
    assert "No offer recorded: 1" in text(listed)
    assert [field for field, _ in summary(nothing)] == [
        "outcome", "offered_on", "basic_information_given",
    ]  # fmt: skip
    assert (saved.status_code, stale.status_code) == (303, 409)
    assert 'value="not_safe" checked' in form.text
    assert 'name="version" value="1"' in form.text
    assert await referral_status(referral) == "on_programme"


async def test_today_names_who_started_without_the_offer(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D8."""
    cohort, member, _ = await make_started()
    worker = await somebody(Role.PARTNER_LINK_WORKER, GrantSide.BOTH, cohort)
    manager = await somebody(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, cohort)
    survivors = await somebody(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, cohort)
    pages = []
    for person in (worker, manager, survivors):
        sign_in(client, person)
        pages.append(await client.get("/"))
    sign_in(client, worker)
    numbers = []
    for _ in range(2):
        with counted(monkeypatch) as sent:
            await client.get("/")
        numbers.append(len(sent))
        await make_member(cohort, attended=(2,), referral_status=ReferralStatus.SCHEDULED)

    found = ["Partner-contact offer not recorded" in page.text for page in pages]
    assert found == [True, True, False]
    assert f'href="/enrolments/{member}/partner-offer"' in pages[0].text
    assert f'href="/enrolments/{member}"' in pages[1].text
    assert numbers[0] == numbers[1]
