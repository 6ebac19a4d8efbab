"""Waiting lists as pages, and giving somebody a place from them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.case_terms import PartOfDay
from programmes.domain.terms import ReferralStatus
from programmes.tables import Enrolment, Participant, WaitingPass
from tests.api.forms import send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeProgramme,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
    make_venue,
)
from tests.factories_referrals import make_needs
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR, **more: Any) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)


async def waiter(
    programme: MadeProgramme,
    name: str,
    days: int,
    status: ReferralStatus = ReferralStatus.AWAITING_ALLOCATION,
    area: str = "",
) -> tuple[UUID, UUID]:
    """Somebody who has waited for so many days: the person and the referral."""
    anna = await make_participant(
        organisation_id=programme.organisation_id, side=programme.side, given_name=name
    )
    await Participant.update({Participant.area: area}).where(Participant.id == anna)
    made = await make_referral(
        participant_id=anna, programme_id=programme.id, status=status,
        received_on=clock.today() - timedelta(days=days),
    )  # fmt: skip
    return anna, made


async def test_the_list_says_how_long_and_who_is_not_ready(client: AsyncClient) -> None:
    person = await manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    await make_cohort(programme=programme, code="SF-9", starts_on=clock.today())
    petra, _ = await waiter(programme, "Petra", 40, area="Larch Vale")
    await make_needs(participant_id=petra, available=[(1, PartOfDay.EVENING)], access_needs="Lift")
    await waiter(programme, "Marisol", 7, area="Brookside")
    await waiter(programme, "Corvin", 90, ReferralStatus.ON_HOLD)
    sign_in(client, person)
    address = f"/programmes/{programme.id}/waiting-list"

    everywhere = await client.get(address)
    there = await client.get(address, params={"area": "Larch Vale"})
    page = text(everywhere)

    assert "2 people wait for a place. Median wait: 23.5 days. Longest wait: 40 days." in page
    assert page.index("Petra") < page.index("Marisol") < page.index("Corvin")
    assert page.index("Not ready for a place") < page.index("Corvin")
    assert ("Tuesday: evening" in page, "Access: Lift" in page) == (True, True)
    assert "SF-9 , from Wed 10 Jun 2026: 12 of 12 places free" in page
    assert ("Petra" in text(there), "Marisol" in text(there)) == (True, False)
    assert "1 person waits for a place. Median wait: 40 days." in text(there)
    assert title(everywhere) == "Waiting list \u2013 Programme Tracker"


async def test_an_empty_list_says_so(client: AsyncClient) -> None:
    person = await manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    sign_in(client, person)

    page = text(await client.get(f"/programmes/{programme.id}/waiting-list"))

    assert page.count("Nobody waits for a place.") == 2
    assert "Not ready" not in page


async def test_d1_a_waiting_list_of_elsewhere_is_not_there(client: AsyncClient) -> None:
    person = await manager()
    theirs = await make_programme(organisation_id=person.organisation_id, side=Side.PERPETRATOR)
    sign_in(client, person)

    answers = [
        await client.get(f"/programmes/{programme.id}/waiting-list")
        for programme in (theirs, await make_programme())
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_whoever_is_passed_over_needs_a_reason_which_is_kept(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, code="SF-9")
    busy, _ = await waiter(cohort.programme, "Busy", 60)
    await make_needs(participant_id=busy, available=[(6, PartOfDay.EVENING)])
    _, longest = await waiter(cohort.programme, "Petra", 40)
    marisol, chosen = await waiter(cohort.programme, "Marisol", 7)
    sign_in(client, person)
    address = f"/cohorts/{cohort.id}/enrol"

    refused = await send(client, address, referral_id=str(chosen))
    before = await WaitingPass.count()
    saved = await send(client, address, referral_id=str(chosen), because="Asked to wait for May")

    assert (refused.status_code, summary(refused)) == (
        400, [("because", "Enter why they are not given this place")],
    )  # fmt: skip
    assert "Waited longer, and could come: Petra Example, 40 days" in text(refused)
    assert saved.headers["location"] == f"/cohorts/{cohort.id}?saved=enrolment"
    assert [row["participant"] for row in await Enrolment.select()] == [marisol]
    (row,) = await WaitingPass.select()
    assert (before, row["referral"], row["reason"], row["recorded_by"]) == (
        0, longest, "Asked to wait for May", person.id,
    )  # fmt: skip
    kept = text(await client.get(f"/referrals/{longest}"))
    assert "Wed 10 Jun 2026, SF-9: Asked to wait for May" in kept
    audited = [event for event in await AuditEvent.select() if event["action"] == "passed_over"]
    assert ["May" in event["after"] for event in audited] == [False]


async def test_the_longest_wait_needs_no_reason(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id)
    _, longest = await waiter(cohort.programme, "Petra", 40)
    await waiter(cohort.programme, "Marisol", 7)
    sign_in(client, person)

    saved = await send(client, f"/cohorts/{cohort.id}/enrol", referral_id=str(longest))

    assert (saved.status_code, await WaitingPass.count()) == (303, 0)


async def test_a_refused_place_passes_nobody_over(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, capacity=1, enrolled=1)
    await waiter(cohort.programme, "Petra", 40)
    _, chosen = await waiter(cohort.programme, "Marisol", 7)
    sign_in(client, person)

    answer = await send(
        client, f"/cohorts/{cohort.id}/enrol", referral_id=str(chosen), because="Asked to wait"
    )

    assert (answer.status_code, 'value="Asked to wait"' in answer.text) == (409, True)
    assert await WaitingPass.count() == 0


async def test_who_is_not_ready_is_given_no_place(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id)
    _, on_hold = await waiter(cohort.programme, "Corvin", 7, ReferralStatus.ON_HOLD)
    sign_in(client, person)

    answer = await send(client, f"/cohorts/{cohort.id}/enrol", referral_id=str(on_hold))

    assert summary(answer) == [("referral_id", "This person does not wait for a place any more")]


async def test_the_page_to_add_somebody_says_whom_the_group_suits(client: AsyncClient) -> None:
    person = await manager()
    hall = await make_venue(organisation_id=person.organisation_id)
    cohort = await make_cohort(organisation_id=person.organisation_id, venue_id=hall)
    weekday = clock.today().weekday()
    for name, needs in (
        ("Petra", {"available": [(weekday, PartOfDay.MORNING)]}),
        ("Marisol", {"available": [(weekday, PartOfDay.EVENING)], "venues_to_avoid": [hall]}),
    ):
        anna, _ = await waiter(cohort.programme, name, 7)
        await make_needs(participant_id=anna, **needs)  # type: ignore[arg-type]
    sign_in(client, person)

    page = text(await client.get(f"/cohorts/{cohort.id}/enrol"))

    assert "Waited 7 days. Suitable, waiting for a place. Can come at this time." in page
    assert "Cannot come at this time. Must not come to this venue." in page


async def test_through_the_interface_a_reason_is_kept_where_it_is_given(
    client: AsyncClient,
) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id)
    _, longest = await waiter(cohort.programme, "Petra", 40)
    marisol, _ = await waiter(cohort.programme, "Marisol", 7)

    answer = await client.post(
        f"/api/v1/cohorts/{cohort.id}/enrolments",
        json={"participant_id": str(marisol), "because": "Asked to wait"},
        headers=person.headers,
    )

    kept = await client.get(f"/api/v1/referrals/{longest}", headers=person.headers)

    assert answer.status_code == 201
    assert [item["reason"] for item in kept.json()["passed_over"]] == ["Asked to wait"]


async def test_a_waiting_list_asks_for_the_same_statements_however_long(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    sign_in(client, person)
    lengths = []
    for _ in range(2):
        for days in range(4):
            await waiter(programme, "Petra", days)
        with counted(monkeypatch) as sent:
            await client.get(f"/programmes/{programme.id}/waiting-list")
        lengths.append(len(sent))

    assert lengths[0] == lengths[1]
