"""What keeps people apart, under ``/api/v1``: links, workers, flags, conflicts, restrictions."""

from uuid import UUID

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from api.guards import requires
from api.schemas.base import CreatedOut, ListOut
from api.schemas.safety import (
    AccountIn,
    CaseloadOut,
    ConflictOut,
    FindIn,
    FoundOut,
    LinkEndIn,
    LinkIn,
    LinkOut,
    NonAssociationIn,
    NonAssociationOut,
    RestrictionIn,
    RestrictionOut,
    RiskFlagIn,
    SettleIn,
    SharedNumberOut,
    WorkerOut,
)
from core import audit
from core.errors import NotFoundError
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.queries import conflicts as conflict_queries
from programmes.queries import links as link_queries
from programmes.queries import restrictions as restriction_queries
from programmes.queries import workers as worker_queries
from programmes.queries.participants import participant
from programmes.services import (
    conflicts,
    links,
    non_associations,
    restrictions,
    risk_flags,
    workers,
)
from programmes.services.viewing import Listing, listed, viewed

_LINKS = [requires(Permission.MANAGE_LINKS)]
_LEAD = [requires(Permission.KEEP_APART)]
_VIEW = [requires(Permission.VIEW_CASES)]
_KEEPS_APART = [requires(Permission.MANAGE_PEOPLE, Permission.KEEP_APART)]


@get("/links", operation_id="list_links", guards=_LINKS)
async def list_links(
    actor: NamedDependency[Actor], cursor: NamedDependency[Cursor]
) -> ListOut[LinkOut]:
    """List links between perpetrators and survivors, newest first; the view is audited."""
    found = await link_queries.links(scope=actor.scope, cursor=cursor)
    await listed(
        Listing.LINKS, len(found.items), by=actor, permission=Permission.MANAGE_LINKS
    )  # fmt: skip
    return ListOut.of(found, LinkOut.of)


@post("/links", operation_id="record_link", guards=_LINKS)
async def record_link(data: JSONBody[LinkIn], actor: NamedDependency[Actor]) -> CreatedOut:
    """Record that a perpetrator and a survivor are connected."""
    return CreatedOut(
        id=await links.record(data.perpetrator_id, data.survivor_id, data.relationship, by=actor)
    )


@post("/links/find", operation_id="find_perpetrator", guards=_LINKS, status_code=200)
async def find_perpetrator(data: JSONBody[FindIn], actor: NamedDependency[Actor]) -> FoundOut:
    """Answer the status and the flag of whoever has exactly this reference and family name."""
    return FoundOut.of(await links.find_perpetrator(data.reference, data.family_name, by=actor))


@get("/links/{link_id:uuid}", operation_id="get_link", guards=_LINKS)
async def get_link(link_id: FromPath[UUID], actor: NamedDependency[Actor]) -> LinkOut:
    """Answer a link; the view is audited."""
    found = await link_queries.link(link_id, scope=actor.scope)
    await links.viewed(found, by=actor)
    return LinkOut.of(found)


@post("/links/{link_id:uuid}/end", operation_id="end_link", guards=_LINKS, status_code=204)
async def end_link(
    link_id: FromPath[UUID], data: JSONBody[LinkEndIn], actor: NamedDependency[Actor]
) -> None:
    """Record that a link holds no more."""
    await links.end(link_id, data.ended_on, version=data.version, by=actor)


@put("/participants/{participant_id:uuid}/risk-flag", operation_id="set_risk_flag",
     guards=_LINKS, status_code=204)  # fmt: skip
async def set_risk_flag(
    participant_id: FromPath[UUID], data: JSONBody[RiskFlagIn], actor: NamedDependency[Actor]
) -> None:
    """Raise or lower a perpetrator's flag; it has no text."""
    await risk_flags.set_flag(participant_id, raised=data.raised, by=actor)


@get("/caseload", operation_id="list_caseload", guards=_VIEW)
async def list_caseload(actor: NamedDependency[Actor]) -> ListOut[CaseloadOut]:
    """List the people whose worker you are."""
    found = await worker_queries.caseload(scope=actor.scope)
    await listed(Listing.CASELOAD, len(found), by=actor)
    return ListOut(items=[CaseloadOut.of(item) for item in found], next=None)


@get("/participants/{participant_id:uuid}/workers", operation_id="list_workers", guards=_VIEW)
async def list_workers(
    participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[WorkerOut]:
    """List who works with a person."""
    await participant(participant_id, scope=actor.scope)
    found = await worker_queries.workers(participant_id, scope=actor.scope)
    return ListOut(items=[WorkerOut.of(item) for item in found], next=None)


@post("/participants/{participant_id:uuid}/workers", operation_id="assign_worker",
      guards=_KEEPS_APART, status_code=204)  # fmt: skip
async def assign_worker(
    participant_id: FromPath[UUID], data: JSONBody[AccountIn], actor: NamedDependency[Actor]
) -> None:
    """Make somebody a worker of a person."""
    await workers.assign(participant_id, data.account_id, by=actor)


@delete("/participants/{participant_id:uuid}/workers/{account_id:uuid}",
        operation_id="remove_worker", guards=_KEEPS_APART)  # fmt: skip
async def remove_worker(
    participant_id: FromPath[UUID], account_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> None:
    """Make somebody a person's worker no more."""
    await workers.remove(participant_id, account_id, by=actor)


@post("/participants/{participant_id:uuid}/non-associations",
      operation_id="record_non_association", guards=_KEEPS_APART)  # fmt: skip
async def record_non_association(
    participant_id: FromPath[UUID], data: JSONBody[NonAssociationIn], actor: NamedDependency[Actor]
) -> CreatedOut:
    """Record that two people of one side must not be in a group together."""
    return CreatedOut(
        id=await non_associations.record(participant_id, data.other_id, data.reason, by=actor)
    )


@get("/participants/{participant_id:uuid}/non-associations",
     operation_id="list_non_associations", guards=_LEAD)  # fmt: skip
async def list_non_associations(
    participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> ListOut[NonAssociationOut]:
    """List whom a person must not meet, with the reasons; the view is audited."""
    await _seen(participant_id, actor)
    found = await restriction_queries.non_associations(participant_id, scope=actor.scope)
    return ListOut(items=[NonAssociationOut.of(item) for item in found], next=None)


@delete("/participants/{participant_id:uuid}/non-associations/{non_association_id:uuid}",
        operation_id="remove_non_association", guards=_LEAD)  # fmt: skip
async def remove_non_association(
    participant_id: FromPath[UUID],
    non_association_id: FromPath[UUID],
    actor: NamedDependency[Actor],
) -> None:
    """Take back what keeps a person apart from another."""
    await non_associations.remove(participant_id, non_association_id, by=actor)


@get("/participants/{participant_id:uuid}/restriction", operation_id="get_restriction",
     guards=_LEAD)  # fmt: skip
async def get_restriction(
    participant_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> RestrictionOut:
    """Answer how a record is restricted; the view is audited."""
    await _seen(participant_id, actor)
    found = await restriction_queries.restriction(participant_id, scope=actor.scope)
    if found is None:
        raise NotFoundError
    return RestrictionOut.of(found)


@post("/participants/{participant_id:uuid}/restriction", operation_id="restrict_record",
      guards=_LEAD, status_code=204)  # fmt: skip
async def restrict_record(
    participant_id: FromPath[UUID], data: JSONBody[RestrictionIn], actor: NamedDependency[Actor]
) -> None:
    """Hide a person's record from all but those named."""
    await restrictions.restrict(participant_id, data.reason, data.reader_ids, by=actor)


@delete("/participants/{participant_id:uuid}/restriction", operation_id="lift_restriction",
        guards=_LEAD)  # fmt: skip
async def lift_restriction(participant_id: FromPath[UUID], actor: NamedDependency[Actor]) -> None:
    """Show a record again to everybody whose work it is."""
    await restrictions.lift(participant_id, by=actor)


@post("/participants/{participant_id:uuid}/restriction/readers", operation_id="add_reader",
      guards=_LEAD, status_code=204)  # fmt: skip
async def add_reader(
    participant_id: FromPath[UUID], data: JSONBody[AccountIn], actor: NamedDependency[Actor]
) -> None:
    """Name somebody who sees a restricted record."""
    await restrictions.add_reader(participant_id, data.account_id, by=actor)


@delete("/participants/{participant_id:uuid}/restriction/readers/{account_id:uuid}",
        operation_id="remove_reader", guards=_LEAD)  # fmt: skip
async def remove_reader(
    participant_id: FromPath[UUID], account_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> None:
    """Hide a restricted record from somebody who was named."""
    await restrictions.remove_reader(participant_id, account_id, by=actor)


@get("/conflicts", operation_id="list_conflicts", guards=_LEAD)
async def list_conflicts(
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    settled: FromQuery[bool] = False,  # noqa: FBT002 - a query parameter
) -> ListOut[ConflictOut]:
    """List what was refused to keep people apart, newest first; the view is audited."""
    found = await conflict_queries.conflicts(scope=actor.scope, cursor=cursor, settled=settled)
    await listed(
        Listing.CONFLICTS, len(found.items), by=actor, permission=Permission.KEEP_APART
    )  # fmt: skip
    return ListOut.of(found, ConflictOut.of)


@get("/conflicts/{conflict_id:uuid}", operation_id="get_conflict", guards=_LEAD)
async def get_conflict(conflict_id: FromPath[UUID], actor: NamedDependency[Actor]) -> ConflictOut:
    """Answer a conflict; the view is audited."""
    found = await conflict_queries.conflict(conflict_id, scope=actor.scope)
    await conflicts.viewed(found, by=actor)
    return ConflictOut.of(found)


@post("/conflicts/{conflict_id:uuid}/settle", operation_id="settle_conflict", guards=_LEAD,
      status_code=204)  # fmt: skip
async def settle_conflict(
    conflict_id: FromPath[UUID], data: JSONBody[SettleIn], actor: NamedDependency[Actor]
) -> None:
    """Record that a conflict needs nothing more, and why."""
    await conflicts.settle(conflict_id, data.note, version=data.version, by=actor)


@get("/shared-numbers", operation_id="list_shared_numbers", guards=_LEAD)
async def list_shared_numbers(actor: NamedDependency[Actor]) -> ListOut[SharedNumberOut]:
    """List the numbers that several people are recorded with; the view is audited."""
    found = await conflict_queries.shared_numbers(scope=actor.scope)
    await listed(
        Listing.SHARED_NUMBERS, sum(len(one.people) for one in found), by=actor,
        permission=Permission.KEEP_APART,
    )  # fmt: skip
    return ListOut(items=[SharedNumberOut.of(item) for item in found], next=None)


async def _seen(participant_id: UUID, actor: Actor) -> None:
    person = await participant(participant_id, scope=actor.scope)
    actor.require(Permission.KEEP_APART, side=person.side, organisation_id=person.organisation_id)
    await viewed(
        audit.Subject.PARTICIPANT, participant_id, side=person.side,
        organisation_id=person.organisation_id, by=actor,
    )  # fmt: skip


ROUTES = Router(
    "/",
    route_handlers=[
        list_links, record_link, find_perpetrator, get_link, end_link, set_risk_flag,
        list_caseload, list_workers, assign_worker, remove_worker, record_non_association,
        list_non_associations, remove_non_association, get_restriction, restrict_record,
        lift_restriction, add_reader, remove_reader, list_conflicts, get_conflict,
        settle_conflict, list_shared_numbers,
    ],
    tags=["safety"],
)  # fmt: skip
