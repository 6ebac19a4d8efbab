"""Certificates of training records: what is taken, and who gets them."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from accounts.domain import roles
from accounts.domain.roles import GrantSide, Role
from core.scope import Permission
from tests.api.training_calls import NOBODY, V1, actions, fields, get, post
from tests.factories import Person, make_person
from tests.factories_training import make_course, make_record, make_staff
from tests.unit.training.test_certificates import JPEG, PDF, PNG
from training.domain.certificates import LARGEST_BYTES
from training.services.certificates import MOST_OF_A_RECORD
from training.tables import Certificate

DAY = date(2026, 6, 1)


async def a_record(lead: Person, *, account_id: UUID | None = None) -> UUID:
    staff_id = await make_staff(organisation_id=lead.organisation_id, account_id=account_id)
    return await make_record(staff_id, await make_course(), completed_on=DAY)


async def send(
    client: AsyncClient, who: Person, record: UUID | str, content: bytes, name: str = "a.pdf"
) -> Response:
    return await client.post(
        f"{V1}/training-records/{record}/certificates",
        files={"file": (name, content, "application/pdf")},
        headers=who.headers,
    )


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [(PDF, "application/pdf", "pdf"), (JPEG, "image/jpeg", "jpg"), (PNG, "image/png", "png")],
)
async def test_a_certificate_is_kept_by_its_content_and_handed_out_to_be_saved(
    client: AsyncClient, content: bytes, media_type: str, ending: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await a_record(lead)

    created = await send(client, lead, record, content, "Jo Bloggs.pdf")
    certificate = created.json()["id"]
    answer = await client.get(f"{V1}/certificates/{certificate}", headers=lead.headers)
    listed = await get(client, lead, "/training-records")

    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="certificate-{certificate}.{ending}"'
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert listed.json()["items"][0]["certificates"] == [
        {"id": certificate, "file_name": f"Jo Bloggs.{ending}", "media_type": media_type,
         "size_bytes": len(content)}
    ]  # fmt: skip
    assert await actions() == ["certificate_added", "certificate_downloaded"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload='alert(1)'/>", b"<html></html>", b"MZ\x90\x00\x03", PDF[:-8]],
)
async def test_what_is_no_whole_pdf_or_picture_is_refused(
    client: AsyncClient, content: bytes
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)

    answer = await send(client, lead, await a_record(lead), content)

    assert (answer.status_code, fields(answer)) == (400, ["file"])
    assert not await Certificate.exists()


async def test_five_megabytes_are_taken_and_no_byte_more(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await a_record(lead)
    largest = JPEG[:-2] + b"x" * (LARGEST_BYTES - len(JPEG)) + JPEG[-2:]

    taken = await send(client, lead, record, largest)
    refused = await send(client, lead, record, largest[:-2] + b"x" + JPEG[-2:])

    assert (taken.status_code, refused.status_code) == (201, 413)
    assert refused.json()["type"] == "/problems/too-large"
    assert fields(refused) == ["file"]


async def test_a_large_body_is_refused_before_it_is_read(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    sent = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b"x" * 1_000_000

    answer = await client.post(
        f"{V1}/training-records/{await a_record(lead)}/certificates",
        content=without_end(),
        headers={**lead.headers, "Content-Type": "multipart/form-data; boundary=b"},
    )

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    assert sent < 10


async def test_a_record_has_only_so_many_files_and_a_withdrawn_one_takes_none(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await a_record(lead)
    answers = [await send(client, lead, record, PDF) for _ in range(MOST_OF_A_RECORD + 1)]
    await post(client, lead, f"/training-records/{record}/withdraw", {"reason": "Wrong"})

    withdrawn = await send(client, lead, record, PDF)

    assert [answer.status_code for answer in answers] == [*[201] * MOST_OF_A_RECORD, 400]
    assert withdrawn.json()["type"] == "/problems/training-record-settled"
    assert await Certificate.count() == MOST_OF_A_RECORD


async def test_only_who_may_see_the_record_gets_its_certificate(client: AsyncClient) -> None:
    lead, elsewhere = [await make_person(Role.WORKFORCE_LEAD) for _ in range(2)]
    place = lead.organisation_id
    own, colleague = [
        await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=place)
        for _ in range(2)
    ]
    record = await a_record(lead, account_id=own.id)
    uploads = [await send(client, who, record, PDF) for who in (own, colleague, elsewhere)]
    certificate = uploads[0].json()["id"]

    answers = [
        (await client.get(f"{V1}/certificates/{id}", headers=who.headers)).status_code
        for who, id in (
            (own, certificate), (lead, certificate), (colleague, certificate),
            (elsewhere, certificate), (lead, NOBODY),
        )
    ]  # fmt: skip

    assert [upload.status_code for upload in uploads] == [201, 404, 404]
    assert answers == [200, 200, 404, 404, 404]


async def test_who_sees_staff_without_recording_training_adds_no_certificate(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await a_record(lead)
    seeing = frozenset(
        permission
        for permission in roles.PERMISSIONS[Role.WORKFORCE_LEAD]
        if permission is Permission.VIEW_STAFF
    )
    monkeypatch.setitem(roles.PERMISSIONS, Role.WORKFORCE_LEAD, seeing)  # type: ignore[arg-type]

    assert (await send(client, lead, record, PDF)).status_code == 403


@pytest.mark.parametrize("path", ["/training-records/{}/certificates", "/imports/staff"])
async def test_a_part_that_is_neither_file_nor_text_is_refused(
    client: AsyncClient, path: str
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    record = await a_record(lead)

    answer = await client.post(
        f"{V1}{path.format(record)}", files={"file": ("", b"\xff\xd8")}, headers=lead.headers
    )

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-input")
    assert not await Certificate.exists()
