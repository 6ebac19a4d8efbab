"""The register as a page: marking, correcting, and what a bad or a stale save shows."""

import re
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from api.pages.rendering import template_config
from core.scope import Side
from programmes.tables import Attendance, ProgrammeVersion
from tests.api.forms import fields_of, form_token, saved_version, sign_in, summary, text, title
from tests.factories import Person, at, make_organisation, make_person
from tests.factories_programmes import MadeCohort, make_cohort
from tests.fakes import FixedClock

MOST_BYTES = 60_000
"""Of a register of 15 people before compression (speed.md)."""


async def manager(cohort: MadeCohort) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(cohort.side.value),
        organisation_id=cohort.organisation_id,
    )  # fmt: skip


def path_of(cohort: MadeCohort, unit: int = 6) -> str:
    return f"/sessions/{cohort.session_ids[unit]}/register"


def filled(ids: tuple[UUID, ...], outcome: str, **more: str) -> dict[str, str]:
    """The page's fields: its lines are numbered, and say whose they are."""
    typed = {f"person-{place}": str(id) for place, id in enumerate(ids, 1)}
    return typed | {f"outcome-{place}": outcome for place, _ in enumerate(ids, 1)} | more


async def test_twelve_people_are_on_one_page_and_saved_at_once(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=12)
    sign_in(client, await manager(cohort))
    token = await form_token(client, path_of(cohort))

    saved = await client.post(
        path_of(cohort),
        data=filled(cohort.enrolment_ids, "attended", version="0", action="save",
                    _csrf_token=token),
    )  # fmt: skip
    page = await client.get(saved.headers["location"])

    assert (303, f"{path_of(cohort)}?saved=register") == (
        saved.status_code, saved.headers["location"],
    )  # fmt: skip
    assert 12 == len(re.findall(r'value="attended" checked', page.text))
    assert "12 of 12 marked" in text(page)
    assert "Register saved" in text(page)
    assert "Register – Programme Tracker" == title(page)


async def test_everyone_attended_without_javascript_saves_nothing_yet(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=3)
    sign_in(client, await manager(cohort))
    token = await form_token(client, path_of(cohort))
    first = cohort.enrolment_ids[0]

    shown = await client.post(
        path_of(cohort),
        data=filled((first,), "late", version="0", action="everyone", _csrf_token=token),
    )  # fmt: skip

    assert 200 == shown.status_code
    assert (2, 1) == (
        shown.text.count('value="attended" checked'),
        shown.text.count('value="late" checked'),
    )
    assert "0" == saved_version(await client.get(path_of(cohort)))


async def test_a_fault_stands_beside_its_person_and_nothing_typed_is_lost(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=3)
    sign_in(client, await manager(cohort))
    token = await form_token(client, path_of(cohort))
    typed = filled(cohort.enrolment_ids, "attended", version="0", _csrf_token=token)
    typed |= {"outcome-2": "left_early", "note-2": "Had a bus to catch"}

    shown = await client.post(path_of(cohort), data=typed)

    assert 400 == shown.status_code
    [(field, message)] = summary(shown)
    assert "minutes-2" == field
    assert message.endswith("Enter how many minutes they stayed")
    assert f'id="{field}"' in shown.text
    assert "Had a bus to catch" in shown.text
    assert 'value="left_early" checked' in shown.text


async def test_minutes_that_are_no_number_are_named(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await manager(cohort))
    token = await form_token(client, path_of(cohort))
    typed = filled(cohort.enrolment_ids, "late", version="0", _csrf_token=token)

    shown = await client.post(path_of(cohort), data={**typed, "minutes-1": "soon"})  # fmt: skip

    assert ["minutes-1"] == [field for field, _ in summary(shown)]
    assert 'value="soon"' in shown.text


async def test_a_stale_save_shows_both_marks_and_asks_again(client: AsyncClient) -> None:
    cohort = await make_cohort(enrolled=2)
    first, second = await manager(cohort), await manager(cohort)
    sign_in(client, first)
    token = await form_token(client, path_of(cohort))
    await client.post(
        path_of(cohort),
        data=filled(cohort.enrolment_ids, "attended", version="0", _csrf_token=token),
    )
    sign_in(client, second)
    token = await form_token(client, path_of(cohort))

    shown = await client.post(
        path_of(cohort), data=filled(cohort.enrolment_ids, "late", version="0", _csrf_token=token)
    )

    assert 409 == shown.status_code
    assert 2 == text(shown).count("Saved meanwhile: Attended")
    assert f"{first.actor.name} saved this register at 13:00" in text(shown)
    assert 2 == shown.text.count('value="late" checked')
    assert "1" == saved_version(shown)


async def test_a_survivors_register_judges_nobody(client: AsyncClient) -> None:
    survivors = await make_cohort(side=Side.SURVIVOR, enrolled=1)
    perpetrators = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    pages = []
    for cohort in (survivors, perpetrators):
        sign_in(client, await manager(cohort))
        pages.append((await client.get(path_of(cohort))).text)

    assert ["cceptable" in page for page in pages] == [False, True]
    assert ["Not engaged" in page or "not engaged" in page for page in pages] == [False, True]


CODES = re.compile(r'name="outcome-1" type="radio" value="(\w+)"')


async def test_the_short_list_of_each_side_and_the_long_one_where_the_version_says_so(
    client: AsyncClient,
) -> None:
    """2.3: few choices, more on request; never a word of enforcement for survivors."""
    found: dict[tuple[Side, bool], list[str]] = {}
    for side in Side:
        cohort = await make_cohort(side=side, enrolled=1)
        sign_in(client, await manager(cohort))
        for long in (False, True):
            await ProgrammeVersion.update({ProgrammeVersion.long_outcomes: long}, force=True)
            found[side, long] = CODES.findall((await client.get(path_of(cohort))).text)

    survivors = ["attended", "absent_notified", "absent_not_notified", "late", "left_early"]
    perpetrators = [
        "attended", "attended_not_engaged", "absent_acceptable", "absent_unacceptable", "late",
        "left_early", "absent_undecided",
    ]  # fmt: skip
    assert found == {
        (Side.SURVIVOR, False): survivors,
        (Side.SURVIVOR, True): [*survivors, "sent_home_service", "not_required"],
        (Side.PERPETRATOR, False): perpetrators,
        (Side.PERPETRATOR, True): [
            *perpetrators, "sent_home_behaviour", "sent_home_service", "not_required",
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tap", "stored"),
    [
        ({"outcome-1": "attended"}, ("attended", None, True, None)),
        ({"outcome-1": "attended_not_engaged"}, ("attended", None, False, None)),
        ({"outcome-1": "absent_acceptable"}, ("absent_not_notified", True, None, None)),
        ({"outcome-1": "absent_acceptable", "told-1": "yes", "reason-1": "Medical"},
         ("absent_notified", True, None, "medical")),
        ({"outcome-1": "absent_unacceptable"}, ("absent_not_notified", False, None, None)),
        ({"outcome-1": "absent_undecided"}, ("absent_not_notified", None, None, None)),
        ({"outcome-1": "late", "late-1": "20", "engaged-1": "No"}, ("late", None, False, None)),
    ],
)  # fmt: skip
async def test_one_tap_writes_down_both_flags(
    client: AsyncClient, tap: dict[str, str], stored: tuple[str, bool | None, bool | None, str]
) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    sign_in(client, await manager(cohort))
    token = await form_token(client, path_of(cohort))
    typed = filled(cohort.enrolment_ids, "", version="0", _csrf_token=token) | tap

    saved = await client.post(path_of(cohort), data=typed)

    assert 303 == saved.status_code
    (row,) = await Attendance.select()
    judged = row["acceptable"] if row["acceptable"] is None else bool(row["acceptable"])
    engaged = row["engaged"] if row["engaged"] is None else bool(row["engaged"])
    assert (row["outcome"], judged, engaged, row["absence_reason"]) == stored


@pytest.mark.parametrize(
    ("side", "mark"),
    [
        (Side.SURVIVOR, {"outcome": "sent_home_behaviour"}),
        (Side.SURVIVOR, {"outcome": "attended", "engaged": False, "note": "two\nlines"}),
        (Side.SURVIVOR, {"outcome": "late", "minutes_late": 20, "minutes_attended": 95}),
        (Side.PERPETRATOR, {"outcome": "attended"}),
        (Side.PERPETRATOR, {"outcome": "attended", "engaged": True, "acceptable": False}),
        (Side.PERPETRATOR, {"outcome": "absent_notified"}),
        (Side.PERPETRATOR, {"outcome": "absent_notified", "acceptable": False}),
        (Side.PERPETRATOR, {"outcome": "not_required"}),
        (Side.PERPETRATOR, {"outcome": "sent_home_service"}),
    ],
)
async def test_a_mark_that_nobody_touches_stays_what_a_program_wrote(
    client: AsyncClient, side: Side, mark: dict[str, Any]
) -> None:
    cohort = await make_cohort(side=side, enrolled=1)
    by = await manager(cohort)
    line = {"enrolment_id": str(cohort.enrolment_ids[0]), **mark}
    saved = await client.put(
        f"/api/v1{path_of(cohort)}", json={"version": 0, "marks": [line]}, headers=by.headers
    )
    sign_in(client, by)
    shown = await client.get(path_of(cohort))

    again = await client.post(path_of(cohort), data=fields_of(shown))

    assert (200, 303) == (saved.status_code, again.status_code)
    assert "1" == saved_version(await client.get(path_of(cohort)))


async def test_a_planned_absence_is_filled_in_and_counts_once_saved(
    client: AsyncClient, now: FixedClock
) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=2, at="14:00")
    by = await manager(cohort)
    planned = await client.post(
        f"/api/v1/sessions/{cohort.session_ids[6]}/planned-absences",
        json={"enrolment_id": str(cohort.enrolment_ids[0]), "reason": "employment",
              "acceptable": True, "note": "Night shift"},
        headers=by.headers,
    )  # fmt: skip
    now.instant = at("2026-06-10 14:00")
    sign_in(client, await manager(cohort))

    shown = await client.get(path_of(cohort))
    await client.post(path_of(cohort), data=fields_of(shown))

    assert 201 == planned.status_code
    assert "Told us before: employment. It counts once you save." in text(shown)
    assert "1 of 2 marked" in text(shown)
    (row,) = await Attendance.select()
    assert (row["outcome"], row["absence_reason"], row["note"]) == (
        "absent_notified", "employment", "Night shift",
    )  # fmt: skip


async def test_after_the_window_a_facilitator_is_told_and_loses_nothing(
    client: AsyncClient,
) -> None:
    organisation = await make_organisation()
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation
    )
    cohort = await make_cohort(
        organisation_id=organisation, enrolled=1, facilitator_ids=[facilitator.id]
    )
    sign_in(client, facilitator)
    token = await form_token(client, path_of(cohort, 1))
    typed = filled(cohort.enrolment_ids, "attended", version="0", _csrf_token=token)
    await client.post(path_of(cohort, 1), data=typed)

    shown = await client.get(path_of(cohort, 1))
    changed = typed | {"version": "1", "outcome-1": "late", "correction_reason": "Came late"}
    refused = await client.post(path_of(cohort, 1), data=changed)

    assert "Ask a programme manager to correct them." in text(shown)
    assert 403 == refused.status_code
    [(field, message)] = summary(refused)
    assert ("save", True) == (field, "until 20 May 2026" in message)
    assert 'value="late" checked' in refused.text
    assert "Came late" in refused.text
    sign_in(client, await manager(cohort))
    assert "You are a manager, so you still can." in text(await client.get(path_of(cohort, 1)))


async def test_what_was_covered_and_who_took_it_stand_on_the_register(client: AsyncClient) -> None:
    organisation = await make_organisation()
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation
    )
    cohort = await make_cohort(
        organisation_id=organisation, enrolled=1, facilitator_ids=[facilitator.id]
    )
    sign_in(client, facilitator)
    token = await form_token(client, path_of(cohort))
    typed = filled(cohort.enrolment_ids, "attended", version="0", _csrf_token=token)

    await client.post(path_of(cohort), data=typed | {"covered": "Unit 6\r\nand a film"})

    shown = await client.get(path_of(cohort))
    assert "Unit 6\nand a film</textarea>" in shown.text
    assert f"Taken by {facilitator.actor.name}." in text(shown)


async def test_before_it_begins_and_when_cancelled_there_is_nothing_to_mark(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=1)
    by = await manager(cohort)
    sign_in(client, by)
    early = await client.get(path_of(cohort, 7))
    await client.post(
        f"/api/v1/sessions/{cohort.session_ids[7]}/cancel", json={"reason": "Snow"},
        headers=by.headers,
    )  # fmt: skip
    cancelled = await client.get(path_of(cohort, 7))

    assert "This session has not begun yet" in text(early)
    assert "This session is cancelled: Snow" in text(cancelled)
    assert "outcome-" not in early.text + cancelled.text


async def test_d1_the_other_side_finds_no_register_page(client: AsyncClient) -> None:
    cohort = await make_cohort(side=Side.SURVIVOR, enrolled=1)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=cohort.organisation_id
    )
    sign_in(client, other)
    token = await form_token(client)

    shown = await client.get(path_of(cohort))
    saved = await client.post(path_of(cohort), data={"version": "0", "_csrf_token": token})

    assert (404, 404) == (shown.status_code, saved.status_code)


async def test_the_page_of_fifteen_people_is_small(client: AsyncClient) -> None:
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=15, capacity=15)
    sign_in(client, await manager(cohort))

    page = await client.get(path_of(cohort))

    assert 15 == page.text.count('class="govuk-fieldset app-mark"')
    assert len(page.content) <= MOST_BYTES


def test_the_lean_rows_are_the_librarys_radios() -> None:
    """The register writes its own radios for speed; they must be the same markup."""
    environment = template_config().engine_instance.engine
    lean = environment.from_string(
        '{% from "registers/marks.html" import choice %}'
        '<div class="govuk-radios govuk-radios--small govuk-radios--inline"'
        ' data-module="govuk-radios">'
        '{{ choice(line, 1, "attended", "Attended") }}{{ choice(line, 2, "late", "Late") }}</div>'
    ).render(line={"place": 7, "outcome": "late"})
    library = environment.from_string(
        '{% from "govuk_frontend_jinja/components/radios/macro.html" import govukRadios %}'
        "{{ govukRadios(params) }}"
    ).render(
        params={
            "idPrefix": "outcome-7",
            "name": "outcome-7",
            "classes": "govuk-radios--small govuk-radios--inline",
            "items": [
                {"value": "attended", "text": "Attended"},
                {"value": "late", "text": "Late", "checked": True},
            ],
        }
    )

    assert elements(lean) == elements(library)


def elements(html: str) -> list[str]:
    """The tags and texts of radios, whatever the white space between them."""
    inside = html[html.index('<div class="govuk-radios') :]
    parts = re.findall(r"<[^>]+>|[^<]+", inside)
    found = [" ".join(part.split()) for part in parts if part.strip()]
    return found[: found.index("Late") + 2]
