"""A real browser on a real server with the demonstration in it; skipped where there is none."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.demo import PASSWORD

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None
)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_STARTS_WITHIN_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium on this machine"))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demonstration, made once: servers serve copies of it."""
    path = tmp_path_factory.mktemp("demonstration") / "tracker.db"
    subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.browser.server", str(path)],
        cwd=Path(__file__).parents[2], check=True, timeout=120,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def address(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of this module's own, in a process of its own."""
    path = tmp_path_factory.mktemp("browser") / "tracker.db"
    shutil.copy(demonstration, path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.browser.server", str(path), str(port)],
        cwd=Path(__file__).parents[2],
    )
    try:
        yield wait_for(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(f"{address}/health/live")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return address
    raise RuntimeError("the server did not start")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser of this module's own: while it is open, no other event loop can run here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


SignedIn = Callable[..., Page]


@pytest.fixture
def signed_in(chromium: Browser, address: str) -> Iterator[SignedIn]:
    """A function that opens a browser of its own in which somebody has signed in."""
    contexts: list[BrowserContext] = []

    def sign_in(who: str, *, width: int = 1280, javascript: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, base_url=address,
            java_script_enabled=javascript, bypass_csp=False,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("#email", f"{who}@example.org")
        page.fill("#password", PASSWORD)
        page.click("main button:has-text('Sign in')")
        page.wait_for_url("**/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
