"""A report as people ask for it: a period, its figures, its picture, its files, on paper."""

import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import SignedIn
from tests.browser.test_every_page import faults_of

MANAGER = "survivor.manager"
RATE = re.compile(r"\d+\.\d% \(\d+ of \d+\)")


def test_a_quarter_is_chosen_read_drawn_and_taken_away(signed_in: SignedIn) -> None:
    """On a phone, and without JavaScript but for the picture's size."""
    page = signed_in(MANAGER, width=320)
    page.goto("/reports")
    page.get_by_role("link", name="Completion", exact=True).click()
    page.get_by_text("Choose the period and the rows").click()
    page.get_by_label("Last year").check()
    page.get_by_label("Quarter", exact=True).check()
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".app-report__period")).to_contain_text("The year 2025/26, 1 April 2025")
    row = page.locator("tbody tr", has_text="Q3 2025/26")
    expect(row).to_contain_text(RATE)
    expect(row).to_contain_text("95% interval")
    expect(row).to_contain_text("small base")
    picture = page.locator(".app-chart img").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 800
    drawn = page.request.get(str(picture.get_attribute("src"))).text()
    assert set(RATE.findall(drawn)) <= set(RATE.findall(page.locator("table").first.inner_text()))
    assert list(faults_of(page)) == []

    page.get_by_text("Choose the period and the rows").click()
    expect(page.get_by_label("Last year")).to_be_checked()
    expect(page.get_by_label("Quarter", exact=True)).to_be_checked()
    figures = csv_of(page)
    assert figures.splitlines()[0].startswith('"Section","Quarter","Referred"')
    assert "Q3 2025/26" in figures


def csv_of(page: Page) -> str:
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV file").click()
    return saved(file.value).read_text()


def saved(download: Download) -> Path:
    assert download.suggested_filename.startswith("completion")  # nothing of whose it is (D10)
    return Path(download.path())


def test_a_workbook_has_figures_and_definitions_and_nothing_hidden(signed_in: SignedIn) -> None:
    page = signed_in(MANAGER)
    page.goto("/reports/completion?group_by=quarter")
    with page.expect_download() as file:
        page.get_by_role("link", name="Excel workbook").click()
    book = load_workbook(io.BytesIO(saved(file.value).read_bytes()))

    assert book.sheetnames == ["Figures", "Definitions"]
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not [one for one in sheet.row_dimensions.values() if one.hidden]
        assert not [one for one in sheet.column_dimensions.values() if one.hidden]
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    quarters = {row[1] for row in book["Figures"].iter_rows(values_only=True)}
    said = " ".join(str(row[0]) for row in book["Definitions"].iter_rows(values_only=True))
    assert "Q3 2025/26" in quarters
    assert "R2 = completed / started" in said


@pytest.mark.parametrize(
    ("report", "width", "paper"),
    [("completion?group_by=quarter", 1030, "wide"), ("retention-curve", 700, "auto")],
)
def test_on_paper_a_report_has_its_figures_and_definitions_and_nothing_to_click(
    signed_in: SignedIn, report: str, width: int, paper: str
) -> None:
    """A4 across for many columns, else upright; in pixels of 96 to the inch, without margins."""
    page = signed_in(MANAGER, width=width)
    page.emulate_media(media="print")
    page.goto(f"/reports/{report}")

    for unwanted in (".app-header", ".app-footer", "details", ".app-downloads", ".govuk-back-link"):
        assert not page.locator(unwanted).first.is_visible()
    assert not page.locator("main button:visible, main input:visible").count()
    for wanted in ("h1", ".app-report__period", ".app-chart img", "table", ".app-report__counted"):
        assert page.locator(wanted).first.is_visible()
    expect(page.locator(".app-report__counted")).to_contain_text("As it stood on")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    table = page.locator("table").first.bounding_box()
    assert table is not None
    assert table["x"] + table["width"] <= width
    assert page.locator("tr").first.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
    named = page.locator(".app-report").first.evaluate("part => getComputedStyle(part).page")
    assert named == paper
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_days_that_are_wrong_are_kept_and_named(signed_in: SignedIn) -> None:
    page = signed_in(MANAGER, width=320, javascript=False)
    page.goto("/reports/attendance")
    page.get_by_text("Choose the period and the rows").click()
    page.get_by_label("Other days").check()
    page.fill("input[name='from-day']", "31")
    page.fill("input[name='from-month']", "2")
    page.fill("input[name='from-year']", "2026")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".govuk-error-summary")).to_contain_text(
        "The first day must be a real date"
    )
    assert page.input_value("input[name='from-day']") == "31"
    page.click(".govuk-error-summary a")
    page.fill("input[name='from-day']", "1")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".app-report__period")).to_contain_text("From 1 February 2026")
