"""My calendar: an address at which a phone or a desk calendar reads one's own sessions."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import PUBLIC, requires
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import NotFoundError
from core.scope import Actor, Permission
from core.settings import Settings
from programmes.domain.places import is_met_there
from programmes.domain.terms import SessionStatus
from programmes.queries.calendars import address_since
from programmes.queries.cohorts import SessionView
from programmes.services import calendars as services

_VIEW = [requires(Permission.VIEW_CASES)]
_ENDING = ".ics"


@get("/calendar", guards=_VIEW, include_in_schema=False)
async def calendar_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show whether there is an address, and make or end it."""
    return page(request, "calendar.html", since=await address_since(scope=actor.scope), address="")


@post("/calendar", guards=_VIEW, include_in_schema=False)
async def make_address(
    request: AnyRequest, actor: NamedDependency[Actor], settings: NamedDependency[Settings]
) -> Page:
    """Make an address and show it, this once."""
    token = await services.make_address(by=actor)
    return page(
        request, "calendar.html", since=clock.now(),
        address=f"{settings.public_url}/calendar/{token}{_ENDING}",
    )  # fmt: skip


@post("/calendar/end", guards=_VIEW, include_in_schema=False)
async def end_address(actor: NamedDependency[Actor]) -> Page:
    """End the address."""
    await services.end_address(by=actor)
    return Redirect("/calendar?saved=calendar", status_code=303)


@get("/calendar/{file_name:str}", include_in_schema=False, opt=PUBLIC)
async def read_calendar(file_name: FromPath[str]) -> Response[bytes]:
    """Answer the calendar of an address; anything else is not found."""
    if not file_name.endswith(_ENDING):
        raise NotFoundError
    sessions = await services.sessions_at(file_name.removesuffix(_ENDING))
    return Response(
        calendar_of(sessions), media_type="text/calendar",
        headers={"Content-Disposition": 'inline; filename="calendar.ics"'},
    )  # fmt: skip


def calendar_of(sessions: Iterable[SessionView]) -> bytes:
    """Answer the sessions as iCalendar: the cohort's code, venue and times, never a name."""
    found = Calendar()
    found.add("prodid", "-//Programme Tracker//Calendar//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    for session in sessions:
        found.add_component(_event(session))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(session: SessionView) -> Event:
    starts_at = clock.london(session.starts_at)
    cancelled = session.status is SessionStatus.CANCELLED
    event = Event()
    event.add("uid", f"{session.id}@programme-tracker")
    event.add("dtstamp", clock.now())
    event.add("dtstart", starts_at)
    event.add("dtend", clock.london(session.starts_at + timedelta(minutes=session.minutes)))
    event.add("sequence", session.revision)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", session.cohort_code)
    event.add("location", _where(session))
    return event


def _where(session: SessionView) -> str:
    if is_met_there(session.mode):
        return session.venue_name
    return session.mode.value.capitalize()


ROUTES = [calendar_page, make_address, end_address, read_calendar]
