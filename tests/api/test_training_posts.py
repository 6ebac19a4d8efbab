"""Several posts, role changes, line managers and last days over HTTP."""

import asyncio
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import Role
from core.errors import AppError
from tests.api.training_calls import NOBODY, V1, actions, fields, get, patch, post
from tests.factories import Json, Person, make_person
from tests.factories_training import make_course, make_post, make_requirement, make_staff
from training.domain.terms import Sector, StaffGroup
from training.errors import LineManagerCircleError
from training.queries.people import staff_member
from training.services import posts
from training.services.careers import PostDetails
from training.tables import Post, Staff

BESIDE: Json = {
    "version": 1, "sector": "health", "staff_group": "volunteer", "team": "Helpline",
    "started_on": "2026-03-01", "fte": 0.4,
}  # fmt: skip


async def person_of(client: AsyncClient, lead: Person, staff_id: UUID) -> Json:
    found: Json = (await get(client, lead, f"/staff/{staff_id}")).json()
    return found


async def only_post(staff_id: UUID) -> UUID:
    [row] = await Post.select(Post.id).where(Post.staff == staff_id)
    found: UUID = row["id"]
    return found


async def put_account(
    client: AsyncClient, person: Person, staff_id: UUID, email: str | None, version: int = 1
) -> Response:
    return await client.put(
        f"{V1}/staff/{staff_id}/account", headers=person.headers,
        json={"version": version, "email": email},
    )  # fmt: skip


async def test_another_post_is_held_beside_the_first_and_the_person_is_asked_for_both(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    for sector in (Sector.HOUSING, Sector.HEALTH):
        await make_requirement(await make_course(), name=sector.value, sectors=[sector])
    staff_id = await make_staff(organisation_id=lead.organisation_id)

    added = await post(client, lead, f"/staff/{staff_id}/posts", BESIDE)

    assert added.status_code == 201
    held = (await person_of(client, lead, staff_id))["posts"]
    assert [(one["sector"], one["fte"], one["follows"]) for one in held] == [
        ("housing", 1.0, None),
        ("health", 0.4, None),
    ]
    items = (await get(client, lead, f"/staff/{staff_id}/compliance")).json()["items"]
    assert sorted(item["requirement"]["name"] for item in items) == ["health", "housing"]
    [row] = await Staff.select(Staff.position, Staff.version)
    assert (row["position"], row["version"]) == (None, 2)
    assert (await actions())[0] == "post_added"


async def test_a_role_change_ends_the_post_the_day_before_and_keeps_what_it_leaves_out(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id, team="Front desk")
    post_id = await only_post(staff_id)
    path = f"/staff/{staff_id}/posts/{post_id}/role-change"

    changed = await post(
        client, lead, path, {"version": 1, "on": "2026-03-01", "staff_group": "manager"}
    )
    again = await post(client, lead, path, {"version": 2, "on": "2026-04-01"})

    assert changed.status_code == 200
    old, new = changed.json()["posts"]
    assert (old["ended_on"], new["started_on"]) == ("2026-02-28", "2026-03-01")
    assert (new["follows"], new["team"], new["staff_group"]) == (old["id"], "Front desk", "manager")
    [row] = await Staff.select(Staff.in_position_since, Staff.appointed_on)
    assert (row["in_position_since"], row["appointed_on"]) == (date(2026, 3, 1), date(2019, 1, 1))
    assert (again.status_code, fields(again)) == (400, ["on"])
    assert await actions() == ["role_changed"]


async def test_a_post_is_corrected_and_ended(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    path = f"/staff/{staff_id}/posts/{await only_post(staff_id)}"

    corrected = await patch(client, lead, path, {"version": 1, "role": " Officer "})
    ended = await patch(client, lead, path, {"version": 2, "ended_on": "2026-06-30"})
    stale = await patch(client, lead, path, {"version": 2, "ended_on": None})
    early = await patch(client, lead, path, {"version": 3, "ended_on": "2018-12-31"})

    assert (corrected.json()["role"], ended.json()["ended_on"]) == ("Officer", "2026-06-30")
    assert (stale.status_code, stale.json()["type"]) == (409, "/problems/stale-version")
    assert (early.status_code, fields(early)) == (400, ["ended_on"])
    assert await actions() == ["post_changed", "post_ended"]


async def test_the_same_post_twice_at_a_time_is_refused(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id, ended_on=date(2026, 5, 31))
    same = {"version": 1, "sector": "housing", "staff_group": "front_line"}
    path = f"/staff/{staff_id}/posts"

    refused = await post(client, lead, path, {**same, "started_on": "2026-05-31"})
    taken = await post(client, lead, path, {**same, "started_on": "2026-06-01"})

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/posts-overlap")
    assert fields(refused) == ["started_on"]
    assert taken.status_code == 201


async def test_line_managers_do_not_go_in_a_circle(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    here = lead.organisation_id
    first = await make_staff(organisation_id=here)
    second = await make_staff(organisation_id=here, line_manager=first)
    third = await make_staff(organisation_id=here, line_manager=second)
    ended = await make_staff(organisation_id=here, line_manager=first, ended_on=date(2026, 1, 1))

    async def manage(manager_id: UUID) -> Response:
        version = (await person_of(client, lead, first))["version"]
        body = {"version": version, "line_manager_id": str(manager_id)}
        return await patch(client, lead, f"/staff/{first}", body)

    for manager_id in (first, third):
        refused = await manage(manager_id)
        assert (refused.status_code, fields(refused)) == (422, ["line_manager_id"])
        assert refused.json()["type"] == "/problems/line-manager-circle"
    assert (await manage(ended)).json()["line_manager_id"] == str(ended)


async def test_a_line_manager_is_of_the_same_organisation(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    staff_id = await make_staff(organisation_id=lead.organisation_id)

    for stranger in (str(await make_staff()), NOBODY):
        body = {"version": 1, "line_manager_id": stranger}
        refused = await patch(client, lead, f"/staff/{staff_id}", body)
        assert (refused.status_code, fields(refused)) == (400, ["line_manager_id"])


async def test_of_two_changes_that_would_close_a_circle_together_one_is_refused(db: None) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    ids = [await make_staff(organisation_id=lead.organisation_id) for _ in range(2)]

    async def manage(staff_id: UUID, manager_id: UUID) -> None:
        details = PostDetails(
            team="", sector=Sector.HOUSING, staff_group=StaffGroup.FRONT_LINE, role="",
            is_people_manager=False, fte=Decimal("1.00"), line_manager_id=manager_id,
            started_on=date(2019, 1, 1), ended_on=None,
        )  # fmt: skip
        post_id = await only_post(staff_id)
        await posts.correct_post(staff_id, post_id, details, version=1, by=lead.actor)

    answers = await asyncio.gather(
        manage(ids[0], ids[1]), manage(ids[1], ids[0]), return_exceptions=True
    )

    assert [type(answer) for answer in answers if isinstance(answer, AppError)] == [
        LineManagerCircleError
    ]
    assert sum(answer is None for answer in answers) == 1


async def test_a_last_day_ends_all_posts_and_the_person_drops_out_after_it(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    await make_post(staff_id, sector=Sector.HEALTH, started_on=date(2026, 3, 1))
    path = f"/staff/{staff_id}/leave"

    early = await post(client, lead, path, {"version": 1, "ended_on": "2026-02-28"})
    left = await post(client, lead, path, {"version": 1, "ended_on": "2026-06-09"})
    twice = await post(client, lead, path, {"version": 2, "ended_on": "2026-06-30"})

    assert (early.status_code, fields(early)) == (400, ["ended_on"])
    assert {one["ended_on"] for one in left.json()["posts"]} == {"2026-06-09"}
    assert (twice.status_code, fields(twice)) == (400, ["ended_on"])
    listed = [
        [one["id"] for one in (await get(client, lead, f"/staff?in_post_on={day}")).json()["items"]]
        for day in ("2026-06-09", "2026-06-10")
    ]
    assert listed == [[str(staff_id)], []]
    assert await actions() == ["staff_ended"]


async def test_staff_are_listed_by_organisation_team_and_day_in_post(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    here = lead.organisation_id
    moved = await make_staff(organisation_id=here, name="Moved", team="North",
                             ended_on=date(2026, 2, 28))  # fmt: skip
    await make_post(moved, team="South_1", started_on=date(2026, 3, 1))
    await make_staff(organisation_id=here, name="Stays", team="North")
    await make_staff(name="Elsewhere", team="North")

    async def names(query: str) -> list[str]:
        return [one["name"] for one in (await get(client, lead, f"/staff?{query}")).json()["items"]]

    assert await names("team=NORTH") == ["Elsewhere", "Moved", "Stays"]
    assert await names(f"organisation_id={here}&team=nor&in_post_on=2026-06-10") == ["Stays"]
    assert await names("team=h_1&in_post_on=2026-06-10") == ["Moved"]
    assert (await get(client, lead, "/staff?team=a%00b")).status_code == 400


@pytest.mark.parametrize("role", [Role.TRAINING_ADMIN, Role.WORKFORCE_LEAD])
async def test_posts_are_changed_by_leads_of_the_organisation_alone(
    client: AsyncClient, role: Role
) -> None:
    person = await make_person(role)
    here = person.organisation_id if role is Role.TRAINING_ADMIN else None
    staff_id = await make_staff(organisation_id=here)
    path = f"/staff/{staff_id}/posts"
    post_id = await only_post(staff_id)

    answers = [
        await post(client, person, path, BESIDE),
        await post(
            client, person, f"{path}/{post_id}/role-change", {"version": 1, "on": "2026-03-01"}
        ),
        await patch(client, person, f"{path}/{post_id}", {"version": 1}),
        await post(
            client, person, f"/staff/{staff_id}/leave", {"version": 1, "ended_on": "2026-06-30"}
        ),
        await put_account(client, person, staff_id, None),
    ]

    expected = 403 if role is Role.TRAINING_ADMIN else 404
    assert [answer.status_code for answer in answers] == [expected] * len(answers)
    assert await Post.count() == 1
    assert await actions() == []


async def test_a_post_of_somebody_else_is_not_found(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    other = await only_post(await make_staff(organisation_id=lead.organisation_id))
    path = f"/staff/{staff_id}/posts/{other}"

    changed = await patch(client, lead, path, {"version": 1})
    moved = await post(client, lead, f"{path}/role-change", {"version": 1, "on": "2026-03-01"})

    assert (changed.status_code, moved.status_code) == (404, 404)
    with pytest.raises(AppError):
        posts.details_of(await staff_member(staff_id, scope=lead.actor.scope), other)


async def test_an_account_is_linked_by_its_e_mail_and_to_one_person(client: AsyncClient) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    ids = [await make_staff(organisation_id=lead.organisation_id) for _ in range(2)]
    await make_person(Role.AUDITOR, email="rowan@example.org")

    linked = await put_account(client, lead, ids[0], " Rowan@Example.org ")
    taken = await put_account(client, lead, ids[1], "rowan@example.org")
    unknown = await put_account(client, lead, ids[1], "nobody@example.org")
    ended = await put_account(client, lead, ids[0], None, version=2)

    assert (linked.json()["has_account"], ended.json()["has_account"]) == (True, False)
    assert (taken.status_code, unknown.status_code) == (400, 400)
    assert taken.json()["errors"] == unknown.json()["errors"]
    assert fields(taken) == ["email"]
    assert await actions() == ["staff_account_linked"] * 2
