"""Verifies training records, and withdraws those that should not be there; the rows stay."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import InvalidInputError
from core.scope import Actor, Permission
from training.domain.terms import Evidence
from training.errors import OwnTrainingError, TrainingRecordSettledError
from training.queries.records import RecordView, records_of
from training.services.fields import refuse, text_fault
from training.services.kept import hold, settle
from training.tables import TrainingRecord

MOST_AT_ONCE = 100


async def verify(record_ids: Collection[UUID], evidence: Evidence, *, by: Actor) -> None:
    """Verify training records, all or none, with what was seen of each.

    Raises:
        InvalidInputError: what was seen is no evidence, or there are none or too many.
        NotFoundError: one is not in the person's organisations.
        OwnTrainingError: one is about the person themselves.
        TrainingRecordSettledError: one is verified or withdrawn already.
    """
    _check(record_ids, evidence)
    views = await _to_change(record_ids, by=by)
    if any(view.is_about(by.account_id) for view in views):
        raise OwnTrainingError
    changes = {
        "verified": True,
        "evidence": evidence,
        "verified_by": by.account_id,
        "verified_at": clock.now(),
    }
    async with database.transaction():
        await _change(views, changes, TrainingRecord.verified.eq(False))  # noqa: FBT003
        for view in views:
            await _note(
                "training_verified",
                view,
                by=by,
                before={"evidence": view.evidence},
                after={"evidence": evidence, "verified": True},
            )


async def withdraw(record_id: UUID, reason: str, *, by: Actor) -> None:
    """Take a training record out of what counts; it stays, and the completion may come again.

    Raises:
        InvalidInputError: there is no reason.
        NotFoundError: there is none in the person's organisations.
        TrainingRecordSettledError: it is withdrawn already.
    """
    reason = reason.strip()
    refuse([text_fault("reason", reason, longest=200)])
    views = await _to_change([record_id], by=by)
    changes = {
        "counts": False,
        "withdrawn_by": by.account_id,
        "withdrawn_at": clock.now(),
        "withdrawn_reason": reason,
    }
    async with database.transaction():
        await _change(views, changes)
        await _note("training_withdrawn", views[0], by=by)


def _check(record_ids: Collection[UUID], evidence: Evidence) -> None:
    if evidence is Evidence.SELF_DECLARED:
        raise InvalidInputError.of("evidence", "Select the evidence that you have seen")
    if not record_ids:
        raise InvalidInputError.of("record_ids", "Tick at least one record")
    if len(record_ids) > MOST_AT_ONCE:
        raise InvalidInputError.of("record_ids", f"Tick {MOST_AT_ONCE} records or fewer")


async def _to_change(record_ids: Collection[UUID], *, by: Actor) -> list[RecordView]:
    views = await records_of(record_ids, scope=by.scope)
    for view in views:
        by.require(Permission.RECORD_TRAINING, organisation_id=view.organisation_id)
    return views


async def _change(
    views: Sequence[RecordView], changes: Mapping[str, Any], *conditions: Any
) -> None:
    """Change records that are not withdrawn, all or none, and what follows from them."""
    staff_ids = {view.staff_id for view in views}
    await hold(staff_ids)
    touched = await (
        TrainingRecord.update(database.assignments(changes))
        .where(
            TrainingRecord.id.is_in([view.id for view in views]),
            TrainingRecord.withdrawn_at.is_null(),
            *conditions,
        )
        .returning(TrainingRecord.id)
    )
    if len(touched) != len(views):
        raise TrainingRecordSettledError
    await settle(staff_ids)
    await announce(people=staff_ids)


async def _note(
    action: str,
    view: RecordView,
    *,
    by: Actor,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    await audit.record(
        action,
        by=by,
        subject_type=audit.Subject.TRAINING_RECORD,
        subject=view.id,
        organisation_id=view.organisation_id,
        before=before,
        after=after,
    )
