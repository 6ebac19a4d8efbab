"""What follows from absences under ``/api/v1``: reviews, their rules, welfare checks."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires
from api.schemas.base import ListOut, organisation_or_own
from api.schemas.followups import (
    AbsenceRuleIn,
    AbsenceRuleOut,
    ReviewClosingIn,
    ReviewOut,
    WelfareCheckOut,
    WelfareClosingIn,
)
from api.schemas.registers import SavedOut
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.queries import reviews as review_queries
from programmes.queries import welfare as welfare_queries
from programmes.services import absence_rules, reviews, welfare
from programmes.services.absence_rules import NewRule
from programmes.services.viewing import Listing, listed

_VIEW = [requires(Permission.VIEW_CASES)]
_CHECK = [requires(Permission.CHECK_WELFARE)]
_RULES = [requires(Permission.MANAGE_PROGRAMMES)]


@get("/reviews", operation_id="list_reviews", guards=_VIEW)
async def list_reviews(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    enrolment_id: FromQuery[UUID | None] = None,
    closed: FromQuery[bool] = False,  # noqa: FBT002 - a query parameter
) -> ListOut[ReviewOut]:
    """List reviews of absences, open ones unless ``closed``, the soonest due first."""
    found = await review_queries.reviews(
        scope=actor.scope, cursor=cursor, enrolment_id=enrolment_id, closed=closed
    )
    await listed(Listing.REVIEWS, len(found.items), by=actor)
    return ListOut.of(found, ReviewOut.of)


@post(
    "/reviews/{review_id:uuid}/close",
    operation_id="close_review",
    guards=[requires(Permission.MANAGE_PEOPLE, Permission.VIEW_CASES)],
    status_code=204,
)
async def close_review(
    review_id: FromPath[UUID], data: JSONBody[ReviewClosingIn], actor: NamedDependency[Actor]
) -> None:
    """Write down how a review ended."""
    await reviews.close(review_id, data.closing(), by=actor)


@get("/welfare-checks", operation_id="list_welfare_checks", guards=_CHECK)
async def list_welfare_checks(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    closed: FromQuery[bool] = False,  # noqa: FBT002 - a query parameter
) -> ListOut[WelfareCheckOut]:
    """List the welfare checks within reach, open ones unless ``closed``, the longest due first."""
    found = await welfare_queries.welfare_checks(scope=actor.scope, cursor=cursor, closed=closed)
    await listed(
        Listing.WELFARE_CHECKS, len(found.items), by=actor, permission=Permission.CHECK_WELFARE
    )
    return ListOut.of(found, WelfareCheckOut.of)


@post(
    "/welfare-checks/{check_id:uuid}/close",
    operation_id="close_welfare_check",
    guards=_CHECK,
    status_code=204,
)
async def close_welfare_check(
    check_id: FromPath[UUID], data: JSONBody[WelfareClosingIn], actor: NamedDependency[Actor]
) -> None:
    """Write down how a welfare check went."""
    await welfare.close(check_id, data.closing(), by=actor)


@get("/absence-rules", operation_id="list_absence_rules", guards=_RULES)
async def list_absence_rules(actor: NamedDependency[Actor]) -> ListOut[AbsenceRuleOut]:
    """List the rule of every mandate in each organisation whose programmes one manages."""
    found = await review_queries.absence_rules(scope=actor.scope)
    return ListOut(items=[AbsenceRuleOut.of(item) for item in found], next=None)


@put("/absence-rules", operation_id="save_absence_rule", guards=_RULES)
async def save_absence_rule(
    data: JSONBody[AbsenceRuleIn], actor: NamedDependency[Actor]
) -> SavedOut:
    """Set when absences under one mandate are reviewed; reviews that are open stay."""
    side = next(iter(actor.scope.within(Permission.MANAGE_PROGRAMMES))).side
    organisation_id = organisation_or_own(
        data.organisation_id, Permission.MANAGE_PROGRAMMES, side, by=actor
    )
    new = NewRule(organisation_id, data.mandate, data.rule(), data.version)
    return SavedOut(version=await absence_rules.save(new, by=actor))


ROUTES = Router(
    "/",
    route_handlers=[
        list_reviews, close_review, list_welfare_checks, close_welfare_check, list_absence_rules,
        save_absence_rule,
    ],
    tags=["follow-ups"],
)  # fmt: skip
