"""Programmes: the list, one with its curriculum, and adding one."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api import pausing
from api.guards import requires
from api.pages import case_words, eligibility, pause_words
from api.pages.forms import Form, options, refusal
from api.pages.places import Places, places
from api.pages.rendering import AnyRequest, Page, page, words
from core.errors import AppError, FieldError
from core.scope import Actor, Permission
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import DeliveryMode, GroupModel, ProgrammeType, UnitKind
from programmes.queries import programmes as queries
from programmes.queries.programmes import ProgrammeView, UnitView
from programmes.services import programmes as services
from programmes.services.curricula import MOST_UNITS, Curriculum, NewUnit
from programmes.services.programmes import NewProgramme

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PROGRAMMES)]
_MONEY = re.compile(r"(\d{1,8})(?:\.(\d{2}))?")
_LONGEST_TITLES = MOST_UNITS * 121
_FIELDS: Mapping[str, str] = {
    "completion_rule.min_units": "min_units",
    "completion_rule.min_percent": "min_percent",
    "completion_rule.min_hours": "min_hours",
    "cost_pence": "cost",
    "units": "unit_count",
}
"""What this form calls the fields of the service."""


class Threshold(StrEnum):
    """How the units needed for completion are given."""

    UNITS = "units"
    PERCENT = "percent"


@get("/programmes", guards=_VIEW, include_in_schema=False)
async def programmes_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List programmes."""
    found = await queries.programmes(scope=actor.scope)
    units = await queries.units_of([item.version_id for item in found], scope=actor.scope)
    return page(
        request, "programmes/list.html",
        programmes=[_shown(item, units.get(item.version_id, ())) for item in found],
        both_sides=len(actor.scope.sides()) > 1,
        may_add=actor.scope.has(Permission.MANAGE_PROGRAMMES),
    )  # fmt: skip


def _shown(view: ProgrammeView, units: Sequence[UnitView]) -> dict[str, Any]:
    mandatory = [unit.number for unit in units if unit.mandatory]
    return {
        "id": view.id,
        "name": view.name,
        "side": case_words.SIDES[view.side],
        "type": case_words.programme_type(view.type),
        "unit_count": len(units),
        "rule": case_words.rule(view.rule, unit_count=len(units), mandatory=mandatory),
        "capacity": f"{view.capacity_min} to {view.capacity_max}",
        "cost": "Not recorded" if view.cost_pence is None else case_words.pounds(view.cost_pence),
        "group_model": words(view.group_model),
        "delivery_mode": words(view.delivery_mode),
        "follows": view.follows_name,
        "eligible": eligibility.said(view.criteria),
        "edit_window": f"{view.edit_window_days} days, then managers only",
        "outcomes": "The long list" if view.long_outcomes else "The short list",
    }


@get("/programmes/{programme_id:uuid}", guards=_VIEW, include_in_schema=False)
async def programme_page(
    request: AnyRequest, programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a programme with its curriculum, and its earlier versions."""
    versions = await queries.versions_of(programme_id, scope=actor.scope)
    ids = [item.version_id for item in versions]
    units = await queries.units_of(ids, scope=actor.scope)
    found = versions[0]
    return page(
        request, "programmes/programme.html",
        programme=_shown(found, units.get(found.version_id, ())),
        units=units.get(found.version_id, ()),
        versions=[
            {"number": item.version_number, **_shown(item, units.get(item.version_id, ()))}
            for item in versions
        ],
        may_manage=actor.scope.covers(
            Permission.MANAGE_PROGRAMMES, side=found.side, organisation_id=found.organisation_id
        ),
        texts=await pause_words.on_page(pausing.of_programme(found), scope=actor.scope),
        version_number=found.version_number, both_sides=len(actor.scope.sides()) > 1,
    )  # fmt: skip


@get("/programmes/new", guards=_MANAGE, include_in_schema=False)
async def new_programme_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a programme."""
    typed = {
        "unit_count": "12", "unit_minutes": "120", "capacity_min": "4", "capacity_max": "12",
        "delivery_mode": DeliveryMode.IN_PERSON.value, "threshold": Threshold.UNITS.value,
    }  # fmt: skip
    return await _form(request, actor, typed)


@post("/programmes/new", guards=_MANAGE, include_in_schema=False)
async def new_programme(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a programme with its curriculum and its completion rule."""
    form = Form(await request.form())
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    try:
        new = _new(form, where)
        form.check()
        programme_id = await services.add_programme(new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        named = [FieldError(_field(item.field), item.message) for item in errors]
        return await _form(request, actor, form.typed, status=status, errors=named)
    return Redirect(f"/programmes/{programme_id}?saved=programme", status_code=303)


def _field(name: str) -> str:
    if name.startswith("units["):
        return "titles" if name.endswith("title") else "unit_minutes"
    return _FIELDS.get(name, name)


def _new(form: Form, where: Places) -> NewProgramme:
    return NewProgramme(
        side=where.side(form),
        organisation_id=where.organisation_id(form),
        name=form.text("name", "the name"),
        type=form.choice("type", "what kind of programme it is", ProgrammeType),
        follows_id=form.id("follows_id", "a programme") if form.typed.get("follows_id") else None,
        curriculum=Curriculum(
            group_model=form.choice("group_model", "how people join", GroupModel),
            delivery_mode=form.choice("delivery_mode", "how sessions are held", DeliveryMode),
            units=_units(form),
            rule=rule(form),
            capacity_min=form.whole("capacity_min", "the smallest group", lowest=1, highest=500),
            capacity_max=form.whole("capacity_max", "the largest group", lowest=1, highest=500),
            cost_pence=pence(form),
            criteria=eligibility.criteria(form),
        ),
    )


def _units(form: Form) -> tuple[NewUnit, ...]:
    count = form.whole("unit_count", "the number of units", lowest=1, highest=MOST_UNITS)
    minutes = form.whole("unit_minutes", "the minutes of a unit", lowest=1, highest=600)
    text = form.text("titles", "the titles", longest=_LONGEST_TITLES, optional=True)
    titles = [line.strip() for line in text.splitlines() if line.strip()]
    if len(titles) > count and not form.errors:
        form.fail("titles", f"Enter {count} titles or fewer, one on each line")
    return tuple(
        NewUnit(
            number, titles[number - 1] if number <= len(titles) else f"Unit {number}",
            UnitKind.GROUP, minutes, mandatory=False,
        )
        for number in range(1, count + 1)
    )  # fmt: skip


def rule(form: Form) -> CompletionRule:
    """Answer the rule for completion that was typed."""
    threshold = form.choice("threshold", "how many units complete it", Threshold)
    units = percent = None
    if threshold is Threshold.UNITS:
        units = form.whole("min_units", "the units needed", lowest=1, highest=MOST_UNITS)
    else:
        percent = form.whole("min_percent", "the percentage needed", lowest=1, highest=100)
    return CompletionRule(
        min_units=units,
        min_percent=percent,
        min_hours=form.optional_whole("min_hours", "the hours needed", lowest=1, highest=1000),
        needs_end_review="end_review" in form.many("gates"),
        needs_report_sent="report_sent" in form.many("gates"),
    )


def pence(form: Form) -> int | None:
    """Answer the cost that was typed in pounds."""
    typed = form.typed.get("cost", "").removeprefix("£").replace(",", "")
    if not typed:
        return None
    found = _MONEY.fullmatch(typed) if typed.isascii() else None
    if found is None:
        form.fail("cost", "Enter the cost in pounds, like 7,000 or 97.22")
        return None
    return int(found[1]) * 100 + int(found[2] or 0)


async def _form(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    form = Form(await request.form())
    return page(
        request, "programmes/new.html", typed=typed, places=where.choices(typed),
        threshold=typed.get("threshold", ""), gates=form.many("gates"),
        mandates=eligibility.mandate_items(form.many("mandates")),
        follows=options(
            [(str(item.id), item.name) for item in await queries.programmes(scope=actor.scope)],
            typed.get("follows_id", ""), blank="Anybody who is referred",
        ),
        types=options(
            [(item.value, case_words.programme_type(item)) for item in ProgrammeType],
            typed.get("type", ""), blank="Choose a kind",
        ),
        group_models=options(
            [(item.value, words(item)) for item in GroupModel], typed.get("group_model", "")
        ),
        delivery_modes=options(
            [(item.value, words(item)) for item in DeliveryMode], typed.get("delivery_mode", "")
        ),
        **how,
    )  # fmt: skip


ROUTES = [programmes_page, programme_page, new_programme_page, new_programme]
