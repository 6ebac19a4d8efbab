"""Proposes whoever is missing from a full staff list as a leaver; a person decides."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.ids import new_id
from core.scope import Actor
from training.domain.terms import LeaverDecision
from training.queries.imports import open_proposals
from training.tables import LeaverProposal


async def propose(missing: Mapping[UUID, UUID], *, back: Collection[UUID], by: Actor) -> None:
    """Propose those who are missing, by their organisation, and keep whoever is ``back``.

    Whoever is proposed already stays so; call it within a transaction.
    """
    await database.serialise("proposals of leavers")
    waiting = await open_proposals(scope=by.scope)
    returned = sorted(waiting & set(back))
    if returned:
        await database.run(
            "UPDATE leaver_proposals SET decision = {}, decided_by = {}, decided_at = {}"
            " WHERE decision IS NULL AND staff IN {}",
            LeaverDecision.STAYS.value, by.account_id, clock.now(), database.in_list(returned),
        )  # fmt: skip
    new = [staff_id for staff_id in missing if staff_id not in waiting]
    await database.bulk_insert(
        LeaverProposal,
        ("id", "staff", "proposed_at"),
        [(new_id(), staff_id, clock.now()) for staff_id in new],
    )
    events: defaultdict[UUID, dict[UUID, dict[str, Any]]] = defaultdict(dict)
    for staff_id in new:
        events[missing[staff_id]][staff_id] = {}
    for organisation_id, of in events.items():
        await audit.record_many(
            "leaver_proposed", of, by=by, subject_type=audit.Subject.STAFF, side=None,
            organisation_id=organisation_id,
        )  # fmt: skip
