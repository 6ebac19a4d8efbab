"""Moves a referral from status to status, inside the transaction of what it follows from."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import audit, clock, database
from core.scope import Actor, Side
from programmes.domain.case_terms import NotStartedReason
from programmes.domain.moves import path_to
from programmes.domain.terms import ReferralStatus
from programmes.errors import ReferralMoveError
from programmes.services.fields import stale_version
from programmes.tables import Referral, ReferralMove


@dataclass(frozen=True, slots=True)
class Why:
    """When and why a referral moves."""

    on: date
    reason: str = ""
    note: str = ""


async def move(
    referral_id: UUID,
    to: ReferralStatus,
    why: Why,
    *,
    side: Side,
    organisation_id: UUID,
    by: Actor,
    version: int | None = None,
) -> None:
    """Move a referral, writing down each status on the way; call it in a transaction.

    With ``version`` it must be the stored one. Moving to the present status changes nothing.

    Raises:
        ReferralMoveError: no allowed move leads there.
        StaleVersionError: somebody else moved it in the meantime.
    """
    rows = await (
        Referral.select(Referral.status, Referral.version)
        .where(Referral.id == referral_id)
        .lock_rows("UPDATE")
        if database.bound().engine_type == "postgres"
        else Referral.select(Referral.status, Referral.version).where(Referral.id == referral_id)
    )
    before = ReferralStatus(rows[0]["status"])
    if version is not None and version != rows[0]["version"]:
        raise await stale_version(referral_id, by=by)
    if before is to:
        return
    steps = path_to(before, to)
    if steps is None:
        raise ReferralMoveError(f"A referral cannot go from {_words(before)} to {_words(to)}")
    await write(referral_id, before, steps, why, by=by)
    await audit.record(
        "referral_moved", by=by, subject_type=audit.Subject.REFERRAL, subject=referral_id,
        side=side, organisation_id=organisation_id, before={"status": before},
        after={"status": to},
    )  # fmt: skip


async def write(
    referral_id: UUID,
    before: ReferralStatus | None,
    steps: tuple[ReferralStatus, ...],
    why: Why,
    *,
    by: Actor,
) -> None:
    """Write each step, and the last of them as the referral's status."""
    for status in steps:
        await ReferralMove(
            referral=referral_id, from_status=before, to_status=status, moved_on=why.on,
            reason=why.reason.strip(), note=why.note.strip(), moved_by=by.account_id,
            moved_at=clock.now(),
        ).save()  # fmt: skip
        before = status
    await Referral.update(
        {Referral.status: steps[-1].value, Referral.version: Referral.version + 1}
    ).where(Referral.id == referral_id)


async def note_not_started(referral_id: UUID, reason: NotStartedReason | None) -> None:
    """Write why a referral closed without a start, beside the move that closed it."""
    values = {"not_started_reason": reason.value if reason else None}
    await Referral.update(database.assignments(values)).where(Referral.id == referral_id)


def _words(status: ReferralStatus) -> str:
    return status.value.replace("_", " ")
