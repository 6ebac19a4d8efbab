"""Welfare checks: whom to call today, and how the call went (M14)."""

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
from core.scope import Actor, Permission
from programmes.domain.case_terms import WelfareOutcome
from programmes.queries.welfare import WelfareView, welfare_check, welfare_checks
from programmes.services import welfare as services
from programmes.services.viewing import Listing, listed, viewed
from programmes.services.welfare import LONGEST_NOTE, Closing

_CHECK = [requires(Permission.CHECK_WELFARE)]

_OUTCOMES: Mapping[WelfareOutcome, str] = {
    WelfareOutcome.SAFE: "Safe and well",
    WelfareOutcome.NOT_REACHED: "Could not be reached",
    WelfareOutcome.CONCERN: "There is a concern",
    WelfareOutcome.NOT_NEEDED: "The check was not needed",
}
_ADVICE = (
    "Call only on a number that is recorded as safe, on the person’s page. Leave no message that"
    " says why you call."
)


@get("/welfare-checks", guards=_CHECK, include_in_schema=False)
async def checks_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """List the open welfare checks, the longest due first."""
    found = await welfare_checks(scope=actor.scope, cursor=cursor)
    await listed(
        Listing.WELFARE_CHECKS, len(found.items), by=actor, permission=Permission.CHECK_WELFARE
    )
    today = clock.today()
    return page(
        request, "followups/list.html", title="Welfare checks", next=found.next,
        path="/welfare-checks", column="Missed", intro=_ADVICE,
        nothing="Nobody is to be called.",
        rows=[
            {
                "href": f"/welfare-checks/{view.id}", "name": view.name,
                "cohort": view.cohort_code, "why": short_day(view.missed_at),
                "due": "Today" if view.due_on == today else short_day(view.due_on),
                "overdue": view.due_on < today,
            }
            for view in found.items
        ],
    )  # fmt: skip


@get("/welfare-checks/{check_id:uuid}", guards=_CHECK, include_in_schema=False)
async def check_page(
    request: AnyRequest, check_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one welfare check; the view is audited."""
    view = await welfare_check(check_id, scope=actor.scope)
    await viewed(
        audit.Subject.WELFARE_CHECK, check_id, side=view.side,
        organisation_id=view.organisation_id, by=actor,
    )  # fmt: skip
    return await _form(request, view, actor, {})


@post("/welfare-checks/{check_id:uuid}", guards=_CHECK, include_in_schema=False)
async def close_check(
    request: AnyRequest, check_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Write down how a welfare check went."""
    form = Form(await request.form())
    try:
        closing = Closing(
            form.choice("outcome", "how it went", WelfareOutcome),
            form.text("note", "a note", longest=LONGEST_NOTE, optional=True),
            form.version(),
        )
        form.check()
        await services.close(check_id, closing, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="outcome")
        view = await welfare_check(check_id, scope=actor.scope)
        return await _form(request, view, actor, form.typed, status=status, errors=errors)
    return Redirect("/welfare-checks?saved=welfare", status_code=303)


async def _form(
    request: AnyRequest, view: WelfareView, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    closed_by = view.closed_by
    names = await account_names({closed_by} if closed_by else set(), scope=actor.scope)
    facts = [
        ("Missed", f"{case_words.day(clock.london(view.missed_at).date())}"),
        ("To be called by", case_words.day(view.due_on)),
    ]
    if view.closed_at and view.outcome:
        facts += [
            ("How it went", f"{_OUTCOMES[view.outcome]}, {short_day(view.closed_at)}"),
            ("Recorded by", names.get(closed_by, "") if closed_by else "The service itself"),
            ("Note", view.note or "None"),
        ]
    return page(
        request, "followups/one.html", title="Welfare check", back="/welfare-checks", view=view,
        action=f"/welfare-checks/{view.id}", facts=facts, typed=typed,
        overdue=not view.closed_at and view.due_on < clock.today(),
        question="How did it go?", submit="Save", advice=_ADVICE,
        outcomes=options(
            [(code.value, text) for code, text in _OUTCOMES.items()], typed.get("outcome", "")
        ),
        may_close=not view.closed_at, may_record_breach=False,
        **how,
    )  # fmt: skip


ROUTES = [checks_page, check_page, close_check]
