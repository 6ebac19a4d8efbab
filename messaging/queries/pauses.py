"""Which switches stop texts now, since when and why (M16, G15)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import ForbiddenError
from core.pagination import Cursor, Page
from core.scope import Area, Permission, Scope, Side
from messaging.domain.terms import PauseOf

_COLUMNS = "SELECT p.id, p.pause_of, p.subject, p.side, p.organisation, p.reason, p.at, p.actor"
IN_FORCE = (
    "p.paused AND NOT EXISTS (SELECT 1 FROM messaging_pauses n WHERE n.id > p.id"
    " AND (n.subject = p.subject OR (n.subject IS NULL AND p.subject IS NULL)))"
)
"""The condition on ``p`` (pauses) for those that stop texts now: the newest row about a thing."""


@dataclass(frozen=True, slots=True)
class PauseView:
    """How one switch stands, since when and why; ``at`` is ``None`` if nobody ever threw it."""

    paused: bool
    reason: str
    at: datetime | None
    actor_id: UUID | None

    @property
    def standing(self) -> str:
        """Answer whether texts stop or go, as a code."""
        return "texts_stop" if self.paused else "texts_go"


@dataclass(frozen=True, slots=True)
class PauseInForce:
    """A switch that stops texts now; without a subject it stops all."""

    id: UUID
    pause_of: PauseOf
    subject_id: UUID | None
    side: Side | None
    organisation_id: UUID | None
    reason: str
    at: datetime
    actor_id: UUID | None


async def pause(*, scope: Scope) -> PauseView:
    """Answer whether all texts are paused.

    Raises:
        ForbiddenError: the person has nothing to do with texts.
    """
    if not (scope.has(Permission.PAUSE_MESSAGES) or scope.has(Permission.VIEW_MESSAGES)):
        raise ForbiddenError
    return await _newest(QueryString("p.subject IS NULL"))


async def pause_of(
    subject_id: UUID, *, side: Side, organisation_id: UUID, scope: Scope
) -> PauseView:
    """Answer how the switch of a programme, group or person stands that the reader may see.

    Raises:
        ForbiddenError: the reader has nothing to do with texts there.
    """
    _check(side, organisation_id, scope)
    return await _newest(QueryString("p.subject = {}", subject_id))


async def _newest(of: QueryString) -> PauseView:
    rows = await database.run(
        "SELECT p.paused, p.reason, p.at, p.actor FROM messaging_pauses p"
        " WHERE {} ORDER BY p.id DESC LIMIT 1",
        of,
    )
    if not rows:
        return PauseView(paused=False, reason="", at=None, actor_id=None)
    row = rows[0]
    return PauseView(bool(row["paused"]), row["reason"], row["at"], row["actor"])


async def stopping(
    subjects: Collection[UUID], *, side: Side, organisation_id: UUID, scope: Scope
) -> tuple[PauseInForce, ...]:
    """Answer what stops texts about some things that the reader may see, the widest first.

    Raises:
        ForbiddenError: the reader has nothing to do with texts there.
    """
    _check(side, organisation_id, scope)
    rows = await database.run(
        f"{_COLUMNS} FROM messaging_pauses p WHERE (p.subject IS NULL OR p.subject IN {{}})"
        f" AND {IN_FORCE}",
        database.in_list(sorted(subjects)),
    )
    found = [_in_force(row) for row in rows]
    return tuple(sorted(found, key=lambda one: list(PauseOf).index(one.pause_of)))


def _check(side: Side, organisation_id: UUID, scope: Scope) -> None:
    if not scope.covers(Permission.VIEW_MESSAGES, side=side, organisation_id=organisation_id):
        raise ForbiddenError


async def pauses_in_force(
    *, scope: Scope, own_cohorts: frozenset[UUID], cursor: Cursor
) -> Page[PauseInForce]:
    """Answer the switches of programmes, groups and people that stop texts now, newest first.

    They are those of the scope's sides and organisations; of people it tells ids, and whoever asks
    leaves out whom the reader may not see.
    """
    conditions = [QueryString(IN_FORCE), _visible(scope, own_cohorts)]
    if after := cursor.after_id():
        conditions.append(QueryString("p.id < {}", after))
    rows = await database.run(
        f"{_COLUMNS} FROM messaging_pauses p WHERE {{}} ORDER BY p.id DESC LIMIT {{}}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([_in_force(row) for row in rows], lambda one: (one.id,))


async def pauses_about(person_id: UUID, *, scope: Scope) -> tuple[PauseView, ...]:
    """Answer every pause of a person's texts, for whoever may export what is held about them."""
    rows = await database.run(
        "SELECT p.paused, p.reason, p.at, p.actor FROM messaging_pauses p"
        " WHERE p.subject = {} AND {} ORDER BY p.id",
        person_id,
        _any([_area(area) for area in scope.within(Permission.EXPORT_PEOPLE)]),
    )
    return tuple(
        PauseView(bool(row["paused"]), row["reason"], row["at"], row["actor"]) for row in rows
    )


def _visible(scope: Scope, own_cohorts: frozenset[UUID]) -> QueryString:
    own = database.in_list(sorted(own_cohorts))
    return _any(
        [
            QueryString("({} AND (p.pause_of <> 'cohort' OR p.subject IN {}))", _area(area), own)
            if area.own_only
            else _area(area)
            for area in scope.within(Permission.VIEW_MESSAGES)
        ]
    )


def _area(area: Area) -> QueryString:
    if area.side is None:
        return QueryString("(1 = 0)")
    side = QueryString("p.side = {}", area.side.value)
    if area.organisation_id is None:
        return side
    return QueryString("({} AND p.organisation = {})", side, area.organisation_id)


def _any(parts: list[QueryString]) -> QueryString:
    if not parts:
        return QueryString("(1 = 0)")
    return QueryString("(" + " OR ".join(["{}"] * len(parts)) + ")", *parts)


def _in_force(row: database.Row) -> PauseInForce:
    return PauseInForce(
        id=row["id"],
        pause_of=PauseOf(row["pause_of"]),
        subject_id=row["subject"],
        side=Side(row["side"]) if row["side"] else None,
        organisation_id=row["organisation"],
        reason=row["reason"],
        at=row["at"],
        actor_id=row["actor"],
    )
