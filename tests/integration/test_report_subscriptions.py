"""Reports made on the first of the month or quarter, in what their owners may see by then."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from accounts.tables import Account, Grant
from core import database, subscriptions
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.periods import Every, last_whole
from core.reports import Basis, Question
from core.scope import SYSTEM, Actor, Area, Scope, Side
from core.subscriptions import KEPT, MOST, Due, NewSubscription
from core.tables import AuditEvent, SubscribedReport
from jobs import reports
from jobs.subscriptions import made, make, pictured, read, subscribe
from programmes.tables import CohortFacilitator
from tests.factories import Person, at, make_person
from tests.factories_messaging import make_group, make_member
from tests.fakes import FixedClock
from training.domain.compliance import TARGETS

JULY = at("2026-07-01 00:00")


async def make_manager(organisation_id: UUID | None = None) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=organisation_id
    )


def new(name: str = "For the board", every: Every = Every.MONTH, **asked: Any) -> NewSubscription:
    slug = asked.pop("slug", "completion")
    return NewSubscription(name, slug, every, Question(**asked))


def until(now: FixedClock, instant: datetime) -> None:
    now.advance(seconds=(instant - now.now()).total_seconds())


async def count_of(subscription_id: UUID, person: Person) -> int:
    return len(await subscriptions.made(subscription_id, scope=person.actor.scope))


@pytest.mark.parametrize(
    ("every", "today", "days"),
    [
        (Every.MONTH, date(2026, 3, 1), (date(2026, 2, 1), date(2026, 2, 28))),
        (Every.MONTH, date(2026, 1, 31), (date(2025, 12, 1), date(2025, 12, 31))),
        (Every.QUARTER, date(2026, 4, 1), (date(2026, 1, 1), date(2026, 3, 31))),
        (Every.QUARTER, date(2026, 6, 30), (date(2026, 1, 1), date(2026, 3, 31))),
    ],
)
def test_what_is_covered_is_the_month_or_quarter_before(
    every: Every, today: date, days: tuple[date, date]
) -> None:
    assert last_whole(every, today) == days


async def test_a_report_is_made_once_on_the_first_with_what_was_asked(
    db: None, now: FixedClock
) -> None:
    group = await make_group(Side.SURVIVOR)
    await make_member(group)
    await make_group(Side.PERPETRATOR, organisation_id=group.organisation_id)
    person = await make_manager(group.organisation_id)
    asked: dict[str, Any] = {
        "basis": Basis.FLOW, "group_by": ("cohort",), "programme_id": group.programme_id,
        "organisation_id": group.organisation_id, "cohort_id": group.cohort_id,
    }  # fmt: skip
    monthly = await subscribe(new(**asked), by=person.actor)
    quarterly = await subscribe(new("Each quarter", Every.QUARTER), by=person.actor)

    assert await make(TARGETS) == 0, "the month had not ended when they subscribed"
    until(now, JULY)
    (one, _) = await subscriptions.due(date(2026, 7, 1), scope=SYSTEM.scope)
    assert await make(TARGETS) == 2
    assert await make(TARGETS) == 0
    assert not await subscriptions.keep(one, "again", by=SYSTEM), "by another process"

    (made,) = await subscriptions.made(monthly, scope=person.actor.scope)
    of, report = await subscriptions.made_report(made.id, scope=person.actor.scope)
    assert (made.since, made.until, made.refusal) == (date(2026, 6, 1), date(2026, 6, 30), "")
    assert (of.id, of.name, of.every) == (monthly, "For the board", Every.MONTH)
    assert report.question == Question(since=made.since, until=made.until, **asked)
    assert report == await reports.run("completion", report.question, by=person.actor)
    (made,) = await subscriptions.made(quarterly, scope=person.actor.scope)
    assert (made.since, made.until) == (date(2026, 4, 1), date(2026, 6, 30))


async def test_after_a_standstill_only_the_period_that_ended_last_is_made(
    db: None, now: FixedClock
) -> None:
    person = await make_manager()
    monthly = await subscribe(new(), by=person.actor)
    until(now, at("2026-10-20 09:00"))

    assert await make(TARGETS) == 1
    (made,) = await subscriptions.made(monthly, scope=person.actor.scope)
    assert made.since == date(2026, 9, 1)


async def test_none_is_made_for_who_may_not_run_it_by_then_and_that_is_noted(
    db: None, now: FixedClock
) -> None:
    gone, moved, back = [await make_manager() for _ in range(3)]
    ids = {one.id: await subscribe(new(), by=one.actor) for one in (gone, moved, back)}
    await Account.update({Account.is_active: False}).where(Account.id == gone.id)
    await Grant.update({Grant.role: Role.WORKFORCE_LEAD, Grant.side: GrantSide.NONE}).where(
        Grant.account == moved.id
    )
    await database.run("UPDATE report_subscriptions SET question = {} WHERE id = {}",
        '{"basis": "cohort", "group_by": ["gone"], "programme_id": null, "organisation_id": null,'
        ' "cohort_id": null}',
        ids[back.id],
    )  # fmt: skip
    until(now, JULY)

    assert await make(TARGETS) == 3
    assert await make(TARGETS) == 0
    why = [
        [one.refusal for one in await subscriptions.made(ids[person.id], scope=person.actor.scope)]
        for person in (gone, moved, back)
    ]
    assert why[0] == ["Your account was not active"]
    assert why[1] == ["You could not run this report any more"]
    assert why[2][0].startswith("Choose from ")
    actions = await AuditEvent.select(AuditEvent.action, AuditEvent.actor).where(
        AuditEvent.subject == ids[gone.id]
    ).order_by(AuditEvent.id)  # fmt: skip
    assert [(one["action"], one["actor"]) for one in actions] == [
        ("report_subscribed", gone.id), ("subscribed_report_refused", None),
    ]  # fmt: skip


async def test_a_report_that_fails_keeps_no_other_from_being_made(
    db: None, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_manager()
    broken = await subscribe(new("Broken", group_by=("cohort",)), by=person.actor)
    sound = await subscribe(new("Sound"), by=person.actor)
    run = reports.run

    async def breaking(slug: str, question: Question, **more: Any) -> object:
        if question.group_by:
            raise ValueError("broken")
        return await run(slug, question, **more)

    monkeypatch.setattr(reports, "run", breaking)
    until(now, JULY)

    with pytest.raises(ValueError, match="broken"):
        await make(TARGETS)
    assert [await count_of(id, person) for id in (broken, sound)] == [0, 1]


async def test_d1_only_the_owner_sees_it_and_only_what_they_still_may(
    db: None, now: FixedClock
) -> None:
    person, other = await make_manager(), await make_manager()
    id = await subscribe(new(), by=person.actor)
    until(now, JULY)
    await make(TARGETS)
    (made,) = await subscriptions.made(id, scope=person.actor.scope)

    assert await subscriptions.subscriptions(scope=other.actor.scope) == ()
    for scope in (other.actor.scope, changed(person.actor.scope, side=Side.PERPETRATOR)):
        with pytest.raises(NotFoundError):
            await subscriptions.made_report(made.id, scope=scope)
    with pytest.raises(NotFoundError):
        await subscriptions.made(id, scope=other.actor.scope)
    with pytest.raises(NotFoundError):
        await subscriptions.end(id, by=other.actor)
    narrow = changed(person.actor.scope, own_only=True)
    assert await subscriptions.made(id, scope=narrow) == ()
    wide = changed(person.actor.scope, organisation_id=None)
    assert await subscriptions.made(id, scope=wide) == (made,)


def changed(scope: Scope, **area: Any) -> Scope:
    """The same person with their areas changed so."""
    return Scope(scope.account_id, frozenset(
        Area(one.permission, **{"side": one.side, "organisation_id": one.organisation_id, **area})
        for one in scope.areas
    ))  # fmt: skip


async def test_at_most_so_many_are_kept_and_none_once_it_has_ended(db: None) -> None:
    person = await make_manager()
    id = await subscribe(new(), by=person.actor)
    subscription = await subscriptions.subscription(id, scope=person.actor.scope)
    months = [date(2027 + place // 12, place % 12 + 1, 1) for place in range(KEPT + 1)]
    for day in months:
        await subscriptions.keep(Due(subscription, day, day), "none", by=SYSTEM)

    made = await subscriptions.made(id, scope=person.actor.scope)
    assert [one.since for one in made] == months[:0:-1]

    await subscriptions.end(id, by=person.actor)
    assert await SubscribedReport.count() == 0
    assert not await subscriptions.keep(Due(subscription, months[0], months[0]), "", by=SYSTEM)
    with pytest.raises(NotFoundError):
        await subscriptions.subscription(id, scope=person.actor.scope)
    with pytest.raises(NotFoundError):
        await subscriptions.end(id, by=person.actor)
    await subscribe(new(), by=person.actor)  # its name is free again


async def test_what_cannot_be_made_is_refused_when_it_is_asked(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_manager()

    async def refused(one: NewSubscription, by: Actor = person.actor) -> str:
        with pytest.raises(InvalidInputError) as error:
            await subscribe(one, by=by)
        return error.value.errors[0].field

    await subscribe(new(), by=person.actor)
    assert await refused(new()) == "name"
    assert await refused(new("Another", group_by=("gender",))) == "group_by"
    for absent in (new("1", slug="nothing"), new("2", slug="training-attendance"),
                   new("3", programme_id=new_id())):  # fmt: skip
        with pytest.raises(NotFoundError):
            await subscribe(absent, by=person.actor)
    named = next((known.slug for known in reports.REPORTS.values() if known.names_people), None)
    if named:
        assert await refused(new("4", slug=named)) == "slug"
    monkeypatch.setattr(subscriptions, "MOST", 1)
    assert await refused(new("5")) == "name"
    assert MOST > 1


async def test_d1_who_leaves_a_group_reads_no_longer_what_was_counted_in_it(
    db: None, now: FixedClock
) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    group = await make_group(
        Side.SURVIVOR, organisation_id=person.organisation_id, facilitators=(person.id,)
    )
    await make_member(group)
    id = await subscribe(new(group_by=("cohort",)), by=person.actor)
    until(now, JULY)
    await make(TARGETS)
    (one,) = await made(id, scope=person.actor.scope)
    assert (await read(one.id, by=person.actor))[1].data_quality

    await CohortFacilitator.delete().where(CohortFacilitator.account == person.id)

    assert await made(id, scope=person.actor.scope) == ()
    for reading in (read(one.id, by=person.actor), pictured(one.id, scope=person.actor.scope)):
        with pytest.raises(NotFoundError):
            await reading
