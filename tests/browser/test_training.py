"""A workforce lead's week in a browser: who lapses, a date for them, its register, an import."""

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import SignedIn
from tests.browser.test_every_page import faults_of

LEAD = "workforce.lead"
HEADINGS = (
    "payroll_number,name,organisation,team,sector,staff_group,role,is_people_manager,started_on"
)


def test_a_lead_finds_who_lapses_books_them_and_marks_the_register(signed_in: SignedIn) -> None:
    page = signed_in(LEAD)
    page.goto("/compliance")
    expect(page.locator(".app-card")).to_contain_text(re.compile(r"\d+ of \d+ hold valid training"))
    to_chase = first_to_chase(page)
    behind = page.url
    name = page.locator("tbody th a").first.inner_text()
    assert list(faults_of(page)) == []

    plan_for_today(page, course_lacked(page, name, requirement=to_chase))
    event = page.url.partition("?")[0]
    page.get_by_role("button", name="Add somebody who came").click()
    page.locator("tr", has_text=name).get_by_role("button").first.click()
    page.goto(f"{event}/register")
    page.get_by_role("button", name="Everyone attended").click()
    page.get_by_role("button", name="Save register").click()

    expect(page.locator(".govuk-notification-banner")).to_be_visible()
    assert list(faults_of(page)) == []
    page.goto(behind)
    expect(page.locator("h1")).to_contain_text(to_chase)
    expect(page.locator("tbody tr", has_text=name)).to_have_count(0)


def first_to_chase(page: Page) -> str:
    """Follow the first number of people to chase; answer the requirement that it is of."""
    line = page.locator(".app-figures tbody tr", has=page.locator("strong a")).first
    requirement = line.locator("th").inner_text().splitlines()[0]
    line.locator("strong a").click()
    expect(page.locator("h1")).to_contain_text("To chase")
    return requirement


def course_lacked(page: Page, name: str, *, requirement: str) -> str:
    page.get_by_role("link", name=name).first.click()
    expect(page.locator("h1")).to_have_text(name)
    row = page.locator("tr", has_text=requirement).first
    return row.locator("th .govuk-body-s").inner_text().removesuffix(", recommended")


def plan_for_today(page: Page, course: str) -> None:
    page.goto("/training-events/new")
    page.select_option("#course_id", label=course)
    page.select_option("#organisation_id", index=1)
    for part, value in (("day", "10"), ("month", "6"), ("year", "2026")):
        page.fill(f"input[name='starts_at-{part}']", value)
    page.fill("#at", "09:30")
    page.fill("#ends_at", "12:30")
    page.fill("#venue", "Committee room 2")
    page.fill("#places", "12")
    page.get_by_role("button", name="Save").click()


def test_staff_are_imported_after_what_is_wrong_is_put_right(signed_in: SignedIn) -> None:
    """Without JavaScript, on a phone: what is in already is not doubled."""
    page = signed_in(LEAD, width=320, javascript=False)
    good = "B-1,Rowan Ashdown,{place},Front desk,housing,front_line,Housing officer,no,2026-01-05"
    wrong = "B-2,Wren Holloway,{place},Front desk,housing,front_line,Housing officer,no,31/31/2026"
    place = an_organisation(page)

    bring(page, good, wrong, place=place)
    expect(page.locator("main")).to_contain_text("What to correct")
    assert sideways(page) == 0
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.locator("main")).to_contain_text("1 row was left out")

    bring(page, good, wrong.replace("31/31/2026", "05/01/2026"), place=place)
    expect(page.locator("main")).not_to_contain_text("What to correct")
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.locator(".govuk-panel")).to_contain_text("1 new, 0 changed, 1 in already")


def an_organisation(page: Page) -> str:
    page.goto("/compliance")
    return str(page.locator("#organisation option").nth(1).inner_text()).strip()


def bring(page: Page, *rows: str, place: str) -> None:
    page.goto("/imports")
    page.check("input[name='kind'][value='staff']")
    text = "\n".join([HEADINGS, *(row.format(place=place) for row in rows)])
    file: FilePayload = {"name": "staff.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Continue").click()


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_the_matrix_and_what_expires_next_are_read_on_a_phone(signed_in: SignedIn) -> None:
    page = signed_in(LEAD, width=320)
    page.goto("/compliance")
    page.get_by_role("link", name="Person by person").click()
    page.select_option("#organisation", index=1)
    page.get_by_role("button", name="Show").click()
    squares = page.locator(".app-standing")
    expect(squares.first).to_have_text(re.compile("[A-Z][a-z]+"))
    assert list(faults_of(page)) == []

    page.get_by_role("link", name="Compliance").last.click()
    page.get_by_role("link", name="What expires next").click()
    page.get_by_role("link", name="Expires within 30 days").click()
    expect(page.locator("h1")).to_contain_text("What expires next")
    assert list(faults_of(page)) == []
