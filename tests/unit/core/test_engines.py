"""Which statements a reader of SQLite may run."""

import pytest

from core.database import Index, one_of
from core.engines import _only_reads
from core.scope import Side


@pytest.mark.parametrize(
    "statement",
    ["SELECT 1", " select 1", "\n SELECT\n1", "WITH a AS (SELECT updated_at FROM b) SELECT 1"],
)
def test_what_only_reads_waits_for_no_writer(statement: str) -> None:
    assert _only_reads(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO a VALUES (1)",
        "UPDATE a SET b = 1",
        "DELETE FROM a",
        "WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a",
        "with a as (select 1) update b set c = 1",
        "PRAGMA defer_foreign_keys = 1",
        "CREATE TABLE a (b)",
    ],
)
def test_everything_else_takes_its_turn(statement: str) -> None:
    assert not _only_reads(statement)


def test_an_index_is_made_by_the_same_words_on_both_engines() -> None:
    assert Index("a_idx", ("b", "c")).ddl("a") == 'CREATE INDEX "a_idx" ON "a" ("b", "c")'
    assert Index("a_once", ("b",), unique=True, where="c IS NULL").ddl("a") == (
        'CREATE UNIQUE INDEX "a_once" ON "a" ("b") WHERE c IS NULL'
    )


def test_a_check_lists_the_values_of_an_enumeration() -> None:
    assert one_of("side", Side) == "\"side\" IN ('perpetrator', 'survivor')"
