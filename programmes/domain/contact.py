"""When, and for how long, a person may be texted (M2, M3)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WALL_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def is_wall_time(text: str) -> bool:
    """Tell whether the text is a time of day as ``HH:MM``."""
    return bool(_WALL_TIME.fullmatch(text))


def last_day(confirmed_on: date, lasting_days: int) -> date:
    """Answer the last day on which a confirmation that texts are safe still counts (M2)."""
    return confirmed_on + timedelta(days=lasting_days)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of one weekday (0 is Monday) in London in which a text is safe."""

    weekday: int
    opens: str
    closes: str

    def fault(self) -> str | None:
        """Answer what is wrong with the window, or ``None``."""
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004 - days of a week
            return "A weekday is a number from 0 (Monday) to 6 (Sunday)"
        if not (is_wall_time(self.opens) and is_wall_time(self.closes)):
            return "Times are written like 09:30"
        if self.opens >= self.closes:
            return "A window must end after it begins"
        return None
