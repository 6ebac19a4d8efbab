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
