"""What is wrong with a typed number of hours."""

from decimal import Decimal

import pytest

from training.services.fields import hours_fault


@pytest.mark.parametrize("hours", [None, Decimal("0.25"), Decimal("7.5"), Decimal(500)])
def test_hours_that_fit_are_no_fault(hours: Decimal | None) -> None:
    assert hours_fault("hours", hours) is None


@pytest.mark.parametrize("hours", ["0", "-1", "500.01", "1.005", "NaN", "Infinity"])
def test_hours_that_do_not_fit_are_named(hours: str) -> None:
    fault = hours_fault("hours", Decimal(hours))

    assert fault is not None
    assert fault.field == "hours"
