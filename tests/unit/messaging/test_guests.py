"""An installation for trying out texts its guests and nobody else (G16)."""

from dataclasses import replace
from datetime import date

from core.clock import instant_of
from core.scope import Side
from core.sms_settings import SmsSettings
from jobs import reminders
from messaging.domain.facts import Policy
from messaging.domain.gates import GO, Outcome, Text, Verdict, judge
from messaging.domain.reasons import Reason
from tests.conftest import SETTINGS
from tests.factories_messaging import contact, due

GUEST, OTHER = "+447700900123", "+447700900124"


def verdict(number: str, policy: Policy) -> Verdict:
    text = Text(
        due=due(contact=contact(number=number)), revision=1, number_version=1,
        expires_at=instant_of(date(2026, 6, 12), "16:30"),
        body="Reminder: your appointment is on Fri 12 Jun at 18:30.",
        at=instant_of(date(2026, 6, 11), "10:00"),
    )  # fmt: skip
    return judge(text, policy)


def test_g16_a_number_that_is_not_a_guest_is_never_texted() -> None:
    policy = Policy(allow_drama=True, guests=frozenset({GUEST}))

    assert verdict(GUEST, policy) == GO
    assert verdict(OTHER, policy) == Verdict(Outcome.SUPPRESSED, Reason.NOT_A_GUEST)


def test_g16_with_an_empty_list_nobody_is_texted_and_without_one_everybody() -> None:
    assert verdict(GUEST, Policy(allow_drama=True, guests=frozenset())).reason is (
        Reason.NOT_A_GUEST
    )
    assert verdict(OTHER, Policy(allow_drama=True)) == GO


def test_the_limits_of_an_installation_are_those_of_its_settings() -> None:
    sms = SmsSettings(
        guests=frozenset({GUEST}), segments_per_second=2.5, consent_days={Side.SURVIVOR: 14}
    )
    found = reminders.policy(replace(SETTINGS, sms=sms))

    assert (found.guests, found.segments_per_second) == (sms.guests, 2.5)
    assert found.consent_days == {Side.SURVIVOR: 14, Side.PERPETRATOR: 180, None: 730}
