"""A report is published, read by a commissioner, and refused where it would tell of one person."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import SignedIn


def test_a_release_is_published_after_a_look_and_read_by_a_commissioner(
    signed_in: SignedIn,
) -> None:
    page = signed_in("perpetrator.manager")
    page.goto("/reports/funnel?period=last-year&group_by=self_or_agency")
    page.get_by_role("link", name="See it as it would be published").click()
    expect(page.locator("h1")).to_contain_text("as it would be published")
    page.fill("#note", "For the autumn committee")
    page.get_by_role("button", name="Publish").click()

    number = re.findall(r"/releases/(\d+)$", page.url)
    expect(page.locator("main")).to_contain_text("For the autumn committee")
    figures = page.locator("table").first.inner_text()
    reader = signed_in("commissioner", width=320)
    reader.get_by_role("button", name="Menu").click()
    reader.get_by_role("link", name="Published reports").click()
    reader.get_by_role("link", name=f"Release {number[0]}", exact=True).click()

    assert reader.locator("table").first.inner_text() == figures
    with reader.expect_download() as file:
        reader.get_by_role("link", name="CSV file").click()
    assert "1 to 4" in reader.locator("main").inner_text()
    assert file.value.path().read_text().startswith('"Section"')


def test_figures_that_differ_by_one_person_are_refused_with_the_cells_named(
    signed_in: SignedIn,
) -> None:
    page = signed_in("small.manager", width=320)
    page.goto("/reports/completion/published?period=all")

    expect(page.locator(".govuk-error-summary")).to_contain_text("Referred")
    assert page.get_by_role("button", name="Publish").count() == 0
