"""The forms to add a rule and to change one."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from accounts.queries import organisations
from api.pages import message_words
from api.pages.forms import Form, options
from api.pages.places import Places, places
from api.pages.rendering import AnyRequest, Page, page
from api.text_senders import is_two_way
from core.errors import ForbiddenError
from core.scope import Actor, Side
from core.settings import Settings
from messaging.domain.languages import language_name
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind
from messaging.queries.rules import RuleView, manages
from messaging.queries.templates import TemplateView, templates_for
from messaging.services.rule_writes import LONGEST_NAME, NewRule, RuleChange
from messaging.services.templates import ensure_default_templates
from programmes.queries.programmes import programmes

_AT_ONCE = (RuleKind.CHANGE, RuleKind.CANCELLATION)
_MOST = 1000


class When(StrEnum):
    """How a form says when a text goes out."""

    DAYS = "days"
    HOURS = "hours"


_WHEN = ((When.DAYS, "Days before, at a time of day"), (When.HOURS, "Hours before"))


def kinds_for(actor: Actor) -> tuple[RuleKind, ...]:
    """Answer the kinds of rule that somebody may add anywhere."""
    return tuple(kind for kind in RuleKind if actor.scope.has(manages(kind)))


async def new_of(form: Form, actor: Actor) -> NewRule:
    """Answer the rule that was typed; it is added off, so that its page can show it first."""
    kind = form.choice("kind", "what the texts are about", RuleKind)
    where = await _where(kind, actor)
    programme = form.typed.get("programme_id", "")
    return NewRule(
        name=form.text("name", "a name", longest=LONGEST_NAME),
        side=None if kind is RuleKind.TRAINING_EXPIRY else where.side(form),
        organisation_id=where.organisation_id(form),
        programme_id=form.id("programme_id", "a programme from the list") if programme else None,
        kind=kind, offset=_offset(form, kind),
        template_id=form.id("template_id", "a wording") if form.typed.get("template_id") else None,
        active=False, asks="asks" in form.typed,
    )  # fmt: skip


async def _where(kind: RuleKind, actor: Actor) -> Places:
    """Answer where somebody may add a rule of this kind.

    Raises:
        ForbiddenError: nowhere.
    """
    if not actor.scope.has(manages(kind)):
        raise ForbiddenError
    if kind is not RuleKind.TRAINING_EXPIRY:
        return await places(manages(kind), scope=actor.scope)
    known = tuple(
        one for one in await organisations(scope=actor.scope)
        if actor.scope.covers(manages(kind), side=None, organisation_id=one.id)
    )  # fmt: skip
    return Places((), known)


def change_of(form: Form, view: RuleView) -> RuleChange:
    """Answer what a rule is to be; while it is on, its time stays."""
    return RuleChange(
        name=form.text("name", "a name", longest=LONGEST_NAME),
        offset=view.offset if view.active else _offset(form, view.kind),
        template_id=form.id("template_id", "a wording"),
        active=view.active,
        asks="asks" in form.typed,
    )


def _offset(form: Form, kind: RuleKind) -> Offset:
    if kind in _AT_ONCE:
        return Offset()
    if form.choice("when", "when the text goes out", When) is When.HOURS:
        hours = form.whole("hours_before", "the hours", lowest=1, highest=_MOST)
        return Offset(hours_before=hours)
    days = form.whole("days_before", "the days", lowest=1, highest=_MOST)
    return Offset(days_before=days, at=form.text("at", "the time of day", longest=5))


async def new_form(
    request: AnyRequest, actor: Actor, settings: Settings, typed: dict[str, str], **how: Any
) -> Page:
    """Show the form to add a rule."""
    kinds = kinds_for(actor)
    await ensure_default_templates()
    wordings = [
        one for one in await templates_for(None, scope=actor.scope)
        if one.kind in kinds and one.is_usable
    ]  # fmt: skip
    where = await _where(kinds[0], actor)
    known = await programmes(scope=actor.scope)
    return page(
        request, "messages/rule_new.html", typed=typed,
        kinds=options([(kind.value, message_words.KINDS[kind]) for kind in kinds],
                      typed.get("kind", "")),
        places=where.choices(typed), when=options(_WHEN, typed.get("when", "")),
        programmes=options([(str(one.id), one.name) for one in known],
                           typed.get("programme_id", ""), blank="All programmes"),
        wordings=_wordings(wordings, typed, blank="The wording of every installation"),
        can_ask=any(is_two_way(settings, side) for side in Side), **how,
    )  # fmt: skip


def _wordings(
    wordings: Sequence[TemplateView], typed: dict[str, str], *, blank: str = ""
) -> list[dict[str, Any]]:
    """Answer the wordings to choose from, each with its language."""
    known = [
        (
            str(one.id),
            f"{one.name} ({message_words.KINDS[one.kind]}, {language_name(one.language)})",
        )
        for one in wordings
    ]
    return options(known, typed.get("template_id", ""), blank=blank)


async def edit_form(
    request: AnyRequest,
    actor: Actor,
    settings: Settings,
    view: RuleView,
    typed: dict[str, str],
    **how: Any,
) -> Page:
    """Show the form to change a rule."""
    wordings = [
        one for one in await templates_for(view.kind, scope=actor.scope)
        if one.is_usable or one.id == view.template_id
    ]  # fmt: skip
    return page(
        request, "messages/rule_edit.html", view=view, typed=typed,
        due=message_words.due(view.kind, view.offset), at_once=view.kind in _AT_ONCE,
        when=options(_WHEN, typed.get("when", "")), wordings=_wordings(wordings, typed),
        can_ask=view.asks or is_two_way(settings, view.side), **how,
    )  # fmt: skip


def typed_of(view: RuleView) -> dict[str, str]:
    """Answer a rule as its form holds it."""
    offset = view.offset
    return {
        "name": view.name, "version": str(view.version), "template_id": str(view.template_id),
        "when": When.HOURS if offset.hours_before is not None else When.DAYS,
        "days_before": str(offset.days_before or ""), "at": offset.at or "",
        "hours_before": str(offset.hours_before or ""), **({"asks": "yes"} if view.asks else {}),
    }  # fmt: skip
