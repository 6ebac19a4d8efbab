"""The pages that keep people apart, filled in as a browser does."""

from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from core.scope import Side
from programmes.domain.case_terms import ConflictKind
from programmes.services import conflicts
from programmes.services.conflicts import Found
from programmes.tables import (
    CaseWorker,
    Conflict,
    Link,
    NonAssociation,
    Participant,
    Restriction,
    RestrictionReader,
    RiskFlag,
)
from tests.api.forms import day, form_token, saved_version, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_programmes import make_cohort, make_participant, make_safe_contact
from tests.factories_safety import keep_apart, make_link, make_worker, raise_flag, restrict
from tests.statements import counted

TODAY = "2026-06-10"


@pytest.fixture
async def lead(client: AsyncClient) -> Person:
    found = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    sign_in(client, found)
    return found


async def colleague(lead: Person, role: Role, side: GrantSide) -> Person:
    return await make_person(role, side, organisation_id=lead.organisation_id)


async def a_survivor(lead: Person, name: str = "Ada") -> UUID:
    return await make_participant(organisation_id=lead.organisation_id, given_name=name)


async def a_perpetrator(lead: Person, reference: str = "P-1") -> UUID:
    found = await make_participant(
        organisation_id=lead.organisation_id, side=Side.PERPETRATOR, given_name="Bob"
    )
    await Participant.update({Participant.reference: reference}).where(Participant.id == found)
    return found


async def post(client: AsyncClient, path: str, **typed: str) -> Response:
    typed["_csrf_token"] = await form_token(client)
    return await client.post(path, data=typed)


async def test_a_link_worker_records_flags_and_ends_a_link(
    client: AsyncClient, lead: Person
) -> None:
    worker = await colleague(lead, Role.PARTNER_LINK_WORKER, GrantSide.BOTH)
    survivor_id, perpetrator_id = await a_survivor(lead), await a_perpetrator(lead)
    await make_worker(participant_id=survivor_id, account_id=worker.id)
    sign_in(client, worker)
    form = f"/participants/{survivor_id}/link"

    empty = await client.get(form)
    missing = await post(client, form)
    wrong = await post(client, form, reference="P-2", family_name="Example", relationship="partner")
    made = await post(client, form, reference="p-1", family_name="example", relationship="partner")
    again = await post(client, form, reference="P-1", family_name="Example", relationship="partner")
    link_id = (await Link.select(Link.id))[0]["id"]
    raised = await post(client, f"/links/{link_id}/flag", raised="yes")
    shown = await client.get(f"/links/{link_id}?saved=flag")
    listed, people = await client.get("/links"), await client.get("/my-people")
    early = await post(
        client, f"/links/{link_id}/end", version="1", **day("ended_on", "2020-01-01")
    )
    ended = await post(client, f"/links/{link_id}/end", version="1", **day("ended_on", TODAY))
    late = await post(client, f"/links/{link_id}/end", version="2", **day("ended_on", TODAY))

    assert (title(empty), empty.status_code) == ("Record a link – Programme Tracker", 200)
    assert [field for field, _ in summary(missing)] == [
        "reference", "family_name", "relationship",
    ]  # fmt: skip
    assert (wrong.status_code, 'value="P-2"' in wrong.text) == (400, True)
    assert "nobody with exactly this reference" in summary(wrong)[0][1]
    assert (made.status_code, made.headers["location"]) == (303, f"/links/{link_id}?saved=link")
    assert (again.status_code, raised.status_code) == (409, 303)
    for page in (shown, listed, people):
        assert "Ada Example" in text(page)
        assert "Bob" not in page.text
        assert "Risk flag" in text(page)
        assert "Not referred" in text(page).replace("not referred", "Not referred")
    assert await RiskFlag.count().where(RiskFlag.participant == perpetrator_id) == 1
    assert (early.status_code, summary(early)[0][0]) == (400, "ended_on")
    assert (ended.status_code, late.status_code) == (303, 409)
    assert "Ended on 10 June 2026" in text(await client.get(f"/links/{link_id}"))


async def test_nobody_else_reaches_links_or_conflicts(client: AsyncClient, lead: Person) -> None:
    link_id = await make_link()
    survivor_id = await a_survivor(lead)
    manager = await colleague(lead, Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    other_side = await colleague(lead, Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    lead_paths = [f"/links/{link_id}", f"/conflicts/{new_id()}"]
    paths = ["/links", f"/links/{link_id}", "/conflicts", "/shared-numbers"]

    assert [(await client.get(path)).status_code for path in lead_paths] == [404, 404]
    sign_in(client, manager)
    assert {(await client.get(path)).status_code for path in paths} == {403}
    assert (await client.get(f"/participants/{survivor_id}/restrict")).status_code == 403
    assert "/links" not in (await client.get("/")).text
    sign_in(client, other_side)
    for path in ("apart", "not-with", "link", "restrict"):
        answer = await client.get(f"/participants/{survivor_id}/{path}")
        assert answer.status_code == (404 if path in {"apart", "not-with"} else 403)


async def test_a_link_is_a_survivor_s(client: AsyncClient, lead: Person) -> None:
    perpetrator_id = await a_perpetrator(lead)

    assert (await client.get(f"/participants/{perpetrator_id}/link")).status_code == 404


async def test_workers_are_assigned_and_removed(client: AsyncClient, lead: Person) -> None:
    manager = await colleague(lead, Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    survivor_id, perpetrator_id = await a_survivor(lead), await a_perpetrator(lead)
    await make_link(perpetrator_id=perpetrator_id, survivor_id=survivor_id)
    both = await colleague(lead, Role.FACILITATOR, GrantSide.SURVIVOR)
    await make_worker(participant_id=perpetrator_id, account_id=both.id)
    address = f"/participants/{survivor_id}/workers"
    sign_in(client, manager)

    nobody = await post(client, address)
    refused = await post(client, address, account_id=str(both.id))
    made = await post(client, address, account_id=str(manager.id))
    shown = await client.get(f"/participants/{survivor_id}/apart?saved=apart")
    gone = await post(client, address, account_id=str(manager.id), remove="yes")

    assert (nobody.status_code, summary(nobody)[0][0]) == (400, "account_id")
    assert refused.status_code == 409
    assert summary(refused) == [
        ("account_id", "This person cannot be assigned here. Ask your safety lead.")
    ]
    assert made.headers["location"] == f"/participants/{survivor_id}/apart?saved=apart"
    assert manager.actor.name in text(shown)
    assert "Risk flag" not in text(shown)
    assert "Restricted record" not in text(shown)
    assert gone.status_code == 303
    assert await CaseWorker.count().where(CaseWorker.participant == survivor_id) == 0


async def test_whom_somebody_must_not_meet_is_found_and_recorded(
    client: AsyncClient, lead: Person
) -> None:
    manager = await colleague(lead, Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    one, other = await a_survivor(lead), await a_survivor(lead, "Cleo")
    form = f"/participants/{one}/not-with"
    sign_in(client, manager)

    asked = await client.get(form)
    empty = await post(client, form)
    nobody = await post(client, form, search="Zebedee")
    found = await post(client, form, search="cle")
    unsaid = await post(client, form, search="cle", reason="")
    made = await post(client, form, search="cle", other_id=str(other), reason="Threats outside")
    again = await post(client, form, search="cle", other_id=str(other), reason="The same")
    hidden = await client.get(f"/participants/{one}/apart")
    sign_in(client, lead)
    read = await client.get(f"/participants/{one}/apart")
    kept = (await NonAssociation.select(NonAssociation.id))[0]["id"]
    taken = await post(client, f"{form}/{kept}")

    assert "Whom must they not meet?" in text(asked)
    assert [field for field, _ in summary(empty)] == ["search"]
    assert "Nobody else is found" in summary(nobody)[0][1]
    assert (found.status_code, "Cleo Example" in text(found)) == (200, True)
    assert [field for field, _ in summary(unsaid)] == ["other_id", "reason"]
    assert (made.status_code, again.status_code) == (303, 409)
    assert 'value="The same"' in again.text
    assert "Cleo" not in hidden.text
    assert "Threats outside" not in hidden.text
    assert "Cleo Example" in text(read)
    assert "Threats outside" in text(read)
    assert taken.status_code == 303
    assert await NonAssociation.count() == 0


async def test_a_record_is_restricted_with_those_who_work_with_the_person_ticked(
    client: AsyncClient, lead: Person
) -> None:
    facilitator = await colleague(lead, Role.FACILITATOR, GrantSide.SURVIVOR)
    second = await colleague(lead, Role.SAFETY_LEAD, GrantSide.BOTH)
    cohort = await make_cohort(
        organisation_id=lead.organisation_id, enrolled=1, facilitator_ids=[facilitator.id]
    )
    person_id = cohort.participant_ids[0]
    page = f"/participants/{person_id}/apart"

    form = await client.get(f"/participants/{person_id}/restrict")
    missing = await post(
        client, f"/participants/{person_id}/restrict", readers=str(second.id), reason=""
    )
    made = await post(
        client, f"/participants/{person_id}/restrict", readers=str(facilitator.id),
        reason="A colleague",
    )  # fmt: skip
    named = await post(client, f"/participants/{person_id}/readers", reader_id=str(second.id))
    shown = await client.get(page)
    gone = await post(
        client, f"/participants/{person_id}/readers", reader_id=str(second.id), remove="yes"
    )
    last = await post(
        client, f"/participants/{person_id}/readers", reader_id=str(lead.id), remove="yes"
    )
    sign_in(client, second)
    hidden = await client.get(page)
    sign_in(client, lead)
    lifted = await post(client, f"/participants/{person_id}/lift")

    ticked = form.text.split(f'value="{facilitator.id}"')[1][:80]
    assert "checked" in ticked
    assert "Works with this person now" in text(form)
    assert (missing.status_code, summary(missing)[0][0]) == (400, "reason")
    assert "checked" in missing.text.split(f'value="{second.id}"')[1][:80]
    assert [answer.status_code for answer in (made, named, gone, last, lifted)] == [
        303, 303, 303, 400, 303,
    ]  # fmt: skip
    assert "A colleague" in text(shown)
    assert "Name another safety lead first" in summary(last)[0][1]
    assert hidden.status_code == 404
    assert (await Restriction.count(), await RestrictionReader.count()) == (0, 0)


async def test_d4_the_lead_raises_the_flag_and_facilitators_see_its_words_only(
    client: AsyncClient, lead: Person
) -> None:
    manager = await colleague(lead, Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    cohort = await make_cohort(
        organisation_id=lead.organisation_id, side=Side.PERPETRATOR, enrolled=1
    )
    person_id = cohort.participant_ids[0]
    await make_link(perpetrator_id=person_id, survivor_id=await a_survivor(lead))

    raised = await post(client, f"/participants/{person_id}/flag", raised="yes")
    sign_in(client, manager)
    person = await client.get(f"/participants/{person_id}")
    place = await client.get(f"/enrolments/{cohort.enrolment_ids[0]}")
    refused = await post(client, f"/participants/{person_id}/flag", raised="no")

    assert raised.status_code == 303
    for page in (person, place):
        assert "Risk flag: do not disclose" in text(page)
        assert "Ada" not in page.text
    assert refused.status_code == 403
    assert await RiskFlag.count().where(RiskFlag.lowered_at.is_null()) == 1


async def test_the_lead_settles_a_conflict(client: AsyncClient, lead: Person) -> None:
    one, other = await a_survivor(lead), await a_survivor(lead, "Cleo")
    worker = await colleague(lead, Role.PARTNER_LINK_WORKER, GrantSide.BOTH)
    await make_worker(participant_id=one, account_id=worker.id)
    await conflicts.write_down([Found(ConflictKind.NON_ASSOCIATION, one, other)], by=worker.actor)
    conflict_id = (await Conflict.select(Conflict.id))[0]["id"]
    address = f"/conflicts/{conflict_id}"

    today = await client.get("/")
    listed, shown = await client.get("/conflicts"), await client.get(address)
    missing = await post(client, address, version="1", note="")
    settled = await post(
        client, address, version=saved_version(shown), note="Cleo joins the other group"
    )
    again = await post(client, address, version="2", note="Again")
    done = await client.get("/conflicts?show=settled&saved=settled")

    assert "1 conflict waits to be settled" in text(today)
    for page in (listed, shown):
        assert "Two people who must not meet" in text(page)
        assert "Cleo Example (survivor)" in text(page)
        assert worker.actor.name in text(page)
    assert [field for field, _ in summary(missing)] == ["note"]
    assert (settled.status_code, again.status_code) == (303, 409)
    assert "Nothing waits for you." in text(await client.get("/conflicts"))
    assert "Cleo joins the other group" in text(done)
    assert "conflict waits" not in text(await client.get("/"))


async def test_a_conflict_of_another_organisation_s_person_names_nobody(
    client: AsyncClient, lead: Person
) -> None:
    one, other = await a_survivor(lead), await make_participant(given_name="Zed")
    for number in range(2):
        kind = list(ConflictKind)[number]
        await conflicts.write_down([Found(kind, one, other)], by=lead.actor)

    page = await client.get("/conflicts")

    assert "Somebody of another organisation" in text(page)
    assert "Zed" not in page.text
    assert "2 conflicts wait to be settled" in text(await client.get("/"))


async def test_m9_the_lead_is_shown_numbers_of_two_people(
    client: AsyncClient, lead: Person
) -> None:
    elsewhere = await make_participant(given_name="Zed")
    for person_id in (await a_survivor(lead), await a_perpetrator(lead), elsewhere):
        await make_safe_contact(participant_id=person_id, number="+447700900111")

    page = await client.get("/shared-numbers")

    assert "…11" in text(page)
    assert "Ada Example (survivor) Bob Example (perpetrator) 1 of another organisation" in text(
        page
    )
    assert "900111" not in page.text
    assert "Zed" not in page.text


async def test_lists_take_as_many_statements_whatever_they_hold(
    client: AsyncClient, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ("/links", "/conflicts", "/shared-numbers", "/my-people", "/")
    counts = []
    for size in (1, 6):
        for number in range(size):
            one, other = await a_survivor(lead), await a_perpetrator(lead, f"P-{size}{number}")
            await make_worker(participant_id=one, account_id=lead.id)
            await make_link(perpetrator_id=other, survivor_id=one)
            await conflicts.write_down(
                [Found(ConflictKind.WORKER_OF_BOTH, one, other)], by=lead.actor
            )
            for person_id in (one, other):
                await make_safe_contact(
                    participant_id=person_id, number=f"+44770090{size}1{number:02}"
                )
        sent = []
        for path in paths:
            with counted(monkeypatch) as statements:
                assert (await client.get(path)).status_code == 200
            sent.append(len(statements))
        counts.append(sent)

    assert counts[0] == counts[1]


async def test_a_person_s_page_of_ties_takes_as_many_statements_whatever_it_holds(
    client: AsyncClient, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = await a_survivor(lead)
    await restrict(person_id, lead.id)
    counts = []
    for _ in range(2):
        for _ in range(3):
            await keep_apart(person_id, await a_survivor(lead))
            await make_link(survivor_id=person_id)
            worker = await colleague(lead, Role.FACILITATOR, GrantSide.SURVIVOR)
            await make_worker(participant_id=person_id, account_id=worker.id)
        with counted(monkeypatch) as statements:
            assert (await client.get(f"/participants/{person_id}/apart")).status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1]


async def test_a_flagged_perpetrator_s_page_for_the_lead_lowers_it(
    client: AsyncClient, lead: Person
) -> None:
    person_id = await a_perpetrator(lead)
    await raise_flag(person_id)

    shown = await client.get(f"/participants/{person_id}/apart")
    lowered = await post(client, f"/participants/{person_id}/flag", raised="no")

    assert "Lower the flag" in text(shown)
    assert lowered.status_code == 303
    assert await RiskFlag.count().where(RiskFlag.lowered_at.is_null()) == 0
