"""Settings of texts: each wrong value stops the start with one line that names it."""

import pytest

from core import settings, sms_settings
from core.errors import SettingsError
from core.scope import Side

ACCOUNT = "AC" + "0" * 32
TWILIO = {
    "TRACKER_SMS": "twilio",
    "TRACKER_TWILIO_ACCOUNT_SID": ACCOUNT,
    "TRACKER_TWILIO_AUTH_TOKEN": "secret",
    "TRACKER_TWILIO_FROM": "+447700900001",
}
LOCAL = {"TRACKER_TWILIO_API_URL": "http://127.0.0.1:4010"}


def test_without_any_setting_texts_go_to_the_console() -> None:
    found = sms_settings.load({})

    assert (found.gateway, found.twilio, found.guests) == ("console", None, None)
    assert not found.is_live
    assert found.segments_per_second == 8.0
    assert found.consent_days == {Side.SURVIVOR: 28, Side.PERPETRATOR: 180}


def test_twilio_is_live_unless_a_local_server_stands_in_for_it() -> None:
    live, local = sms_settings.load(TWILIO), sms_settings.load(TWILIO | LOCAL)

    assert live.twilio is not None
    assert (live.gateway, live.twilio.account_sid, live.is_live) == ("twilio", ACCOUNT, True)
    assert local.twilio is not None
    assert (local.twilio.api_url, local.is_live) == ("http://127.0.0.1:4010", False)


def test_the_token_is_in_no_representation() -> None:
    assert "secret" not in repr(sms_settings.load(TWILIO))


def test_each_side_may_have_a_sender_of_its_own() -> None:
    both = sms_settings.load(TWILIO | {"TRACKER_TWILIO_FROM_SURVIVOR": "Notice"})
    only = sms_settings.load(
        {key: value for key, value in TWILIO.items() if key != "TRACKER_TWILIO_FROM"}
        | {"TRACKER_TWILIO_FROM_SURVIVOR": "Notice", "TRACKER_TWILIO_FROM_PERPETRATOR": "Times"}
    )

    assert both.twilio is not None
    assert both.twilio.senders == {
        Side.SURVIVOR: "Notice", Side.PERPETRATOR: "+447700900001", None: "+447700900001",
    }  # fmt: skip
    assert only.twilio is not None
    assert only.twilio.senders == {
        Side.SURVIVOR: "Notice", Side.PERPETRATOR: "Times", None: "Times",
    }  # fmt: skip


def test_the_guests_are_mobiles_however_they_are_typed() -> None:
    listed = {"TRACKER_SMS_GUESTS": "07700 900001".replace(" ", "") + ", +447700900002"}

    assert sms_settings.load(listed).guests == {"+447700900001", "+447700900002"}
    assert sms_settings.load(TWILIO | LOCAL | listed).guests == {"+447700900001", "+447700900002"}
    assert sms_settings.load({"TRACKER_SMS_GUESTS": ""}).guests == frozenset()


def test_numbers_that_are_nobodys_are_no_guests_of_a_live_service() -> None:
    with pytest.raises(SettingsError, match="TRACKER_SMS_GUESTS"):
        sms_settings.load(TWILIO | {"TRACKER_SMS_GUESTS": "+447700900001"})


def test_how_fast_and_how_long_are_settings() -> None:
    found = sms_settings.load(
        {
            "TRACKER_SMS_SEGMENTS_PER_SECOND": "0.5",
            "TRACKER_SMS_CONSENT_DAYS_SURVIVOR": "14",
            "TRACKER_SMS_CONSENT_DAYS_PERPETRATOR": "730",
        }
    )

    assert found.segments_per_second == 0.5
    assert found.consent_days == {Side.SURVIVOR: 14, Side.PERPETRATOR: 730}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_SMS", "pigeon"), ("TRACKER_SMS", "Twilio"),
        ("TRACKER_TWILIO_ACCOUNT_SID", ""), ("TRACKER_TWILIO_ACCOUNT_SID", "AC" + "g" * 32),
        ("TRACKER_TWILIO_AUTH_TOKEN", ""), ("TRACKER_TWILIO_FROM", " "),
        ("TRACKER_SMS_GUESTS", "nobody"), ("TRACKER_SMS_GUESTS", "+441612345678"),
        ("TRACKER_SMS_SEGMENTS_PER_SECOND", "fast"), ("TRACKER_SMS_SEGMENTS_PER_SECOND", "0"),
        ("TRACKER_SMS_SEGMENTS_PER_SECOND", "nan"), ("TRACKER_SMS_SEGMENTS_PER_SECOND", "101"),
        ("TRACKER_SMS_CONSENT_DAYS_SURVIVOR", "0"), ("TRACKER_SMS_CONSENT_DAYS_SURVIVOR", "731"),
        ("TRACKER_SMS_CONSENT_DAYS_PERPETRATOR", "1.5"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}\b"):
        sms_settings.load(TWILIO | {name: value})


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:4010", "https://127.0.0.1:4010/", "http://localhost:4010",
        "http://[::1]:4010",
    ],
)  # fmt: skip
def test_a_server_on_this_machine_may_stand_in(url: str) -> None:
    found = sms_settings.load(TWILIO | {"TRACKER_TWILIO_API_URL": url})

    assert found.twilio is not None
    assert found.twilio.api_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com", "http://192.0.2.1:4010", "http://127.0.0.1.example.org",
        "http://localhost.example.org", "ftp://127.0.0.1", "127.0.0.1:4010", "http://",
        "http://127.0.0.1/path", "http://127.0.0.1?x=1", "http://a:b@127.0.0.1", "http://[::1",
        "nonsense", "http://127.0.0.1:port", "http://127.0.0.1:99999",
    ],
)  # fmt: skip
def test_g16_no_other_server_ever_gets_the_account(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^TRACKER_TWILIO_API_URL"):
        sms_settings.load(TWILIO | {"TRACKER_TWILIO_API_URL": url})


def test_g16_the_demonstration_never_sends() -> None:
    demo = {"TRACKER_DEMO": "1", "TRACKER_SECRET_KEY": "x" * 32}

    with pytest.raises(SettingsError, match=r"^TRACKER_DEMO"):
        settings.load(demo | TWILIO)
    assert settings.load(demo | TWILIO | LOCAL).sms.gateway == "twilio"


def test_m16_numbers_that_are_nobodys_are_accepted_only_where_nothing_can_be_sent() -> None:
    key = {"TRACKER_SECRET_KEY": "x" * 32}

    assert settings.load(key).drama_numbers
    assert settings.load(key | TWILIO | LOCAL).drama_numbers
    assert not settings.load(key | TWILIO).drama_numbers
