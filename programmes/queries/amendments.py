"""What was amended of a referral: from what to what, by whom, when and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import database
from core.scope import Scope
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """One field that was changed; days and codes as they are stored, empty for nothing."""

    field: str
    old_value: str
    new_value: str
    reason: str
    by: UUID | None
    at: datetime


async def amendments_of(referral_id: UUID, *, scope: Scope) -> tuple[AmendmentView, ...]:
    """Answer every amendment of a visible referral, newest first."""
    rows = await database.run(
        "SELECT a.field, a.old_value, a.new_value, a.reason, a.amended_by, a.amended_at"
        " FROM referral_amendments a JOIN referrals r ON r.id = a.referral"
        " JOIN participants p ON p.id = r.participant"
        " WHERE r.id = {} AND {} ORDER BY a.amended_at DESC, a.id DESC",
        referral_id,
        visibility.participants(scope),
    )
    return tuple(
        AmendmentView(
            row["field"], row["old_value"], row["new_value"], row["reason"], row["amended_by"],
            row["amended_at"],
        )
        for row in rows
    )  # fmt: skip
