"""The register of a training event: one page for everybody, one tap a person; and its paper."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.event_words import OUTCOMES, event_row, outcome_tag, when_in_full
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import AppError, FieldError, StaleVersionError
from core.scope import Actor, Permission
from training.domain.events import HAS_PLACE, MARKS
from training.domain.terms import BookingOutcome, EventStatus
from training.queries.bookings import BookingView, register
from training.queries.events import EventView
from training.services import event_registers
from training.services.event_registers import EventMark

_GIVES = [requires(Permission.RECORD_TRAINING)]
_SPARE_LINES = 8
"""Empty lines of a sign-in sheet, for who comes without a booking."""


@get("/training-events/{event_id:uuid}/register", guards=_GIVES, include_in_schema=False)
async def register_page(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the register of an event."""
    found, rows = await register(event_id, scope=actor.scope)
    return _register(request, found, rows, {row.id: _marked(row) for row in rows})


@post("/training-events/{event_id:uuid}/register", guards=_GIVES, include_in_schema=False)
async def save_register(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Save the register; or, without JavaScript, choose "attended" for who has no mark."""
    form = Form(await request.form())
    found, rows = await register(event_id, scope=actor.scope)
    chosen = {row.id: form.typed.get(f"outcome-{row.id}", "") for row in rows}
    if form.typed.get("action") == "everyone":
        full = BookingOutcome.ATTENDED_FULL.value
        return _register(request, found, rows, {id: said or full for id, said in chosen.items()})
    try:
        version = form.version()
        marks = [
            EventMark(id, form.choice(f"outcome-{id}", "how they attended", BookingOutcome))
            for id, said in chosen.items()
            if said
        ]
        form.check()
        await event_registers.save(event_id, marks, version=version, by=actor)
    except StaleVersionError:
        found, rows = await register(event_id, scope=actor.scope)
        return _register(request, found, rows, chosen, stale=True, status=409, errors=[_STALE])
    except AppError as error:
        status, errors = refusal(error, field="save")
        return _register(request, found, rows, chosen, status=status, errors=errors)
    return Redirect(f"/training-events/{event_id}/register?saved=register", status_code=303)


_STALE = FieldError("save", "Somebody else saved this register. Check what differs and save again")


def _register(
    request: AnyRequest,
    found: EventView,
    rows: tuple[BookingView, ...],
    chosen: dict[UUID, str],
    *,
    stale: bool = False,
    **how: Any,
) -> Page:
    return page(
        request,
        "training/event_register.html",
        row=event_row(found),
        at=when_in_full(found),
        is_open=clock.now() >= found.register_opens_at,
        opens_at=found.register_opens_at,
        cancelled=found.status is EventStatus.CANCELLED,
        choices=[(number, mark.value, OUTCOMES[mark][0]) for number, mark in enumerate(MARKS, 1)],
        lines=[
            {
                "booking": one,
                "chosen": chosen.get(one.id, ""),
                "meanwhile": outcome_tag(one)["text"]
                if stale and _marked(one) not in {"", chosen.get(one.id, "")}
                else "",
            }
            for one in rows
        ],
        marked=sum(bool(chosen.get(one.id)) for one in rows),
        **how,
    )


def _marked(row: BookingView) -> str:
    return row.outcome.value if row.outcome in MARKS else ""


@get("/training-events/{event_id:uuid}/sheet", guards=_GIVES, include_in_schema=False)
async def sheet_page(
    request: AnyRequest, event_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the sheet that people sign, by name; no payroll number is on it."""
    found, rows = await register(event_id, scope=actor.scope)
    return page(
        request,
        "training/event_sheet.html",
        row=event_row(found),
        at=when_in_full(found),
        bookings=[one for one in rows if one.outcome in HAS_PLACE],
        spare=range(_SPARE_LINES),
    )


ROUTES = [register_page, save_register, sheet_page]
