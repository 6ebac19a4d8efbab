"""Pages around the register: planned absences, catch-ups, what was not held, reviews, checks."""

import re
from datetime import date

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from programmes.domain.register import Entry
from programmes.domain.terms import AttendanceOutcome as Outcome
from programmes.domain.terms import Mandate
from programmes.services.registers import Submission, save
from programmes.tables import AbsenceReview, AbsenceRule, PlannedAbsence, Session, WelfareCheck
from tests.api.forms import day, fields_of, send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, entry, make_cohort, make_enrolment, make_mark
from tests.fakes import FixedClock
from tests.statements import counted

TODAY = 6


async def manager(cohort: MadeCohort, side: Side | None = None) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide((side or cohort.side).value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip


async def miss(cohort: MadeCohort, by: Person, *units: int) -> None:
    """Everybody misses these sessions without a word."""
    for unit in units:
        lines: tuple[Entry, ...] = tuple(
            entry(one, Outcome.ABSENT_NOT_NOTIFIED) for one in cohort.enrolment_ids
        )
        await save(cohort.session_ids[unit], Submission(0, lines), by=by.actor)


async def test_an_absence_is_recorded_beforehand_and_removed(client: AsyncClient) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=2)
    by = await manager(cohort)
    sign_in(client, by)
    path = f"/sessions/{cohort.session_ids[7]}/planned-absences"
    person = str(cohort.enrolment_ids[0])

    wrong = await send(client, path, enrolment_id=person, reason="", note="Clinic at ten")
    saved = await send(client, path, enrolment_id=person, reason="medical", acceptable="yes")
    shown = await client.get(saved.headers["location"])
    register = await client.get(f"/sessions/{cohort.session_ids[7]}/register")

    assert [("reason", "Select the reason given")] == summary(wrong)
    assert "Clinic at ten" in wrong.text
    assert f'value="{person}" checked' in wrong.text
    assert "Absences saved" in text(shown)
    assert ": medical" in text(shown)
    assert path in register.text
    (row,) = await PlannedAbsence.select()
    assert bool(row["acceptable"])

    gone = await send(client, f"{path}/{row['id']}/remove")
    assert 303 == gone.status_code
    assert await PlannedAbsence.count() == 0


async def test_a_survivors_planned_absence_is_not_judged(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await manager(cohort))

    shown = await client.get(f"/sessions/{cohort.session_ids[7]}/planned-absences")

    assert "cceptable" not in shown.text


async def test_a_session_that_did_not_take_place_counts_for_nobody(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await manager(cohort))
    path = f"/sessions/{cohort.session_ids[TODAY]}/not-held"
    register = await client.get(f"/sessions/{cohort.session_ids[TODAY]}/register")

    wrong = await send(client, path, because_of="venue", reason="", version="0")
    saved = await send(client, path, because_of="venue", reason="No heating", version="0")

    assert path in register.text
    assert ["reason"] == [field for field, _ in summary(wrong)]
    assert 'value="venue" checked' in wrong.text
    assert "No heating" in text(await client.get(saved.headers["location"]))
    (row,) = await Session.select().where(Session.id == cohort.session_ids[TODAY])
    assert (row["status"], row["not_held_because_of"]) == ("cancelled", "venue")


async def test_a_catch_up_is_arranged_for_a_unit_that_is_missing(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    sign_in(client, by)
    await make_mark(session_id=cohort.session_ids[4], enrolment_id=cohort.enrolment_ids[0])
    path = f"/enrolments/{cohort.enrolment_ids[0]}/catch-up"
    shown = await client.get(path)

    wrong = await send(
        client, path, unit_number="5", at="two", **day("starts_at", "2026-06-11"), minutes="0"
    )
    saved = await send(client, path, unit_number="5", at="14:00", **day("starts_at", "2026-06-11"))

    listed = re.findall(r'name="unit_number" type="radio" value="(\d+)"', shown.text)
    assert listed == ["1", "2", "3", "5", "6"]
    assert {"at", "minutes"} == {field for field, _ in summary(wrong)}
    assert 'value="two"' in wrong.text
    assert 'value="5" checked' in wrong.text
    assert saved.headers["location"] == f"/enrolments/{cohort.enrolment_ids[0]}?saved=catch-up"
    (row,) = await Session.select().where(Session.is_catch_up == True)  # noqa: E712 - SQL
    assert (row["missed_session"], row["minutes"]) == (cohort.session_ids[5], 120)


async def test_a_day_that_is_none_is_named_and_nothing_is_lost(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await manager(cohort))

    wrong = await send(
        client, f"/enrolments/{cohort.enrolment_ids[0]}/catch-up", unit_number="5", at="14:00",
        starts_at__day="31", starts_at__month="6", starts_at__year="2026",
    )  # fmt: skip

    assert ["starts_at"] == [field for field, _ in summary(wrong)]
    assert 'value="31"' in wrong.text


async def test_who_has_every_unit_has_nothing_to_catch_up(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await manager(cohort))
    for unit in range(1, 7):
        await make_mark(session_id=cohort.session_ids[unit], enrolment_id=cohort.enrolment_ids[0])

    shown = await client.get(f"/enrolments/{cohort.enrolment_ids[0]}/catch-up")

    assert "There is no unit to catch up" in text(shown)


async def test_the_history_of_a_corrected_mark_leads_from_the_register(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    by = await manager(cohort)
    await miss(cohort, by, TODAY)
    late = entry(cohort.enrolment_ids[0], Outcome.LATE, minutes_attended=100, note="Bus")
    await save(cohort.session_ids[TODAY], Submission(1, (late,), "Came at 10:20"), by=by.actor)
    sign_in(client, by)
    register = await client.get(f"/sessions/{cohort.session_ids[TODAY]}/register")
    (link,) = re.findall(r'href="(/attendances/[^"]+)"', register.text)

    shown = await client.get(link)

    said = text(shown)
    assert "History of a mark – Programme Tracker" == title(shown)
    for words in ("Late", "Stayed 100 minutes", "Note: Bus", "Came at 10:20", "First mark"):
        assert words in said
    assert "Absent, not decided yet" in said
    assert by.actor.name in said


async def test_absences_to_review_are_listed_opened_and_closed(client: AsyncClient) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    by = await manager(cohort)
    await miss(cohort, by, 1, 2, 3)
    sign_in(client, by)
    (row,) = await AbsenceReview.select()
    path = f"/reviews/{row['id']}"

    listed = await client.get("/reviews")
    shown = await client.get(path)
    wrong = await send(client, path, note="Rang twice", version="1")
    closed = await send(client, path, outcome="warning", note="Rang twice", version="1")
    again = await send(client, path, outcome="no_action", version="2")

    assert path in listed.text
    assert "Missed 3 in a row" in text(listed)
    assert "Overdue" in text(listed)
    assert "Breach action was taken" in text(shown)
    assert ["outcome"] == [field for field, _ in summary(wrong)]
    assert "Rang twice" in wrong.text
    assert closed.headers["location"] == "/reviews?saved=review"
    assert 409 == again.status_code
    assert "A warning was given" in text(again)
    assert "There are no absences to review." in text(await client.get("/reviews"))


async def test_after_breach_action_the_review_leads_to_recording_that_they_left(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    by = await manager(cohort)
    await miss(cohort, by, 1, 2, 3)
    sign_in(client, by)
    (row,) = await AbsenceReview.select()
    path, place = f"/reviews/{row['id']}", f"/enrolments/{cohort.enrolment_ids[0]}"
    opened = await client.get(path)

    closed = await send(client, path, outcome="breach_action", version="1")
    then = await client.get(closed.headers["location"])
    form = await client.get(f"{place}/exit?reason=breached")
    odd = await client.get(f"{place}/exit?reason=%3Cscript%3E")

    link = f'href="{place}/exit?reason=breached"'
    assert (link in opened.text, link in then.text) == (False, True)
    assert '<option value="breached" selected>' in form.text
    assert day("on", "2026-06-10").items() <= fields_of(form).items()
    assert (200, False) == (odd.status_code, " selected" in odd.text)
    await client.post(f"{place}/exit", data={**fields_of(form), "reason": "breached"})
    assert link not in (await client.get(path)).text


async def test_a_survivors_review_has_no_word_of_enforcement(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    await miss(cohort, by, 1, 2, 3)
    sign_in(client, by)
    (row,) = await AbsenceReview.select()

    pages = [await client.get(path) for path in ("/", "/reviews", f"/reviews/{row['id']}")]

    for page in pages:
        assert "Missed 3 in a row: how are they?" in text(page)
        assert not re.search(r"cceptable|[Bb]reach|[Ww]arning", text(page))


async def test_m14_a_welfare_check_says_how_to_call_and_keeps_what_was_found(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    await miss(cohort, by, TODAY)
    sign_in(client, by)
    (row,) = await WelfareCheck.select()
    path = f"/welfare-checks/{row['id']}"

    listed = await client.get("/welfare-checks")
    shown = await client.get(path)
    wrong = await send(client, path, outcome="concern_raised", version="1")
    closed = await send(client, path, outcome="safe_and_well", note="At home", version="1")

    assert path in listed.text
    assert "Today" in text(listed)
    assert "Leave no message that says why you call." in text(shown)
    assert ["note"] == [field for field, _ in summary(wrong)]
    assert closed.headers["location"] == "/welfare-checks?saved=welfare"
    assert "Safe and well" in text(await client.get(path))
    assert "Nobody is to be called." in text(await client.get("/welfare-checks"))


async def test_a_survivors_manager_finds_the_voluntary_rule_without_a_word_of_judgement(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort()
    await AbsenceRule(
        organisation=cohort.organisation_id, mandate=Mandate.VOLUNTARY, after_unacceptable=4,
        after_consecutive=3, act_within_working_days=10,
    ).save()  # fmt: skip
    sign_in(client, await manager(cohort))
    path = "/absence-rules/edit?of=" + str(cohort.organisation_id)

    pages = [await client.get("/absence-rules"), await client.get(f"{path}&mandate=voluntary")]
    others = await client.get(f"{path}&mandate=licence")
    saved = await send(
        client, f"{path}&mandate=voluntary", after_consecutive="2", act_within_working_days="5",
        version="1",
    )  # fmt: skip

    assert ["nacceptable" in shown.text for shown in pages] == [False, False]
    assert ("Voluntary" in pages[0].text, "Licence" in pages[0].text) == (True, False)
    assert (others.status_code, saved.status_code) == (404, 303)
    (row,) = await AbsenceRule.select()
    assert (row["after_unacceptable"], row["after_consecutive"], row["version"]) == (4, 2, 2)


async def test_a_manager_sets_when_absences_are_reviewed(client: AsyncClient) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    sign_in(client, person)
    path = f"/absence-rules/edit?mandate=licence&of={person.organisation_id}"
    shown = await client.get(path)

    wrong = await client.post(path, data={**fields_of(shown), "after_unacceptable": "none"})
    saved = await client.post(
        path, data={**fields_of(shown), "after_unacceptable": "", "after_consecutive": "4"}
    )
    stale = await client.post(path, data={**fields_of(shown), "after_consecutive": "5"})
    elsewhere = await client.get(
        f"/absence-rules/edit?mandate=licence&of={(await make_person(Role.AUDITOR)).id}"
    )

    assert ["after_unacceptable"] == [field for field, _ in summary(wrong)]
    assert saved.headers["location"] == "/absence-rules?saved=rule"
    assert (409, 404) == (stale.status_code, elsewhere.status_code)
    row = text(await client.get("/absence-rules")).partition("Change Licence ")[2]
    assert row.startswith("4 missed in a row 10 working days")


@pytest.mark.parametrize("side", list(Side))
async def test_d1_the_other_side_finds_none_of_these_pages(client: AsyncClient, side: Side) -> None:
    cohort = await make_cohort(side=side, enrolled=1)
    owner = await manager(cohort)
    await miss(cohort, owner, 3, 4, 5)
    other_side = Side.PERPETRATOR if side is Side.SURVIVOR else Side.SURVIVOR
    reviews = await AbsenceReview.select()
    checks = await WelfareCheck.select()
    paths = [
        f"/sessions/{cohort.session_ids[7]}/planned-absences",
        f"/sessions/{cohort.session_ids[TODAY]}/not-held",
        f"/enrolments/{cohort.enrolment_ids[0]}/catch-up",
        *[f"/reviews/{row['id']}" for row in reviews],
        *[f"/welfare-checks/{row['id']}" for row in checks],
    ]

    for other in (
        await manager(cohort, other_side),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value)),
    ):
        sign_in(client, other)
        assert {404} == {(await client.get(path)).status_code for path in paths}
        assert "There are no absences to review." in text(await client.get("/reviews"))
    sign_in(client, owner)
    assert {200} == {(await client.get(path)).status_code for path in paths}
    assert len(paths) == (7 if side is Side.SURVIVOR else 4)


async def test_today_asks_for_calls_first_then_registers_then_reviews(
    client: AsyncClient, now: FixedClock
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    await miss(cohort, by, 2, 3, 4)
    sign_in(client, by)

    said = text(await client.get("/"))

    places = [
        said.index(heading)
        for heading in (
            "Welfare checks", "Registers not marked yet", "Absences to review", "Sessions today",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "Call today" in said
    assert "Wed 3 Jun 2026" in said


@pytest.mark.parametrize(
    ("starts_on", "overdue"),
    [(date(2026, 5, 5), False), (date(2026, 5, 4), True)],
    ids=["yesterday evening's", "that of the day before"],
)
async def test_an_unmarked_register_is_chased_after_one_working_day(
    client: AsyncClient, *, starts_on: date, overdue: bool
) -> None:
    cohort = await make_cohort(starts_on=starts_on, at="19:00", enrolled=1)
    for unit in range(1, 6):
        await make_mark(session_id=cohort.session_ids[unit], enrolment_id=cohort.enrolment_ids[0])
    sign_in(client, await manager(cohort))

    listed = text(await client.get("/")).partition("Registers not marked yet")[2]

    assert ("Overdue" in listed.partition("Sessions today")[0]) is overdue
    assert ("Tue 9 Jun 2026" in listed, "Mon 8 Jun 2026" in listed) == (not overdue, overdue)


async def test_today_leads_to_welfare_checks_on_the_survivors_side_only(
    client: AsyncClient,
) -> None:
    offered = {}
    for side in Side:
        sign_in(client, await manager(await make_cohort(side=side)))
        offered[side] = "/welfare-checks" in (await client.get("/")).text

    assert offered == {Side.SURVIVOR: True, Side.PERPETRATOR: False}


async def test_today_asks_for_the_same_number_of_statements_whatever_waits(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    sign_in(client, by)
    await client.get("/")
    with counted(monkeypatch) as before:
        await client.get("/")
    for _ in range(3):
        await make_enrolment(cohort_id=cohort.id)
    await miss(cohort, by, 2, 3, 4)

    with counted(monkeypatch) as after:
        await client.get("/")

    assert len(before) == len(after)


async def test_lists_ask_for_the_same_number_of_statements_whatever_their_length(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = await make_cohort(enrolled=3)
    by = await manager(cohort)
    sign_in(client, by)
    numbers = []
    for _ in range(2):
        for path in ("/reviews", "/welfare-checks"):
            with counted(monkeypatch) as sent:
                await client.get(path)
            numbers.append(len(sent))
        if len(numbers) == 2:
            await miss(cohort, by, 2, 3, 4)

    assert numbers[:2] == numbers[2:]
    assert await WelfareCheck.count() == 9
