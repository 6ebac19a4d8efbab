"""Who was missing from a full list of staff: have they left, or do they stay?"""

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
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.domain.terms import LeaverDecision
from training.queries.leavers import open_proposals, proposal
from training.queries.people import staff_member
from training.services import leavers, staff

_MANAGES_STAFF = [requires(Permission.MANAGE_STAFF)]
_DECISIONS = [
    (LeaverDecision.ENDED.value, "They have left"),
    (LeaverDecision.STAYS.value, "They stay"),
]


@get("/staff/leavers", guards=_MANAGES_STAFF, include_in_schema=False)
async def leavers_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show who is to be decided about."""
    found = await open_proposals(scope=actor.scope, cursor=cursor)
    return page(request, "training/leavers.html", rows=found.items, next=found.next)


@get("/staff/leavers/{proposal_id:uuid}", guards=_MANAGES_STAFF, include_in_schema=False)
async def leaver_page(
    request: AnyRequest, proposal_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one person and the two answers."""
    return await _form(request, proposal_id, actor, {})


@post("/staff/leavers/{proposal_id:uuid}", guards=_MANAGES_STAFF, include_in_schema=False)
async def decide(
    request: AnyRequest, proposal_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Write down the last day of somebody who has left, or that they stay."""
    form = Form(await request.form())
    try:
        decision = form.choice("decision", "whether they have left", LeaverDecision)
        left = decision is LeaverDecision.ENDED
        ended_on = form.optional_day("ended_on", "their last day") if left else None
        form.check()
        await leavers.decide(proposal_id, decision, ended_on=ended_on, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="decision")
        return await _form(request, proposal_id, actor, form.typed, status=status, errors=errors)
    return Redirect("/staff/leavers?saved=leaver", status_code=303)


async def _form(
    request: AnyRequest, proposal_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    found = await proposal(proposal_id, scope=actor.scope)
    person = await staff_member(found.staff_id, scope=actor.scope)
    await staff.viewed(person, by=actor)
    return page(
        request, "training/leaver.html", proposal=found, person=person, typed=typed,
        decisions=options(_DECISIONS, typed.get("decision", "")), **how,
    )  # fmt: skip


ROUTES = [leavers_page, leaver_page, decide]
