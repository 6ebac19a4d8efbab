"""Texts that need a person, and the alerts about sending, in a browser without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignedIn
from tests.browser.test_every_page import faults_of


@pytest.mark.parametrize("width", [320, 1280])
def test_a_held_text_is_let_go_or_cancelled_with_one_tap(signed_in: SignedIn, width: int) -> None:
    page = signed_in("perpetrator.manager", width=width, javascript=False)
    page.goto("/messages/to-do")
    if page.get_by_role("button", name="Let it go").count():
        button, notice = "Let it go", "Text released"
    else:  # the other width has let it go; another one is cancelled
        button, notice = "Cancel this text", "Text cancelled"

    page.get_by_role("button", name=button).first.click()

    expect(page.locator("h1")).to_have_text("Texts that need you")
    expect(page.locator(".govuk-notification-banner")).to_contain_text(notice)


def test_somebody_who_rang_settles_a_doubtful_text(signed_in: SignedIn) -> None:
    page = signed_in("survivor.manager", width=320)
    page.goto("/messages/to-do")
    page.get_by_role("link", name="what happened to the text").first.click()
    page.get_by_role("button", name="I rang: it arrived").click()

    expect(page.locator(".govuk-notification-banner")).to_contain_text("is saved")
    expect(page.locator("table").first).to_contain_text("A colleague looked into it")
    assert list(faults_of(page)) == []


def test_an_administrator_settles_an_alert_and_pauses_and_resumes_texts(
    signed_in: SignedIn,
) -> None:
    page = signed_in("administrator", width=320)
    page.click("text=1 alert to look into")
    page.get_by_role("button", name="Looked into it").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Alert settled")
    assert list(faults_of(page)) == []

    page.click("text=Pause or resume all texts")
    page.fill("#reason", "Trying the switch")
    page.click("main form button")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Switch saved")
    expect(page.locator("main")).to_contain_text("Trying the switch")
    page.click("main form button")
    expect(page.locator("main")).not_to_contain_text("Trying the switch")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_wording_is_seen_as_on_the_phone_before_it_is_saved(
    signed_in: SignedIn, width: int
) -> None:
    """What gives something away is found, and what was typed stays; without JavaScript too."""
    page = signed_in("administrator", width=width, javascript=width > 320)
    page.goto("/messaging/templates/new")
    page.fill("#name", "Beside the court")
    page.fill("#body", "See you at the court on {{ day }} at {{ time }}.")
    page.get_by_role("button", name="Show preview").click()

    expect(page.locator("#preview .app-phone")).to_contain_text("See you at the court on")
    expect(page.locator("#preview")).to_contain_text("The discreet check found")
    expect(page.locator("#body")).to_have_value("See you at the court on {{ day }} at {{ time }}.")
    if width > 320:
        assert list(faults_of(page)) == []


def test_a_reply_is_read_and_done_with_one_tap(signed_in: SignedIn) -> None:
    page = signed_in("survivor.facilitator", width=320)
    page.goto("/replies")
    assert list(faults_of(page)) == []
    to_do = page.get_by_role("button", name="Done: the text of")
    number = to_do.count()
    assert number > 0

    to_do.first.click()

    expect(page.locator(".govuk-notification-banner")).to_contain_text("Done")
    expect(to_do).to_have_count(number - 1)
