"""Every table says which of its columns are personal."""

import pytest
from piccolo.table import Table

from tests.tables import ALL_TABLES

LOOKS_PERSONAL = {
    "born_on", "body", "email", "family_name", "given_name", "note", "number", "password_hash",
    "preferred_name", "reason", "token_hash",
}  # fmt: skip
"""Names that a personal column usually has."""

NOT_PERSONAL = {
    ("closures", "reason"): "why a venue or programme is closed",
    ("funding_agreements", "note"): "what a contract says, of nobody",
    ("message_attempts", "number"): "which attempt at one text",
    ("message_events", "reason"): "a slug of the product's own list",
    ("message_templates", "body"): "wording before anything is put in",
    ("report_releases", "note"): "what a release is, of nobody",
    ("report_releases", "number"): "which release",
    ("programme_versions", "number"): "which version of a programme",
    ("units", "number"): "the place of a unit in its programme",
}
"""Columns that only look personal, each with what they hold."""


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.__name__)
def test_a_table_names_its_personal_columns(table: type[Table]) -> None:
    assert "PERSONAL" in vars(table), f"{table.__name__} must say it in its own body"
    personal = vars(table)["PERSONAL"]
    columns = {column._meta.name for column in table._meta.columns}

    assert isinstance(personal, frozenset)
    assert personal <= columns


def test_a_column_that_looks_personal_is_named_as_such() -> None:
    unnamed = {
        (table._meta.tablename, column._meta.name)
        for table in ALL_TABLES
        for column in table._meta.columns
        if column._meta.name in LOOKS_PERSONAL
        and column._meta.name not in vars(table).get("PERSONAL", ())
    }
    assert unnamed == set(NOT_PERSONAL)
