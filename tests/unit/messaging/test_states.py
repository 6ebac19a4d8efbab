"""The allowed moves of messaging.md 1.2."""

import pytest

from messaging.domain.reasons import (
    HIDDEN,
    REASON_WORDS,
    STATE_WORDS,
    Reason,
    shown_slug,
    words_for,
)
from messaging.domain.states import MOVES, SPENT, UNSENT, may_move
from messaging.domain.terms import MessageState as S


def test_every_state_says_where_it_may_go() -> None:
    assert set(MOVES) == set(S)


def test_only_a_claimed_text_is_ever_submitted() -> None:
    assert [old for old in S if may_move(old, S.SUBMITTING)] == [S.CLAIMED]


def test_what_may_have_left_is_queued_only_where_it_surely_did_not_arrive() -> None:
    assert {old for old in SPENT if may_move(old, S.QUEUED)} == {
        S.SUBMITTING, S.UNKNOWN, S.UNDELIVERED, S.FAILED,
    }  # fmt: skip


def test_unsent_and_spent_share_no_state() -> None:
    assert not UNSENT & SPENT


@pytest.mark.parametrize("state", [S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED, S.REJECTED])
def test_what_ended_unsent_stays_ended_unless_a_receipt_proves_that_it_was_sent(state: S) -> None:
    assert MOVES[state] <= {S.ACCEPTED, *({S.PLANNED} if state is S.CANCELLED else ())}


def test_every_state_and_every_reason_has_words_and_what_to_do() -> None:
    assert set(STATE_WORDS) == set(S)
    assert set(REASON_WORDS) == set(Reason)
    assert all(
        words.text and words.next_step for words in [*STATE_WORDS.values(), *REASON_WORDS.values()]
    )


def test_delivered_is_never_shown_as_received() -> None:
    """M12."""
    assert not any("receiv" in words.text.lower() for words in STATE_WORDS.values())


def test_a_shared_number_looks_like_any_other_hold_of_a_number() -> None:
    """M9: nothing that is shown tells the cause."""
    shown = {(shown_slug(reason), words_for(S.HELD, reason)) for reason in HIDDEN}

    assert Reason.SHARED_NUMBER in HIDDEN
    assert len(HIDDEN) > 1
    assert {(slug, words.text) for slug, words in shown} == {
        ("number_off", "Texts off for this number")
    }
    assert len(shown) == 1


def test_without_a_reason_none_is_shown() -> None:
    assert shown_slug("") is None
    assert words_for(S.PLANNED, "").text == ""


def test_another_reason_is_shown_as_it_is() -> None:
    assert shown_slug("contact_expired") == "contact_expired"
