"""Files and functions stay small, nothing is kept in them that should not be."""

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.product import PACKAGES, ROOT, place, python_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 40

SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a Twilio account or key": re.compile(r"\b(?:AC|SK)[0-9a-f]{32}\b"),
    "a cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "a password in an address": re.compile(
        r"\w+://[^/\s:@{}<>\"']+:[^/\s:@{}<>\"']+@(?!127\.0\.0\.1|[\w.]*example)[\w.-]+\.\w"
    ),
    "a long random value": re.compile(
        r"(?i)(?:secret|token|passw(?:or)?d|api_?key)\w*\"?\s*[:=]\s*[\"'][0-9a-zA-Z+/_-]{32,}[\"']"
    ),
}


def tracked_files() -> list[Path]:
    """What is in version control, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a working copy")
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file()]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_is_too_long() -> None:
    lengths = {place(path): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    too_long = {name: length for name, length in lengths.items() if length > LONGEST_FILE}
    assert too_long == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{place(path)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in python_files()
        for function in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert len(lengths) > 200


def test_no_file_holds_a_secret() -> None:
    found = [
        f"{place(path)}: {what}"
        for path in tracked_files()
        if path.suffix not in {".png", ".ico"}
        for what, pattern in SECRETS.items()
        if pattern.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_version_is_exact_and_no_address_is_written_down() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    wrong = [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+|#.*", line)]
    lock = json.loads((ROOT / "api/assets/package-lock.json").read_text("utf-8"))
    resolved = [name for name, facts in lock["packages"].items() if "resolved" in facts]

    assert (wrong, resolved) == ([], [])
    assert len(lines) > 80


def test_every_dependency_has_its_exact_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {
        _normal(re.split(r"[\[<>=;]", line)[0])
        for line in (*project["dependencies"], *project["optional-dependencies"]["dev"])
    }
    exact = {
        _normal(line.partition("==")[0])
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    }
    assert wanted - exact == set()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_has_its_place_in_the_import_rules() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    house = next(rule for rule in rules["contracts"] if rule["id"] == "house")
    placed = {name for layer in house["layers"] for name in layer.split(" | ")}
    packages = {
        path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"
    }

    assert packages - {"bench"} == set(PACKAGES) == set(rules["root_packages"])
    assert placed == set(PACKAGES) - {"migrations"}, "migrations have contracts of their own"
