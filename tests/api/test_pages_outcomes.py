"""Outcomes and measures as pages."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.case_terms import MeasureScale, OutcomeSource, Timepoint
from programmes.domain.outcomes import NOT_SHOWN
from programmes.tables import Enrolment, Measure, OutcomeValue
from tests.api.forms import day, send, sign_in, summary, text, title
from tests.conftest import NOW
from tests.factories import Person, make_person
from tests.factories_outcomes import (
    make_measure,
    make_partner_offer,
    make_report,
    make_taken_measure,
)
from tests.factories_programmes import MadeCohort, make_cohort, make_participant, make_programme
from tests.factories_safety import make_link
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")
TODAY = NOW.date()


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


async def make_group(person: Person, side: Side = Side.SURVIVOR, people: int = 1) -> MadeCohort:
    """A group in its sixth week, in which everybody began in the first."""
    cohort = await make_cohort(
        organisation_id=person.organisation_id, side=side, enrolled=people,
        facilitator_ids=[person.id],
    )  # fmt: skip
    await Enrolment.update({Enrolment.started_on: TODAY - timedelta(weeks=5)}).where(
        Enrolment.cohort == cohort.id
    )
    return cohort


def record_address(cohort: MadeCohort) -> str:
    return f"/enrolments/{cohort.enrolment_ids[0]}/outcomes/record"


def typed(**values: Any) -> dict[str, Any]:
    return {"timepoint": "start", "source": "self", **day("on", "2026-06-09"), **values}


async def stored() -> list[tuple[int, int]]:
    rows = await OutcomeValue.select().order_by(OutcomeValue.measure, OutcomeValue.timepoint)
    return [(row["value"], row["version"]) for row in rows]


async def test_outcomes_read_in_words_with_their_change(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort, "ladder")
    safer = await make_taken_measure(cohort, "safer", scale=MeasureScale.YES_NO)
    for measure_id, timepoint, value in (
        (ladder, Timepoint.START, 4), (ladder, Timepoint.MIDDLE, 7), (safer, Timepoint.START, 0),
        (safer, Timepoint.TWELVE_MONTHS_AFTER, 0),
    ):  # fmt: skip
        await make_report(
            enrolment_id=cohort.enrolment_ids[0], measure_id=measure_id, value=value,
            timepoint=timepoint,
        )  # fmt: skip
    sign_in(client, person)

    response = await client.get(f"/enrolments/{cohort.enrolment_ids[0]}/outcomes")
    page = text(response)

    assert "Better: 4 of 10 at the start, 7 of 10 at the middle" in page
    assert "Same: No at the start, No 12 months after the start" in page
    assert "Ladder 1 to 10. Higher is better. Own report 4 of 10 10 June 2026" in page
    assert title(response) == "Outcomes – Programme Tracker"
    events = await AuditEvent.select().where(AuditEvent.subject == cohort.enrolment_ids[0])
    assert [event["action"] for event in events] == ["enrolment_viewed"]


async def test_what_can_be_recorded_says_how_far_it_is_and_what_is_late(
    client: AsyncClient,
) -> None:
    person = await manager()
    cohort = await make_group(person)
    first = await make_taken_measure(cohort, "first")
    await make_taken_measure(cohort, "second")
    await make_report(enrolment_id=cohort.enrolment_ids[0], measure_id=first, value=4)
    sign_in(client, person)

    page = text(await client.get(f"/enrolments/{cohort.enrolment_ids[0]}/outcomes"))

    assert "Own report , start : 1 of 2 recorded, due since 6 May 2026 Overdue" in page
    assert "Own report , middle : 0 of 2 recorded, due since 10 June 2026" in page
    assert "Own report , end : 0 of 2 recorded 6 months" in page
    assert "6 months after the end Not yet" in page
    assert "12 months after the start From 6 April 2027" in page


async def test_a_programme_without_measures_says_who_chooses_them(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person)
    sign_in(client, person)

    for path in (f"enrolments/{cohort.enrolment_ids[0]}", f"cohorts/{cohort.id}"):
        page = text(await client.get(f"/{path}/outcomes"))
        assert "This programme takes no outcome measures" in page


async def test_all_measures_of_one_source_are_recorded_in_one_form(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort, "ladder")
    safer = await make_taken_measure(cohort, "safer", scale=MeasureScale.YES_NO)
    await make_taken_measure(cohort, "later", timepoints=[Timepoint.END])
    await make_taken_measure(cohort, "unanswered")
    sign_in(client, person)
    address = record_address(cohort)

    form = await client.get(address, params={"timepoint": "start", "source": "self"})
    response = await send(
        client, address, **typed(**{f"value-{ladder}": "4", f"value-{safer}": "1"})
    )
    page = text(await client.get(response.headers["location"]))

    assert ("Start: own report" in text(form), "Later" in text(form)) == (True, False)
    assert "From 1 to 10. Higher is better" in text(form)
    assert response.status_code == 303
    assert "Outcomes saved" in page
    assert sorted(await stored()) == [(1, 1), (4, 1)]


async def test_a_form_that_is_opened_again_holds_what_is_recorded(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort, "ladder")
    await make_report(
        enrolment_id=cohort.enrolment_ids[0], measure_id=ladder, value=4,
        taken_on=TODAY - timedelta(days=1),
    )  # fmt: skip
    sign_in(client, person)

    form = await client.get(record_address(cohort), params={"timepoint": "start", "source": "self"})
    versions = {f"version-{ladder}": "1"}
    same = await send(
        client, record_address(cohort), **typed(**versions, **{f"value-{ladder}": "4"})
    )
    unchanged = await stored()
    other = await send(
        client, record_address(cohort), **typed(**versions, **{f"value-{ladder}": "6"})
    )

    assert f'name="version-{ladder}" value="1"' in form.text
    assert 'value="4"' in form.text
    assert "Recorded for 9 June 2026: 4 of 10" in text(form)
    assert 'name="on-day" type="text" value="9"' in form.text
    assert (same.status_code, unchanged) == (303, [(4, 1)])
    assert (other.status_code, await stored()) == (303, [(6, 2)])


@pytest.mark.parametrize(
    ("value", "on", "named"),
    [
        ("11", "2026-06-09", "value"),
        ("four", "2026-06-09", "value"),
        ("99999", "2026-06-09", "value"),
        ("", "2026-06-09", "value"),
        ("4", "2026-06-11", "on"),
        ("4", "2026-05-05", "on"),
        ("4", "2026-02-30", "on"),
    ],
)
async def test_a_wrong_box_is_named_and_nothing_typed_is_lost(
    client: AsyncClient, value: str, on: str, named: str
) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort, "ladder")
    sign_in(client, person)

    response = await send(
        client, record_address(cohort), **typed(**{f"value-{ladder}": value, **day("on", on)})
    )

    field = f"value-{ladder}" if named == "value" else named
    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert f'name="on-day" type="text" value="{int(on[-2:])}"' in response.text
    assert f'name="value-{ladder}"' in response.text
    assert not value or f'value="{value}"' in response.text
    assert await stored() == []


async def test_a_timepoint_that_cannot_be_yet_is_said_at_the_day(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort, "ladder")
    sign_in(client, person)

    response = await send(
        client, record_address(cohort),
        **typed(timepoint="six_months_after", **{f"value-{ladder}": "4"}),
    )  # fmt: skip

    assert summary(response) == [("on", "This cannot have been taken yet")]


async def test_what_a_colleague_saved_meanwhile_stands_beside_what_was_typed(
    client: AsyncClient,
) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort, "ladder")
    sign_in(client, person)
    await make_report(enrolment_id=cohort.enrolment_ids[0], measure_id=ladder, value=4)

    response = await send(client, record_address(cohort), **typed(**{f"value-{ladder}": "6"}))

    assert response.status_code == 409
    assert summary(response) == [(f"value-{ladder}", "This has been recorded already")]
    assert "Recorded for 10 June 2026: 4 of 10" in text(response)
    assert f'name="version-{ladder}" value="1"' in response.text
    assert 'value="6"' in response.text


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"timepoint": "start"},
        {"timepoint": "never", "source": "self"},
        {"timepoint": "start", "source": "agency"},
    ],
)
async def test_what_nobody_is_asked_has_no_form(client: AsyncClient, asked: dict[str, str]) -> None:
    person = await manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)
    sign_in(client, person)

    assert (await client.get(record_address(cohort), params=asked)).status_code == 404
    assert (await send(client, record_address(cohort), **asked)).status_code == 404


async def make_perpetrators() -> tuple[Person, Person, MadeCohort, UUID]:
    """A perpetrators' group, who runs it, the link worker, and a measure that all report."""
    runs = await manager(GrantSide.PERPETRATOR)
    worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=runs.organisation_id
    )
    cohort = await make_group(runs, Side.PERPETRATOR)
    await make_link(
        perpetrator_id=cohort.participant_ids[0],
        survivor_id=await make_participant(organisation_id=runs.organisation_id),
        recorded_by=worker.id,
    )
    measure_id = await make_taken_measure(
        cohort, sources=[OutcomeSource.SELF, OutcomeSource.PARTNER, OutcomeSource.AGENCY]
    )
    for source, value in ((OutcomeSource.SELF, 9), (OutcomeSource.PARTNER, 2)):
        await make_report(
            enrolment_id=cohort.enrolment_ids[0], measure_id=measure_id, value=value,
            source=source,
        )  # fmt: skip
    return runs, worker, cohort, measure_id


async def test_a_perpetrators_own_report_is_neither_on_the_page_nor_in_the_file_alone(
    client: AsyncClient,
) -> None:
    """2.4, standard 1; D4: of what the partner said there is no sign."""
    runs, _, cohort, _ = await make_perpetrators()
    sign_in(client, runs)

    shown = await client.get(f"/enrolments/{cohort.enrolment_ids[0]}/outcomes")
    form = await client.get(record_address(cohort), params={"timepoint": "start", "source": "self"})
    file = await client.get(f"/cohorts/{cohort.id}/outcomes/csv")

    for response in (shown, form, file):
        assert response.status_code == 200
        assert NOT_SHOWN in response.text
        assert re.search(r"\b[29] of 10|value=\"[29]\"|partner’s report\b(?! beside)",
                         text(response).replace(NOT_SHOWN, ""), re.IGNORECASE) is None  # fmt: skip


async def test_the_link_worker_sees_and_records_what_the_partner_reports_and_no_more(
    client: AsyncClient,
) -> None:
    runs, worker, cohort, measure_id = await make_perpetrators()
    enrolment_id = cohort.enrolment_ids[0]
    await make_partner_offer(enrolment_id=enrolment_id)
    sign_in(client, worker)

    page = text(await client.get(f"/enrolments/{enrolment_id}/outcomes"))
    group = text(await client.get(f"/cohorts/{cohort.id}/outcomes"))
    today = text(await client.get("/"))
    sent = typed(timepoint="middle", source="partner", **{f"value-{measure_id}": "5"})
    recorded = await send(client, record_address(cohort), **sent)
    sign_in(client, runs)
    refused = await send(client, record_address(cohort), **sent)

    assert "Partner’s report 2 of 10" in page
    assert ("Own report" in page, "9 of 10" in page) == (False, False)
    assert "Middle: partner’s report" in group
    assert "1 report The first was due on 10 June 2026" in today
    assert (recorded.status_code, refused.status_code) == (303, 404)
    assert sorted(await stored()) == [(2, 1), (5, 1), (9, 1)]


async def test_the_file_has_a_row_for_each_report_and_names_nobody(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort, "ladder")
    for timepoint, value in ((Timepoint.START, 4), (Timepoint.END, 7)):
        await make_report(
            enrolment_id=cohort.enrolment_ids[0], measure_id=ladder, value=value,
            timepoint=timepoint,
        )  # fmt: skip
    sign_in(client, person)

    response = await client.get(f"/cohorts/{cohort.id}/outcomes/csv")

    lines = response.text.splitlines()
    assert len(lines) == 3
    assert f'filename="outcomes-{cohort.id}.csv"' in response.headers["content-disposition"]
    assert lines[1].endswith('"Ladder","Own report","Start","2026-06-10","4 of 10",""')
    assert lines[2].endswith('"Better: 4 of 10 at the start, 7 of 10 at the end"')
    assert "Person" not in response.text
    assert str(cohort.enrolment_ids[0]) in lines[1]


async def test_today_says_in_which_groups_there_is_something_to_ask(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person, people=2)
    await make_taken_measure(cohort, timepoints=[Timepoint.START])
    sign_in(client, person)

    page = await client.get("/")

    assert "Outcomes to ask for" in page.text
    assert f'href="/cohorts/{cohort.id}/outcomes"' in page.text
    assert "2 reports Overdue The first was due on 6 May 2026" in text(page)


async def test_the_page_of_a_group_lists_what_is_due_with_who_and_since_when(
    client: AsyncClient,
) -> None:
    person = await manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort, "hope", timepoints=[Timepoint.START])
    sign_in(client, person)

    page = text(await client.get(f"/cohorts/{cohort.id}/outcomes"))

    assert "1 report to ask for, the longest due first" in page
    assert re.search(r"Start: own report , Person\d+ E\. 6 May 2026 Overdue 1 ", page)


async def test_the_pages_of_a_group_take_the_same_statements_whatever_its_size(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await manager()
    sign_in(client, person)
    counts: dict[str, list[int]] = {"": [], "/csv": []}
    for people in (1, 4):
        cohort = await make_group(person, people=people)
        measure_id = await make_taken_measure(cohort, f"of_{people}")
        for enrolment_id in cohort.enrolment_ids:
            await make_report(enrolment_id=enrolment_id, measure_id=measure_id, value=4)
        for ending, found in counts.items():
            with counted(monkeypatch) as sent:
                await client.get(f"/cohorts/{cohort.id}/outcomes{ending}")
            found.append(len(sent))

    assert [len(set(found)) for found in counts.values()] == [1, 1]


PAGES = ("/enrolments/{enrolment}/outcomes", "/cohorts/{cohort}/outcomes",
         "/cohorts/{cohort}/outcomes/csv", "/programmes/{programme}/measures",
         "/enrolments/{enrolment}/outcomes/record?timepoint=start&source=self")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
async def test_nothing_of_the_other_side_or_of_elsewhere_is_there(
    client: AsyncClient, page: str
) -> None:
    person = await manager()
    cohort = await make_group(person)
    await make_taken_measure(cohort)
    address = page.format(
        enrolment=cohort.enrolment_ids[0], cohort=cohort.id, programme=cohort.programme.id
    )
    answers = []
    for side, organisation_id in (
        (GrantSide.PERPETRATOR, person.organisation_id),
        (GrantSide.SURVIVOR, None),
    ):
        other = await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation_id)
        sign_in(client, other)
        answers.append((await client.get(address)).status_code)
    sign_in(client, person)
    answers.append((await client.get(address)).status_code)

    assert answers == [404, 404, 200]


async def test_who_only_looks_records_nothing(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_group(person)
    ladder = await make_taken_measure(cohort)
    lead = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=person.organisation_id
    )
    sign_in(client, lead)

    page = text(await client.get(f"/enrolments/{cohort.enrolment_ids[0]}/outcomes"))
    answers = [
        await client.get(record_address(cohort), params={"timepoint": "start", "source": "self"}),
        await send(client, record_address(cohort), **typed(**{f"value-{ladder}": "4"})),
    ]

    assert "Record what was reported" not in page
    assert [answer.status_code for answer in answers] == [403, 403]


async def test_a_ready_made_measure_is_added_with_one_button(client: AsyncClient) -> None:
    person = await manager()
    sign_in(client, person)

    before = await client.get("/measures/ready-made")
    added = await send(client, "/measures/ready-made", shipped="dash_yes_count")
    after = await client.get(added.headers["location"])
    listed = text(await client.get("/measures"))
    twice = await send(client, "/measures/ready-made", shipped="dash_yes_count")

    assert "Risk checklist, number of yes answers 0 to 24. Lower is better. Check the scale." in (
        text(before)
    )
    assert added.status_code == 303
    assert "Measure added" in text(after)
    assert 'value="dash_yes_count"' not in after.text
    assert "Risk checklist, number of yes answers 0 to 24. Lower is better. Start; Middle" in listed
    assert (twice.status_code, summary(twice)) == (
        409, [("shipped", "A measure with this code exists already")],
    )  # fmt: skip


OWN = {
    "name": "Hope, at last", "scale": "number", "lowest": "1", "highest": "5",
    "direction": "higher_is_better", "timepoints": ["start", "end"], "sources": ["self"],
}  # fmt: skip


async def test_a_measure_of_ones_own_is_added(client: AsyncClient) -> None:
    person = await manager()
    sign_in(client, person)

    form = await client.get("/measures/new")
    response = await send(client, "/measures/new", **OWN)
    page = text(await client.get(response.headers["location"]))

    assert "Partner’s report" not in form.text
    assert response.status_code == 303
    assert "Hope, at last 1 to 5. Higher is better. Start; End Own report" in page
    assert [row["code"] for row in await Measure.select()] == ["hope_at_last"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Confidence"}, "name"),
        ({"scale": ""}, "scale"),
        ({"lowest": ""}, "lowest"),
        ({"highest": "1"}, "highest"),
        ({"direction": ""}, "direction"),
        ({"timepoints": []}, "timepoints"),
        ({"sources": []}, "sources"),
    ],
)
async def test_a_measure_with_a_fault_is_shown_again_as_typed(
    client: AsyncClient, changes: dict[str, Any], field: str
) -> None:
    person = await manager()
    sign_in(client, person)
    sent = OWN | changes

    response = await send(client, "/measures/new", **sent)

    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert ('value="end" checked' in response.text) is bool(sent["timepoints"])
    assert await Measure.count() == 0


@pytest.mark.parametrize(("name", "code"), [("3 wishes", "m_3_wishes"), ("Надежда", "m_")])
async def test_any_name_makes_a_code(client: AsyncClient, name: str, code: str) -> None:
    person = await manager()
    sign_in(client, person)

    response = await send(client, "/measures/new", **OWN | {"name": name, "scale": "yes_no"})

    assert response.status_code == 303
    assert [row["code"] for row in await Measure.select()] == [code]


async def test_a_programmes_measures_are_ticked_and_unticked(client: AsyncClient) -> None:
    person = await manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    hope = await make_measure(organisation_id=person.organisation_id, code="hope")
    await make_measure(organisation_id=person.organisation_id, side=Side.PERPETRATOR, code="theirs")
    sign_in(client, person)
    address = f"/programmes/{programme.id}/measures"

    before = await client.get(address)
    saved = await send(client, address, version="1", measures=[str(hope)])
    after = await client.get(saved.headers["location"])
    stale = await send(client, address, version="1")
    strange = await send(client, address, version="2", measures=["theirs"])

    assert ("Theirs" in before.text, "checked" in before.text) == (False, False)
    assert "Measures saved" in text(after)
    assert f'value="{hope}" checked' in after.text
    assert stale.status_code == 409
    assert 'name="version" value="2"' in stale.text
    assert (strange.status_code, [name for name, _ in summary(strange)]) == (400, ["measures"])


async def test_who_does_not_manage_programmes_reads_which_are_taken(client: AsyncClient) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    cohort = await make_group(person)
    await make_taken_measure(cohort, "hope")
    sign_in(client, person)
    address = f"/programmes/{cohort.programme.id}/measures"

    page = await client.get(address)
    answers = [
        await client.get("/measures/new"), await client.get("/measures/ready-made"),
        await send(client, address, version="1"), await send(client, "/measures/new", **OWN),
        await send(client, "/measures/ready-made", shipped="goal"),
    ]  # fmt: skip

    assert ("Hope" in page.text, "<form method=\"post\" action=\"/programmes" in page.text) == (
        True, False,
    )  # fmt: skip
    assert {answer.status_code for answer in answers} == {403}
    assert "Add one of your own" not in (await client.get("/measures")).text


async def test_a_group_of_others_is_not_there_for_a_facilitator(client: AsyncClient) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    others = await make_cohort(organisation_id=person.organisation_id, enrolled=1)
    await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)

    for path in (f"cohorts/{others.id}", f"enrolments/{others.enrolment_ids[0]}"):
        assert (await client.get(f"/{path}/outcomes")).status_code == 404
