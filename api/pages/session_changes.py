"""Cancelling, moving and putting back sessions: what would change is shown before it is saved."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import timetable_words as words
from api.pages.forms import Form, options, refusal
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page, short_day, wall_time
from api.session_texts import names_of_had, texts_of
from core import clock
from core.clock import instant_of
from core.errors import AppError, FieldError, StaleVersionError
from core.scope import Actor, Permission
from programmes.domain.case_terms import NotHeldBecauseOf
from programmes.domain.contact import is_wall_time
from programmes.domain.session_changes import Cancel, Change, Place, PutBack, Reschedule
from programmes.domain.terms import DeliveryMode, SessionStatus
from programmes.queries.cohorts import SessionView, cohort, session, sessions_of
from programmes.queries.programmes import venues
from programmes.services import sessions as services
from programmes.services.session_plans import ChangePlan, Move

_MANAGE = [requires(Permission.MANAGE_COHORTS)]
_ANEW = "What would change is different by now. Look at it again, then save."
_THE_COHORTS = "cohort"
Read = Callable[[Form, SessionView], Change]


@get("/sessions/{session_id:uuid}/cancel", guards=_MANAGE, include_in_schema=False)
async def cancel_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask why a session does not take place."""
    return await _show(request, "cancel", await _found(session_id, actor), actor, {})


@post("/sessions/{session_id:uuid}/cancel", guards=_MANAGE, include_in_schema=False)
async def cancel(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what cancelling changes, or cancel."""
    return await _answer(request, "cancel", await _found(session_id, actor), actor, _cancel)


def _cancel(form: Form, _: SessionView) -> Change:
    because_of = None
    if form.typed.get("because_of"):
        because_of = form.choice("because_of", "whose reason it is", NotHeldBecauseOf)
    return Cancel(
        form.text("reason", "why the session does not take place", longest=200),
        because_of,
        cascade="yes" in form.many("cascade"),
    )


@get("/sessions/{session_id:uuid}/reinstate", guards=_MANAGE, include_in_schema=False)
async def reinstate_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask whether a cancelled session takes place after all."""
    return await _show(request, "reinstate", await _found(session_id, actor), actor, {})


@post("/sessions/{session_id:uuid}/reinstate", guards=_MANAGE, include_in_schema=False)
async def reinstate(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what putting it back changes, or put it back."""
    found = await _found(session_id, actor)
    return await _answer(request, "reinstate", found, actor, lambda *_: PutBack())


@get("/sessions/{session_id:uuid}/reschedule", guards=_MANAGE, include_in_schema=False)
async def reschedule_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show when, where and how a session is held, to change it."""
    found = await _found(session_id, actor)
    local = clock.london(found.starts_at)
    typed = {
        **typed_day("starts_at", local.date()), "at": f"{local:%H:%M}", "mode": found.mode.value,
        "venue_id": str(found.venue_id or _THE_COHORTS),
    }  # fmt: skip
    return await _show(request, "reschedule", found, actor, typed)


@post("/sessions/{session_id:uuid}/reschedule", guards=_MANAGE, include_in_schema=False)
async def reschedule(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what moving changes, or move."""
    return await _answer(request, "reschedule", await _found(session_id, actor), actor, _move)


def _move(form: Form, found: SessionView) -> Change:
    day = form.day("starts_at", "the day")
    at = form.typed.get("at", "")
    if not is_wall_time(at):
        form.fail("at", "Write the time like 18:30")
    mode = form.choice("mode", "how it is held", DeliveryMode)
    place = None
    chosen = form.typed.get("venue_id", "")
    if chosen == _THE_COHORTS:
        place = Place(None) if found.venue_id else None
    elif chosen != str(found.venue_id):
        place = Place(form.id("venue_id", "a venue"))
    form.check()
    return Reschedule(
        starts_at=instant_of(day, at),
        place=place,
        mode=mode if mode is not found.mode else None,
        cascade="yes" in form.many("cascade"),
    )


async def _found(session_id: UUID, actor: Actor) -> SessionView:
    found = await session(session_id, scope=actor.scope)
    actor.require(Permission.MANAGE_COHORTS, side=found.side, organisation_id=found.organisation_id)
    return found


async def _answer(
    request: AnyRequest, kind: str, found: SessionView, actor: Actor, read: Read
) -> Page:
    """Show the plan, or save it if it is still what was shown."""
    form = Form(await request.form())
    field = {"cancel": "reason", "reschedule": "starts_at"}.get(kind, "see")
    many = form.many("cascade")
    try:
        change = read(form, found)
        form.check()
        if form.typed.get("action") == "save":
            try:
                plan = await services.change(
                    found.id, change, plan_key=form.typed.get("plan"), by=actor
                )
            except StaleVersionError as error:
                plan = await services.preview(found.id, change, by=actor)
                status, _ = refusal(error)
                return await _show(
                    request, kind, found, actor, form.typed, cascade=many, plan=plan,
                    status=status, errors=(FieldError("preview", _ANEW),),
                )  # fmt: skip
            return await _saved(plan, actor)
        plan = await services.preview(found.id, change, by=actor)
    except AppError as error:
        status, errors = refusal(error, field=field)
        return await _show(
            request, kind, found, actor, form.typed, cascade=many, status=status, errors=errors
        )
    return await _show(request, kind, found, actor, form.typed, cascade=many, plan=plan)


async def _saved(plan: ChangePlan, actor: Actor) -> Redirect:
    """Go back to the group, or to whom somebody has to ring because a text has left."""
    texts = await texts_of(plan, by=actor)
    if texts.had:
        return Redirect(f"/sessions/{plan.session.id}/tell?saved=session", status_code=303)
    return Redirect(f"/cohorts/{plan.session.cohort_id}?saved=session", status_code=303)


async def _show(
    request: AnyRequest,
    kind: str,
    found: SessionView,
    actor: Actor,
    typed: Mapping[str, str],
    *,
    cascade: list[str] | None = None,
    plan: ChangePlan | None = None,
    **how: Any,
) -> Page:
    values: dict[str, Any] = {}
    if kind == "reschedule":
        values = await _choices(found, typed, actor)
    if kind == "cancel":
        values["reasons"] = options(
            [(code.value, text) for code, text in words.BECAUSE_OF.items()],
            typed.get("because_of", ""),
        )
    return page(
        request, f"sessions/{kind}.html", session=found, typed=typed, cascade=bool(cascade),
        is_one_persons=found.enrolment_id is not None,
        plan=await _shown(plan, actor) if plan else None, **values, **how,
    )  # fmt: skip


async def _choices(found: SessionView, typed: Mapping[str, str], actor: Actor) -> dict[str, Any]:
    """Answer the venues and the ways of meeting to choose from."""
    of = await cohort(found.cohort_id, scope=actor.scope)
    usual = f"The group’s own ({of.venue_name})" if of.venue_id else "No venue"
    where = [
        (str(venue.id), venue.name)
        for venue in await venues(scope=actor.scope)
        if (venue.side, venue.organisation_id) == (of.side, of.organisation_id)
        and venue.id != of.venue_id
    ]
    first = [(str(of.venue_id or _THE_COHORTS), usual)]
    return {
        "venues": options([*first, *where], typed.get("venue_id", "")),
        "modes": options(
            [(mode.value, text) for mode, text in words.MODES.items()], typed.get("mode", "")
        ),
    }


async def _shown(plan: ChangePlan, actor: Actor) -> dict[str, Any]:
    """Answer a plan as its page says it."""
    accounts = {clash.account_id for clash in plan.clashes if clash.account_id}
    names = await account_names(accounts, scope=actor.scope)
    where = {venue.id: venue.name for venue in await venues(scope=actor.scope)}
    texts = await texts_of(plan, by=actor)
    return {
        "key": plan.key,
        "moves": [_line(move, where) for move in plan.moves],
        "people": plan.expected,
        "clashes": words.clash_lines(plan.clashes, names, where),
        "also": await _also_held(plan, actor),
        "stopped": texts.stopped,
        "had": await names_of_had(plan, texts, by=actor),
    }


def _line(move: Move, where: Mapping[UUID, str]) -> dict[str, str]:
    return {
        "unit": move.unit_title,
        "from_at": _instant(move.from_at) if move.from_at else "New session",
        "to_at": _instant(move.to_at) if move.to_at else "Does not take place",
        "where": ", ".join(
            part
            for part in (
                where.get(move.venue_id, "") if move.venue_id else "",
                words.MODES[move.mode],
            )
            if part
        )
        if move.is_elsewhere
        else "",
    }


def _instant(instant: Any) -> str:
    return f"{short_day(instant)}, {wall_time(instant)}"


async def _also_held(plan: ChangePlan, actor: Actor) -> str:
    """Answer when else the unit of a session that is put back is held, or nothing."""
    view = plan.session
    if view.status is not SessionStatus.CANCELLED:
        return ""
    for other in await sessions_of(view.cohort_id, scope=actor.scope):
        same = (other.unit_number, other.enrolment_id) == (view.unit_number, view.enrolment_id)
        if same and other.status is not SessionStatus.CANCELLED:
            return _instant(other.starts_at)
    return ""


ROUTES = [cancel_page, cancel, reinstate_page, reinstate, reschedule_page, reschedule]
