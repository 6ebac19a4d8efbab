"""Plans who is told of training that lapses, each once for a period, and keeps what came of it.

Planning is idempotent by the unique indexes of ``training_notices``: whoever plans again, or at
the same time in another process, adds nothing.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from accounts.domain.roles import Role
from accounts.queries import holders
from core import audit, clock, database
from core.errors import NotFoundError
from core.ids import new_id
from core.scope import SYSTEM, Actor
from training.domain.chasing import expiry_period, is_news, stage_on, week_of
from training.domain.terms import NoticeChannel, NoticeKind, NoticeState
from training.queries.chasing import (
    Counts,
    Expiry,
    expiries,
    to_chase,
    to_chase_by_manager,
    within_organisation,
)
from training.queries.notices import Recipient, recipients

SENDING_FOR = timedelta(minutes=10)
"""After this long whoever was sending an e-mail is taken for dead, and nobody knows if it left."""
WAITING_FOR = timedelta(days=2)
"""How long an e-mail waits for a server that takes it."""
KEPT_FOR = timedelta(days=400)
_AT_ONCE = 500

_COLUMNS = (
    '"id", "kind", "channel", "organisation", "account", "staff", "period", "facts", "state",'
    ' "created_at", "changed_at"'
)
_INSERTED = (
    f"INSERT INTO training_notices ({_COLUMNS}) VALUES {{}} ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608 - our own names
)


class _Notice(NamedTuple):
    kind: NoticeKind
    channel: NoticeChannel
    organisation_id: UUID | None
    account_id: UUID | None
    staff_id: UUID | None
    period: str
    facts: Mapping[str, Any]


async def plan_digests(day: date) -> int:
    """Plan the week's digests for workforce leads and line managers; answer how many are new.

    Those of earlier weeks that wait are done with. Whoever has nothing to chase gets none.
    """
    week = week_of(day)
    await database.run(
        "UPDATE training_notices SET state = 'done', changed_at = {} WHERE kind <> 'expiry'"
        " AND state = 'waiting' AND period <> {}",
        clock.now(),
        week,
    )
    return await _keep(await _for_leads(day, week)) + await _plan_for_managers(day, week)


async def _for_leads(day: date, week: str) -> list[_Notice]:
    counted: dict[UUID | None, Counts] = {}
    found: list[_Notice] = []
    for account_id, organisation_id in await holders(Role.WORKFORCE_LEAD, scope=SYSTEM.scope):
        if organisation_id not in counted:
            scope = within_organisation(organisation_id)
            counted[organisation_id] = await to_chase(day=day, scope=scope)
        if counted[organisation_id]:
            found += [
                _Notice(NoticeKind.LEAD_DIGEST, channel, organisation_id, account_id, None, week,
                        _facts_of(counted[organisation_id]))
                for channel in NoticeChannel
            ]  # fmt: skip
    return found


async def _plan_for_managers(day: date, week: str) -> int:
    planned = 0
    some: dict[UUID, Counts] = {}
    async for manager_id, counts in to_chase_by_manager(day=day, scope=SYSTEM.scope):
        some[manager_id] = counts
        if len(some) == _AT_ONCE:
            planned += await _keep_for_managers(some, week)
            some = {}
    return planned + await _keep_for_managers(some, week)


async def _keep_for_managers(some: Mapping[UUID, Counts], week: str) -> int:
    told = await recipients(some.keys(), scope=SYSTEM.scope)
    return await _keep(
        notice
        for id, person in told.items()
        for notice in _of(person, NoticeKind.MANAGER_DIGEST, week, _facts_of(some[id]))
    )


def _facts_of(counts: Counts) -> Mapping[str, Any]:
    return {"counts": {str(id): asdict(counted) for id, counted in sorted(counts.items())}}


async def plan_expiries(day: date) -> int:
    """Plan word to everybody whose training runs out soon or just did; answer how many are new.

    What waits and is so no longer, because they renewed, left or are exempt, is done with.
    """
    found = [one async for one in expiries(day=day, scope=SYSTEM.scope)]
    await _withdraw({_period(one, day) for one in found})
    news = [one for one in found if is_news(day, one.last_on) and _period(one, day)]
    planned = 0
    for at in range(0, len(news), _AT_ONCE):
        some = news[at : at + _AT_ONCE]
        told = await recipients({one.staff_id for one in some}, scope=SYSTEM.scope)
        planned += await _keep(
            notice
            for one in some
            for notice in _of(
                told[one.staff_id], NoticeKind.EXPIRY, _period(one, day),
                {"course": str(one.course_id), "last_on": str(one.last_on)},
            )
        )  # fmt: skip
    return planned


def _period(expiry: Expiry, day: date) -> str:
    """Answer what they are told of once; empty where it is too soon to tell."""
    stage = stage_on(day, expiry.last_on)
    return expiry_period(expiry.record_id, expiry.last_on, stage) if stage else ""


async def _withdraw(periods: Collection[str]) -> None:
    """Be done with notices that wait for another period than these."""
    rows = await database.run(
        "SELECT id, period FROM training_notices WHERE kind = 'expiry' AND state = 'waiting'"
    )
    gone = [row["id"] for row in rows if row["period"] not in periods]
    for at in range(0, len(gone), _AT_ONCE):
        await database.run(
            "UPDATE training_notices SET state = 'done', changed_at = {} WHERE id IN {}"
            " AND state = 'waiting'",
            clock.now(),
            database.in_list(gone[at : at + _AT_ONCE]),
        )


def _of(
    person: Recipient, kind: NoticeKind, period: str, facts: Mapping[str, Any]
) -> Iterator[_Notice]:
    """Answer the ways in which somebody can be told: on Today, by e-mail, both, or none."""
    for channel, can in (
        (NoticeChannel.TASK, person.account_id is not None),
        (NoticeChannel.EMAIL, person.has_address),
    ):
        if can:
            yield _Notice(
                kind, channel, person.organisation_id, None, person.staff_id, period, facts
            )


async def _keep(notices: Iterable[_Notice]) -> int:
    """Add those that were not planned before, and answer how many."""
    at, rows = clock.now(), []
    for kind, channel, organisation, account, staff, period, facts in notices:
        told = json.dumps(facts)
        rows.append(
            (new_id(), kind.value, channel.value, organisation, account, staff, period, told,
             NoticeState.WAITING.value, at, at)
        )  # fmt: skip
    kept = 0
    for start in range(0, len(rows), _AT_ONCE):
        values = database.values_list(rows[start : start + _AT_ONCE])
        kept += len(await database.run(_INSERTED, values))
    return kept


async def claim(notice_id: UUID) -> bool:
    """Take an e-mail that waits, before anything is said to a server; once alone."""
    return await _move(notice_id, NoticeState.WAITING, NoticeState.SENDING)


async def settle(notice_id: UUID, state: NoticeState) -> None:
    """Keep what came of an e-mail that was being sent."""
    await _move(notice_id, NoticeState.SENDING, state)


async def _move(notice_id: UUID, old: NoticeState, new: NoticeState) -> bool:
    rows = await database.run(
        "UPDATE training_notices SET state = {}, changed_at = {} WHERE id = {} AND state = {}"
        " RETURNING id",
        new.value,
        clock.now(),
        notice_id,
        old.value,
    )
    return bool(rows)


async def tidy() -> None:
    """Leave in doubt what a dead process was sending, give up what no server took, forget old."""
    now = clock.now()
    await database.run(
        "UPDATE training_notices SET state = 'doubtful', changed_at = {}"
        " WHERE state = 'sending' AND changed_at <= {}",
        now,
        now - SENDING_FOR,
    )
    await database.run(
        "UPDATE training_notices SET state = 'failed', changed_at = {}"
        " WHERE channel = 'email' AND state = 'waiting' AND created_at <= {}",
        now,
        now - WAITING_FOR,
    )
    await database.run(
        "DELETE FROM training_notices WHERE created_at < {} AND state <> 'sending'", now - KEPT_FOR
    )


async def finish(notice_id: UUID, *, by: Actor) -> None:
    """Take a task off one's own Today; doing it twice changes nothing.

    Raises:
        NotFoundError: there is none of that person's.
    """
    rows: Sequence[database.Row] = await database.run(
        "SELECT n.kind, n.organisation, n.account, n.staff FROM training_notices n"
        " LEFT JOIN staff s ON s.id = n.staff"
        " WHERE n.id = {} AND n.channel = 'task' AND (n.account = {} OR s.account = {})",
        notice_id,
        by.account_id,
        by.account_id,
    )
    if not rows:
        raise NotFoundError
    row = rows[0]
    async with database.transaction():
        if await _move(notice_id, NoticeState.WAITING, NoticeState.DONE):
            await audit.record(
                "training_notice_done", by=by,
                subject_type=audit.Subject.STAFF if row["staff"] else audit.Subject.ACCOUNT,
                subject=row["staff"] or row["account"], organisation_id=row["organisation"],
                after={"kind": row["kind"]},
            )  # fmt: skip
