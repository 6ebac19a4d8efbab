"""One person's progress, completing and leaving, as pages."""

from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from api.pages.case_words import EXIT_GROUPS
from core import audit
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from programmes.domain.completion import CompletionRule
from programmes.domain.exits import ExitGroup
from programmes.domain.terms import AttendanceOutcome, EnrolmentStatus, ExitReason
from programmes.queries.progress import enrolment
from programmes.services import endings
from programmes.services.endings import Ending
from tests.api.forms import day, saved_version, send, sign_in, summary, text, title
from tests.factories import Person, at, make_person
from tests.factories_programmes import (
    NINE_UNITS,
    MadeCohort,
    make_cohort,
    make_mark,
    make_session,
)

pytestmark = pytest.mark.usefixtures("db")

GATED = CompletionRule(min_units=2, needs_end_review=True, needs_report_sent=True)


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


async def finished_group(person: Person, *, rule: CompletionRule = NINE_UNITS) -> MadeCohort:
    """Twelve weeks that are over, with one person in them."""
    return await make_cohort(
        organisation_id=person.organisation_id, enrolled=1, starts_on=date(2026, 3, 4), rule=rule
    )


async def attend(cohort: MadeCohort, *units: int) -> None:
    for number in units:
        await make_mark(session_id=cohort.session_ids[number], enrolment_id=cohort.enrolment_ids[0])


async def status_of(enrolment_id: UUID) -> EnrolmentStatus:
    return (await enrolment(enrolment_id, scope=SYSTEM.scope)).member.status


async def test_person_b_of_the_golden_register_reads_with_every_count(client: AsyncClient) -> None:
    """C5: absent from 3 and 6, unit 6 caught up: 10 of 12, 11 units, 22 hours."""
    person = await manager()
    cohort = await finished_group(person)
    await attend(cohort, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12)
    for number, outcome in (
        (3, AttendanceOutcome.ABSENT_NOT_NOTIFIED),
        (6, AttendanceOutcome.ABSENT_NOTIFIED),
    ):
        await make_mark(
            session_id=cohort.session_ids[number], enrolment_id=cohort.enrolment_ids[0],
            outcome=outcome,
        )  # fmt: skip
    catch_up = await make_session(
        cohort_id=cohort.id, unit_id=cohort.programme.unit_ids[6],
        starts_at=at("2026-04-17 10:00"), catch_up_for=cohort.enrolment_ids[0],
    )  # fmt: skip
    await make_mark(session_id=catch_up, enrolment_id=cohort.enrolment_ids[0])
    sign_in(client, person)

    response = await client.get(f"/enrolments/{cohort.enrolment_ids[0]}")
    page = text(response)

    assert "Units credited 11 of 9 required; the programme has 12" in page
    assert "Of these by catch-up 1" in page
    assert "Sessions attended 10 of 12 marked (83.3%)" in page
    assert "Not marked yet 0 of 12 sessions so far" in page
    assert "Hours 22 of 24 hours (91.7%)" in page
    assert "Nothing. The rule for completion is met." in page
    assert "Unit 3 Wed 18 Mar 2026: absent not notified Not credited" in page
    assert "Fri 17 Apr 2026, catch-up: attended Credited by catch-up" in page
    assert title(response) == "Progress \u2013 Programme Tracker"


async def test_what_is_missing_is_listed_and_the_view_is_audited(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1)
    sign_in(client, person)

    page = text(await client.get(f"/enrolments/{cohort.enrolment_ids[0]}"))
    events = await audit.events(
        scope=SYSTEM.scope, cursor=Cursor(), subject=cohort.enrolment_ids[0]
    )

    assert "9 more of the 9 units required" in page
    assert "Sessions attended 0 of 0 marked [z]" in page
    assert [event.action for event in events.items] == ["enrolment_viewed"]


async def test_compliance_is_shown_on_the_perpetrators_side_only(client: AsyncClient) -> None:
    survivors, perpetrators = await manager(), await manager(GrantSide.PERPETRATOR)
    pages = []
    for person, side in ((survivors, Side.SURVIVOR), (perpetrators, Side.PERPETRATOR)):
        cohort = await make_cohort(organisation_id=person.organisation_id, side=side, enrolled=1)
        sign_in(client, person)
        pages.append(text(await client.get(f"/enrolments/{cohort.enrolment_ids[0]}")))

    assert ["acceptable reason" in page for page in pages] == [False, True]


async def test_recording_completion(client: AsyncClient) -> None:
    person = await manager()
    cohort = await finished_group(person)
    await attend(cohort, *range(1, 10))
    sign_in(client, person)
    address = f"/enrolments/{cohort.enrolment_ids[0]}/complete"
    form = await client.get(address)

    response = await send(client, address, version=saved_version(form), **day("on", "2026-05-20"))
    page = text(await client.get(response.headers["location"]))

    assert "end_review_on" not in form.text
    assert response.status_code == 303
    assert ("Completion recorded" in page, "Completed on 20 May 2026" in page) == (True, True)
    assert await status_of(cohort.enrolment_ids[0]) is EnrolmentStatus.COMPLETED


async def test_completion_asks_for_the_gates_that_the_rule_needs(client: AsyncClient) -> None:
    """C4 d and e."""
    person = await manager()
    cohort = await finished_group(person, rule=GATED)
    await attend(cohort, 1, 2)
    sign_in(client, person)
    address = f"/enrolments/{cohort.enrolment_ids[0]}/complete"
    typed = {"version": "1", **day("on", "2026-05-20"), **day("end_review_on", "2026-05-21")}

    refused = await send(client, address, **typed)
    saved = await send(client, address, **typed, **day("report_sent_on", "2026-05-22"))

    assert (refused.status_code, summary(refused)) == (
        422,
        [("on", "Still missing: Report sent to the referrer")],
    )
    assert 'name="end_review_on-day" type="text" value="21"' in refused.text
    assert saved.status_code == 303


async def test_completion_before_the_rule_is_met_is_refused(client: AsyncClient) -> None:
    person = await manager()
    cohort = await finished_group(person)
    await attend(cohort, 1, 2)
    sign_in(client, person)

    response = await send(
        client, f"/enrolments/{cohort.enrolment_ids[0]}/complete", version="1",
        **day("on", "2026-05-20"),
    )  # fmt: skip

    assert (response.status_code, summary(response)) == (
        422,
        [("on", "Still missing: 7 more of the 9 units required")],
    )
    assert await status_of(cohort.enrolment_ids[0]) is EnrolmentStatus.ENROLLED


async def test_recording_that_somebody_left(client: AsyncClient) -> None:
    person = await manager()
    cohort = await finished_group(person)
    sign_in(client, person)
    address = f"/enrolments/{cohort.enrolment_ids[0]}/exit"

    response = await send(
        client, address, version="1", reason="disengaged", **day("on", "2026-04-01")
    )
    page = text(await client.get(response.headers["location"]))
    again = await client.get(address)

    assert response.status_code == 303
    assert "Left on 1 April 2026: disengaged" in page
    assert "Record that they left" not in page
    assert (again.status_code, "This enrolment has ended" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": "", **day("on", "2026-04-01")}, "reason"),
        ({"reason": "health", **day("on", "2026-02-30")}, "on"),
        ({"reason": "health", **day("on", "2026-06-11")}, "on"),
        ({"reason": "health", **day("on", "2026-03-01")}, "on"),
    ],
)
async def test_leaving_without_reason_or_on_a_wrong_day_is_refused(
    client: AsyncClient, typed: dict[str, str], field: str
) -> None:
    person = await manager()
    cohort = await finished_group(person)
    sign_in(client, person)

    response = await send(
        client, f"/enrolments/{cohort.enrolment_ids[0]}/exit", version="1", **typed
    )

    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert f'value="{typed["on-day"]}"' in response.text
    assert ('value="health" selected' in response.text) is (typed["reason"] == "health")
    assert await status_of(cohort.enrolment_ids[0]) is EnrolmentStatus.ENROLLED


async def test_an_ending_that_is_stale_is_refused(client: AsyncClient) -> None:
    person = await manager()
    cohort = await finished_group(person)
    sign_in(client, person)

    response = await send(
        client, f"/enrolments/{cohort.enrolment_ids[0]}/exit", version="7", reason="health",
        **day("on", "2026-04-01"),
    )  # fmt: skip

    assert (response.status_code, saved_version(response)) == (409, "1")
    assert summary(response) == [("on", "Somebody else saved this in the meantime")]


async def test_an_ended_place_cannot_end_again(client: AsyncClient) -> None:
    person = await manager()
    cohort = await finished_group(person)
    await endings.leave(
        cohort.enrolment_ids[0], Ending(date(2026, 4, 1), 1), ExitReason.HEALTH, by=SYSTEM
    )
    sign_in(client, person)

    response = await send(
        client, f"/enrolments/{cohort.enrolment_ids[0]}/exit", version="2", reason="health",
        **day("on", "2026-04-02"),
    )  # fmt: skip

    assert response.status_code == 409


PAGES = ["", "/complete", "/exit"]


@pytest.mark.parametrize("ending", PAGES)
async def test_an_enrolment_of_the_other_side_is_not_there(
    client: AsyncClient, ending: str
) -> None:
    person = await manager()
    other = await make_cohort(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, enrolled=1
    )
    sign_in(client, person)
    address = f"/enrolments/{other.enrolment_ids[0]}{ending}"

    answers = [(await client.get(address)).status_code]
    if ending:
        sent = await send(client, address, version="1", reason="health", **day("on", "2026-06-01"))
        answers.append(sent.status_code)

    assert set(answers) == {404}


async def test_a_facilitator_sees_only_places_in_own_cohorts(client: AsyncClient) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    own = await make_cohort(
        organisation_id=facilitator.organisation_id, enrolled=1, facilitator_ids=[facilitator.id]
    )
    others = await make_cohort(organisation_id=facilitator.organisation_id, enrolled=1)
    sign_in(client, facilitator)

    answers = [
        (await client.get(f"/enrolments/{cohort.enrolment_ids[0]}")).status_code
        for cohort in (own, others)
    ]

    assert answers == [200, 404]


@pytest.mark.parametrize("ending", ["/complete", "/exit"])
async def test_who_may_only_look_ends_nothing(client: AsyncClient, ending: str) -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    cohort = await make_cohort(organisation_id=lead.organisation_id, enrolled=1)
    sign_in(client, lead)
    address = f"/enrolments/{cohort.enrolment_ids[0]}{ending}"

    page = await client.get(f"/enrolments/{cohort.enrolment_ids[0]}")
    answers = [await client.get(address), await send(client, address, version="1")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Record completion" not in page.text


def test_every_group_of_reasons_has_its_words() -> None:
    assert set(EXIT_GROUPS) == set(ExitGroup)
