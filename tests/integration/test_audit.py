"""The audit log: written with the change, read within one's scope, never changed."""

from datetime import timedelta
from uuid import UUID

import pytest

from accounts.domain.roles import Role
from core import audit, clock, database
from core.audit import Subject
from core.ids import new_id
from core.pagination import Cursor
from core.scope import SYSTEM, Actor, Scope, Side
from core.tables import AuditEvent
from tests.factories import make_organisation, make_person
from tests.fakes import FixedClock


async def record(action: str = "tried", *, organisation_id: UUID | None = None) -> UUID:
    subject = new_id()
    await audit.record(
        action, by=SYSTEM, subject_type=Subject.COURSE, subject=subject,
        organisation_id=organisation_id,
    )  # fmt: skip
    return subject


async def test_an_event_keeps_who_when_what_and_what_changed(db: None, now: FixedClock) -> None:
    person = await make_person(Role.AUDITOR)
    subject = new_id()

    await audit.record(
        "attendance_corrected",
        by=person.actor,
        subject_type=Subject.ATTENDANCE,
        subject=subject,
        side=Side.SURVIVOR,
        organisation_id=person.organisation_id,
        before={"outcome": "attended"},
        after={"outcome": "late", "on": now.now().date()},
        reason="Signed in late",
    )

    (row,) = await AuditEvent.select()
    assert (row["actor"], row["at"], row["subject"]) == (person.id, now.now(), subject)
    assert (row["action"], row["subject_type"]) == ("attendance_corrected", "attendance")
    assert (row["side"], row["organisation"]) == ("survivor", person.organisation_id)
    assert '"late"' in row["after"]
    assert "2026-06-10" in row["after"]
    assert '"attended"' in row["before"]
    assert row["reason"] == "Signed in late"


async def test_an_event_of_a_change_that_failed_is_not_kept(db: None) -> None:
    with pytest.raises(LookupError):
        async with database.transaction():
            await record()
            raise LookupError

    assert await AuditEvent.count() == 0


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET reason = 'x'",
                                       "DELETE FROM audit_events"])  # fmt: skip
async def test_no_event_is_changed_or_deleted(db: None, statement: str) -> None:
    await record()

    with pytest.raises(database.DRIVER_ERRORS, match="append-only"):
        await database.run(statement)
    assert await AuditEvent.count() == 1


async def test_an_auditor_of_one_organisation_sees_its_events_alone(db: None) -> None:
    auditor = await make_person(Role.AUDITOR)
    here = await record(organisation_id=auditor.organisation_id)
    await record(organisation_id=await make_organisation())
    await record()

    found = await audit.events(scope=auditor.actor.scope, cursor=Cursor())

    assert [entry.subject for entry in found.items] == [here]


async def test_an_auditor_of_all_organisations_sees_every_event_newest_first(db: None) -> None:
    auditor = await make_person(Role.AUDITOR, everywhere=True)
    subjects = [await record(organisation_id=auditor.organisation_id), await record()]

    found = await audit.events(scope=auditor.actor.scope, cursor=Cursor())

    assert [entry.subject for entry in found.items] == subjects[::-1]


async def test_who_may_not_read_the_audit_finds_nothing(db: None) -> None:
    await record()
    nobody = Scope(None, frozenset())

    assert (await audit.events(scope=nobody, cursor=Cursor())).items == ()


async def test_events_are_found_by_subject_actor_and_time(db: None, now: FixedClock) -> None:
    auditor = await make_person(Role.AUDITOR, everywhere=True)
    scope = auditor.actor.scope
    first = await record()
    now.advance(hours=1)
    second = await record()
    await audit.record("read", by=auditor.actor, subject_type=Subject.REPORT, subject=first)

    async def actions(**wanted: object) -> list[str]:
        found = await audit.events(scope=scope, cursor=Cursor(), **wanted)  # type: ignore[arg-type]  # one of the filters
        return [f"{entry.action} {entry.subject}" for entry in found.items]

    assert await actions(subject=first) == [f"read {first}", f"tried {first}"]
    assert await actions(actor=auditor.id) == [f"read {first}"]
    assert await actions(since=now.now()) == [f"read {first}", f"tried {second}"]
    assert await actions(until=now.now()) == [f"tried {first}"]
    assert await actions(since=clock.now() + timedelta(seconds=1)) == []


async def test_the_list_goes_on_where_it_ended(db: None) -> None:
    auditor = await make_person(Role.AUDITOR, everywhere=True)
    subjects = [await record() for _ in range(5)]
    seen: list[UUID] = []
    after: str | None = None

    for _ in range(3):
        found = await audit.events(scope=auditor.actor.scope, cursor=Cursor(limit=2, after=after))
        seen += [entry.subject for entry in found.items]
        after = found.next

    assert (seen, after) == (subjects[::-1], None)


async def test_an_entry_names_its_side_and_its_organisation_but_no_content(db: None) -> None:
    auditor = await make_person(Role.AUDITOR)
    await audit.record(
        "seen", by=Actor(None, "", SYSTEM.scope), subject_type=Subject.PARTICIPANT,
        subject=new_id(), side=Side.PERPETRATOR, organisation_id=auditor.organisation_id,
        after={"name": "Margaret"}, reason="Margaret rang",
    )  # fmt: skip

    (entry,) = (await audit.events(scope=auditor.actor.scope, cursor=Cursor())).items

    assert (entry.side, entry.organisation_id) == (Side.PERPETRATOR, auditor.organisation_id)
    assert "Margaret" not in repr(entry)
