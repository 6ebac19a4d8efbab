"""What the demonstration tells of its referrals fits the rules of the room."""

import itertools

from core import clock, database
from core.scope import SYSTEM, Side
from programmes.domain.moves import is_allowed
from programmes.domain.terms import ReferralStatus
from programmes.queries.referrers import untold
from programmes.queries.waiting import waiting
from tests.integration.test_demo import load


async def test_every_referral_went_its_way_by_allowed_moves_and_there_is_something_to_do(
    db: None,
) -> None:
    await load()

    moves = await database.run(
        "SELECT m.referral, m.from_status, m.to_status, m.moved_on, r.status, r.received_on"
        " FROM referral_moves m JOIN referrals r ON r.id = m.referral ORDER BY m.referral, m.id"
    )
    ways: dict[object, list[database.Row]] = {}
    for move in moves:
        ways.setdefault(move["referral"], []).append(move)
    wrong = [way for way in ways.values() if not _is_a_way(way)]
    programmes = await database.run("SELECT id, side FROM programmes ORDER BY id")
    lists = {
        row["side"]: await waiting(row["id"], scope=SYSTEM.scope)
        for row in programmes
    }  # fmt: skip
    news = await untold(scope=SYSTEM.scope)

    assert wrong == []
    assert len(ways) == (await database.run("SELECT count(*) AS n FROM referrals"))[0]["n"]
    assert all(lists[side].ready and lists[side].not_ready for side in Side)
    assert any(item.needs.availability for side in Side for item in lists[side].ready)
    assert 0 < len(news) < 40


def _is_a_way(moves: list[database.Row]) -> bool:
    """Tell whether the moves lead from the beginning to where the referral stands, in order."""
    days = [move["moved_on"] for move in moves]
    return (
        moves[0]["from_status"] is None
        and days == sorted(days)
        and days[0] == moves[0]["received_on"]
        and days[-1] <= clock.today()
        and moves[-1]["to_status"] == moves[-1]["status"]
        and all(
            before["to_status"] == after["from_status"]
            and is_allowed(ReferralStatus(after["from_status"]), ReferralStatus(after["to_status"]))
            for before, after in itertools.pairwise(moves)
        )
    )
