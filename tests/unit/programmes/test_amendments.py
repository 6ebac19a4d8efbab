"""What an amendment changes, and when it must say why."""

from datetime import date

import pytest

from programmes.domain.amendments import Change, changes, needs_reason


def test_only_what_differs_is_a_change_and_days_are_texts() -> None:
    before = {"source": "police", "received_on": date(2026, 6, 1), "consent_on": None}
    after = {"source": "police", "received_on": date(2026, 6, 2), "consent_on": date(2026, 6, 3)}

    assert changes(before, after) == (
        Change("received_on", "2026-06-01", "2026-06-02"),
        Change("consent_on", "", "2026-06-03"),
    )


@pytest.mark.parametrize(("before", "after", "needed"), [
    ("", "Ashley", False), ("not_recorded", "given", False), ("Morgan", "Ashley", True),
    ("Morgan", "", True),
])  # fmt: skip
def test_only_what_was_recorded_needs_a_reason_to_change(
    before: str, after: str, *, needed: bool
) -> None:
    found = changes({"reference": "R-1", "field": before}, {"reference": "R-1", "field": after})

    assert len(found) == 1
    assert needs_reason(found) is needed


def test_no_change_needs_no_reason() -> None:
    assert needs_reason(()) is False
