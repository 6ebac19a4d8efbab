"""Keeps what people asked of reports for each month or quarter, and the reports made for them.

Only its owner sees a subscription; and a report made for it only as long as they may see all that
was counted in it.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import audit, clock, database
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.periods import Every, interval, last_whole
from core.report_documents import from_document, to_document
from core.reports import Question, Report
from core.scope import Actor, Area, Scope
from core.subscription_rows import (
    Made,
    Subscription,
    asked_of,
    kept,
    made_of,
    sees,
    subscription_of,
)
from core.tables import ReportSubscription, SubscribedReport
from core.text import is_plain

LONGEST_NAME = 80
KEPT = 24
"""Reports kept of one subscription; older ones go."""
MOST = 20
"""Subscriptions that one person may have."""

_SUBSCRIPTION = "SELECT s.id, s.owner, s.name, s.slug, s.question, s.every, s.created_at"
_MADE = "SELECT m.id, m.since, m.until, m.areas, m.refusal, m.made_at"


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """What somebody asks for; the question names no days."""

    name: str
    slug: str
    every: Every
    question: Question


@dataclass(frozen=True, slots=True)
class Due:
    """A subscription of which nothing was made yet for the period that ended last."""

    subscription: Subscription
    since: date
    until: date


async def subscriptions(*, scope: Scope) -> tuple[Subscription, ...]:
    """Answer this person's subscriptions, by name."""
    rows = await database.run(
        _SUBSCRIPTION + " FROM report_subscriptions s WHERE {} ORDER BY s.name, s.id", _own(scope)
    )
    return tuple(subscription_of(row) for row in rows)


async def subscription(subscription_id: UUID, *, scope: Scope) -> Subscription:
    """Answer one subscription of this person.

    Raises:
        NotFoundError: there is none, it has ended, or it is somebody else's.
    """
    rows = await database.run(
        _SUBSCRIPTION + " FROM report_subscriptions s WHERE s.id = {} AND {}",
        subscription_id,
        _own(scope),
    )
    if not rows:
        raise NotFoundError
    return subscription_of(rows[0])


async def subscribe(new: NewSubscription, *, by: Actor) -> UUID:
    """Keep what somebody asks of a report for each month or quarter that ends from now on.

    Raises:
        InvalidInputError: its name is empty, too long or holds control characters, they have one
            of that name, or as many as one may have.
    """
    if not new.name.strip() or len(new.name) > LONGEST_NAME:
        raise InvalidInputError.of("name", f"Enter a name of at most {LONGEST_NAME} characters")
    if not is_plain(new.name):
        raise InvalidInputError.of("name", "Enter text without control characters")
    row = ReportSubscription(
        id=new_id(), owner=by.account_id, name=new.name.strip(), slug=new.slug, every=new.every,
        question=json.dumps(asked_of(new.question)), created_at=clock.now(),
    )  # fmt: skip
    taken = InvalidInputError.of("name", "You have a subscription of this name")
    async with database.transaction():
        await database.serialise(f"subscriptions of {by.account_id}")
        if len(await subscriptions(scope=by.scope)) >= MOST:
            raise InvalidInputError.of("name", f"End one first: you have {MOST} subscriptions")
        with database.refusing(ReportSubscription, report_subscription_name_once=taken):
            await row.save()
        await audit.record(
            "report_subscribed", by=by, subject_type=audit.Subject.REPORT_SUBSCRIPTION,
            subject=row.id,
            after={"report": new.slug, "every": new.every.value, **asked_of(new.question)},
        )  # fmt: skip
    return row.id


async def end(subscription_id: UUID, *, by: Actor) -> None:
    """End a subscription; what was made for it goes.

    Raises:
        NotFoundError: there is none, it has ended, or it is somebody else's.
    """
    async with database.transaction():
        rows = await database.run(
            "UPDATE report_subscriptions SET ended_at = {} WHERE id = {} AND owner = {}"
            " AND ended_at IS NULL RETURNING id",
            clock.now(),
            subscription_id,
            by.account_id,
        )
        if not rows:
            raise NotFoundError
        await SubscribedReport.delete().where(SubscribedReport.subscription == subscription_id)
        await audit.record(
            "report_unsubscribed", by=by, subject_type=audit.Subject.REPORT_SUBSCRIPTION,
            subject=subscription_id,
        )  # fmt: skip


async def made(
    subscription_id: UUID, *, scope: Scope, cohorts: Collection[UUID] = ()
) -> tuple[Made, ...]:
    """Answer what was made for a subscription of this person, the newest first.

    ``cohorts`` are those that their reports count now.

    Raises:
        NotFoundError: there is none, it has ended, or it is somebody else's.
    """
    await subscription(subscription_id, scope=scope)
    rows = await database.run(
        _MADE + " FROM subscribed_reports m WHERE m.subscription = {} ORDER BY m.since DESC",
        subscription_id,
    )
    return tuple(made_of(row) for row in rows if sees(scope, row, cohorts))


async def made_report(
    made_id: UUID, *, scope: Scope, cohorts: Collection[UUID] = ()
) -> tuple[Subscription, Report]:
    """Answer a report made for this person, with its subscription.

    ``cohorts`` are those that their reports count now.

    Raises:
        NotFoundError: there is none, it is somebody else's, or of what they may see no longer.
    """
    rows = await database.run(
        _SUBSCRIPTION
        + ", m.areas, m.document FROM subscribed_reports m JOIN report_subscriptions s"
        " ON s.id = m.subscription WHERE m.id = {} AND m.document IS NOT NULL AND {}",
        made_id,
        _own(scope),
    )
    if not rows or not sees(scope, rows[0], cohorts):
        raise NotFoundError
    return subscription_of(rows[0]), from_document(json.loads(rows[0]["document"]))


async def due(today: date, *, scope: Scope) -> tuple[Due, ...]:
    """Answer of which subscriptions in the scope nothing was made for the period that ended last.

    Of a period that had ended when somebody subscribed nothing is made; of periods before the
    last, missed because nothing ran, neither.
    """
    found = []
    for every in Every:
        since, until = last_whole(every, today)
        begins = clock.instant_of(_first_after(every, today), "00:00")
        rows = await database.run(
            _SUBSCRIPTION  # noqa: S608 - our own words
            + " FROM report_subscriptions s WHERE s.every = {} AND s.created_at < {}"
            " AND {} AND NOT EXISTS (SELECT 1 FROM subscribed_reports m"
            " WHERE m.subscription = s.id AND m.since = {}) ORDER BY s.id",
            every.value,
            begins,
            _own(scope),
            since,
        )
        found += [Due(subscription_of(row), since, until) for row in rows]
    return tuple(found)


async def keep(
    one: Due,
    what: Report | str,
    *,
    areas: Iterable[Area] = (),
    cohorts: Iterable[UUID] = (),
    by: Actor,
) -> bool:
    """Keep the report made of what was due, or why there is none; tell whether it was the first.

    ``areas`` are those that it was counted in, ``cohorts`` the own ones. The oldest go beyond
    ``KEPT``.
    """
    document = json.dumps(to_document(what)) if isinstance(what, Report) else None
    async with database.transaction():
        rows = await database.run(
            "INSERT INTO subscribed_reports"
            " (id, subscription, since, until, areas, document, refusal, made_at)"
            " SELECT {}, s.id, {}, {}, {}, {}, {}, {} FROM report_subscriptions s"
            " WHERE s.id = {} AND s.ended_at IS NULL"
            " ON CONFLICT (subscription, since) DO NOTHING RETURNING id",
            new_id(),
            one.since,
            one.until,
            kept(areas, cohorts),
            document,
            what if isinstance(what, str) else "",
            clock.now(),
            one.subscription.id,
        )
        if not rows:
            return False
        await _remove_oldest(one.subscription.id)
        await audit.record(
            "subscribed_report_made" if document else "subscribed_report_refused",
            by=by, subject_type=audit.Subject.REPORT_SUBSCRIPTION, subject=one.subscription.id,
            after={"report": one.subscription.slug, "period": interval(one.since, one.until)},
        )  # fmt: skip
    return True


async def _remove_oldest(subscription_id: UUID) -> None:
    await database.run(
        "DELETE FROM subscribed_reports WHERE subscription = {} AND since NOT IN"
        " (SELECT m.since FROM subscribed_reports m WHERE m.subscription = {}"
        " ORDER BY m.since DESC LIMIT {})",
        subscription_id,
        subscription_id,
        KEPT,
    )


def _own(scope: Scope) -> QueryString:
    """Answer the condition on ``s``: this person's, or for the service itself everybody's."""
    if scope.account_id is None:
        return QueryString("s.ended_at IS NULL")
    return QueryString("(s.ended_at IS NULL AND s.owner = {})", scope.account_id)


def _first_after(every: Every, today: date) -> date:
    return last_whole(every, today)[1] + timedelta(days=1)
