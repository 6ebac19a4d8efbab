"""On SQLite exactly one process sends: an operating system's lock beside the database (6, rule 9).

It is held for the life of the process, and ends with it, however it ends.
"""

import sys
from io import BufferedRandom
from pathlib import Path

from core import log

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOG = log.get(__name__)
_HELD: dict[Path, BufferedRandom] = {}
_REFUSED: set[Path] = set()


def hold(database_file: Path) -> bool:
    """Tell whether this process may send; the first one that asks may, until it ends."""
    path = database_file.with_name(f"{database_file.name}.dispatcher").absolute()
    if path in _HELD:
        return True
    file = path.open("a+b")
    try:
        _lock(file)
    except OSError:
        file.close()
        if path not in _REFUSED:
            _LOG.warning("another_process_dispatches", lock=path.name)
        _REFUSED.add(path)
        return False
    _HELD[path] = file
    return True


def let_go(database_file: Path) -> None:
    """Give the lock back, for the end of a test or of a clean stop."""
    path = database_file.with_name(f"{database_file.name}.dispatcher").absolute()
    _REFUSED.discard(path)
    file = _HELD.pop(path, None)
    if file is not None:
        file.close()


def _lock(file: BufferedRandom) -> None:
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
