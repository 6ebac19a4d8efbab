"""Tables of training as CSV and XLSX files under ``/api/v1``."""

from enum import StrEnum

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from api import exports
from api.guards import requires
from core.scope import Actor, Permission


class FileFormat(StrEnum):
    """How a table is written."""

    CSV = "csv"
    XLSX = "xlsx"


@get("/exports/{table:str}", operation_id="export_table", guards=[requires(Permission.VIEW_STAFF)])
async def export_table(
    table: FromPath[str],
    actor: NamedDependency[Actor],
    format: FromQuery[FileFormat] = FileFormat.CSV,
) -> Stream:
    """Take a whole table as a file: staff, posts, courses, training-records and others."""
    return await exports.export(table, format.value, by=actor)


ROUTES = Router("/", route_handlers=[export_table], tags=["exports"])
