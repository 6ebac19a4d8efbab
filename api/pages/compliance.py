"""Compliance: figures by requirement and organisation, and the people behind a figure."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from accounts.queries import organisations
from api.guards import requires
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import rag_tag, rate_words, status_tag
from core import clock
from core.errors import FieldError, NotFoundError
from core.pagination import Cursor
from core.scope import Actor, Permission, Scope
from training.domain.compliance import TARGETS, Figures
from training.domain.terms import ComplianceStatus
from training.queries.compliance import Group, Late, compliance, not_compliant

_SEES_STAFF = [requires(Permission.VIEW_STAFF)]


@get("/compliance", guards=_SEES_STAFF, include_in_schema=False)
async def compliance_page(
    request: AnyRequest, actor: NamedDependency[Actor], as_of: FromQuery[str] = ""
) -> Page:
    """Show figures on a day, by requirement and organisation."""
    day = _day(as_of)
    found = await compliance(scope=actor.scope, as_of=day or clock.today())
    errors = () if day else (FieldError("as_of", "Enter a real date, like 2026-03-27"),)
    return page(
        request,
        "training/compliance.html",
        status=200 if day else 400,
        errors=errors,
        typed=as_of or found.as_of.isoformat(),
        day=found.as_of,
        lines=[_line(group, figures, found.as_of) for group, figures in found.rows],
        total=_figures(found.total),
        unverified=found.unverified,
    )


@get("/compliance/people", guards=_SEES_STAFF, include_in_schema=False)
async def people_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    *,
    requirement: FromQuery[UUID],
    organisation: FromQuery[UUID | None] = None,
    as_of: FromQuery[str] = "",
) -> Page:
    """Show who lacks what a requirement asks, the most pressing first."""
    day = _day(as_of) or clock.today()
    place = await _organisation_name(organisation, scope=actor.scope)
    asked, late = await not_compliant(
        requirement, scope=actor.scope, cursor=cursor, as_of=day, organisation_id=organisation
    )
    return page(
        request,
        "training/people.html",
        requirement=asked.name,
        organisation=place,
        day=day,
        people=[_person(person) for person in late.items],
        back=f"/compliance?{urlencode({'as_of': day.isoformat()})}",
        more=late.next and _people_href(requirement, organisation, day, after=late.next),
    )


def _day(text: str) -> date | None:
    """Answer the day that an address names, today for none, ``None`` for what is no day."""
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError:
        return None


async def _organisation_name(organisation_id: UUID | None, *, scope: Scope) -> str:
    if organisation_id is None:
        return ""
    names = {seen.id: seen.name for seen in await organisations(scope=scope)}
    if organisation_id not in names:
        raise NotFoundError
    return names[organisation_id]


def _line(group: Group, figures: Figures, day: date) -> dict[str, Any]:
    requirement, organisation = group.requirement, group.organisation
    return {
        "requirement": requirement.name if requirement else "",
        "organisation": organisation.name if organisation else "",
        "href": _people_href(
            requirement.id if requirement else None,
            organisation.id if organisation else None,
            day,
        ),
        **_figures(figures),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    without = figures.in_scope - figures.valid
    return {
        "headline": rate_words(figures.valid, figures.counted),
        "strict": rate_words(figures.valid, figures.in_scope),
        "rag": rag_tag(TARGETS.rag(figures.headline)),
        "without": without,
        "people": "1 person" if without == 1 else f"{without} people",
        "counts": figures,
    }


def _person(person: Late) -> dict[str, Any]:
    standing = person.standing
    tag = status_tag(standing.status)
    if standing.status is ComplianceStatus.EXPIRED:
        return {"person": person, "tag": tag, "what": "Expired on", "day": standing.expires_on}
    was_due = standing.status is ComplianceStatus.OVERDUE_NEVER
    what = "Was due on" if was_due else "Is due on"
    return {"person": person, "tag": tag, "what": what, "day": standing.due_on}


def _people_href(
    requirement: UUID | None, organisation: UUID | None, day: date, *, after: str | None = None
) -> str:
    wanted = {
        "requirement": requirement,
        "organisation": organisation,
        "as_of": day.isoformat(),
        "after": after,
    }
    return f"/compliance/people?{urlencode({key: value for key, value in wanted.items() if value})}"


ROUTES = [compliance_page, people_page]
