"""What left is on this host's disk before the database is told, and is read at the next start."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from core import clock
from core.ids import new_id
from messaging.services.journal import Journal, Line
from tests.fakes import FixedClock


def line(status: str = "queued") -> Line:
    return Line(clock.now(), new_id(), f"SM{new_id().hex}", status)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_the_next_start_reads_what_was_accepted_in_order(tmp_path: Path) -> None:
    first, second = line(), line("accepted")
    before = Journal(tmp_path / "var", "tracker.db")
    await before.accepted(first)
    await before.accepted(second)

    lines = await Journal(tmp_path / "var", "tracker.db").to_compare()

    assert lines == (first, second)
    assert files(tmp_path / "var") == ["tracker.db.sent-2026-06-10"]


async def test_it_holds_ids_alone(tmp_path: Path) -> None:
    """G17."""
    await Journal(tmp_path, "tracker.db").accepted(line())

    written = json.loads((tmp_path / "tracker.db.sent-2026-06-10").read_text("utf-8"))

    assert set(written) == {"at", "attempt", "sid", "status"}


async def test_another_database_s_texts_are_no_concern(tmp_path: Path) -> None:
    await Journal(tmp_path, "other.db").accepted(line())

    assert await Journal(tmp_path, "tracker.db").to_compare() == ()


async def test_once_compared_only_what_is_not_settled_is_compared_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "tracker.db")
    await journal.accepted(line())
    await journal.compared()
    lost, settled = line(), line()
    await journal.accepted(lost)
    await journal.accepted(settled)
    journal.settled(settled.attempt_id)

    assert await journal.to_compare() == (lost,)
    assert len(await Journal(tmp_path, "tracker.db").to_compare()) == 3


async def test_half_a_line_at_the_end_costs_that_line_alone(tmp_path: Path) -> None:
    before, after = line(), line()
    await Journal(tmp_path, "tracker.db").accepted(before)
    with (tmp_path / "tracker.db.sent-2026-06-10").open("a") as file:
        file.write('{"at": "2026-06-10T1')
    await Journal(tmp_path, "tracker.db").accepted(after)

    assert await Journal(tmp_path, "tracker.db").to_compare() == (before, after)


async def test_a_disk_that_was_full_for_one_line_costs_that_line_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, write = Journal(tmp_path, "tracker.db"), os.write
    before, torn, after = line(), line(), line()
    await journal.accepted(before)
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:40]))
    await journal.accepted(torn)
    monkeypatch.setattr(os, "write", write)
    await journal.accepted(after)

    assert await Journal(tmp_path, "tracker.db").to_compare() == (before, after)


async def test_half_a_line_of_another_process_costs_that_line_alone(tmp_path: Path) -> None:
    journal, before, after = Journal(tmp_path, "tracker.db"), line(), line()
    await journal.accepted(before)
    with (tmp_path / "tracker.db.sent-2026-06-10").open("a") as file:
        file.write('{"at": "2026-06-10T1')
    await journal.accepted(after)

    assert await Journal(tmp_path, "tracker.db").to_compare() == (before, after)


@pytest.mark.parametrize("written", ["[]", "1", '{"at": "x"}', '{"at": 1, "attempt": 2}', "\x00"])
async def test_a_line_that_says_nothing_is_passed_over(tmp_path: Path, written: str) -> None:
    (tmp_path / "tracker.db.sent-2026-06-10").write_text(f"{written}\n")

    assert await Journal(tmp_path, "tracker.db").to_compare() == ()


async def test_an_empty_file_is_nothing_torn(tmp_path: Path) -> None:
    (tmp_path / "tracker.db.sent-2026-06-10").touch()
    one = line()
    await Journal(tmp_path, "tracker.db").accepted(one)

    assert await Journal(tmp_path, "tracker.db").to_compare() == (one,)


async def test_a_start_removes_what_is_older_than_three_days(
    tmp_path: Path, now: FixedClock
) -> None:
    journal = Journal(tmp_path, "tracker.db")
    for _ in range(5):
        await journal.accepted(line())
        now.advance(days=1)

    kept = await Journal(tmp_path, "tracker.db").to_compare()

    assert [one.at.day for one in kept] == [12, 13, 14]
    assert files(tmp_path) == [f"tracker.db.sent-2026-06-{day}" for day in (12, 13, 14)]


async def test_once_an_older_copy_was_found_what_stands_before_is_no_news(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "tracker.db")
    await journal.accepted(line())
    await journal.compared(older_copy_found_at=clock.now() + timedelta(minutes=1))
    after = line()
    await journal.accepted(after)

    assert await Journal(tmp_path, "tracker.db").to_compare() == (after,)


async def test_a_full_disk_does_not_keep_the_database_from_being_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var").touch()  # no folder can be made of it
    journal = Journal(tmp_path / "var", "tracker.db")
    one = line()

    await journal.accepted(one)
    await journal.compared()
    await journal.accepted(one)

    assert await journal.to_compare() == (one,)
