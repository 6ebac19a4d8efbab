"""Requirements: which staff must hold which course, by when."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from accounts.queries import organisations
from api.guards import requires
from api.pages.forms import Form, day_items, options, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import several
from api.pages.training_words import choices, in_words
from core import clock
from core.errors import AppError, FieldError
from core.pagination import Cursor
from core.scope import Actor, Permission, Scope
from training.domain.requirements import Filter
from training.domain.terms import Sector, StaffGroup
from training.queries.catalogue import RequirementView, every_course, requirements
from training.services import catalogue
from training.services.catalogue import NewRequirement

_MANAGES = [requires(Permission.MANAGE_REQUIREMENTS)]
_MANAGERS = (
    ("", "People managers and everybody else"),
    ("yes", "People managers only"),
    ("no", "Everybody but people managers"),
)
_IS_MANAGER = {"yes": True, "no": False}
_LONGEST_VALIDITY_MONTHS = 240
_LONGEST_DUE_DAYS = 3650


@get("/requirements", guards=[requires(Permission.VIEW_STAFF)], include_in_schema=False)
async def requirements_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """Show the requirements that touch the person's organisations."""
    found = await requirements(scope=actor.scope, cursor=cursor)
    names = {seen.id: seen.name for seen in await organisations(scope=actor.scope)}
    return page(
        request,
        "training/requirements.html",
        rows=[_row(view, names) for view in found.items],
        next=found.next,
        can_add=actor.scope.has(Permission.MANAGE_REQUIREMENTS),
    )


def _row(view: RequirementView, names: Mapping[UUID, str]) -> dict[str, Any]:
    wanted, months = view.rule.filter, view.rule.courses[0].validity_months
    return {
        "requirement": view,
        "validity": f"{months} months" if months else "Does not expire",
        "sectors": _listed(map(in_words, wanted.sectors)) or "All sectors",
        "staff_groups": _listed(map(in_words, wanted.staff_groups)) or "all staff groups",
        "organisations": _organisations(wanted, names),
        "managers": {True: "People managers only", False: "Not people managers", None: ""}[
            wanted.is_people_manager
        ],
    }


def _organisations(wanted: Filter, names: Mapping[UUID, str]) -> str:
    if not wanted.organisation_ids:
        return "All organisations"
    seen = [names[id] for id in wanted.organisation_ids if id in names]
    others = len(wanted.organisation_ids) - len(seen)
    return _listed([*seen, f"{others} more"] if others else seen)


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(sorted(texts))


@get("/requirements/new", guards=_MANAGES, include_in_schema=False)
async def new_requirement_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to add a requirement."""
    today = clock.today()
    typed = {
        "effective_from-day": str(today.day),
        "effective_from-month": str(today.month),
        "effective_from-year": str(today.year),
    }
    return await _form(request, actor, typed, Filter())


@post("/requirements/new", guards=_MANAGES, include_in_schema=False)
async def new_requirement(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Add a requirement."""
    form = Form(await request.form())
    wanted = _filter(form)
    try:
        new = _new(form, wanted)
        form.check()
        await catalogue.add_requirement(new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await _form(request, actor, form.typed, wanted, status=status, errors=errors)
    return Redirect("/requirements?saved=requirement", status_code=303)


def _filter(form: Form) -> Filter:
    return Filter(
        sectors=several(form, "sectors", "sectors", Sector),
        staff_groups=several(form, "staff_groups", "staff groups", StaffGroup),
        organisation_ids=_organisation_ids(form),
        is_people_manager=_IS_MANAGER.get(form.typed.get("is_people_manager", "")),
    )


def _organisation_ids(form: Form) -> frozenset[UUID]:
    try:
        return frozenset(UUID(text) for text in form.many("organisation_ids"))
    except ValueError:
        form.fail("organisation_ids", "Choose organisations from the list")
        return frozenset()


def _new(form: Form, wanted: Filter) -> NewRequirement:
    return NewRequirement(
        name=form.text("name", "a name"),
        course_id=form.id("course_id", "a course"),
        mandatory=True,
        validity_months=form.optional_whole(
            "validity_months", "months", lowest=1, highest=_LONGEST_VALIDITY_MONTHS
        ),
        filter=wanted,
        due_within_days_of_start=form.whole(
            "due_within_days_of_start", "the days", lowest=0, highest=_LONGEST_DUE_DAYS
        ),
        effective_from=form.day("effective_from", "the day it takes effect"),
        effective_to=form.optional_day("effective_to", "the last day"),
    )


async def _form(
    request: AnyRequest,
    actor: Actor,
    typed: dict[str, str],
    ticked: Filter,
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    wrong = {error.field for error in errors}
    courses = [(str(course.id), course.name) for course in await every_course(scope=actor.scope)]
    return page(
        request,
        "training/requirement_form.html",
        typed=typed,
        courses=options(courses, typed.get("course_id", ""), blank="Select a course"),
        sectors=_ticks(choices(Sector), ticked.sectors),
        staff_groups=_ticks(choices(StaffGroup), ticked.staff_groups),
        organisations=_ticks(
            await _managed(actor.scope), {str(id) for id in ticked.organisation_ids}
        ),
        everywhere=actor.scope.covers(
            Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=None
        ),
        managers=options(_MANAGERS, typed.get("is_people_manager", "")),
        days={
            field: day_items(typed, field, wrong=field in wrong)
            for field in ("effective_from", "effective_to")
        },
        errors=errors,
        status=status,
    )


def _ticks(values: Iterable[tuple[str, str]], ticked: Iterable[str]) -> list[dict[str, str | bool]]:
    chosen = set(ticked)
    return [{"value": value, "text": text, "checked": value in chosen} for value, text in values]


async def _managed(scope: Scope) -> list[tuple[str, str]]:
    return [
        (str(seen.id), seen.name)
        for seen in await organisations(scope=scope)
        if scope.covers(Permission.MANAGE_REQUIREMENTS, side=None, organisation_id=seen.id)
    ]


ROUTES = [requirements_page, new_requirement_page, new_requirement]
