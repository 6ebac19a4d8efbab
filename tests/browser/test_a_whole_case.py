"""One case from the referral to the certificate, as a manager meets it on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignedIn
from tests.browser.test_every_page import faults_of

NOTICE = ".govuk-notification-banner"
FIRST, SECOND = "27 5 2026", "3 6 2026"
"""Two Wednesdays before the day on which the browser tests happen, 10 June 2026."""


class Story:
    """A manager's browser, and what was wrong with any page on the way."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []

    def look(self) -> None:
        """Note what axe, or a page that scrolls sideways, says of the page at hand."""
        self.faults += [f"{self.page.url}: {fault}" for fault in faults_of(self.page)]

    def follow(self, text: str) -> None:
        self.page.click(f"main a:has-text('{text}')")
        self.look()

    def day(self, field: str, value: str) -> None:
        for part, number in zip(("day", "month", "year"), value.split(), strict=True):
            self.page.fill(f"[name={field}-{part}]", number)

    def send(self, button: str, *, said: str) -> None:
        """Press a button, and read what the next page says of it."""
        self.page.click(f"main button:has-text('{button}')")
        expect(self.page.locator(NOTICE)).to_contain_text(said)
        self.look()


def test_a_case_from_the_referral_to_the_certificate(signed_in: SignedIn) -> None:
    story = Story(signed_in("survivor.manager", width=390))
    prepare_a_group(story)
    refer_and_assess(story)
    allocate(story)
    mark_and_correct(story)
    catch_up(story)
    complete_and_print(story)

    assert story.faults == []


def prepare_a_group(story: Story) -> None:
    """A programme of two units, of which both complete it, and its group."""
    page = story.page
    page.goto("/programmes/new")
    page.fill("#name", "Two evenings")
    page.select_option("#type", index=1)
    page.check("[name=group_model][value=rolling]")
    page.fill("#unit_count", "2")
    page.check("[name=threshold][value=units]")
    page.fill("#min_units", "2")
    story.send("Add programme", said="Programme added")
    page.goto("/cohorts/new")
    page.select_option("#programme_id", label="Two evenings")
    page.fill("#code", "T26-1")
    story.day("starts_on", FIRST)
    page.select_option("#weekday-0", label="Wednesday")
    page.fill("[name=at-0]", "18:30")
    page.click("text=Preview timetable")
    story.look()
    story.send("Create cohort", said="Cohort created")


def refer_and_assess(story: Story) -> None:
    page = story.page
    page.goto("/participants/new")
    page.fill("#given_name", "Wilhelmina")
    page.fill("#family_name", "Ashgrove")
    story.send("Add person", said="Person saved")
    page.goto(page.url.partition("?")[0] + "/refer")
    story.look()
    page.select_option("#programme_id", label="Two evenings")
    page.select_option("#source", index=1)
    page.check("[name=mandate] >> nth=0")
    story.day("received_on", "11 5 2026")
    story.send("Save referral", said="Referral saved")
    story.follow("Record assessment")
    story.day("on", "18 5 2026")
    page.check("[name=outcome][value=suitable]")
    story.send("Save assessment", said="Assessment saved")


def allocate(story: Story) -> None:
    page = story.page
    open_group(story)
    story.follow("Add somebody who waits")
    page.check("[name=referral_id] >> nth=0")
    story.day("joined_on", FIRST)
    story.send("Add to the group", said="Added to the group")
    expect(page.locator(".govuk-summary-list").first).to_contain_text("1 of 12 taken")


def open_group(story: Story) -> None:
    story.page.goto("/cohorts")
    story.page.click("main a:has-text('T26-1')")
    story.look()


def open_register(story: Story, place: int) -> None:
    open_group(story)
    story.page.click(f"main a:has-text('Register of') >> nth={place}")
    story.look()


def mark_and_correct(story: Story) -> None:
    """She was at the first session, though it was marked otherwise, and missed the second."""
    page = story.page
    for place in (0, 1):
        open_register(story, place)
        page.click(".app-mark >> text=/^Absent, told us/")
        story.send("Save register", said="Register saved")
    open_register(story, 0)
    page.click(".app-mark >> text=/^Attended/")
    page.fill("#correction_reason", "Came late, after the list was read")
    story.send("Save register", said="Correction saved")
    story.follow("Corrected: see what it was")
    expect(page.locator("main")).to_contain_text("Came late, after the list was read")


def catch_up(story: Story) -> None:
    page = story.page
    open_group(story)
    story.follow("Wilhelmina A.")
    expect(page.locator("main")).to_contain_text("1 more of the 2 units required")
    story.follow("Arrange a catch-up")
    page.check("[name=unit_number] >> nth=0")
    story.day("starts_at", "9 6 2026")
    page.fill("#at", "14:00")
    story.send("Arrange it", said="Session arranged")
    open_register(story, 2)
    page.click(".app-mark >> text=/^Attended/")
    story.send("Save register", said="Register saved")


def complete_and_print(story: Story) -> None:
    page = story.page
    open_group(story)
    story.follow("Wilhelmina A.")
    expect(page.locator("main")).to_contain_text("The rule for completion is met.")
    story.follow("Record completion")
    story.day("on", "10 6 2026")
    story.send("Record completion", said="Completion recorded")
    expect(page.locator("main")).to_contain_text("Credited by catch-up")
    story.follow("ertificate")
    page.emulate_media(media="print")
    expect(page.locator(".app-certificate")).to_contain_text("Wilhelmina Ashgrove")
    expect(page.locator(".app-certificate")).to_contain_text(re.compile("from 27 May 2026"))
    expect(page.locator("header.app-header")).to_be_hidden()
    expect(page.locator(".app-not-printed")).to_be_hidden()
    assert len(page.pdf()) > 1000
