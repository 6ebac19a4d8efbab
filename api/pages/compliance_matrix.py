"""One organisation's people against its requirements."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency

from api.guards import requires
from api.pages.compliance_choice import NO_TEAM, choice_of, filters
from api.pages.forms import options
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import status_tag
from core.pagination import Cursor
from core.scope import Actor, Permission
from training.domain.terms import ComplianceStatus
from training.queries.matrix import Line, Square, matrix
from training.queries.sections import organisations_of_staff, teams

_SIGNS = {
    ComplianceStatus.NOT_REQUIRED: "",
    ComplianceStatus.EXEMPT: "–",
    ComplianceStatus.COMPLIANT: "✓",
    ComplianceStatus.EXPIRING_SOON: "✓",
    ComplianceStatus.IN_GRACE: "○",
    ComplianceStatus.OVERDUE_NEVER: "✗",
    ComplianceStatus.EXPIRED: "✗",
}
"""Beside each status's word, so that a column is read at a glance in black and white too."""


@get("/compliance/matrix", guards=[requires(Permission.VIEW_STAFF)], include_in_schema=False)
async def matrix_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show fifty people of an organisation with where each stands with each requirement."""
    choice = choice_of(request)
    scope = await choice.scope(actor.scope)
    shown = await filters(choice, scope=actor.scope)
    if shown["organisations"] and choice.section.organisation_id is None:
        return page(
            request, "training/matrix.html", **shown, found=None, teams=[],
            back=choice.href("/compliance"), more=None,
        )  # fmt: skip
    asked = await choice.asked(scope=scope)
    found = await matrix(
        scope=scope, asked=asked, as_of=choice.day, cursor=cursor, section=choice.section
    )
    named = [
        team
        for place in await organisations_of_staff(scope=scope)
        for team in await teams(place.id, scope=scope, on=choice.day)
    ]
    return page(
        request,
        "training/matrix.html",
        **shown,
        found=found,
        lines=[_line(line) for line in found.people.items],
        teams=_teams(named, choice.section.team),
        back=choice.href("/compliance"),
        more=found.people.next and choice.href("/compliance/matrix", after=found.people.next),
    )


def _teams(named: list[str], chosen: str | None) -> list[dict[str, Any]]:
    values = [(team or NO_TEAM, team or "No team recorded") for team in named]
    now = NO_TEAM if chosen == "" else chosen or ""
    return options(values, now, blank="All teams")


def _line(line: Line) -> dict[str, Any]:
    return {"person": line, "squares": [_square(square) for square in line.squares]}


def _square(square: Square) -> dict[str, Any]:
    standing = square.standing
    return {
        "sign": _SIGNS[standing.status],
        "text": status_tag(standing.status)["text"],
        "status": standing.status.value.replace("_", "-"),
        "day": standing.act_by,
        "booked_at": square.booked_at,
    }


ROUTES = [matrix_page]
