"""People's own files, legal holds and what is past its time, under ``/api/v1``."""

from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.rights import HoldIn, HoldOut, PersonFileOut, RecordClassOut
from api.subject_access import whole_file
from core.pagination import Cursor
from core.scope import Actor, Permission
from core.settings import Settings
from jobs import retention
from programmes.domain.subject_access import Asked
from programmes.queries import retention as queries
from programmes.services import holds
from programmes.services.viewing import Listing, listed

_EXPORT = [requires(Permission.EXPORT_PEOPLE)]
_KEEP = [requires(Permission.KEEP_APART)]


@get("/participants/{participant_id:uuid}/export", operation_id="export_participant",
     guards=_EXPORT)  # fmt: skip
async def export_participant(
    participant_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    settings: NamedDependency[Settings],
    asked: FromQuery[Asked] = Asked.BY_THE_PERSON,
) -> PersonFileOut:
    """Answer everything that is held about a person, without anybody else; audited with why."""
    key = settings.key_bytes
    return PersonFileOut.of(await whole_file(participant_id, asked=asked, key=key, by=actor))


@get("/legal-holds", operation_id="list_legal_holds", guards=_EXPORT)
async def list_legal_holds(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[HoldOut]:
    """List whose records are kept past their time; the view is audited."""
    found = await queries.holds(scope=actor.scope, cursor=cursor)
    await listed(
        Listing.HOLDS, len(found.items), permission=Permission.EXPORT_PEOPLE, by=actor
    )  # fmt: skip
    return ListOut.of(found, HoldOut.of)


@post("/participants/{participant_id:uuid}/legal-hold", operation_id="place_legal_hold",
      guards=_KEEP, status_code=204)  # fmt: skip
async def place_legal_hold(
    participant_id: FromPath[UUID], data: JSONBody[HoldIn], actor: NamedDependency[Actor]
) -> None:
    """Keep a person's record until the hold is lifted."""
    await holds.place(participant_id, reason=data.reason, by=actor)


@delete("/participants/{participant_id:uuid}/legal-hold", operation_id="lift_legal_hold",
        guards=_KEEP)  # fmt: skip
async def lift_legal_hold(participant_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Let retention have the record again."""
    await holds.lift(participant_id, by=actor)


@get("/retention", operation_id="get_retention", guards=[requires(Permission.MANAGE_ACCOUNTS)])
async def get_retention(
    actor: NamedDependency[Actor], settings: NamedDependency[Settings]
) -> ListOut[RecordClassOut]:
    """Answer how many records are past the time for which they are kept; nothing is changed."""
    found = await retention.dry_run(settings, scope=actor.scope)
    return ListOut(items=[RecordClassOut.of(item) for item in found], next=None)


ROUTES = Router(
    "/",
    route_handlers=[
        export_participant, list_legal_holds, place_legal_hold, lift_legal_hold, get_retention,
    ],
    tags=["rights"],
)  # fmt: skip
