"""What somebody is shown of what is held about them: all of it, and nothing of anybody else."""

import json
import re
from datetime import date
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from api import subject_access
from core import audit, clock
from core.errors import ForbiddenError, NotFoundError
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from messaging.queries import texts_to
from messaging.tables import Message
from programmes.domain.subject_access import (
    LEFT_OUT,
    LEFT_OUT_FOR_PERPETRATORS,
    Asked,
    Section,
)
from programmes.domain.terms import ExitReason
from programmes.queries.subject_access import person_file
from programmes.services.subject_access import export
from programmes.services.viewing import viewed
from programmes.tables import Attendance, Enrolment, ParticipantNeeds
from tests.conftest import SETTINGS
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import make_cohort, make_participant, make_venue
from tests.factories_rights import (
    WholePerson,
    make_whole_person,
    reachable,
    restrict_to,
    tie,
)
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: Side = Side.SURVIVOR, **how: Any) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide(side.value), **how)


async def linked_people(
    organisation_id: Any, side: Side = Side.SURVIVOR
) -> tuple[WholePerson, WholePerson]:
    """Two people of one group, of whom every table holds something, tied in every way."""
    cohort = await make_cohort(
        organisation_id=organisation_id, side=side, starts_on=date(2018, 12, 5)
    )
    worker = await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=cohort.organisation_id
    )
    one = await make_whole_person("zebra", cohort)
    other = await make_whole_person(
        "quagga", cohort, number="+447700900222", born_on=date(1991, 4, 23)
    )
    await tie(one, other, account_id=worker.id)
    return one, other


async def whole_file(one: WholePerson, person: Person) -> tuple[str, dict[str, Section]]:
    """The file as text, texts to the person included, and its sections by name."""
    found = await subject_access.whole_file(
        one.id, asked=Asked.BY_THE_PERSON, key=SETTINGS.key_bytes, by=person.actor
    )
    rows = {section.key: [dict(row) for row in section.rows] for section in found.sections}
    as_text = json.dumps(rows, default=str)
    return as_text, {section.key: section for section in found.sections}


def is_left_out(table: str, column: str, side: Side) -> bool:
    left_out = {*LEFT_OUT, *(LEFT_OUT_FOR_PERPETRATORS if side is Side.PERPETRATOR else ())}
    return table in left_out or f"{table}.{column}" in left_out


@pytest.mark.parametrize("side", list(Side))
async def test_the_file_holds_every_personal_column_that_is_filled(side: Side) -> None:
    person = await manager(side)
    one, _ = await linked_people(person.organisation_id, side)

    text, sections = await whole_file(one, person)

    missing = [
        place
        for place, word in one.words.items()
        if word not in text and not is_left_out(*place, side)
    ]
    assert missing == []
    assert [row["availability"] for row in sections["needs"].rows] == ["Sunday evening"]
    assert [row["windows"] for row in sections["safe_contact"].rows] == ["Sunday 09:17 to 11:00"]
    assert [row["cause"] for row in sections["opt_outs"].rows] == ["stop"]


@pytest.mark.parametrize("side", list(Side))
async def test_d4_no_word_of_anybody_else_is_in_the_file(side: Side) -> None:
    """Names, numbers, references, days of birth and ids of somebody in the same group."""
    person = await manager(side)
    one, other = await linked_people(person.organisation_id, side)

    for mine, theirs in ((one, other), (other, one)):
        text, _ = await whole_file(mine, person)
        codes = {word for word in theirs.words.values() if word in set(mine.words.values())}
        found = [word for word in theirs.words.values() if word in text and word not in codes]
        assert found == []
        assert theirs.marker not in text
        ids = {str(row["id"]) for table in [*reachable(), Message]
               for row in await table.select() if theirs_alone(row, theirs)}  # fmt: skip
        assert [id for id in ids if id in text] == []


def theirs_alone(row: dict[str, Any], person: WholePerson) -> bool:
    return person.marker in json.dumps(row, default=str) or str(person.id) in json.dumps(
        row, default=str
    )


async def test_d2_d4_d6_what_ties_people_is_in_no_file() -> None:
    """No link, flag, non-association, conflict or restriction: neither a word nor a heading."""
    person = await manager(Side.PERPETRATOR)
    one, _ = await linked_people(person.organisation_id, Side.PERPETRATOR)
    await restrict_to(one, person.id)

    text, sections = await whole_file(one, person)

    for place, word in one.words.items():
        if is_left_out(*place, Side.PERPETRATOR):
            assert word not in text, place
    headings = " ".join(section.title + section.key for section in sections.values()).lower()
    assert not re.search(r"link|risk|flag|partner|associat|conflict|restrict|hold", headings)
    assert "to_avoid" not in sections


async def test_d4_what_a_partner_answered_is_left_out() -> None:
    person = await manager(Side.PERPETRATOR)
    one, _ = await linked_people(person.organisation_id, Side.PERPETRATOR)

    _, sections = await whole_file(one, person)

    assert [(row["source"], row["value"]) for row in sections["outcomes"].rows] == [("self", 73)]


@pytest.mark.parametrize(
    "reason", [ExitReason.PARTNER_SAFETY_CONCERN, ExitReason.CONFLICT_WITH_MEMBERS]
)
async def test_d4_a_reason_that_tells_of_others_is_left_blank(reason: ExitReason) -> None:
    person = await manager(Side.PERPETRATOR)
    one, _ = await linked_people(person.organisation_id, Side.PERPETRATOR)
    await Enrolment.update({Enrolment.exit_reason: reason}).where(Enrolment.participant == one.id)

    text, sections = await whole_file(one, person)

    assert [row["exit_reason"] for row in sections["enrolments"].rows] == [None]
    assert reason.value not in text


async def test_workers_are_named_by_role_and_only_the_ordinary_ones() -> None:
    person = await manager(Side.PERPETRATOR)
    one, _ = await linked_people(person.organisation_id, Side.PERPETRATOR)
    place = {"organisation_id": person.organisation_id}
    others = [
        await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR, **place),
        await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, **place),
        await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR),
    ]
    await viewed(
        audit.Subject.PARTICIPANT, one.id, side=Side.PERPETRATOR, by=SYSTEM, **place
    )  # fmt: skip
    for worker in (person, *others):
        await viewed(
            audit.Subject.PARTICIPANT, one.id, side=Side.PERPETRATOR, by=worker.actor, **place
        )

    text, sections = await whole_file(one, person)

    assert [row["by"] for row in sections["looked_at"].rows] == [
        "the service itself", "a programme manager", "a facilitator", "another worker",
        "another worker",
    ]  # fmt: skip
    names = [worker.actor.name for worker in (person, *others)]
    assert [name for name in names if f'"{name}"' in text] == []


async def test_only_looks_are_told_of_and_none_at_other_things() -> None:
    person = await manager()
    one, _ = await linked_people(person.organisation_id)
    for action in ("link_viewed", "risk_flag_raised", "participant_restricted"):
        await audit.record(
            action, by=person.actor, subject_type=audit.Subject.PARTICIPANT, subject=one.id,
            side=Side.SURVIVOR, organisation_id=person.organisation_id,
        )  # fmt: skip
    (enrolment,) = await Enrolment.select().where(Enrolment.participant == one.id)
    await viewed(
        audit.Subject.ENROLMENT, enrolment["id"], side=Side.SURVIVOR, by=person.actor,
        organisation_id=person.organisation_id,
    )  # fmt: skip

    _, sections = await whole_file(one, person)

    assert [row["action"] for row in sections["looked_at"].rows] == ["enrolment_viewed"]


async def test_a_survivors_places_to_avoid_are_named_by_their_venues() -> None:
    person = await manager()
    one, _ = await linked_people(person.organisation_id)
    venue = await make_venue(organisation_id=person.organisation_id, name="Mill Lane Hall")
    await ParticipantNeeds.update(
        {ParticipantNeeds.venues_to_avoid: json.dumps([str(venue)])}
    ).where(ParticipantNeeds.participant == one.id)

    _, sections = await whole_file(one, person)

    assert [row["venues_to_avoid"] for row in sections["to_avoid"].rows] == ["Mill Lane Hall"]


async def test_d11_making_a_file_is_audited_with_its_reason() -> None:
    person = await manager()
    someone = await make_participant(organisation_id=person.organisation_id)

    await export(someone, asked=Asked.BY_LAW, by=person.actor)

    (event,) = await AuditEvent.select()
    assert (event["action"], event["actor"], event["subject"]) == (
        "participant_exported", person.id, someone,
    )  # fmt: skip
    assert json.loads(event["after"]) == {"asked": "by_law"}


async def test_d1_a_file_of_the_other_side_or_organisation_is_not_found() -> None:
    person = await manager()
    other_side = await make_participant(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR
    )
    elsewhere = await make_participant(organisation_id=await make_organisation())

    for someone in (other_side, elsewhere):
        with pytest.raises(NotFoundError):
            await export(someone, asked=Asked.BY_THE_PERSON, by=person.actor)
        with pytest.raises(NotFoundError):
            await person_file(someone, scope=person.actor.scope)
        assert await texts_to(someone, scope=person.actor.scope) == ()
    assert await AuditEvent.count() == 0


async def test_d7_a_restricted_file_is_for_those_named() -> None:
    person = await manager()
    one, _ = await linked_people(person.organisation_id)
    named = await manager(organisation_id=person.organisation_id)
    await restrict_to(one, named.id)

    with pytest.raises(NotFoundError):
        await export(one.id, asked=Asked.BY_THE_PERSON, by=person.actor)
    assert (await export(one.id, asked=Asked.BY_THE_PERSON, by=named.actor)).sections


async def test_a_facilitator_makes_no_file() -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    someone = await make_participant(organisation_id=facilitator.organisation_id)

    with pytest.raises(ForbiddenError):
        await export(someone, asked=Asked.BY_THE_PERSON, by=facilitator.actor)


async def test_a_longer_file_takes_no_more_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    person = await manager()
    one, _ = await linked_people(person.organisation_id)
    (enrolment,) = await Enrolment.select().where(Enrolment.participant == one.id)
    sent = []
    for units in (range(3, 4), range(4, 12)):
        for number in units:
            await Attendance(
                session=one.cohort.session_ids[number], enrolment=enrolment["id"],
                outcome="attended", recorded_by=person.id, recorded_at=clock.now(),
            ).save()  # fmt: skip
        with counted(monkeypatch) as statements:
            await person_file(one.id, scope=person.actor.scope)
        sent.append(len(statements))

    assert sent[0] == sent[1]


async def test_m9_of_a_number_that_somebody_else_has_no_opt_out_is_told() -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, starts_on=date(2018, 12, 5))
    one = await make_whole_person("zebra", cohort)
    await make_whole_person("quagga", cohort)

    _, sections = await whole_file(one, person)

    assert sections["opt_outs"].rows == ()
