"""Bringing a spreadsheet: choose it, see what importing it would do, then import it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from accounts.queries import OrganisationView, organisations
from api import imports
from api.controllers.imports import MOST_BODY_BYTES
from api.guards import requires
from api.imports import KINDS, Known, Wish
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, words
from core import mappings, uploads
from core.columns import match
from core.errors import AppError, InvalidInputError
from core.imports import Result
from core.scope import Actor, Permission, Side
from core.spreadsheets import Sheet

_GUARDS = [requires(*imports.PERMISSIONS)]
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
    try:
        kind = form.typed.get("kind", "")
        if kind not in {known.slug for known in imports.available(actor)}:
            form.fail("kind", "Select what the rows are")
        organisation_id = await _organisation_id(form, kind, actor)
        sheet = await _sheet(values, form)
        form.check()
        known = await mappings.fitting(kind, sheet.header, by=actor)
        upload_id = await uploads.keep(
            sheet, kind=kind, by=actor, chosen=known.headings if known else {},
            source=known.source if known else "",
        )  # fmt: skip
    except AppError as error:
        status, errors = refusal(error, field="file")
        return await _choose(request, actor, form.typed, status=status, errors=errors)
    full_list = KINDS[kind].may_be_full_list and form.typed.get("full_list") == "yes"
    return Redirect(
        f"/imports/{upload_id}{query_of(organisation_id, full_list=full_list)}", status_code=303
    )


async def _organisation_id(form: Form, kind: str, actor: Actor) -> UUID | None:
    """Answer for which organisation; rows may say it themselves where their kind can."""
    known = await _organisations(actor)
    if len(known) <= 1:
        return None
    if not form.typed.get("organisation_id") and kind in KINDS and KINDS[kind].names_organisation:
        return None
    return form.id("organisation_id", "an organisation")


async def _organisations(actor: Actor) -> list[OrganisationView]:
    """Answer the organisations for which the person may import anything."""
    return [
        known
        for known in await organisations(scope=actor.scope)
        if any(
            actor.scope.covers(permission, side=side, organisation_id=known.id)
            for permission in imports.PERMISSIONS
            for side in (None, *Side)
        )
    ]


def query_of(organisation_id: UUID | None, *, full_list: bool) -> str:
    """Answer what addresses of one file carry along."""
    said = {"organisation_id": organisation_id, "full_list": "true" if full_list else None}
    query = urlencode({name: str(value) for name, value in said.items() if value})
    return f"?{query}" if query else ""


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
    known = imports.available(actor)
    places = [(str(item.id), item.name) for item in await _organisations(actor)]
    named = all(kind.names_organisation for kind in known)
    blank = "As the rows say" if named else "Choose an organisation"
    return page(
        request, "imports/choose.html", typed=typed, of_cases=of_cases(actor),
        kinds=options([(kind.slug, kind.title) for kind in known], typed.get("kind", "")),
        details=[_details(kind) for kind in known],
        organisations=options(places, typed.get("organisation_id", ""), blank=blank)
        if len(places) > 1
        else [],
        may_be_full_list=any(kind.may_be_full_list for kind in known),
        waiting=[
            {"id": file.id, "kind": KINDS[file.kind].title, "uploaded_at": file.uploaded_at}
            for file in await uploads.waiting(by=actor)
            if file.kind in KINDS
        ],
        saved=[
            {"id": one.id, "source": one.source, "kind": KINDS[one.kind].title}
            for one in await mappings.saved(by=actor)
            if one.kind in KINDS
        ],
        **how,
    )  # fmt: skip


def of_cases(actor: Actor) -> bool:
    """Tell whether the person came from people rather than from staff."""
    return actor.scope.has(Permission.IMPORT_CASES)


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
    *,
    full_list: FromQuery[bool] = False,
) -> Page:
    """Show which columns were found, and what importing would do; nothing is saved."""
    file = await uploads.kept(upload_id, by=actor)
    try:
        found = match(file.sheet, KINDS[file.kind].columns, file.chosen)
    except InvalidInputError:
        query = query_of(organisation_id, full_list=full_list)
        return Redirect(f"/imports/{upload_id}/columns{query}", status_code=303)
    wish = Wish(
        dry_run=True, organisation_id=organisation_id, full_list=full_list, chosen=file.chosen
    )
    result = await imports.run(file.kind, file.sheet, wish, by=actor)
    return page(
        request, "imports/preview.html", kind=KINDS[file.kind], result=result, source=file.source,
        found=[{"column": words(name), "heading": text} for name, text in found.headings.items()],
        ignored=found.ignored, notes=file.sheet.notes, full_list=full_list,
        headings=[words(name) for name in found.places],
        rows=[_cells(number, texts, found.places) for number, texts in _first(file.sheet)],
        **_shown(upload_id, wish, result),
    )  # fmt: skip


def _first(sheet: Sheet) -> list[tuple[int, tuple[str, ...]]]:
    return [row for row, _ in zip(sheet.body, range(_SHOWN_ROWS), strict=False)]


def _cells(number: int, texts: tuple[str, ...], places: Mapping[str, int]) -> dict[str, Any]:
    cells = [texts[place] if place < len(texts) else "" for place in places.values()]
    return {"number": number, "cells": cells}


def _shown(upload_id: UUID, wish: Wish, result: Result) -> dict[str, Any]:
    """Answer what preview and result share: addresses, and the first errors."""
    query = query_of(wish.organisation_id, full_list=wish.full_list)
    return {
        "address": f"/imports/{upload_id}{query}",
        "columns_address": f"/imports/{upload_id}/columns{query}",
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
    *,
    full_list: FromQuery[bool] = False,
) -> Page:
    """Import the rows; those that cannot be imported wait for the person a day longer."""
    file = await uploads.kept(upload_id, by=actor)
    wish = Wish(organisation_id=organisation_id, full_list=full_list, chosen=file.chosen)
    result = await imports.run(file.kind, file.sheet, wish, by=actor)
    await uploads.remove(upload_id, by=actor)
    left = upload_id
    if result.errors:
        left = await uploads.keep(
            imports.refused_rows(file.sheet, result), kind=file.kind, by=actor,
            chosen=file.chosen, source=file.source,
        )  # fmt: skip
    return page(
        request, "imports/done.html", kind=KINDS[file.kind], result=result,
        of_cases=KINDS[file.kind].permission is Permission.IMPORT_CASES,
        **_shown(left, Wish(organisation_id=organisation_id), result),
    )  # fmt: skip


@post("/imports/{upload_id:uuid}/errors", guards=_GUARDS, status_code=200, include_in_schema=False)
async def errors_file(
    upload_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    organisation_id: FromQuery[UUID | None] = None,
) -> Page:
    """Answer the rows that cannot be imported as a file, each with its reasons."""
    file = await uploads.kept(upload_id, by=actor)
    wish = Wish(dry_run=True, organisation_id=organisation_id, chosen=file.chosen)
    result = await imports.run(file.kind, file.sheet, wish, by=actor)
    return Response(
        "\ufeff" + imports.errors_as_csv(file.sheet, result),  # a mark for Excel: this is UTF-8
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="rows-to-correct.csv"'},
    )


@post("/imports/{upload_id:uuid}/remove", guards=_GUARDS, include_in_schema=False)
async def remove(upload_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Remove the rows without importing them."""
    await uploads.remove(upload_id, by=actor)
    return Redirect("/imports?saved=file-removed", status_code=303)


ROUTES = [imports_page, upload, preview_page, import_rows, errors_file, remove]
