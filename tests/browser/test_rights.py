"""Somebody's own file in a browser: what no link leads to, because a form is sent first."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignedIn
from tests.browser.test_every_page import faults_of


@pytest.mark.parametrize("width", [320, 1280])
def test_a_persons_own_file_is_accessible_and_prints_without_the_menu(
    signed_in: SignedIn, width: int
) -> None:
    page = signed_in("survivor.manager", width=width)
    page.goto("/holds")
    page.click("table a >> nth=0")
    page.click("text=Back to the person")
    page.click("text=Everything held about them")
    page.click("text=The person asked")
    page.click("text=Show it to print")

    expect(page.locator("h1")).to_have_text("What we hold about you")
    assert list(faults_of(page)) == []
    page.emulate_media(media="print")
    expect(page.locator(".app-header")).to_be_hidden()
    expect(page.locator(".app-not-printed")).to_be_hidden()
    expect(page.locator(".app-file").first).to_be_visible()


def test_a_hold_is_placed_and_lifted_without_javascript(signed_in: SignedIn) -> None:
    page = signed_in("safety.lead", width=320, javascript=False)
    page.goto("/participants")
    page.click("main a[href^='/participants/0'] >> nth=5")
    page.click("text=Legal hold")
    page.fill("#reason", "Needed for an inquest")
    page.click("button:has-text('Place a hold')")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Hold placed")

    page.click("text=Lift the hold")

    expect(page.locator(".govuk-notification-banner")).to_contain_text("Hold lifted")
