"""What became of a text, as the report on its effect names it (C10)."""

import pytest

from messaging.domain.effect import ARMS, Arm, said
from messaging.domain.reasons import HIDDEN, Reason
from messaging.domain.terms import MessageState as S


def test_only_texts_taken_back_or_still_to_go_are_in_no_arm() -> None:
    assert set(S) - set(ARMS) == {S.PLANNED, S.QUEUED, S.CLAIMED, S.CANCELLED, S.SUPERSEDED}
    assert Arm.NO_TEXT not in ARMS.values()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.NO_SAFE_CONTACT, "M1, G1: Nobody has confirmed that texts are safe"),
        (Reason.WEEKLY_CAP, "M13: Three texts have gone out within a week"),
        (Reason.UNREACHABLE, "The phone was off or out of reach"),
        ("", ""),
    ],
)
def test_a_reason_is_said_after_the_safety_rule_that_kept_the_text_back(
    reason: str, words: str
) -> None:
    assert said(reason) == words


def test_m9_a_shared_number_is_told_from_no_opt_out() -> None:
    assert {said(reason) for reason in HIDDEN} == {"M7, M9, G2 to G5: Texts off for this number"}
