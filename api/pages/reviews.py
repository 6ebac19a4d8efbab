"""Absences to review, with their clock, and closing one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day
from core import audit, clock
from core.errors import AppError
from core.pagination import Cursor
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import ReviewCause, ReviewOutcome
from programmes.queries.reviews import ReviewView, review, reviews
from programmes.services import reviews as services
from programmes.services.reviews import LONGEST_NOTE, Closing, offered
from programmes.services.viewing import Listing, listed, viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_CLOSE = [requires(Permission.MANAGE_PEOPLE, Permission.VIEW_CASES)]

_OUTCOMES: Mapping[ReviewOutcome, str] = {
    ReviewOutcome.NO_ACTION: "No action needed",
    ReviewOutcome.PLAN_AGREED: "A plan is agreed",
    ReviewOutcome.WARNING: "A warning was given",
    ReviewOutcome.BREACH: "Breach action was taken",
    ReviewOutcome.LEFT: "They have left the programme",
    ReviewOutcome.CORRECTED: "The register was corrected",
}


def why(view: ReviewView) -> str:
    """Answer why absences are reviewed; of a survivor nothing is judged."""
    if view.side is Side.SURVIVOR:
        return f"Missed {view.absences} in a row: how are they?"
    if view.cause is ReviewCause.CONSECUTIVE:
        return f"Missed {view.absences} in a row"
    return f"{view.absences} unacceptable absence{'' if view.absences == 1 else 's'}"


@get("/reviews", guards=_VIEW, include_in_schema=False)
async def reviews_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """List the open reviews, the soonest due first."""
    found = await reviews(scope=actor.scope, cursor=cursor)
    await listed(Listing.REVIEWS, len(found.items), by=actor)
    today = clock.today()
    return page(
        request, "followups/list.html", title="Absences to review", next=found.next,
        path="/reviews", column="Why", intro="Close each, with what came of it, by its day.",
        nothing="There are no absences to review.",
        rows=[
            {
                "href": f"/reviews/{view.id}", "name": view.name, "cohort": view.cohort_code,
                "why": why(view), "due": short_day(view.due_on), "overdue": view.due_on < today,
            }
            for view in found.items
        ],
    )  # fmt: skip


@get("/reviews/{review_id:uuid}", guards=_VIEW, include_in_schema=False)
async def review_page(
    request: AnyRequest, review_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one review; the view is audited."""
    view = await review(review_id, scope=actor.scope)
    await viewed(
        audit.Subject.REVIEW, review_id, side=view.side, organisation_id=view.organisation_id,
        by=actor,
    )  # fmt: skip
    return await _form(request, view, actor, {})


@post("/reviews/{review_id:uuid}", guards=_CLOSE, include_in_schema=False)
async def close_review(
    request: AnyRequest, review_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Close a review."""
    form = Form(await request.form())
    try:
        closing = Closing(
            form.choice("outcome", "how it ended", ReviewOutcome),
            form.text("note", "a note", longest=LONGEST_NOTE, optional=True),
            form.version(),
        )
        form.check()
        await services.close(review_id, closing, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="outcome")
        view = await review(review_id, scope=actor.scope)
        return await _form(request, view, actor, form.typed, status=status, errors=errors)
    breach = closing.outcome is ReviewOutcome.BREACH
    then = f"/reviews/{review_id}" if breach else "/reviews"
    return Redirect(f"{then}?saved=review", status_code=303)


async def _form(
    request: AnyRequest, view: ReviewView, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    closed_by = view.closed_by
    may_change = actor.scope.covers(
        Permission.MANAGE_PEOPLE, side=view.side, organisation_id=view.organisation_id
    )
    names = await account_names({closed_by} if closed_by else set(), scope=actor.scope)
    facts = [
        ("Why", why(view)),
        ("The last of them", f"{case_words.day(clock.london(view.absent_at).date())}"),
        ("To be closed by", case_words.day(view.due_on)),
    ]
    ended = []
    if view.closed_at and view.outcome:
        ended = [
            ("Ended", f"{_OUTCOMES[view.outcome]}, {short_day(view.closed_at)}"),
            ("By", names.get(closed_by, "") if closed_by else "The service itself"),
            ("Note", view.note or "None"),
        ]
    return page(
        request, "followups/one.html", title="Review absences", back="/reviews", view=view,
        action=f"/reviews/{view.id}", facts=[*facts, *ended], typed=typed,
        overdue=not view.closed_at and view.due_on < clock.today(),
        question="How did it end?", submit="Close this review", advice="",
        outcomes=options(
            [(outcome.value, _OUTCOMES[outcome]) for outcome in offered(view)],
            typed.get("outcome", ""),
        ),
        may_close=not view.closed_at and may_change,
        may_record_breach=may_change
        and view.place_is_open
        and view.outcome is ReviewOutcome.BREACH,
        **how,
    )  # fmt: skip


ROUTES = [reviews_page, review_page, close_review]
