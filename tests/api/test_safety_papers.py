"""What a list shows of people (D10), and what a commissioner reaches (D14)."""

from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from tests.api.forms import sign_in, text, title
from tests.factories import make_person
from tests.factories_programmes import make_cohort, make_enrolment, make_participant


async def test_d10_a_group_shows_first_name_and_initial_under_a_neutral_title(
    client: AsyncClient,
) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    cohort = await make_cohort(organisation_id=manager.organisation_id)
    person_id = await make_participant(
        organisation_id=manager.organisation_id, given_name="Ada", family_name="Quillon"
    )
    place_id = await make_enrolment(cohort_id=cohort.id, participant_id=person_id)
    sign_in(client, manager)

    for path in (
        f"/cohorts/{cohort.id}", f"/sessions/{cohort.session_ids[6]}/register",
        f"/enrolments/{place_id}",
    ):  # fmt: skip
        page = await client.get(path)
        assert "Ada Q." in text(page)
        assert "Quillon" not in page.text
        assert "Ada" not in title(page)
        assert not set(title(page).lower().split()) & {"survivor", "perpetrator", "abuse"}


async def test_d14_a_commissioner_reaches_neither_a_person_nor_a_figure(
    client: AsyncClient,
) -> None:
    commissioner = await make_person(Role.COMMISSIONER, GrantSide.BOTH, everywhere=True)
    cohort = await make_cohort(enrolled=4)
    api = (
        "participants", "referrals", "cohorts", f"cohorts/{cohort.id}/members",
        "reports/completion", "links", "conflicts",
    )  # fmt: skip
    sign_in(client, commissioner)

    answers = [await client.get(f"/api/v1/{path}", headers=commissioner.headers) for path in api]
    pages = [await client.get(path) for path in ("/participants", "/reports", "/cohorts")]

    assert {answer.status_code for answer in (*answers, *pages)} == {403}
