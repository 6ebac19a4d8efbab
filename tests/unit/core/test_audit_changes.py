"""What an audit event keeps of a change."""

from core.audit import changed


def test_only_what_differs_is_kept() -> None:
    before = {"outcome": "attended", "note": "", "minutes": 90}
    after = {"outcome": "late", "note": "", "minutes": 60}

    assert changed(before, after) == (
        {"outcome": "attended", "minutes": 90},
        {"outcome": "late", "minutes": 60},
    )


def test_what_is_new_was_nothing_before() -> None:
    assert changed({}, {"outcome": "late"}) == ({"outcome": None}, {"outcome": "late"})


def test_nothing_changed_is_nothing() -> None:
    assert changed({"a": 1, "b": 2}, {"a": 1}) == ({}, {})


def test_of_a_personal_column_only_its_name_is_kept() -> None:
    before = {"given_name": "Ada", "note": "", "language": "en"}
    after = {"given_name": "Ida", "note": "rang", "language": "cy"}

    assert changed(before, after, personal={"given_name", "note"}) == (
        {"language": "en"},
        {"language": "cy", "changed": ["given_name", "note"]},
    )


def test_a_personal_column_that_stays_is_not_named() -> None:
    assert changed({"note": "a"}, {"note": "a"}, personal={"note"}) == ({}, {})
