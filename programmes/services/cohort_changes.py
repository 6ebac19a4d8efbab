"""Changes the places, the facilitators and the sex of a cohort."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import audit, database
from core.errors import InvalidInputError
from core.scope import Actor, Permission
from programmes.domain.case_terms import GroupSex
from programmes.queries.cohorts import cohort
from programmes.services import conflicts, facilitators, reach
from programmes.services.fields import range_fault, refuse, stale_version
from programmes.tables import Cohort


@dataclass(frozen=True, slots=True)
class CohortChange:
    """What changes of a cohort; ``None`` leaves it as it is."""

    version: int
    capacity: int | None = None
    facilitator_ids: tuple[UUID, ...] | None = None
    lead_id: UUID | None = None
    group_sex: GroupSex | None = None


async def change(cohort_id: UUID, changes: CohortChange, *, by: Actor) -> None:
    """Change the places, the facilitators or whom the group is for.

    Raises:
        CannotAssignError: a facilitator works with the other party of a member's link (D3).
        InvalidInputError: a field is not valid, such as fewer places than are taken.
        NotFoundError: the cohort is not visible.
        StaleVersionError: somebody else changed it in the meantime.
    """
    view = await cohort(cohort_id, scope=by.scope)
    side, organisation_id = view.side, view.organisation_id
    by.require(Permission.MANAGE_COHORTS, side=side, organisation_id=organisation_id)
    await reach.require_cohort(cohort_id, Permission.MANAGE_COHORTS, by=by)
    refuse([range_fault("capacity", changes.capacity, 1, view.capacity_max)])
    people = changes.facilitator_ids
    lead = {changes.lead_id} if changes.lead_id else set()
    await facilitators.check({*(people or ()), *lead}, side, organisation_id, by=by)
    values: dict[str, Any] = {"version": changes.version + 1}
    if changes.capacity is not None:
        values["capacity"] = changes.capacity
    if changes.group_sex is not None:
        values["group_sex"] = changes.group_sex.value
    async with conflicts.noting(by), database.transaction():
        await conflicts.refuse_as_facilitators({*(people or ()), *lead}, cohort_id)
        await _update(cohort_id, changes.version, values, by)
        if people is not None:
            kept = facilitators.with_oneself({*people, *lead}, side, organisation_id, by=by)
            await facilitators.save(cohort_id, kept, changes.lead_id)
        await audit.record(
            "cohort_changed", by=by, subject_type=audit.Subject.COHORT, subject=cohort_id,
            side=side, organisation_id=organisation_id, before={"capacity": view.capacity},
            after={**values, **({"facilitators": sorted(map(str, people))} if people else {})},
        )  # fmt: skip


async def _update(cohort_id: UUID, version: int, values: dict[str, Any], by: Actor) -> None:
    too_few = InvalidInputError.of("capacity", "More people than that have a place already")
    with database.refusing(Cohort, cohort_has_places=too_few):
        touched = await (
            Cohort.update(database.assignments(values))
            .where(Cohort.id == cohort_id, Cohort.version == version)
            .returning(Cohort.id)
        )
    if not touched:
        raise await stale_version(cohort_id, by=by)
