"""What somebody signed in may see of their own training, and of the people whom they manage.

The link between an account and a member of staff decides it, not a permission: so the reads that
follow from it are the service's own.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.pagination import MAX_LIMIT, Cursor
from core.scope import SYSTEM, Scope
from training.domain.attention import needs_attention
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.dossiers import Dossier, dossiers
from training.queries.people import Item, StaffView, staff_member, standings
from training.queries.records import RecordView, own_records


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody whom one manages, with what has lapsed or lapses within 90 days, soonest first."""

    staff_id: UUID
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTraining:
    """What one must hold and what one completed, and the people whom one manages."""

    person: StaffView
    items: tuple[Item, ...]
    records: tuple[RecordView, ...]
    reports: tuple[Report, ...]


async def own_staff_id(*, scope: Scope) -> UUID | None:
    """Answer the member of staff whom the account is linked to; ``None`` for nobody."""
    if scope.account_id is None:
        return None
    rows = await database.run("SELECT id FROM staff WHERE account = {}", scope.account_id)
    return rows[0]["id"] if rows else None


async def own_training(*, as_of: date, scope: Scope) -> OwnTraining | None:
    """Answer one's own training on a day, soonest first; ``None`` if the account is linked to none.

    Whoever has left manages nobody any more.
    """
    staff_id = await own_staff_id(scope=scope)
    if staff_id is None:
        return None
    person = await staff_member(staff_id, scope=SYSTEM.scope)
    items = await standings(person, as_of=as_of, scope=SYSTEM.scope)
    held = await own_records(scope=scope, cursor=Cursor(limit=MAX_LIMIT))
    in_post = any(view.post.is_held_on(as_of) for view in person.posts)
    return OwnTraining(
        person=person,
        items=_soonest_first(items),
        records=held.items,
        reports=await _reports(staff_id, as_of) if in_post else (),
    )


async def _reports(manager_id: UUID, as_of: date) -> tuple[Report, ...]:
    """Answer those in post on the day whose post one manages, by name: nine statements.

    Of somebody with several posts one sees what the posts that one manages ask.
    """
    managed = await database.run(
        "SELECT o.id AS post, staff.id, staff.name FROM posts o JOIN staff ON staff.id = o.staff"
        " WHERE o.line_manager = {} AND o.started_on <= {}"
        " AND (o.ended_on IS NULL OR o.ended_on >= {}) ORDER BY staff.name, staff.id",
        manager_id,
        as_of,
        as_of,
    )
    if not managed:
        return ()
    posts = {row["post"] for row in managed}
    names = {row["id"]: row["name"] for row in managed}
    whose = QueryString("staff.id IN {}", database.in_list(names))
    asked = await every_requirement(scope=SYSTEM.scope)
    found = await dossiers(whose, on=as_of, asked=asked, scope=SYSTEM.scope)
    return tuple(
        Report(id, name, _soonest_first(_items(found[id], asked, posts, as_of)))
        for id, name in names.items()
    )


def _items(
    dossier: Dossier, asked: Sequence[RequirementView], posts: Collection[UUID], day: date
) -> Iterator[Item]:
    """Answer what needs attention of what some of a person's posts ask."""
    for view in asked:
        standing = dossier.standing(view, day)
        asks = any(post.id in posts for post in view.rule.asked_of(dossier.posts, day))
        if asks and needs_attention(standing, day):
            yield Item(view.id, view.name, view.course_name, view.mandatory, standing)


def _soonest_first(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(
        sorted(items, key=lambda item: (item.standing.act_by or date.max, item.requirement_name))
    )
