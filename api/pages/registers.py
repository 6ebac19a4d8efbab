"""The register: one page for the whole group, one tap per person, one save."""

from collections.abc import Mapping
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
from programmes.queries.registers import RegisterRow, RegisterView, register
from programmes.services import registers
from programmes.services.marks import stored_entries
from programmes.services.registers import Submission
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
_TAKES_PART = {"Yes": True, "No": False}
_IS_ACCEPTABLE = {"Acceptable": True, "Not acceptable": False}
_REASONS = {reason.value.replace("_", " ").capitalize(): reason for reason in AbsenceReason}
"""What a select sends is the text of its option."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line of the page: what is chosen, and what somebody else saved meanwhile."""

    place: int
    id: UUID
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
    form.typed = _by_person(form.typed)
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


def _by_person(typed: dict[str, str]) -> dict[str, str]:
    """Answer the fields by the person's id; the page numbers its lines to stay small."""
    people = {
        field.removeprefix("person-"): enrolment_id
        for field, enrolment_id in typed.items()
        if field.startswith("person-")
    }
    found = {}
    for field, value in typed.items():
        name, _, place = field.rpartition("-")
        found[f"{name}-{people[place]}" if place in people else field] = value
    return found


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
    return Entry(
        enrolment_id=enrolment_id,
        outcome=outcome,
        minutes_attended=minutes if timed else None,
        absence_reason=_REASONS.get(typed.get(f"reason-{enrolment_id}", "")) if absent else None,
        acceptable=_IS_ACCEPTABLE.get(typed.get(f"acceptable-{enrolment_id}", ""))
        if absent
        else None,
        engaged=None if absent else _TAKES_PART.get(typed.get(f"engaged-{enrolment_id}", "")),
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
        typed[f"reason-{enrolment_id}"] = _text_of(_REASONS, entry.absence_reason)
        typed[f"acceptable-{enrolment_id}"] = _text_of(_IS_ACCEPTABLE, entry.acceptable)
        typed[f"engaged-{enrolment_id}"] = _text_of(_TAKES_PART, entry.engaged)
        typed[f"note-{enrolment_id}"] = entry.note
    return typed


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _text_of(texts: Mapping[str, object], value: object) -> str:
    return next((text for text, meaning in texts.items() if meaning == value), "")


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
    lines = [_line(place, row, typed, stale=stale) for place, row in enumerate(stored.rows, 1)]
    places = {str(line.id): str(line.place) for line in lines}
    errors = [_at_place(error, places) for error in how.pop("errors", ())]
    return page(
        request,
        "registers/register.html",
        session=session,
        version=stored.version,
        lines=lines,
        marked=sum(bool(line.outcome) for line in lines),
        everyday=_choices(_EVERYDAY, first=1),
        seldom=_choices(_SURVIVOR_SELDOM if survivor else _SELDOM, first=len(_EVERYDAY) + 1),
        seldom_values=[item.value for item in _SELDOM],
        reasons=list(_REASONS),
        judged=not survivor,
        has_begun=session.starts_at <= clock.now(),
        may_mark=actor.scope.covers(
            Permission.MARK_REGISTERS, side=session.side, organisation_id=session.organisation_id
        ),
        saved_by=names.get(saved_by, "") if saved_by else "",
        stale=stale,
        typed=typed,
        errors=errors,
        **how,
    )


def _at_place(error: FieldError, places: dict[str, str]) -> FieldError:
    """Answer the error of a person's field as that of the field of their line."""
    name, _, enrolment_id = error.field.partition("-")
    if enrolment_id not in places:
        return error
    return FieldError(f"{name}-{places[enrolment_id]}", error.message)


def _choices(outcomes: tuple[AttendanceOutcome, ...], *, first: int) -> list[tuple[int, str, str]]:
    """Answer number, value and text of each outcome; the library numbers radios likewise."""
    return [(place, item.value, WORDS[item]) for place, item in enumerate(outcomes, first)]


def _line(place: int, row: RegisterRow, typed: dict[str, str], *, stale: bool) -> Line:
    saved = row.mark.mark.outcome if row.mark else None

    def chosen(field: str) -> str:
        return typed.get(f"{field}-{row.enrolment_id}", "")

    return Line(
        place=place,
        id=row.enrolment_id,
        name=row.name,
        outcome=chosen("outcome"),
        minutes=chosen("minutes"),
        reason=chosen("reason"),
        acceptable=chosen("acceptable"),
        engaged=chosen("engaged"),
        note=chosen("note"),
        meanwhile=WORDS[saved] if stale and saved and saved.value != chosen("outcome") else "",
    )


ROUTES = [register_page, save_register]
