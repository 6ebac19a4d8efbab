"""Who has to do something about their training soon."""

from datetime import date

from training.domain.compliance import EXPIRING_WITHIN, Standing
from training.domain.terms import ComplianceStatus

_NOW = (
    ComplianceStatus.OVERDUE_NEVER,
    ComplianceStatus.EXPIRED,
    ComplianceStatus.EXPIRING_SOON,
)


def needs_attention(standing: Standing, day: date) -> bool:
    """Tell whether training is lacking, or runs out or falls due within 90 days."""
    if standing.status in _NOW:
        return True
    return (
        standing.status is ComplianceStatus.IN_GRACE
        and standing.due_on is not None
        and standing.due_on - day <= EXPIRING_WITHIN
    )
