"""Settings: each wrong value is one line that names the variable."""

import stat
from pathlib import Path

import pytest

from core import settings
from core.errors import SettingsError
from core.sms_settings import SmsSettings

KEY = "k" * 32
GOOD = {"TRACKER_SECRET_KEY": KEY}
POSTGRES = "postgresql://tracker:secret@localhost/tracker"


def test_without_any_variable_the_embedded_database_serves_this_machine() -> None:
    found = settings.load(GOOD)

    assert (found.database_url, found.is_sqlite) == ("sqlite:///var/tracker.db", True)
    assert found.sqlite_path == Path("var/tracker.db")
    assert (found.public_url, found.secure_cookies) == ("http://127.0.0.1:8000", False)
    assert (found.sms, found.scheduler, found.demo) == (SmsSettings(), "embedded", False)
    assert (found.drama_numbers, found.key_bytes) == (True, KEY.encode())
    assert found.retention_case_years == 7


def test_every_variable_is_read() -> None:
    found = settings.load(
        {
            **GOOD,
            "TRACKER_DATABASE_URL": POSTGRES,
            "TRACKER_PUBLIC_URL": "https://tracker.example.org/",
            "TRACKER_SCHEDULER": "off",
            "TRACKER_DEMO": "1",
            "TRACKER_RETENTION_CASE_YEARS": "10",
            "TRACKER_COMPLIANCE_TARGETS": "95, 85",
            "TRACKER_SMALL_NUMBER_THRESHOLD": "10",
            "TRACKER_METRICS_TOKEN": "at least sixteen letters",
        }
    )

    assert (found.database_url, found.is_sqlite) == (POSTGRES, False)
    assert (found.public_url, found.secure_cookies) == ("https://tracker.example.org", True)
    assert (found.scheduler, found.demo, found.retention_case_years) == ("off", True, 10)
    assert (found.compliance_targets, found.small_number_threshold) == ((95, 85), 10)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_DATABASE_URL", ""),
        ("TRACKER_DATABASE_URL", "mysql://localhost/tracker"),
        ("TRACKER_DATABASE_URL", "sqlite:///"),
        ("TRACKER_DATABASE_URL", "sqlite:///:memory:"),
        ("TRACKER_DATABASE_URL", "tracker.db"),
        ("TRACKER_PUBLIC_URL", ""),
        ("TRACKER_PUBLIC_URL", "tracker.example.org"),
        ("TRACKER_PUBLIC_URL", "ftp://tracker.example.org"),
        ("TRACKER_PUBLIC_URL", "https://"),
        ("TRACKER_PUBLIC_URL", "https://[::1"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example.org:port"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example.org:0"),
        ("TRACKER_PUBLIC_URL", "https://me:secret@tracker.example.org"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example.org/?a=b"),
        ("TRACKER_PUBLIC_URL", "https://tracker.example.org/#a"),
        ("TRACKER_SECRET_KEY", "short"),
        ("TRACKER_METRICS_TOKEN", "fifteen letters"),
        ("TRACKER_RETENTION_CASE_YEARS", ""),
        ("TRACKER_RETENTION_CASE_YEARS", "0"),
        ("TRACKER_RETENTION_CASE_YEARS", "101"),
        ("TRACKER_RETENTION_CASE_YEARS", "seven"),
        ("TRACKER_RETENTION_CASE_YEARS", "-7"),
        ("TRACKER_COMPLIANCE_TARGETS", ""),
        ("TRACKER_COMPLIANCE_TARGETS", "90"),
        ("TRACKER_COMPLIANCE_TARGETS", "80,90"),
        ("TRACKER_COMPLIANCE_TARGETS", "101,80"),
        ("TRACKER_COMPLIANCE_TARGETS", "90,80,70"),
        ("TRACKER_SMALL_NUMBER_THRESHOLD", "4"),
        ("TRACKER_SMS", "pigeon"),
        ("TRACKER_SCHEDULER", "sometimes"),
        ("TRACKER_DEMO", "yes"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load({**GOOD, name: value})

    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load({"TRACKER_SECRET_KEY": "hunter2"})

    assert "hunter2" not in str(refused.value)


def test_on_postgresql_the_key_must_be_given() -> None:
    with pytest.raises(SettingsError, match="TRACKER_SECRET_KEY is required on PostgreSQL"):
        settings.load({"TRACKER_DATABASE_URL": POSTGRES})


def test_a_key_is_made_once_beside_the_embedded_database_for_its_owner_alone(
    tmp_path: Path,
) -> None:
    environ = {"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path}/new/tracker.db"}

    first, second = settings.load(environ), settings.load(environ)

    path = tmp_path / "new" / "secret-key"
    assert first.secret_key == second.secret_key == path.read_text()
    assert len(first.secret_key) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_a_key_file_that_holds_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret-key").write_bytes(content)

    with pytest.raises(SettingsError, match=r"TRACKER_SECRET_KEY: the file .*secret-key"):
        settings.load({"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path}/tracker.db"})


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(SettingsError, match="TRACKER_SECRET_KEY: the file"):
        settings.load({"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path}/file/tracker.db"})


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("TRACKER_SCHEDULER=off\nTRACKER_DEMO=1\nTRACKER_EMPTY\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACKER_SCHEDULER", "embedded")

    found = settings.load()

    assert (found.scheduler, found.demo) == ("embedded", True)
    assert settings.environment()["TRACKER_EMPTY"] == ""


def test_what_is_handed_down_is_found_by_the_next_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SCHEDULER", "embedded")

    settings.hand_down({"TRACKER_SCHEDULER": "off"})

    assert settings.load().scheduler == "off"
