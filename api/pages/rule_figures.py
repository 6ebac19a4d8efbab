"""What became of each rule's texts, and who came with one delivered and without: counts alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency

from api.guards import requires
from api.pages.rendering import AnyRequest, Page, page, short_day
from core import clock
from core.scope import Actor, Permission
from messaging.queries.figures import Reached, RuleFigures, by_rule, reached
from programmes.queries.cohorts import own_cohort_ids
from programmes.queries.turnout import turnout

_DAYS = 28
_Came = Counter[tuple[UUID, bool, bool]]
"""People at sessions by rule, whether the text was delivered, and whether they came."""


@get("/messaging/figures", guards=[requires(Permission.VIEW_MESSAGES)], include_in_schema=False)
async def figures_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the figures of the last four weeks, by rule."""
    since = clock.now() - timedelta(days=_DAYS)
    own = await own_cohort_ids(scope=actor.scope)
    found = await by_rule(since=since, scope=actor.scope, own_cohorts=own)
    came = _came(
        await reached(since=since, scope=actor.scope, own_cohorts=own),
        await turnout(since=since, scope=actor.scope),
    )
    return page(
        request, "messages/figures.html", since=short_day(since),
        rows=[_row(one, came) for one in found],
    )  # fmt: skip


def _came(people: Iterable[Reached], marks: Mapping[tuple[UUID, UUID], bool]) -> _Came:
    return Counter(
        (one.rule_id, one.delivered, marks[one.recipient_id, one.subject_id])
        for one in people
        if (one.recipient_id, one.subject_id) in marks
    )


def _row(one: RuleFigures, came: _Came) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "counts": (one.delivered, one.no_word, one.failed, one.not_sent, one.doubtful),
        "with": _share(came, one.rule_id, delivered=True),
        "without": _share(came, one.rule_id, delivered=False),
    }


def _share(came: _Came, rule_id: UUID, *, delivered: bool) -> str:
    attended, missed = (came[rule_id, delivered, there] for there in (True, False))
    return f"{attended} of {attended + missed}" if attended + missed else "none marked yet"


ROUTES = [figures_page]
