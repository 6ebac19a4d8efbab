"""Stops texts to a person's number, and lets them go again once the person has asked (M7).

They are the same whatever turned texts off, so that a number of two people cannot be told (M9).
"""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api import safe_contacts
from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, refusal
from api.pages.participants import to_change
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission
from core.settings import Settings
from programmes.queries.participants import safe_contact

_MANAGE = [requires(Permission.MANAGE_PEOPLE)]


@get("/participants/{participant_id:uuid}/stop-texts", guards=_MANAGE, include_in_schema=False)
async def stop_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask before all texts to a person's number stop."""
    return await _page(request, actor, participant_id, "participants/stop_texts.html", {})


@post("/participants/{participant_id:uuid}/stop-texts", guards=_MANAGE, include_in_schema=False)
async def stop(
    request: AnyRequest,
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Stop all texts to a person's number at once."""
    try:
        await safe_contacts.stop_texts(participant_id, settings=settings, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="number")
        return await _page(
            request, actor, participant_id, "participants/stop_texts.html", {},
            status=status, errors=errors,
        )  # fmt: skip
    return Redirect(f"/participants/{participant_id}/safe-contact?saved=stopped", status_code=303)


@get("/participants/{participant_id:uuid}/texts-again", guards=_MANAGE, include_in_schema=False)
async def again_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form that records that the person asked for texts again."""
    stored = await safe_contact(participant_id, scope=actor.scope)
    typed = {"version": str(stored.version)}
    return await _page(request, actor, participant_id, "participants/texts_again.html", typed)


@post("/participants/{participant_id:uuid}/texts-again", guards=_MANAGE, include_in_schema=False)
async def again(
    request: AnyRequest,
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Record that the person asked today for texts again."""
    form = Form(await request.form())
    try:
        who = form.text("confirmed_with", "who asked for texts", longest=120)
        version = form.version(lowest=0)
        form.check()
        await safe_contacts.texts_again(
            participant_id, who, version=version, settings=settings, by=actor
        )
    except AppError as error:
        status, errors = refusal(error, field="confirmed_with")
        return await _page(
            request, actor, participant_id, "participants/texts_again.html", form.typed,
            status=status, errors=errors,
        )  # fmt: skip
    return Redirect(f"/participants/{participant_id}/safe-contact?saved=again", status_code=303)


async def _page(
    request: AnyRequest,
    actor: Actor,
    participant_id: UUID,
    template: str,
    typed: dict[str, str],
    **how: Any,
) -> Page:
    person = await to_change(participant_id, actor)
    stored = await safe_contact(participant_id, scope=actor.scope)
    return page(
        request, template, person=person, number=case_words.telephone(stored.number), typed=typed,
        **how,
    )  # fmt: skip


ROUTES = [stop_page, stop, again_page, again]
