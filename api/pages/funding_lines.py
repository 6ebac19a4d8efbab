"""What contributors give to an agreement, and the totals that documents state of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import funding_words
from api.pages.forms import Form, options, refusal
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError, FieldError, StaleVersionError
from core.scope import Actor, Permission
from programmes.domain.funding import FundingStatus, Paid, StatedFor
from programmes.queries.funding import AgreementView, LineView, agreement
from programmes.services import funding_lines as services
from programmes.services.funding_lines import LineDetails, StatementDetails

_MANAGE = [requires(Permission.MANAGE_FUNDING)]
_FIELDS = {"amount_pence": "amount", "total_pence": "total"}
"""What these forms call the fields of the service."""


@get("/funding/{agreement_id:uuid}/lines/new", guards=_MANAGE, include_in_schema=False)
async def new_line_page(
    request: AnyRequest, agreement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to add what one contributor gives."""
    found = await agreement(agreement_id, scope=actor.scope)
    return _line_form(request, found, None, typed_day("from_on", found.starts_on))


@post("/funding/{agreement_id:uuid}/lines/new", guards=_MANAGE, include_in_schema=False)
async def new_line(
    request: AnyRequest, agreement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Add what one contributor gives."""
    form = Form(await request.form())
    found = await agreement(agreement_id, scope=actor.scope)
    try:
        details = _line(form)
        form.check()
        await services.add_line(agreement_id, details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="contributor")
        return _line_form(request, found, None, form.typed, status=status, errors=_on_page(errors))
    return _back(agreement_id)


@get("/funding/{agreement_id:uuid}/lines/{line_id:uuid}/change", guards=_MANAGE,
     include_in_schema=False)  # fmt: skip
async def change_line_page(
    request: AnyRequest,
    agreement_id: FromPath[UUID],
    line_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> Page:
    """Show what one contributor gives, to change it."""
    found = await agreement(agreement_id, scope=actor.scope)
    line = services.line_of(found, line_id)
    typed = {
        "contributor": line.contributor, "source": line.source,
        "amount": funding_words.pounds(line.gives.amount_pence), "paid": line.gives.paid.value,
        "status": line.gives.status.value,
        **typed_day("from_on", line.gives.from_on), **typed_day("to_on", line.to_on),
    }  # fmt: skip
    return _line_form(request, found, line, typed)


@post("/funding/{agreement_id:uuid}/lines/{line_id:uuid}/change", guards=_MANAGE,
      include_in_schema=False)  # fmt: skip
async def change_line(
    request: AnyRequest,
    agreement_id: FromPath[UUID],
    line_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> Page:
    """Change what one contributor gives."""
    form = Form(await request.form())
    found = await agreement(agreement_id, scope=actor.scope)
    line = services.line_of(found, line_id)
    try:
        details, version = _line(form), form.version()
        form.check()
        await services.change_line(agreement_id, line_id, details, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="contributor")
        stale = isinstance(error, StaleVersionError)
        return _line_form(
            request, found, line, form.typed, status=status, errors=_on_page(errors),
            version=line.version if stale else form.typed.get("version", ""),
        )  # fmt: skip
    return _back(agreement_id)


@post("/funding/{agreement_id:uuid}/lines/{line_id:uuid}/remove", guards=_MANAGE,
      include_in_schema=False)  # fmt: skip
async def remove_line(
    agreement_id: FromPath[UUID], line_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Remove a line that was entered by mistake."""
    await services.remove_line(agreement_id, line_id, by=actor)
    return _back(agreement_id, "funding-removed")


def _line(form: Form) -> LineDetails:
    return LineDetails(
        contributor=form.text("contributor", "who gives it"),
        source=form.text("source", "the fund", optional=True),
        amount_pence=funding_words.pence(form, "amount", "the amount"),
        paid=form.choice("paid", "how often it is given", Paid),
        from_on=form.day("from_on", "the first day"),
        to_on=form.optional_day("to_on", "the last day"),
        status=form.choice("status", "how certain it is", FundingStatus),
    )


def _line_form(
    request: AnyRequest,
    found: AgreementView,
    line: LineView | None,
    typed: dict[str, str],
    *,
    version: object = None,
    **how: Any,
) -> Page:
    return page(
        request, "funding/line.html", agreement=found, line=line, typed=typed,
        version=line.version if line and version is None else version,
        paid=options(funding_words.PAID.items(), typed.get("paid", "")),
        statuses=options(funding_words.STATUSES.items(), typed.get("status", "")), **how,
    )  # fmt: skip


@get("/funding/{agreement_id:uuid}/statements/new", guards=_MANAGE, include_in_schema=False)
async def new_statement_page(
    request: AnyRequest, agreement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to add a total as a document states it."""
    found = await agreement(agreement_id, scope=actor.scope)
    ticked = [str(line.id) for line in found.lines]
    return await _statement_form(request, actor, found, {}, ticked)


@post("/funding/{agreement_id:uuid}/statements/new", guards=_MANAGE, include_in_schema=False)
async def new_statement(
    request: AnyRequest, agreement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Add a total as a document states it."""
    form = Form(await request.form())
    found = await agreement(agreement_id, scope=actor.scope)
    ticked = form.many("line_ids")
    try:
        details = _statement(form, await _lines(found, actor), ticked)
        form.check()
        await services.add_statement(agreement_id, details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="says")
        return await _statement_form(
            request, actor, found, form.typed, ticked, status=status, errors=_on_page(errors)
        )
    return _back(agreement_id)


@post("/funding/{agreement_id:uuid}/statements/{statement_id:uuid}/remove", guards=_MANAGE,
      include_in_schema=False)  # fmt: skip
async def remove_statement(
    agreement_id: FromPath[UUID], statement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Remove a stated total that was entered by mistake."""
    await services.remove_statement(agreement_id, statement_id, by=actor)
    return _back(agreement_id, "funding-removed")


def _statement(form: Form, known: dict[str, str], ticked: Sequence[str]) -> StatementDetails:
    return StatementDetails(
        says=form.text("says", "what the document calls it"),
        total_pence=funding_words.pence(form, "total", "the total"),
        stated_for=form.choice("stated_for", "what the total is for", StatedFor),
        document=form.text("document", "the document", longest=200),
        as_at_on=form.day("as_at_on", "the day of the document"),
        line_ids=tuple(UUID(one) for one in known if one in ticked),
    )


async def _lines(found: AgreementView, actor: Actor) -> dict[str, str]:
    """Answer the lines that a stated total can be of, its own agreement's first, in words."""
    others = [one for one in await services.alike(found, by=actor) if one.id != found.id]
    return {
        str(line.id): ", ".join(
            part
            for part in (
                f"{one.service}: {line.contributor}",
                line.source,
                funding_words.given(line),
            )
            if part
        )
        for one in (found, *others)
        for line in one.lines
    }


async def _statement_form(
    request: AnyRequest,
    actor: Actor,
    found: AgreementView,
    typed: dict[str, str],
    ticked: Sequence[str],
    **how: Any,
) -> Page:
    known = await _lines(found, actor)
    return page(
        request, "funding/statement.html", agreement=found, typed=typed,
        stated_for=options(funding_words.STATED_FOR.items(), typed.get("stated_for", "")),
        lines=[
            {"value": id, "text": said, "checked": id in ticked} for id, said in known.items()
        ],
        **how,
    )  # fmt: skip


def _on_page(errors: Sequence[FieldError]) -> list[FieldError]:
    return [FieldError(_FIELDS.get(fault.field, fault.field), fault.message) for fault in errors]


def _back(agreement_id: UUID, notice: str = "funding") -> Page:
    return Redirect(f"/funding/{agreement_id}?saved={notice}", status_code=303)


ROUTES = [
    new_line_page, new_line, change_line_page, change_line, remove_line, new_statement_page,
    new_statement, remove_statement,
]  # fmt: skip
