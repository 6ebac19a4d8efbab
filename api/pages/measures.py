"""Outcome measures of an organisation, adding them, and which of them a programme takes."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import outcome_words
from api.pages.case_words import SIDES
from api.pages.forms import Form, options, refusal
from api.pages.places import Places, places
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError, FieldError, StaleVersionError
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.measures import SHIPPED, WIDEST, Terms
from programmes.queries import measures as queries
from programmes.queries.programmes import ProgrammeView, programme
from programmes.services import measures as services

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PROGRAMMES)]
_SCALES = ((MeasureScale.NUMBER, "With a number"), (MeasureScale.YES_NO, "With yes or no"))
_DIRECTIONS = (
    (Direction.HIGHER_IS_BETTER, "Higher is better"),
    (Direction.LOWER_IS_BETTER, "Lower is better"),
)


@get("/measures", guards=_VIEW, include_in_schema=False)
async def measures_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the measures that organisations use."""
    found = await queries.measures(scope=actor.scope)
    return page(
        request, "outcomes/measures.html",
        measures=[{**_shown(item.terms), "side": SIDES[item.side]} for item in found],
        both_sides=len(actor.scope.sides()) > 1,
        may_add=actor.scope.has(Permission.MANAGE_PROGRAMMES),
    )  # fmt: skip


def _shown(terms: Terms) -> dict[str, Any]:
    return {
        "code": terms.code,
        "name": terms.name,
        "scale": outcome_words.scale(terms),
        "better": outcome_words.better(terms),
        "timepoints": "; ".join(outcome_words.TIMEPOINTS[item] for item in terms.timepoints),
        "sources": "; ".join(outcome_words.SOURCES[item] for item in terms.sources),
    }


@get("/measures/ready-made", guards=_MANAGE, include_in_schema=False)
async def ready_made_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the ready-made measures that are not in use yet."""
    return await _ready_made(request, actor, {})


@post("/measures/ready-made", guards=_MANAGE, include_in_schema=False)
async def add_ready_made(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a ready-made measure."""
    form = Form(await request.form())
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    try:
        organisation_id, side = where.organisation_id(form), where.side(form)
        form.check()
        await services.add_shipped(organisation_id, side, form.typed.get("shipped", ""), by=actor)
    except AppError as error:
        status, errors = refusal(error, field="shipped")
        return await _ready_made(request, actor, form.typed, status=status, errors=errors)
    return Redirect("/measures/ready-made?saved=measure", status_code=303)


async def _ready_made(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    used = {
        (item.organisation_id, item.side, item.terms.code)
        for item in await queries.measures(scope=actor.scope)
    }
    return page(
        request, "outcomes/ready_made.html", places=where.choices(typed),
        measures=[
            {
                **_shown(measure.terms(side)),
                "unconfirmed": measure.unconfirmed,
                "side": SIDES[side] if len(where.sides) > 1 else "",
            }
            for measure in SHIPPED.values()
            for side in where.sides
            if side in measure.sources
            and any((item.id, side, measure.code) not in used for item in where.organisations)
        ],
        **how,
    )  # fmt: skip


@get("/measures/new", guards=_MANAGE, include_in_schema=False)
async def new_measure_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a measure of one's own."""
    return await _new_form(request, actor, {"scale": MeasureScale.NUMBER.value})


@post("/measures/new", guards=_MANAGE, include_in_schema=False)
async def new_measure(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a measure of one's own; its code follows from its name."""
    form = Form(await request.form())
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    try:
        terms = _terms(form)
        organisation_id, side = where.organisation_id(form), where.side(form)
        form.check()
        await services.add_measure(organisation_id, side, terms, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await _new_form(
            request, actor, form.typed, ticked=form, status=status,
            errors=[_on_page(fault) for fault in errors],
        )  # fmt: skip
    return Redirect("/measures?saved=measure", status_code=303)


def _on_page(fault: FieldError) -> FieldError:
    if fault.field != "code":
        return fault
    return FieldError("name", "A ready-made measure has this name; use that, or begin otherwise")


def _terms(form: Form) -> Terms:
    name = form.text("name", "what it measures")
    scale = form.choice("scale", "how it is answered", MeasureScale)
    lowest, highest = 0, 1
    if scale is MeasureScale.NUMBER:
        lowest = form.whole("lowest", "the lowest answer", lowest=0, highest=WIDEST)
        highest = form.whole("highest", "the highest answer", lowest=0, highest=WIDEST)
    return Terms(
        code=_code(name),
        name=name,
        scale=scale,
        lowest=lowest,
        highest=highest,
        direction=form.choice("direction", "which way is better", Direction),
        timepoints=tuple(one for one in Timepoint if one.value in form.many("timepoints")),
        sources=tuple(one for one in OutcomeSource if one.value in form.many("sources")),
    )


def _code(name: str) -> str:
    """Answer a code out of a name: ``Hope, at last`` as ``hope_at_last``."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain[:40] if plain[:1].isalpha() else f"m_{plain}"[:40]


async def _new_form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    *,
    ticked: Form | None = None,
    **how: Any,
) -> Page:
    chosen = ticked.many("timepoints") + ticked.many("sources") if ticked else []
    where = await places(Permission.MANAGE_PROGRAMMES, scope=actor.scope)
    return page(
        request, "outcomes/new.html", typed=typed, places=where.choices(typed),
        scales=options(_SCALES, typed.get("scale", "")),
        directions=options(_DIRECTIONS, typed.get("direction", "")),
        timepoints=_ticked(outcome_words.TIMEPOINTS.items(), chosen),
        sources=_ticked(_askable(where), chosen),
        **how,
    )  # fmt: skip


def _askable(where: Places) -> list[tuple[OutcomeSource, str]]:
    """Answer who can be asked; of a survivor never the partner."""
    partner = Side.PERPETRATOR in where.sides
    return [
        (source, said)
        for source, said in outcome_words.SOURCES.items()
        if partner or source is not OutcomeSource.PARTNER
    ]


def _ticked(values: Iterable[tuple[str, str]], chosen: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"value": str(value), "text": text, "checked": str(value) in chosen}
        for value, text in values
    ]


@get("/programmes/{programme_id:uuid}/measures", guards=_VIEW, include_in_schema=False)
async def programme_measures_page(
    request: AnyRequest, programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show which measures a programme takes."""
    return await _chosen(request, actor, await programme(programme_id, scope=actor.scope))


@post("/programmes/{programme_id:uuid}/measures", guards=_MANAGE, include_in_schema=False)
async def choose_measures(
    request: AnyRequest, programme_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Say which measures a programme takes."""
    form = Form(await request.form())
    chosen = form.many("measures")
    try:
        version = form.version()
        form.check()
        await services.choose_measures(programme_id, chosen, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="measures")
        found = await programme(programme_id, scope=actor.scope)
        stale = isinstance(error, StaleVersionError)
        return await _chosen(
            request, actor, found, chosen=chosen, status=status,
            version=found.version if stale else form.typed.get("version", ""),
            errors=[FieldError("measures", fault.message) for fault in errors],
        )  # fmt: skip
    return Redirect(f"/programmes/{programme_id}/measures?saved=measures", status_code=303)


async def _chosen(
    request: AnyRequest,
    actor: Actor,
    found: ProgrammeView,
    *,
    chosen: Sequence[str] | None = None,
    version: object = None,
    **how: Any,
) -> Page:
    taken = await queries.measures_of(found.id, scope=actor.scope)
    known = await queries.measures(
        scope=actor.scope, side=found.side, organisation_id=found.organisation_id
    )
    ticked = [str(item.id) for item in taken] if chosen is None else chosen
    return page(
        request, "outcomes/programme.html", programme=found,
        version=found.version if version is None else version,
        measures=_ticked([(str(item.id), item.terms.name) for item in known], ticked),
        taken=[item.terms.name for item in taken],
        may_choose=actor.scope.covers(
            Permission.MANAGE_PROGRAMMES, side=found.side, organisation_id=found.organisation_id
        ),
        **how,
    )  # fmt: skip


ROUTES = [
    measures_page, ready_made_page, add_ready_made, new_measure_page, new_measure,
    programme_measures_page, choose_measures,
]  # fmt: skip
