"""How often jobs lost a tick or failed in this process (messaging.md 6, rule 3)."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class Lost(StrEnum):
    """Why a job did not do its work at its time."""

    MISSED = "missed"
    STILL_RUNNING = "still_running"
    FAILED = "failed"


_COUNTS: Counter[tuple[str, Lost]] = Counter()


def note_lost(job: str, why: Lost) -> None:
    """Count one tick that came to nothing."""
    _COUNTS[job, why] += 1


def lost() -> Mapping[tuple[str, Lost], int]:
    """Answer how many ticks came to nothing so far, by job and cause."""
    return dict(_COUNTS)
