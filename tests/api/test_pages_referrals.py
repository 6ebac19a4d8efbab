"""Referrals as pages: a new one, where it stands, assessing, moving, telling the referrer."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from programmes.domain.case_terms import NotStartedReason, PartOfDay, UnsuitableReason
from programmes.domain.terms import ReferralStatus
from programmes.queries.needs import needs_of_person
from programmes.queries.referrals import ReferralView, referral, told_of
from programmes.services.needs import NeedsDetails, save_needs
from programmes.tables import Referral
from tests.api.forms import day, saved_version, send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import (
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_programme,
    make_referral,
    make_venue,
)
from tests.factories_referrals import make_move, make_needs, make_told

_NUMBERS = count(1)
pytestmark = pytest.mark.usefixtures("db")


async def manager(side: Side = Side.SURVIVOR, **more: Any) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value), **more)


async def referred(
    person: Person, side: Side = Side.SURVIVOR, status: ReferralStatus = ReferralStatus.RECEIVED
) -> UUID:
    programme = await make_programme(
        organisation_id=person.organisation_id, side=side, name=f"Moving on {next(_NUMBERS)}"
    )
    anna = await make_participant(
        organisation_id=person.organisation_id, side=side, given_name="Ottilie"
    )
    return await make_referral(participant_id=anna, programme_id=programme.id, status=status)


async def stored(referral_id: UUID) -> ReferralView:
    return await referral(referral_id, scope=SYSTEM.scope)


TODAY = day("on", "2026-06-10")


async def test_a_whole_referral_is_recorded_on_one_form(client: AsyncClient) -> None:
    person = await manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    programme = await make_programme(organisation_id=person.organisation_id)
    sign_in(client, person)

    answer = await send(
        client, f"/participants/{anna}/refer", programme_id=str(programme.id), source="health",
        referrer_agency="Brook Surgery", referrer_name="Morgan Vale",
        referrer_contact="0161 496 0000", mandate="voluntary", consent="given",
        reason="Asked for help", reference="R-17", **day("received_on", "2026-06-01"),
        **day("consent_on", "2026-06-01"),
    )  # fmt: skip
    page = text(await client.get(answer.headers["location"]))

    for shown in ("R-17", "Brook Surgery", "Morgan Vale", "Yes, asked on 1 June 2026", "Received"):
        assert shown in page
    assert "Mon 1 Jun 2026" in page


async def test_a_refused_referral_loses_nothing_typed(client: AsyncClient) -> None:
    person = await manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)

    answer = await send(
        client, f"/participants/{anna}/refer", reason="Asked for help", referrer_name="Morgan",
        consent="refused", **day("consent_on", "2026-02-31"),
    )  # fmt: skip

    assert answer.status_code == 400
    assert {"consent_on", "programme_id", "source"} <= {field for field, _ in summary(answer)}
    assert ("Asked for help" in answer.text, 'value="Morgan"' in answer.text) == (True, True)


async def test_the_page_says_where_it_stands_and_what_may_be_done(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person, status=ReferralStatus.AWAITING_ASSESSMENT)
    await make_move(referral_id=made, to=ReferralStatus.AWAITING_ASSESSMENT)
    await make_told(referral_id=made)
    sign_in(client, person)

    response = await client.get(f"/referrals/{made}")
    events = await audit.events(scope=SYSTEM.scope, cursor=Cursor(), subject=made)
    page = text(response)

    assert "Waiting for an assessment" in page
    assert "The referral was received" in page
    assert "The service itself" in page
    assert f'href="/referrals/{made}/assess"' in response.text
    assert f'href="/referrals/{made}/status?to=on_hold"' in response.text
    assert "recall" not in page.lower(), "courts and probation are nothing for survivors"
    assert [event.action for event in events.items] == ["referral_viewed"]
    assert title(response) == "Referral \u2013 Programme Tracker"


async def test_courts_and_probation_are_offered_for_perpetrators(client: AsyncClient) -> None:
    person = await manager(Side.PERPETRATOR)
    made = await referred(person, Side.PERPETRATOR, ReferralStatus.AWAITING_ASSESSMENT)
    sign_in(client, person)

    assert "Record a recall" in text(await client.get(f"/referrals/{made}"))


async def test_who_has_a_place_is_moved_by_the_group(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, code="SF-9")
    anna = await make_participant(organisation_id=person.organisation_id)
    made = await make_referral(
        participant_id=anna, programme_id=cohort.programme.id, status=ReferralStatus.SCHEDULED
    )
    await make_enrolment(cohort_id=cohort.id, participant_id=anna, referral_id=made)
    sign_in(client, person)

    response = await client.get(f"/referrals/{made}")

    assert "They have a place: SF-9" in text(response)
    assert ("/assess" in response.text, "/status?to=" in response.text) == (False, False)


async def test_moving_a_referral_asks_why_and_keeps_it(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    address = f"/referrals/{made}/status"
    form = await client.get(f"{address}?to=withdrawn")
    typed = {"version": saved_version(form), "status": "withdrawn", **TODAY}

    refused = await send(client, address, **typed, note="Called twice")
    moved = await send(
        client, address, **typed, reason="Moved away", not_started_reason="moved"
    )  # fmt: skip
    page = text(await client.get(moved.headers["location"]))

    assert "This closes the referral" in text(form)
    assert (summary(refused), "Called twice" in refused.text) == (
        [("reason", "Enter why"), ("not_started_reason", "Select why they did not start")],
        True,
    )
    assert ("Withdrawn" in page, "Moved away" in page, person.actor.name in page) == (
        True, True, True,
    )  # fmt: skip
    assert (await stored(made)).not_started_reason is NotStartedReason.MOVED


async def test_a_stale_move_is_shown_again_and_can_be_saved(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    await Referral.update({Referral.version: 4}).where(Referral.id == made)
    sign_in(client, person)
    typed = {"status": "on_hold", "reason": "Abroad", **TODAY}

    refused = await send(client, f"/referrals/{made}/status", version="1", **typed)
    again = await send(
        client, f"/referrals/{made}/status", version=saved_version(refused), **typed
    )  # fmt: skip

    assert (refused.status_code, 'value="Abroad"' in refused.text) == (409, True)
    assert (again.status_code, (await stored(made)).status) == (303, ReferralStatus.ON_HOLD)


@pytest.mark.parametrize("to", ["", "scheduled", "nonsense", "received"])
async def test_there_is_no_page_for_a_step_that_nobody_takes(client: AsyncClient, to: str) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    address = f"/referrals/{made}/status"

    answers = [await client.get(f"{address}?to={to}"), await send(client, address, status=to)]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_step_that_is_not_allowed_now_is_refused_in_words(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)

    answer = await send(
        client, f"/referrals/{made}/status", version="1", status="recall", reason="x", **TODAY
    )

    assert (answer.status_code, summary(answer)) == (
        409, [("reason", "A referral cannot go from received to recall")],
    )  # fmt: skip


async def test_an_assessment_is_recorded(client: AsyncClient) -> None:
    person = await manager(Side.PERPETRATOR)
    made = await referred(person, Side.PERPETRATOR)
    sign_in(client, person)
    address = f"/referrals/{made}/assess"
    typed = {"version": "1", "outcome": "not_suitable", "note": "Says little", **TODAY}

    refused = await send(client, address, **typed)
    saved = await send(
        client, address, **typed, unsuitable_reason="level_of_denial", no_partner_worker="yes"
    )
    page = text(await client.get(saved.headers["location"]))

    assert [field for field, _ in summary(refused)] == [
        "unsuitable_reason", "partner_worker_told_on",
    ]  # fmt: skip
    assert "Says little" in refused.text
    assert ("Not suitable on 10 June 2026" in page, "Level of denial" in page) == (True, True)
    assert (await stored(made)).unsuitable_reason is UnsuitableReason.DENIAL


async def test_survivors_are_not_asked_for_a_partner_worker(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)

    page = text(await client.get(f"/referrals/{made}/assess"))

    assert ("partner worker" in page, "Suitable" in page) == (False, True)


async def test_what_the_referrer_was_told_is_recorded(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    address = f"/referrals/{made}/told"

    refused = await send(client, address, told_whom="Morgan Vale", **day("told_on", "2026-06-10"))
    saved = await send(
        client, address, told="received", told_whom="Morgan Vale", **day("told_on", "2026-06-10")
    )

    assert (summary(refused), 'value="Morgan Vale"' in refused.text) == (
        [("told", "Select what they were told")], True,
    )  # fmt: skip
    assert saved.headers["location"] == f"/referrals/{made}?saved=told"
    assert [item.whom for item in await told_of(made, scope=SYSTEM.scope)] == ["Morgan Vale"]


async def test_a_referral_is_changed_and_a_stale_change_shows_what_was_saved(
    client: AsyncClient,
) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    address = f"/referrals/{made}/edit"
    version = saved_version(await client.get(address))
    typed = {
        "source": "court", "mandate": "court_order", "consent": "not_recorded",
        "referrer_agency": "Larch Vale Court", "amendment_reason": "Misheard",
        **day("received_on", "2026-06-01"),
    }  # fmt: skip

    saved = await send(client, address, version=version, **typed)
    stale = await send(client, address, version=version, **{**typed, "source": "police"})
    again = await send(client, address, version=saved_version(stale), **typed)

    assert saved.headers["location"] == f"/referrals/{made}?saved=referral"
    assert stale.status_code == 409
    assert "Agency: Larch Vale Court" in text(stale)
    assert '<option value="police" selected' in stale.text
    assert again.status_code == 303


NEEDS = {
    "available": ["0-morning", "3-evening"], "access_needs": "Step-free",
    "interpreter_language": "Polish",
}  # fmt: skip


async def test_needs_are_recorded_and_shown_with_the_person(client: AsyncClient) -> None:
    person = await manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    hall = await make_venue(organisation_id=person.organisation_id, name="Elm Hall")
    sign_in(client, person)
    address = f"/participants/{anna}/needs"
    form = await client.get(address)

    saved = await send(
        client, address, version=saved_version(form), venues_to_avoid=str(hall), **NEEDS
    )
    page = text(await client.get(saved.headers["location"]))
    filled = (await client.get(address)).text

    assert "Monday: morning; Thursday: evening" in page
    assert ("Elm Hall" in page, "Step-free" in page, "Polish" in page) == (True, True, True)
    assert filled.count(" checked") == 3


async def test_stale_and_wrong_needs_lose_nothing(client: AsyncClient) -> None:
    person = await manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    await save_needs(anna, NeedsDetails(access_needs="Theirs"), version=0, by=SYSTEM)
    sign_in(client, person)
    address = f"/participants/{anna}/needs"

    stale = await send(client, address, version="0", **NEEDS)
    wrong = await send(client, address, version="1", venues_to_avoid="x", **NEEDS)
    long = await send(client, address, version="1", **{**NEEDS, "access_needs": "a" * 1001})
    again = await send(client, address, version=saved_version(stale), **NEEDS)

    assert (stale.status_code, "Access needs: Theirs" in text(stale)) == (409, True)
    assert stale.text.count(" checked") == 2
    assert [summary(answer)[0][0] for answer in (wrong, long)] == [
        "venues_to_avoid", "access_needs",
    ]  # fmt: skip
    assert again.status_code == 303
    found = await needs_of_person(anna, scope=SYSTEM.scope)
    assert [item.part for item in found.availability] == [PartOfDay.MORNING, PartOfDay.EVENING]


async def test_the_history_is_told_in_words(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1, code="SF-9")
    anna = cohort.participant_ids[0]
    await make_mark(session_id=cohort.session_ids[2], enrolment_id=cohort.enrolment_ids[0])
    made = await make_referral(participant_id=anna, programme_id=cohort.programme.id)
    await make_move(referral_id=made)
    sign_in(client, person)

    page = text(await client.get(f"/participants/{anna}/history"))

    assert "Referral: received" in page
    assert "Wed 13 May 2026 Attended SF-9, Unit 2" in page
    assert "Wed 6 May 2026 Joined" in page


async def test_a_person_has_a_reference_and_an_area(client: AsyncClient) -> None:
    person = await manager()
    sign_in(client, person)
    typed = {"given_name": "Ottilie", "family_name": "Brandt", "reference": "TR-0417"}

    added = await send(client, "/participants/new", area="Larch Vale", **typed)
    again = await send(client, "/participants/new", **typed)
    page = text(await client.get(added.headers["location"]))

    assert ("TR-0417" in page, "Larch Vale" in page) == (True, True)
    assert (again.status_code, summary(again)) == (
        409, [("reference", "This reference is in use already")],
    )  # fmt: skip


async def test_untold_news_is_a_task_on_today_and_a_list(client: AsyncClient) -> None:
    """S16, standards 27 and 28."""
    person = await manager()
    sign_in(client, person)
    for _ in range(6):
        made = await referred(person, status=ReferralStatus.AWAITING_ALLOCATION)
        await Referral.update({"source": "police", "assessed_on": date(2026, 6, 3)}).where(
            Referral.id == made
        )

    today = text(await client.get("/"))
    listed = text(await client.get("/referrals/to-tell"))

    assert today.count("Ottilie E., Moving on") == 5
    assert "All 6 referrers to tell" in today
    assert listed.count("Ottilie E.") == 6


async def test_who_sees_no_people_is_asked_nothing_about_referrers(client: AsyncClient) -> None:
    sign_in(client, await make_person(Role.WORKFORCE_LEAD))

    page = await client.get("/")

    assert (page.status_code, "Tell the referrer" in page.text) == (200, False)


PAGES = ["", "/assess", "/status?to=on_hold", "/told", "/edit"]


@pytest.mark.parametrize("ending", PAGES)
async def test_d1_pages_of_referrals_of_elsewhere_are_not_there(
    client: AsyncClient, ending: str
) -> None:
    person = await manager()
    made = await referred(person)
    others = [
        await manager(),
        await manager(Side.PERPETRATOR, organisation_id=person.organisation_id),
    ]
    answers = []
    for other in others:
        sign_in(client, other)
        answers.append(await client.get(f"/referrals/{made}{ending}"))
        if ending:
            address = f"/referrals/{made}{ending.partition('?')[0]}"
            answers.append(await send(client, address, status="on_hold"))

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("ending", PAGES)
async def test_who_may_only_look_sees_a_referral_and_changes_nothing(
    client: AsyncClient, ending: str
) -> None:
    person = await manager()
    made = await referred(person)
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=person.organisation_id
    )
    sign_in(client, lead)

    answer = await client.get(f"/referrals/{made}{ending}")

    assert answer.status_code == (403 if ending else 200)
    assert "/assess" not in answer.text


@pytest.mark.parametrize("ending", ["/needs", "/history"])
async def test_d1_needs_and_history_of_elsewhere_are_not_there(
    client: AsyncClient, ending: str
) -> None:
    person = await manager()
    theirs = await make_participant(organisation_id=person.organisation_id, side=Side.PERPETRATOR)
    await make_needs(participant_id=theirs)
    sign_in(client, person)

    assert (await client.get(f"/participants/{theirs}{ending}")).status_code == 404


async def test_no_title_tells_a_name(client: AsyncClient) -> None:
    person = await manager()
    made = await referred(person)
    sign_in(client, person)
    anna = (await stored(made)).participant_id
    addresses = [f"/referrals/{made}{ending}" for ending in PAGES]
    addresses += [f"/participants/{anna}/needs", f"/participants/{anna}/history"]

    titles = [title(await client.get(address)) for address in addresses]

    assert titles == [
        f"{words} \u2013 Programme Tracker"
        for words in (
            "Referral", "Record assessment", "Move referral", "What the referrer was told",
            "Change referral", "Needs", "History",
        )
    ]  # fmt: skip
