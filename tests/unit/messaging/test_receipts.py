"""What a receipt changes, by the worked examples of messaging.md 2 and 3."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.domain.failures import loss_of
from messaging.domain.reasons import Reason
from messaging.domain.receipts import (
    RANKS,
    Effect,
    News,
    Receipt,
    Standing,
    Step,
    again_at,
    effect,
    news,
)
from messaging.domain.states import BELIEVED_UNSENT, IN_DOUBT, SPENT, UNSENT, may_move
from messaging.domain.terms import AlertKind, BlockCause
from messaging.domain.terms import MessageState as S

NOW = datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
SID = "SM1"


def standing(
    state: S = S.ACCEPTED, status: str = "", *, is_proven: bool = True, is_newest: bool = True
) -> Standing:
    return Standing(state, status, is_proven, is_newest)


def receipt(status: str, error_code: int = 0) -> Receipt:
    return Receipt(SID, status, error_code)


def path(found: Effect) -> list[tuple[S, Reason | None]]:
    return [(step.state, step.reason) for step in found.steps]


@pytest.mark.parametrize("order", sorted(permutations(["queued", "sending", "sent", "delivered"])))
def test_in_whatever_order_reports_come_the_text_ends_delivered(order: tuple[str, ...]) -> None:
    at, known = S.ACCEPTED, ""
    for status in order:
        found = effect(standing(at, known), receipt(status))
        known = status if found.news is News.RISES else known
        at = found.steps[-1].state if found.steps else at

    assert (at, known) == (S.DELIVERED, "delivered")


def test_a_status_of_the_same_or_a_lower_rank_is_old() -> None:
    assert {news("sent", old) for old in ("accepted", "queued", "sending", "sent")} == {News.OLD}
    assert news("delivered", "delivered") is News.OLD
    assert news("accepted", "scheduled") is News.OLD


def test_a_status_that_nobody_knows_adds_nothing() -> None:
    assert news("", "read") is News.OLD
    assert effect(standing(), receipt("read")) == Effect(News.OLD)


def test_of_two_final_statuses_the_first_is_kept_and_somebody_is_told() -> None:
    found = effect(standing(S.DELIVERED, "delivered"), receipt("undelivered", 30003))

    assert found == Effect(News.CONFLICT)


@pytest.mark.parametrize("state", sorted(IN_DOUBT))
def test_w7_a_receipt_first_proves_that_the_text_was_taken(state: S) -> None:
    found = effect(standing(state, is_proven=False), receipt("delivered"))

    assert path(found) == [(S.ACCEPTED, Reason.FOUND), (S.DELIVERED, None)]


@pytest.mark.parametrize("status", ["queued", "read"])
def test_w7_any_report_with_an_id_proves_it(status: str) -> None:
    found = effect(standing(S.UNKNOWN, is_proven=False), receipt(status))

    assert path(found) == [(S.ACCEPTED, Reason.FOUND)]


@pytest.mark.parametrize("state", sorted(BELIEVED_UNSENT))
def test_a_text_that_was_given_up_is_never_sent_again_once_a_report_comes(state: S) -> None:
    """The list of 1.7 found nothing twice, and it had been sent all the same."""
    found = effect(standing(state, is_proven=False), receipt("sent"))

    assert path(found) == [(S.ACCEPTED, Reason.FOUND), (S.SENT, None)]
    assert not found.is_second


def test_a_late_delivery_of_the_first_try_takes_back_the_second_that_waits() -> None:
    """An undelivered receipt can be wrong: what may have arrived is never sent again."""
    found = effect(standing(S.QUEUED, "undelivered"), receipt("delivered"))

    assert (found.news, path(found)) == (News.CONFLICT, [(S.ACCEPTED, Reason.FOUND)])


def test_a_late_report_of_less_leaves_the_second_try_waiting() -> None:
    assert effect(standing(S.QUEUED, "undelivered"), receipt("sent")) == Effect(News.OLD)


def test_a_first_try_that_turns_up_beside_a_second_is_an_alarm() -> None:
    found = effect(standing(S.ACCEPTED, is_proven=False, is_newest=False), receipt("delivered"))

    assert found.is_second
    assert path(found) == [(S.DELIVERED, None)]


def test_the_loss_of_an_earlier_try_says_nothing_of_the_newest() -> None:
    found = effect(standing(S.ACCEPTED, "sent", is_newest=False), receipt("undelivered", 30005))

    assert found.steps == ()
    assert found.loss == loss_of(30005)


@pytest.mark.parametrize("state", [S.ACCEPTED, S.SENT])
def test_a_text_that_its_validity_ended_is_expired(state: S) -> None:
    """30036: nobody got it, and it is of no use any more."""
    found = effect(standing(state, "queued"), receipt("failed", 30036))

    assert path(found) == [(S.EXPIRED, Reason.PAST)]


def test_after_72_hours_without_a_word_a_late_one_still_counts() -> None:
    late = standing(S.NO_RECEIPT, "sent")

    assert path(effect(late, receipt("delivered"))) == [(S.DELIVERED, None)]
    assert path(effect(late, receipt("failed", 30036))) == [(S.FAILED, Reason.PAST)]
    assert path(effect(standing(S.NO_RECEIPT, "queued"), receipt("sent"))) == []


def test_m12_a_permanent_failure_blocks_the_number() -> None:
    for code in (30005, 30006):
        found = effect(standing(S.SENT, "sent"), receipt("undelivered", code))

        assert path(found) == [(S.UNDELIVERED, Reason.BAD_NUMBER)]
        assert found.loss
        assert found.loss.block is BlockCause.BAD_NUMBER


def test_every_move_that_follows_from_a_receipt_is_one_of_the_table() -> None:
    for state in S:
        for status in RANKS:
            for is_newest in (True, False):
                for is_proven in (True, False):
                    one = standing(state, is_proven=is_proven, is_newest=is_newest)
                    at = state
                    for step in effect(one, receipt(status, 30003)).steps:
                        assert may_move(at, step.state), (state, status, step)
                        at = step.state
                    assert state not in SPENT or at in SPENT


def lost(code: int) -> Effect:
    return effect(standing(S.SENT, "sent"), receipt("undelivered", code))


def when(found: Effect, *, minutes_left: int = 600, sent_before: bool = False) -> datetime | None:
    return again_at(
        found,
        now=NOW,
        expires_at=NOW + timedelta(minutes=minutes_left),
        sent_before=sent_before,
    )


def test_a_phone_that_was_off_is_tried_once_more_half_an_hour_later() -> None:
    assert when(lost(30003)) == NOW + timedelta(minutes=30)


def test_nothing_is_tried_a_third_time() -> None:
    assert when(lost(30003), sent_before=True) is None


def test_nothing_is_tried_again_once_its_time_has_gone_by() -> None:
    assert when(lost(30003), minutes_left=30) is None
    assert when(lost(30003), minutes_left=31) is not None


@pytest.mark.parametrize("code", [30004, 30005, 30006, 30007, 30034, 0, 99999])
def test_what_will_not_get_better_is_not_tried_again(code: int) -> None:
    assert when(lost(code)) is None


def test_without_a_loss_nothing_is_tried_again() -> None:
    assert when(effect(standing(), receipt("delivered"))) is None


def test_the_loss_of_an_earlier_try_starts_no_other() -> None:
    earlier = effect(standing(S.SENT, "sent", is_newest=False), receipt("undelivered", 30003))

    assert when(earlier) is None
    assert when(Effect(News.RISES, (Step(S.EXPIRED),), loss_of(30003))) is None


@given(st.lists(st.tuples(st.sampled_from(sorted(RANKS)), st.sampled_from([0, 30003, 30036]))))
def test_whatever_is_reported_a_text_that_was_delivered_is_never_waiting_to_be_sent(
    reports: list[tuple[str, int]],
) -> None:
    at, known = S.UNKNOWN, ""
    for position, (status, code) in enumerate(reports):
        found = effect(standing(at, known, is_proven=position > 0), receipt(status, code))
        known = status if found.news is News.RISES else known
        at = found.steps[-1].state if found.steps else at
        at = S.QUEUED if when(found) else at

    if any(status == "delivered" for status, _ in reports):
        assert at not in UNSENT
    assert at is not S.UNKNOWN or not reports


def test_filtering_is_told_of() -> None:
    assert loss_of(30007).alert is AlertKind.FILTERED
