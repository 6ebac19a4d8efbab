"""Every gate, with the fact that closes it (messaging.md 4)."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import instant_of, london
from core.scope import Side
from messaging.domain.facts import Due, Policy, Window
from messaging.domain.gates import GO, Outcome, Text, Verdict, judge
from messaging.domain.reasons import Reason
from messaging.domain.terms import BlockCause, RuleKind
from tests.factories_messaging import contact, due

POLICY = Policy(allow_drama=True)
AT = instant_of(date(2026, 6, 11), "10:00")
BODY = "Reminder: your appointment is on Fri 12 Jun at 18:30. To change it call us."


def text(about: Due | None, **changes: Any) -> Text:
    values: dict[str, Any] = {
        "revision": 1,
        "number_version": 1,
        "expires_at": instant_of(date(2026, 6, 12), "16:30"),
        "body": BODY,
        "at": AT,
    }
    return Text(due=about, **{**values, **changes})


def test_a_safe_text_in_safe_hours_goes() -> None:
    assert judge(text(due()), POLICY) == GO


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"sms": "unknown"}, Outcome.HELD, Reason.NO_SAFE_CONTACT),
        ({"sms": "not_safe"}, Outcome.SUPPRESSED, Reason.NOT_SAFE),
        ({"confirmed_on": None}, Outcome.HELD, Reason.NO_SAFE_CONTACT),
        ({"number": None}, Outcome.HELD, Reason.NO_NUMBER),
        ({"number": "+441612345678"}, Outcome.HELD, Reason.NOT_MOBILE),
        ({"number": "07700900001"}, Outcome.HELD, Reason.NOT_MOBILE),
        ({"number_is_shared": True}, Outcome.HELD, Reason.SHARED_NUMBER),
        ({"number_version": 2}, Outcome.HELD, Reason.NUMBER_CHANGED),
    ],
)
def test_a_contact_that_is_not_surely_safe_stops_the_text(
    changes: dict[str, Any], outcome: Outcome, reason: Reason
) -> None:
    """M1, M9, G1, G3, G4, G5; on either side."""
    for side in Side:
        assert judge(text(due(side=side, contact=contact(**changes))), POLICY) == Verdict(
            outcome, reason
        )


@pytest.mark.parametrize(
    ("causes", "verdict"),
    [
        ({BlockCause.STOP}, Verdict(Outcome.HELD, Reason.OPTED_OUT)),
        ({BlockCause.WORKER}, Verdict(Outcome.HELD, Reason.OPTED_OUT)),
        ({BlockCause.PROVIDER_OPT_OUT}, Verdict(Outcome.HELD, Reason.OPTED_OUT)),
        ({BlockCause.BAD_NUMBER}, Verdict(Outcome.HELD, Reason.BAD_NUMBER)),
        (set(BlockCause), Verdict(Outcome.HELD, Reason.OPTED_OUT)),
        (set(), GO),
    ],
)
def test_g2_m7_no_text_goes_to_a_number_that_wants_none_or_can_get_none(
    causes: set[BlockCause], verdict: Verdict
) -> None:
    """M12: a number that cannot be texted is held, until it is checked."""
    assert judge(text(due(contact=contact(blocked=frozenset(causes)))), POLICY) == verdict


@pytest.mark.parametrize(("hours", "is_new"), [(0, True), (47, True), (48, False), (None, False)])
def test_g5_a_number_rests_for_two_days_after_a_change(*, hours: int | None, is_new: bool) -> None:
    """The very first number has replaced none."""
    changed_at = AT - timedelta(hours=hours) if hours is not None else None

    verdict = judge(text(due(contact=contact(number_changed_at=changed_at))), POLICY)

    assert verdict == (Verdict(Outcome.HELD, Reason.NUMBER_NEW) if is_new else GO)


def test_g14_a_session_on_a_closed_day_is_a_persons_to_say() -> None:
    closed = due(is_closed_day=True)

    assert judge(text(closed), POLICY) == Verdict(Outcome.HELD, Reason.CLOSED_DAY)
    assert judge(text(closed, released=True), POLICY) == GO
    cancelled = due(is_closed_day=True, is_scheduled=False)
    assert judge(text(cancelled, kind=RuleKind.CANCELLATION), POLICY) == GO


def test_a_release_opens_no_other_gate() -> None:
    """G1, G4, G5, G11: what somebody must put right is not put right by letting a text go."""
    shared = due(contact=contact(number_is_shared=True))

    assert judge(text(shared, released=True), POLICY).reason is Reason.SHARED_NUMBER


@pytest.mark.parametrize(
    ("kind", "is_scheduled", "verdict"),
    [
        (RuleKind.SESSION_REMINDER, False, (Outcome.CANCELLED, Reason.SESSION_CANCELLED)),
        (RuleKind.CHANGE, False, (Outcome.CANCELLED, Reason.SESSION_CANCELLED)),
        (RuleKind.CANCELLATION, True, (Outcome.SUPERSEDED, Reason.SESSION_CHANGED)),
        (RuleKind.CANCELLATION, False, (Outcome.GO, None)),
        (RuleKind.CHANGE, True, (Outcome.GO, None)),
    ],
)
def test_g8_each_kind_of_text_fits_a_session_that_takes_place_or_one_that_does_not(
    *, kind: RuleKind, is_scheduled: bool, verdict: tuple[Outcome, Reason | None]
) -> None:
    found = judge(text(due(is_scheduled=is_scheduled), kind=kind), POLICY)

    assert (found.outcome, found.reason) == verdict


@pytest.mark.parametrize("first", [date(2026, 10, 24), date(2027, 3, 27)])
def test_g6_no_minute_around_a_change_of_the_clocks_lets_a_text_out_at_night(first: date) -> None:
    """Saturday to Monday; the text waits for the next safe minute, or its session has begun."""
    begin, end = (instant_of(first + timedelta(days=days), "00:00") for days in (0, 3))
    about = due(starts_at=end + timedelta(days=2), contact=contact(confirmed_on=first))
    for minute in range(int((end - begin).total_seconds()) // 60):
        at = begin + timedelta(minutes=minute)
        verdict = judge(text(about, at=at, expires_at=about.starts_at), POLICY)
        local = london(at)
        is_safe = local.weekday() != 6 and time(9) <= local.time() < time(17, 45)
        assert (verdict.outcome is Outcome.GO) is is_safe, local


@pytest.mark.parametrize(("side", "days"), [(Side.SURVIVOR, 28), (Side.PERPETRATOR, 180)])
def test_a_confirmation_lasts_to_its_last_day_and_no_longer(side: Side, days: int) -> None:
    """M2."""
    last = contact(confirmed_on=date(2026, 6, 11) - timedelta(days=days))
    over = contact(confirmed_on=date(2026, 6, 11) - timedelta(days=days + 1))

    assert judge(text(due(side=side, contact=last)), POLICY) == GO
    assert judge(text(due(side=side, contact=over)), POLICY).reason is Reason.CONTACT_EXPIRED


def test_drama_numbers_are_refused_where_texts_can_really_go() -> None:
    assert judge(text(due()), Policy()).reason is Reason.NOT_MOBILE


def test_a_text_that_is_bound_to_no_number_yet_takes_the_present_one() -> None:
    assert judge(text(due(contact=contact(number_version=7)), number_version=0), POLICY) == GO


@pytest.mark.parametrize(
    ("about", "outcome", "reason"),
    [
        (None, Outcome.CANCELLED, Reason.NOT_ENROLLED),
        (due(is_expected=False), Outcome.CANCELLED, Reason.NOT_ENROLLED),
        (due(is_scheduled=False), Outcome.CANCELLED, Reason.SESSION_CANCELLED),
        (due(revision=2), Outcome.SUPERSEDED, Reason.SESSION_CHANGED),
    ],
)
def test_a_session_or_a_membership_that_is_gone_ends_the_text(
    about: Due | None, outcome: Outcome, reason: Reason
) -> None:
    """G8, G9."""
    assert judge(text(about), POLICY) == Verdict(outcome, reason)


def test_a_text_is_past_at_its_expiry_and_at_the_start() -> None:
    """G10."""
    start = instant_of(date(2026, 6, 12), "10:00")

    assert judge(text(due(), expires_at=AT), POLICY) == Verdict(Outcome.EXPIRED, Reason.PAST)
    assert judge(
        text(due(starts_at=start), at=start, expires_at=start + timedelta(days=1)), POLICY
    ) == Verdict(Outcome.EXPIRED, Reason.PAST)


def test_while_texts_are_paused_it_waits() -> None:
    """G15."""
    assert judge(text(due(), paused=True), POLICY) == Verdict(Outcome.WAIT, Reason.PAUSED, AT)


@pytest.mark.parametrize(
    ("body", "reason"),
    [(None, Reason.WORDING), ("Your probation", Reason.WORDING), ("a" * 161, Reason.TOO_LONG)],
)
def test_a_text_that_tells_or_is_too_long_is_held(body: str | None, reason: Reason) -> None:
    assert judge(text(due(), body=body), POLICY) == Verdict(Outcome.HELD, reason)


def test_outside_safe_hours_it_waits_for_the_next_ones() -> None:
    """M3, G6."""
    night = instant_of(date(2026, 6, 11), "03:00")

    verdict = judge(text(due(), at=night), POLICY)

    assert verdict == Verdict(
        Outcome.WAIT, Reason.OUTSIDE_SAFE_HOURS, instant_of(date(2026, 6, 11), "09:00")
    )


def test_without_safe_hours_before_it_is_useless_it_is_not_sent() -> None:
    own = (Window(5, time(10), time(12)),)

    verdict = judge(text(due(contact=contact(windows=own))), POLICY)

    assert verdict == Verdict(Outcome.SUPPRESSED, Reason.OUTSIDE_SAFE_HOURS)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Text, Due]:
    """A text about somebody at some instant, with anything that may be wrong with it."""
    at = instant_of(date(2026, 6, 1), "00:00") + timedelta(minutes=draw(st.integers(0, 20 * 1440)))
    about = due(
        revision=draw(st.integers(1, 2)),
        is_scheduled=draw(st.booleans()),
        is_expected=draw(st.booleans()),
        contact=contact(
            sms=draw(st.sampled_from(["safe", "safe", "not_safe", "unknown"])),
            number_is_shared=draw(st.booleans()),
            number_version=draw(st.integers(1, 2)),
            confirmed_on=london(at).date() - timedelta(days=draw(st.integers(0, 60))),
        ),
    )
    return text(about, at=at, paused=draw(st.booleans())), about


@given(situations())
def test_nothing_goes_unless_every_fact_allows_it(situation: tuple[Text, Due]) -> None:
    asked, about = situation

    if judge(asked, POLICY) != GO:
        return
    person, local = about.contact, london(asked.at)
    assert about.is_scheduled
    assert about.is_expected
    assert not asked.paused
    assert (person.sms, person.number_is_shared) == ("safe", False)
    assert (about.revision, person.number_version) == (1, 1)
    assert person.confirmed_on is not None
    assert (local.date() - person.confirmed_on).days <= 28
    assert asked.at < about.starts_at - timedelta(hours=2)
    assert time(9) <= local.time() < time(17, 45)
    assert local.weekday() != 6
