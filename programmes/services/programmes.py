"""Adds programmes with their curriculum, venues and closures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, ForbiddenError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import DeliveryMode, GroupModel, ProgrammeType, UnitKind
from programmes.errors import ProgrammeExistsError, VenueExistsError
from programmes.services.fields import organisation_fault, range_fault, refuse, text_fault
from programmes.tables import Closure, Programme, ProgrammeVersion, Unit, Venue

MOST_UNITS = 120
LONGEST_CLOSURE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit of a curriculum to add."""

    number: int
    title: str
    kind: UnitKind
    minutes: int
    mandatory: bool


@dataclass(frozen=True, slots=True)
class NewProgramme:
    """A programme to add, with its first curriculum."""

    organisation_id: UUID
    side: Side
    name: str
    type: ProgrammeType
    group_model: GroupModel
    delivery_mode: DeliveryMode
    units: tuple[NewUnit, ...]
    rule: CompletionRule
    capacity_min: int
    capacity_max: int
    cost_pence: int | None


async def add_programme(new: NewProgramme, *, by: Actor) -> UUID:
    """Add a programme in its first version and answer its id.

    Raises:
        InvalidInputError: a field is not valid.
        ProgrammeExistsError: the name is taken on this side.
    """
    _require(by, new.side, new.organisation_id)
    refuse([await organisation_fault(new.organisation_id, by=by), *_faults(new)])
    programme = Programme(
        organisation=new.organisation_id, side=new.side, name=new.name.strip(), type=new.type,
        created_at=clock.now(),
    )  # fmt: skip
    version = _version(programme.id, new)
    async with database.transaction():
        with database.refusing(Programme, programme_name_once_per_side=ProgrammeExistsError()):
            await programme.save()
        await version.save()
        await Unit.insert(*[_unit(version.id, unit) for unit in new.units])
        await audit.record(
            "programme_added", by=by, subject_type=audit.Subject.PROGRAMME, subject=programme.id,
            side=new.side, organisation_id=new.organisation_id, after={"version": 1},
        )  # fmt: skip
    return programme.id


def _require(by: Actor, side: Side, organisation_id: UUID) -> None:
    """Refuse; somebody of the other side, or elsewhere, learns nothing of what is there."""
    if not by.scope.covers(Permission.VIEW_CASES, side=side, organisation_id=organisation_id):
        raise NotFoundError
    by.require(Permission.MANAGE_PROGRAMMES, side=side, organisation_id=organisation_id)


def _require_on_any_side(by: Actor, organisation_id: UUID) -> None:
    def covered(permission: Permission) -> bool:
        return any(
            by.scope.covers(permission, side=side, organisation_id=organisation_id) for side in Side
        )

    if not covered(Permission.VIEW_CASES):
        raise NotFoundError
    if not covered(Permission.MANAGE_PROGRAMMES):
        raise ForbiddenError


def _faults(new: NewProgramme) -> Iterator[FieldError | None]:
    yield text_fault("name", new.name, longest=120)
    yield range_fault("capacity_min", new.capacity_min, 1, 500)
    yield range_fault("capacity_max", new.capacity_max, new.capacity_min, 500)
    yield range_fault("cost_pence", new.cost_pence, 0, 2_000_000_000)
    yield from _unit_faults(new.units)
    yield from _rule_faults(new.rule, new.units)


def _unit_faults(units: Sequence[NewUnit]) -> Iterator[FieldError | None]:
    if not 1 <= len(units) <= MOST_UNITS:
        yield FieldError("units", f"Give 1 to {MOST_UNITS} units")
    if [unit.number for unit in units] != list(range(1, len(units) + 1)):
        yield FieldError("units", "Number the units 1, 2, 3 … in order")
    for place, unit in enumerate(units):
        yield text_fault(f"units[{place}].title", unit.title, longest=120)
        yield range_fault(f"units[{place}].minutes", unit.minutes, 1, 600)


def _rule_faults(rule: CompletionRule, units: Sequence[NewUnit]) -> Iterator[FieldError | None]:
    if (rule.min_units is None) == (rule.min_percent is None):
        yield FieldError("completion_rule", "Give either min_units or min_percent")
    yield range_fault("completion_rule.min_units", rule.min_units, 1, len(units))
    yield range_fault("completion_rule.min_percent", rule.min_percent, 1, 100)
    hours = sum(unit.minutes for unit in units) // 60
    yield range_fault("completion_rule.min_hours", rule.min_hours, 1, max(hours, 1))


def _version(programme_id: UUID, new: NewProgramme) -> ProgrammeVersion:
    return ProgrammeVersion(
        programme=programme_id,
        number=1,
        group_model=new.group_model,
        delivery_mode=new.delivery_mode,
        min_units=new.rule.min_units,
        min_percent=new.rule.min_percent,
        min_hours=new.rule.min_hours,
        needs_end_review=new.rule.needs_end_review,
        needs_report_sent=new.rule.needs_report_sent,
        capacity_min=new.capacity_min,
        capacity_max=new.capacity_max,
        cost_pence=new.cost_pence,
        created_at=clock.now(),
    )


def _unit(version_id: UUID, unit: NewUnit) -> Unit:
    return Unit(
        programme_version=version_id, number=unit.number, title=unit.title.strip(),
        kind=unit.kind, minutes=unit.minutes, mandatory=unit.mandatory,
    )  # fmt: skip


async def add_venue(
    organisation_id: UUID, side: Side, *, name: str, address: str, by: Actor
) -> UUID:
    """Add a venue of one side and answer its id.

    Raises:
        VenueExistsError: the name is taken on this side.
    """
    _require(by, side, organisation_id)
    refuse(
        [
            await organisation_fault(organisation_id, by=by),
            text_fault("name", name, longest=120),
            text_fault("address", address, longest=500, required=False, lines=True),
        ]
    )
    venue = Venue(organisation=organisation_id, side=side, name=name.strip(), address=address)
    async with database.transaction():
        with database.refusing(Venue, venue_name_once_per_side=VenueExistsError()):
            await venue.save()
        await audit.record(
            "venue_added", by=by, subject_type=audit.Subject.VENUE, subject=venue.id, side=side,
            organisation_id=organisation_id,
        )  # fmt: skip
    return venue.id


async def add_closure(
    organisation_id: UUID,
    *,
    venue_id: UUID | None,
    from_on: date,
    to_on: date,
    reason: str,
    by: Actor,
) -> UUID:
    """Add days without sessions and answer the closure's id; timetables made later skip them."""
    side = await _side_of_closure(organisation_id, venue_id, by)
    late = to_on < from_on or to_on - from_on > LONGEST_CLOSURE
    refuse(
        [
            await organisation_fault(organisation_id, by=by),
            text_fault("reason", reason, longest=120, required=False),
            FieldError("to_on", "End on or after the first day, within a year") if late else None,
        ]
    )
    closure_id = new_id()
    async with database.transaction():
        await Closure(
            id=closure_id, organisation=organisation_id, venue=venue_id, from_on=from_on,
            to_on=to_on, reason=reason,
        ).save()  # fmt: skip
        await audit.record(
            "closure_added", by=by, subject_type=audit.Subject.CLOSURE, subject=closure_id,
            side=side, organisation_id=organisation_id,
        )  # fmt: skip
    return closure_id


async def _side_of_closure(organisation_id: UUID, venue_id: UUID | None, by: Actor) -> Side | None:
    """Answer the venue's side; closing a whole organisation is for managers of either side."""
    if venue_id is None:
        _require_on_any_side(by, organisation_id)
        return None
    rows = await Venue.select(Venue.side).where(
        Venue.id == venue_id, Venue.organisation == organisation_id
    )
    if not rows:
        raise NotFoundError
    side = Side(rows[0]["side"])
    _require(by, side, organisation_id)
    return side
