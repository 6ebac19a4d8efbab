"""The switches that stop texts: all of them, and those of a programme, a group or a person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api import pausing
from api.guards import requires
from api.pages import pause_words as words
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pausing import Thing
from core import audit
from core.errors import AppError
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.terms import PauseOf
from messaging.queries.pauses import pause_of
from messaging.services import pause
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_MESSAGES)]
_DECIDE = [requires(Permission.DECIDE_MESSAGES)]
_AUDITED = {PauseOf.COHORT: audit.Subject.COHORT, PauseOf.PERSON: audit.Subject.PARTICIPANT}


@get("/messaging", guards=[requires(Permission.PAUSE_MESSAGES, Permission.VIEW_MESSAGES)],
     include_in_schema=False)  # fmt: skip
async def pauses_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show what is paused, and the switch that stops all texts to whoever may throw it."""
    return await _all(request, actor, cursor, {})


@post("/messaging", guards=[requires(Permission.PAUSE_MESSAGES)], include_in_schema=False)
async def set_pause(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Stop all texts, or let them go again."""
    form = Form(await request.form())
    try:
        paused, reason = _wanted(form)
        await pause.set_pause(paused=paused, reason=reason, by=actor)
    except AppError as error:
        status, errors = refusal(error)
        return await _all(request, actor, Cursor(), form.typed, status=status, errors=errors)
    return Redirect("/messaging?saved=pause", status_code=303)


def _wanted(form: Form) -> tuple[bool, str]:
    paused = form.typed.get("paused", "")
    if paused not in {"yes", "no"}:
        form.fail("paused", "Select whether texts are paused")
    form.check()
    return paused == "yes", form.typed.get("reason", "")


async def _all(
    request: AnyRequest, actor: Actor, cursor: Cursor, typed: Mapping[str, str], **how: Any
) -> Page:
    scope = actor.scope
    found = await queries.pause(scope=scope)
    listed = await pausing.in_force(by=actor, cursor=cursor)
    who = {found.actor_id, *(standing.pause.actor_id for standing in listed.items)} - {None}
    names = await account_names({one for one in who if one}, scope=scope)
    return page(
        request, "messages/pause.html", typed=typed, paused=found.paused,
        state=words.since(found.at, names.get(found.actor_id) if found.actor_id else None),
        reason=found.reason, ever=found.at is not None,
        may_pause=pause.may_pause(None, scope=scope),
        sees_things=scope.has(Permission.VIEW_MESSAGES),
        rows=[words.row(standing, names) for standing in listed.items], next=listed.next, **how,
    )  # fmt: skip


@get("/programmes/{subject_id:uuid}/message-pause", guards=_VIEW, include_in_schema=False)
async def programme_page(
    request: AnyRequest, subject_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show whether the texts of a programme are paused."""
    return await _show(request, PauseOf.PROGRAMME, subject_id, actor)


@post("/programmes/{subject_id:uuid}/message-pause", guards=_DECIDE, include_in_schema=False)
async def pause_programme(
    request: AnyRequest, subject_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Stop the texts of a programme, or let them go again."""
    return await _throw(request, PauseOf.PROGRAMME, subject_id, actor)


@get("/cohorts/{subject_id:uuid}/message-pause", guards=_VIEW, include_in_schema=False)
async def cohort_page(
    request: AnyRequest, subject_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show whether the texts of a group are paused."""
    return await _show(request, PauseOf.COHORT, subject_id, actor)


@post("/cohorts/{subject_id:uuid}/message-pause", guards=_DECIDE, include_in_schema=False)
async def pause_cohort(
    request: AnyRequest, subject_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Stop the texts of a group, or let them go again."""
    return await _throw(request, PauseOf.COHORT, subject_id, actor)


@get("/participants/{subject_id:uuid}/message-pause", guards=_VIEW, include_in_schema=False)
async def person_page(
    request: AnyRequest, subject_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show whether the texts to a person are paused; the view is audited."""
    return await _show(request, PauseOf.PERSON, subject_id, actor)


@post("/participants/{subject_id:uuid}/message-pause", guards=_DECIDE, include_in_schema=False)
async def pause_person(
    request: AnyRequest, subject_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Stop the texts to a person, or let them go again."""
    return await _throw(request, PauseOf.PERSON, subject_id, actor)


async def _throw(request: AnyRequest, kind: PauseOf, subject_id: UUID, actor: Actor) -> Page:
    about = await pausing.thing(kind, subject_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        paused, reason = _wanted(form)
        await pausing.throw(about, paused=paused, reason=reason, by=actor)
    except AppError as error:
        status, errors = refusal(error)
        return await _one(request, about, actor, form.typed, status=status, errors=errors)
    return Redirect(f"{words.address(kind, subject_id)}?saved=pause", status_code=303)


async def _show(request: AnyRequest, kind: PauseOf, subject_id: UUID, actor: Actor) -> Page:
    about = await pausing.thing(kind, subject_id, scope=actor.scope)
    if kind in _AUDITED:
        await viewed(
            _AUDITED[kind], subject_id, side=about.of.side,
            organisation_id=about.of.organisation_id, by=actor,
        )  # fmt: skip
    return await _one(request, about, actor, {})


async def _one(
    request: AnyRequest, about: Thing, actor: Actor, typed: Mapping[str, str], **how: Any
) -> Page:
    scope, of = actor.scope, about.of
    found = await pause_of(
        of.subject, side=of.side, organisation_id=of.organisation_id, scope=scope
    )
    stops = await pausing.stops(about, scope=scope)
    names = await account_names({found.actor_id} if found.actor_id else set(), scope=scope)
    return page(
        request, "messages/pause_one.html", typed=typed, name=about.name, paused=found.paused,
        action=words.address(of.pause_of, of.subject), back=words.home(of.pause_of, of.subject),
        **words.of_one(of.pause_of), reason=found.reason, ever=found.at is not None,
        state=words.since(found.at, names.get(found.actor_id) if found.actor_id else None),
        wider=[words.sentence(one) for one in stops if one.subject_id != of.subject],
        may_pause=await pausing.may_pause(about, scope=scope), **how,
    )  # fmt: skip


ROUTES = [
    pauses_page, set_pause, programme_page, pause_programme, cohort_page, pause_cohort,
    person_page, pause_person,
]  # fmt: skip
