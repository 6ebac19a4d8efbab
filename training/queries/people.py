"""Staff with their posts, and where they stand with what is required."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.columns import Column
from piccolo.columns.combination import WhereRaw
from piccolo.querystring import QueryString

from core import clock, database
from core.database import Row
from core.errors import InvalidInputError, NotFoundError
from core.pagination import Cursor, Page
from core.scope import Scope
from training.domain.compliance import Standing
from training.domain.posts import standing_post
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
    """A member of staff with all posts, the first one first; there is at least one.

    ``post`` is the one that stands for them on the day asked about.
    """

    id: UUID
    organisation_id: UUID
    organisation_name: str
    payroll_number: str
    name: str
    email: str
    account_id: UUID | None
    posts: tuple[PostView, ...]
    post: Post
    version: int

    @property
    def line_manager_id(self) -> UUID | None:
        """Answer who manages the post that stands for them."""
        return next(view.line_manager_id for view in self.posts if view.post == self.post)

    @property
    def ended_on(self) -> date | None:
        """Answer the last day in any post; ``None`` where one has none."""
        days = [view.post.ended_on for view in self.posts]
        return None if None in days else max(day for day in days if day)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which staff to answer; what is empty asks nothing.

    ``search`` is part of a name or payroll number, ``team`` part of the name of a post's team;
    that post is held on the day, where one is named.
    """

    search: str = ""
    organisation_id: UUID | None = None
    team: str = ""
    in_post_on: date | None = None


EVERYBODY = Wanted()


async def staff(*, scope: Scope, cursor: Cursor, wanted: Wanted = EVERYBODY) -> Page[StaffView]:
    """Answer the staff by name: three statements."""
    conditions = [staff_in_scope(scope=scope), *_conditions(wanted)]
    if after := cursor.after_id():
        conditions.append(
            QueryString(
                '("staff"."name", "staff"."id") > '
                '(SELECT "staff"."name", "staff"."id" FROM "staff" WHERE "staff"."id" = {} AND {})',
                after,
                staff_in_scope(scope=scope),
            )
        )
    rows = (
        await Staff.select(*_staff_columns())
        .where(_where(database.all_of(conditions)))
        .order_by(Staff.name, Staff.id)
        .limit(cursor.limit + 1)
    )
    found = await _with_posts(rows, on=wanted.in_post_on or clock.today())
    return cursor.page(found, lambda view: (view.id,))


def _conditions(wanted: Wanted) -> Iterator[QueryString]:
    if wanted.organisation_id:
        yield QueryString('"staff"."organisation" = {}', wanted.organisation_id)
    if wanted.search:
        fault = "Search for part of a name or payroll number"
        part = _part("q", wanted.search, fault)
        yield QueryString(
            '(LOWER("staff"."name") LIKE {} ESCAPE \'!\' '
            'OR LOWER("staff"."payroll_number") LIKE {} ESCAPE \'!\')',
            part,
            part,
        )
    of_post = []
    if wanted.team:
        part = _part("team", wanted.team, "Enter part of a team's name")
        of_post.append(QueryString("LOWER(p.team) LIKE {} ESCAPE '!'", part))
    if day := wanted.in_post_on:
        of_post.append(
            QueryString("o.started_on <= {} AND (o.ended_on IS NULL OR o.ended_on >= {})", day, day)
        )
    if of_post:
        yield QueryString(
            "EXISTS (SELECT 1 FROM posts o JOIN positions p ON p.id = o.position"
            ' WHERE o.staff = "staff"."id" AND {})',
            database.all_of(of_post),
        )


def _part(field: str, typed: str, fault: str) -> str:
    if not typed.isprintable() or len(typed) > _LONGEST_SEARCH:
        raise InvalidInputError.of(field, fault)
    escaped = typed.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


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
    return (await _with_posts(rows, on=clock.today()))[0]


async def _with_posts(rows: Sequence[Row], *, on: date) -> list[StaffView]:
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
    return [_staff(row, _post_views(posts[row["id"]], names), on) for row in rows]


async def standings(person: StaffView, *, as_of: date, scope: Scope) -> tuple[Item, ...]:
    """Answer where somebody stands with each requirement that asks something of them.

    The first to be done comes first; what needs nothing more comes last.
    """
    asked = await every_requirement(scope=scope)
    whose = QueryString("staff.id = {}", person.id)
    found = (await dossiers(whose, on=as_of, asked=asked, scope=scope)).get(person.id)
    if found is None:
        return ()
    items = (
        Item(view.id, view.name, view.course_name, view.mandatory, found.standing(view, as_of))
        for view in asked
    )
    required = (item for item in items if item.standing.status is not ComplianceStatus.NOT_REQUIRED)
    return tuple(sorted(required, key=lambda item: item.standing.act_by or date.max))


def _where(condition: QueryString) -> WhereRaw:
    return WhereRaw("{}", condition)


def _staff_columns() -> list[Column]:
    return [
        Staff.id, Staff.organisation, Staff.payroll_number, Staff.name, Staff.email,
        Staff.account, Staff.version, Staff.organisation.name.as_alias("organisation_name"),
    ]  # fmt: skip


def _post_views(rows: Sequence[Row], names: Mapping[UUID, str]) -> tuple[PostView, ...]:
    return tuple(
        PostView(
            post=post_of(row),
            line_manager_id=row["line_manager"],
            line_manager_name=names.get(row["line_manager"], ""),
        )
        for row in rows
    )


def _staff(row: Row, posts: tuple[PostView, ...], on: date) -> StaffView:
    return StaffView(
        id=row["id"],
        organisation_id=row["organisation"],
        organisation_name=row["organisation_name"],
        payroll_number=row["payroll_number"],
        name=row["name"],
        email=row["email"],
        account_id=row["account"],
        posts=posts,
        post=standing_post([view.post for view in posts], on),
        version=row["version"],
    )
