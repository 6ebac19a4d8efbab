"""The weekly digest: what is to chase, in one's own organisations or of one's own people."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from accounts.tables import Account
from tests.factories import make_person
from tests.factories_notices import (
    IN_30_DAYS,
    IN_90_DAYS,
    TODAY,
    YESTERDAY,
    Team,
    make_team,
    notices,
)
from tests.factories_training import make_exemption, make_post
from training.domain.chasing import ToChase
from training.domain.terms import StaffGroup
from training.queries.chasing import to_chase, within_organisation
from training.queries.compliance import compliance
from training.queries.notices import own_notices
from training.services import notices as service
from training.tables import Requirement

pytestmark = pytest.mark.usefixtures("db")

ADDRESS = "robin.vale@example.org"


def counts_of(notice: dict[str, Any]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = json.loads(notice["facts"])["counts"]
    return counts


async def crowd(team: Team) -> None:
    """C8 in small: one of each standing, and one that is well."""
    for completed_on in (IN_30_DAYS, IN_90_DAYS, YESTERDAY, None, TODAY):
        await team.colleague(completed_on)
    exempt = await team.colleague(YESTERDAY)
    await make_exemption(exempt, from_on=TODAY, to_on=TODAY)
    await team.colleague(YESTERDAY, ended_on=date(2026, 6, 9))


COUNTED = ToChase(expired=1, overdue=1, within_30=1, within_60=1, within_90=2)


async def test_a_lead_is_told_once_a_week_what_is_to_chase_in_their_own_organisations() -> None:
    north, south = await make_team(), await make_team()
    for team in (north, south):
        await crowd(team)
    lead = await make_person(Role.WORKFORCE_LEAD, organisation_id=north.organisation_id)
    over_all = await make_person(Role.WORKFORCE_LEAD, everywhere=True)
    idle = await make_person(Role.WORKFORCE_LEAD)
    gone = await make_person(Role.WORKFORCE_LEAD, organisation_id=north.organisation_id)
    await Account.update({Account.is_active: False}).where(Account.id == gone.actor.account_id)

    assert [await service.plan_digests(day) for day in (TODAY, TODAY, date(2026, 6, 14))] == [
        4,
        0,
        0,
    ]

    found = {row["account"]: counts_of(row) for row in await notices(channel="email")}
    assert found == {
        lead.actor.account_id: {str(north.requirement_id): asdict(COUNTED)},
        over_all.actor.account_id: {
            str(id): asdict(COUNTED) for id in sorted((north.requirement_id, south.requirement_id))
        },
    }
    assert [len(await own_notices(scope=one.actor.scope)) for one in (lead, idle)] == [1, 0]


async def test_a_digest_counts_what_the_compliance_page_counts() -> None:
    team = await make_team()
    await crowd(team)
    scope = within_organisation(team.organisation_id)

    counted = (await to_chase(day=TODAY, scope=scope))[team.requirement_id]
    figures = (await compliance(scope=scope, as_of=TODAY)).total

    assert (counted.expired, counted.overdue, counted.within_90) == (
        figures.expired, figures.overdue_never, figures.expiring_soon,
    )  # fmt: skip


async def test_next_week_has_a_digest_of_its_own_and_last_weeks_is_done_with() -> None:
    team = await make_team()
    await team.colleague()
    await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)
    await service.plan_digests(TODAY)
    await service.plan_digests(date(2026, 6, 15))

    assert [(row["period"], row["state"]) for row in await notices(channel="task")] == [
        ("2026-W24", "done"), ("2026-W25", "waiting"),
    ]  # fmt: skip


async def test_recommended_training_is_not_chased() -> None:
    team = await make_team()
    await Requirement.update({Requirement.mandatory: False}, force=True)
    manager = await team.colleague(TODAY, email=ADDRESS)
    await team.colleague(line_manager=manager)
    await make_person(Role.WORKFORCE_LEAD, organisation_id=team.organisation_id)

    assert await service.plan_digests(TODAY) == 0


@pytest.mark.parametrize("at_once", [500, 1])
async def test_a_line_manager_is_told_of_their_own_people_alone(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", at_once)
    team = await make_team()
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    linked = await team.colleague(TODAY, account_id=person.actor.account_id)
    by_mail = await team.colleague(TODAY, email=ADDRESS)
    await team.colleague(TODAY)
    left = await team.colleague(TODAY, email=ADDRESS, ended_on=date(2026, 6, 9))
    await team.colleague(line_manager=linked)
    await team.colleague(YESTERDAY, line_manager=linked)
    await team.colleague(IN_90_DAYS, line_manager=by_mail)
    await team.colleague(line_manager=left)
    await team.colleague(line_manager=by_mail, ended_on=date(2026, 6, 9))

    assert [await service.plan_digests(TODAY) for _ in range(2)] == [3, 0]

    found = {(row["staff"], row["channel"]): counts_of(row) for row in await notices()}
    theirs = {str(team.requirement_id): asdict(ToChase(expired=1, overdue=1))}
    assert found == {
        (linked, "task"): theirs,
        (linked, "email"): theirs,
        (by_mail, "email"): {str(team.requirement_id): asdict(ToChase(within_90=1))},
    }


async def test_of_two_managers_each_is_told_of_what_the_post_that_they_manage_asks() -> None:
    team = await make_team(staff_groups=[StaffGroup.VOLUNTEER])
    asked, other = [await team.colleague(email=ADDRESS, is_people_manager=True) for _ in range(2)]
    both = await team.colleague(line_manager=other)
    await make_post(both, line_manager=asked, staff_group=StaffGroup.VOLUNTEER)
    await service.plan_digests(TODAY)

    assert [row["staff"] for row in await notices(kind="manager_digest")] == [asked]
