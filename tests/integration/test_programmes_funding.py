"""What pays for programmes: agreements, their lines, stated totals and published claims."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import InvalidInputError, NotFoundError, StaleVersionError
from core.scope import Actor, Permission, Side
from core.tables import AuditEvent
from programmes.domain.funding import Claim, ClaimedRate, FundingStatus, Paid, StatedFor
from programmes.errors import LineStatedError
from programmes.queries.claims import claims
from programmes.queries.funding import agreement, agreements
from programmes.services.claims import ClaimDetails, add_claim, remove_claim
from programmes.services.funding import AgreementDetails, add_agreement, change_agreement
from programmes.services.funding_lines import (
    LineDetails,
    StatementDetails,
    add_line,
    add_statement,
    change_line,
    remove_line,
    remove_statement,
)
from tests.factories import Person, make_person
from tests.factories_programmes import make_programme
from tests.interleaving import slip_in

pytestmark = pytest.mark.usefixtures("db")

YEAR = (date(2026, 4, 1), date(2027, 3, 31))
SERVICE = AgreementDetails("Survivors' groups", "A charity", None, *YEAR, "Yearly review")
LINE = LineDetails(
    "Council", 94_151_100, Paid.PER_YEAR, YEAR[0], FundingStatus.CONFIRMED, "Supporting People"
)  # fmt: skip
S27 = (941_511, 16_000, 50_000, 133_800, 287_077)
TOTAL = StatementDetails(
    "Total funding", 142_838_300, StatedFor.ONE_YEAR, "Cabinet report", date(2026, 4, 15), ()
)


async def make_manager(side: GrantSide = GrantSide.SURVIVOR, where: UUID | None = None) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=where)


async def made(by: Person, side: Side | None = Side.SURVIVOR, *pounds: int) -> UUID:
    """An agreement with a line for each of these amounts."""
    agreement_id = await add_agreement(by.organisation_id, side, SERVICE, by=by.actor)
    for amount in pounds:
        await add_line(agreement_id, replace(LINE, amount_pence=amount * 100), by=by.actor)
    return agreement_id


async def line_ids(agreement_id: UUID, by: Actor) -> tuple[UUID, ...]:
    return tuple(line.id for line in (await agreement(agreement_id, scope=by.scope)).lines)


async def test_s27_keeps_a_stated_total_beside_what_its_lines_add_up_to() -> None:
    person = await make_manager()
    agreement_id = await made(person, Side.SURVIVOR, *S27)
    ids = await line_ids(agreement_id, person.actor)

    await add_statement(agreement_id, replace(TOTAL, line_ids=ids), by=person.actor)
    paragraph = replace(TOTAL, total_pence=93_462_700, line_ids=ids[:1], document="Paragraph 5.1")
    await add_statement(agreement_id, paragraph, by=person.actor)

    found = await agreement(agreement_id, scope=person.actor.scope)
    stated = [(one.total_pence, one.summed_pence, one.difference_pence) for one in found.statements]
    assert stated == [
        (142_838_300, 142_838_800, -500),
        (93_462_700, 94_151_100, -688_400),
    ]
    assert found.ends_soon(today=date(2026, 10, 1))
    assert [line.gives.to_on for line in found.lines] == [YEAR[1]] * 5
    assert found.lines[0].ends_soon(today=date(2026, 10, 1))
    events = await AuditEvent.select(AuditEvent.action).order_by(AuditEvent.id)
    assert [event["action"] for event in events] == [
        "funding_added", *["funding_line_added"] * 5, *["funding_statement_added"] * 2,
    ]  # fmt: skip


async def test_s5_a_total_may_be_of_several_agreements_of_one_side_only() -> None:
    person = await make_manager()
    mine, other = [await made(person, Side.SURVIVOR, 7_000) for _ in range(2)]
    both = await made(person, None, 1)
    where = person.organisation_id
    ids = [await line_ids(one, person.actor) for one in (mine, other, both)]

    await add_statement(mine, replace(TOTAL, line_ids=(*ids[0], *ids[1])), by=person.actor)
    with pytest.raises(InvalidInputError) as caught:
        await add_statement(mine, replace(TOTAL, line_ids=ids[2]), by=person.actor)

    (statement,) = (await agreement(mine, scope=person.actor.scope)).statements
    assert statement.summed_pence == 1_400_000
    assert [error.field for error in caught.value.errors] == ["line_ids"]
    assert len(await agreements(scope=person.actor.scope, organisation_id=where)) == 3


async def test_the_whole_time_cannot_be_added_up_while_a_line_has_no_end() -> None:
    person = await make_manager()
    endless = AgreementDetails("Line")
    agreement_id = await add_agreement(person.organisation_id, None, endless, by=person.actor)
    line_id = await add_line(agreement_id, LINE, by=person.actor)
    stated = replace(TOTAL, stated_for=StatedFor.WHOLE_TIME, line_ids=(line_id,))
    statement_id = await add_statement(agreement_id, stated, by=person.actor)

    (statement,) = (await agreement(agreement_id, scope=person.actor.scope)).statements

    assert (statement.id, statement.summed_pence, statement.difference_pence) == (
        statement_id, None, None,
    )  # fmt: skip


async def test_d1_an_agreement_does_not_exist_for_the_other_side_nor_elsewhere() -> None:
    owner = await make_manager()
    agreement_id = await made(owner, Side.SURVIVOR, 7_000)
    shared_id = await made(owner, None)
    (line_id,) = await line_ids(agreement_id, owner.actor)
    claim_id = await add_claim(owner.organisation_id, Side.SURVIVOR, CLAIM, by=owner.actor)
    across = await make_manager(GrantSide.PERPETRATOR, owner.organisation_id)
    elsewhere = await make_manager()

    for other in (across, elsewhere):
        by = other.actor
        for refused in (
            agreement(agreement_id, scope=by.scope),
            change_agreement(agreement_id, SERVICE, version=1, by=by),
            add_line(agreement_id, LINE, by=by),
            change_line(agreement_id, line_id, LINE, version=1, by=by),
            remove_line(agreement_id, line_id, by=by),
            add_statement(agreement_id, TOTAL, by=by),
            remove_statement(agreement_id, uuid4(), by=by),
            add_agreement(owner.organisation_id, Side.SURVIVOR, SERVICE, by=by),
            add_claim(owner.organisation_id, Side.SURVIVOR, CLAIM, by=by),
            remove_claim(claim_id, by=by),
        ):
            with pytest.raises(NotFoundError):
                await refused
        assert await claims(scope=by.scope) == ()
    assert [one.id for one in await agreements(scope=across.actor.scope)] == [shared_id]
    assert await agreements(scope=elsewhere.actor.scope) == ()
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=owner.organisation_id
    )
    reports = Permission.VIEW_PROGRAMME_REPORTS
    assert await agreements(scope=facilitator.actor.scope, permission=reports) == ()
    assert len(await agreements(scope=owner.actor.scope, permission=reports)) == 2


async def test_what_is_not_there_within_an_agreement_is_not_found() -> None:
    person = await make_manager()
    agreement_id = await made(person)

    with pytest.raises(NotFoundError):
        await change_line(agreement_id, uuid4(), LINE, version=1, by=person.actor)
    with pytest.raises(NotFoundError):
        await remove_statement(agreement_id, uuid4(), by=person.actor)


async def test_changes_are_kept_and_a_stale_one_is_refused() -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    agreement_id = await made(person, Side.SURVIVOR, 1, 7_000)
    _, line_id = await line_ids(agreement_id, person.actor)
    changed = replace(
        SERVICE, provider="Another", programme_id=programme.id, note="Ask Anna Ashdown"
    )
    ended = replace(LINE, status=FundingStatus.ENDED, to_on=date(2026, 9, 30))

    await change_agreement(agreement_id, changed, version=1, by=person.actor)
    await change_line(agreement_id, line_id, ended, version=1, by=person.actor)
    with pytest.raises(StaleVersionError):
        await change_agreement(agreement_id, SERVICE, version=1, by=person.actor)
    with pytest.raises(StaleVersionError):
        await change_line(agreement_id, line_id, LINE, version=1, by=person.actor)

    (found,) = await agreements(scope=person.actor.scope, programme_id=programme.id)
    assert (found.provider, found.version, found.programme_type) == ("Another", 2, "freedom")
    line = found.lines[1]
    assert (line.version, line.gives.status, line.gives.to_on) == (2, "ended", ended.to_on)
    (event,) = await AuditEvent.select().where(AuditEvent.action == "funding_changed")
    assert '"Another"' in event["after"]
    assert "Ashdown" not in event["after"]
    assert "review" not in event["before"]


async def test_a_line_is_removed_unless_a_stated_total_includes_it() -> None:
    person = await make_manager()
    agreement_id = await made(person, Side.SURVIVOR, 7_000)
    (line_id,) = ids = await line_ids(agreement_id, person.actor)
    stated = await add_statement(agreement_id, replace(TOTAL, line_ids=ids), by=person.actor)

    with pytest.raises(LineStatedError):
        await remove_line(agreement_id, line_id, by=person.actor)
    await remove_statement(agreement_id, stated, by=person.actor)
    await remove_line(agreement_id, line_id, by=person.actor)

    found = await agreement(agreement_id, scope=person.actor.scope)
    assert (found.lines, found.statements) == ((), ())


async def test_what_is_wrong_is_named_by_its_field() -> None:
    person = await make_manager()
    where, by = person.organisation_id, person.actor
    agreement_id = await made(person)
    backwards = {"ends_on": date(2026, 3, 31), "starts_on": YEAR[0]}
    too_much = 10**12 + 1
    long_ago = date(1989, 12, 31)

    for refused, fields in (
        (add_agreement(where, Side.SURVIVOR, replace(SERVICE, service=" ", **backwards), by=by),
         ["service", "ends_on"]),
        (add_agreement(where, None, replace(SERVICE, programme_id=uuid4()), by=by),
         ["programme_id"]),
        (change_agreement(agreement_id, replace(SERVICE, starts_on=long_ago), version=1, by=by),
         ["starts_on"]),
        (add_line(agreement_id, replace(LINE, amount_pence=-1, to_on=long_ago), by=by),
         ["amount_pence", "to_on", "to_on"]),
        (add_line(agreement_id, replace(LINE, status=FundingStatus.ENDED), by=by), ["to_on"]),
        (add_statement(agreement_id, replace(TOTAL, total_pence=too_much, says=""), by=by),
         ["says", "total_pence", "line_ids"]),
        (add_claim(where, Side.SURVIVOR, replace(CLAIM, claim=Claim(-1, 0)), by=by),
         ["numerator", "denominator"]),
        (add_claim(where, Side.SURVIVOR,
                   replace(CLAIM, claim=Claim(1, 1, percent=Decimal("Infinity"))), by=by),
         ["percent"]),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError) as caught:
            await refused
        assert [error.field for error in caught.value.errors] == fields


CLAIM = ClaimDetails(
    ClaimedRate.COMPLETIONS_PER_REFERRAL,
    Claim(116, 490, is_floor=True, percent=Decimal("24.0")),
    "Strategy",
    date(2017, 3, 1),
)


async def test_s19_a_claim_comes_back_as_it_was_published_until_it_is_removed() -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    details = replace(CLAIM, programme_id=programme.id)
    claim_id = await add_claim(person.organisation_id, Side.SURVIVOR, details, by=person.actor)
    await add_claim(
        person.organisation_id, Side.SURVIVOR, replace(CLAIM, claim=Claim(1, 2)), by=person.actor
    )

    (found,) = await claims(scope=person.actor.scope, programme_id=programme.id)
    await remove_claim(claim_id, by=person.actor)

    assert (found.claim, found.claim.recomputed, found.claim.difference) == (
        CLAIM.claim, "23.7", Decimal("0.3"),
    )  # fmt: skip
    (left,) = await claims(scope=person.actor.scope)
    assert (left.programme_id, left.claim) == (None, Claim(1, 2))


async def test_what_two_remove_at_once_is_removed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    person = await make_manager()
    by = person.actor
    agreement_id = await made(person, Side.SURVIVOR, 100)
    (line_id,) = await line_ids(agreement_id, by)
    total = replace(TOTAL, line_ids=(line_id,))
    stated = await add_statement(agreement_id, total, by=by)
    said = ClaimDetails(
        ClaimedRate.STARTS_PER_REFERRAL, Claim(1, 2), "A strategy", date(2026, 4, 15)
    )
    claim_id = await add_claim(person.organisation_id, Side.SURVIVOR, said, by=by)

    for place, remove in (
        ("funding_lines.agreement", lambda: remove_statement(agreement_id, stated, by=by)),
        ("funding_lines.agreement", lambda: remove_line(agreement_id, line_id, by=by)),
        ("claims.claim", lambda: remove_claim(claim_id, by=by)),
    ):
        before = await AuditEvent.count()
        slip_in(monkeypatch, f"programmes.services.{place}", remove)
        with pytest.raises(NotFoundError):
            await remove()
        assert await AuditEvent.count() == before + 1
