"""Waiting lists, and the referrers who are still to be told: pages, and the task on Today."""

from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from api.guards import requires
from api.pages import referral_words
from api.pages.forms import options
from api.pages.rendering import AnyRequest, Page, page
from api.pages.todo import Task, TaskGroup
from core import clock
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission
from programmes.queries.cohorts import cohorts
from programmes.queries.programmes import programme as programme_of
from programmes.queries.referrers import NewsView, untold
from programmes.queries.waiting import WaiterView, waiting
from programmes.services.viewing import Listing, listed

_TASKS_SHOWN = 5


@get(
    "/programmes/{programme_id:uuid}/waiting-list",
    guards=[requires(Permission.VIEW_CASES)],
    include_in_schema=False,
)
async def waiting_page(
    request: AnyRequest,
    programme_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    area: FromQuery[str] = "",
) -> Page:
    """Show who waits for a place on a programme, for how long, and the groups to come."""
    programme = await programme_of(programme_id, scope=actor.scope)
    found = await waiting(programme_id, scope=actor.scope, area=area)
    groups = await cohorts(
        scope=actor.scope, cursor=Cursor(limit=MAX_LIMIT), current_on=clock.today()
    )
    await listed(
        Listing.WAITING, len(found.ready) + len(found.not_ready), side=programme.side,
        organisation_id=programme.organisation_id, by=actor,
    )  # fmt: skip
    return page(
        request, "waiting/list.html", programme=programme, area=area,
        areas=options([(item, item) for item in found.areas], area, blank="All areas"),
        figures=referral_words.wait_figures(found.waits),
        ready=[_row(item) for item in found.ready],
        not_ready=[_row(item) for item in found.not_ready],
        groups=[
            item
            for item in groups.items
            if item.programme_id == programme_id and item.places_left > 0
        ],
        may_add=actor.scope.covers(
            Permission.MANAGE_PEOPLE, side=programme.side,
            organisation_id=programme.organisation_id,
        ),
    )  # fmt: skip


def _row(item: WaiterView) -> dict[str, Any]:
    return {
        "href": f"/referrals/{item.referral.id}",
        "name": item.referral.participant_name,
        "since": item.referral.received_on,
        "waited": referral_words.days(item.waited_days),
        "status": referral_words.STATUSES[item.referral.status],
        "area": item.area or "Not recorded",
        "available": referral_words.available(item.needs.availability) or ["Not recorded"],
        "needs": referral_words.suits(item),
    }


@get(
    "/referrals/to-tell", guards=[requires(Permission.MANAGE_PEOPLE)], include_in_schema=False
)  # fmt: skip
async def to_tell_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the referrers who have not been told of an outcome or an end."""
    found = await untold(scope=actor.scope)
    await listed(Listing.REFERRALS, len(found), by=actor)
    return page(
        request,
        "referrals/to_tell.html",
        news=[
            {
                "href": f"/referrals/{item.referral_id}/told",
                "name": item.name,
                "programme": item.programme_name,
                "agency": item.referrer_agency or "Not recorded",
                "status": referral_words.STATUSES[item.status],
                "since": item.news_on,
            }
            for item in found
        ],
    )


async def referrers_to_tell(actor: Actor) -> TaskGroup:
    """Answer the oldest news that referrers have not been told, for Today."""
    found = await untold(scope=actor.scope) if _may_tell(actor) else ()
    tasks = [_task(item) for item in found[:_TASKS_SHOWN]]
    if found:
        tasks.append(Task(f"All {len(found)} referrers to tell", "/referrals/to-tell"))
    return TaskGroup("Tell the referrer", tuple(tasks))


def _may_tell(actor: Actor) -> bool:
    return actor.scope.has(Permission.MANAGE_PEOPLE)


def _task(item: NewsView) -> Task:
    return Task(
        text=f"{item.name}, {item.programme_name}: {referral_words.STATUSES[item.status]}",
        href=f"/referrals/{item.referral_id}/told",
        due=f"News of {item.news_on.day} {item.news_on:%B %Y}",
    )


ROUTES = [waiting_page, to_tell_page]
