"""Every refusal that a person can meet is explained in docs/problems.md."""

import re

from api import problems
from api.statuses import STATUSES
from core.errors import AppError
from tests.architecture.product import ROOT, modules

DOCUMENT = ROOT / "docs" / "problems.md"


def failures(kind: type[AppError] = AppError) -> list[type[AppError]]:
    """Every kind of failure in the product."""
    modules()
    own = {module.__name__ for module in modules()}
    found = [sub for sub in kind.__subclasses__() if sub.__module__ in own]
    return found + [deeper for sub in found for deeper in failures(sub)]


def slugs() -> set[str]:
    return {kind.slug for kind in failures()} | {slug for slug, _ in problems._HTTP_SLUGS.values()}


def sections() -> dict[str, str]:
    """What the document says under each slug's heading."""
    parts = re.split(r"^## (.+)$", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_slug_has_a_heading_in_the_document() -> None:
    missing = slugs() - set(sections())
    assert missing == set(), "Add these headings to docs/problems.md"


def test_every_heading_of_the_document_is_a_slug() -> None:
    left_over = set(sections()) - slugs()
    assert left_over == set(), "Nothing in the product answers with these"


def test_every_section_says_what_happened_and_what_to_do() -> None:
    short = [
        slug
        for slug, text in sections().items()
        if not re.search(r"\*\*What happened\.\*\* \S.+\n+\*\*What to do\.\*\* \S", text)
    ]
    assert short == []


def test_every_failure_has_a_slug_of_its_own_and_a_title() -> None:
    """A closer kind may keep its parent's slug, when the same advice holds."""
    kinds = failures()
    said = [(kind.slug, kind.title) for kind in kinds if {"slug", "title"} <= set(vars(kind))]

    assert len({slug for slug, _ in said}) == len(said)
    assert [kind.__name__ for kind in kinds if not hasattr(kind, "slug")] == []
    assert [slug for slug, title in said if not title or title.endswith(".")] == []
    assert [slug for slug, _ in said if not re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)] == []


def test_every_failure_has_a_status() -> None:
    without = [kind.__name__ for kind in failures() if not set(kind.__mro__) & set(STATUSES)]
    assert without == [], "Name them in api.statuses, or give them a parent that is"
