"""Criteria on programmes and referrals, why a referral changes, and one person's plan, as pages."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM
from programmes.domain.eligibility import Criteria
from programmes.domain.terms import EnrolmentStatus, Mandate
from programmes.queries import programmes as queries
from programmes.queries.amendments import amendments_of
from programmes.queries.progress import enrolment
from programmes.tables import Enrolment
from tests.api.forms import fields_of, saved_version, send, sign_in, summary, text, title
from tests.api.test_pages_programmes import a_programme
from tests.factories import Person, make_person
from tests.factories_programmes import (
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_programme,
    make_referral,
)
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")
CRITERIA = Criteria(18, ("Larch Vale", "Elm End"), (Mandate.LICENCE,))


async def manager(side: GrantSide = GrantSide.SURVIVOR, **more: Any) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)


async def referred(person: Person, criteria: Criteria = CRITERIA) -> UUID:
    made = await make_programme(organisation_id=person.organisation_id, criteria=criteria)
    anna = await make_participant(organisation_id=person.organisation_id, born_on=date(1987, 11, 5))
    return await make_referral(participant_id=anna, programme_id=made.id)


async def test_a_programme_is_added_with_whom_it_is_for(client: AsyncClient) -> None:
    sign_in(client, await manager())

    response = await send(
        client, "/programmes/new",
        **a_programme(
            min_age="18", areas=" Larch Vale \r\n\r\nElm End", mandates=["licence", "court_order"]
        ),
    )  # fmt: skip
    page = text(await client.get(response.headers["location"]))

    (stored,) = await queries.programmes(scope=SYSTEM.scope)
    assert stored.criteria == Criteria(
        18, ("Larch Vale", "Elm End"), (Mandate.COURT_ORDER, Mandate.LICENCE)
    )
    assert (
        "Whom it is for From 18 years; Areas: Larch Vale, Elm End;"
        " Attending by: court order, licence"
    ) in page


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"min_age": "0"}, "min_age"),
        ({"min_age": "adult"}, "min_age"),
        ({"areas": "Elm End\nelm end"}, "areas"),
        ({"areas": "a" * 81}, "areas"),
        ({"areas": "a" * 5000}, "areas"),
        ({"mandates": ["licence", "other"]}, "mandates"),
    ],
)
async def test_wrong_criteria_keep_what_was_typed(
    client: AsyncClient, changed: dict[str, Any], field: str
) -> None:
    sign_in(client, await manager())
    typed = {"min_age": "18", "areas": "Brookside", "mandates": ["licence"], **changed}

    response = await send(client, "/programmes/new", **a_programme(**typed))

    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert 'value="licence" checked' in response.text
    sent_back = fields_of(response)
    assert (sent_back["min_age"], sent_back["areas"].strip()) == (typed["min_age"], typed["areas"])
    assert await queries.programmes(scope=SYSTEM.scope) == ()


async def test_a_new_version_begins_with_the_criteria_of_the_newest(client: AsyncClient) -> None:
    person = await manager()
    made = await make_programme(organisation_id=person.organisation_id, criteria=CRITERIA)
    sign_in(client, person)
    address = f"/programmes/{made.id}/versions/new"
    form = await client.get(address)
    sent = {**fields_of(form), "action": "save", "cost": "7,000"}

    more = await send(client, address, **{**sent, "action": "more", "mandates": ["voluntary"]})
    saved = await send(client, address, **{**sent, "min_age": "21"})

    assert 'value="voluntary" checked' in more.text
    assert saved.status_code == 303
    newest = await queries.programme(made.id, scope=SYSTEM.scope)
    assert (newest.version_number, newest.criteria) == (
        2, Criteria(21, CRITERIA.areas, CRITERIA.mandates),
    )  # fmt: skip


async def test_a_referral_and_its_assessment_say_in_words_what_is_met(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)

    pages = [text(await client.get(f"/referrals/{made}{end}")) for end in ("", "/assess")]

    for page in pages:
        assert "Met Is 18 or older" in page
        assert "Not known The programme is for Larch Vale, Elm End; no area is recorded" in page
        assert "Not met Why they attend: voluntary; the programme takes: licence" in page
    assert "say why" in pages[1]


async def test_a_programme_for_anybody_says_nothing_of_it(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person, Criteria())
    sign_in(client, person)

    pages = [text(await client.get(f"/referrals/{made}{end}")) for end in ("", "/assess")]

    assert ["Whom the programme is for" in page for page in pages] == [False, False]
    assert "Note (optional)" in pages[1]


async def test_suitable_all_the_same_asks_for_a_note_and_loses_nothing(
    client: AsyncClient,
) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    address = f"/referrals/{made}/assess"
    sent = {**fields_of(await client.get(address)), "outcome": "suitable"}

    refused = await send(client, address, **sent)
    saved = await send(client, address, **{**sent, "note": "A licence is to follow"})

    ((field, message),) = summary(refused)
    assert (refused.status_code, field) == (400, "note")
    assert "voluntary" in message
    assert 'value="suitable" checked' in refused.text
    assert saved.status_code == 303


async def test_a_change_of_a_referral_asks_why_and_shows_it(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    address = f"/referrals/{made}/edit"
    sent = {**fields_of(await client.get(address)), "source": "police", "referrer_name": "Morgan"}

    refused = await send(client, address, **sent)
    saved = await send(client, address, **{**sent, "amendment_reason": "Misheard"})
    page = text(await client.get(saved.headers["location"]))

    assert (refused.status_code, summary(refused)) == (
        400, [("amendment_reason", "Enter why what was recorded changes")],
    )  # fmt: skip
    assert fields_of(refused)["referrer_name"] == "Morgan"
    assert "Who referred Before: Self After: Police Misheard" in page
    assert "Name of the referrer Before: Nothing After: Morgan Misheard" in page
    assert len(await amendments_of(made, scope=SYSTEM.scope)) == 2


async def test_a_plan_is_recorded_and_shown_with_what_was_attended(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    person = await manager(organisation_id=cohort.organisation_id)
    (place,) = cohort.enrolment_ids
    for unit in (1, 2):
        await make_mark(session_id=cohort.session_ids[unit], enrolment_id=place)
    sign_in(client, person)
    address = f"/enrolments/{place}"
    before = await client.get(address)
    form = await client.get(f"{address}/plan")

    saved = await send(
        client, f"{address}/plan", version=saved_version(form), planned_sessions="10",
        plan="Safety, and the children",
    )  # fmt: skip
    page = text(await client.get(saved.headers["location"]))
    again = fields_of(await client.get(f"{address}/plan"))

    assert f'href="{address}/plan"' in before.text
    assert "planned for this person" not in text(before)
    assert "2 of 10 sessions planned for this person attended" in page
    assert "What it is for Safety, and the children" in page
    assert (again["planned_sessions"], again["plan"].strip()) == ("10", "Safety, and the children")
    assert title(form) == "Their plan \u2013 Programme Tracker"


async def test_a_refused_plan_loses_nothing_and_a_stale_one_can_be_saved(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await manager(organisation_id=cohort.organisation_id))
    (place,) = cohort.enrolment_ids
    address = f"/enrolments/{place}/plan"

    wrong = await send(client, address, version="1", planned_sessions="0", plan="p" * 501)
    await Enrolment.update({Enrolment.version: 3}).where(Enrolment.id == place)
    stale = await send(client, address, version="1", planned_sessions="10", plan="Safety")
    again = await send(client, address, version=saved_version(stale), planned_sessions="10")

    assert [field for field, _ in summary(wrong)] == ["planned_sessions", "plan"]
    assert fields_of(wrong)["planned_sessions"] == "0"
    assert (stale.status_code, fields_of(stale)["plan"].strip()) == (409, "Safety")
    assert again.status_code == 303
    assert (await enrolment(place, scope=SYSTEM.scope)).member.planned_sessions == 10


async def test_d1_the_plan_of_somebody_elsewhere_is_not_there(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    organisation_id = cohort.organisation_id
    (place,) = cohort.enrolment_ids
    ended = await make_enrolment(
        cohort_id=cohort.id, status=EnrolmentStatus.COMPLETED, ended_on=date(2026, 6, 1)
    )
    answers = []
    for person in (
        await manager(GrantSide.PERPETRATOR, organisation_id=organisation_id),
        await manager(),
        await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id),
    ):
        sign_in(client, person)
        answers.append((await client.get(f"/enrolments/{place}/plan")).status_code)
        answers.append(
            (await send(client, f"/enrolments/{place}/plan", planned_sessions="9")).status_code
        )
    sign_in(client, await manager(organisation_id=organisation_id))
    of_ended = await client.get(f"/enrolments/{ended}/plan")

    assert answers == [404, 404, 404, 404, 403, 403]
    assert of_ended.status_code == 409


async def test_a_referral_takes_the_same_statements_however_often_it_was_amended(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    address = f"/referrals/{made}"
    counts = []
    for names in (["Morgan"], ["Ashley", "Robin", "Jamie"]):
        for name in names:
            sent = fields_of(await client.get(f"{address}/edit"))
            await send(
                client, f"{address}/edit",
                **{**sent, "referrer_name": name, "amendment_reason": "Misheard"},
            )  # fmt: skip
        with counted(monkeypatch) as statements:
            await client.get(address)
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert len(await amendments_of(made, scope=SYSTEM.scope)) == 4
