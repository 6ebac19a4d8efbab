"""Texts that people sent to the service, under ``/api/v1``."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from api import replies
from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.replies import ReplyOut
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.services.viewing import Listing, listed


@get("/replies", operation_id="list_replies", guards=[requires(Permission.VIEW_MESSAGES)])
async def list_replies(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    done: FromQuery[bool] = False,  # noqa: FBT002 - a query parameter
) -> ListOut[ReplyOut]:
    """List texts that came in, newest first: those that wait, or those done; audited."""
    found, following = await replies.replies(done=done, cursor=cursor, by=actor)
    await listed(Listing.REPLIES, len(found.people), permission=Permission.VIEW_MESSAGES, by=actor)
    return ListOut(items=[ReplyOut.of(view) for view in found.replies], next=following)


@post("/replies/{reply_id:uuid}/done", operation_id="settle_reply", status_code=204,
      guards=[requires(Permission.DECIDE_MESSAGES)])  # fmt: skip
async def settle_reply(reply_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Record that somebody has looked after a text that came in; once is enough."""
    await replies.settle(reply_id, by=actor)


ROUTES = Router("/", route_handlers=[list_replies, settle_reply], tags=["messaging"])
