"""Changing a cohort's places and facilitators, and who takes one session."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.domain.roles import GrantSide, Role
from accounts.queries import colleagues
from api.guards import requires
from api.pages import timetable_words as words
from api.pages.forms import Form, options, refusal
from api.pages.new_cohort import chosen_facilitators
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import FacilitatorRole, GroupSex
from programmes.queries.cohorts import CohortView, SessionView, cohort, session
from programmes.queries.timetables import Facilitation, cover, facilitation
from programmes.services import cohort_changes, facilitators
from programmes.services.cohort_changes import CohortChange

_MANAGE = [requires(Permission.MANAGE_COHORTS)]


@get("/cohorts/{cohort_id:uuid}/change", guards=_MANAGE, include_in_schema=False)
async def change_page(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a cohort's places and facilitators, to change them."""
    found = await _cohort(cohort_id, actor)
    usual = await facilitation(cohort_id, scope=actor.scope)
    typed = {
        "capacity": str(found.capacity), "group_sex": found.group_sex or "",
        "version": str(found.version), **_typed(usual),
    }  # fmt: skip
    return await _form(request, found, actor, typed)


@post("/cohorts/{cohort_id:uuid}/change", guards=_MANAGE, include_in_schema=False)
async def change(
    request: AnyRequest, cohort_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Save a cohort's places and facilitators."""
    form = Form(await request.form())
    found = await _cohort(cohort_id, actor)
    try:
        sex = form.typed.get("group_sex")
        changes = CohortChange(
            version=form.version(),
            capacity=form.whole("capacity", "places", lowest=1, highest=500),
            facilitator_ids=chosen_facilitators(form),
            lead_id=form.id("lead_id", "the lead") if form.typed.get("lead_id") else None,
            group_sex=form.choice("group_sex", "whom it is for", GroupSex) if sex else None,
        )
        form.check()
        await cohort_changes.change(cohort_id, changes, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="capacity")
        return await _form(request, found, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/cohorts/{cohort_id}?saved=cohort-changed", status_code=303)


async def _cohort(cohort_id: UUID, actor: Actor) -> CohortView:
    found = await cohort(cohort_id, scope=actor.scope)
    actor.require(Permission.MANAGE_COHORTS, side=found.side, organisation_id=found.organisation_id)
    return found


async def _form(
    request: AnyRequest, found: CohortView, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    return page(
        request, "cohorts/change.html", cohort=found, typed=typed,
        sexes=options(
            [(code.value, text) for code, text in words.SEXES.items()],
            typed.get("group_sex", ""), blank="Not recorded",
        ),
        facilitators=await _selects(found.side, found.organisation_id, actor, typed),
        **how,
    )  # fmt: skip


async def _selects(
    side: Side, organisation_id: UUID, actor: Actor, typed: dict[str, str]
) -> list[dict[str, Any]]:
    known = await colleagues(
        Role.FACILITATOR, GrantSide(side.value), organisation_id, scope=actor.scope
    )
    chosen = [value for field, value in typed.items() if field.startswith("facilitator-")]
    return words.facilitator_selects(known, chosen, lead=typed.get("lead_id", ""))


def _typed(found: tuple[Facilitation, ...]) -> dict[str, str]:
    """Answer who facilitates as the form holds it."""
    lead = [item.account_id for item in found if item.role is FacilitatorRole.LEAD]
    others = [item.account_id for item in found if item.account_id not in lead[:1]]
    typed = {f"facilitator-{place}": str(id) for place, id in enumerate(others)}
    return {**typed, **({"lead_id": str(lead[0])} if lead else {})}


@get("/sessions/{session_id:uuid}/facilitators", guards=_MANAGE, include_in_schema=False)
async def takers_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show who takes a session, to arrange cover."""
    found = await _session(session_id, actor)
    instead = (await cover(found.cohort_id, scope=actor.scope)).get(session_id)
    usual = await facilitation(found.cohort_id, scope=actor.scope)
    return await _takers_form(request, found, actor, _typed(tuple(instead or usual)))


@post("/sessions/{session_id:uuid}/facilitators", guards=_MANAGE, include_in_schema=False)
async def save_takers(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Save who takes a session; whoever is not of the cohort covers."""
    form = Form(await request.form())
    found = await _session(session_id, actor)
    try:
        lead = form.id("lead_id", "the lead") if form.typed.get("lead_id") else None
        chosen = list(dict.fromkeys([*([lead] if lead else []), *chosen_facilitators(form)]))
        form.check()
        usual = {item.account_id for item in await facilitation(found.cohort_id, scope=actor.scope)}
        takers = [Facilitation(account_id, _role(account_id, lead, usual)) for account_id in chosen]
        same = set(chosen) == usual and lead is None
        await facilitators.take_session(session_id, [] if same else takers, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="facilitator_ids")
        return await _takers_form(request, found, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/cohorts/{found.cohort_id}?saved=takers", status_code=303)


def _role(account_id: UUID, lead: UUID | None, usual: set[UUID]) -> FacilitatorRole:
    if account_id == lead:
        return FacilitatorRole.LEAD
    return FacilitatorRole.CO_FACILITATOR if account_id in usual else FacilitatorRole.COVER


async def _session(session_id: UUID, actor: Actor) -> SessionView:
    found = await session(session_id, scope=actor.scope)
    actor.require(Permission.MANAGE_COHORTS, side=found.side, organisation_id=found.organisation_id)
    return found


async def _takers_form(
    request: AnyRequest, found: SessionView, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    return page(
        request, "sessions/facilitators.html", session=found,
        facilitators=await _selects(found.side, found.organisation_id, actor, typed), **how,
    )  # fmt: skip


ROUTES = [change_page, change, takers_page, save_takers]
