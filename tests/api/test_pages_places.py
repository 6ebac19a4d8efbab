"""Pauses, moves, gates, papers, endings taken back and the data-quality list, as pages."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM, Side
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import EnrolmentStatus, ExitReason
from programmes.queries.progress import enrolment
from programmes.services.endings import Ending, complete, leave
from programmes.services.pauses import NewPause, pause
from tests.api.forms import day, saved_version, send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_mark
from tests.integration.places import make_member, second_cohort
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")

TODAY = date(2026, 6, 10)
ONE_UNIT = CompletionRule(min_units=1)


async def make_group(side: Side = Side.SURVIVOR, **given: object) -> tuple[Person, MadeCohort, str]:
    """A manager, a cohort with one person in it, and the address of that person's place."""
    grant = GrantSide(side.value)
    person = await make_person(Role.PROGRAMME_MANAGER, grant)
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=side, enrolled=1, rule=ONE_UNIT, **given
    )
    return person, cohort, f"/enrolments/{cohort.enrolment_ids[0]}"


async def status_of(enrolment_id: UUID) -> EnrolmentStatus:
    return (await enrolment(enrolment_id, scope=SYSTEM.scope)).member.status


async def test_a_place_is_paused_and_the_pause_ended(client: AsyncClient) -> None:
    person, cohort, place = await make_group()
    sign_in(client, person)

    paused = await send(
        client, f"{place}/pause", reason="In hospital", **day("from_on", "2026-06-10")
    )
    page = text(await client.get(paused.headers["location"]))
    form = text(await client.get(f"{place}/resume"))
    back = await send(client, f"{place}/resume", **day("on", "2026-06-17"))

    assert (paused.status_code, back.status_code) == (303, 303)
    assert "Place paused" in page
    assert "Paused from 10 June 2026 until they come back" in page
    assert "End the pause" in page
    assert "Paused from 10 June 2026" in form
    page = text(await client.get(back.headers["location"]))
    assert "Paused from 10 June 2026 to 16 June 2026" in page
    assert await status_of(cohort.enrolment_ids[0]) is EnrolmentStatus.PAUSED


async def test_a_pause_that_is_refused_keeps_what_was_typed(client: AsyncClient) -> None:
    person, _, place = await make_group()
    sign_in(client, person)

    response = await send(
        client, f"{place}/pause", reason="", **day("from_on", "2026-06-20"),
        **day("to_on", "2026-06-19"),
    )  # fmt: skip
    overlapping = [
        await send(client, f"{place}/pause", reason="Away", **day("from_on", "2026-06-20"))
        for _ in range(2)
    ][1]

    assert (response.status_code, [field for field, _ in summary(response)]) == (400, ["reason"])
    assert 'value="19"' in response.text
    assert (overlapping.status_code, summary(overlapping)) == (
        409, [("from_on", "There is a pause on some of these days already")],
    )  # fmt: skip


async def test_without_a_pause_there_is_none_to_end(client: AsyncClient) -> None:
    person, _, place = await make_group()
    sign_in(client, person)

    page = await client.get(f"{place}/resume")
    response = await send(client, f"{place}/resume", **day("on", "2026-06-17"))
    wrong = await send(client, f"{place}/resume", **day("on", "2026-02-30"))

    assert "There is no pause" in page.text
    assert (response.status_code, summary(response)) == (409, [("on", "This person has no pause")])
    assert wrong.status_code == 400


async def test_moving_to_another_group(client: AsyncClient) -> None:
    person, cohort, place = await make_group()
    target = await second_cohort(cohort, code="New group", starts_on=TODAY + timedelta(days=7))
    await second_cohort(cohort, code="Full group", starts_on=TODAY, capacity=1, enrolled=1)
    sign_in(client, person)
    form = await client.get(f"{place}/transfer")

    nothing = await send(client, f"{place}/transfer", version=saved_version(form))
    response = await send(
        client, f"{place}/transfer", version=saved_version(form), cohort_id=target.id
    )
    page = text(await client.get(response.headers["location"]))

    assert "New group: Wednesdays at 10:00, from 17 June 2026, 12 places left" in text(form)
    assert "Full group" not in form.text
    assert [field for field, _ in summary(nothing)] == ["cohort_id"]
    assert response.status_code == 303
    assert ("Moved to this group" in page, "New group" in page) == (True, True)
    assert "Moved to another group on 10 June 2026" in text(await client.get(place))
    assert (await client.get(f"{place}/transfer")).status_code == 409


async def test_units_brought_along_are_shown_as_such(client: AsyncClient) -> None:
    """C13: units carry."""
    person, cohort, place = await make_group()
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0])
    target = await second_cohort(cohort, starts_on=TODAY + timedelta(days=7))
    sign_in(client, person)

    moved = await send(client, f"{place}/transfer", version="1", cohort_id=target.id)
    page = text(await client.get(moved.headers["location"]))

    assert "Units from an earlier place are counted here." in page
    assert "Unit 1 Wed 17 Jun 2026: to come Brought from an earlier place" in page
    assert "Unit 2 Wed 24 Jun 2026: to come Not credited" in page


async def test_where_no_other_group_has_room_the_page_says_so(client: AsyncClient) -> None:
    person, _, place = await make_group()
    sign_in(client, person)

    assert "No other group of" in (await client.get(f"{place}/transfer")).text


async def test_gates_are_recorded_and_shown(client: AsyncClient) -> None:
    person, _, place = await make_group()
    sign_in(client, person)

    response = await send(
        client, f"{place}/record", version="1", told_whom="The social worker",
        **day("end_review_on", "2026-06-08"), **day("report_sent_on", "2026-06-09"),
    )  # fmt: skip
    stale = await send(client, f"{place}/record", version="1")
    page = text(await client.get(place))
    form = await client.get(f"{place}/record")

    assert response.status_code == 303
    assert "End review 8 June 2026" in page
    assert "Report to the referrer 9 June 2026" in page
    assert 'value="8"' in form.text
    assert (stale.status_code, saved_version(stale)) == (409, "2")
    assert summary(stale)[0][1].startswith(f"Saved by {person.actor.name} on 10 June 2026 at 13:00")


async def test_completion_in_part_is_chosen_on_the_page(client: AsyncClient) -> None:
    person, cohort, place = await make_group()
    sign_in(client, person)

    response = await send(
        client, f"{place}/complete", version="1", partial="yes", **day("on", "2026-06-10")
    )

    assert response.status_code == 303
    assert await status_of(cohort.enrolment_ids[0]) is EnrolmentStatus.COMPLETED_PARTIAL


async def test_survivors_are_offered_no_reason_of_the_courts(client: AsyncClient) -> None:
    pages = []
    for side in Side:
        person, _, place = await make_group(side)
        sign_in(client, person)
        pages.append(text(await client.get(f"{place}/exit")))

    assert ["Breached" in page for page in pages] == [True, False]


async def test_leaving_with_the_referral_kept_open(client: AsyncClient) -> None:
    person, cohort, _ = await make_group()
    member, _ = await make_member(cohort)
    sign_in(client, person)

    form = await client.get(f"/enrolments/{member}/exit")
    final = await send(
        client, f"/enrolments/{member}/exit", version="1", reason="died", keep_open="yes",
        **day("on", "2026-06-10"),
    )  # fmt: skip
    kept = await send(
        client, f"/enrolments/{member}/exit", version="1", reason="health", keep_open="yes",
        **day("on", "2026-06-10"),
    )  # fmt: skip

    assert "they may come back" in form.text
    assert (final.status_code, summary(final)) == (
        400, [("keep_open", "After this reason the referral is closed")],
    )  # fmt: skip
    assert kept.status_code == 303


async def test_an_ending_is_taken_back(client: AsyncClient) -> None:
    person, cohort, place = await make_group()
    await leave(cohort.enrolment_ids[0], Ending(TODAY, 1), ExitReason.HEALTH, by=SYSTEM)
    sign_in(client, person)
    form = await client.get(f"{place}/revoke")

    nothing = await send(client, f"{place}/revoke", version="2", reason="")
    response = await send(
        client, f"{place}/revoke", version=saved_version(form), reason="Wrong one"
    )
    page = text(await client.get(response.headers["location"]))

    assert "Exited on 10 June 2026" in text(form)
    assert [field for field, _ in summary(nothing)] == ["reason"]
    assert response.status_code == 303
    assert "They have their place back" in page


async def test_the_report_says_attendance_compliance_and_outcome_and_nothing_else(
    client: AsyncClient,
) -> None:
    """D9."""
    person, cohort, place = await make_group(Side.PERPETRATOR)
    await make_mark(
        session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0], note="A secret"
    )
    await leave(
        cohort.enrolment_ids[0], Ending(TODAY, 1), ExitReason.PARTNER_SAFETY_CONCERN, by=SYSTEM
    )
    sign_in(client, person)

    response = await client.get(f"{place}/report")
    page = text(response).partition("Record that it was sent")[2]

    assert title(response) == "Report \u2013 Programme Tracker"
    assert "Sessions attended 1 of 1 sessions marked (100.0%)" in page
    assert "Took part, or absent with an acceptable reason 1 of 1 sessions marked (100.0%)" in page
    assert "Outcome Left before completing on 10 June 2026" in page
    for word in ("secret", "partner", "safety", "risk", "referral", "12 units"):
        assert word not in page.lower()


async def test_a_survivors_report_says_nothing_of_compliance(client: AsyncClient) -> None:
    person, _, place = await make_group()
    sign_in(client, person)

    page = text(await client.get(f"{place}/report"))

    assert "acceptable" not in page
    assert "Outcome Has a place, not started" in page


async def test_the_certificate_names_its_rule(client: AsyncClient) -> None:
    """C4: the threshold is printed on the certificate."""
    person, cohort, place = await make_group()
    sign_in(client, person)
    early = await client.get(f"{place}/certificate")
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0])
    await complete(cohort.enrolment_ids[0], Ending(TODAY, 1), by=SYSTEM)

    response = await client.get(f"{place}/certificate")
    page = text(response)
    offered = text(await client.get(place))

    assert early.status_code == 422
    assert title(response) == "Certificate \u2013 Programme Tracker"
    assert " Example completed" in page
    assert "1 of 12 units, 2 hours" in page
    assert "To complete, a person needs 1 of 12 units." in page
    assert "Certificate" in offered


PAGES = ["pause", "resume", "transfer", "record", "revoke", "report", "certificate"]


@pytest.mark.parametrize("end", PAGES)
async def test_a_place_of_the_other_side_or_organisation_is_not_there(
    client: AsyncClient, end: str
) -> None:
    """D1."""
    _, cohort, place = await make_group()
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    elsewhere, _, _ = await make_group()
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )
    answers = []
    for person in (other, elsewhere, lead):
        sign_in(client, person)
        answers.append((await client.get(f"{place}/{end}")).status_code)
        if end not in {"report", "certificate"}:
            sent = await send(
                client, f"{place}/{end}", version="1", reason="Away", cohort_id=cohort.id,
                **day("from_on", "2026-06-10"), **day("on", "2026-06-10"),
            )  # fmt: skip
            assert sent.status_code == answers[-1]

    assert answers == [404, 404, 403]


async def test_data_quality_lists_cases_in_a_fixed_number_of_statements(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C4."""
    person, cohort, place = await make_group()
    sign_in(client, person)
    numbers = []
    for _ in range(2):
        with counted(monkeypatch) as sent:
            response = await client.get("/data-quality")
        numbers.append(len(sent))
        for _ in range(3):
            await make_member(cohort)

    page = text(response)
    assert numbers[0] == numbers[1]
    assert "In a group without a referral: 1" in page
    assert "Sessions without a register: 5" in page
    assert place in response.text
    assert "/data-quality" in (await client.get("/cohorts")).text


async def test_data_quality_has_nothing_of_the_other_side(client: AsyncClient) -> None:
    """D1."""
    _, cohort, _ = await make_group()
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    sign_in(client, other)

    assert "Nothing. Every case fits together." in text(await client.get("/data-quality"))


async def test_data_quality_is_served_to_programs_within_their_side(client: AsyncClient) -> None:
    """C4, D1."""
    person, cohort, _ = await make_group()
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    elsewhere = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    auditor = await make_person(Role.AUDITOR)
    path = "/api/v1/data-quality"

    answer = await client.get(path, headers=person.headers)

    items = answer.json()["items"]
    named = [item for item in items if item["fault"] == "no_referral"]
    assert [item["enrolment_id"] for item in named] == [str(cohort.enrolment_ids[0])]
    assert named[0]["participant"]
    sessions = [item for item in items if item["fault"] == "no_register"]
    assert len(sessions) == 5
    assert {(item["participant"], item["enrolment_id"]) for item in sessions} == {(None, None)}
    assert {item["session_id"] for item in sessions} <= {
        str(o) for o in cohort.session_ids.values()
    }
    for outsider in (other, elsewhere):
        assert (await client.get(path, headers=outsider.headers)).json()["items"] == []
    assert (await client.get(path, headers=auditor.headers)).status_code == 403


async def test_completion_is_the_main_button_once_the_rule_is_met(client: AsyncClient) -> None:
    person, cohort, place = await make_group()
    sign_in(client, person)
    button = re.compile(rf'<a [^>]*href="{place}/complete"[^>]*>')

    early = await client.get(place)
    await make_mark(session_id=cohort.session_ids[1], enrolment_id=cohort.enrolment_ids[0])
    met = await client.get(place)

    shown = [found.group() for page in (early, met) if (found := button.search(page.text))]
    assert ["govuk-button--secondary" in one for one in shown] == [True, False]
    assert early.text.count("Arrange a catch-up") == 1


async def test_the_progress_page_has_the_pause_to_come(client: AsyncClient) -> None:
    person, cohort, place = await make_group()
    await pause(
        cohort.enrolment_ids[0],
        NewPause(TODAY + timedelta(days=7), TODAY + timedelta(days=9), "Operation"), by=SYSTEM,
    )  # fmt: skip
    sign_in(client, person)

    page = text(await client.get(place))

    assert "Paused from 17 June 2026 to 19 June 2026" in page
    assert "Can still complete" in page
