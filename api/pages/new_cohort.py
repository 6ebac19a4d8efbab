"""A new cohort: its form, the timetable that it would have, and creating it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from accounts.domain.roles import GrantSide, Role
from accounts.queries import account_names, colleagues
from api.guards import requires
from api.pages import timetable_words as words
from api.pages.forms import Form, day_items, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.domain.case_terms import GroupSex
from programmes.domain.terms import Nation
from programmes.domain.timetable import Slot
from programmes.queries.programmes import ProgrammeView, programmes, venues
from programmes.services import cohorts as services
from programmes.services.cohorts import NewCohort, Plan

_MANAGE = [requires(Permission.MANAGE_COHORTS)]
_MOST_SLOTS = 3
_MOST_FACILITATORS = 8
_NATIONS = (
    (Nation.ENGLAND_AND_WALES.value, "England and Wales"),
    (Nation.SCOTLAND.value, "Scotland"),
    (Nation.NORTHERN_IRELAND.value, "Northern Ireland"),
)


@get("/cohorts/new", guards=_MANAGE, include_in_schema=False)
async def new_cohort_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form for a new cohort."""
    return await _new_form(request, actor, {"capacity": "12", "nation": Nation.ENGLAND_AND_WALES})


@post("/cohorts/new", guards=_MANAGE, include_in_schema=False)
async def new_cohort(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Preview the timetable, or create the cohort with it."""
    form = Form(await request.form())
    try:
        new = _new_cohort(form)
        if form.typed.get("action") != "create":
            plan = await services.preview(new, by=actor)
            return await _new_form(request, actor, form.typed, plan=plan)
        cohort_id = await services.create(new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="venue_id")
        return await _new_form(request, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/cohorts/{cohort_id}?saved=cohort", status_code=303)


def _new_cohort(form: Form) -> NewCohort:
    new = NewCohort(
        programme_id=form.id("programme_id", "a programme"),
        organisation_id=None,
        venue_id=form.id("venue_id", "a venue") if form.typed.get("venue_id") else None,
        code=form.text("code", "a code", longest=24),
        starts_on=form.day("starts_on", "the first day"),
        slots=_slots(form),
        capacity=form.whole("capacity", "places", lowest=1, highest=500),
        facilitator_ids=chosen_facilitators(form),
        nation=form.choice("nation", "a nation", Nation),
        lead_id=form.id("lead_id", "the lead") if form.typed.get("lead_id") else None,
        group_sex=(
            form.choice("group_sex", "whom the group is for", GroupSex)
            if form.typed.get("group_sex")
            else None
        ),
    )
    form.check()
    return new


def chosen_facilitators(form: Form) -> tuple[UUID, ...]:
    """Answer the co-facilitators that were chosen."""
    fields = [f"facilitator-{place}" for place in range(_MOST_FACILITATORS)]
    return tuple(form.id(field, "a facilitator") for field in fields if form.typed.get(field))


def _slots(form: Form) -> tuple[Slot, ...]:
    found = []
    for place in range(_MOST_SLOTS):
        weekday = form.typed.get(f"weekday-{place}", "")
        at = form.typed.get(f"at-{place}", "")
        if weekday in set("0123456") and at:
            found.append(Slot(int(weekday), at))
        elif weekday or at:
            form.fail(f"slots[{place}].at", "Choose both the weekday and the time")
    if not found and not form.errors:
        form.fail("slots[0].at", "Choose the weekday and the time of the group")
    return tuple(found)


async def _new_form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    *,
    plan: Plan | None = None,
    **how: Any,
) -> Page:
    wrong = any(error.field == "starts_on" for error in how.get("errors", ()))
    return page(
        request,
        "cohorts/new.html",
        typed=typed,
        **await _choices(typed, actor),
        days=day_items(typed, "starts_on", wrong=wrong),
        slots=[_slot_row(place, typed) for place in range(_MOST_SLOTS)],
        plan=plan,
        **(await _shown(plan, actor) if plan else {"clashes": [], "contacts": []}),
        **how,
    )


async def _choices(typed: dict[str, str], actor: Actor) -> dict[str, Any]:
    """Answer what there is to choose from, with what was chosen."""
    known = await programmes(scope=actor.scope)
    places = await venues(scope=actor.scope)

    def listed(field: str, values: Iterable[tuple[str, str]], blank: str = "") -> Any:
        return options(values, typed.get(field, ""), blank=blank)

    return {
        "programmes": listed(
            "programme_id", [(str(item.id), item.name) for item in known], "Choose a programme"
        ),
        "venues": listed("venue_id", [(str(item.id), item.name) for item in places], "No venue"),
        "nations": listed("nation", _NATIONS),
        "sexes": listed(
            "group_sex",
            [(code.value, text) for code, text in words.SEXES.items()],
            "Not recorded",
        ),
        "facilitators": words.facilitator_selects(
            await _facilitators(known, actor),
            [typed.get(f"facilitator-{place}", "") for place in range(_MOST_FACILITATORS)],
            lead=typed.get("lead_id", ""),
        ),
    }


async def _facilitators(known: tuple[ProgrammeView, ...], actor: Actor) -> list[tuple[UUID, str]]:
    """Answer who facilitates where this person can create a cohort."""
    found: dict[UUID, str] = {}
    for side, organisation_id in {(item.side, item.organisation_id) for item in known}:
        if actor.scope.covers(
            Permission.MANAGE_COHORTS, side=side, organisation_id=organisation_id
        ):
            found |= dict(
                await colleagues(
                    Role.FACILITATOR, GrantSide(side.value), organisation_id, scope=actor.scope
                )
            )
    return sorted(found.items(), key=lambda item: item[1])


async def _shown(plan: Plan, actor: Actor) -> dict[str, Any]:
    """Answer what the preview says besides its sessions."""
    accounts = {clash.account_id for clash in plan.clashes if clash.account_id}
    names = await account_names(accounts, scope=actor.scope)
    where = {plan.venue.id: plan.venue.name} if plan.venue else {}
    return {
        "clashes": words.clash_lines(plan.clashes, names, where),
        "contacts": words.contact_rows(plan.contacts, plan.units),
    }


def _slot_row(place: int, typed: dict[str, str]) -> dict[str, Any]:
    chosen = typed.get(f"weekday-{place}", "")
    listed = [(str(number), name) for number, name in enumerate(words.WEEKDAYS)]
    return {
        "place": place,
        "label": "Every week on" if place == 0 else "and on (optional)",
        "weekdays": options(listed, chosen, blank="Weekday"),
        "at": typed.get(f"at-{place}", ""),
    }


ROUTES = [new_cohort_page, new_cohort]
