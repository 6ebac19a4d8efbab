"""Makes links, workers, non-associations and restrictions with one call."""

from uuid import UUID

from core import clock
from core.ids import new_id
from core.scope import Side
from programmes.domain.case_terms import Relationship
from programmes.tables import (
    CaseWorker,
    Link,
    NonAssociation,
    Restriction,
    RestrictionReader,
    RiskFlag,
)
from tests.factories_programmes import make_participant


async def make_link(
    *,
    perpetrator_id: UUID | None = None,
    survivor_id: UUID | None = None,
    recorded_by: UUID | None = None,
) -> UUID:
    """A link between two people, made as needed."""
    row = Link(
        perpetrator=perpetrator_id or await make_participant(side=Side.PERPETRATOR),
        survivor=survivor_id or await make_participant(),
        relationship=Relationship.EX_PARTNER, recorded_by=recorded_by, recorded_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id


async def make_worker(*, participant_id: UUID, account_id: UUID) -> None:
    """That somebody works with a person."""
    await CaseWorker(participant=participant_id, account=account_id, since=clock.today()).save()


async def keep_apart(one_id: UUID, other_id: UUID, reason: str = "Threats") -> UUID:
    """That two people of one side must not be in a group together."""
    person, other = sorted((one_id, other_id))
    row = NonAssociation(person=person, other=other, reason=reason, recorded_at=clock.now())
    await row.save()
    return row.id


async def restrict(participant_id: UUID, *reader_ids: UUID) -> UUID:
    """Hide a person from all but those named."""
    row = Restriction(
        id=new_id(), participant=participant_id, reason="A colleague", restricted_at=clock.now()
    )
    await row.save()
    for account_id in reader_ids:
        await RestrictionReader(restriction=row.id, account=account_id).save()
    return row.id


async def raise_flag(participant_id: UUID) -> None:
    """That there is something not to disclose about a perpetrator."""
    await RiskFlag(participant=participant_id, raised_at=clock.now()).save()
