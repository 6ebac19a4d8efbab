"""Where a member of staff is reminded of training by text, and what they were sent."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, day_items, refusal
from api.pages.rendering import AnyRequest, Page, page
from api.pages.text_rows import moment
from core.errors import AppError, FieldError, StaleVersionError
from core.scope import Actor, Permission
from core.settings import Settings
from messaging.queries.staff import StaffTextView, texts_to_staff
from training.queries import people
from training.queries.texts import StaffTexts, staff_texts
from training.services import staff, texts

_LONGEST_NUMBER = 32


@get("/staff/{staff_id:uuid}/texts", guards=[requires(Permission.VIEW_STAFF)],
     include_in_schema=False)  # fmt: skip
async def texts_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the number, whether they agreed, and their texts."""
    stored = await staff_texts(staff_id, scope=actor.scope)
    return await _page(request, stored, actor, _typed(stored))


@post("/staff/{staff_id:uuid}/texts", guards=[requires(Permission.MANAGE_STAFF)],
      include_in_schema=False)  # fmt: skip
async def agree(
    request: AnyRequest,
    staff_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Keep a number, and that its holder agreed to texts about training."""
    stored = await staff_texts(staff_id, scope=actor.scope)
    form = Form(await request.form())
    try:
        version = form.version()
        number = form.text("number", "a number", longest=_LONGEST_NUMBER, optional=True)
        agreed_on = form.optional_day("agreed_on", "the day on which they agreed")
        form.check()
        await texts.agree(
            staff_id, number, agreed_on, version=version,
            drama_numbers=settings.drama_numbers, by=actor,
        )  # fmt: skip
    except AppError as error:
        stale = isinstance(error, StaleVersionError)
        status, errors = refusal(error, field="version" if stale else "number")
        return await _page(request, stored, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/staff/{staff_id}/texts?saved=staff_texts", status_code=303)


async def _page(
    request: AnyRequest,
    stored: StaffTexts,
    actor: Actor,
    typed: dict[str, str],
    *,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    person = await people.staff_member(stored.staff_id, scope=actor.scope)
    await staff.viewed(person, by=actor)
    return page(
        request, "training/texts.html", errors=errors, status=status, person=person, typed=typed,
        days=day_items(typed, "agreed_on", wrong="agreed_on" in {one.field for one in errors}),
        rows=[_row(view) for view in await texts_to_staff(stored.staff_id, scope=actor.scope)],
        can_change=actor.scope.covers(
            Permission.MANAGE_STAFF, side=None, organisation_id=stored.organisation_id
        ),
        number=stored.number or "", agreed_on=stored.agreed_on,
    )  # fmt: skip


def _row(view: StaffTextView) -> dict[str, Any]:
    return {
        "rule": view.rule,
        "state": view.state_text,
        "why": view.words.text,
        "when": moment(view.send_after),
    }


def _typed(stored: StaffTexts) -> dict[str, str]:
    typed = {"number": stored.number or "", "version": str(stored.version)}
    if day := stored.agreed_on:
        typed |= {
            "agreed_on-day": str(day.day),
            "agreed_on-month": str(day.month),
            "agreed_on-year": str(day.year),
        }
    return typed


ROUTES = [texts_page, agree]
