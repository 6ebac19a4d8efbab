"""One member of staff: what they must hold and by when, their posts, and what they hold."""

from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.guards import requires
from api.pages.record_words import exemption_lines, may, record_lines
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import in_words, status_tag
from core import clock
from core.pagination import MAX_LIMIT, Cursor
from core.scope import Actor, Permission
from training.queries import people
from training.queries.certificates import certificates_of
from training.queries.exemptions import exemptions
from training.queries.people import StaffView
from training.queries.records import records
from training.services import staff


@get("/staff/{staff_id:uuid}", guards=[requires(Permission.VIEW_STAFF)], include_in_schema=False)
async def person_page(
    request: AnyRequest, staff_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one person: what they must hold and by when, and what they hold."""
    scope = actor.scope
    person = await people.staff_member(staff_id, scope=scope)
    await staff.viewed(person, by=actor)
    every = Cursor(limit=MAX_LIMIT)
    held = await records(scope=scope, cursor=every, staff_id=staff_id)
    exempt = await exemptions(scope=scope, cursor=every, staff_id=staff_id)
    files = await certificates_of([view.id for view in held.items], scope=scope)
    return page(
        request,
        "training/person.html",
        staff=person,
        posts=_posts(person),
        items=[
            {"item": item, "tag": status_tag(item.standing.status)}
            for item in await people.standings(person, as_of=clock.today(), scope=scope)
        ],
        records=record_lines(held.items, files),
        exemptions=exemption_lines(exempt.items, clock.today()),
        can_change=may(Permission.MANAGE_STAFF, person, scope),
        can_record=may(Permission.RECORD_TRAINING, person, scope),
    )


def _posts(person: StaffView) -> list[dict[str, Any]]:
    """Answer the posts, those held today first, then the latest."""
    today = clock.today()
    rows = [
        {
            "view": view,
            "sector": in_words(view.post.position.sector),
            "staff_group": in_words(view.post.position.staff_group),
            "share": f"{view.post.position.fte.normalize():f}",
            "held": view.post.is_held_on(today),
            "to_come": view.post.started_on > today,
            "changed": any(other.post.follows == view.post.id for other in person.posts),
        }
        for view in reversed(person.posts)
    ]
    return sorted(rows, key=lambda row: not row["held"])


ROUTES = [person_page]
