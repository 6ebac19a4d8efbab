"""Programmes with their curriculum, venues and closures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.scope import Scope, Side
from programmes.domain.completion import CompletionRule, CurriculumUnit
from programmes.domain.contacts import Contact
from programmes.domain.eligibility import Criteria
from programmes.domain.places import place
from programmes.domain.terms import DeliveryMode, GroupModel, ProgrammeType, UnitKind
from programmes.queries import visibility
from programmes.queries.eligibility import criteria_of

CLOSED = "Closed"
"""What everybody is told of days on which a whole organisation is closed."""


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit of a curriculum."""

    id: UUID
    number: int
    title: str
    kind: UnitKind
    minutes: int
    mandatory: bool
    gap_days: int
    module: int | None

    @property
    def for_planning(self) -> Contact:
        """Answer it as a timetable takes it."""
        return Contact(self.number, self.kind, self.minutes, self.gap_days)

    @property
    def for_progress(self) -> CurriculumUnit:
        """Answer it as the completion rule takes it."""
        return CurriculumUnit(self.number, self.minutes, self.mandatory)


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme in one version, the newest unless another was asked for.

    Only who completed the programme that it follows may join it (S7).
    """

    id: UUID
    organisation_id: UUID
    side: Side
    name: str
    type: ProgrammeType
    version_id: UUID
    version_number: int
    group_model: GroupModel
    delivery_mode: DeliveryMode
    rule: CompletionRule
    capacity_min: int
    capacity_max: int
    cost_pence: int | None
    edit_window_days: int
    long_outcomes: bool
    criteria: Criteria
    follows_id: UUID | None
    follows_name: str
    version: int


@dataclass(frozen=True, slots=True)
class VenueView:
    """A venue of one side."""

    id: UUID
    organisation_id: UUID
    side: Side
    name: str
    address: str
    postcode: str

    @property
    def place(self) -> str:
        """Answer which building it is in (D5)."""
        return place(name=self.name, postcode=self.postcode)


@dataclass(frozen=True, slots=True)
class ClosureView:
    """Days without sessions, for an organisation or one of its venues."""

    id: UUID
    organisation_id: UUID
    venue_id: UUID | None
    from_on: date
    to_on: date
    reason: str


_VERSIONS = (
    "SELECT g.id, g.organisation, g.side, g.name, g.type, g.version, v.id AS version_id, v.number,"
    " v.group_model, v.delivery_mode, v.min_units, v.min_percent, v.min_hours,"
    " v.needs_end_review, v.needs_report_sent, v.capacity_min, v.capacity_max, v.cost_pence,"
    " v.edit_window_days, v.long_outcomes, v.min_age, v.areas AS served_areas, v.mandates,"
    " g.follows, f.name AS follows_name"
    " FROM programmes g JOIN programme_versions v ON v.programme = g.id"
    " LEFT JOIN programmes f ON f.id = g.follows"
)
_NEWEST = (
    " WHERE v.number = (SELECT MAX(n.number) FROM programme_versions n WHERE n.programme = g.id)"
)


_VENUE = "SELECT v.id, v.organisation, v.side, v.name, v.address, v.postcode FROM venues v"


async def programmes(*, scope: Scope) -> tuple[ProgrammeView, ...]:
    """Answer every visible programme in its newest version, by name."""
    rows = await database.run(
        _VERSIONS + _NEWEST + " AND {} ORDER BY g.name", visibility.programmes(scope)
    )
    return tuple(_programme(row) for row in rows)


async def programme(programme_id: UUID, *, scope: Scope) -> ProgrammeView:
    """Answer one programme.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    return (await versions_of(programme_id, scope=scope))[0]


async def versions_of(programme_id: UUID, *, scope: Scope) -> tuple[ProgrammeView, ...]:
    """Answer one programme in each of its versions, the newest first.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _VERSIONS + " WHERE g.id = {} AND {} ORDER BY v.number DESC",
        programme_id,
        visibility.programmes(scope),
    )
    if not rows:
        raise NotFoundError
    return tuple(_programme(row) for row in rows)


async def units_of(
    version_ids: Sequence[UUID], *, scope: Scope
) -> dict[UUID, tuple[UnitView, ...]]:
    """Answer the units of each of these versions, in order."""
    rows = await database.run(
        "SELECT u.id, u.programme_version, u.number, u.title, u.kind, u.minutes, u.mandatory,"
        " u.gap_days, u.module FROM units u JOIN programme_versions v ON v.id = u.programme_version"
        " JOIN programmes g ON g.id = v.programme WHERE v.id IN {} AND {} ORDER BY u.number",
        database.in_list(version_ids),
        visibility.programmes(scope),
    )
    found: dict[UUID, tuple[UnitView, ...]] = {}
    for row in rows:
        key = row["programme_version"]
        found[key] = (*found.get(key, ()), _unit(row))
    return found


async def venues(*, scope: Scope) -> tuple[VenueView, ...]:
    """Answer every visible venue, by name."""
    rows = await database.run(_VENUE + " WHERE {} ORDER BY v.name, v.id", visibility.venues(scope))
    return tuple(_venue(row) for row in rows)


async def venue(venue_id: UUID, *, scope: Scope) -> VenueView:
    """Answer one venue.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _VENUE + " WHERE v.id = {} AND {}", venue_id, visibility.venues(scope)
    )
    if not rows:
        raise NotFoundError
    return _venue(rows[0])


def _venue(row: database.Row) -> VenueView:
    return VenueView(
        row["id"], row["organisation"], Side(row["side"]), row["name"], row["address"],
        row["postcode"],
    )  # fmt: skip


async def closures(*, scope: Scope) -> tuple[ClosureView, ...]:
    """Answer the closures of organisations and of visible venues, by day.

    Days of a whole organisation are seen by both sides, so their reason is never told.
    """
    organisations = QueryString("(1 = 1)")
    ids = {area.organisation_id for area in scope.areas if area.side is not None}
    if None not in ids:
        organisations = QueryString("k.organisation IN {}", database.in_list(ids))
    rows = await database.run(
        "SELECT k.id, k.organisation, k.venue, k.from_on, k.to_on, k.reason FROM closures k"
        " WHERE {} AND (k.venue IS NULL OR EXISTS"
        " (SELECT 1 FROM venues v WHERE v.id = k.venue AND {})) ORDER BY k.from_on, k.id",
        organisations,
        visibility.venues(scope),
    )
    return tuple(
        ClosureView(
            row["id"], row["organisation"], row["venue"], row["from_on"], row["to_on"],
            row["reason"] if row["venue"] else CLOSED,
        )
        for row in rows
    )  # fmt: skip


def rule_of(row: database.Row) -> CompletionRule:
    """Answer the completion rule out of a version's columns."""
    return CompletionRule(
        min_units=row["min_units"],
        min_percent=row["min_percent"],
        min_hours=row["min_hours"],
        needs_end_review=bool(row["needs_end_review"]),
        needs_report_sent=bool(row["needs_report_sent"]),
    )


def _programme(row: database.Row) -> ProgrammeView:
    return ProgrammeView(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]),
        name=row["name"],
        type=ProgrammeType(row["type"]),
        version_id=row["version_id"],
        version_number=row["number"],
        group_model=GroupModel(row["group_model"]),
        delivery_mode=DeliveryMode(row["delivery_mode"]),
        rule=rule_of(row),
        capacity_min=row["capacity_min"],
        capacity_max=row["capacity_max"],
        cost_pence=row["cost_pence"],
        edit_window_days=row["edit_window_days"],
        long_outcomes=bool(row["long_outcomes"]),
        criteria=criteria_of(row),
        follows_id=row["follows"],
        follows_name=row["follows_name"] or "",
        version=row["version"],
    )


def _unit(row: database.Row) -> UnitView:
    return UnitView(
        row["id"], row["number"], row["title"], UnitKind(row["kind"]), row["minutes"],
        bool(row["mandatory"]), row["gap_days"], row["module"],
    )  # fmt: skip
