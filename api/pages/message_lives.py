"""Texts that need a person, the life of one text, and what somebody decides about it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.message_lives import Pressing, life_of, own_for_deciding, pressing_for
from api.pages.forms import Form, refusal
from api.pages.message_words import KINDS
from api.pages.rendering import AnyRequest, Page, page
from api.pages.text_rows import moment, row
from api.pages.todo import Task, TaskGroup
from core.errors import AppError, FieldError, InvalidInputError
from core.scope import Actor, Permission
from messaging.queries.life import LifeView, MoveView, TryView
from messaging.queries.pressing import Need
from messaging.services import decisions
from messaging.services.decisions import Outcome
from programmes.services.viewing import Listing, listed

_DECIDE = [requires(Permission.DECIDE_MESSAGES)]
_TO_DO = "/messages/to-do"
_HEADINGS = {
    Need.UNRESOLVED: (
        "Nobody knows whether these were sent",
        "A text is never sent twice. Ring the person if it is safe to, then say what you found.",
    ),
    Need.NOT_ARRIVED: (
        "These did not arrive",
        "Ring the person if it is safe to. A text leaves this list when its session begins.",
    ),
    Need.NOT_SENT: (
        "These were not sent",
        "It was too late, or too many texts had gone out. Ring the person if it is safe to.",
    ),
    Need.HELD: (
        "These are held",
        "They do not go out unless what holds them is put right before their session.",
    ),
}
_TASKS = {
    Need.UNRESOLVED: (
        "1 text: nobody knows whether it was sent",
        "{} texts: nobody knows whether they were sent",
    ),
    Need.NOT_ARRIVED: ("1 text did not arrive", "{} texts did not arrive"),
    Need.NOT_SENT: ("1 text was not sent", "{} texts were not sent"),
    Need.HELD: ("1 text is held", "{} texts are held"),
}
"""What Today says of one text, and of several."""


@get(_TO_DO, guards=_DECIDE, include_in_schema=False)
async def to_do_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the texts that need this person, the most urgent first."""
    return await _to_do(request, actor)


async def _to_do(
    request: AnyRequest, actor: Actor, *, errors: Sequence[FieldError] = (), status: int = 200
) -> Page:
    found = await pressing_for(actor)
    people = {one.message.recipient_id for one in found.items}
    await listed(Listing.MESSAGES, len(people), permission=Permission.DECIDE_MESSAGES, by=actor)
    return page(
        request, "messages/to_do.html", errors=errors, status=status,
        groups=_groups(found, actor), is_cut=found.is_cut,
    )  # fmt: skip


def _groups(found: Pressing, actor: Actor) -> list[dict[str, Any]]:
    groups = []
    for need, (heading, words) in _HEADINGS.items():
        rows = [row(one.message, found.labels, actor) for one in found.items if one.need is need]
        if rows:
            groups.append({"id": need, "heading": heading, "words": words, "rows": rows})
    return groups


@get("/messages/{message_id:uuid}", guards=[requires(Permission.VIEW_MESSAGES)],
     include_in_schema=False)  # fmt: skip
async def life_page(
    request: AnyRequest, message_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what happened to one text; the view is audited."""
    return await _life(request, message_id, actor)


async def _life(
    request: AnyRequest,
    message_id: UUID,
    actor: Actor,
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    found, labels = await life_of(message_id, by=actor)
    names = await account_names(
        {move.actor_id for move in found.moves if move.actor_id}, scope=actor.scope
    )
    return page(
        request, "messages/one.html", errors=errors, status=status,
        row=row(found.message, labels, actor), about=_about(found),
        person_href=f"/participants/{found.message.recipient_id}",
        moves=[_move(one, names) for one in found.moves],
        tries=[_try(one) for one in found.tries],
    )  # fmt: skip


def _about(found: LifeView) -> list[tuple[str, str]]:
    view = found.message
    about = [
        ("What it is", KINDS[found.kind]),
        ("Rule", view.rule),
        ("Template", found.template),
        ("Due", moment(view.send_after)),
        ("Of no use after", moment(view.expires_at)),
    ]
    if found.segments:
        about.append(("Length", f"{found.segments} part{'s' if found.segments > 1 else ''}"))
    return about


def _move(one: MoveView, names: dict[UUID, str]) -> dict[str, str]:
    return {
        "at": moment(one.at),
        "state": one.state_text,
        "why": one.words.text,
        "who": names.get(one.actor_id, "A colleague") if one.actor_id else "The service",
    }


def _try(one: TryView) -> dict[str, str]:
    code = f" (code {one.error_code})" if one.error_code else ""
    return {
        "number": str(one.number),
        "at": moment(one.started_at),
        "status": one.status_text,
        "why": f"{one.error_text or 'The provider gave a code'}{code}"
        if one.error_text or code
        else "",
    }


@post("/messages/{message_id:uuid}/release", guards=_DECIDE, include_in_schema=False)
async def release(
    request: AnyRequest, message_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Let a held text go, where only a person's word holds it."""
    own = await own_for_deciding(message_id, by=actor)
    form = Form(await request.form())
    try:
        await decisions.release(message_id, own_cohorts=own, by=actor)
    except AppError as error:
        return await _refused(request, message_id, actor, error)
    return _done(form, message_id, "released")


@post("/messages/{message_id:uuid}/cancel", guards=_DECIDE, include_in_schema=False)
async def cancel(
    request: AnyRequest, message_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Stop a text that has not left."""
    own = await own_for_deciding(message_id, by=actor)
    form = Form(await request.form())
    try:
        await decisions.cancel(message_id, own_cohorts=own, by=actor)
    except AppError as error:
        return await _refused(request, message_id, actor, error)
    return _done(form, message_id, "text")


@post("/messages/{message_id:uuid}/resolve", guards=_DECIDE, include_in_schema=False)
async def resolve(
    request: AnyRequest, message_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record what somebody who rang found out about a doubtful text."""
    own = await own_for_deciding(message_id, by=actor)
    form = Form(await request.form())
    try:
        if form.typed.get("outcome") not in set(Outcome):
            raise InvalidInputError.of("decide", "Select whether it arrived")
        await decisions.resolve(
            message_id, Outcome(form.typed["outcome"]), own_cohorts=own, by=actor
        )
    except AppError as error:
        return await _refused(request, message_id, actor, error)
    return _done(form, message_id, "resolved")


async def _refused(request: AnyRequest, message_id: UUID, actor: Actor, error: AppError) -> Page:
    status, errors = refusal(error, field="decide")
    return await _life(request, message_id, actor, errors=errors, status=status)


def _done(form: Form, message_id: UUID, saved: str) -> Page:
    path = _TO_DO if form.typed.get("back") == "to-do" else f"/messages/{message_id}"
    return Redirect(f"{path}?saved={saved}", status_code=303)


async def text_tasks(actor: Actor) -> TaskGroup:
    """Answer how many texts need this person, the most urgent kind first."""
    heading = "Texts that need you"
    if not actor.scope.has(Permission.DECIDE_MESSAGES):
        return TaskGroup(heading, ())
    found = await pressing_for(actor)
    return TaskGroup(
        heading,
        tuple(
            Task(_TASKS[need][number > 1].format(number), f"{_TO_DO}#{need}")
            for need in Need
            if (number := sum(one.need is need for one in found.items))
        ),
    )


ROUTES = [to_do_page, life_page, release, cancel, resolve]
