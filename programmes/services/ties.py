"""Reads who is tied to whom, whatever the side: for checks whose answer nobody but a lead sees."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from core import clock, database
from programmes.domain.apart import Ties
from programmes.domain.terms import OPEN_ENROLMENTS

_OPEN = database.in_list(status.value for status in OPEN_ENROLMENTS)
_COVER_COUNTS = timedelta(days=7)
"""How long after a session its cover still counts as somebody who works with the group."""


async def members(cohort_id: UUID) -> frozenset[UUID]:
    """Answer who has a place in a cohort."""
    rows = await database.run(
        "SELECT participant FROM enrolments WHERE cohort = {} AND status IN {}", cohort_id, _OPEN
    )
    return frozenset(row["participant"] for row in rows)


async def cohorts_of(participant_id: UUID) -> tuple[UUID, ...]:
    """Answer in which cohorts a person has a place."""
    rows = await database.run(
        "SELECT cohort FROM enrolments WHERE participant = {} AND status IN {}",
        participant_id,
        _OPEN,
    )
    return tuple(row["cohort"] for row in rows)


async def ties(participant_id: UUID) -> Ties:
    """Answer what keeps a person apart from others."""
    apart = await database.run(
        "SELECT person, other FROM non_associations WHERE person = {} OR other = {}",
        participant_id,
        participant_id,
    )
    not_with = {id for row in apart for id in (row["person"], row["other"])} - {participant_id}
    parties = set((await linked({participant_id})).get(participant_id, ()))
    return Ties(
        not_with=frozenset(not_with),
        linked_to=await linked(parties),
        workers=await workers_of(parties),
    )


async def linked(person_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Answer to whom each of these people is linked now."""
    if not person_ids:
        return {}
    ids = database.in_list(person_ids)
    rows = await database.run(
        "SELECT perpetrator, survivor FROM links"
        " WHERE ended_on IS NULL AND (perpetrator IN {} OR survivor IN {})",
        ids,
        ids,
    )
    found: dict[UUID, frozenset[UUID]] = {}
    for row in rows:
        for one, other in ((row["perpetrator"], row["survivor"]),
                           (row["survivor"], row["perpetrator"])):  # fmt: skip
            if one in person_ids:
                found[one] = found.get(one, frozenset()) | {other}
    return found


async def workers_of(person_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Answer who works with each of these people: assigned, facilitating or covering."""
    if not person_ids:
        return {}
    ids = database.in_list(person_ids)
    assigned = await database.run(
        "SELECT participant, account FROM case_workers WHERE participant IN {}", ids
    )
    facilitating = await database.run(
        "SELECT e.participant, f.account FROM enrolments e"
        " JOIN cohort_facilitators f ON f.cohort = e.cohort"
        " WHERE e.participant IN {} AND e.status IN {}",
        ids,
        _OPEN,
    )
    covering = await database.run(
        "SELECT e.participant, f.account FROM enrolments e JOIN sessions s ON s.cohort = e.cohort"
        " JOIN session_facilitators f ON f.session = s.id"
        " WHERE e.participant IN {} AND e.status IN {} AND s.starts_at >= {}",
        ids,
        _OPEN,
        clock.now() - _COVER_COUNTS,
    )
    found: dict[UUID, frozenset[UUID]] = {}
    for row in (*assigned, *facilitating, *covering):
        found[row["participant"]] = found.get(row["participant"], frozenset()) | {row["account"]}
    return found


async def workers_of_cohort(cohort_id: UUID) -> frozenset[UUID]:
    """Answer who facilitates a cohort, or covers for them."""
    facilitating = await database.run(
        "SELECT account FROM cohort_facilitators WHERE cohort = {}", cohort_id
    )
    covering = await database.run(
        "SELECT f.account FROM session_facilitators f JOIN sessions s ON s.id = f.session"
        " WHERE s.cohort = {} AND s.starts_at >= {}",
        cohort_id,
        clock.now() - _COVER_COUNTS,
    )
    return frozenset(row["account"] for row in (*facilitating, *covering))
