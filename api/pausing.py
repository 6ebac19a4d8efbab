"""Composes the switches of texts with what they are about: programmes, groups and people."""

from dataclasses import dataclass
from uuid import UUID

from core.errors import ForbiddenError, NotFoundError
from core.pagination import Cursor, Page
from core.scope import Actor, Permission, Scope
from messaging.domain.terms import PauseOf
from messaging.queries.pauses import PauseInForce, pauses_in_force, stopping
from messaging.services import pause
from messaging.services.pause import Pausable
from programmes.queries.cohorts import CohortView, cohort, own_cohort_ids
from programmes.queries.names import names_of
from programmes.queries.participants import ParticipantView, participant
from programmes.queries.programmes import ProgrammeView, programme
from programmes.services.viewing import Listing, listed


@dataclass(frozen=True, slots=True)
class Thing:
    """Something whose texts can be paused, as the reader knows it.

    ``wider`` are the things that hold it: whatever pauses them pauses it too.
    """

    of: Pausable
    name: str
    wider: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A switch in force, with the name of what it is about."""

    pause: PauseInForce
    subject_id: UUID
    name: str


async def thing(pause_of: PauseOf, subject_id: UUID, *, scope: Scope) -> Thing:
    """Answer a programme, group or person that the reader may see.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    if pause_of is PauseOf.PERSON:
        return of_person(await participant(subject_id, scope=scope))
    if pause_of is PauseOf.COHORT:
        return of_cohort(await cohort(subject_id, scope=scope))
    return of_programme(await programme(subject_id, scope=scope))


def of_person(person: ParticipantView) -> Thing:
    """Answer a person as something whose texts can be paused."""
    of = Pausable(PauseOf.PERSON, person.id, person.organisation_id, person.side)
    return Thing(of, person.name)


def of_cohort(group: CohortView) -> Thing:
    """Answer a group as something whose texts can be paused."""
    of = Pausable(PauseOf.COHORT, group.id, group.organisation_id, group.side)
    return Thing(of, group.code, (group.programme_id,))


def of_programme(found: ProgrammeView) -> Thing:
    """Answer a programme as something whose texts can be paused."""
    of = Pausable(PauseOf.PROGRAMME, found.id, found.organisation_id, found.side)
    return Thing(of, found.name)


async def may_pause(about: Thing, *, scope: Scope) -> bool:
    """Tell whether the reader may throw the switch: a facilitator those of their own groups."""
    if not pause.may_pause(about.of, scope=scope):
        return False
    try:
        if about.of.pause_of is PauseOf.COHORT:
            await cohort(about.of.subject, scope=scope, permission=Permission.DECIDE_MESSAGES)
        elif about.of.pause_of is PauseOf.PERSON:
            await participant(about.of.subject, scope=scope, permission=Permission.DECIDE_MESSAGES)
    except NotFoundError:
        return False
    return True


async def throw(about: Thing, *, paused: bool, reason: str, by: Actor) -> None:
    """Stop the texts of a thing, or let them go again.

    Raises:
        ForbiddenError: the person may not throw the switch.
        InvalidInputError: no reason is given for stopping.
    """
    if not await may_pause(about, scope=by.scope):
        raise ForbiddenError
    await pause.set_pause(paused=paused, reason=reason, by=by, of=about.of)


async def stops(about: Thing, *, scope: Scope) -> tuple[PauseInForce, ...]:
    """Answer what stops the texts of a thing now, the widest first."""
    return await stopping(
        (about.of.subject, *about.wider), side=about.of.side,
        organisation_id=about.of.organisation_id, scope=scope,
    )  # fmt: skip


async def in_force(*, by: Actor, cursor: Cursor) -> Page[Standing]:
    """Answer every switch in force about what the reader may see, newest first; it is audited."""
    own = await own_cohort_ids(scope=by.scope)
    found = await pauses_in_force(scope=by.scope, own_cohorts=own, cursor=cursor)
    things = [(one, one.subject_id) for one in found.items if one.subject_id is not None]
    names = await names_of({subject_id for _, subject_id in things}, scope=by.scope)
    seen = tuple(
        Standing(one, subject_id, names[subject_id])
        for one, subject_id in things
        if subject_id in names
    )
    people = sum(standing.pause.pause_of is PauseOf.PERSON for standing in seen)
    if people:
        await listed(Listing.MESSAGES, people, permission=Permission.VIEW_MESSAGES, by=by)
    return Page(seen, found.next)
