"""Who a text comes from (M6), and which gateway the settings choose (M16)."""

from dataclasses import replace

import pytest

from core.errors import SettingsError
from core.scope import Side
from core.settings import Settings
from core.sms_settings import SmsSettings, TwilioSettings
from messaging.domain.senders import fault, is_service, is_two_way
from messaging.gateways.chosen import gateway_of, warnings
from messaging.gateways.console import ConsoleGateway
from messaging.gateways.twilio import TwilioGateway
from tests.conftest import SETTINGS

SERVICE = "MG" + "a1" * 16
NUMBER = "+447700900001"


@pytest.mark.parametrize("sender", [NUMBER, SERVICE])
def test_m6_a_number_and_a_service_can_be_answered(sender: str) -> None:
    assert fault(sender) is None
    assert is_two_way(sender)


@pytest.mark.parametrize("sender", ["Notice", "Notice 2", "A", "ELEVENCHARS", "4U"])
def test_m6_a_name_is_one_way(sender: str) -> None:
    assert fault(sender) is None
    assert not is_two_way(sender)


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("TwelveLetter", "at most 11"), ("", "at most 11"), ("12345", "a letter"),
        ("07700900001", "a letter"), ("No-tice", "at most 11"), ("Rhybudd ŵ", "at most 11"),
        (" Notice", "at most 11"), ("Notice\n", "at most 11"), ("MG123", ""),
        ("+44", "at most 11"), ("+0447700900", "at most 11"), ("SafeRefuge", "gives nothing away"),
        ("Perpetrator", "gives nothing away"), ("Probation", "gives nothing away"),
    ],
)  # fmt: skip
def test_m6_a_sender_is_short_has_a_letter_and_gives_nothing_away(sender: str, why: str) -> None:
    found = fault(sender)

    assert why in (found or "")
    assert bool(found) is bool(why)


def test_a_service_is_told_from_a_name() -> None:
    assert is_service(SERVICE)
    assert not is_service(SERVICE.upper())
    assert not is_service(NUMBER)


def settings(
    senders: dict[Side | None, str] | None = None,
    *,
    api_url: str | None = None,
    public_url: str = "https://tracker.example.org",
    guests: frozenset[str] | None = None,
) -> Settings:
    chosen = dict.fromkeys((None, *Side), NUMBER) | (senders or {})
    twilio = TwilioSettings("AC" + "0" * 32, "secret", chosen, api_url)
    return replace(SETTINGS, public_url=public_url, sms=SmsSettings("twilio", twilio, guests))


def test_m16_without_twilio_in_the_settings_nothing_can_leave() -> None:
    assert isinstance(gateway_of(SETTINGS), ConsoleGateway)
    assert isinstance(gateway_of(settings()), TwilioGateway)


@pytest.mark.parametrize(
    ("side", "name"),
    [
        (Side.SURVIVOR, "TRACKER_TWILIO_FROM_SURVIVOR"),
        (Side.PERPETRATOR, "TRACKER_TWILIO_FROM_PERPETRATOR"),
        (None, "TRACKER_TWILIO_FROM"),
    ],
)
def test_m6_a_wrong_sender_stops_the_start_and_is_named(side: Side | None, name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} must"):
        gateway_of(settings({side: "Refuge"}))


def test_a_live_service_is_where_receipts_can_reach_it() -> None:
    with pytest.raises(SettingsError, match=r"^TRACKER_PUBLIC_URL"):
        gateway_of(settings(public_url="http://tracker.example.org"))
    local = settings(public_url="http://127.0.0.1:8000", api_url="http://127.0.0.1:4010")
    assert isinstance(gateway_of(local), TwilioGateway)


def test_m6_one_sender_for_both_sides_is_told_of() -> None:
    apart = settings({Side.SURVIVOR: "Notice"})

    assert len(warnings(settings())) == 1
    assert warnings(settings())[0].startswith("Both sides")
    assert warnings(apart) == ()
    assert warnings(replace(apart, sms=replace(apart.sms, guests=frozenset()))) == (
        "Only the guests of TRACKER_SMS_GUESTS get texts",
    )
    assert warnings(SETTINGS) == ()
