"""``tracker import`` at a terminal, on a temporary SQLite with the example files of the docs."""

import sqlite3
from pathlib import Path

import pytest

from tests.unit.test_cli import (
    ROOT,
    Tracker,
    environ,  # noqa: F401 - a fixture
    migrated,  # noqa: F401 - a fixture
    one_line,
    tracker,  # noqa: F401 - a fixture
)

REFERRALS = ROOT / "docs" / "examples" / "referrals.csv"
ATTENDANCE = ROOT / "docs" / "examples" / "attendance.csv"


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def ready(migrated: Tracker, tmp_path: Path) -> Tracker:  # noqa: F811 - a fixture
    """An organisation with the programme and the cohort that the example files name."""
    migrated(
        "account", "create", "m@example.org", "--name", "M", "--role", "programme_manager",
        "--side", "survivor", "--organisation", "Harbour Light",
    )  # fmt: skip
    connection = sqlite3.connect(tmp_path / "tracker.db")
    with connection:
        organisation = connection.execute("SELECT id FROM organisations").fetchone()[0]
        ids = [f"00000000-0000-7000-8000-00000000000{number}" for number in range(9)]
        now = "2026-01-01 09:00:00+00:00"
        connection.execute(
            "INSERT INTO programmes (id, organisation, side, name, type, created_at, version)"
            " VALUES (?, ?, 'survivor', 'Freedom Programme', 'freedom', ?, 1)",
            (ids[0], organisation, now),
        )
        connection.execute(
            "INSERT INTO programme_versions (id, programme, number, group_model, delivery_mode,"
            " min_units, needs_end_review, needs_report_sent, capacity_min, capacity_max,"
            " created_at) VALUES (?, ?, 1, 'rolling', 'in_person', 2, 0, 0, 1, 12, ?)",
            (ids[1], ids[0], now),
        )
        connection.execute(
            "INSERT INTO cohorts (id, programme_version, organisation, side, code, starts_on,"
            " nation, slots, capacity, places_taken, created_at, version) VALUES (?, ?, ?,"
            " 'survivor', 'FP-24', '2026-01-12', 'england-and-wales', '[]', 12, 0, ?, 1)",
            (ids[2], ids[1], organisation, now),
        )
        for number, day in ((1, "12"), (2, "19"), (3, "26")):
            connection.execute(
                "INSERT INTO units (id, programme_version, number, title, kind, minutes,"
                " mandatory) VALUES (?, ?, ?, 'Unit', 'group', 120, 0)",
                (ids[2 + number], ids[1], number),
            )
            connection.execute(
                "INSERT INTO sessions (id, cohort, unit, starts_at, minutes, status,"
                " cancelled_reason, revision, register_version) VALUES (?, ?, ?, ?, 120,"
                " 'scheduled', '', 1, 0)",
                (ids[5 + number], ids[2], ids[2 + number], f"2026-01-{day} 10:00:00+00:00"),
            )
    connection.close()
    return migrated


def test_the_example_files_go_in_once(ready: Tracker, tmp_path: Path) -> None:
    tried = ready("import", "referrals", str(REFERRALS), "--dry-run", "--strict")
    first = ready("import", "referrals", str(REFERRALS), "--strict")
    marks = ready(
        "import", "attendance", str(ATTENDANCE), "--side", "survivor",
        "--organisation", "Harbour Light",
    )  # fmt: skip
    again = ready("import", "attendance", str(ATTENDANCE))
    doctor = ready("doctor")

    assert [result.returncode for result in (tried, first, marks, again)] == [0] * 4, first.stdout
    assert "This was a dry run: nothing was saved." in plain(tried.stdout)
    assert "5 rows: 5 new, 0 changed, 0 in already, 0 cannot be imported" in plain(first.stdout)
    assert "6 rows: 6 new, 0 changed, 0 in already, 0 cannot be imported" in plain(marks.stdout)
    assert "6 rows: 0 new, 0 changed, 6 in already, 0 cannot be imported" in plain(again.stdout)
    assert "enrolments differs" not in doctor.stdout


def test_rows_that_cannot_go_in_are_shown_and_written_to_a_file(
    ready: Tracker, tmp_path: Path
) -> None:
    rows = ["R-1,survivor,Freedom Programme,01/02/2026"]
    rows += [f"R-{number},survivor,Nowhere,01/02/2026" for number in range(2, 24)]
    file = tmp_path / "mixed.csv"
    file.write_text("Ref,Side,Programme,Referred on\n" + "\n".join(rows), "cp1252")

    strict = ready("import", "referrals", str(file), "--strict")
    result = ready("import", "referrals", str(file), "--errors", str(tmp_path / "bad.csv"))

    assert (strict.returncode, result.returncode) == (1, 1)
    assert "Nothing was imported" in plain(strict.stdout)
    assert "23 rows: 0 new, 0 changed, 0 in already, 22 cannot be imported" in plain(strict.stdout)
    assert "23 rows: 1 new, 0 changed, 0 in already, 22 cannot be imported" in plain(result.stdout)
    assert "and 2 more; see --errors FILE" in plain(result.stdout)
    written = (tmp_path / "bad.csv").read_text("utf-8-sig").splitlines()
    assert len(written) == 23
    assert written[1] == ('"R-2","survivor","Nowhere","01/02/2026","3","programme: Not found"')


def test_what_is_no_spreadsheet_or_nobodys_is_one_line(ready: Tracker, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n")

    assert "no column for reference" in one_line(ready("import", "referrals", str(file)))
    nobody = ready("import", "referrals", str(REFERRALS), "--organisation", "Nobody")
    assert "There is no organisation called Nobody" in one_line(nobody)


def test_staff_go_in_with_headings_that_are_named_and_the_missing_are_told(
    ready: Tracker, tmp_path: Path
) -> None:
    tried = ready("import", "staff", str(ROOT / "docs" / "examples" / "staff.csv"), "--strict")
    file = tmp_path / "list.csv"
    file.write_text(
        "Key,name,sector,staff group,start date\n1001,Rowan Ashdown,ASC,Admin,1/4/2019\n"
    )
    told = ready("import", "staff", str(file), "--map", "payroll_number=Key", "--full-list")
    wrong = one_line(ready("import", "staff", str(file), "--map", "payroll_number"))
    nobody = one_line(ready("import", "staff", str(file), "--source", "iTrent"))

    assert "4 rows: 4 new" in plain(tried.stdout), tried.stdout
    assert "1 rows: 0 new, 1 changed" in plain(told.stdout)
    assert "2 in post are missing from this list: proposed as leavers" in plain(told.stdout)
    assert "Write COLUMN=HEADING, not payroll_number" in wrong
    assert "No columns are saved for a source of this name" in nobody


def test_columns_that_were_saved_for_a_source_are_used_by_its_name(
    ready: Tracker, tmp_path: Path
) -> None:
    connection = sqlite3.connect(tmp_path / "tracker.db")
    with connection:
        connection.execute(
            "INSERT INTO import_mappings (id, kind, source, account, headings, saved_at)"
            " VALUES ('00000000-0000-7000-8000-000000000001', 'staff', 'iTrent',"
            " '00000000-0000-7000-8000-000000000002', '{\"payroll_number\": \"Key\"}',"
            " '2026-01-01 09:00:00+00:00')"
        )
    connection.close()
    file = tmp_path / "list.csv"
    file.write_text("Key,name,sector,staff group,start date\n1001,Rowan,ASC,Admin,1/4/2019\n")

    done = ready("import", "staff", str(file), "--source", "ITRENT")

    assert "1 rows: 1 new" in plain(done.stdout), done.stderr


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    ready: Tracker, tmp_path: Path
) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as huge:
        huge.truncate(200_000_000)

    answer = one_line(ready("import", "staff", str(file)))

    assert "The file is larger than 20 MB. Send it in parts" in answer
