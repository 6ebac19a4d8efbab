"""Results that documents claim, beside what their own counts make."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import funding_words
from api.pages.forms import Form, options, refusal
from api.pages.places import places
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.domain.funding import Claim, ClaimedRate
from programmes.queries.claims import claims
from programmes.queries.programmes import programmes
from programmes.reports.claims import SAID
from programmes.services.claims import MOST_COUNTED, ClaimDetails, add_claim, remove_claim

_MANAGE = [requires(Permission.MANAGE_FUNDING)]


@get("/published-claims", guards=_MANAGE, include_in_schema=False)
async def claims_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List what documents claim, with the form to add a figure."""
    return await _claims(request, actor, {})


@post("/published-claims", guards=_MANAGE, include_in_schema=False)
async def new_claim(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a result that a document claims."""
    form = Form(await request.form())
    where = await places(Permission.MANAGE_FUNDING, scope=actor.scope)
    try:
        organisation_id, side = where.organisation_id(form), where.side(form)
        details = _details(form)
        form.check()
        await add_claim(organisation_id, side, details, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="what")
        return await _claims(request, actor, form.typed, status=status, errors=errors)
    return Redirect("/published-claims?saved=claim", status_code=303)


@post("/published-claims/{claim_id:uuid}/remove", guards=_MANAGE, include_in_schema=False)
async def remove(claim_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Remove a figure that was entered by mistake."""
    await remove_claim(claim_id, by=actor)
    return Redirect("/published-claims?saved=funding-removed", status_code=303)


def _details(form: Form) -> ClaimDetails:
    most = {"highest": MOST_COUNTED}
    said = Claim(
        form.whole("numerator", "how many of them", lowest=0, **most),
        form.whole("denominator", "out of how many", lowest=1, **most),
        is_floor="floor" in form.many("denominator_is_floor"),
        percent=_percent(form),
    )
    programme = form.typed.get("programme_id")
    return ClaimDetails(
        what=form.choice("what", "what the figure is of", ClaimedRate),
        claim=said,
        document=form.text("document", "the document", longest=200),
        as_at_on=form.day("as_at_on", "the day of the document"),
        programme_id=form.id("programme_id", "a programme") if programme else None,
    )


def _percent(form: Form) -> Decimal | None:
    typed = form.typed.get("percent", "").removesuffix("%")
    if not typed:
        return None
    whole, _, tenth = typed.partition(".")
    if not (f"{whole}{tenth}".isdigit() and typed.isascii() and len(tenth) <= 1):
        form.fail("percent", "Enter a percentage with at most one decimal, like 23.7")
        return None
    return Decimal(typed)


async def _claims(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    where = await places(Permission.MANAGE_FUNDING, scope=actor.scope)
    known = [
        (str(item.id), item.name)
        for item in await programmes(scope=actor.scope)
        if item.side in where.sides
    ]
    return page(
        request, "funding/claims.html", typed=typed, places=where.choices(typed),
        claims=[funding_words.claim_row(item) for item in await claims(scope=actor.scope)],
        whats=options(SAID.items(), typed.get("what", ""),
                      blank="Choose what it is of"),
        programmes=options(known, typed.get("programme_id", ""), blank="All programmes"),
        **how,
    )  # fmt: skip


ROUTES = [claims_page, new_claim, remove]
