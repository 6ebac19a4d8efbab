"""The people behind a figure of compliance, and those whose training runs out."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from api.guards import requires
from api.pages.compliance_choice import Choice, choice_of, filters, one_of, section_words
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import FIGURES, WINDOWS, status_tag
from core.pagination import Cursor
from core.scope import Actor, Permission, Scope
from training.domain.compliance import Figure, Grouping
from training.domain.terms import ComplianceStatus
from training.domain.windows import Window
from training.queries.behind import Booked, Drilled, people_behind
from training.queries.compliance import compliance
from training.queries.expiring import expiring

_SEES_STAFF = [requires(Permission.VIEW_STAFF)]
_ONE_BY_ONE = 5_000
"""So many standings are looked at for one page; of more, an organisation is chosen first."""


@get("/compliance/people", guards=_SEES_STAFF, include_in_schema=False)
async def people_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    status: FromQuery[str] = Figure.WITHOUT.value,
) -> Page:
    """Show who is behind a figure, the most pressing first."""
    figure = one_of(Figure, status) or Figure.WITHOUT
    choice = choice_of(request)
    scope = await choice.scope(actor.scope)
    shown = await filters(choice, scope=actor.scope)
    shown |= {"figure": FIGURES[figure], "section": section_words(choice.section)}
    if shown["organisations"] and choice.section.organisation_id is None:
        places = await _many(figure, choice, scope=scope)
        if places:
            return page(
                request, "training/people_places.html", **shown, places=places,
                back=choice.href("/compliance"),
            )  # fmt: skip
    drilled = await people_behind(
        figure, scope=scope, asked=await choice.asked(scope=scope), as_of=choice.day,
        cursor=cursor, section=choice.section,
    )  # fmt: skip
    return page(
        request,
        "training/people.html",
        **shown,
        **_people(drilled),
        back=choice.about(choice.section, None).href("/compliance", team="", sector="",
                                                     staff_group=""),
        more=drilled.people.next
        and choice.href("/compliance/people", status=figure.value, after=drilled.people.next),
    )  # fmt: skip


@get("/compliance/expiring", guards=_SEES_STAFF, include_in_schema=False)
async def expiring_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    window: FromQuery[str] = Window.WITHIN_90.value,
) -> Page:
    """Show whose training runs out within 90 days; of several organisations, how many in each."""
    chosen = one_of(Window, window) or Window.WITHIN_90
    choice = choice_of(request)
    scope = await choice.scope(actor.scope)
    shown = await filters(choice, scope=actor.scope)
    if shown["organisations"] and choice.section.organisation_id is None:
        return page(
            request, "training/expiring_places.html", **shown,
            places=await _places(choice, scope=scope), back=choice.href("/compliance"),
        )  # fmt: skip
    found = await expiring(
        chosen, scope=scope, asked=await choice.asked(scope=scope), as_of=choice.day,
        cursor=cursor, section=choice.section,
    )  # fmt: skip
    return page(
        request,
        "training/expiring.html",
        **shown,
        chosen=WINDOWS[chosen],
        windows=[
            {"text": WINDOWS[one], "count": found.counts[one], "here": one is chosen,
             "href": choice.href("/compliance/expiring", window=one.value)}
            for one in Window
        ],
        **_people(found.found),
        back=choice.href("/compliance"),
        more=found.found.people.next
        and choice.href(
            "/compliance/expiring", window=chosen.value, after=found.found.people.next
        ),
    )  # fmt: skip


async def _many(figure: Figure, choice: Choice, *, scope: Scope) -> list[dict[str, Any]]:
    """Answer the organisations with their counts, where more are asked than are read one by one."""
    section = choice.section
    of_posts = (
        (Grouping.TEAM, section.team),
        (Grouping.SECTOR, section.sector),
        (Grouping.STAFF_GROUP, section.staff_group),
    )
    found = await compliance(
        scope=scope, as_of=choice.day, asked=await choice.asked(scope=scope),
        group_by=[Grouping.ORGANISATION, *(by for by, value in of_posts if value is not None)],
    )  # fmt: skip
    rows = [
        (group.organisation, figures)
        for group, figures in found.rows
        if group.organisation
        and section.sector in (None, group.sector)
        and section.team in (None, group.team)
        and section.staff_group in (None, group.staff_group)
    ]
    if sum(figures.required for _, figures in rows) <= _ONE_BY_ONE:
        return []
    return [
        {
            "name": place.name,
            "count": getattr(figures, figure.value),
            "href": choice.href("/compliance/people", organisation=place.id, status=figure.value),
        }
        for place, figures in rows
        if getattr(figures, figure.value)
    ]


async def _places(choice: Choice, *, scope: Scope) -> list[dict[str, Any]]:
    found = await compliance(
        scope=scope, as_of=choice.day, group_by=(Grouping.ORGANISATION,),
        asked=await choice.asked(scope=scope),
    )  # fmt: skip
    return [
        {
            "name": group.organisation.name,
            "expired": figures.expired,
            "expiring_soon": figures.expiring_soon,
            "href": choice.href("/compliance/expiring", organisation=group.organisation.id),
        }
        for group, figures in found.rows
        if group.organisation
    ]


def _people(drilled: Drilled) -> dict[str, Any]:
    return {"total": drilled.total, "people": [_person(one) for one in drilled.people.items]}


def _person(one: Booked) -> dict[str, Any]:
    standing = one.behind.standing
    return {
        "person": one.behind,
        "standing": standing,
        "tag": status_tag(standing.status),
        "booked_at": one.booked_at,
        "does_not_expire": standing.status is ComplianceStatus.COMPLIANT
        and standing.expires_on is None,
    }


ROUTES = [people_page, expiring_page]
