"""Keeps people apart who must not meet, and their workers; tells only the safety lead why (D3, D6).

What was refused is written down in a transaction of its own, after the refused one is undone.
"""

import contextlib
from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from core import audit, clock, database
from core.scope import Actor
from programmes.domain.apart import Group, clashes
from programmes.domain.case_terms import ConflictKind
from programmes.errors import AlreadySettledError, ApartError, CannotAssignError, CannotJoinError
from programmes.queries import conflicts as queries
from programmes.queries.conflicts import ConflictView
from programmes.services import ties
from programmes.services.fields import refuse, stale_version, text_fault
from programmes.tables import Conflict


@dataclass(frozen=True, slots=True)
class Found:
    """One conflict: whom it is about, whom they are to be kept apart from, and where."""

    kind: ConflictKind
    participant_id: UUID
    other_id: UUID
    cohort_id: UUID | None = None


@contextlib.asynccontextmanager
async def noting(by: Actor) -> AsyncIterator[None]:
    """Write down, for the safety lead, what is refused inside the block."""
    try:
        yield
    except ApartError as refusal:
        async with database.transaction():
            await write_down(refusal.found, by=by)
        raise


async def refuse_if_apart(
    participant_id: UUID, cohort_id: UUID, *, joining: Collection[UUID] = ()
) -> None:
    """Refuse a place in a group with somebody whom the person must not meet; in a transaction.

    ``joining`` are people who get a place there in the same transaction.

    Two who join side by side wait for each other here, so that the second sees the first.

    Raises:
        CannotJoinError: a member or a worker of the group is to be kept apart from the person.
    """
    await database.serialise(f"members of {cohort_id}")
    found = await _clashes_in(participant_id, cohort_id, joining)
    if found:
        raise CannotJoinError(found=found)


async def _clashes_in(
    participant_id: UUID, cohort_id: UUID, joining: Collection[UUID] = ()
) -> list[Found]:
    group = Group(
        members=(await ties.members(cohort_id) | set(joining)) - {participant_id},
        workers=await ties.workers_of_cohort(cohort_id),
    )
    return [
        Found(clash.kind, participant_id, clash.other, cohort_id)
        for clash in clashes(await ties.ties(participant_id), group)
    ]


async def refuse_as_workers(account_ids: Collection[UUID], *, person_ids: Collection[UUID]) -> None:
    """Refuse workers of these people who work with the other party of one of their links (D3).

    Raises:
        CannotAssignError: one of them does.
    """
    linked = await ties.linked(person_ids)
    workers = await ties.workers_of({party for parties in linked.values() for party in parties})
    found = [
        Found(ConflictKind.WORKER_OF_BOTH, person_id, party)
        for person_id, parties in linked.items()
        for party in sorted(parties)
        if workers.get(party, frozenset()) & set(account_ids)
    ]
    if found:
        raise CannotAssignError(found=found)


async def refuse_as_facilitators(account_ids: Collection[UUID], cohort_id: UUID) -> None:
    """Refuse facilitators or cover who work with the other party of a member's link (D3).

    Raises:
        CannotAssignError: one of them does.
    """
    await database.serialise(f"members of {cohort_id}")
    await refuse_as_workers(account_ids, person_ids=await ties.members(cohort_id))


async def shared_workers(one_id: UUID, other_id: UUID) -> frozenset[UUID]:
    """Answer who works with both people."""
    workers = await ties.workers_of({one_id, other_id})
    return workers.get(one_id, frozenset()) & workers.get(other_id, frozenset())


async def write_down_present(person_ids: Iterable[UUID], *, by: Actor) -> None:
    """Write down who is together in a group now that they are to be kept apart.

    Call it in the transaction that records why; it waits for those who join the same groups.
    """
    for person_id in sorted(person_ids):
        for cohort_id in await ties.cohorts_of(person_id):
            await database.serialise(f"members of {cohort_id}")
            await write_down(await _clashes_in(person_id, cohort_id), by=by)


async def write_down(found: Iterable[Found], *, by: Actor) -> None:
    """Write conflicts for the safety lead; one that is open already is not written again."""
    for one in found:
        await _write_one(one, by)


async def _write_one(one: Found, by: Actor) -> None:
    pair = {one.participant_id, one.other_id}
    known = await database.run(
        "SELECT participant, other, cohort FROM conflicts WHERE kind = {} AND settled_at IS NULL"
        " AND participant IN {}",
        one.kind.value,
        database.in_list(pair),
    )
    if any(
        {row["participant"], row["other"]} == pair and row["cohort"] == one.cohort_id
        for row in known
    ):
        return
    row = Conflict(
        kind=one.kind, organisation=await _organisation_of(one.participant_id),
        participant=one.participant_id, other=one.other_id, cohort=one.cohort_id,
        tried_by=by.account_id, tried_at=clock.now(),
    )  # fmt: skip
    await row.save()
    await audit.record(
        "conflict_found", by=by, subject_type=audit.Subject.CONFLICT, subject=row.id,
        organisation_id=row.organisation,
    )  # fmt: skip


async def settle(conflict_id: UUID, note: str, *, version: int, by: Actor) -> None:
    """Record that a conflict needs nothing more, and why.

    Raises:
        AlreadySettledError: it was settled before.
        StaleVersionError: somebody else changed it in the meantime.
    """
    stored = await queries.conflict(conflict_id, scope=by.scope)
    refuse([text_fault("note", note, longest=200)])
    if stored.settled_at is not None:
        raise AlreadySettledError
    async with database.transaction():
        touched = await (
            Conflict.update(
                database.assignments(
                    {
                        "settled_at": clock.now(), "settled_by": by.account_id,
                        "note": note.strip(), "version": version + 1,
                    }
                )
            )
            .where(Conflict.id == conflict_id, Conflict.version == version)
            .returning(Conflict.id)
        )  # fmt: skip
        if not touched:
            raise await stale_version(conflict_id, by=by)
        await audit.record(
            "conflict_settled", by=by, subject_type=audit.Subject.CONFLICT, subject=conflict_id,
            organisation_id=stored.organisation_id,
        )  # fmt: skip


async def viewed(conflict: ConflictView, *, by: Actor) -> None:
    """Write that somebody looked at a conflict (D11)."""
    async with database.transaction():
        await audit.record(
            "conflict_viewed", by=by, subject_type=audit.Subject.CONFLICT, subject=conflict.id,
            organisation_id=conflict.organisation_id,
        )  # fmt: skip


async def _organisation_of(participant_id: UUID) -> UUID:
    rows = await database.run("SELECT organisation FROM participants WHERE id = {}", participant_id)
    found: UUID = rows[0]["organisation"]
    return found
