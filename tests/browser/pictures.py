"""Takes the pictures of the README anew: ``python -m tests.browser.pictures``."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from api.demo import PASSWORD
from tests.browser.conftest import ARGUMENTS, CHROMIUM, wait_for

FOLDER = Path(__file__).parents[2] / "docs" / "images"
PORT = 8911


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.browser.server", f"{folder}/tracker.db", str(PORT)]
        )
        try:
            take(wait_for(f"http://127.0.0.1:{PORT}", server))
        finally:
            server.terminate()
            server.wait(timeout=20)


def take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        phone = browser.new_page(viewport={"width": 390, "height": 844}, base_url=address)
        sign_in(phone, "perpetrator.facilitator")
        phone.click("text=Mark the register >> nth=0")
        phone.click("text=Everyone attended")
        phone.click(".app-mark >> nth=1 >> text=Absent, acceptable")
        phone.screenshot(path=FOLDER / "register.png")
        desk = browser.new_page(viewport={"width": 1280, "height": 900}, base_url=address)
        sign_in(desk, "workforce.lead")
        desk.goto("/compliance")
        desk.screenshot(path=FOLDER / "compliance.png")
        browser.close()


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.fill("#email", f"{who}@example.org")
    page.fill("#password", PASSWORD)
    page.click("main button:has-text('Sign in')")
    page.wait_for_url("**/")


if __name__ == "__main__":
    main()
