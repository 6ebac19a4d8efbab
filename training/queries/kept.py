"""What figures rest on, as it is kept and as it should be: held against each other."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Scope
from training.domain.kept import kept_post
from training.domain.prerequisites import Taken, counting
from training.domain.requirements import Post
from training.queries.areas import staff_in_scope
from training.queries.catalogue import course_facts
from training.queries.posts import POSTS, post_of

AT_ONCE = 1_000
"""So many people at a time, when all are looked at."""


@dataclass(frozen=True, slots=True)
class Current:
    """Somebody's latest completion of a course that counts."""

    record_id: UUID
    completed_on: date
    position_id: UUID | None


@dataclass(frozen=True, slots=True)
class Alone:
    """The position that somebody holds alone, since when, and when they were appointed."""

    position_id: UUID
    since: date
    appointed_on: date


@dataclass(slots=True)
class Facts:
    """What is kept of some people: whose records count, current ones, and their one position."""

    counting: dict[UUID, UUID] = field(default_factory=dict)
    current: dict[tuple[UUID, UUID], Current] = field(default_factory=dict)
    alone: dict[UUID, Alone] = field(default_factory=dict)


async def facts_as_kept(staff_ids: Collection[UUID], *, scope: Scope) -> Facts:
    """Answer what is kept: three statements."""
    those = _those(staff_ids, scope=scope)
    records = await database.run(
        "SELECT id, staff FROM training_records WHERE counts AND staff IN {}", those
    )
    current = await database.run(
        "SELECT id, staff, course, completed_on, position FROM current_records WHERE staff IN {}",
        those,
    )
    staff = await database.run(
        "SELECT id, position, in_position_since, appointed_on FROM staff"
        " WHERE position IS NOT NULL AND id IN {}",
        those,
    )
    return Facts(
        {row["id"]: row["staff"] for row in records},
        {
            (row["staff"], row["course"]): Current(row["id"], row["completed_on"], row["position"])
            for row in current
        },
        {
            row["id"]: Alone(row["position"], row["in_position_since"], row["appointed_on"])
            for row in staff
        },
    )


async def facts_as_they_are(staff_ids: Collection[UUID], *, scope: Scope) -> Facts:
    """Answer what should be kept, worked out from posts and records: four statements."""
    those = _those(staff_ids, scope=scope)
    found = Facts(alone=await _alone(those))
    courses = await course_facts(scope=scope)
    taken: defaultdict[UUID, list[Taken]] = defaultdict(list)
    for row in await database.run(
        "SELECT id, staff, course, completed_on FROM training_records"
        " WHERE verified AND withdrawn_at IS NULL AND staff IN {}", those,
    ):  # fmt: skip
        taken[row["staff"]].append(Taken(row["id"], row["course"], row["completed_on"]))
    for staff_id, records in taken.items():
        position = found.alone.get(staff_id)
        for one in counting(records, courses):
            found.counting[one.id] = staff_id
            found.current[staff_id, one.course_id] = Current(
                one.id, one.completed_on, position.position_id if position else None
            )
    return found


async def everybody(*, scope: Scope) -> list[Sequence[UUID]]:
    """Answer the ids of all staff in the scope, a thousand at a time."""
    rows = await database.run(
        "SELECT staff.id FROM staff WHERE {} ORDER BY staff.id", staff_in_scope(scope=scope)
    )
    ids = [row["id"] for row in rows]
    return [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]


async def wrong_holdings(*, scope: Scope) -> tuple[str, ...]:
    """Answer, in a sentence, of how many staff what is kept differs from what is."""
    wrong = 0
    for those in await everybody(scope=scope):
        kept = await facts_as_kept(those, scope=scope)
        are = await facts_as_they_are(those, scope=scope)
        wrong += len(_wrong_people(kept, are))
    if not wrong:
        return ()
    return (f"What is kept of the training of {wrong} staff differs from their records and posts",)


def _wrong_people(kept: Facts, are: Facts) -> set[UUID]:
    """Answer of whom something is wrong; who began since they were saved may lack a position."""
    wrong = {staff_id for staff_id, one in kept.alone.items() if are.alone.get(staff_id) != one}
    wrong |= {staff_id for _, staff_id in kept.counting.items() ^ are.counting.items()}
    for key in kept.current.keys() | are.current.keys():
        stored, real = kept.current.get(key), are.current.get(key)
        alone = kept.alone.get(key[0])
        due = real and replace(real, position_id=alone.position_id if alone else None)
        if stored != due:
            wrong.add(key[0])
    return wrong


async def _alone(those: QueryString) -> dict[UUID, Alone]:
    posts: defaultdict[UUID, list[Post]] = defaultdict(list)
    positions: dict[UUID, UUID] = {}
    for row in await database.run(POSTS, QueryString("staff.id IN {}", those)):
        posts[row["staff"]].append(post_of(row))
        positions[row["id"]] = row["position"]
    today = clock.today()
    return {
        staff_id: Alone(positions[kept.post.id], kept.since, kept.appointed_on)
        for staff_id, theirs in posts.items()
        if (kept := kept_post(theirs, today))
    }


def _those(staff_ids: Collection[UUID], *, scope: Scope) -> QueryString:
    return QueryString(
        "(SELECT staff.id FROM staff WHERE staff.id IN {} AND {})",
        database.in_list(sorted(staff_ids)),
        staff_in_scope(scope=scope),
    )
