"""What texts say: the wordings, how each looks on the phone, and what the check objects to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.controllers.messaging_rules import MANAGES_TEMPLATES, SEES_TEMPLATES
from api.pages import message_words
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, long_day, page
from core.errors import AppError, FieldError, StaleVersionError
from core.pagination import Cursor
from core.scope import Actor, Permission
from jobs.wordings import telling_names
from messaging.domain import wording
from messaging.domain.languages import CHOICES, language_name
from messaging.domain.segments import pack
from messaging.domain.terms import RuleKind
from messaging.queries import templates as queries
from messaging.queries.templates import TemplateView
from messaging.services import templates as services
from messaging.services.templates import Draft

_LONGEST_TYPED = 2000


@get("/messaging/templates", guards=SEES_TEMPLATES, include_in_schema=False)
async def templates_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show the wordings of texts."""
    found = await queries.templates(scope=actor.scope, cursor=cursor)
    return page(
        request, "messages/templates.html",
        rows=[_row(view) for view in found.items], next=found.next, may_manage=_manages(actor),
    )  # fmt: skip


def _manages(actor: Actor) -> bool:
    return actor.scope.covers(Permission.MANAGE_TEMPLATES, side=None, organisation_id=None)


def _row(view: TemplateView) -> dict[str, Any]:
    return {
        "id": view.id, "name": view.name, "language": language_name(view.language),
        "kind": message_words.KINDS[view.kind],
        "says": wording.longest_sample(view.body, view.language) or view.body,
        "tag": _tag(view), "used_by": view.used_by,
    }  # fmt: skip


def _tag(view: TemplateView) -> dict[str, str]:
    if not view.is_usable:
        return {"text": "Waits for a second person", "classes": "govuk-tag--yellow"}
    if view.used_by:
        return {"text": "In use", "classes": "govuk-tag--green"}
    return {"text": "Ready", "classes": "govuk-tag--blue"}


@get("/messaging/templates/new", guards=MANAGES_TEMPLATES, include_in_schema=False)
async def new_template_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a wording."""
    actor.require(Permission.MANAGE_TEMPLATES)
    typed = {"language": "en", "kind": RuleKind.SESSION_REMINDER.value}
    return await _new_form(request, typed)


@post("/messaging/templates/new", guards=MANAGES_TEMPLATES, include_in_schema=False)
async def new_template(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a wording, or show how it would look."""
    actor.require(Permission.MANAGE_TEMPLATES)
    form = Form(await request.form())
    if "show" in form.typed:
        return await _new_form(request, form.typed)
    try:
        draft = Draft(
            form.text("name", "a name", longest=services.LONGEST_NAME),
            form.typed.get("language", ""),
            form.choice("kind", "what the text is about", RuleKind),
            form.text("body", "what the text says", longest=_LONGEST_TYPED),
        )
        form.check()
        names = await telling_names()
        template_id = await services.add_template(draft, names=names, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await _new_form(request, form.typed, status=status, errors=errors)
    return Redirect(f"/messaging/templates/{template_id}?saved=wording", status_code=303)


async def _new_form(request: AnyRequest, typed: dict[str, str], **how: Any) -> Page:
    kind = typed.get("kind", "")
    return page(
        request, "messages/template_new.html", typed=typed,
        languages=options(CHOICES, typed.get("language", "")),
        kinds=options([(one.value, words) for one, words in message_words.KINDS.items()], kind),
        preview=await _preview(typed, typed.get("language", ""), kind), **how,
    )  # fmt: skip


async def _preview(typed: dict[str, str], language: str, kind: str) -> dict[str, Any] | None:
    """Answer how a wording looks on the phone, ``None`` where nothing is typed yet."""
    body = typed.get("body", "")[:_LONGEST_TYPED]
    if not body or kind not in set(RuleKind):
        return None
    text = wording.longest_sample(body, language)
    found = wording.findings(body, language, names=await telling_names())
    return {
        "text": text or "",
        "length": message_words.length(pack(text)) if text else "",
        "mistakes": wording.mistakes(body, language, RuleKind(kind)),
        "findings": [message_words.found(one.kind, one.words) for one in found],
    }


@get("/messaging/templates/{template_id:uuid}", guards=SEES_TEMPLATES, include_in_schema=False)
async def template_page(
    request: AnyRequest, template_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a wording, with the form to change it for those who may."""
    view = await queries.template(template_id, scope=actor.scope)
    return await _one(request, view, actor, _typed(view))


def _typed(view: TemplateView) -> dict[str, str]:
    return {"body": view.body, "version": str(view.version)}


@post("/messaging/templates/{template_id:uuid}", guards=MANAGES_TEMPLATES,
      include_in_schema=False)  # fmt: skip
async def change_template(
    request: AnyRequest, template_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change what a wording says, or show how it would look."""
    actor.require(Permission.MANAGE_TEMPLATES)
    form = Form(await request.form())
    view = await queries.template(template_id, scope=actor.scope)
    if "show" in form.typed:
        return await _one(request, view, actor, form.typed)
    try:
        body = form.text("body", "what the text says", longest=_LONGEST_TYPED)
        version = form.version()
        form.check()
        await services.change_template(
            template_id, body, version=version, names=await telling_names(), by=actor
        )
    except AppError as error:
        status, errors = refusal(error, field="body")
        stale = isinstance(error, StaleVersionError)
        typed = form.typed | ({"version": str(view.version)} if stale else {})
        return await _one(
            request, view, actor, typed, status=status, errors=errors,
            meanwhile=view.body if stale else "",
        )  # fmt: skip
    return Redirect(f"/messaging/templates/{template_id}?saved=wording", status_code=303)


@post("/messaging/templates/{template_id:uuid}/allow", guards=MANAGES_TEMPLATES,
      include_in_schema=False)  # fmt: skip
async def allow_template(
    request: AnyRequest, template_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Allow what was found in a wording that somebody else has saved."""
    actor.require(Permission.MANAGE_TEMPLATES)
    form = Form(await request.form())
    try:
        reason = form.text("reason", "why", longest=services.LONGEST_REASON)
        version = form.version()
        form.check()
        await services.allow_template(template_id, reason=reason, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="reason")
        view = await queries.template(template_id, scope=actor.scope)
        typed = _typed(view) | {"reason": form.typed.get("reason", "")}
        return await _one(request, view, actor, typed, status=status, errors=errors)
    return Redirect(f"/messaging/templates/{template_id}?saved=wording-allowed", status_code=303)


async def _one(
    request: AnyRequest,
    view: TemplateView,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
    meanwhile: str = "",
) -> Page:
    accounts = {one for one in (view.saved_by, view.allowed_by) if one}
    people = await account_names(accounts, scope=actor.scope)
    offered = " and ".join(f"{{{{ {name} }}}}" for name in wording.VARIABLES[view.kind])
    return page(
        request, "messages/template.html", view=view, typed=typed, errors=errors, status=status,
        row=_row(view), offered=offered, meanwhile=meanwhile, may_manage=_manages(actor),
        preview=await _preview(typed, view.language, view.kind.value),
        stored=[message_words.found(one.kind, one.words) for one in view.findings],
        is_own=view.saved_by == actor.account_id,
        saved=_by(people, view.saved_by, view.saved_at),
        allowed=_by(people, view.allowed_by, view.allowed_at) if view.allowed_at else "",
    )  # fmt: skip


def _by(people: dict[UUID, str], who: UUID | None, at: Any) -> str:
    name = people.get(who, "a colleague") if who else "the service itself"
    return f"{name}, {long_day(at)}"


ROUTES = [
    templates_page, new_template_page, new_template, template_page, change_template,
    allow_template,
]  # fmt: skip
