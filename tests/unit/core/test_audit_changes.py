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
