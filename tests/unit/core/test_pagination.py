"""Cursor lists."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from core.errors import InvalidInputError
from core.pagination import Cursor, Page

ID = UUID("01a202d3-4f94-7576-947d-1356f6f369a5")
AT = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


def encoded(parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize("limit", [0, -1, 501, 10**30])
def test_a_limit_out_of_range_is_refused_by_name(limit: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Cursor(limit=limit)
    assert [error.field for error in refused.value.errors] == ["limit"]


@pytest.mark.parametrize("limit", [1, 500])
def test_the_ends_of_the_range_are_in_it(limit: int) -> None:
    assert Cursor(limit=limit).limit == limit


def test_the_first_page_begins_after_nothing() -> None:
    assert (Cursor().after_id(), Cursor().after_instant()) == (None, None)


def test_a_page_that_is_not_full_is_the_last() -> None:
    assert Cursor(limit=3).page([1, 2, 3], lambda row: (row,)) == Page((1, 2, 3), None)


def test_one_row_more_than_the_limit_makes_a_next_page_after_the_last_kept() -> None:
    page = Cursor(limit=1).page([ID, UUID(int=1)], lambda row: (row,))

    assert page.items == (ID,)
    assert Cursor(after=page.next).after_id() == ID


def test_a_cursor_of_an_instant_and_an_id_comes_back_whole() -> None:
    page = Cursor(limit=1).page([(AT, ID), (AT, ID)], lambda row: row)

    assert Cursor(after=page.next).after_instant() == (AT, ID)


@pytest.mark.parametrize(
    "after",
    [
        "x", "\x00", "é", "====", encoded([]), encoded({}), encoded(5), encoded("ab"),
        encoded(["x"]), encoded([5]), encoded([None]), encoded([[]]), encoded([str(ID), str(ID)]),
        base64.b64encode(b"[" * 100_000).decode(),
        base64.b64encode(b"\xff\xfe").decode(),
    ],
)  # fmt: skip
def test_a_cursor_that_was_not_ours_is_refused_by_name(after: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Cursor(after=after).after_id()
    assert [error.field for error in refused.value.errors] == ["after"]


@pytest.mark.parametrize(
    "parts",
    [
        [str(ID)],
        ["x", str(ID)],
        ["2026-06-10T12:00:00", str(ID)],
        ["0001-01-01T00:00:00+14:00", str(ID)],
        ["9999-12-31T23:59:59-14:00", str(ID)],
        [5, str(ID)],
        [AT.isoformat(), "x"],
    ],
)
def test_an_instant_that_was_not_ours_is_refused_by_name(parts: list[object]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Cursor(after=encoded(parts)).after_instant()
    assert [error.field for error in refused.value.errors] == ["after"]
