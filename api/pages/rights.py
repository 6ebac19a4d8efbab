"""What is held about a person, to print or take away; legal holds; what is past its time."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import case_words
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day, wall_time
from api.schemas.rights import PersonFileOut
from api.subject_access import LEFT_OUT_SENTENCE, in_words, whole_file
from core import clock
from core.errors import AppError
from core.pagination import Cursor
from core.scope import Actor, Permission
from core.settings import Settings
from jobs import retention
from programmes.domain.subject_access import Asked, Field, Kind, Section
from programmes.queries.participants import participant
from programmes.queries.retention import HoldView, hold, holds
from programmes.queries.subject_access import PersonFile
from programmes.services import holds as services
from programmes.services.viewing import Listing, listed

_EXPORT = [requires(Permission.EXPORT_PEOPLE)]
_KEEP = [requires(Permission.KEEP_APART)]

_ASKED = (
    (Asked.BY_THE_PERSON, "The person asked what is held about them"),
    (Asked.FOR_THE_PERSON, "Somebody asked on their behalf, such as a solicitor"),
    (Asked.BY_LAW, "A court or a law requires it"),
    (Asked.TO_CHECK, "To check what would be shown"),
)


@get("/participants/{participant_id:uuid}/export", guards=_EXPORT, include_in_schema=False)
async def export_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask why a person's file is needed, before anything of it is shown."""
    return await _export_form(request, participant_id, actor, {})


@post("/participants/{participant_id:uuid}/export", guards=_EXPORT, status_code=200,
      include_in_schema=False)  # fmt: skip
async def export(
    request: AnyRequest,
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
) -> Page:
    """Show a person's file to print, or answer it as a file; audited with why."""
    form = Form(await request.form())
    try:
        asked = form.choice("asked", "why it is needed", Asked)
        form.check()
        found = await whole_file(participant_id, asked=asked, key=settings.key_bytes, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="asked")
        return await _export_form(
            request, participant_id, actor, form.typed, status=status, errors=errors
        )
    if form.typed.get("action") == "download":
        return _download(found)
    return page(
        request, "rights/file.html", person=found.person, made_on=clock.today(),
        left_out=LEFT_OUT_SENTENCE,
        sections=[_section(item) for item in found.sections if item.rows],
        empty=[item.title for item in found.sections if not item.rows],
    )  # fmt: skip


async def _export_form(
    request: AnyRequest, participant_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    person = await participant(
        participant_id, scope=actor.scope, permission=Permission.EXPORT_PEOPLE
    )
    return page(
        request, "rights/export.html", person=person, left_out=LEFT_OUT_SENTENCE,
        choices=options(
            [(value.value, text) for value, text in _ASKED], typed.get("asked", "")
        ),
        **how,
    )  # fmt: skip


def _download(file: PersonFile) -> Page:
    return Response(
        content=msgspec.json.format(msgspec.json.encode(PersonFileOut.of(file)), indent=2),
        media_type=MediaType.JSON,
        headers={
            "Content-Disposition": f'attachment; filename="record-{file.person.id}.json"',
            "Cache-Control": "no-store",
        },
    )


def _section(section: Section) -> dict[str, Any]:
    """Answer a section with what is written down in it; empty fields are left out."""
    return {
        "title": section.title,
        "entries": [
            [
                {"title": field.title, "text": text}
                for field in section.fields
                if (text := _text(row[field.key], field))
            ]
            for row in section.rows
        ],
    }


def _text(value: Any, field: Field) -> str:
    """Answer a value as people read it, empty where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{short_day(value)}, {wall_time(value)}"
    if isinstance(value, date):
        return case_words.day(value)
    return in_words(value) if field.kind is Kind.CODE else str(value)


@get("/participants/{participant_id:uuid}/hold", guards=_EXPORT, include_in_schema=False)
async def hold_page(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show whether a person's record is under a legal hold, and let it be placed or lifted."""
    return await _hold_form(request, participant_id, actor, {})


@post("/participants/{participant_id:uuid}/hold", guards=_KEEP, include_in_schema=False)
async def place_hold(
    request: AnyRequest, participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Keep a person's record until the hold is lifted."""
    form = Form(await request.form())
    try:
        reason = form.text("reason", "the reason", longest=200)
        form.check()
        await services.place(participant_id, reason=reason, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="reason")
        return await _hold_form(
            request, participant_id, actor, form.typed, status=status, errors=errors
        )
    return Redirect(f"/participants/{participant_id}/hold?saved=hold", status_code=303)


@post("/participants/{participant_id:uuid}/hold/lift", guards=_KEEP, include_in_schema=False)
async def lift_hold(participant_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Let retention have the record again."""
    await services.lift(participant_id, by=actor)
    return Redirect(f"/participants/{participant_id}/hold?saved=hold-lifted", status_code=303)


async def _hold_form(
    request: AnyRequest, participant_id: UUID, actor: Actor, typed: dict[str, str], **how: Any
) -> Page:
    person = await participant(
        participant_id, scope=actor.scope, permission=Permission.EXPORT_PEOPLE
    )
    found = await hold(participant_id, scope=actor.scope)
    names = await account_names(_placers([found] if found else []), scope=actor.scope)
    return page(
        request, "rights/hold.html", person=person, typed=typed,
        hold=_row(found, names) if found else None,
        may_change=actor.scope.covers(
            Permission.KEEP_APART, side=person.side, organisation_id=person.organisation_id
        ),
        **how,
    )  # fmt: skip


@get("/holds", guards=_EXPORT, include_in_schema=False)
async def holds_page(
    request: AnyRequest, actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> Page:
    """List whose records are kept past their time."""
    found = await holds(scope=actor.scope, cursor=cursor)
    await listed(
        Listing.HOLDS, len(found.items), permission=Permission.EXPORT_PEOPLE, by=actor
    )  # fmt: skip
    names = await account_names(_placers(found.items), scope=actor.scope)
    return page(
        request, "rights/holds.html", next=found.next,
        rows=[_row(item, names) for item in found.items],
    )  # fmt: skip


def _placers(found: Any) -> set[UUID]:
    return {item.placed_by for item in found if item.placed_by}


def _row(view: HoldView, names: dict[UUID, str]) -> dict[str, str]:
    return {
        "href": f"/participants/{view.participant_id}/hold",
        "name": view.name,
        "reason": view.reason,
        "since": short_day(view.placed_at),
        "by": names.get(view.placed_by, "the service itself") if view.placed_by else "",
    }


@get("/retention", guards=[requires(Permission.MANAGE_ACCOUNTS)], include_in_schema=False)
async def retention_page(
    request: AnyRequest, actor: NamedDependency[Actor], settings: NamedDependency[Settings]
) -> Page:
    """Show how many records are past the time for which they are kept."""
    found = await retention.dry_run(settings, scope=actor.scope)
    rows = [
        {
            "name": item.name,
            "kept_for": item.kept_for,
            "due": str(item.due),
            "on_hold": str(item.on_hold),
            "oldest": case_words.day(item.oldest_on) if item.oldest_on else "",
        }
        for item in found
    ]
    return page(request, "rights/retention.html", rows=rows)


ROUTES = [
    export_page, export, hold_page, place_hold, lift_hold, holds_page, retention_page,
]  # fmt: skip
