"""The soak in short: a dispatcher killed ten times (W1 to W5), judged from the ledger."""

from pathlib import Path

from tests.fakes import FixedClock
from tests.soak.run import Soak

MESSAGES = 200
KILLS = 10


async def test_w1_to_w5_a_dispatcher_killed_at_any_moment_sends_nothing_twice_and_loses_nothing(
    db: None, empty_url: str, tmp_path: Path, now: FixedClock
) -> None:
    soak = Soak(empty_url, tmp_path, seed=7)

    outcome = await soak.run(messages=MESSAGES, kills=KILLS, tell=lambda *_: None)

    said = f"{MESSAGES} messages, {KILLS} kills: 0 duplicates, 0 lost, "
    assert str(outcome).startswith(said), outcome
    assert 0 == outcome.unsettled
    assert outcome.handed <= KILLS * 16
