"""What a killed test run leaves running is stopped by the next one."""

import subprocess
import tempfile
from pathlib import Path

from tests.postgres import is_alive, stop_stale_servers


def test_the_server_of_a_run_that_is_gone_is_stopped() -> None:
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    server = subprocess.Popen(["/bin/sleep", "60"])
    folder = Path(tempfile.mkdtemp(prefix=f"pt{gone.pid}-"))
    (folder / "postmaster.pid").write_text(f"{server.pid}\n")

    stop_stale_servers()

    assert server.wait(timeout=10) != 0
    assert not folder.exists()
    assert not is_alive(gone.pid)
