"""My training: what I must hold and by when, what I hold, and what lapses of those I manage."""

from collections.abc import Iterable
from typing import Any

from litestar import get
from litestar.di import NamedDependency

from api.guards import signed_in
from api.pages.rendering import AnyRequest, Page, page
from api.pages.training_words import in_words, status_tag
from core import clock
from core.scope import Actor
from training.queries.own import own_training
from training.queries.people import Item

_NOT_FOUND = 404


@get("/my-training", guards=[signed_in], include_in_schema=False)
async def my_training(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show one's own training; nothing of it where the account is linked to no staff record."""
    today = clock.today()
    own = await own_training(as_of=today, scope=actor.scope)
    if own is None:
        return page(request, "training/no_own_training.html", status=_NOT_FOUND)
    return page(
        request,
        "training/own.html",
        person=own.person,
        day=today,
        items=_lines(own.items),
        records=[{"record": view, "evidence": in_words(view.evidence)} for view in own.records],
        reports=[
            {"report": report, "lines": _lines(report.items)}
            for report in own.reports
            if report.items
        ],
        managed=len(own.reports),
    )


def _lines(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [{"item": item, "tag": status_tag(item.standing.status)} for item in items]


ROUTES = [my_training]
