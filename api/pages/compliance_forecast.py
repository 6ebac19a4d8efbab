"""What compliance becomes if nobody trains, and how far GP practices are trained."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency

from api.guards import requires
from api.pages.compliance import target_words
from api.pages.compliance_choice import Choice, choice_of, filters
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import practice_tag, rag_tag, rate_words
from core.scope import Actor, Permission
from training.domain.compliance import Figure, Targets
from training.domain.requirements import Section
from training.domain.terms import Sector
from training.queries.forecast import Ahead, forecast
from training.queries.practices import Practice, practices

_SEES_STAFF = [requires(Permission.VIEW_STAFF)]


@get("/compliance/forecast", guards=_SEES_STAFF, include_in_schema=False)
async def forecast_page(
    request: AnyRequest, actor: NamedDependency[Actor], targets: NamedDependency[Targets]
) -> Page:
    """Show the figures of a day and of the twelve months' ends after it, if nobody trains."""
    choice = choice_of(request)
    scope = await choice.scope(actor.scope)
    ahead = await forecast(scope=scope, asked=await choice.asked(scope=scope), since=choice.day)
    return page(
        request,
        "training/forecast.html",
        **await filters(choice, scope=actor.scope),
        days=[_day(one, choice, targets) for one in ahead],
        targets=target_words(targets),
        back=choice.href("/compliance"),
    )


def _day(one: Ahead, choice: Choice, targets: Targets) -> dict[str, Any]:
    figures = one.figures
    return {
        "on": one.on,
        "headline": rate_words(figures.valid, figures.counted),
        "strict": rate_words(figures.valid, figures.in_scope),
        "rag": rag_tag(targets.rag(figures.headline)),
        "figures": figures,
        "href": choice.href(
            "/compliance/people", as_of=one.on.isoformat(), status=Figure.LATE.value
        ),
    }


@get("/compliance/practices", guards=_SEES_STAFF, include_in_schema=False)
async def practices_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show each GP practice with how far its team is trained."""
    choice = choice_of(request)
    scope = await choice.scope(actor.scope)
    found = await practices(scope=scope, asked=await choice.asked(scope=scope), as_of=choice.day)
    return page(
        request,
        "training/practices.html",
        **await filters(choice, scope=actor.scope),
        practices=[_practice(one, choice) for one in found],
        back=choice.href("/compliance"),
    )


def _practice(one: Practice, choice: Choice) -> dict[str, Any]:
    section = Section(organisation_id=one.id, sector=Sector.GP_PRACTICE)
    there = choice.about(section, choice.requirement)
    return {
        "practice": one,
        "tag": practice_tag(one.status),
        "trained": rate_words(one.figures.valid, one.figures.in_scope),
        "href": there.href("/compliance/people", status=Figure.WITHOUT.value),
    }


ROUTES = [forecast_page, practices_page]
