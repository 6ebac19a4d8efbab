"""Published reports under ``/api/v1``: numbered, never changed, the newest first."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.controllers.reports import Format, answer
from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.releases import ReleaseIn, ReleaseOut
from core import releases
from core.scope import Actor, Permission
from jobs import publication
from jobs.publication import Terms

READS = requires(Permission.VIEW_PUBLISHED_REPORTS, Permission.PUBLISH_REPORTS)


@get("/releases", operation_id="list_releases", guards=[READS])
async def list_releases(
    actor: NamedDependency[Actor], slug: FromQuery[str] = ""
) -> ListOut[ReleaseOut]:
    """List the releases that you may read, of one report or of all."""
    found = await releases.releases(scope=actor.scope, slug=slug)
    return ListOut(items=[ReleaseOut.of(one) for one in found], next=None)


@post("/releases", operation_id="publish_report", guards=[requires(Permission.PUBLISH_REPORTS)])
async def publish_report(
    data: JSONBody[ReleaseIn], actor: NamedDependency[Actor], terms: NamedDependency[Terms]
) -> ListOut[ReleaseOut]:
    """Publish a report: small numbers suppressed, a release for each side that it has figures of.

    What would reveal a small number beside earlier releases is suppressed too; where nothing
    would be left, it is refused with the cells named.
    """
    made = await publication.publish(
        data.slug, data.question(), note=data.note, terms=terms, by=actor
    )
    return ListOut(items=[ReleaseOut.of(one) for one in made], next=None)


@get("/releases/{number:int}", operation_id="read_release", guards=[READS])
async def read_release(
    number: FromPath[int], actor: NamedDependency[Actor], format: FromQuery[Format] = Format.JSON
) -> Response[Any]:
    """Answer a release as it was published."""
    _, report = await releases.release_of(number, scope=actor.scope)
    return answer(report, format)


ROUTES = Router("/", route_handlers=[list_releases, publish_report, read_release], tags=["reports"])
