"""When texts go out: the rules, what each would send if it were on, and its switch."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.controllers.messaging_rules import MANAGES_RULES, SEES_RULES, check_programme
from api.pages import message_words, rule_forms
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, long_day, page
from api.pages.rule_trials import trial_shown
from api.text_senders import is_two_way
from core.errors import AppError, FieldError
from core.pagination import Cursor
from core.scope import Actor, Permission
from core.settings import Settings
from messaging.domain import wording
from messaging.domain.languages import language_name
from messaging.domain.terms import RuleKind
from messaging.queries import rules as queries
from messaging.queries.rules import RuleView, manages
from messaging.queries.templates import TemplateView, templates_for
from messaging.services import rule_writes as services
from messaging.services.rule_writes import RuleChange
from programmes.queries.programmes import programmes


@get("/messaging/rules", guards=SEES_RULES, include_in_schema=False)
async def rules_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show the reminder rules of the person's sides and organisations."""
    found = await queries.rules(scope=actor.scope, cursor=cursor)
    names = await _programme_names(actor)
    return page(
        request, "messages/rules.html",
        rows=[_row(view, names) for view in found.items], next=found.next,
        may_add=bool(rule_forms.kinds_for(actor)),
        sees_texts=actor.scope.has(Permission.VIEW_MESSAGES),
    )  # fmt: skip


async def _programme_names(actor: Actor) -> dict[UUID, str]:
    return {one.id: one.name for one in await programmes(scope=actor.scope)}


def _row(view: RuleView, names: Mapping[UUID, str]) -> dict[str, Any]:
    programme = [names.get(view.programme_id, "one programme")] if view.programme_id else []
    return {
        "id": view.id,
        "name": view.name,
        "kind": message_words.KINDS[view.kind],
        "for": message_words.for_whom(view.side, programme),
        "due": message_words.due(view.kind, view.offset),
        "template_id": view.template_id,
        "wording": view.template_name,
        "asks": view.asks,
        "active": view.active,
        "since": long_day(view.active_since) if view.active and view.active_since else "",
        "tag": {"text": "On", "classes": "govuk-tag--green"}
        if view.active
        else {"text": "Off", "classes": "govuk-tag--grey"},
    }


@get("/messaging/rules/new", guards=MANAGES_RULES, include_in_schema=False)
async def new_rule_page(
    request: AnyRequest, actor: NamedDependency[Actor], settings: NamedDependency[Settings]
) -> Page:
    """Show the form to add a rule."""
    typed = {"kind": rule_forms.kinds_for(actor)[0].value, "when": "days", "at": "10:00"}
    return await rule_forms.new_form(request, actor, settings, typed | {"days_before": "1"})


@post("/messaging/rules/new", guards=MANAGES_RULES, include_in_schema=False)
async def new_rule(
    request: AnyRequest, actor: NamedDependency[Actor], settings: NamedDependency[Settings]
) -> Page:
    """Add a rule, switched off: its page shows what it would send."""
    form = Form(await request.form())
    try:
        new = await rule_forms.new_of(form, actor)
        form.check()
        await check_programme(new, actor)
        rule_id = await services.add_rule(new, two_way=is_two_way(settings, new.side), by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await rule_forms.new_form(
            request, actor, settings, form.typed, status=status, errors=errors
        )
    return Redirect(f"/messaging/rules/{rule_id}?saved=rule-added", status_code=303)


@get("/messaging/rules/{rule_id:uuid}", guards=SEES_RULES, include_in_schema=False)
async def rule_page(
    request: AnyRequest,
    rule_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Show a rule: what it says, and what it would send if it were switched on."""
    return await _one(request, rule_id, actor, settings)


async def _one(
    request: AnyRequest,
    rule_id: UUID,
    actor: Actor,
    settings: Settings,
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    view = await queries.rule(rule_id, scope=actor.scope)
    may_manage = _manages(view, actor)
    wordings = [
        one for one in await templates_for(view.kind, scope=actor.scope)
        if one.name == view.template_name
    ]  # fmt: skip
    return page(
        request, "messages/rule.html", view=view, may_manage=may_manage,
        row=_row(view, await _programme_names(actor)), says=[_said(one) for one in wordings],
        trial=await trial_shown(view, actor, settings) if may_manage and not view.active else None,
        at_once=view.kind in {RuleKind.CHANGE, RuleKind.CANCELLATION},
        errors=errors, status=status,
    )  # fmt: skip


def _manages(view: RuleView, actor: Actor) -> bool:
    return actor.scope.covers(
        manages(view.kind), side=view.side, organisation_id=view.organisation_id
    )


def _said(view: TemplateView) -> dict[str, Any]:
    return {
        "id": view.id, "language": language_name(view.language), "usable": view.is_usable,
        "text": wording.longest_sample(view.body, view.language) or view.body,
    }  # fmt: skip


@post("/messaging/rules/{rule_id:uuid}/switch", guards=MANAGES_RULES, include_in_schema=False)
async def switch_rule(
    request: AnyRequest,
    rule_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Switch a rule on, from now, or off."""
    form = Form(await request.form())
    view = await queries.rule(rule_id, scope=actor.scope)
    on = form.typed.get("active") == "yes"
    change = RuleChange(view.name, view.offset, view.template_id, on, view.asks)
    try:
        version = form.version()
        form.check()
        await services.change_rule(
            rule_id, change, version=version, two_way=is_two_way(settings, view.side), by=actor
        )
    except AppError as error:
        status, errors = refusal(error, field="switch")
        named = [FieldError("switch", one.message) for one in errors]
        return await _one(request, rule_id, actor, settings, errors=named, status=status)
    saved = "rule-on" if on else "rule-off"
    return Redirect(f"/messaging/rules/{rule_id}?saved={saved}", status_code=303)


@get("/messaging/rules/{rule_id:uuid}/edit", guards=MANAGES_RULES, include_in_schema=False)
async def edit_rule_page(
    request: AnyRequest,
    rule_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Show the form to change a rule."""
    view = await _to_change(rule_id, actor)
    return await rule_forms.edit_form(request, actor, settings, view, rule_forms.typed_of(view))


@post("/messaging/rules/{rule_id:uuid}/edit", guards=MANAGES_RULES, include_in_schema=False)
async def edit_rule(
    request: AnyRequest,
    rule_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Change a rule's name, wording and, while it is off, its time."""
    form = Form(await request.form())
    view = await _to_change(rule_id, actor)
    try:
        change = rule_forms.change_of(form, view)
        version = form.version()
        form.check()
        await services.change_rule(
            rule_id, change, version=version, two_way=is_two_way(settings, view.side), by=actor
        )
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await rule_forms.edit_form(
            request, actor, settings, await _to_change(rule_id, actor), form.typed,
            status=status, errors=errors,
        )  # fmt: skip
    return Redirect(f"/messaging/rules/{rule_id}?saved=rule", status_code=303)


async def _to_change(rule_id: UUID, actor: Actor) -> RuleView:
    view = await queries.rule(rule_id, scope=actor.scope)
    actor.require(manages(view.kind), side=view.side, organisation_id=view.organisation_id)
    return view


ROUTES = [
    rules_page, new_rule_page, new_rule, rule_page, switch_rule, edit_rule_page, edit_rule,
]  # fmt: skip
