"""E-mail is off by default, and a wrong setting stops the start with one line that names it."""

import pytest

from core import settings
from core.errors import SettingsError
from core.mail_settings import SmtpSettings

KEY = {"TRACKER_SECRET_KEY": "k" * 32}
SMTP = {
    **KEY,
    "TRACKER_MAIL": "smtp",
    "TRACKER_SMTP_HOST": "mail.example.org",
    "TRACKER_SMTP_FROM": "training@example.org",
}


def test_e_mail_goes_to_the_console_unless_a_server_is_chosen() -> None:
    assert settings.load(KEY).smtp is None
    assert settings.load({**SMTP, "TRACKER_MAIL": "console"}).smtp is None


@pytest.mark.parametrize(
    ("chosen", "port"),
    [({}, 587), ({"TRACKER_SMTP_SECURITY": "tls"}, 465), ({"TRACKER_SMTP_PORT": "2525"}, 2525)],
)
def test_the_connection_is_encrypted_and_its_port_the_usual_one(
    chosen: dict[str, str], port: int
) -> None:
    found = settings.load({**SMTP, **chosen}).smtp

    assert found is not None
    assert found.security == chosen.get("TRACKER_SMTP_SECURITY", "starttls")
    assert found.port == port


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_without_encryption_only_this_machine_is_reached(host: str) -> None:
    chosen = {**SMTP, "TRACKER_SMTP_SECURITY": "none", "TRACKER_SMTP_HOST": host}

    assert settings.load(chosen).smtp == SmtpSettings(host, 25, "training@example.org", "none")


def test_a_password_is_not_shown() -> None:
    found = settings.load(
        {**SMTP, "TRACKER_SMTP_USERNAME": "tracker", "TRACKER_SMTP_PASSWORD": "kettle violin"}
    )

    assert found.smtp is not None
    assert (found.smtp.username, found.smtp.password) == ("tracker", "kettle violin")
    assert "kettle" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_MAIL", "sendmail"),
        ("TRACKER_SMTP_HOST", ""),
        ("TRACKER_SMTP_HOST", "smtp://mail.example.org"),
        ("TRACKER_SMTP_SECURITY", "ssl"),
        ("TRACKER_SMTP_SECURITY", "none"),
        ("TRACKER_SMTP_PORT", "0"),
        ("TRACKER_SMTP_PORT", "65536"),
        ("TRACKER_SMTP_PORT", "x"),
        ("TRACKER_SMTP_FROM", ""),
        ("TRACKER_SMTP_FROM", "Training <training@example.org>"),
        ("TRACKER_SMTP_FROM", "a@b.org\nBcc: c@d.org"),
        ("TRACKER_DEMO", "1"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        settings.load({**SMTP, name: value})

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("TRACKER_SMTP_USERNAME", "TRACKER_SMTP_PASSWORD"),
        ("TRACKER_SMTP_PASSWORD", "TRACKER_SMTP_USERNAME"),
    ],
)
def test_a_user_name_and_a_password_come_together(given: str, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"^{missing}"):
        settings.load({**SMTP, given: "tracker"})
