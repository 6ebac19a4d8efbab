"""Log lines: events and ids; never what a driver says of a person's row (G17)."""

import json
import logging

import pytest

from core import log

SECRET = "Margaret 07700 900123"


def test_a_fault_tells_kind_and_place_and_never_the_message() -> None:
    def insert_row() -> None:
        raise ValueError(SECRET)

    with pytest.raises(ValueError, match="Margaret") as raised:
        insert_row()

    told = log.fault(raised.value)

    assert told["error"] == "ValueError"
    assert told["where"].startswith("test_log.py:")
    assert SECRET not in json.dumps(told)


def test_a_fault_without_a_trace_is_told_too() -> None:
    assert log.fault(LookupError(SECRET)) == {"error": "LookupError", "where": ""}


@pytest.mark.parametrize("as_json", [True, False])
def test_a_line_holds_its_event_and_its_ids(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, as_json: bool
) -> None:
    import structlog  # noqa: PLC0415 - reset below, whatever this test configures

    before = structlog.get_config()
    log.configure(json=as_json)
    structlog.configure(cache_logger_on_first_use=False)
    try:
        log.get("a.module").info("reminder_sent", message_id="42")
        log.get("a.module").debug("never_shown")
    finally:
        structlog.configure(**before)

    written = capsys.readouterr().err
    assert "reminder_sent" in written
    assert "42" in written
    assert "never_shown" not in written
    if as_json:
        assert json.loads(written)["level"] == "info"


@pytest.mark.usefixtures("log_of_its_own")
def test_libraries_that_would_log_numbers_are_kept_quiet() -> None:
    log.configure(json=True)

    assert not logging.getLogger("twilio").isEnabledFor(logging.INFO)
    assert not logging.getLogger("apscheduler").isEnabledFor(logging.INFO)
