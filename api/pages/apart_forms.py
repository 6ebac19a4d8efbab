"""The forms that keep somebody apart: from another person in a group, and from colleagues."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission
from programmes.queries.participants import ParticipantView, participants
from programmes.services import non_associations, reach, restrictions, ties

_KEEPS_APART = [requires(Permission.MANAGE_PEOPLE, Permission.KEEP_APART)]
_LEAD = [requires(Permission.KEEP_APART)]
_MOST_FOUND = 20


@get("/participants/{participant_id:uuid}/not-with", guards=_KEEPS_APART, include_in_schema=False)
async def not_with_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to find whom a person must not meet."""
    return await _not_with(request, actor, participant_id, {})


@post("/participants/{participant_id:uuid}/not-with", guards=_KEEPS_APART, include_in_schema=False)
async def not_with(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Find whom a person must not meet; with somebody chosen, record it."""
    form = Form(await request.form())
    person = await reach.to_keep_apart(participant_id, by=actor)
    found: list[ParticipantView] = []
    try:
        wanted = form.text("search", "part of the name", longest=80)
        form.check()
        found = await _found(person, wanted, actor)
        if not found:
            form.fail("search", "Nobody else is found by that name. Try part of it.")
            form.check()
        if "reason" not in form.typed:
            return await _not_with(request, actor, participant_id, form.typed, found=found)
        other_id = form.id("other_id", "the other person")
        reason = form.text("reason", "why", longest=200)
        form.check()
        await non_associations.record(participant_id, other_id, reason, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="other_id")
        return await _not_with(
            request, actor, participant_id, form.typed, found=found, status=status, errors=errors
        )
    return Redirect(f"/participants/{participant_id}/apart?saved=apart", status_code=303)


async def _found(person: ParticipantView, wanted: str, actor: Actor) -> list[ParticipantView]:
    matching = await participants(scope=actor.scope, cursor=Cursor(limit=MAX_LIMIT), search=wanted)
    others = [one for one in matching.items if one.id != person.id and one.side is person.side]
    return others[:_MOST_FOUND]


async def _not_with(
    request: AnyRequest,
    actor: Actor,
    participant_id: UUID,
    typed: dict[str, str],
    *,
    found: list[ParticipantView] | None = None,
    **how: Any,
) -> Page:
    person = await reach.to_keep_apart(participant_id, by=actor)
    chosen = typed.get("other_id", "")
    return page(
        request, "safety/not_with.html", person=person, typed=typed,
        found=[
            {"value": str(one.id), "text": one.name, "checked": str(one.id) == chosen}
            for one in found or ()
        ],
        **how,
    )  # fmt: skip


@get("/participants/{participant_id:uuid}/restrict", guards=_LEAD, include_in_schema=False)
async def restrict_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to restrict a record; those who work with the person are ticked."""
    return await _restrict(request, actor, participant_id, {})


@post("/participants/{participant_id:uuid}/restrict", guards=_LEAD, include_in_schema=False)
async def restrict(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Hide a record from all but those ticked."""
    form = Form(await request.form())
    person = await restrictions.to_restrict(participant_id, by=actor)
    ticked = set(form.many("readers"))
    try:
        reason = form.text("reason", "why", longest=200)
        form.check()
        known = await restrictions.possible_readers(person, scope=actor.scope)
        readers = [id for id, _ in known if str(id) in ticked]
        await restrictions.restrict(participant_id, reason, readers, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="reason")
        return await _restrict(
            request, actor, participant_id, form.typed, ticked=ticked, status=status, errors=errors
        )
    return Redirect(f"/participants/{participant_id}/apart?saved=apart", status_code=303)


async def _restrict(
    request: AnyRequest,
    actor: Actor,
    participant_id: UUID,
    typed: dict[str, str],
    *,
    ticked: set[str] | None = None,
    **how: Any,
) -> Page:
    person = await restrictions.to_restrict(participant_id, by=actor)
    working = (await ties.workers_of({person.id})).get(person.id, frozenset())
    if ticked is None:
        ticked = {str(id) for id in working}
    known = await restrictions.possible_readers(person, scope=actor.scope)
    return page(
        request, "safety/restrict.html", person=person, typed=typed,
        readers=[
            {
                "value": str(id), "text": name, "checked": str(id) in ticked,
                "hint": {"text": "Works with this person now"} if id in working else {},
            }
            for id, name in known
            if id != actor.account_id
        ],
        **how,
    )  # fmt: skip


ROUTES = [not_with_page, not_with, restrict_page, restrict]
