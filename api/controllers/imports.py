"""Imports of spreadsheets under ``/api/v1``."""

from uuid import UUID

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody

from api import imports
from api.guards import requires
from api.requests import readable_form
from api.schemas.imports import ImportOut, SpreadsheetIn
from core import mappings
from core.imports import ImportRefusedError
from core.scope import Actor, Side
from core.spreadsheets import MOST_BYTES

MOST_BODY_BYTES = MOST_BYTES + 1_000_000
"""The file, with what a form puts around it."""


@post(
    "/imports/{kind:str}",
    operation_id="import_spreadsheet",
    guards=[requires(*imports.PERMISSIONS)],
    status_code=200,
    before_request=readable_form,
    request_max_body_size=MOST_BODY_BYTES,
)
async def import_spreadsheet(
    kind: FromPath[str],
    data: MultipartBody[SpreadsheetIn],
    actor: NamedDependency[Actor],
    *,
    dry_run: FromQuery[bool] = False,
    strict: FromQuery[bool] = False,
    side: FromQuery[Side | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    full_list: FromQuery[bool] = False,
    source: FromQuery[str | None] = None,
) -> ImportOut:
    """Import a CSV or XLSX file: ``referrals``, ``attendance``, ``staff``, ``training-records``.

    One bad row does not stop the rest; with ``strict`` all rows go in or none. With ``dry_run``
    every check is made and nothing is saved. ``source`` names columns that were chosen on the page
    and saved. With ``full_list`` staff who are in post and missing are proposed as leavers.
    """
    sheet = await imports.sheet_of(data.file)
    chosen = (await mappings.of_source(kind, source, by=actor)).headings if source else {}
    wish = imports.Wish(dry_run, strict, side, organisation_id, full_list, chosen)
    try:
        return ImportOut.of(await imports.run(kind, sheet, wish, by=actor))
    except ImportRefusedError as error:
        error.extensions = {"result": ImportOut.of(error.result)}
        raise


ROUTES = Router("/", route_handlers=[import_spreadsheet], tags=["imports"])
