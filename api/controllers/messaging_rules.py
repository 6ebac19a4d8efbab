"""Reminder rules and the wordings of texts under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.messaging_rules import (
    AllowIn,
    MessageTemplateIn,
    MessageTemplateOut,
    MessageTemplatePatch,
    ReminderRuleIn,
    ReminderRuleOut,
    ReminderRulePatch,
    RulePreviewIn,
    RulePreviewOut,
    TemplatePreviewIn,
    TemplatePreviewOut,
    VersionOut,
)
from api.text_senders import is_two_way
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.pagination import Cursor
from core.scope import Actor, Permission
from core.settings import Settings
from jobs.rule_trials import would_send
from jobs.wordings import telling_names
from messaging.domain import wording
from messaging.domain.segments import pack
from messaging.queries import rules as rule_queries
from messaging.queries import templates as template_queries
from messaging.queries.rules import manages
from messaging.services import rule_writes, templates
from messaging.services.rule_writes import NewRule
from messaging.services.rules import Trial
from messaging.services.templates import Draft
from programmes.queries.programmes import programme
from programmes.services.viewing import Listing, listed

SEES_RULES = [requires(Permission.VIEW_MESSAGES, Permission.MANAGE_REQUIREMENTS)]
MANAGES_RULES = [requires(Permission.MANAGE_PROGRAMMES, Permission.MANAGE_REQUIREMENTS)]
SEES_TEMPLATES = [
    requires(Permission.MANAGE_TEMPLATES, Permission.VIEW_MESSAGES, Permission.MANAGE_REQUIREMENTS)
]
MANAGES_TEMPLATES = [requires(Permission.MANAGE_TEMPLATES)]


@get("/reminder-rules", operation_id="list_reminder_rules", guards=SEES_RULES)
async def list_reminder_rules(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[ReminderRuleOut]:
    """List reminder rules."""
    found = await rule_queries.rules(scope=actor.scope, cursor=cursor)
    return ListOut.of(found, ReminderRuleOut.of)


@post("/reminder-rules", operation_id="add_reminder_rule", guards=MANAGES_RULES)
async def add_reminder_rule(
    data: JSONBody[ReminderRuleIn],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> CreatedOut:
    """Add a reminder rule; nothing that is past by then is sent."""
    new = data.new(by=actor)
    await check_programme(new, actor)
    two_way = is_two_way(settings, new.side)
    return CreatedOut(id=await rule_writes.add_rule(new, two_way=two_way, by=actor))


@patch("/reminder-rules/{rule_id:uuid}", operation_id="change_reminder_rule",
       guards=MANAGES_RULES)  # fmt: skip
async def change_reminder_rule(
    rule_id: FromPath[UUID],
    data: JSONBody[ReminderRulePatch],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> VersionOut:
    """Change a rule, or switch it on or off; off, its waiting texts are cancelled."""
    view = await rule_queries.rule(rule_id, scope=actor.scope)
    version = await rule_writes.change_rule(
        rule_id, data.applied_to(view), version=data.version,
        two_way=is_two_way(settings, view.side), by=actor,
    )  # fmt: skip
    return VersionOut(version=version)


@post("/reminder-rules/preview", operation_id="preview_reminder_rule", status_code=200,
      guards=MANAGES_RULES)  # fmt: skip
async def preview_reminder_rule(
    data: JSONBody[RulePreviewIn],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> RulePreviewOut:
    """Answer what a rule would plan if it were switched on now; nothing is saved."""
    new = data.new(by=actor)
    await check_programme(new, actor)
    trial = await trial_of(new, data.rule_id, actor, settings)
    found = await would_send(trial, settings)
    people = {one.recipient_id for one in found}
    await listed(Listing.MESSAGES, len(people), permission=manages(new.kind), by=actor)
    return RulePreviewOut.of(found)


async def trial_of(new: NewRule, rule_id: UUID | None, actor: Actor, settings: Settings) -> Trial:
    """Answer a rule to try; refuse what could not be kept."""
    if rule_id is not None:
        await rule_queries.rule(rule_id, scope=actor.scope)
    checked = await rule_writes.check_rule(new, two_way=is_two_way(settings, new.side), by=actor)
    return Trial(
        rule_id or new_id(), new.organisation_id, new.side, new.programme_id, new.kind,
        new.offset, checked.template_id, new.asks,
    )  # fmt: skip


async def check_programme(new: NewRule, actor: Actor) -> None:
    """Refuse a programme that is not this organisation's and side's, or not there at all."""
    if new.programme_id is None:
        return
    refusal = InvalidInputError.of("programme_id", "There is no such programme")
    try:
        found = await programme(new.programme_id, scope=actor.scope)
    except NotFoundError:
        raise refusal from None
    if (found.side, found.organisation_id) != (new.side, new.organisation_id):
        raise refusal


@get("/message-templates", operation_id="list_message_templates", guards=SEES_TEMPLATES)
async def list_message_templates(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[MessageTemplateOut]:
    """List the wordings of texts, which all organisations share."""
    found = await template_queries.templates(scope=actor.scope, cursor=cursor)
    return ListOut.of(found, MessageTemplateOut.of)


@post("/message-templates", operation_id="add_message_template", guards=MANAGES_TEMPLATES)
async def add_message_template(
    data: JSONBody[MessageTemplateIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Add a wording in one language."""
    draft = Draft(data.name, data.language, data.kind, data.body)
    names = await telling_names()
    return CreatedOut(id=await templates.add_template(draft, names=names, by=actor))


@patch("/message-templates/{template_id:uuid}", operation_id="change_message_template",
       guards=MANAGES_TEMPLATES)  # fmt: skip
async def change_message_template(
    template_id: FromPath[UUID],
    data: JSONBody[MessageTemplatePatch],
    actor: NamedDependency[Actor],
) -> VersionOut:
    """Change what a wording says; what somebody allowed before is so no longer."""
    version = await templates.change_template(
        template_id, data.body, version=data.version, names=await telling_names(), by=actor
    )
    return VersionOut(version=version)


@post("/message-templates/{template_id:uuid}/allow", operation_id="allow_message_template",
      status_code=200, guards=MANAGES_TEMPLATES)  # fmt: skip
async def allow_message_template(
    template_id: FromPath[UUID], data: JSONBody[AllowIn], actor: NamedDependency[Actor]
) -> VersionOut:
    """Allow what was found in a wording that somebody else has saved."""
    version = await templates.allow_template(
        template_id, reason=data.reason, version=data.version, by=actor
    )
    return VersionOut(version=version)


@post("/message-templates/preview", operation_id="preview_message_template", status_code=200,
      guards=MANAGES_TEMPLATES)  # fmt: skip
async def preview_message_template(data: JSONBody[TemplatePreviewIn]) -> TemplatePreviewOut:
    """Answer how a wording comes out at its longest, and what is wrong with it."""
    text = wording.longest_sample(data.body, data.language)
    return TemplatePreviewOut.of(
        text,
        pack(text or data.body),
        wording.findings(data.body, data.language, names=await telling_names()),
        wording.mistakes(data.body, data.language, data.kind),
    )


ROUTES = Router(
    "/",
    route_handlers=[
        list_reminder_rules, add_reminder_rule, change_reminder_rule, preview_reminder_rule,
        list_message_templates, add_message_template, change_message_template,
        allow_message_template, preview_message_template,
    ],
    tags=["messaging"],
)  # fmt: skip
