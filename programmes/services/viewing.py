"""Notes who looked at whose record: reads of a person are audited as writes are (D11)."""

from uuid import UUID

from core import audit, database
from core.scope import Actor, Side


async def viewed(
    subject_type: audit.Subject,
    subject: UUID,
    *,
    side: Side,
    organisation_id: UUID,
    by: Actor,
) -> None:
    """Write that somebody looked at a person's record, a cohort's members or a register."""
    async with database.transaction():
        await audit.record(
            f"{subject_type}_viewed", by=by, subject_type=subject_type, subject=subject,
            side=side, organisation_id=organisation_id,
        )  # fmt: skip
