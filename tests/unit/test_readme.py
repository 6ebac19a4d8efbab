"""What the README and the other documents claim is so."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from api.cli import tracker
from core import settings
from core.scope import Side
from tests.architecture.product import PACKAGES, ROOT

README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]+)(?:#[^)]*)?\)")
MADE = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
SETTING = re.compile(r'"(TRACKER_[A-Z_]+(?:\{side\.upper\(\)\})?)"')
COMMAND = re.compile(r"(?:^|`)(?:\.venv/bin/)?(tracker [a-z][^`\n]*)", re.MULTILINE)

documents = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)


def rows_under(heading: str) -> list[list[str]]:
    """The cells of the table that begins with this heading, without the code marks of the first."""
    lines = iter(README.splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            next(lines)
            break
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        name, *others = (cell.strip() for cell in line.strip("|").split(" | "))
        rows.append([name.strip("`"), *others])
    return rows


def commands(group: click.Group = tracker, prefix: str = "tracker") -> Iterator[str]:
    for name in group.commands:
        command = part_of(group, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def part_of(group: click.Group, name: str) -> click.Command | None:
    """The command itself, where the group has only its name and what it does."""
    context = click.Context(group, resilient_parsing=True)
    return group.resolve_command(context, [name])[1]


def command_of(words: list[str]) -> click.Command | None:
    found: click.Command | None = tracker
    for word in words[1:]:
        if not isinstance(found, click.Group):
            break
        found = part_of(found, word)
    return None if isinstance(found, click.Group) else found


@documents
def test_every_file_that_a_document_links_to_exists(path: Path) -> None:
    missing = [
        link
        for link in LINK.findall(path.read_text("utf-8"))
        if not (path.parent / link.strip()).exists()
    ]
    assert missing == []


@documents
def test_every_target_that_a_document_names_can_be_made(path: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(MADE.findall(path.read_text("utf-8"))) <= set(targets)


@documents
def test_every_command_that_a_document_names_exists_with_its_options(path: Path) -> None:
    wrong = []
    for line in COMMAND.findall(path.read_text("utf-8")):
        words = shlex.split(line, comments=True)
        command = command_of(words)
        if command is None:
            wrong.append(line)
            continue
        options = {option for parameter in command.params for option in parameter.opts}
        wrong += [
            f"{line}: {word}"
            for word in words
            if word.startswith("--") and word not in {*options, "--help"}
        ]
    assert wrong == []


def test_the_readme_lists_every_command() -> None:
    assert sorted(row[0] for row in rows_under("Command")) == sorted(commands())


def test_the_readme_and_the_example_list_every_setting() -> None:
    found = {
        name
        for file in ("settings.py", "sms_settings.py", "mail_settings.py")
        for name in SETTING.findall((ROOT / "core" / file).read_text("utf-8"))
    }
    read = {name.replace("{side.upper()}", side.upper()) for name in found for side in Side}
    example = (ROOT / ".env.example").read_text("utf-8")

    assert {row[0] for row in rows_under("Setting")} == read
    assert set(re.findall(r"^(?:# )?(TRACKER_[A-Z_]+)=", example, re.MULTILINE)) == read


def test_the_readme_says_what_holds_where_nothing_is_set() -> None:
    key = {"TRACKER_SECRET_KEY": "k" * 32}
    said = {
        row[0]: row[1].strip("`")
        for row in rows_under("Setting")
        if row[0] not in key and re.fullmatch("`[^`]*`", row[1])
    }

    assert len(said) > 7

    assert settings.load({**said, **key}) == settings.load(key)


def test_the_readme_maps_every_package() -> None:
    block = README.partition("## The rooms")[2].partition("```")[2].partition("```")[0]
    assert set(re.findall(r"^(\w+)/", block, re.MULTILINE)) == set(PACKAGES)


def test_the_checking_machine_runs_the_readmes_test_command_and_then_the_checks() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()

    assert "make test " in README
    assert lines[-2:] == ["make test", "make check"]


def test_each_make_target_takes_at_most_three_lines() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipes = re.findall(r"^[\w./$()-]+:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)

    assert len(recipes) > 10
    assert max(recipe.count("\n") for recipe in recipes) <= 3


def test_the_safety_document_gives_every_rule_its_state() -> None:
    rows = re.findall(
        r"^\| ([MD]\d+) .*? \| (Built|In part|Not built) \|",
        (ROOT / "docs" / "safety.md").read_text("utf-8"),
        re.MULTILINE,
    )
    rules = [f"M{number}" for number in range(1, 17)] + [f"D{number}" for number in range(1, 16)]

    assert [rule for rule, _ in rows] == rules
