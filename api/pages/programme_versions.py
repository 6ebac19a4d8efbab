"""A new version of a programme: its form, filled in with the newest one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import eligibility
from api.pages.forms import Form, options, refusal
from api.pages.programmes import Threshold, pence, rule
from api.pages.rendering import AnyRequest, Page, page, words
from core.errors import AppError, FieldError
from core.scope import Actor, Permission
from programmes.domain.terms import DeliveryMode, GroupModel, UnitKind
from programmes.queries import programmes as queries
from programmes.queries.programmes import ProgrammeView, UnitView
from programmes.services import programmes as services
from programmes.services.curricula import LONGEST_GAP_DAYS, MOST_UNITS, Curriculum, NewUnit

_MANAGE = [requires(Permission.MANAGE_PROGRAMMES)]
_TITLE = re.compile(r"title-([1-9][0-9]{0,2})")
_SPARE = 3
"""Empty lines after the last unit."""

_FIELDS: Mapping[str, str] = {
    "completion_rule.min_units": "min_units",
    "completion_rule.min_percent": "min_percent",
    "completion_rule.min_hours": "min_hours",
    "cost_pence": "cost",
    "units": "title-1",
}


@dataclass(frozen=True, slots=True)
class _Ticked:
    """Which boxes of the form are ticked."""

    gates: Sequence[str]
    mandates: Sequence[str]


@get("/programmes/{programme_id:uuid}/versions/new", guards=_MANAGE, include_in_schema=False)
async def new_version_page(
    request: AnyRequest, programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the newest version as a form."""
    found = await _programme(programme_id, actor)
    units = (await queries.units_of([found.version_id], scope=actor.scope))[found.version_id]
    ticked = _Ticked(_gates(found), [item.value for item in found.criteria.mandates])
    return await _form(request, found, _typed(found, units), ticked, len(units) + _SPARE)


@post("/programmes/{programme_id:uuid}/versions/new", guards=_MANAGE, include_in_schema=False)
async def new_version(
    request: AnyRequest, programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Add the version, or show more lines for its units."""
    form = Form(await request.form())
    found = await _programme(programme_id, actor)
    lines = min(_lines(form), MOST_UNITS)
    ticked = _Ticked(form.many("gates"), form.many("mandates"))
    if form.typed.get("action") == "more":
        return await _form(request, found, form.typed, ticked, min(lines + 5, MOST_UNITS))
    try:
        version = form.version()
        curriculum = _curriculum(form, lines)
        form.check()
        await services.add_version(programme_id, curriculum, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="title-1")
        named = [FieldError(_field(item.field), item.message) for item in errors]
        return await _form(request, found, form.typed, ticked, lines, status=status, errors=named)
    return Redirect(f"/programmes/{programme_id}?saved=version", status_code=303)


async def _programme(programme_id: UUID, actor: Actor) -> ProgrammeView:
    found = await queries.programme(programme_id, scope=actor.scope)
    actor.require(
        Permission.MANAGE_PROGRAMMES, side=found.side, organisation_id=found.organisation_id
    )
    return found


def _lines(form: Form) -> int:
    """Answer how many lines for units the form has."""
    numbers = [int(found[1]) for field in form.typed if (found := _TITLE.fullmatch(field))]
    return max(numbers, default=_SPARE)


def _curriculum(form: Form, lines: int) -> Curriculum:
    return Curriculum(
        group_model=form.choice("group_model", "how people join", GroupModel),
        delivery_mode=form.choice("delivery_mode", "how sessions are held", DeliveryMode),
        units=_units(form, lines),
        rule=rule(form),
        capacity_min=form.whole("capacity_min", "the smallest group", lowest=1, highest=500),
        capacity_max=form.whole("capacity_max", "the largest group", lowest=1, highest=500),
        cost_pence=pence(form),
        edit_window_days=form.whole("edit_window_days", "the days", lowest=0, highest=366),
        long_outcomes="long_outcomes" in form.many("gates"),
        criteria=eligibility.criteria(form),
    )


def _units(form: Form, lines: int) -> tuple[NewUnit, ...]:
    """Answer the units of the lines that have a title; the others are left out."""
    found: list[NewUnit] = []
    for line in range(1, lines + 1):
        title = form.typed.get(f"title-{line}", "")
        if not title:
            continue
        gap = form.optional_whole(
            f"gap-{line}", "the days", lowest=0, highest=LONGEST_GAP_DAYS
        )  # fmt: skip
        found.append(
            NewUnit(
                number=len(found) + 1,
                title=form.text(f"title-{line}", "the title"),
                kind=form.choice(f"kind-{line}", "who comes", UnitKind),
                minutes=form.whole(f"minutes-{line}", "the minutes", lowest=1, highest=600),
                mandatory=bool(form.typed.get(f"mandatory-{line}")),
                gap_days=gap or 0,
                module=form.optional_whole(
                    f"module-{line}", "the module", lowest=1, highest=MOST_UNITS
                ),
            )
        )
    if not found:
        form.fail("title-1", "Enter at least one unit")
    return tuple(found)


def _field(name: str) -> str:
    return _FIELDS.get(name, "title-1" if name.startswith("units") else name)


def _gates(found: ProgrammeView) -> list[str]:
    ticked = {
        "end_review": found.rule.needs_end_review,
        "report_sent": found.rule.needs_report_sent,
        "long_outcomes": found.long_outcomes,
    }
    return [gate for gate, is_ticked in ticked.items() if is_ticked]


def _typed(found: ProgrammeView, units: Sequence[UnitView]) -> dict[str, str]:
    """Answer a version as its form holds it."""
    limits = found.rule
    typed: dict[str, Any] = {
        **eligibility.typed_criteria(found.criteria),
        "version": found.version, "group_model": found.group_model.value,
        "delivery_mode": found.delivery_mode.value, "capacity_min": found.capacity_min,
        "capacity_max": found.capacity_max, "edit_window_days": found.edit_window_days,
        "min_units": limits.min_units, "min_percent": limits.min_percent,
        "min_hours": limits.min_hours,
        "threshold": Threshold.UNITS if limits.min_units else Threshold.PERCENT,
        "cost": None if found.cost_pence is None else f"{found.cost_pence / 100:.2f}",
    }  # fmt: skip
    for unit in units:
        typed[f"title-{unit.number}"] = unit.title
        typed[f"kind-{unit.number}"] = unit.kind.value
        typed[f"minutes-{unit.number}"] = unit.minutes
        typed[f"mandatory-{unit.number}"] = "yes" if unit.mandatory else None
        typed[f"gap-{unit.number}"] = unit.gap_days or None
        typed[f"module-{unit.number}"] = unit.module
    return {field: str(value) for field, value in typed.items() if value is not None}


async def _form(
    request: AnyRequest,
    found: ProgrammeView,
    typed: dict[str, str],
    ticked: _Ticked,
    lines: int,
    **how: Any,
) -> Page:
    return page(
        request, "programmes/version.html", programme=found, typed=typed,
        gates=ticked.gates, mandates=eligibility.mandate_items(ticked.mandates),
        threshold=typed.get("threshold", ""), lines=list(range(1, lines + 1)),
        group_models=options(
            [(item.value, words(item)) for item in GroupModel], typed.get("group_model", "")
        ),
        delivery_modes=options(
            [(item.value, words(item)) for item in DeliveryMode], typed.get("delivery_mode", "")
        ),
        **how,
    )  # fmt: skip


ROUTES = [new_version_page, new_version]
