"""What a command does not import, so that it starts soon and stays small."""

import json
import subprocess
import sys

import pytest

from api.cli import loaded, tracker
from tests.architecture.product import ROOT

SELDOM = {
    "aiohttp", "alembic", "numpy", "openpyxl", "pydantic", "requests", "sqlalchemy", "twilio.rest",
    "zxcvbn",
}  # fmt: skip
"""Large, and needed by few requests: whoever uses one of them imports it there."""

STEPS = (
    "api.cli",
    "api.commands.accounts, api.commands.doctor, api.commands.report, api.commands.worker",
    "api.commands.serve; api.commands.serve.app()",
)


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """Which modules a process has after each step: help, commands without pages, the server."""
    lines = ["import json, sys"]
    for step in STEPS:
        lines += [f"import {step}", "print(json.dumps(sorted(sys.modules)))"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", "\n".join(lines)], cwd=tmp_path_factory.mktemp("start"), timeout=60,
        env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [set(json.loads(line)) for line in done.stdout.splitlines()]


def test_help_imports_no_part_of_the_service(steps: list[set[str]]) -> None:
    assert not {"litestar", "piccolo", "rich"} & steps[0]


def test_commands_without_pages_do_not_import_them(steps: list[set[str]]) -> None:
    assert "jobs.health" in steps[1]
    assert not {"litestar", "uvicorn", "api.app", *SELDOM} & steps[1]


def test_the_server_imports_nothing_large_that_few_requests_need(steps: list[set[str]]) -> None:
    assert "api.app" in steps[2]
    assert not SELDOM & steps[2]


def test_help_says_of_each_command_what_the_command_says_of_itself() -> None:
    for name, command in tracker.commands.items():
        assert (name, command.help) == (loaded(name).name, loaded(name).help)
