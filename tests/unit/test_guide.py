"""The guides say what the pages say, and their pictures are there and small."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
GUIDES = sorted(GUIDE.glob("*.md"))
LARGEST_BYTES = 120_000


def product_text() -> str:
    """Everything that a page can say: templates, and the words that pages put into them."""
    files = [*(ROOT / "api" / "templates").rglob("*.html"), *(ROOT / "api" / "pages").rglob("*.py")]
    return "\n".join(path.read_text("utf-8") for path in files)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_label_that_a_guide_names_is_on_a_page(guide: Path) -> None:
    said = product_text()
    labels = set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", guide.read_text("utf-8")))

    assert [label for label in sorted(labels) if label not in said] == []
    assert len(labels) > 20


def test_every_picture_is_in_a_guide_and_small_and_says_what_it_shows() -> None:
    text = "".join(guide.read_text("utf-8") for guide in GUIDES)
    shown = dict(re.findall(r'<img src="([^"]+)" width="\d+" alt="([^"]+)">', text))
    there = {path.name: path.stat().st_size for path in GUIDE.glob("*.png")}

    assert set(shown) == set(there)
    assert [name for name, size in there.items() if size > LARGEST_BYTES] == []
    assert [name for name, words in shown.items() if len(words.split()) < 5] == []
