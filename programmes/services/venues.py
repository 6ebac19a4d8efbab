"""Adds and changes venues, and the days on which nothing takes place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError, ForbiddenError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.domain import places as buildings
from programmes.errors import VenueExistsError
from programmes.queries.programmes import venue
from programmes.services import places
from programmes.services.fields import organisation_fault, refuse, text_fault
from programmes.services.programmes import require_managed
from programmes.tables import Closure, Venue

LONGEST_CLOSURE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class VenueDetails:
    """What is recorded of a venue; the postcode tells which building it is in (D5)."""

    name: str
    address: str = ""
    postcode: str = ""

    @property
    def stored_postcode(self) -> str:
        """Answer the postcode as it is kept; empty where there is none."""
        return buildings.postcode(self.postcode) or ""

    @property
    def place(self) -> str:
        """Answer which building it is, said the same way on both sides."""
        return buildings.place(name=self.name, postcode=self.stored_postcode)


def _faults(details: VenueDetails) -> Iterator[FieldError | None]:
    yield text_fault("name", details.name, longest=120)
    yield text_fault("address", details.address, longest=500, required=False, lines=True)
    if details.postcode.strip() and not details.stored_postcode:
        yield FieldError("postcode", "Enter a full postcode, like M1 1AE")


async def add_venue(organisation_id: UUID, side: Side, details: VenueDetails, *, by: Actor) -> UUID:
    """Add a venue of one side and answer its id.

    Raises:
        VenueExistsError: the name is taken on this side.
    """
    require_managed(by, side, organisation_id)
    refuse([await organisation_fault(organisation_id, by=by), *_faults(details)])
    added = Venue(
        organisation=organisation_id, side=side, name=details.name.strip(),
        address=details.address, postcode=details.stored_postcode, place=details.place,
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(Venue, venue_name_once_per_side=VenueExistsError()):
            await added.save()
        await audit.record(
            "venue_added", by=by, subject_type=audit.Subject.VENUE, subject=added.id, side=side,
            organisation_id=organisation_id,
        )  # fmt: skip
    return added.id


async def change_venue(venue_id: UUID, details: VenueDetails, *, by: Actor) -> None:
    """Change what is recorded of a venue.

    Raises:
        NotFoundError: it is not visible.
        VenueExistsError: the name is taken on this side.
        VenueNotAvailableError: sessions to come would not be apart from others in that building.
    """
    stored = await venue(venue_id, scope=by.scope)
    require_managed(by, stored.side, stored.organisation_id)
    refuse(_faults(details))
    before = {"name": stored.name, "address": stored.address, "postcode": stored.postcode}
    after = {
        "name": details.name.strip(),
        "address": details.address,
        "postcode": details.stored_postcode,
    }
    fields = audit.changed(before, after)[1]
    if not fields:
        return
    meetings = await places.coming_at(venue_id)
    async with (
        places.noting(stored.organisation_id, None, by=by),
        database.transaction(),
    ):
        await places.keep_apart(details.place, stored.side, meetings)
        with database.refusing(Venue, venue_name_once_per_side=VenueExistsError()):
            await Venue.update(database.assignments({**after, "place": details.place})).where(
                Venue.id == venue_id
            )
        await audit.record(
            "venue_changed", by=by, subject_type=audit.Subject.VENUE, subject=venue_id,
            side=stored.side, organisation_id=stored.organisation_id,
            after={"fields": sorted(fields)},
        )  # fmt: skip


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
        await announce(sessions=await _sessions_on(organisation_id, venue_id, from_on, to_on))
    return closure_id


async def _sessions_on(
    organisation_id: UUID, venue_id: UUID | None, from_on: date, to_on: date
) -> set[UUID]:
    """Answer the sessions to come on these days, at a venue if one is given."""
    rows = await database.run(
        "SELECT s.id FROM sessions s JOIN cohorts c ON c.id = s.cohort"
        " WHERE c.organisation = {} AND s.starts_at >= {} AND s.starts_at < {} AND {}",
        organisation_id,
        max(clock.now(), clock.instant_of(from_on, "00:00")),
        clock.instant_of(to_on + timedelta(days=1), "00:00"),
        QueryString("COALESCE(s.venue, c.venue) = {}", venue_id)
        if venue_id
        else QueryString("1 = 1"),
    )
    return {row["id"] for row in rows}


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
    require_managed(by, side, organisation_id)
    return side


def _require_on_any_side(by: Actor, organisation_id: UUID) -> None:
    def covered(permission: Permission) -> bool:
        return any(
            by.scope.covers(permission, side=side, organisation_id=organisation_id) for side in Side
        )

    if not covered(Permission.VIEW_CASES):
        raise NotFoundError
    if not covered(Permission.MANAGE_PROGRAMMES):
        raise ForbiddenError
