"""The register: one page for the whole group, one tap per person, one save."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page
from core import audit, clock
from core.errors import AppError, FieldError
from core.scope import Actor, Permission, Side
from programmes.domain.register import Entry
from programmes.domain.terms import AbsenceReason, AttendanceOutcome
from programmes.errors import StaleRegisterError
from programmes.queries.registers import RegisterView, register
from programmes.services import registers
from programmes.services.registers import Submission, stored_entries
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MARK = [requires(Permission.MARK_REGISTERS, Permission.VIEW_CASES)]

WORDS: dict[AttendanceOutcome, str] = {
    AttendanceOutcome.ATTENDED: "Attended",
    AttendanceOutcome.LATE: "Late",
    AttendanceOutcome.ABSENT_NOTIFIED: "Absent, told us",
    AttendanceOutcome.ABSENT_NOT_NOTIFIED: "Absent, not told",
    AttendanceOutcome.LEFT_EARLY: "Left early",
    AttendanceOutcome.SENT_HOME_BEHAVIOUR: "Sent home: behaviour",
    AttendanceOutcome.SENT_HOME_SERVICE: "Sent home: our reason",
    AttendanceOutcome.NOT_REQUIRED: "Not expected today",
}
"""What a mark is called on pages, the four everyday ones first."""

_EVERYDAY = tuple(WORDS)[:4]
_SELDOM = tuple(WORDS)[4:]
_SURVIVOR_SELDOM = (AttendanceOutcome.LEFT_EARLY, AttendanceOutcome.NOT_REQUIRED)
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line of the page: what is chosen, and what somebody else saved meanwhile."""

    id: UUID
    participant_id: UUID
    name: str
    outcome: str
    minutes: str
    reason: str
    acceptable: str
    engaged: str
    note: str
    meanwhile: str


@get("/sessions/{session_id:uuid}/register", guards=_VIEW, include_in_schema=False)
async def register_page(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show the register of a session."""
    stored = await register(session_id, scope=actor.scope)
    session = stored.session
    await viewed(
        audit.Subject.SESSION, session_id, side=session.side,
        organisation_id=session.organisation_id, by=actor,
    )  # fmt: skip
    return await _register_form(request, stored, actor, _typed_of(stored))


@post("/sessions/{session_id:uuid}/register", guards=_MARK, include_in_schema=False)
async def save_register(
    request: AnyRequest, session_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Save the register; or, without JavaScript, choose "attended" for all who have no mark."""
    form = Form(await request.form())
    stored = await register(session_id, scope=actor.scope)
    if form.typed.get("action") == "everyone":
        return await _register_form(request, stored, actor, _everyone(form.typed, stored))
    try:
        submission = _submission(form, stored)
        form.check()
        await registers.save(session_id, submission, by=actor)
    except StaleRegisterError as error:
        now = await register(session_id, scope=actor.scope)
        return await _register_form(
            request, now, actor, form.typed, status=409, stale=True,
            errors=[FieldError("correction_reason", error.detail)],
        )  # fmt: skip
    except AppError as error:
        status, errors = refusal(error, field="save")
        return await _register_form(
            request, stored, actor, form.typed, status=status,
            errors=[_beside_its_person(item, form.typed, stored) for item in errors],
        )  # fmt: skip
    saved = "correction" if stored.version else "register"
    return Redirect(f"/sessions/{session_id}/register?saved={saved}", status_code=303)


def _submission(form: Form, stored: RegisterView) -> Submission:
    version = form.typed.get("version", "")
    if not version.isdecimal() or len(version) > 9:  # noqa: PLR2004 - fits an integer
        form.fail("save", "Load this page again; it came back incomplete")
        version = "0"
    entries = [
        _entry(form, row.enrolment_id)
        for row in stored.rows
        if form.typed.get(f"outcome-{row.enrolment_id}")
    ]
    return Submission(int(version), tuple(entries), form.typed.get("correction_reason", ""))


def _entry(form: Form, enrolment_id: UUID) -> Entry:
    typed = form.typed
    outcome = form.choice(f"outcome-{enrolment_id}", "what happened", AttendanceOutcome)
    absent = outcome.value.startswith("absent")
    timed = outcome in (AttendanceOutcome.LATE, AttendanceOutcome.LEFT_EARLY)
    minutes = form.optional_whole(
        f"minutes-{enrolment_id}", "minutes attended", lowest=0, highest=600
    )
    reason = typed.get(f"reason-{enrolment_id}", "")
    return Entry(
        enrolment_id=enrolment_id,
        outcome=outcome,
        minutes_attended=minutes if timed else None,
        absence_reason=AbsenceReason(reason) if absent and reason in set(AbsenceReason) else None,
        acceptable=_YES_NO.get(typed.get(f"acceptable-{enrolment_id}", "")) if absent else None,
        engaged=None if absent else _YES_NO.get(typed.get(f"engaged-{enrolment_id}", "")),
        note=typed.get(f"note-{enrolment_id}", "").replace("\r\n", "\n"),
    )


def _everyone(typed: dict[str, str], stored: RegisterView) -> dict[str, str]:
    """Answer what was typed, with "attended" for everybody who has no mark."""
    chosen = dict(typed)
    for row in stored.rows:
        chosen[f"outcome-{row.enrolment_id}"] = (
            typed.get(f"outcome-{row.enrolment_id}") or AttendanceOutcome.ATTENDED.value
        )
    return chosen


def _typed_of(stored: RegisterView) -> dict[str, str]:
    """Answer the stored marks as the form's fields."""
    typed: dict[str, str] = {}
    for enrolment_id, entry in stored_entries(stored).items():
        typed[f"outcome-{enrolment_id}"] = entry.outcome.value
        typed[f"minutes-{enrolment_id}"] = _text(entry.minutes_attended)
        typed[f"reason-{enrolment_id}"] = entry.absence_reason or ""
        typed[f"acceptable-{enrolment_id}"] = _yes_no(entry.acceptable)
        typed[f"engaged-{enrolment_id}"] = _yes_no(entry.engaged)
        typed[f"note-{enrolment_id}"] = entry.note
    return typed


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 - the value of a field
    return {True: "yes", False: "no", None: ""}[value]


def _beside_its_person(
    error: FieldError, typed: dict[str, str], stored: RegisterView
) -> FieldError:
    """Answer the error of ``marks[3].note`` as that of the field of the fourth marked person."""
    if not error.field.startswith("marks["):
        return error
    marked = [row for row in stored.rows if typed.get(f"outcome-{row.enrolment_id}")]
    place, _, field = error.field.removeprefix("marks[").partition("].")
    row = marked[int(place)]
    names = {"minutes_attended": "minutes", "absence_reason": "reason", "enrolment_id": "outcome"}
    return FieldError(
        f"{names.get(field, field)}-{row.enrolment_id}", f"{row.name}: {error.message}"
    )


async def _register_form(
    request: AnyRequest,
    stored: RegisterView,
    actor: Actor,
    typed: dict[str, str],
    *,
    stale: bool = False,
    **how: Any,
) -> Page:
    session = stored.session
    survivor = session.side is Side.SURVIVOR
    saved_by = session.register_saved_by
    names = await account_names({saved_by} if saved_by else set(), scope=actor.scope)
    lines = [_line(row.enrolment_id, stored, typed, stale=stale) for row in stored.rows]
    return page(
        request,
        "registers/register.html",
        session=session,
        version=stored.version,
        lines=lines,
        marked=sum(bool(line.outcome) for line in lines),
        everyday=_choices(_EVERYDAY),
        seldom=_choices(_SURVIVOR_SELDOM if survivor else _SELDOM),
        seldom_values=[item.value for item in _SELDOM],
        reasons=[(item.value, item.value.replace("_", " ").capitalize()) for item in AbsenceReason],
        judged=not survivor,
        has_begun=session.starts_at <= clock.now(),
        may_mark=actor.scope.covers(
            Permission.MARK_REGISTERS, side=session.side, organisation_id=session.organisation_id
        ),
        saved_by=names.get(saved_by, "") if saved_by else "",
        stale=stale,
        typed=typed,
        **how,
    )


def _choices(outcomes: tuple[AttendanceOutcome, ...]) -> list[tuple[str, str]]:
    return [(outcome.value, WORDS[outcome]) for outcome in outcomes]


def _line(enrolment_id: UUID, stored: RegisterView, typed: dict[str, str], *, stale: bool) -> Line:
    row = next(row for row in stored.rows if row.enrolment_id == enrolment_id)
    saved = row.mark.mark.outcome if row.mark else None
    chosen = typed.get(f"outcome-{enrolment_id}", "")
    differs = stale and saved is not None and saved.value != chosen
    return Line(
        id=enrolment_id,
        participant_id=row.participant_id,
        name=row.name,
        outcome=chosen,
        minutes=typed.get(f"minutes-{enrolment_id}", ""),
        reason=typed.get(f"reason-{enrolment_id}", ""),
        acceptable=typed.get(f"acceptable-{enrolment_id}", ""),
        engaged=typed.get(f"engaged-{enrolment_id}", ""),
        note=typed.get(f"note-{enrolment_id}", ""),
        meanwhile=WORDS[saved] if differs and saved else "",
    )


ROUTES = [register_page, save_register]
