"""Structured log lines: a past-tense event and ids, never a name, number or message (G17)."""

import logging
import sys
import traceback
from pathlib import Path

import structlog

_FRAMES = 8


def configure(*, json: bool) -> None:
    """Send structured lines to standard error: JSON for programs, plain for people."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    for library in ("aiohttp", "apscheduler", "twilio"):
        logging.getLogger(library).setLevel(logging.WARNING)


def fault(error: BaseException) -> dict[str, str]:
    """Answer what a log line may say of an error: its kind and where, never its message.

    Drivers put the values of a row into their messages.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return {"error": type(error).__name__, "where": where}


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """Answer the logger of one module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(name)
    return logger
