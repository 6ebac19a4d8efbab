"""2.6: recording answers, versions, the other side, and that events never say what was answered."""

import json
from dataclasses import replace

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, NotFoundError, StaleVersionError
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from programmes.domain.equality import Answers, Disability, Ethnicity, Religion, Sex
from programmes.queries import equality
from programmes.queries.equality import NOTHING_ASKED, answers_of_person
from programmes.services import equality as services
from programmes.services.equality import save_answers
from tests.factories import make_person
from tests.factories_programmes import make_participant

pytestmark = pytest.mark.usefixtures("db")

ANSWERS = Answers(sex=Sex.FEMALE, ethnicity=Ethnicity.WHITE_ROMA, religion=Religion.SIKH)


async def test_answers_are_kept_changed_and_counted_and_no_event_tells_them() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    anna = await make_participant(organisation_id=person.organisation_id)
    scope = person.actor.scope
    assert await answers_of_person(anna, scope=scope) == NOTHING_ASKED

    await save_answers(anna, ANSWERS, version=0, by=person.actor)
    changed = replace(ANSWERS, disability=Disability.PREFER_NOT_TO_SAY)
    await save_answers(anna, changed, version=1, by=person.actor)

    found = await answers_of_person(anna, scope=scope)
    assert (found.answers, found.version, found.asked) == (changed, 2, 4)
    events = await AuditEvent.select().order_by(AuditEvent.id)
    assert [(event["action"], event["subject"]) for event in events] == [
        ("equality_saved", anna), ("equality_saved", anna),
    ]  # fmt: skip
    assert [json.loads(event["after"]) for event in events] == [
        {"changed": ["ethnicity", "religion", "sex"]}, {"changed": ["disability"]},
    ]  # fmt: skip


async def test_a_stale_save_changes_nothing_also_in_a_race(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna, ben = await make_participant(), await make_participant()
    await save_answers(anna, ANSWERS, version=0, by=SYSTEM)
    with pytest.raises(StaleVersionError):
        await save_answers(anna, Answers(), version=0, by=SYSTEM)

    for one, version in ((anna, 1), (ben, 0)):
        before = await answers_of_person(one, scope=SYSTEM.scope)
        await save_answers(one, ANSWERS, version=version, by=SYSTEM)
        with monkeypatch.context() as patched:

            async def meanwhile(*_: object, **__: object) -> equality.EqualityView:
                return before  # noqa: B023 - called within the same turn

            patched.setattr(services, "answers_of_person", meanwhile)
            with pytest.raises(StaleVersionError):
                await save_answers(one, Answers(), version=version, by=SYSTEM)
        assert (await answers_of_person(one, scope=SYSTEM.scope)).answers == ANSWERS


async def test_d1_the_other_sides_answers_are_not_there() -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    anna = await make_participant(organisation_id=person.organisation_id, side=Side.SURVIVOR)
    await save_answers(anna, ANSWERS, version=0, by=SYSTEM)

    assert await answers_of_person(anna, scope=person.actor.scope) == NOTHING_ASKED
    with pytest.raises(NotFoundError):
        await save_answers(anna, Answers(), version=1, by=person.actor)


async def test_a_safety_lead_reads_and_changes_nothing() -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    anna = await make_participant(organisation_id=lead.organisation_id)

    with pytest.raises(ForbiddenError):
        await save_answers(anna, ANSWERS, version=0, by=lead.actor)
