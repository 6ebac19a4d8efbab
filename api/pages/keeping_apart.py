"""One person's workers, whom they must not meet, and from whom their record is hidden."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import case_words, safety_words
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day
from core import audit
from core.errors import AppError
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission, Side
from programmes.queries.links import links
from programmes.queries.participants import ParticipantView, participant
from programmes.queries.restrictions import RestrictionView, non_associations, restriction
from programmes.queries.workers import workers as workers_of
from programmes.services import non_associations as apart
from programmes.services import restrictions, risk_flags, workers
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_KEEPS_APART = [requires(Permission.MANAGE_PEOPLE, Permission.KEEP_APART)]
_LEAD = [requires(Permission.KEEP_APART)]


@get("/participants/{participant_id:uuid}/apart", guards=_VIEW, include_in_schema=False)
async def apart_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show who works with a person and what keeps them apart; the view is audited."""
    return await _apart(request, actor, participant_id)


async def _apart(request: AnyRequest, actor: Actor, participant_id: UUID, **how: Any) -> Page:
    person = await participant(participant_id, scope=actor.scope)
    await viewed(
        audit.Subject.PARTICIPANT, participant_id, side=person.side,
        organisation_id=person.organisation_id, by=actor,
    )  # fmt: skip
    is_lead = _holds(actor, Permission.KEEP_APART, person)
    may_assign = is_lead or _holds(actor, Permission.MANAGE_PEOPLE, person)
    return page(
        request, "safety/apart.html", person=person, is_lead=is_lead, may_assign=may_assign,
        is_perpetrator=person.side is Side.PERPETRATOR,
        may_link=person.side is Side.SURVIVOR and _holds(actor, Permission.MANAGE_LINKS, person),
        ties=await _links(person, actor),
        not_with=await _not_with(person, actor),
        **await _workers(person, actor, may_assign=may_assign),
        **await _restriction(person, actor, is_lead=is_lead),
        **how,
    )  # fmt: skip


def _holds(actor: Actor, permission: Permission, person: ParticipantView) -> bool:
    return actor.scope.covers(permission, side=person.side, organisation_id=person.organisation_id)


async def _workers(person: ParticipantView, actor: Actor, *, may_assign: bool) -> dict[str, Any]:
    found = await workers_of(person.id, scope=actor.scope)
    names = await account_names({one.account_id for one in found}, scope=actor.scope)
    others = await workers.assignable(person, scope=actor.scope) if may_assign else ()
    return {
        "workers": [
            {"id": one.account_id, "name": names[one.account_id], "since": short_day(one.since)}
            for one in found
        ],
        "assignable": options(
            [(str(id), name) for id, name in others if id not in names], "",
            blank="Choose a worker",
        ),
    }  # fmt: skip


async def _links(person: ParticipantView, actor: Actor) -> list[dict[str, Any]]:
    if person.side is not Side.SURVIVOR:
        return []
    found = await links(scope=actor.scope, cursor=Cursor(limit=MAX_LIMIT), survivor_id=person.id)
    return [
        {
            "id": view.id,
            "text": safety_words.RELATIONSHIPS[view.relationship],
            "status": safety_words.CASES[view.status],
            "ended": f"Ended on {case_words.day(view.ended_on)}" if view.ended_on else "",
        }
        for view in found.items
    ]


async def _not_with(person: ParticipantView, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.other.name if one.other else "Somebody of another organisation",
            "href": f"/participants/{one.other.id}/apart" if one.other else "",
            "reason": one.reason,
            "recorded": short_day(one.recorded_at),
        }
        for one in await non_associations(person.id, scope=actor.scope)
    ]


async def _restriction(person: ParticipantView, actor: Actor, *, is_lead: bool) -> dict[str, Any]:
    found = await restriction(person.id, scope=actor.scope)
    if not (is_lead and found):
        return {"restriction": None, "readers": []}
    names = await account_names(set(found.reader_ids), scope=actor.scope)
    possible = await restrictions.possible_readers(person, scope=actor.scope)
    return {
        "restriction": _hidden(found),
        "readers": [{"id": id, "name": names[id]} for id in found.reader_ids],
        "possible": options(
            [(str(id), name) for id, name in possible if id not in names], "",
            blank="Choose somebody",
        ),
    }  # fmt: skip


def _hidden(found: RestrictionView) -> dict[str, str]:
    return {"reason": found.reason, "since": short_day(found.restricted_at)}


_Change = Callable[[Form], Awaitable[None]]


async def _change(
    request: AnyRequest, actor: Actor, participant_id: UUID, change: _Change, *, field: str
) -> Page:
    """Do one change of the page's own forms, or show the page again with what is wrong."""
    form = Form(await request.form())
    try:
        await change(form)
    except AppError as error:
        status, errors = refusal(error, field=field)
        return await _apart(request, actor, participant_id, status=status, errors=errors)
    return Redirect(f"/participants/{participant_id}/apart?saved=apart", status_code=303)


@post("/participants/{participant_id:uuid}/workers", guards=_KEEPS_APART, include_in_schema=False)
async def assign(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Make somebody a worker of a person, or no more."""

    async def change(form: Form) -> None:
        account_id = form.id("account_id", "a worker")
        form.check()
        if form.typed.get("remove"):
            await workers.remove(participant_id, account_id, by=actor)
        else:
            await workers.assign(participant_id, account_id, by=actor)

    return await _change(request, actor, participant_id, change, field="account_id")


@post("/participants/{participant_id:uuid}/flag", guards=_LEAD, include_in_schema=False)
async def flag(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Raise or lower a perpetrator's flag."""

    async def change(form: Form) -> None:
        await risk_flags.set_flag(
            participant_id, raised=form.typed.get("raised") == "yes", by=actor
        )

    return await _change(request, actor, participant_id, change, field="flag")


@post("/participants/{participant_id:uuid}/not-with/{non_association_id:uuid}", guards=_LEAD,
      include_in_schema=False)  # fmt: skip
async def take_back(
    request: AnyRequest,
    participant_id: FromPath[UUID],
    non_association_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> Page:
    """Take back what keeps a person apart from another."""

    async def change(_: Form) -> None:
        await apart.remove(participant_id, non_association_id, by=actor)

    return await _change(request, actor, participant_id, change, field="not_with")


@post("/participants/{participant_id:uuid}/readers", guards=_LEAD, include_in_schema=False)
async def readers(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Name somebody who sees a restricted record, or no more."""

    async def change(form: Form) -> None:
        account_id = form.id("reader_id", "somebody")
        form.check()
        if form.typed.get("remove"):
            await restrictions.remove_reader(participant_id, account_id, by=actor)
        else:
            await restrictions.add_reader(participant_id, account_id, by=actor)

    return await _change(request, actor, participant_id, change, field="reader_id")


@post("/participants/{participant_id:uuid}/lift", guards=_LEAD, include_in_schema=False)
async def lift(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a record again to everybody whose work it is."""

    async def change(_: Form) -> None:
        await restrictions.lift(participant_id, by=actor)

    return await _change(request, actor, participant_id, change, field="restriction")


ROUTES = [apart_page, assign, flag, take_back, readers, lift]
