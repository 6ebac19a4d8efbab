"""docs/safety.md names a test for each rule of the sides; the processing register all tables."""

import re

from tests.architecture.product import ROOT
from tests.tables import ALL_TABLES

RULES = [f"D{number}" for number in range(1, 16)]
DEFINED = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
}
SAFETY = (ROOT / "docs" / "safety.md").read_text("utf-8")
REGISTER = (ROOT / "docs" / "processing.md").read_text("utf-8")


def test_each_rule_of_the_two_sides_names_a_test_that_exists() -> None:
    named = dict(re.findall(r"^\| (D\d+) .*\| `(test_\w+)` \|$", SAFETY, re.MULTILINE))

    assert sorted(named, key=RULES.index) == RULES
    assert {rule: name for rule, name in named.items() if name not in DEFINED} == {}


def test_every_test_that_the_document_names_exists() -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", SAFETY))
    files = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}

    assert named - DEFINED - files == set()
    assert len(named) >= len(RULES)


def test_d12_every_table_with_personal_columns_is_in_the_processing_register() -> None:
    rows = [line for line in REGISTER.splitlines() if line.startswith("| ")][1:]
    listed = [table for row in rows for table in re.findall(r"`(\w+)`", row.split(" | ")[1])]
    personal = {table._meta.tablename for table in ALL_TABLES if vars(table)["PERSONAL"]}

    assert sorted(set(listed)) == sorted(listed)
    assert personal - set(listed) == set()
    assert set(listed) <= {table._meta.tablename for table in ALL_TABLES}
    assert [
        row for row in rows if not all(cell.strip() for cell in row.strip("|").split("|"))
    ] == []
