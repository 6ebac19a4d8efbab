"""Writing down that a session did not take place, and whose reason it was."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.domain.case_terms import NotHeldBecauseOf
from programmes.queries.cohorts import session
from programmes.services import not_held
from programmes.services.not_held import NotHeld

_MARK = [requires(Permission.MARK_REGISTERS)]
WORDS = {
    NotHeldBecauseOf.SERVICE: "Ours, such as a facilitator who was unwell",
    NotHeldBecauseOf.VENUE: "The venue’s",
    NotHeldBecauseOf.PARTICIPANTS: "The group’s, such as nobody came",
    NotHeldBecauseOf.OTHER: "Something else",
}
"""Whose reason it was."""


@get("/sessions/{session_id:uuid}/not-held", guards=_MARK, include_in_schema=False)
async def not_held_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask why a session did not take place."""
    return await _form(request, session_id, actor, {})


@post("/sessions/{session_id:uuid}/not-held", guards=_MARK, include_in_schema=False)
async def save_not_held(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Write down that a session did not take place."""
    form = Form(await request.form())
    try:
        how = NotHeld(
            form.choice("because_of", "whose reason it was", NotHeldBecauseOf),
            form.text("reason", "why it did not take place", longest=200),
            form.version(lowest=0),
        )
        form.check()
        await not_held.save(session_id, how, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="reason")
        return await _form(request, session_id, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/sessions/{session_id}/register?saved=session", status_code=303)


async def _form(
    request: AnyRequest, session_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    found = await session(session_id, scope=actor.scope)
    actor.require(Permission.MARK_REGISTERS, side=found.side, organisation_id=found.organisation_id)
    return page(
        request, "registers/not_held.html", session=found, typed=typed,
        reasons=options(
            [(code.value, text) for code, text in WORDS.items()], typed.get("because_of", "")
        ),
        **how,
    )  # fmt: skip


ROUTES = [not_held_page, save_not_held]
