"""Keeps on this host what the provider accepted, so that a lost database does not forget it.

One file a day beside the database, one line for each accepted text, on the disk before the
database is told (W6).
"""

import asyncio
import contextlib
import errno
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from core import clock, log

_LOG = log.get(__name__)
_KEPT = timedelta(days=3)
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Line:
    """One accepted text: which try, the provider's id and status of it, and when."""

    at: datetime
    attempt_id: UUID
    sid: str
    status: str


class Journal:
    """The files of one database, in a folder of this host; several processes may write to them."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._was_read = False
        self._unsettled: dict[UUID, Line] = {}

    async def accepted(self, line: Line) -> None:
        """Put an accepted text on the disk; where that fails the database may still take it."""
        self._unsettled[line.attempt_id] = line
        written = {
            "at": line.at.isoformat(),
            "attempt": str(line.attempt_id),
            "sid": line.sid,
            "status": line.status,
        }
        try:
            await asyncio.to_thread(self._append, written)
        except OSError as error:
            _LOG.error("journal_not_written", **log.fault(error))

    def settled(self, attempt_id: UUID) -> None:
        """Note that the database knows of it."""
        self._unsettled.pop(attempt_id, None)

    async def to_compare(self) -> Sequence[Line]:
        """Answer what the database may not know: at the start all lines, then those unsettled.

        Lines from before an older copy of the database was last found are no news.
        """
        if self._was_read:
            return tuple(self._unsettled.values())
        return await asyncio.to_thread(self._lines)

    async def compared(self, *, older_copy_found_at: datetime | None = None) -> None:
        """Note that the database knows all that ``to_compare`` answered, or never will."""
        if older_copy_found_at is not None:
            await asyncio.to_thread(
                self._append, {"at": older_copy_found_at.isoformat(), "older_copy": True}
            )
        self._was_read = True
        self._unsettled.clear()

    def _append(self, values: Mapping[str, object]) -> None:
        """Write one line in one go, so that those of several processes never mix.

        It begins with the end of a line: a crash or a full disk may have left half of one, of
        whichever process.
        """
        path = self._folder / f"{self._name}.sent-{clock.now():%Y-%m-%d}"
        self._folder.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        line = f"\n{json.dumps(values)}\n".encode()
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
        try:
            if os.write(file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        finally:
            os.close(file)
        if is_new:
            _sync_folder(self._folder)

    def _lines(self) -> tuple[Line, ...]:
        """Read the files of the last days, and remove those before."""
        oldest = f"{self._name}.sent-{clock.now() - _KEPT:%Y-%m-%d}"
        found: list[Line] = []
        for path in sorted(self._folder.glob(f"{self._name}.sent-*")):
            if path.name < oldest:
                path.unlink(missing_ok=True)
                continue
            for written in path.read_text("utf-8", errors="replace").splitlines():
                with contextlib.suppress(ValueError, KeyError, TypeError):  # torn by a crash
                    values = json.loads(written)
                    if "older_copy" in values:
                        found.clear()
                    else:
                        found.append(_line(values))
        return tuple(found)


def _line(values: dict[str, str]) -> Line:
    return Line(
        datetime.fromisoformat(values["at"]),
        UUID(str(values["attempt"])),
        values["sid"],
        values["status"],
    )


def _sync_folder(folder: Path) -> None:
    """Put the folder's own list of files on the disk; Windows has no such call and no need."""
    if os.name == "posix":  # pragma: no branch
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
