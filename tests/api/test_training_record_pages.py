"""The pages of training records, of what waits to be verified, of one's own, and of exemptions."""

from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from tests.api.forms import summary, text
from tests.api.training_calls import actions, browse, send
from tests.factories import Person, make_person
from tests.factories_training import (
    make_course,
    make_exemption,
    make_record,
    make_requirement,
    make_staff,
)
from tests.statements import counted
from tests.unit.training.test_certificates import PDF
from training.tables import Certificate, Exemption, TrainingRecord

DAY = date(2026, 6, 1)
COMPLETED = {
    "completed_on-day": "1", "completed_on-month": "6", "completed_on-year": "2026",
}  # fmt: skip


async def upload(
    client: AsyncClient, path: str, form: str, content: bytes, **fields: str
) -> Response:
    page = await client.get(form)
    token = page.text.split('name="_csrf_token" value="')[1].split('"')[0]
    return await client.post(
        path, data={"_csrf_token": token, **fields}, files={"file": ("seen.pdf", content)}
    )


async def waiting(lead: Person, *, account_id: UUID | None = None, name: str = "") -> UUID:
    """A record of the lead's staff that nobody has verified."""
    staff_id = await make_staff(
        organisation_id=lead.organisation_id, account_id=account_id, name=name
    )
    return await make_record(
        staff_id, await make_course(name="Awareness"), completed_on=DAY, verified=False
    )


async def test_a_record_is_added_with_its_certificate_or_not_at_all(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)
    path = f"/staff/{staff_id}/records"
    fields = {
        "course_id": str(await make_course(name="Awareness")), "evidence": "certificate",
        "verified": "yes", "hours": "", **COMPLETED,
    }  # fmt: skip

    refused = await upload(client, path, path, b"MZ", **fields)
    before = await TrainingRecord.count()
    added = await upload(client, path, path, PDF, **fields)
    shown = await client.get(added.headers["location"])

    assert (refused.status_code, before) == (400, 0)
    assert summary(refused) == [("file", "Choose a PDF, JPEG or PNG file that is whole")]
    assert 'name="completed_on-year" type="text" value="2026"' in refused.text
    assert added.headers["location"] == f"/staff/{staff_id}?saved=record"
    assert "Certificate 1 file Counts" in text(shown)
    assert await Certificate.count() == 1


async def test_a_record_without_a_file_needs_none(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    browse(client, lead)
    path = f"/staff/{staff_id}/records"

    added = await send(
        client, path, course_id=str(await make_course()), evidence="register", **COMPLETED
    )

    assert added.status_code == 303
    assert not await Certificate.exists()


async def test_a_record_is_verified_on_its_page_and_says_by_whom(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await waiting(lead)
    browse(client, lead)
    page = f"/training-records/{record}"

    refused = await send(client, f"{page}/verify", form=page)
    done = await send(client, f"{page}/verify", form=page, evidence="certificate")
    shown = await client.get(done.headers["location"])
    again = await send(client, f"{page}/verify", form=page, evidence="certificate")

    assert summary(refused) == [("evidence", "Select the evidence that you have seen")]
    assert "Wednesday 10 June 2026 by you" in text(shown)
    assert "What have you seen?" not in text(shown)
    assert again.status_code == 409


async def test_a_record_is_withdrawn_with_a_reason_and_takes_nothing_more(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await waiting(lead)
    browse(client, lead)
    page = f"/training-records/{record}"

    refused = await send(client, f"{page}/withdraw", form=page)
    await send(client, f"{page}/withdraw", form=page, reason="The wrong day")
    shown = await client.get(page)

    assert summary(refused) == [("reason", "Enter why it is withdrawn")]
    assert "by you: The wrong day" in text(shown)
    assert f'action="{page}' not in shown.text


async def test_a_certificate_is_added_and_saved_from_the_records_page(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await waiting(lead)
    browse(client, lead)
    page = f"/training-records/{record}"

    nothing = await send(client, f"{page}/certificates", form=page)
    empty = await upload(client, f"{page}/certificates", page, b"")
    added = await upload(client, f"{page}/certificates", page, PDF)
    shown = await client.get(added.headers["location"])
    link = shown.text.split('href="/certificates/')[1].split('"')[0]
    saved = await client.get(f"/certificates/{link}")

    assert (nothing.status_code, empty.status_code) == (400, 400)
    assert "seen.pdf (1 KB)" in text(shown).replace("seen.pdf  (", "seen.pdf (")
    assert (saved.content, saved.headers["cache-control"]) == (PDF, "private, no-store")


async def test_several_are_verified_at_once_and_ticks_are_kept_where_that_fails(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    first, second, other = [await waiting(lead) for _ in range(3)]
    await waiting(lead, account_id=lead.id)
    browse(client, lead)
    path = "/training-records/unverified"
    ticked = [str(first), str(second)]

    start = await client.get(path)
    unsaid = await send(client, path, record_ids=ticked)
    none = await send(client, path, evidence="register")
    odd = await send(client, path, evidence="register", record_ids="x")
    done = await send(client, path, evidence="register", record_ids=ticked)
    left = await client.get(path)

    assert "Your own" in text(start)
    assert summary(unsaid) == [("evidence", "Select the evidence that you have seen")]
    assert unsaid.text.count(" checked") == 2
    assert summary(none) == [("record_ids", "Tick at least one record")]
    assert odd.status_code == 400
    assert done.headers["location"] == f"{path}?saved=verified"
    assert f'value="{first}"' not in left.text
    assert f'value="{other}"' in left.text


async def test_what_waits_takes_the_same_statements_however_much_it_is(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    await waiting(lead)
    browse(client, lead)

    with counted(monkeypatch) as few:
        await client.get("/training-records/unverified")
    for _ in range(4):
        await waiting(lead)
    with counted(monkeypatch) as many:
        await client.get("/training-records/unverified")

    assert len(many) == len(few)


async def test_somebody_declares_and_sees_their_own_records_alone(client: AsyncClient) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    lead = await make_person(Role.WORKFORCE_LEAD, organisation_id=worker.organisation_id)
    own = await waiting(lead, account_id=worker.id)
    others = await waiting(lead, name="Somebody Else")
    course = await make_course(name="Pathway")
    browse(client, worker)
    path = "/my-training/records"

    refused = await upload(client, path, path, PDF, course_id=str(course))
    added = await upload(client, path, path, PDF, course_id=str(course), **COMPLETED)
    listed = await client.get(added.headers["location"])
    record = await client.get(f"/training-records/{own}")

    assert [field for field, _ in summary(refused)] == ["completed_on"]
    assert "Pathway on Mon 1 Jun 2026" in text(listed)
    assert "Self declared 1 file Not verified" in text(listed)
    assert record.status_code == 200
    assert "Withdraw" not in text(record)
    assert (await client.get(f"/training-records/{others}")).status_code == 404
    assert (await client.get("/training-records/unverified")).status_code == 403
    assert "staff_viewed" not in await actions()


async def test_nobody_without_a_record_of_their_own_has_the_page(client: AsyncClient) -> None:
    browse(client, await make_person(Role.AUDITOR))

    assert (await client.get("/my-training/records")).status_code == 404


async def test_an_exemption_is_added_shown_and_ended_earlier(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    await make_requirement(await make_course(), name="Awareness")
    browse(client, lead)
    path = f"/staff/{staff_id}/exemptions"
    days = {
        "from_on-day": "10", "from_on-month": "6", "from_on-year": "2026",
        "to_on-day": "9", "to_on-month": "12", "to_on-year": "2026",
    }  # fmt: skip

    form = await client.get(path)
    refused = await send(client, path, **days)
    added = await send(client, path, requirement_id="every", reason="Secondment", **days)
    shown = await client.get(added.headers["location"])
    [row] = await Exemption.select(Exemption.id)
    end = f"/exemptions/{row['id']}/end"
    late = await send(client, end, **days)
    ended = await send(client, end, **{**days, "to_on-month": "7"})

    assert 'name="to_on-month" type="text" value="12"' in form.text  # six months at a time
    assert [field for field, _ in summary(refused)] == ["requirement_id", "reason"]
    assert "Every requirement Wed 10 Jun 2026 Wed 9 Dec 2026 Secondment Exempt today" in text(shown)
    assert [field for field, _ in summary(late)] == ["to_on"]
    assert ended.headers["location"] == f"/staff/{staff_id}?saved=exemption"
    assert "Thu 9 Jul 2026" in text(await client.get(f"/staff/{staff_id}"))


async def test_exemptions_say_whether_they_are_to_come_or_over(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    await make_exemption(staff_id, from_on=date(2026, 1, 1), to_on=DAY)
    await make_exemption(staff_id, from_on=date(2026, 7, 1), to_on=date(2026, 8, 1))
    browse(client, lead)

    shown = text(await client.get(f"/staff/{staff_id}"))

    assert shown.index("To come End earlier") < shown.index("Secondment Over")


async def test_another_organisation_has_none_of_these_pages(client: AsyncClient) -> None:
    lead, elsewhere = [await make_person(Role.WORKFORCE_LEAD) for _ in range(2)]
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    record = await make_record(staff_id, await make_course(), completed_on=DAY, verified=False)
    exemption = await make_exemption(staff_id, from_on=DAY, to_on=DAY)
    browse(client, elsewhere)

    answers = [
        (await client.get(path)).status_code
        for path in (
            f"/staff/{staff_id}/records", f"/staff/{staff_id}/exemptions",
            f"/training-records/{record}", f"/exemptions/{exemption}/end",
        )
    ]  # fmt: skip

    assert answers == [404] * 4
    assert str(record) not in (await client.get("/training-records/unverified")).text


async def test_who_records_training_does_not_exempt(client: AsyncClient) -> None:
    admin = await make_person(Role.TRAINING_ADMIN)
    staff_id = await make_staff(organisation_id=admin.organisation_id)
    browse(client, admin)

    assert (await client.get(f"/staff/{staff_id}/records")).status_code == 200
    assert (await client.get(f"/staff/{staff_id}/exemptions")).status_code == 403
    assert "Exempt them" not in (await client.get(f"/staff/{staff_id}")).text
