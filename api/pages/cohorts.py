"""Cohorts: the list, and one with its timetable, its members and who attended what."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from accounts.queries import account_names
from api import pausing
from api.guards import requires
from api.pages import pause_words
from api.pages import timetable_words as words
from api.pages.rendering import AnyRequest, Page, page
from core import audit, clock
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.domain.contacts import contact_windows
from programmes.domain.places import is_met_there
from programmes.domain.terms import SessionStatus
from programmes.queries import cohorts as queries
from programmes.queries import timetables
from programmes.queries.cohorts import CohortView, SessionView
from programmes.queries.programmes import units_of
from programmes.queries.progress import members
from programmes.queries.timetables import Booked, Facilitation
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]


@get("/cohorts", guards=_VIEW, include_in_schema=False)
async def cohorts_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """List cohorts, newest first."""
    found = await queries.cohorts(scope=actor.scope, cursor=cursor)
    return page(
        request, "cohorts/list.html", cohorts=found.items, next=found.next,
        may_create=actor.scope.has(Permission.MANAGE_COHORTS),
    )  # fmt: skip


@get("/cohorts/{cohort_id:uuid}", guards=_VIEW, include_in_schema=False)
async def cohort_page(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a cohort: timetable, members with their progress, who attended what."""
    scope = actor.scope
    cohort = await queries.cohort(cohort_id, scope=scope)
    sessions = await queries.sessions_of(cohort_id, scope=scope)
    people = await members(cohort_id, scope=scope)
    units = (await units_of([cohort.version_id], scope=scope)).get(cohort.version_id, ())
    usual = await timetables.facilitation(cohort_id, scope=scope)
    instead = await timetables.cover(cohort_id, scope=scope)
    clashes = await timetables.clashes(_booked(sessions, usual, instead), cohort.side, scope=scope)
    taking = {*usual, *(taker for takers in instead.values() for taker in takers)}
    names = await account_names({taker.account_id for taker in taking}, scope=scope)
    await viewed(
        audit.Subject.COHORT, cohort_id, side=cohort.side,
        organisation_id=cohort.organisation_id, by=actor,
    )  # fmt: skip
    return page(
        request,
        "cohorts/cohort.html",
        cohort=cohort,
        texts=await pause_words.on_page(pausing.of_cohort(cohort), scope=scope),
        facts=_facts(cohort, words.takers(usual, names)),
        clashes=words.clash_lines(
            clashes, names, {view.venue_id: view.venue_name for view in sessions if view.venue_id}
        ),
        contacts=words.contact_rows(
            contact_windows([unit.for_planning for unit in units], _held_on(sessions)), units
        ),
        rows=[_row(view, cohort, instead, names) for view in sessions],
        members=people,
        group=[view for view in sessions if view.enrolment_id is None],
        may_change=scope.covers(
            Permission.MANAGE_COHORTS, side=cohort.side, organisation_id=cohort.organisation_id
        ),
        may_report=scope.has(Permission.VIEW_PROGRAMME_REPORTS),
    )


def _facts(cohort: CohortView, facilitators: str) -> list[dict[str, Any]]:
    """Answer what the page says at its top, as GOV.UK's summary list takes it."""
    facts = {
        "Begins": f"{cohort.starts_on:%A} {cohort.starts_on.day} {cohort.starts_on:%B %Y}",
        "Meets": words.weekly(cohort.slots),
        "Venue": cohort.venue_name or "No venue",
        "Held": words.MODES[cohort.delivery_mode],
        "For": words.SEXES[cohort.group_sex] if cohort.group_sex else "Not recorded",
        "Facilitators": facilitators or "Nobody yet",
        "Places": f"{cohort.places_taken} of {cohort.capacity} taken",
        "Programme version": str(cohort.version_number),
    }
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in facts.items()]


def _booked(
    sessions: Sequence[SessionView],
    usual: Sequence[Facilitation],
    instead: Mapping[UUID, Sequence[Facilitation]],
) -> list[Booked]:
    """Answer the sessions to come as far as people and rooms are concerned."""
    return [
        Booked(
            view.id,
            view.starts_at,
            view.minutes,
            view.venue_id if is_met_there(view.mode) else None,
            frozenset(taker.account_id for taker in instead.get(view.id, usual)),
        )
        for view in sessions
        if view.status is SessionStatus.SCHEDULED and view.starts_at > clock.now()
    ]


def _held_on(sessions: Sequence[SessionView]) -> dict[int, Any]:
    """Answer the day of each unit of the group."""
    return {
        view.unit_number: clock.london(view.starts_at).date()
        for view in sessions
        if view.enrolment_id is None and view.status is not SessionStatus.CANCELLED
    }


def _row(
    view: SessionView,
    cohort: CohortView,
    instead: Mapping[UUID, Sequence[Facilitation]],
    names: Mapping[UUID, str],
) -> dict[str, Any]:
    """Answer a line of the timetable; what is as usual is not said again."""
    unlike = []
    if view.mode is not cohort.delivery_mode:
        unlike.append(words.MODES[view.mode])
    if view.venue_id != cohort.venue_id and is_met_there(view.mode):
        unlike.append(view.venue_name or "No venue")
    if view.id in instead:
        unlike.append("Taken by " + words.takers(instead[view.id], names))
    return {
        "session": view,
        "unlike": unlike,
        "is_to_come": view.starts_at > clock.now(),
        "is_one_persons": view.enrolment_id is not None,
    }


ROUTES = [cohorts_page, cohort_page]
