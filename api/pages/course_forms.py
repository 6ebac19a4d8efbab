"""The forms to add a course and to change one."""

from typing import Any
from uuid import UUID

from api.pages.forms import Form, options
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_fields import chosen, hours
from api.pages.training_words import choices
from core.scope import Scope
from training.domain.terms import CourseMode
from training.queries.catalogue import CourseView, every_course
from training.services.courses import CourseDetails

RANKS = (
    ("1", "1: no casework; respond to a disclosure"),
    ("2", "2: know how to ask"),
    ("3", "3: initial response and risk"),
    ("4", "4: specialist"),
)
_LONGEST_VALIDITY_MONTHS = 240


def details_of(form: Form, view: CourseView | None = None) -> CourseDetails:
    """Answer the course that was typed; when it is retired is asked on a page of its own."""
    return CourseDetails(
        code=form.text("code", "a code", longest=24),
        name=form.text("name", "a name"),
        rank=form.whole("rank", "a level from 1 to 4", lowest=1, highest=len(RANKS)),
        validity_months=form.optional_whole(
            "validity_months", "months", lowest=1, highest=_LONGEST_VALIDITY_MONTHS
        ),
        hours=hours(form, "hours"),
        level=form.text("level", "the local name", longest=60, optional=True),
        pathway=form.text("pathway", "the pathway", longest=60, optional=True),
        prerequisite_id=_prerequisite(form),
        provider=form.text("provider", "the provider", optional=True),
        mode=chosen(form, "mode", "how it is taken", CourseMode),
        retired_on=view.retired_on if view else None,
    )


def _prerequisite(form: Form) -> UUID | None:
    if not form.typed.get("prerequisite_id"):
        return None
    return form.id("prerequisite_id", "a course from the list")


def typed_of(view: CourseView) -> dict[str, str]:
    """Answer a course as its form holds it."""
    return {
        "version": str(view.version),
        "code": view.code,
        "name": view.name,
        "rank": str(view.rank),
        "validity_months": str(view.validity_months or ""),
        "hours": f"{view.hours.normalize():f}",
        "level": view.level,
        "pathway": view.pathway,
        "prerequisite_id": str(view.prerequisite_id or ""),
        "provider": view.provider,
        "mode": view.mode.value,
    }


async def course_form(
    request: AnyRequest,
    typed: dict[str, str],
    *,
    view: CourseView | None = None,
    scope: Scope,
    **how: Any,
) -> Page:
    """Show the form with what was typed."""
    known = await every_course(scope=scope)
    return page(
        request,
        "training/course_form.html",
        typed=typed,
        view=view,
        ranks=options(RANKS, typed.get("rank", ""), blank="Select a level"),
        modes=options(choices(CourseMode), typed.get("mode", "")),
        before=options(
            [(str(one.id), one.name) for one in known if view is None or one.id != view.id],
            typed.get("prerequisite_id", ""),
            blank="None",
        ),
        pathways=sorted({one.pathway for one in known if one.pathway}),
        **how,
    )
