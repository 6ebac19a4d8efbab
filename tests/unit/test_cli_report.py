"""``tracker report``: a report without a browser."""

import io
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from api.cli import tracker


@pytest.fixture
def address(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'tracker.db')}"


def run(address: str, *words: str) -> Result:
    return CliRunner(env={"TRACKER_DATABASE_URL": address}).invoke(tracker, ["report", *words])


def test_a_report_is_printed_as_a_table_with_its_definitions(address: str) -> None:
    result = run(address, "completion", "--from", "2026-04-01", "--to", "2027-03-31")

    assert result.exit_code == 0
    assert "the year 2026/27, 1 April 2026 to 31 March 2027" in " ".join(result.output.split())
    assert "R1 = completed / referred" in result.output


def test_a_report_is_printed_as_json_and_csv(address: str) -> None:
    as_json = run(address, "completion", "--format", "json")
    as_csv = run(address, "training-compliance", "--format", "csv")

    assert json.loads(as_json.output)["basis"] == "cohort"
    assert as_csv.output.startswith('"Requirement","Organisation"')


def test_a_report_is_printed_as_a_workbook(address: str) -> None:
    result = run(address, "training-compliance", "--format", "xlsx")

    book = openpyxl.load_workbook(io.BytesIO(result.stdout_bytes))
    assert book["Figures"]["A1"].value == "Requirement"
    assert book["Definitions"]["A1"].value == "Training compliance"


@pytest.mark.parametrize(
    "words",
    [["unknown"], ["completion", "--from", "2027-02-29"], ["completion", "--format", "pdf"]],
)
def test_what_cannot_be_printed_is_one_line(address: str, words: list[str]) -> None:
    result = run(address, *words)

    assert result.exit_code == 2
    assert "Traceback" not in result.output
