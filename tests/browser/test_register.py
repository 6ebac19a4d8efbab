"""Marking a register as a facilitator does: on a phone, with and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignedIn

PERPETRATOR = "perpetrator.facilitator"
SURVIVOR = "survivor.facilitator"
FEWER_THAN = 20
"""Taps for twelve people (api.md, the register)."""


def open_register(page: Page) -> None:
    page.goto("/")
    page.click("text=/^(Mark the|View) register$/ >> nth=0")
    expect(page.locator("h1")).to_contain_text("Register")


def person(page: Page, place: int) -> str:
    return f".app-mark >> nth={place}"


def test_twelve_people_are_marked_in_fewer_than_twenty_taps_and_corrected_with_a_reason(
    signed_in: SignedIn,
) -> None:
    page = signed_in(PERPETRATOR, width=390)
    open_register(page)
    expect(page.locator(".app-mark")).to_have_count(12)
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        page.click(selector)
        taps += 1

    tap("text=Everyone attended")
    expect(page.locator("[data-marked]")).to_have_text("12 of 12 marked")
    expect(page.locator(f"{person(page, 2)} >> .app-mark__absence")).to_be_hidden()
    tap(f"{person(page, 2)} >> text=Absent, acceptable")
    expect(page.locator(f"{person(page, 2)} >> .app-mark__absence")).to_be_visible()
    tap(f"{person(page, 5)} >> text=Absent, unacceptable")
    tap("text=Save register")

    expect(page.locator(".govuk-notification-banner")).to_contain_text("Register saved")
    assert taps < FEWER_THAN

    late(page, 5)
    page.click("text=Save register")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Say why a mark")
    expect(page.locator(f"{person(page, 5)} >> input[value=late]")).to_be_checked()

    page.fill("#correction_reason", "Arrived while the list was read")
    page.click("text=Save register")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Correction saved")
    expect(page.locator(f"{person(page, 5)} >> input[value=late]")).to_be_checked()

    page.click(f"{person(page, 5)} >> text=Corrected: see what it was")
    expect(page.locator("table")).to_contain_text("Absent, unacceptable")
    expect(page.locator("table")).to_contain_text("Arrived while the list was read")


def late(page: Page, place: int) -> None:
    """Mark somebody as late: it is among what folds away."""
    page.click(f"{person(page, place)} >> summary")
    page.click(f"{person(page, place)} >> label:text-is('Late')")


def test_a_missed_unit_is_caught_up_and_credited(signed_in: SignedIn) -> None:
    page = signed_in(SURVIVOR, width=390)
    page.goto("/")
    page.click(".app-card a >> nth=0")
    page.click("table >> nth=0 >> tbody a >> nth=5")
    place = page.url
    page.click("text=Arrange a catch-up")
    page.click("label:has-text('session of') >> nth=0")
    for part, value in (("day", "10"), ("month", "6"), ("year", "2026")):
        page.fill(f"[name=starts_at-{part}]", value)
    page.fill("#at", "16:00")
    page.click("button:has-text('Arrange it')")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Session arranged")

    page.goto("/")
    page.click(".app-card:has-text('catch-up of one person') >> text=Mark the register")
    expect(page.locator(".app-mark")).to_have_count(1)
    page.click("text=Everyone attended")
    page.click("text=Save register")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Register saved")

    page.goto(place)
    expect(page.locator("main")).to_contain_text("Credited by catch-up")


def test_a_register_is_marked_without_javascript(signed_in: SignedIn) -> None:
    page = signed_in(SURVIVOR, width=320, javascript=False)
    open_register(page)
    people = page.locator(".app-mark").count()

    page.click(f"{person(page, 0)} >> text=Absent, told us")
    page.click("text=Everyone attended")
    assert page.locator("input[value=attended]:checked").count() == people - 1
    assert page.locator("input[value=absent_notified]:checked").count() == 1
    page.click("text=Save register")

    expect(page.locator(".govuk-notification-banner")).to_contain_text("Register saved")
    assert "Not acceptable" not in page.content()


def test_the_second_of_two_saves_is_told_what_the_first_one_saved(signed_in: SignedIn) -> None:
    first = signed_in(PERPETRATOR)
    second = signed_in("perpetrator.manager")
    open_register(first)
    second.goto(first.url)

    first.click(f"{person(first, 0)} >> text=Absent, unacceptable")
    if first.locator("#correction_reason").count():
        first.fill("#correction_reason", "Left before the start")
    first.click("text=Save register")
    expect(first.locator(".govuk-notification-banner")).to_be_visible()

    late(second, 0)
    second.click("text=Save register")

    expect(second.locator(".govuk-warning-text")).to_contain_text("saved this register at")
    expect(second.locator(person(second, 0))).to_contain_text(
        "Saved meanwhile: Absent, unacceptable"
    )
    expect(second.locator(f"{person(second, 0)} >> input[value=late]")).to_be_checked()

    second.fill("#correction_reason", "Seen arriving late")
    second.click("text=Save register")
    expect(second.locator(".govuk-notification-banner")).to_contain_text("Correction saved")


def test_a_facilitator_creates_a_cohort_from_a_previewed_timetable(signed_in: SignedIn) -> None:
    page = signed_in(SURVIVOR, width=390)
    page.goto("/cohorts/new")
    page.select_option("#programme_id", index=1)
    page.fill("#code", "F26-T")
    for part, value in (("day", "1"), ("month", "9"), ("year", "2026")):
        page.fill(f"[name=starts_on-{part}]", value)
    page.select_option("#weekday-0", label="Tuesday")
    page.fill("[name=at-0]", "10:00")
    page.click("text=Preview timetable")
    expect(page.locator("caption")).to_contain_text("12 sessions. Nothing is saved yet.")
    page.click("button:has-text('Create cohort')")

    expect(page.locator(".govuk-notification-banner")).to_contain_text("Cohort created")
    expect(page.locator("h1")).to_have_text("F26-T")
    page.click("text=Add somebody who waits")
    page.check("input[name=referral_id] >> nth=0")
    page.click("button:has-text('Add to the group')")
    expect(page.locator(".govuk-summary-list")).to_contain_text(re.compile("1 of 12 taken"))


def test_the_other_side_is_not_found(signed_in: SignedIn) -> None:
    own = signed_in(PERPETRATOR)
    own.goto("/")
    own.click(".app-card a >> nth=0")
    other = signed_in(SURVIVOR)

    answer = other.goto(own.url)

    assert answer is not None
    assert answer.status == 404
    assert "Not found" in other.content()
