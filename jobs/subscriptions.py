"""Makes the reports that people subscribed to, in the areas that they have at that moment.

After a standstill only the period that ended last is made up for: figures tell how things stand
when they are counted, so that older ones would not be those of their time.
"""

from dataclasses import replace
from uuid import UUID

from accounts.errors import NotSignedInError
from accounts.services.sign_in import actor_of_account
from core import audit, clock, database, subscriptions
from core.errors import AppError, InvalidInputError, NotFoundError
from core.periods import interval
from core.reports import Report
from core.scope import SYSTEM, Actor, Permission, Scope
from core.subscription_rows import Made, Subscription
from core.subscriptions import Due, NewSubscription
from jobs import reports
from programmes.queries.cases import require_cohort, require_programme
from programmes.queries.reported import reported_cohorts
from training.domain.compliance import Targets

_WHY = {
    NotSignedInError: "Your account was not active",
    NotFoundError: "You could not run this report any more",
}
_LONGEST_REFUSAL = 200


async def subscribe(new: NewSubscription, *, by: Actor) -> UUID:
    """Keep what somebody asks of a report for each month or quarter that ends from now on.

    Raises:
        InvalidInputError: the report cannot be asked this, or names people, whose records may be
            removed while a report of them is kept.
        NotFoundError: there is no such report, programme or cohort for this person.
    """
    known = reports.known_report(new.slug, scope=by.scope)
    if known.names_people:
        raise InvalidInputError.of("slug", "A report that names people is not kept")
    reports.refuse_unusable(known, new.question)
    if known.permission is Permission.VIEW_PROGRAMME_REPORTS:
        await require_programme(new.question.programme_id, scope=by.scope)
        await require_cohort(new.question.cohort_id, scope=by.scope)
    question = reports.in_order(known, new.question)
    return await subscriptions.subscribe(replace(new, question=question), by=by)


async def read(made_id: UUID, *, by: Actor) -> tuple[Subscription, Report]:
    """Answer a report made for this person, with its subscription, and note that they read it.

    Raises:
        NotFoundError: there is none, it is somebody else's, or of what they may see no longer.
    """
    subscription, report = await pictured(made_id, scope=by.scope)
    async with database.transaction():
        await audit.record(
            "subscribed_report_read", by=by, subject_type=audit.Subject.REPORT_SUBSCRIPTION,
            subject=subscription.id,
            after={
                "report": report.slug,
                "period": interval(report.question.since, report.question.until),
            },
        )  # fmt: skip
    return subscription, report


async def pictured(made_id: UUID, *, scope: Scope) -> tuple[Subscription, Report]:
    """Answer a report made for this person, for the pictures on the page that they read.

    Raises:
        NotFoundError: there is none, it is somebody else's, or of what they may see no longer.
    """
    cohorts = await _cohorts(scope)
    return await subscriptions.made_report(made_id, scope=scope, cohorts=cohorts)


async def made(subscription_id: UUID, *, scope: Scope) -> tuple[Made, ...]:
    """Answer what was made for a subscription of this person that they may see, the newest first.

    Raises:
        NotFoundError: there is none, it has ended, or it is somebody else's.
    """
    cohorts = await _cohorts(scope)
    return await subscriptions.made(subscription_id, scope=scope, cohorts=cohorts)


async def _cohorts(scope: Scope) -> frozenset[UUID]:
    return frozenset(one.id for one in await reported_cohorts(scope=scope))


async def make(targets: Targets) -> int:
    """Make what is due, each once; answer how many reports were kept or noted as refused."""
    count, faults = 0, []
    for one in await subscriptions.due(clock.today(), scope=SYSTEM.scope):
        try:
            count += await make_one(one, targets)
        except Exception as error:  # noqa: BLE001 - the others are made first; it is raised below
            faults.append(error)
    if faults:
        raise faults[0]
    return count


async def make_one(one: Due, targets: Targets) -> bool:
    """Make what is due, in the areas of its owner now; tell whether this was the first time."""
    subscription = one.subscription
    try:
        owner = await actor_of_account(subscription.owner_id)
        known = reports.known_report(subscription.slug, scope=owner.scope)
        report = await reports.run(
            subscription.slug,
            replace(subscription.question, since=one.since, until=one.until),
            by=Actor(SYSTEM.account_id, SYSTEM.name, owner.scope),
            targets=targets,
        )
    except AppError as error:
        why = _WHY.get(type(error), error.detail)[:_LONGEST_REFUSAL]
        return await subscriptions.keep(one, why, by=SYSTEM)
    return await subscriptions.keep(
        one, report, areas=owner.scope.within(known.permission),
        cohorts=await _cohorts(owner.scope), by=SYSTEM,
    )  # fmt: skip
