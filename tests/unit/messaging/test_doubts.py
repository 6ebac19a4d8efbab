"""What becomes of a text of which nobody knows whether it left: messaging.md 1.7."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.scope import Side
from messaging.domain.doubts import Doubt, when_absent
from messaging.domain.terms import MessageState as S

INTENT = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)


def doubt(**changes: Any) -> Doubt:
    values: dict[str, Any] = {
        "side": Side.PERPETRATOR,
        "started_at": INTENT,
        "looked_at": INTENT + timedelta(minutes=1),
        "expires_at": INTENT + timedelta(hours=8),
        "is_listed": True,
    }
    return Doubt(**{**values, **changes})


def after(minutes: float, **changes: Any) -> S | None:
    return when_absent(doubt(**changes), at=INTENT + timedelta(minutes=minutes))


def test_one_look_proves_nothing_however_late_it_is() -> None:
    assert after(600, looked_at=None) is None


def test_a_second_look_is_proof_from_the_fifteenth_minute_on() -> None:
    assert after(14.99) is None
    assert after(15) is S.QUEUED


def test_what_is_absent_is_sent_again_only_while_it_is_of_use() -> None:
    assert after(479) is S.QUEUED
    assert after(480) is S.EXPIRED


@pytest.mark.parametrize("side", [Side.SURVIVOR, None])
def test_a_survivors_text_is_never_sent_again_by_itself(side: Side | None) -> None:
    """Nor is one to staff: somebody rings."""
    assert after(15, side=side) is S.UNRESOLVED


def test_the_list_of_another_account_proves_nothing() -> None:
    assert after(15, is_listed=False) is S.UNRESOLVED
