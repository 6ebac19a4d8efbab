"""When absences are reviewed, for each mandate; managers set their organisation's own numbers."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page, words
from core.errors import AppError, NotFoundError
from core.scope import Actor, Permission, Side
from programmes.domain.absences import ReviewRule
from programmes.domain.terms import Mandate
from programmes.queries.reviews import RuleView, absence_rules
from programmes.services import absence_rules as services
from programmes.services.absence_rules import NewRule

_RULES = [requires(Permission.MANAGE_PROGRAMMES)]


@get("/absence-rules", guards=_RULES, include_in_schema=False)
async def rules_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the rule of each mandate."""
    found = await absence_rules(scope=actor.scope)
    return page(
        request, "followups/rules.html",
        judges=_judges(actor),
        several=len({view.organisation_id for view in found}) > 1,
        rows=[
            {
                "mandate": words(view.mandate), "organisation": view.organisation,
                "href": f"/absence-rules/edit?mandate={view.mandate}&of={view.organisation_id}",
                "after": _after(view.rule, actor),
                "days": f"{view.rule.act_within_working_days} working days",
            }
            for view in found
        ],
    )  # fmt: skip


def _judges(actor: Actor) -> bool:
    """Tell whether absences are judged as acceptable or not: not on the survivors' side."""
    return actor.scope.covers_side(Permission.MANAGE_PROGRAMMES, Side.PERPETRATOR)


def _after(rule: ReviewRule, actor: Actor) -> str:
    """Answer what opens a review, in words."""
    causes = []
    if rule.after_unacceptable is not None and _judges(actor):
        causes.append(f"{rule.after_unacceptable} unacceptable absences")
    if rule.after_consecutive is not None:
        causes.append(f"{rule.after_consecutive} missed in a row")
    return ", or ".join(causes) or "Never"


@get("/absence-rules/edit", guards=_RULES, include_in_schema=False)
async def edit_rule_page(
    request: AnyRequest, actor: NamedDependency[Actor], mandate: FromQuery[Mandate],
    of: FromQuery[UUID],
) -> Page:  # fmt: skip
    """Show the form of one mandate's rule."""
    view = await _rule(of, mandate, actor)
    return _form(request, view, _typed(view), judges=_judges(actor))


@post("/absence-rules/edit", guards=_RULES, include_in_schema=False)
async def edit_rule(
    request: AnyRequest, actor: NamedDependency[Actor], mandate: FromQuery[Mandate],
    of: FromQuery[UUID],
) -> Page:  # fmt: skip
    """Set one mandate's rule."""
    form = Form(await request.form())
    judges = _judges(actor)
    view = await _rule(of, mandate, actor)
    try:
        new = NewRule(
            of,
            mandate,
            ReviewRule(
                _optional(form, "after_unacceptable") if judges else view.rule.after_unacceptable,
                _optional(form, "after_consecutive"),
                form.whole("act_within_working_days", "working days", lowest=1, highest=60),
            ),
            form.version(lowest=0),
        )
        form.check()
        await services.save(new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="act_within_working_days")
        view = await _rule(of, mandate, actor)
        return _form(request, view, form.typed, judges=judges, status=status, errors=errors)
    return Redirect("/absence-rules?saved=rule", status_code=303)


def _optional(form: Form, field: str) -> int | None:
    return form.optional_whole(field, "absences", lowest=1, highest=50)


async def _rule(organisation_id: UUID, mandate: Mandate, actor: Actor) -> RuleView:
    for view in await absence_rules(scope=actor.scope):
        if (view.organisation_id, view.mandate) == (organisation_id, mandate):
            return view
    raise NotFoundError


def _typed(view: RuleView) -> dict[str, str]:
    rule = view.rule
    numbers = {
        "after_unacceptable": rule.after_unacceptable,
        "after_consecutive": rule.after_consecutive,
        "act_within_working_days": rule.act_within_working_days,
    }
    return {field: "" if value is None else str(value) for field, value in numbers.items()}


def _form(request: AnyRequest, view: RuleView, typed: dict[str, str], **how: Any) -> Page:
    return page(
        request, "followups/rule.html", view=view, mandate=words(view.mandate), typed=typed, **how
    )


ROUTES = [rules_page, edit_rule_page, edit_rule]
