"""Absences that somebody told of before a session."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, words
from core import audit
from core.errors import AppError
from core.scope import Actor, Permission, Side
from programmes.domain.register import LONGEST_NOTE
from programmes.domain.terms import AbsenceReason
from programmes.queries.registers import RegisterView, register
from programmes.services import planned_absences
from programmes.services.planned_absences import NewAbsence
from programmes.services.viewing import viewed

_MARK = [requires(Permission.MARK_REGISTERS)]
_FINDINGS = {"yes": True, "no": False}
_FINDING_WORDS = (("yes", "Yes"), ("no", "No"), ("", "Not decided yet"))


@get("/sessions/{session_id:uuid}/planned-absences", guards=_MARK, include_in_schema=False)
async def planned_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show who will not come, and the form to record one more; the view is audited."""
    stored = await register(session_id, scope=actor.scope)
    await viewed(
        audit.Subject.SESSION, session_id, side=stored.session.side,
        organisation_id=stored.session.organisation_id, by=actor,
    )  # fmt: skip
    return await _form(request, stored, actor, {})


@post("/sessions/{session_id:uuid}/planned-absences", guards=_MARK, include_in_schema=False)
async def plan_absence(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record a planned absence."""
    form = Form(await request.form())
    stored = await register(session_id, scope=actor.scope)
    try:
        new = NewAbsence(
            form.id("enrolment_id", "who will not come"),
            form.choice("reason", "the reason given", AbsenceReason),
            _FINDINGS.get(form.typed.get("acceptable", "")),
            form.text("note", "a note", longest=LONGEST_NOTE, optional=True),
        )
        form.check()
        await planned_absences.add(session_id, new, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="enrolment_id")
        return await _form(request, stored, actor, form.typed, status=status, errors=errors)
    return _back(session_id)


@post(
    "/sessions/{session_id:uuid}/planned-absences/{planned_id:uuid}/remove",
    guards=_MARK,
    include_in_schema=False,
)
async def remove_planned(
    session_id: FromPath[UUID], planned_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Take a planned absence back."""
    await planned_absences.remove(session_id, planned_id, by=actor)
    return _back(session_id)


def _back(session_id: UUID) -> Page:
    return Redirect(f"/sessions/{session_id}/planned-absences?saved=absence", status_code=303)


async def _form(
    request: AnyRequest, stored: RegisterView, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    session = stored.session
    actor.require(
        Permission.MARK_REGISTERS, side=session.side, organisation_id=session.organisation_id
    )
    people = [(str(row.enrolment_id), row.name) for row in stored.rows if not row.planned]
    reasons = [(reason.value, words(reason)) for reason in AbsenceReason]
    chosen = typed.get("acceptable", "")
    return page(
        request, "registers/planned.html", session=session, typed=typed,
        planned=[
            {"id": row.planned.id, "name": row.name, "reason": words(row.planned.reason)}
            for row in stored.rows
            if row.planned
        ],
        people=options(people, typed.get("enrolment_id", "")),
        reasons=options(reasons, typed.get("reason", ""), blank="Choose a reason"),
        findings=options(_FINDING_WORDS, chosen) if session.side is Side.PERPETRATOR else [],
        **how,
    )  # fmt: skip


ROUTES = [planned_page, plan_absence, remove_planned]
