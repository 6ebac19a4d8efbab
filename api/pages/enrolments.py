"""One person's place in a group: progress in words, completing it, leaving it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, refusal
from api.pages.participants import NEWEST_VERSION
from api.pages.places import typed_day
from api.pages.rendering import AnyRequest, Page, page, short_day, words
from core import audit, clock
from core.errors import AppError, StaleVersionError
from core.scope import Actor, Permission, Side
from programmes.domain.terms import OPEN_ENROLMENTS, ExitReason, SessionStatus
from programmes.errors import EnrolmentEndedError
from programmes.queries.cohorts import SessionView, sessions_of
from programmes.queries.programmes import UnitView, units_of
from programmes.queries.progress import EnrolmentView, MemberView, enrolment, is_expected_at
from programmes.services import endings as services
from programmes.services.endings import Ending
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MANAGE = [requires(Permission.MANAGE_PEOPLE)]

_R = ExitReason
EXIT_REASONS: Mapping[str, tuple[ExitReason, ...]] = {
    "Motivation and behaviour": (
        _R.MISSED_TOO_MANY, _R.DISENGAGED, _R.MOTIVATION_CHANGED, _R.BEHAVIOUR_IN_SESSION,
        _R.BEHAVIOUR_OUTSIDE, _R.CONFLICT_WITH_MEMBERS, _R.ATTITUDE_TO_FACILITATORS,
        _R.INTOXICATED,
    ),
    "Personal and health": (
        _R.HEALTH, _R.WORK_OR_CARING, _R.CHILDCARE, _R.MOVED_AREA, _R.PERSONAL_SAFETY,
        _R.SUBSTANCE_USE, _R.LEGAL_ADVICE, _R.DIED,
    ),
    "Courts and probation": (
        _R.BREACHED, _R.RECALLED_OR_CUSTODY, _R.ORDER_ENDED, _R.ORDER_REVOKED, _R.ACQUITTED,
        _R.RECONVICTED,
    ),
    "The programme": (
        _R.PROVIDER_WITHDREW, _R.PROGRAMME_CLOSED, _R.TRANSFERRED, _R.NOT_ENOUGH_TIME,
        _R.NON_ASSOCIATION, _R.ADMIN_ERROR, _R.DUPLICATE,
    ),
    "Safety": (_R.DESELECTED_RISK_INCREASE, _R.PARTNER_SAFETY_CONCERN),
    "Other": (_R.NEEDS_MET_ELSEWHERE, _R.OTHER, _R.NOT_RECORDED),
}  # fmt: skip
"""Why somebody left, in the groups of domain.md 2.2."""


@get("/enrolments/{enrolment_id:uuid}", guards=_VIEW, include_in_schema=False)
async def enrolment_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show where somebody stands in a group; the view is audited."""
    found = await enrolment(enrolment_id, scope=actor.scope)
    cohort = found.cohort
    await viewed(
        audit.Subject.ENROLMENT, enrolment_id, side=cohort.side,
        organisation_id=cohort.organisation_id, by=actor,
    )  # fmt: skip
    sessions = await sessions_of(cohort.id, scope=actor.scope)
    units = (await units_of([cohort.version_id], scope=actor.scope)).get(cohort.version_id, ())
    return page(
        request, "enrolments/progress.html", member=found.member, cohort=cohort,
        joined_on=case_words.day(found.member.joined_on),
        ending=case_words.ending(found.member),
        figures=_figures(found, len(units)),
        missing=found.member.progress.missing,
        units=[_unit_row(unit, found.member, sessions) for unit in units],
        may_end=found.member.status in OPEN_ENROLMENTS
        and actor.scope.covers(
            Permission.MANAGE_PEOPLE, side=cohort.side, organisation_id=cohort.organisation_id
        ),
    )  # fmt: skip


def _figures(view: EnrolmentView, unit_count: int) -> list[tuple[str, str]]:
    """Answer each figure of C5 with what it counts."""
    found = view.member.progress
    credited = len(found.units_credited)
    figures = [
        (
            "Units credited",
            f"{credited} of {found.units_required} required; the programme has {unit_count}",
        ),
        ("Of these by catch-up", str(len(found.units_by_catch_up))),
        ("Sessions attended", case_words.rate(found.attended, found.marked, of="marked")),
        ("Not marked yet", f"{found.unmarked} of {found.expected} sessions so far"),
        (
            "Hours",
            f"{float(found.dosage_hours):g} of {float(found.template_minutes / 60):g} hours"
            + ("" if found.dosage_rate is None else f" ({case_words.share(found.dosage_rate)})"),
        ),
    ]
    if view.cohort.side is Side.PERPETRATOR:
        compliant = case_words.rate(found.compliant, found.marked, of="marked")
        figures.insert(3, ("Attended, or absent with an acceptable reason", compliant))
    return figures


def _unit_row(
    unit: UnitView, member: MemberView, sessions: Sequence[SessionView]
) -> dict[str, Any]:
    window = {
        "id": member.enrolment_id, "joined_on": member.joined_on, "ended_on": member.ended_on,
    }  # fmt: skip
    now = clock.now()
    own = [
        view
        for view in sessions
        if view.unit_number == unit.number and is_expected_at(view, window)
    ]
    return {
        "title": unit.title,
        "mandatory": unit.mandatory,
        "marks": [_mark(view, member, now) for view in own] or ["None while in the group"],
        "credit": _credit(unit.number, member),
    }


def _mark(view: SessionView, member: MemberView, now: datetime) -> str:
    if view.status is SessionStatus.CANCELLED:
        said = "cancelled"
    elif view.id in member.outcomes:
        said = words(member.outcomes[view.id]).lower()
    else:
        said = "not marked yet" if view.starts_at <= now else "to come"
    catch_up = ", catch-up" if view.is_catch_up else ""
    return f"{short_day(view.starts_at)}{catch_up}: {said}"


def _credit(number: int, member: MemberView) -> str:
    if number in member.progress.units_by_catch_up:
        return "Credited by catch-up"
    return "Credited" if number in member.progress.units_credited else "Not credited"


@get("/enrolments/{enrolment_id:uuid}/complete", guards=_MANAGE, include_in_schema=False)
async def complete_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to record that somebody has completed."""
    return await _form(request, actor, enrolment_id, "enrolments/complete.html")


@post("/enrolments/{enrolment_id:uuid}/complete", guards=_MANAGE, include_in_schema=False)
async def complete(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that somebody has completed."""
    form = Form(await request.form())
    try:
        ending = Ending(
            form.day("on", "the day of completion"),
            _version(form),
            form.optional_day("end_review_on", "the day of the end review"),
            form.optional_day("report_sent_on", "the day on which the report was sent"),
        )
        form.check()
        await services.complete(enrolment_id, ending, by=actor)
    except AppError as error:
        return await _form(
            request, actor, enrolment_id, "enrolments/complete.html", typed=form.typed, error=error
        )
    return Redirect(f"/enrolments/{enrolment_id}?saved=completion", status_code=303)


@get("/enrolments/{enrolment_id:uuid}/exit", guards=_MANAGE, include_in_schema=False)
async def exit_page(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to record that somebody has left."""
    return await _form(request, actor, enrolment_id, "enrolments/exit.html")


@post("/enrolments/{enrolment_id:uuid}/exit", guards=_MANAGE, include_in_schema=False)
async def leave(
    request: AnyRequest, enrolment_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that somebody has left before completing."""
    form = Form(await request.form())
    try:
        reason = form.choice("reason", "why they left", ExitReason)
        ending = Ending(form.day("on", "the day on which they left"), _version(form))
        form.check()
        await services.leave(enrolment_id, ending, reason, by=actor)
    except AppError as error:
        return await _form(
            request, actor, enrolment_id, "enrolments/exit.html", typed=form.typed, error=error
        )
    return Redirect(f"/enrolments/{enrolment_id}?saved=exit", status_code=303)


def _version(form: Form) -> int:
    return form.whole("version", "the version", lowest=1, highest=NEWEST_VERSION)


async def _form(
    request: AnyRequest,
    actor: Actor,
    enrolment_id: UUID,
    template: str,
    *,
    typed: dict[str, str] | None = None,
    error: AppError | None = None,
) -> Page:
    """Answer the form, or the page of its own that a place which has ended gets."""
    found = await enrolment(enrolment_id, scope=actor.scope)
    cohort = found.cohort
    actor.require(
        Permission.MANAGE_PEOPLE, side=cohort.side, organisation_id=cohort.organisation_id
    )
    if found.member.status not in OPEN_ENROLMENTS:
        raise EnrolmentEndedError
    status, errors = refusal(error, field="on") if error else (200, ())
    typed = dict(typed or typed_day("on", clock.today()))
    if error is None or isinstance(error, StaleVersionError):
        typed["version"] = str(found.member.version)
    return page(
        request, template, member=found.member, cohort=cohort, typed=typed,
        missing=found.member.progress.missing,
        reasons=[
            {
                "label": label,
                "items": [(item.value, words(item), item == typed.get("reason")) for item in group],
            }
            for label, group in EXIT_REASONS.items()
        ],
        status=status, errors=errors,
    )  # fmt: skip


ROUTES = [enrolment_page, complete_page, complete, exit_page, leave]
