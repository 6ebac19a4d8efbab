"""Tables of training as files, from the links below their lists."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from api import exports
from api.controllers.exports import FileFormat
from api.guards import requires
from core.scope import Actor, Permission


@get("/exports/{table:str}", guards=[requires(Permission.VIEW_STAFF)], include_in_schema=False)
async def export_file(
    table: FromPath[str],
    actor: NamedDependency[Actor],
    format: FromQuery[FileFormat] = FileFormat.CSV,
) -> Stream:
    """Answer a whole table as a file."""
    return await exports.export(table, format.value, by=actor)


ROUTES = [export_file]
