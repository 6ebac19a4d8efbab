"""Saying which heading of a spreadsheet is which column, for now and for its source's next file."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api.guards import requires
from api.imports import KINDS, PERMISSIONS
from api.pages.forms import Form, options, refusal
from api.pages.imports import query_of
from api.pages.rendering import AnyRequest, Page, page, words
from core import mappings, uploads
from core.columns import Column, folded, match
from core.errors import AppError, InvalidInputError
from core.scope import Actor
from core.spreadsheets import Sheet
from core.uploads import Kept

_GUARDS = [requires(*PERMISSIONS)]


@get("/imports/{upload_id:uuid}/columns", guards=_GUARDS, include_in_schema=False)
async def columns_page(
    request: AnyRequest,
    upload_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
    *,
    full_list: FromQuery[bool] = False,
) -> Page:
    """Show the columns of a file, each with the heading that seems to be it."""
    file = await uploads.kept(upload_id, by=actor)
    typed = {
        _field(column): file.chosen.get(column.name, _guess(file.sheet, column))
        for column in KINDS[file.kind].columns
    }
    query = query_of(organisation_id, full_list=full_list)
    return _page(request, upload_id, query, file, {**typed, "source": file.source})


@post("/imports/{upload_id:uuid}/columns", guards=_GUARDS, include_in_schema=False)
async def choose_columns(
    request: AnyRequest,
    upload_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
    *,
    full_list: FromQuery[bool] = False,
) -> Page:
    """Keep what was chosen with the file, and with the name of its source for the next one."""
    file = await uploads.kept(upload_id, by=actor)
    query = query_of(organisation_id, full_list=full_list)
    form = Form(await request.form())
    try:
        chosen = _chosen(form, file)
        source = form.text(
            "source", "the name of the source", longest=mappings.LONGEST_SOURCE, optional=True
        )
        form.check()
        match(file.sheet, KINDS[file.kind].columns, chosen)
        await uploads.choose(upload_id, chosen, source=source, by=actor)
        if source:
            await mappings.save(file.kind, source, chosen, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="source")
        return _page(request, upload_id, query, file, form.typed, status=status, errors=errors)
    return Redirect(f"/imports/{upload_id}{query}", status_code=303)


@post("/imports/columns/{mapping_id:uuid}/remove", guards=_GUARDS, include_in_schema=False)
async def remove_columns(mapping_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Forget the columns of a source."""
    await mappings.remove(mapping_id, by=actor)
    return Redirect("/imports?saved=columns-removed", status_code=303)


def _chosen(form: Form, file: Kept) -> dict[str, str]:
    """Answer the heading of each column; what is wrong with one is noted beside it."""
    known = set(_headings(file.sheet))
    chosen: dict[str, str] = {}
    for column in KINDS[file.kind].columns:
        heading = form.typed.get(_field(column), "")
        if heading and heading not in known:
            form.fail(_field(column), "Select a heading of the file")
        elif heading and heading in chosen.values():
            form.fail(_field(column), "Select another heading, this one is chosen above")
        elif column.required and not heading:
            form.fail(_field(column), f"Select which heading is {words(column.name).lower()}")
        chosen[column.name] = heading
    return chosen


def _headings(sheet: Sheet) -> Sequence[str]:
    """Answer the headings that can be chosen: those that the file has only once."""
    texts = [folded(text) for text in sheet.header]
    return [text for text in sheet.header if text and texts.count(folded(text)) == 1]


def _guess(sheet: Sheet, column: Column) -> str:
    names = {folded(name) for name in (column.name, *column.also)}
    own = folded(column.name)
    found = [text for text in _headings(sheet) if folded(text) in names]
    return next((text for text in found if folded(text) == own), found[0] if found else "")


def _field(column: Column) -> str:
    return f"column-{column.name}"


def _page(
    request: AnyRequest,
    upload_id: UUID,
    query: str,
    file: Kept,
    typed: Mapping[str, str],
    **how: Any,
) -> Page:
    headings = [(text, text) for text in _headings(file.sheet)]
    return page(
        request, "imports/columns.html", kind=KINDS[file.kind], typed=dict(typed),
        address=f"/imports/{upload_id}/columns{query}", unread=_unread(file),
        remove_address=f"/imports/{upload_id}/remove",
        columns=[
            {
                "field": _field(column),
                "label": words(column.name) + ("" if column.required else " (if it is there)"),
                "hint": column.holds[:1].upper() + column.holds[1:],
                "options": options(
                    headings,
                    typed.get(_field(column), ""),
                    blank="Choose a heading" if column.required else "Not in the file",
                ),
            }
            for column in KINDS[file.kind].columns
        ],
        **how,
    )  # fmt: skip


def _unread(file: Kept) -> str:
    """Answer why the columns cannot be found without help; empty where they can."""
    try:
        match(file.sheet, KINDS[file.kind].columns, file.chosen)
    except InvalidInputError as error:
        text = error.detail
        for column in KINDS[file.kind].columns:
            text = text.replace(column.name, words(column.name).lower())
        return text
    return ""


ROUTES = [columns_page, choose_columns, remove_columns]
