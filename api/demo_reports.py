"""What was published in the demonstration, and what its managers subscribed to."""

from collections.abc import Mapping
from uuid import UUID

from accounts.demo import Cast
from accounts.domain.roles import PERMISSIONS, Role
from core import clock, subscriptions
from core.periods import Every, Quarter, last_whole, quarter_of
from core.reports import Basis, Question
from core.scope import Actor, Area, Scope, Side
from core.subscriptions import Due, NewSubscription
from core.suppression import THRESHOLDS
from jobs import publication
from jobs.publication import Terms
from jobs.subscriptions import make_one, subscribe
from training.domain.compliance import TARGETS

_REMINDERS = NewSubscription(
    "Texts and attendance, for the team meeting",
    "reminder-effect",
    Every.MONTH,
    Question(basis=Basis.FLOW),
)


async def load(cast: Cast, places: Mapping[Side, str]) -> None:
    """Publish last year's completion of each side, and subscribe to a report as its manager.

    ``places`` is the organisation of each side.
    """
    year = quarter_of(clock.today()).year - 1
    question = Question(Quarter(year, 1).first_on, Quarter(year, 4).last_on)
    for side, name in places.items():
        account_id = cast.accounts[f"{side}.manager@example.org"]
        by = _manager(side, account_id, cast.organisations[name])
        await publication.publish(
            "completion", question, note="For the yearly meeting of commissioners",
            terms=Terms(THRESHOLDS[0]), by=by,
        )  # fmt: skip
        await _subscribe(by)


async def _subscribe(by: Actor) -> None:
    """Subscribe, and have the month made that ended last, as if it had been done before."""
    id = await subscribe(_REMINDERS, by=by)
    kept = await subscriptions.subscription(id, scope=by.scope)
    await make_one(Due(kept, *last_whole(kept.every, clock.today())), TARGETS)


def _manager(side: Side, account_id: UUID, organisation_id: UUID) -> Actor:
    areas = (Area(one, side, organisation_id) for one in PERMISSIONS[Role.PROGRAMME_MANAGER])
    return Actor(account_id, "Programme manager", Scope(account_id, frozenset(areas)))
