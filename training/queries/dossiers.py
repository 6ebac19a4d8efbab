"""What rules ask about people one by one: their posts, completions and exemptions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Scope
from training.domain.compliance import Standing, standing_on
from training.domain.holdings import Completion, Completions
from training.domain.requirements import Career, Post
from training.domain.terms import Basis
from training.queries.areas import staff_in_scope
from training.queries.catalogue import RequirementView
from training.queries.posts import POSTS, post_of

EVERYBODY = QueryString("1 = 1")
_CURRENT = "SELECT staff, course, completed_on FROM current_records WHERE staff IN {}"
_LATEST = (
    "SELECT staff, course, MAX(completed_on) AS completed_on FROM training_records"
    " WHERE counts AND completed_on <= {} AND staff IN {} GROUP BY staff, course"
)
_HOURS = (
    "SELECT r.staff, r.course, r.completed_on, COALESCE(r.hours, c.hours) AS hours"
    " FROM training_records r JOIN courses c ON c.id = r.course"
    " WHERE r.counts AND r.completed_on <= {} AND r.course IN {} AND r.staff IN {}"
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One person as rules see them on a day; exempt from ``None`` is exempt from all."""

    posts: Career
    completions: Completions
    exempt: frozenset[UUID | None]

    def standing(self, asked: RequirementView, day: date) -> Standing:
        """Answer where the person stands with a requirement."""
        return standing_on(
            day,
            posts=self.posts,
            rule=asked.rule,
            completions=self.completions,
            is_exempt=self.is_exempt_from(asked.id),
        )

    def team_on(self, day: date) -> str:
        """Answer the team of the post held on the day that began last."""
        held = [post for post in self.posts.values() if post.is_held_on(day)]
        return max(held, key=lambda post: (post.started_on, post.id)).position.team if held else ""

    def is_exempt_from(self, requirement_id: UUID) -> bool:
        """Tell whether the person is exempt from the requirement, or from all."""
        return bool(self.exempt & {None, requirement_id})


async def dossiers(
    whose: QueryString, *, on: date, asked: Sequence[RequirementView], scope: Scope
) -> dict[UUID, Dossier]:
    """Answer everybody in the scope whom a condition on ``staff`` keeps: at most four statements.

    Completions are those that count by the day; people without a post on any day are left out.
    """
    kept = QueryString("{} AND {}", whose, staff_in_scope(scope=scope))
    posts: defaultdict[UUID, dict[UUID, Post]] = defaultdict(dict)
    for row in await database.run(POSTS, kept):
        posts[row["staff"]][row["id"]] = post_of(row)
    ids = QueryString("(SELECT staff.id FROM staff WHERE {})", kept)
    completions = await _completions(ids, on, asked)
    exempt: defaultdict[UUID, set[UUID | None]] = defaultdict(set)
    for row in await database.run(
        "SELECT staff, requirement FROM exemptions"
        " WHERE from_on <= {} AND to_on >= {} AND staff IN {}", on, on, ids,
    ):  # fmt: skip
        exempt[row["staff"]].add(row["requirement"])
    return {
        id: Dossier(career, completions.get(id, {}), frozenset(exempt.get(id, ())))
        for id, career in posts.items()
    }


async def _completions(
    ids: QueryString, on: date, asked: Sequence[RequirementView]
) -> Mapping[UUID, Completions]:
    """Answer completions by person and course: the latest alone, but all where hours are added."""
    found: defaultdict[UUID, dict[UUID, list[Completion]]] = defaultdict(dict)
    for row in await _latest(ids, on):
        found[row["staff"]][row["course"]] = [Completion(_day(row["completed_on"]))]
    in_hours = {
        covering.course_id
        for view in asked
        if view.rule.basis is Basis.HOURS
        for covering in view.rule.courses
    }
    if in_hours:
        several: defaultdict[tuple[UUID, UUID], list[Completion]] = defaultdict(list)
        for row in await database.run(_HOURS, on, database.in_list(sorted(in_hours)), ids):
            hours = Decimal(str(row["hours"]))
            several[row["staff"], row["course"]].append(Completion(row["completed_on"], hours))
        for (staff_id, course_id), all_of_it in several.items():
            found[staff_id][course_id] = all_of_it
    return found


async def _latest(ids: QueryString, on: date) -> list[database.Row]:
    if on >= clock.today():
        return await database.run(_CURRENT, ids)
    return await database.run(_LATEST, on, ids)


def _day(value: date | str) -> date:
    """Answer a day that SQLite, which forgets the type of ``MAX(…)``, answers as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
