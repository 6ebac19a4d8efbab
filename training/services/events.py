"""Plans, changes and cancels training events."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, StaleVersionError
from core.ids import new_id
from core.scope import Actor, Permission
from training.domain.events import LONGEST_EVENT, OPEN, completed_on, counts_still
from training.domain.terms import BookingOutcome, EventStatus
from training.errors import EventClosedError
from training.queries.catalogue import every_course
from training.queries.events import EventView, event
from training.services.bookings import fill_places
from training.services.fields import range_fault, refuse, text_fault
from training.tables import TrainingEvent

MOST_PLACES = 1000
_BACK, _AHEAD = timedelta(days=366), timedelta(days=3 * 366)
_TOO_FEW = InvalidInputError.of("places", "More people have a place than that")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """When and where an event is, and for how many; instants carry a time zone."""

    starts_at: datetime
    ends_at: datetime
    venue: str
    link: str
    places: int

    @classmethod
    def of(cls, view: EventView) -> "EventDetails":
        """Answer what is written down now."""
        return cls(
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            venue=view.venue,
            link=view.link,
            places=view.places,
        )


async def plan(course_id: UUID, details: EventDetails, *, organisation_id: UUID, by: Actor) -> UUID:
    """Plan a date of a course that the organisation gives, and answer the event's id.

    One within the past year may be written down afterwards, to mark its register.

    Raises:
        InvalidInputError: a field is wrong, or the organisation is not one of the person's.
    """
    if organisation_id not in {seen.id for seen in await organisations(scope=by.scope)}:
        raise InvalidInputError.of("organisation_id", "Select one of your organisations")
    by.require(Permission.RECORD_TRAINING, organisation_id=organisation_id)
    refuse((*_faults(details), _near_fault(details)))
    refuse([await _course_fault(course_id, details, by=by)])
    row = TrainingEvent(
        id=new_id(), course=course_id, organisation=organisation_id, created_at=clock.now(),
        **_columns(details),
    )  # fmt: skip
    async with database.transaction():
        await row.save()
        await _note("training_event_planned", row.id, organisation_id, by=by)
    return row.id


async def change(event_id: UUID, details: EventDetails, *, version: int, by: Actor) -> None:
    """Change when or where an event is, or its places; more places go to who waits.

    Raises:
        EventClosedError: its register is marked, or it is cancelled.
        InvalidInputError: a field is wrong, or more people have a place.
        StaleVersionError: somebody else saved it in the meantime.
    """
    found = await _to_change(event_id, by=by)
    if found.version != version:
        raise StaleVersionError
    refuse(_faults(details))
    if details.ends_at != found.ends_at or details.starts_at != found.starts_at:
        refuse([_near_fault(details)])
        refuse([await _course_fault(found.course_id, details, by=by)])
    changes = {**_columns(details), "version": version + 1}
    before, after = audit.changed(asdict(EventDetails.of(found)), _columns(details))
    async with database.transaction():
        await database.serialise(str(event_id))
        with database.refusing(TrainingEvent, training_event_has_places=_TOO_FEW):
            touched = await (
                TrainingEvent.update(database.assignments(changes))
                .where(
                    TrainingEvent.id == event_id,
                    TrainingEvent.version == version,
                    TrainingEvent.status == EventStatus.PLANNED,
                )
                .returning(TrainingEvent.id)
            )
        if not touched:
            raise StaleVersionError
        await _note(
            "training_event_changed", event_id, found.organisation_id,
            before=before, after=after, by=by,
        )  # fmt: skip
        if clock.now() < details.starts_at:
            await fill_places(event_id, by=by)


async def cancel(event_id: UUID, reason: str, *, by: Actor) -> None:
    """Cancel an event: whoever had a place or waited for one is cancelled by the provider.

    Raises:
        EventClosedError: its register is marked, or it is cancelled already.
        InvalidInputError: the reason is missing.
    """
    found = await _to_change(event_id, by=by)
    reason = reason.strip()
    refuse([text_fault("reason", reason, longest=200)])
    async with database.transaction():
        await database.serialise(str(event_id))
        touched = await database.run(
            "UPDATE training_events SET status = {}, cancelled_reason = {}, places_taken = 0,"
            " version = version + 1 WHERE id = {} AND status = {} RETURNING id",
            EventStatus.CANCELLED.value,
            reason,
            event_id,
            EventStatus.PLANNED.value,
        )
        if not touched:
            raise EventClosedError(_closed(found))
        let_go = await database.run(
            "UPDATE bookings SET outcome = {}, version = version + 1"
            " WHERE event = {} AND outcome IN {} RETURNING id",
            BookingOutcome.CANCELLED_BY_PROVIDER.value,
            event_id,
            database.in_list(sorted(OPEN)),
        )
        await _note(
            "training_event_cancelled", event_id, found.organisation_id,
            after={"bookings": len(let_go)}, by=by,
        )  # fmt: skip


async def _to_change(event_id: UUID, *, by: Actor) -> EventView:
    found = await event(event_id, scope=by.scope)
    by.require(Permission.RECORD_TRAINING, organisation_id=found.organisation_id)
    if found.status is not EventStatus.PLANNED:
        raise EventClosedError(_closed(found))
    return found


def _closed(found: EventView) -> str:
    if found.status is EventStatus.HELD:
        return "The register of this event is marked, so it cannot change any more"
    return "This event is cancelled"


def _faults(details: EventDetails) -> list[FieldError | None]:
    return [
        _times_fault(details),
        text_fault("venue", details.venue.strip(), longest=160, optional=True),
        _link_fault(details.link.strip()),
        _where_fault(details),
        range_fault("places", details.places, lowest=1, highest=MOST_PLACES),
    ]


def _near_fault(details: EventDetails) -> FieldError | None:
    if details.starts_at < clock.now() - _BACK:
        return FieldError("starts_at", "Enter a day that is no more than a year ago")
    if details.starts_at > clock.now() + _AHEAD:
        return FieldError("starts_at", "Enter a day within the next three years")
    return None


def _times_fault(details: EventDetails) -> FieldError | None:
    if details.ends_at <= details.starts_at:
        return FieldError("ends_at", "The end must be after the start")
    if details.ends_at - details.starts_at > LONGEST_EVENT:
        return FieldError("ends_at", "An event lasts 31 days at most; plan several")
    return None


def _where_fault(details: EventDetails) -> FieldError | None:
    if details.venue.strip() or details.link.strip():
        return None
    return FieldError("venue", "Enter a venue or a link")


def _link_fault(link: str) -> FieldError | None:
    if not link:
        return None
    try:
        parts = urlsplit(link)
        leads = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        leads = False
    if not leads or " " in link:
        return FieldError("link", "Enter a link that begins with https://")
    return text_fault("link", link, longest=300)


async def _course_fault(course_id: UUID, details: EventDetails, *, by: Actor) -> FieldError | None:
    courses = {course.id: course for course in await every_course(scope=by.scope)}
    if course_id not in courses:
        return FieldError("course_id", "Select a course")
    retired_on = courses[course_id].retired_on
    if counts_still(completed_on(details.ends_at), retired_on):
        return None
    return FieldError("starts_at", f"This course is retired from {retired_on:%d %B %Y} on")


def _columns(details: EventDetails) -> dict[str, Any]:
    return {
        "starts_at": details.starts_at.astimezone(UTC),
        "ends_at": details.ends_at.astimezone(UTC),
        "venue": details.venue.strip(),
        "link": details.link.strip(),
        "places": details.places,
    }


async def _note(
    action: str,
    event_id: UUID,
    organisation_id: UUID,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    by: Actor,
) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.TRAINING_EVENT, subject=event_id,
        organisation_id=organisation_id, before=before, after=after,
    )  # fmt: skip
