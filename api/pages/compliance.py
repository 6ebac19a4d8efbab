"""Compliance in one look: the figures of a day, by requirement and part of the workforce."""

from collections.abc import Mapping
from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.guards import requires
from api.pages.compliance_choice import Choice, choice_of, filters, section_words
from api.pages.forms import options
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import rag_tag, rate_words
from core.errors import NotFoundError
from core.scope import Actor, Permission
from training.domain.compliance import Figure, Figures, Grouping, Targets
from training.domain.requirements import Section
from training.queries.compliance import Compliance, Group, compliance

_AT_ONCE = 100
"""So many lines of figures on a page."""

_GROUPS: Mapping[str, tuple[str, tuple[Grouping, ...]]] = {
    "organisation": ("Organisation", (Grouping.REQUIREMENT, Grouping.ORGANISATION)),
    "team": ("Team", (Grouping.REQUIREMENT, Grouping.ORGANISATION, Grouping.TEAM)),
    "sector": ("Sector", (Grouping.REQUIREMENT, Grouping.SECTOR)),
    "staff_group": ("Staff group", (Grouping.REQUIREMENT, Grouping.STAFF_GROUP)),
    "requirement": ("All staff together", (Grouping.REQUIREMENT,)),
}


@get("/compliance", guards=[requires(Permission.VIEW_STAFF)], include_in_schema=False)
async def compliance_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
    group: FromQuery[str] = "organisation",
    first: FromQuery[int] = 0,
) -> Page:
    """Show the figures of a day, and how many people to chase."""
    if group not in _GROUPS:
        raise NotFoundError
    choice = choice_of(request)
    scope = await choice.scope(actor.scope)
    title, groupings = _GROUPS[group]
    found = await compliance(
        scope=scope, as_of=choice.day, group_by=groupings, asked=await choice.asked(scope=scope)
    )
    start = max(first, 0)
    after = start + _AT_ONCE if start + _AT_ONCE < len(found.rows) else None
    return page(
        request,
        "training/compliance.html",
        **await filters(choice, scope=actor.scope),
        groups=options([(key, text) for key, (text, _) in _GROUPS.items()], group),
        grouped=title.lower() if group != "requirement" else "",
        lines=_lines(found, choice, targets, start),
        total=_figures(found.total, choice, targets),
        targets=target_words(targets),
        unverified=found.unverified,
        more=choice.href("/compliance", group=group, first=after) if after else "",
        looks=looks(choice),
    )


def looks(choice: Choice) -> list[tuple[str, str]]:
    """Answer the other ways to look at the same, with their addresses."""
    return [
        ("Person by person", choice.href("/compliance/matrix")),
        ("What expires next", choice.href("/compliance/expiring")),
        ("The next twelve months", choice.href("/compliance/forecast")),
        ("GP practices", choice.href("/compliance/practices")),
    ]


def target_words(targets: Targets) -> dict[str, str]:
    """Answer the targets as ``90%`` and ``80%``."""
    return {
        "green": f"{int(targets.green * 100)}%",
        "amber": f"{int(targets.amber * 100)}%",
    }


def _lines(found: Compliance, choice: Choice, targets: Targets, start: int) -> list[dict[str, Any]]:
    return [
        _line(group, figures, choice, targets)
        for group, figures in found.rows[start : start + _AT_ONCE]
    ]


def _line(group: Group, figures: Figures, choice: Choice, targets: Targets) -> dict[str, Any]:
    section = Section(
        organisation_id=(
            group.organisation.id if group.organisation else choice.section.organisation_id
        ),
        team=group.team,
        sector=group.sector,
        staff_group=group.staff_group,
    )
    requirement = group.requirement
    place = group.organisation.name if group.organisation else ""
    return {
        "requirement": requirement.name if requirement else "",
        "place": ", ".join(part for part in (place, section_words(section)) if part),
        **_figures(
            figures, choice.about(section, requirement.id if requirement else None), targets
        ),
    }


def _figures(figures: Figures, choice: Choice, targets: Targets) -> dict[str, Any]:
    return {
        "headline": rate_words(figures.valid, figures.counted),
        "strict": rate_words(figures.valid, figures.in_scope),
        "rag": rag_tag(targets.rag(figures.headline)),
        "people": {
            figure.value: {
                "count": getattr(figures, figure.value),
                "href": choice.href("/compliance/people", status=figure.value),
            }
            for figure in Figure
        },
    }


ROUTES = [compliance_page]
