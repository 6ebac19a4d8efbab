"""The ``tracker`` commands, as a person at a terminal runs them, on a temporary SQLite.

Most run in the process of the tests: a process of its own for each takes seconds to start.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.cli import main

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
ROOT = Path(__file__).parent.parent.parent
ADA = [
    "account", "create", "ada@example.org", "--name", "Ada Byron", "--role", "administrator",
    "--side", "none", "--organisation", "Northbank",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Tracker = Callable[..., Result]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Nothing of this machine's own settings; a folder without ``.env``."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")},
        "TRACKER_DATABASE_URL": f"sqlite:///{tmp_path}/tracker.db",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def tracker(
    environ: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Tracker:
    def run(*arguments: str, **settings: str) -> Result:
        with monkeypatch.context() as terminal:
            terminal.setattr(os, "environ", {**environ, **settings})
            terminal.setattr(sys, "argv", ["tracker", *arguments])
            terminal.chdir(tmp_path)
            capsys.readouterr()
            try:
                main()
            except SystemExit as ending:
                return Result(int(ending.code or 0), *capsys.readouterr())
            return Result(0, *capsys.readouterr())

    return run


@pytest.fixture
def migrated(tracker: Tracker, sqlite_template: Path, tmp_path: Path) -> Tracker:
    shutil.copy(sqlite_template, tmp_path / "tracker.db")
    return tracker


def one_line(result: Result) -> str:
    assert result.returncode == 1, result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def test_migrate_makes_the_schema_and_the_folder_it_stands_in(
    tracker: Tracker, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/new/tracker.db"

    for _ in range(2):
        result = tracker("migrate", TRACKER_DATABASE_URL=url)
        assert (result.returncode, result.stderr) == (0, "")
        assert "The database is at revision" in result.stdout
    assert (tmp_path / "new" / "tracker.db").exists()


def test_an_account_is_created_with_a_link_and_then_gets_a_token(
    migrated: Tracker, tmp_path: Path
) -> None:
    created = migrated(*ADA, TRACKER_PUBLIC_URL="https://tracker.example.org")

    assert (created.returncode, created.stderr) == (0, "")
    assert "https://tracker.example.org/choose-password/" in created.stdout
    again = one_line(migrated(*ADA))
    assert "exists already" in again

    issued = migrated("token", "create", "ada@example.org", "--days", "1")
    token = issued.stdout.strip()
    assert (issued.returncode, len(token)) == (0, 43)
    assert token.encode() not in (tmp_path / "tracker.db").read_bytes()
    with sqlite3.connect(tmp_path / "tracker.db") as database:
        assert database.execute("SELECT COUNT(*) FROM organisations").fetchone() == (1,)
        actions = database.execute("SELECT action FROM audit_events ORDER BY id").fetchall()
    database.close()
    assert [action for (action,) in actions] == [
        "organisation_added", "account_added", "grant_added", "token_issued",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["token", "create", "nobody@example.org"], "no account"),
        (["token", "create", "nobody@example.org", "--days", "0"], "from 1 to 366"),
        ([*ADA[:2], "no-address", *ADA[3:]], "e-mail address"),
        ([*ADA[:8], "both", *ADA[9:]], "has the side none"),
    ],
)
def test_a_refusal_is_one_line(migrated: Tracker, arguments: list[str], says: str) -> None:
    assert says in one_line(migrated(*arguments))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_DATABASE_URL", "mysql://localhost/tracker"),
        ("TRACKER_PUBLIC_URL", "tracker.example.org"),
        ("TRACKER_SECRET_KEY", "short"),
        ("TRACKER_SMS", "pigeon"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    tracker: Tracker, name: str, value: str
) -> None:
    assert one_line(tracker("serve", **{name: value})).startswith(f"tracker: {name}")


def test_more_than_one_worker_is_refused_on_sqlite(tracker: Tracker, tmp_path: Path) -> None:
    line = one_line(tracker("serve", "--workers", "2"))

    assert "more than one needs PostgreSQL" in line
    assert not (tmp_path / "tracker.db").exists()


def test_a_database_that_cannot_be_used_is_one_line(tracker: Tracker, tmp_path: Path) -> None:
    (tmp_path / "tracker.db").write_text("This is no database, only some text. " * 100)

    assert "cannot be used" in one_line(tracker("doctor"))


def test_a_database_of_another_revision_is_not_served(migrated: Tracker, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tracker.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    database.close()

    assert "run `tracker migrate`" in one_line(migrated("serve"))


def test_an_unknown_option_is_told_by_click_in_a_process_of_its_own(
    environ: dict[str, str], tmp_path: Path
) -> None:
    result = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "serve", "--colour"], env=environ, cwd=tmp_path, timeout=60,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 2
    assert "No such option" in result.stderr


def test_doctor_finds_no_fault_in_a_new_service(migrated: Tracker) -> None:
    result = migrated("doctor")

    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        "note: Texts go to the console: none reaches a phone (TRACKER_SMS)", "No fault found",
    ]  # fmt: skip


def test_doctor_tells_a_fault_and_fails(migrated: Tracker, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "tracker.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    database.close()

    result = migrated("doctor")

    assert result.returncode == 1
    assert result.stdout.startswith("fault: ")
    assert "tracker migrate" in result.stdout


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_runs_its_jobs_and_stops_when_told(
    migrated: Tracker, environ: dict[str, str], tmp_path: Path, ending: signal.Signals
) -> None:
    del migrated  # the database stands ready
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "worker"], env=environ, cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        wait_until(lambda: beats(tmp_path / "tracker.db") >= 3)
        process.send_signal(ending)
        printed, complained = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0, complained
    assert "Stopped" in printed
    assert "Traceback" not in complained


def wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 40
    while not done():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.1)


def beats(path: Path) -> int:
    database = sqlite3.connect(path)
    try:
        found: int = database.execute("SELECT COUNT(*) FROM heartbeats").fetchone()[0]
    finally:
        database.close()
    return found
