"""What everybody may read without signing in: help, and the accessibility statement."""

from litestar import get

from api.guards import PUBLIC
from api.pages.rendering import AnyRequest, Page, page


@get("/help", opt=PUBLIC, include_in_schema=False)
async def help_page(request: AnyRequest) -> Page:
    """Show what each part of the service is for, and who helps."""
    return page(request, "help.html")


@get("/accessibility", opt=PUBLIC, include_in_schema=False)
async def accessibility_page(request: AnyRequest) -> Page:
    """Show the accessibility statement."""
    return page(request, "accessibility.html")


ROUTES = [help_page, accessibility_page]
