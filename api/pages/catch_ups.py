"""Arranging a catch-up, or a one-to-one session, for one person."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.domain.roles import GrantSide, Role
from accounts.queries import colleagues
from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day
from core import clock
from core.errors import AppError
from core.scope import Actor, Permission
from programmes.domain.contact import is_wall_time
from programmes.domain.terms import SessionStatus, UnitKind
from programmes.queries.cohorts import SessionView, sessions_of
from programmes.queries.programmes import UnitView, units_of
from programmes.queries.progress import EnrolmentView, enrolment
from programmes.services import catch_ups
from programmes.services.catch_ups import NewCatchUp

_MANAGE = [requires(Permission.MANAGE_COHORTS)]


@get("/enrolments/{enrolment_id:uuid}/catch-up", guards=_MANAGE, include_in_schema=False)
async def catch_up_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the units that somebody misses, and the form to arrange a session for one."""
    return await _form(request, enrolment_id, actor, {})


@post("/enrolments/{enrolment_id:uuid}/catch-up", guards=_MANAGE, include_in_schema=False)
async def arrange(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Arrange a catch-up."""
    form = Form(await request.form())
    view = await enrolment(enrolment_id, scope=actor.scope)
    try:
        new = _new(form, enrolment_id)
        form.check()
        await catch_ups.arrange(view.cohort.id, new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="unit_number")
        return await _form(request, enrolment_id, actor, form.typed, status=status, errors=errors)
    return Redirect(f"/enrolments/{enrolment_id}?saved=catch-up", status_code=303)


def _new(form: Form, enrolment_id: UUID) -> NewCatchUp:
    unit = form.whole("unit_number", "the unit", lowest=1, highest=500)
    day = form.day("starts_at", "the day")
    at = form.typed.get("at", "")
    if not is_wall_time(at):
        form.fail("at", "Write the time like 14:00")
        at = "12:00"
    return NewCatchUp(
        enrolment_id,
        unit,
        # A day that is wrong was noted, and any will do.
        clock.instant_of(max(day, date(1900, 1, 1)), at),
        form.optional_whole("minutes", "minutes", lowest=1, highest=600),
        form.id("facilitator_id", "who takes it") if form.typed.get("facilitator_id") else None,
    )


async def _form(
    request: AnyRequest, enrolment_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    view = await enrolment(enrolment_id, scope=actor.scope)
    cohort = view.cohort
    actor.require(
        Permission.MANAGE_COHORTS, side=cohort.side, organisation_id=cohort.organisation_id
    )
    units = (await units_of([cohort.version_id], scope=actor.scope)).get(cohort.version_id, ())
    sessions = await sessions_of(cohort.id, scope=actor.scope)
    known = await colleagues(
        Role.FACILITATOR, GrantSide(cohort.side.value), cohort.organisation_id, scope=actor.scope
    )
    return page(
        request, "registers/catch_up.html", member=view.member, cohort=cohort, typed=typed,
        units=options(_missing(view, units, sessions), typed.get("unit_number", "")),
        facilitators=options(
            [(str(account_id), name) for account_id, name in known],
            typed.get("facilitator_id", ""),
            blank="The group’s facilitators",
        ),
        **how,
    )  # fmt: skip


def _missing(
    view: EnrolmentView, units: Sequence[UnitView], sessions: Sequence[SessionView]
) -> list[tuple[str, str]]:
    """Answer the units to choose from: held or one-to-one, neither credited nor arranged."""
    now, own_id = clock.now(), view.member.enrolment_id
    found = []
    for unit in units:
        theirs = [
            one
            for one in sessions
            if one.unit_number == unit.number and one.enrolment_id in (None, own_id)
        ]
        arranged = any(one.enrolment_id and one.status is SessionStatus.SCHEDULED for one in theirs)
        met = [one.starts_at for one in theirs if one.starts_at <= now]
        own = unit.kind is UnitKind.ONE_TO_ONE
        if unit.number in view.member.progress.units_credited or arranged or not (met or own):
            continue
        said = f"{unit.title} (one-to-one)" if own else unit.title
        found.append(
            (str(unit.number), f"{said}, session of {short_day(max(met))}" if met else said)
        )
    return found


ROUTES = [catch_up_page, arrange]
