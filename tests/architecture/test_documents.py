"""docs/architecture.md shows the tree as it is."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.product import PACKAGES, ROOMS, ROOT, place

OF_EACH_ROOM = {"domain", "errors", "tables", "queries", "reports", "reminders", "services", "demo"}
NAMED = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")


def tree() -> Iterator[tuple[int, str]]:
    """Each name that the tree shows, with the depth of its line."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    block = text.partition("## The tree")[2].split("```")[1]
    for line in block.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        for name in re.split(r"\s{3,}", line.strip())[0].split("  "):
            if NAMED.fullmatch(name) and depth < 2:
                yield depth, name


def shown() -> set[str]:
    """Each path that the tree shows."""
    found, folder = set(), ""
    for depth, name in tree():
        found.add((f"{folder}/{name}" if depth else name).rstrip("/"))
        if not depth:
            folder = name.rstrip("/")
    return found


def members(package: str) -> Iterator[Path]:
    """The modules and folders directly in a package."""
    for path in (ROOT / package).iterdir():
        if path.name in {"__init__.py", "__pycache__", "static", "node_modules"}:
            continue
        if path.suffix == ".py" or path.is_dir():
            yield path


def test_everything_that_the_tree_shows_exists() -> None:
    assert {name for name in shown() if not (ROOT / name).exists()} == set()


def test_every_module_is_in_the_tree() -> None:
    here = shown()
    missing = {
        place(path)
        for package in PACKAGES
        for path in members(package)
        if place(path) not in here
        and not (package in ROOMS and path.stem.split("_")[0] in {*OF_EACH_ROOM, "piccolo"})
    }
    assert missing == set(), "Give each its line in docs/architecture.md"
