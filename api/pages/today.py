"""Today: what needs doing now."""

from litestar import get
from litestar.di import NamedDependency

from api.guards import signed_in
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.scope import Actor


@get("/", guards=[signed_in], include_in_schema=False)
async def today(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show what needs doing now."""
    return page(request, "today.html", name=actor.name, day=clock.today())


ROUTES = [today]
