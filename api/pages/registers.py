"""The register: one page for the whole group, one tap per person, one save."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, refusal
from api.pages.marks import (
    EVERYDAY,
    REASONS,
    Choice,
    entry_of,
    field_name,
    folded,
    line_of,
    typed_of,
)
from api.pages.rendering import AnyRequest, Page, page
from core import audit, clock
from core.errors import AppError, FieldError
from core.scope import Actor, Permission, Side
from programmes.errors import EditWindowOverError, StaleRegisterError
from programmes.queries.registers import RegisterView, register, taken_by
from programmes.services import registers
from programmes.services.marks import stored_entries
from programmes.services.registers import Submission
from programmes.services.viewing import viewed

_VIEW = [requires(Permission.VIEW_CASES)]
_MARK = [requires(Permission.MARK_REGISTERS, Permission.VIEW_CASES)]


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
    typed = typed_of(stored) | {"covered": session.covered}
    return await _register_form(request, stored, actor, typed)


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
    except EditWindowOverError as error:
        return await _register_form(
            request, stored, actor, form.typed, status=403,
            errors=[FieldError("save", error.detail)],
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
    before = stored_entries(stored)
    entries = [
        entry_of(form, row.enrolment_id, before.get(row.enrolment_id), stored.session.side)
        for row in stored.rows
        if form.typed.get(f"outcome-{row.enrolment_id}")
    ]
    covered = form.typed.get("covered")
    return Submission(
        int(version),
        tuple(entries),
        form.typed.get("correction_reason", ""),
        None if covered is None else covered.replace("\r\n", "\n"),
    )


def _everyone(typed: dict[str, str], stored: RegisterView) -> dict[str, str]:
    """Answer what was typed, with "attended" for everybody who has no mark."""
    chosen = dict(typed)
    for row in stored.rows:
        chosen[f"outcome-{row.enrolment_id}"] = (
            typed.get(f"outcome-{row.enrolment_id}") or EVERYDAY[stored.session.side][0].code
        )
    return chosen


def _beside_its_person(
    error: FieldError, typed: dict[str, str], stored: RegisterView
) -> FieldError:
    """Answer the error of ``marks[3].note`` as that of the field of the fourth marked person."""
    if not error.field.startswith("marks["):
        return error
    marked = [row for row in stored.rows if typed.get(f"outcome-{row.enrolment_id}")]
    place, _, field = error.field.removeprefix("marks[").partition("].")
    row = marked[int(place)]
    return FieldError(f"{field_name(field)}-{row.enrolment_id}", f"{row.name}: {error.message}")


async def _register_form(
    request: AnyRequest,
    stored: RegisterView,
    actor: Actor,
    typed: dict[str, str],
    *,
    stale: bool = False,
    **how: Any,
) -> Page:
    session, side = stored.session, stored.session.side
    meanwhile = stored_entries(stored) if stale else {}
    lines = [
        line_of(place, row, typed, meanwhile.get(row.enrolment_id), side)
        for place, row in enumerate(stored.rows, 1)
    ]
    places = {str(line.id): str(line.place) for line in lines}
    errors = [_at_place(error, places) for error in how.pop("errors", ())]
    everyday = EVERYDAY[side]
    seldom = folded(side, lines, long=stored.long_outcomes)
    return page(
        request,
        "registers/register.html",
        session=session,
        version=stored.version,
        lines=lines,
        marked=sum(bool(line.outcome) for line in lines),
        everyday=_numbered(everyday, first=1),
        seldom=_numbered(seldom, first=len(everyday) + 1),
        seldom_values=[choice.code for choice in seldom],
        reasons=list(REASONS),
        judged=side is Side.PERPETRATOR,
        has_begun=session.starts_at <= clock.now(),
        stale=stale,
        typed=typed,
        errors=errors,
        **_may(stored, actor),
        **await _names(stored, actor),
        **how,
    )


def _may(stored: RegisterView, actor: Actor) -> dict[str, Any]:
    """Answer whether this person marks the register, and changes what is saved (2.3)."""
    session = stored.session

    def holds(permission: Permission) -> bool:
        return actor.scope.covers(
            permission, side=session.side, organisation_id=session.organisation_id
        )

    late = bool(stored.version) and clock.today() > stored.correctable_until
    return {
        "may_mark": holds(Permission.MARK_REGISTERS),
        "is_late": late,
        "may_correct": not late or holds(Permission.CORRECT_LATE),
        "correctable_until": case_words.day(stored.correctable_until),
    }


async def _names(stored: RegisterView, actor: Actor) -> dict[str, Any]:
    """Answer who takes the session and who saved its register last."""
    saved_by = stored.session.register_saved_by
    takes = await taken_by(stored.session, scope=actor.scope)
    names = await account_names({*takes, *({saved_by} if saved_by else set())}, scope=actor.scope)
    return {
        "saved_by": names.get(saved_by, "") if saved_by else "",
        "taken_by": ", ".join(sorted(names[one] for one in takes if one in names)),
    }


def _at_place(error: FieldError, places: dict[str, str]) -> FieldError:
    """Answer the error of a person's field as that of the field of their line."""
    name, _, enrolment_id = error.field.partition("-")
    if enrolment_id not in places:
        return error
    return FieldError(f"{name}-{places[enrolment_id]}", error.message)


def _numbered(choices: tuple[Choice, ...], *, first: int) -> list[tuple[int, str, str]]:
    """Answer number, value and text of each choice; the library numbers radios likewise."""
    return [(place, one.code, one.text) for place, one in enumerate(choices, first)]


ROUTES = [register_page, save_register]
