"""Who has to do something about their training within 90 days."""

from datetime import date, timedelta

import pytest

from training.domain.attention import needs_attention
from training.domain.compliance import Standing
from training.domain.terms import ComplianceStatus

TODAY = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("status", "due_in_days", "needed"),
    [
        (ComplianceStatus.EXPIRED, -400, True),
        (ComplianceStatus.OVERDUE_NEVER, -1, True),
        (ComplianceStatus.EXPIRING_SOON, -400, True),
        (ComplianceStatus.IN_GRACE, 90, True),
        (ComplianceStatus.IN_GRACE, 91, False),
        (ComplianceStatus.COMPLIANT, -400, False),
        (ComplianceStatus.EXEMPT, -400, False),
    ],
)
def test_what_lapsed_or_lapses_or_falls_due_within_90_days_needs_attention(
    status: ComplianceStatus, due_in_days: int, *, needed: bool
) -> None:
    standing = Standing(status, TODAY + timedelta(days=due_in_days), None)

    assert needs_attention(standing, TODAY) is needed


def test_what_is_not_required_needs_no_attention() -> None:
    assert not needs_attention(Standing(ComplianceStatus.NOT_REQUIRED, None, None), TODAY)
