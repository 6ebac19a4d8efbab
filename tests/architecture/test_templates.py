"""Pages are made of real elements and prepared values."""

import re
from pathlib import Path

import pytest

from tests.architecture.product import ROOT, TEMPLATES, place

TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
HEADER_CELL = re.compile(r"<th\b[^>]*>")
UNSAFE = re.compile(r"\|\s*safe\b|Markup|autoescape\s+false")
STYLED_IN_PLACE = re.compile(r"\sstyle=|\son[a-z]+=\"")

templates = pytest.mark.parametrize("path", TEMPLATES, ids=place)


@templates
def test_every_table_has_a_caption_and_every_header_a_scope(path: Path) -> None:
    text = path.read_text("utf-8")
    bare = [table[:80] for table in TABLE.findall(text) if "<caption" not in table]
    unscoped = [cell for cell in HEADER_CELL.findall(text) if "scope=" not in cell]

    assert (bare, unscoped) == ([], [])


@templates
def test_nothing_escapes_the_escaping(path: Path) -> None:
    assert UNSAFE.findall(path.read_text("utf-8")) == []


@templates
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    bare = [form[:80] for form in FORM.findall(path.read_text("utf-8")) if "csrf" not in form]
    assert bare == []


@templates
def test_the_content_security_policy_lets_everything_in_the_page_work(path: Path) -> None:
    """It refuses styles and scripts that stand in the page itself."""
    assert STYLED_IN_PLACE.findall(path.read_text("utf-8")) == []


def test_there_are_templates() -> None:
    assert "api/templates/base.html" in {place(path) for path in TEMPLATES}


def test_the_styles_are_built_without_gds_transport() -> None:
    """Only GOV.UK itself may use its typeface."""
    styles = ROOT / "api" / "static" / "app.css"
    assert styles.exists(), "make assets"

    assert re.findall(r"GDS Transport|@font-face|\.woff", styles.read_text("utf-8")) == []
    assert (styles.parent / "govuk-frontend.min.js").exists()


@templates
def test_no_page_shows_the_crown_or_the_crest(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"govukHeader|govukFooter|crown|copyright-logo|crest", text) == []
