"""What pays for programmes: the list, one agreement, adding and changing one."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import funding_words
from api.pages.case_words import SIDES, day
from api.pages.forms import Form, options, refusal
from api.pages.funding_words import Whose
from api.pages.places import places, typed_day
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission
from programmes.queries.funding import AgreementView, agreement, agreements
from programmes.queries.programmes import programmes
from programmes.services import funding as services
from programmes.services.funding import AgreementDetails

_MANAGE = [requires(Permission.MANAGE_FUNDING)]


@get("/funding", guards=_MANAGE, include_in_schema=False)
async def funding_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List what is paid for."""
    found = await agreements(scope=actor.scope)
    today = clock.today()
    return page(
        request, "funding/list.html",
        agreements=[funding_words.agreement_row(item, today=today) for item in found],
    )  # fmt: skip


@get("/funding/new", guards=_MANAGE, include_in_schema=False)
async def new_agreement_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add an agreement."""
    return await _new_form(request, actor, {})


@post("/funding/new", guards=_MANAGE, include_in_schema=False)
async def new_agreement(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add an agreement."""
    form = Form(await request.form())
    where = await places(Permission.MANAGE_FUNDING, scope=actor.scope)
    try:
        organisation_id = where.organisation_id(form)
        whose = form.choice("whose", "whose service it is", Whose)
        details = _details(form)
        form.check()
        added = await services.add_agreement(organisation_id, whose.side, details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="service")
        return await _new_form(request, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/funding/{added}?saved=funding", status_code=303)


async def _new_form(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    where = await places(Permission.MANAGE_FUNDING, scope=actor.scope)
    return page(
        request, "funding/form.html", agreement=None, version=None, typed=typed,
        whose=options(funding_words.whose(where.sides), typed.get("whose", "")),
        organisations=where.choices(typed)["organisations"],
        programmes=await _programmes(actor, typed), **how,
    )  # fmt: skip


async def _programmes(actor: Actor, typed: dict[str, str]) -> list[dict[str, Any]]:
    known = [
        (str(item.id), item.name)
        for item in await programmes(scope=actor.scope)
        if actor.scope.covers(
            Permission.MANAGE_FUNDING, side=item.side, organisation_id=item.organisation_id
        )
    ]
    return options(known, typed.get("programme_id", ""), blank="No one programme")


def _details(form: Form) -> AgreementDetails:
    return AgreementDetails(
        service=form.text("service", "what is paid for"),
        provider=form.text("provider", "the provider", optional=True),
        programme_id=(
            form.id("programme_id", "a programme") if form.typed.get("programme_id") else None
        ),
        starts_on=form.optional_day("starts_on", "the first day"),
        ends_on=form.optional_day("ends_on", "the last day"),
        note=form.text("note", "the note", longest=1000, optional=True),
    )


@get("/funding/{agreement_id:uuid}", guards=_MANAGE, include_in_schema=False)
async def agreement_page(
    request: AnyRequest, agreement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show an agreement with its lines, and stated totals beside what the lines add up to."""
    found = await agreement(agreement_id, scope=actor.scope)
    today = clock.today()
    return page(
        request, "funding/agreement.html", agreement=found,
        whose=SIDES[found.side] if found.side else "The whole service",
        starts=day(found.starts_on) if found.starts_on else "Not recorded",
        ends=day(found.ends_on) if found.ends_on else "No end known",
        ends_soon=funding_words.ENDS_SOON if found.ends_soon(today=today) else "",
        lines=funding_words.line_rows(found.lines, today=today),
        statements=[funding_words.statement_row(item) for item in found.statements],
    )  # fmt: skip


@get("/funding/{agreement_id:uuid}/change", guards=_MANAGE, include_in_schema=False)
async def change_agreement_page(
    request: AnyRequest, agreement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what is recorded of an agreement, to change it."""
    found = await agreement(agreement_id, scope=actor.scope)
    typed = {
        "service": found.service, "provider": found.provider, "note": found.note,
        "programme_id": str(found.programme_id or ""),
        **typed_day("starts_on", found.starts_on), **typed_day("ends_on", found.ends_on),
    }  # fmt: skip
    return await _change_form(request, actor, found, typed)


@post("/funding/{agreement_id:uuid}/change", guards=_MANAGE, include_in_schema=False)
async def change_agreement(
    request: AnyRequest, agreement_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Change what is recorded of an agreement."""
    form = Form(await request.form())
    found = await agreement(agreement_id, scope=actor.scope)
    try:
        details, version = _details(form), form.version()
        form.check()
        await services.change_agreement(agreement_id, details, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="service")
        stale = isinstance(error, StaleVersionError)
        return await _change_form(
            request, actor, found, form.typed, status=status, errors=errors,
            version=found.version if stale else form.typed.get("version", ""),
        )  # fmt: skip
    return Redirect(f"/funding/{agreement_id}?saved=funding", status_code=303)


async def _change_form(
    request: AnyRequest,
    actor: Actor,
    found: AgreementView,
    typed: dict[str, str],
    *,
    version: object = None,
    **how: Any,
) -> Page:
    return page(
        request, "funding/form.html", agreement=found, typed=typed,
        version=found.version if version is None else version, whose=[], organisations=[],
        programmes=await _programmes(actor, typed), **how,
    )  # fmt: skip


ROUTES = [
    funding_page, new_agreement_page, new_agreement, agreement_page, change_agreement_page,
    change_agreement,
]  # fmt: skip
