"""The register as a page: marking, correcting, and what a bad or a stale save shows."""

import re
from uuid import UUID

from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from api.pages.rendering import template_config
from core.scope import Side
from tests.api.forms import form_token, saved_version, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import MadeCohort, make_cohort

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
    assert ["sent_home_behaviour" in page for page in pages] == [False, True]


async def test_before_it_begins_and_when_cancelled_there_is_nothing_to_mark(
    client: AsyncClient,
) -> None:
    cohort = await make_cohort(enrolled=1)
    sign_in(client, await manager(cohort))
    early = await client.get(path_of(cohort, 7))
    token = await form_token(client)
    await client.post(
        f"/sessions/{cohort.session_ids[7]}/cancel",
        data={"reason": "Snow", "_csrf_token": token},
    )
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
