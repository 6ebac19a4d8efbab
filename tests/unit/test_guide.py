"""The guide for facilitators says what the pages say, and its pictures are there and small."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
TEXT = (GUIDE / "facilitator.md").read_text("utf-8")
LARGEST_BYTES = 120_000


def product_text() -> str:
    """Everything that a page can say: templates, and the words that pages put into them."""
    files = [*(ROOT / "api" / "templates").rglob("*.html"), *(ROOT / "api" / "pages").rglob("*.py")]
    return "\n".join(path.read_text("utf-8") for path in files)


def test_every_label_that_the_guide_names_is_on_a_page() -> None:
    said = product_text()
    labels = set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", TEXT))

    assert [label for label in sorted(labels) if label not in said] == []
    assert len(labels) > 20


def test_every_picture_is_in_the_guide_and_small_and_says_what_it_shows() -> None:
    shown = dict(re.findall(r'<img src="([^"]+)" width="\d+" alt="([^"]+)">', TEXT))
    there = {path.name: path.stat().st_size for path in GUIDE.glob("*.png")}

    assert set(shown) == set(there)
    assert [name for name, size in there.items() if size > LARGEST_BYTES] == []
    assert [name for name, words in shown.items() if len(words.split()) < 5] == []
