"""Bringing a spreadsheet: choose it, see what importing it would do, then import it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from api import imports
from api.controllers.imports import MOST_BODY_BYTES
from api.guards import requires
from api.imports import KINDS, Known, Wish
from api.pages.forms import Form, options, refusal
from api.pages.places import places
from api.pages.rendering import AnyRequest, Page, page, words
from core import uploads
from core.columns import match
from core.errors import AppError, InvalidInputError
from core.imports import Result
from core.scope import Actor, Permission
from core.spreadsheets import Sheet

_GUARDS = [requires(Permission.IMPORT_CASES)]
_SHOWN_ROWS = 5
_SHOWN_ERRORS = 50


@get("/imports", guards=_GUARDS, include_in_schema=False)
async def imports_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the form to choose a spreadsheet, with the columns of each kind."""
    return await _choose(request, actor, {})


@post(
    "/imports",
    guards=_GUARDS,
    include_in_schema=False,
    request_max_body_size=MOST_BODY_BYTES,
)
async def upload(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Keep the rows of a spreadsheet until its preview is confirmed."""
    values = await request.form()
    form = Form(values)
    where = await places(Permission.IMPORT_CASES, scope=actor.scope)
    try:
        kind = form.typed.get("kind", "")
        if kind not in {known.slug for known in imports.available(actor)}:
            form.fail("kind", "Select what the rows are")
        organisation_id = where.organisation_id(form)
        sheet = await _sheet(values, form)
        form.check()
        match(sheet, KINDS[kind].columns)
        upload_id = await uploads.keep(sheet, kind=kind, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="file")
        return await _choose(request, actor, form.typed, status=status, errors=errors)
    query = f"?organisation_id={organisation_id}" if len(where.organisations) > 1 else ""
    return Redirect(f"/imports/{upload_id}{query}", status_code=303)


async def _sheet(values: FormMultiDict, form: Form) -> Sheet:
    """Answer the rows of the file that was sent; none where it is missing or wrong, and noted."""
    file = values.get("file")
    if not isinstance(file, UploadFile):
        form.fail("file", "Choose a file")
        return Sheet(())
    try:
        return await imports.sheet_of(file)
    except InvalidInputError as error:
        form.errors += error.errors
        return Sheet(())


async def _choose(request: AnyRequest, actor: Actor, typed: dict[str, str], **how: Any) -> Page:
    where = await places(Permission.IMPORT_CASES, scope=actor.scope)
    known = imports.available(actor)
    return page(
        request, "imports/choose.html", typed=typed,
        kinds=options([(kind.slug, kind.title) for kind in known], typed.get("kind", "")),
        details=[_details(kind) for kind in known],
        organisations=where.choices(typed)["organisations"],
        waiting=[
            {"id": file.id, "kind": KINDS[file.kind].title, "uploaded_at": file.uploaded_at}
            for file in await uploads.waiting(by=actor)
            if file.kind in KINDS
        ],
        **how,
    )  # fmt: skip


def _details(kind: Known) -> dict[str, Any]:
    return {
        "title": f"Columns for {kind.title.lower()}",
        "one_row": kind.one_row,
        "columns": [
            {
                "name": words(column.name),
                "required": column.required,
                "holds": column.holds[:1].upper() + column.holds[1:],
            }
            for column in kind.columns
        ],
    }


@get("/imports/{upload_id:uuid}", guards=_GUARDS, include_in_schema=False)
async def preview_page(
    request: AnyRequest,
    upload_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
) -> Page:
    """Show which columns were found, and what importing would do; nothing is saved."""
    kind, sheet = await uploads.kept(upload_id, by=actor)
    result = await imports.run(
        kind, sheet, Wish(dry_run=True, organisation_id=organisation_id), by=actor
    )
    found = match(sheet, KINDS[kind].columns)
    return page(
        request, "imports/preview.html", kind=KINDS[kind], result=result,
        found=[{"column": words(name), "heading": text} for name, text in found.headings.items()],
        ignored=found.ignored, notes=sheet.notes,
        headings=[words(name) for name in found.places],
        rows=[_cells(number, texts, found.places) for number, texts in _first(sheet)],
        **_shown(upload_id, organisation_id, result),
    )  # fmt: skip


def _first(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [row for row, _ in zip(sheet.body, range(_SHOWN_ROWS), strict=False)]


def _cells(number: int, texts: tuple[str, ...], places: Mapping[str, int]) -> dict[str, Any]:
    cells = [texts[place] if place < len(texts) else "" for place in places.values()]
    return {"number": number, "cells": cells}


def _shown(upload_id: UUID, organisation_id: UUID | None, result: Result) -> dict[str, Any]:
    """Answer what preview and result share: addresses, and the first errors."""
    query = f"?organisation_id={organisation_id}" if organisation_id else ""
    return {
        "address": f"/imports/{upload_id}{query}",
        "remove_address": f"/imports/{upload_id}/remove",
        "errors_address": f"/imports/{upload_id}/errors{query}",
        "row_errors": [
            {"row": error.row, "column": words(error.field), "message": error.message}
            for error in result.errors[:_SHOWN_ERRORS]
        ],
        "more_errors": max(len(result.errors) - _SHOWN_ERRORS, 0),
        "good": result.rows - result.refused,
    }


@post("/imports/{upload_id:uuid}", guards=_GUARDS, status_code=200, include_in_schema=False)
async def import_rows(
    request: AnyRequest,
    upload_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
) -> Page:
    """Import the rows; those that cannot be imported wait for the person a day longer."""
    kind, sheet = await uploads.kept(upload_id, by=actor)
    result = await imports.run(kind, sheet, Wish(organisation_id=organisation_id), by=actor)
    await uploads.remove(upload_id, by=actor)
    left = upload_id
    if result.errors:
        left = await uploads.keep(imports.refused_rows(sheet, result), kind=kind, by=actor)
    return page(
        request, "imports/done.html", kind=KINDS[kind], result=result,
        **_shown(left, organisation_id, result),
    )  # fmt: skip


@post("/imports/{upload_id:uuid}/errors", guards=_GUARDS, status_code=200, include_in_schema=False)
async def errors_file(
    upload_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
) -> Page:
    """Answer the rows that cannot be imported as a file, each with its reasons."""
    kind, sheet = await uploads.kept(upload_id, by=actor)
    wish = Wish(dry_run=True, organisation_id=organisation_id)
    result = await imports.run(kind, sheet, wish, by=actor)
    return Response(
        "\ufeff" + imports.errors_as_csv(sheet, result),  # a mark for Excel: this is UTF-8
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="rows-to-correct.csv"'},
    )


@post("/imports/{upload_id:uuid}/remove", guards=_GUARDS, include_in_schema=False)
async def remove(upload_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Remove the rows without importing them."""
    await uploads.remove(upload_id, by=actor)
    return Redirect("/imports?saved=file-removed", status_code=303)


ROUTES = [imports_page, upload, preview_page, import_rows, errors_file, remove]
