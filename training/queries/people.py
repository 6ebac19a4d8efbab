"""Staff with their posts, and where they stand with what is required."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.columns import Column
from piccolo.columns.combination import WhereRaw
from piccolo.querystring import QueryString

from core import database
from core.database import Row
from core.errors import InvalidInputError, NotFoundError
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.compliance import Standing
from training.domain.requirements import Post
from training.domain.terms import ComplianceStatus
from training.queries.areas import staff_in_scope
from training.queries.catalogue import every_requirement
from training.queries.dossiers import dossiers
from training.queries.posts import POSTS, post_of
from training.tables import Staff

_LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post with who manages it."""

    post: Post
    line_manager_id: UUID | None
    line_manager_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    """A member of staff with all posts, the first one first; there is at least one."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    payroll_number: str
    name: str
    email: str
    account_id: UUID | None
    posts: tuple[PostView, ...]
    version: int

    @property
    def post(self) -> Post:
        """Answer the post that stands for them: the one that lasts longest, then began last."""
        return max(
            (view.post for view in self.posts),
            key=lambda post: (post.ended_on or date.max, post.started_on, post.id),
        )

    @property
    def line_manager_id(self) -> UUID | None:
        """Answer who manages that post."""
        return next(view.line_manager_id for view in self.posts if view.post == self.post)

    @property
    def started_on(self) -> date:
        """Answer the first day in any post."""
        return min(view.post.started_on for view in self.posts)


@dataclass(frozen=True, slots=True)
class Item:
    """Where one person stands with one requirement."""

    requirement_id: UUID
    requirement_name: str
    course_name: str
    mandatory: bool
    standing: Standing


async def staff(*, scope: Scope, cursor: Cursor, search: str = "") -> Page[StaffView]:
    """Answer the staff by name; ``search`` keeps those whose name or payroll number has it."""
    condition = staff_in_scope(scope=scope)
    if after := cursor.after_id():
        condition = QueryString(
            '{} AND ("staff"."name", "staff"."id") > '
            '(SELECT "staff"."name", "staff"."id" FROM "staff" WHERE "staff"."id" = {} AND {})',
            condition,
            after,
            staff_in_scope(scope=scope),
        )
    if search:
        condition = QueryString("{} AND {}", condition, _matching(search))
    rows = (
        await Staff.select(*_staff_columns())
        .where(_where(condition))
        .order_by(Staff.name, Staff.id)
        .limit(cursor.limit + 1)
    )
    return cursor.page(await _with_posts(rows), lambda view: (view.id,))


def _matching(search: str) -> QueryString:
    if not search.isprintable() or len(search) > _LONGEST_SEARCH:
        raise InvalidInputError.of("q", "Search for part of a name or payroll number")
    escaped = search.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    part = f"%{escaped}%"
    return QueryString(
        '(LOWER("staff"."name") LIKE {} ESCAPE \'!\' '
        'OR LOWER("staff"."payroll_number") LIKE {} ESCAPE \'!\')',
        part,
        part,
    )


async def staff_member(staff_id: UUID, *, scope: Scope) -> StaffView:
    """Answer one member of staff.

    Raises:
        NotFoundError: there is none in the scope.
    """
    rows = (
        await Staff.select(*_staff_columns())
        .where(_where(staff_in_scope(scope=scope)))
        .where(Staff.id == staff_id)
    )
    if not rows:
        raise NotFoundError
    return (await _with_posts(rows))[0]


async def _with_posts(rows: Sequence[Row]) -> list[StaffView]:
    """Answer staff with their posts: one statement more, or two with line managers."""
    if not rows:
        return []
    those = QueryString("staff.id IN {}", database.in_list(row["id"] for row in rows))
    posts: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in await database.run(POSTS, those):
        posts[row["staff"]].append(row)
    managers = {row["line_manager"] for found in posts.values() for row in found} - {None}
    names = {
        row["id"]: row["name"]
        for row in await Staff.select(Staff.id, Staff.name).where(
            _where(QueryString("staff.id IN {}", database.in_list(sorted(managers))))
        )
    }
    return [_staff(row, posts[row["id"]], names) for row in rows]


async def standings(person: StaffView, *, as_of: date, scope: Scope) -> tuple[Item, ...]:
    """Answer where somebody stands with each requirement that asks something of them."""
    asked = await every_requirement(scope=scope)
    whose = QueryString("staff.id = {}", person.id)
    found = (await dossiers(whose, on=as_of, asked=asked, scope=scope)).get(person.id)
    if found is None:
        return ()
    items = (
        Item(view.id, view.name, view.course_name, view.mandatory, found.standing(view, as_of))
        for view in asked
    )
    return tuple(
        item for item in items if item.standing.status is not ComplianceStatus.NOT_REQUIRED
    )


def _where(condition: QueryString) -> WhereRaw:
    return WhereRaw("{}", condition)


def _staff_columns() -> list[Column]:
    return [
        Staff.id, Staff.organisation, Staff.payroll_number, Staff.name, Staff.email,
        Staff.account, Staff.version, Staff.organisation.name.as_alias("organisation_name"),
    ]  # fmt: skip


def _staff(row: Row, posts: Sequence[Row], names: Mapping[UUID, str]) -> StaffView:
    return StaffView(
        id=row["id"],
        organisation_id=row["organisation"],
        organisation_name=row["organisation_name"],
        payroll_number=row["payroll_number"],
        name=row["name"],
        email=row["email"],
        account_id=row["account"],
        posts=tuple(
            PostView(
                post=post_of(post),
                line_manager_id=post["line_manager"],
                line_manager_name=names.get(post["line_manager"], ""),
            )
            for post in posts
        ),
        version=row["version"],
    )
