"""Equality monitoring under ``/api/v1`` and as a page."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import SYSTEM
from core.tables import AuditEvent
from programmes.domain.equality import Answers, Religion, Sex
from programmes.queries.equality import answers_of_person
from programmes.services.equality import save_answers
from tests.api.forms import saved_version, send, sign_in, summary, text
from tests.factories import make_person
from tests.factories_programmes import make_cohort, make_participant, make_referral

pytestmark = pytest.mark.usefixtures("db")

QUESTIONS = (
    "sex", "gender_identity", "ethnicity", "sexual_orientation", "religion", "disability",
    "marital_status", "pregnancy",
)  # fmt: skip
UNASKED = dict.fromkeys(QUESTIONS, "not_asked")


async def test_answers_are_read_and_saved_with_their_version(client: AsyncClient) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    anna = await make_participant(organisation_id=manager.organisation_id)
    address = f"/api/v1/participants/{anna}/equality"

    async def put(**body: object) -> tuple[int, dict[str, object]]:
        answer = await client.put(address, json=body, headers=manager.headers)
        return answer.status_code, answer.json()

    before = await client.get(address, headers=manager.headers)
    saved = await put(version=0, sex="female", religion="prefer_not_to_say")
    stale = await put(version=0)
    wrong = await put(version=1, disability="very")

    assert before.json() == {**UNASKED, "version": 0}
    assert saved == (
        200, {**UNASKED, "sex": "female", "religion": "prefer_not_to_say", "version": 1},
    )  # fmt: skip
    assert (stale[0], stale[1]["type"]) == (409, "/problems/stale-version")
    assert (wrong[0], wrong[1]["errors"][0]["field"]) == (400, "disability")  # type: ignore[index]
    actions = [event["action"] for event in await AuditEvent.select().order_by(AuditEvent.id)]
    assert actions == ["participant_viewed", "equality_saved"]


async def test_the_page_says_why_and_keeps_what_was_chosen(client: AsyncClient) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    anna = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)
    address = f"/participants/{anna}/equality"
    form = await client.get(address)
    await save_answers(anna, Answers(religion=Religion.SIKH), version=0, by=SYSTEM)
    chosen = {**UNASKED, "sex": "female", "pregnancy": "pregnant"}

    stale = await send(client, address, version=saved_version(form), **chosen)
    wrong = await send(client, address, version="1", **{**chosen, "sex": "x"})
    saved = await send(client, address, version=saved_version(stale), **chosen)
    page = text(await client.get(saved.headers["location"]))

    assert "Why this is asked" in text(form)
    assert form.text.count('value="not_asked" selected') == len(QUESTIONS)
    assert (stale.status_code, "Religion: Sikh" in text(stale)) == (409, True)
    assert '<option value="pregnant" selected' in stale.text
    assert [field for field, _ in summary(wrong)] == ["sex"]
    assert "2 of 8 questions were asked" in page
    assert (await answers_of_person(anna, scope=SYSTEM.scope)).answers.sex is Sex.FEMALE


async def test_d1_answers_of_elsewhere_are_not_there(client: AsyncClient) -> None:
    anna = await make_participant()
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    api, page = f"/api/v1/participants/{anna}/equality", f"/participants/{anna}/equality"

    statuses = [
        (await client.get(api, headers=person.headers)).status_code,
        (await client.put(api, json={"version": 0}, headers=person.headers)).status_code,
    ]
    sign_in(client, person)
    statuses += [
        (await client.get(page)).status_code,
        (await send(client, page, version="0", **UNASKED)).status_code,
    ]

    assert statuses == [404] * 4


async def test_s22_both_reports_are_run_by_whoever_may_and_count_their_side(
    client: AsyncClient,
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    cohort = await make_cohort(organisation_id=manager.organisation_id)
    anna = await make_participant(organisation_id=manager.organisation_id)
    await make_referral(participant_id=anna, programme_id=cohort.programme.id)
    await save_answers(anna, Answers(religion=Religion.SIKH), version=0, by=SYSTEM)
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=manager.organisation_id
    )
    lead = await make_person(Role.WORKFORCE_LEAD)
    address = "/api/v1/reports/equality?group_by=religion&format=csv"

    file = await client.get(address, headers=manager.headers)
    empty = await client.get("/api/v1/reports/equality", headers=other.headers)
    outcomes = await client.get("/api/v1/reports/outcomes", headers=manager.headers)
    refused = await client.get(address, headers=lead.headers)

    assert '"sikh","1","0","0","0","1","0.0","0.0","79.3","0.0","0","0","[z]"' in file.text
    assert empty.json()["rows"] == []
    assert outcomes.json()["group_by"] == ["indicator", "source"]
    assert refused.status_code == 404
