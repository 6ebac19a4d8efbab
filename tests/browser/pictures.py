"""Takes the pictures of the README and of the guide anew: ``python -m tests.browser.pictures``."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from api.demo import PASSWORD
from tests.browser.conftest import ARGUMENTS, CHROMIUM, wait_for

DOCUMENTS = Path(__file__).parents[2] / "docs"
PORT = 8911
PHONE = {"width": 390, "height": 844}
STAFF = b"""payroll_number,name,organisation,team,sector,staff_group,role,started_on
B-1,Rowan Ashdown,Aldermere Council,Front desk,housing,front-line,Housing officer,2026-01-05
B-2,Wren Holloway,Aldermere Council,Front desk,housing,front-line,Housing officer,31/31/2026
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.browser.server", f"{folder}/tracker.db"]
        subprocess.run(command, check=True)  # noqa: S603 - our own module
        server = subprocess.Popen([*command, str(PORT)])  # noqa: S603 - our own module
        try:
            take(wait_for(f"http://127.0.0.1:{PORT}", server))
        finally:
            server.terminate()
            server.wait(timeout=20)


def take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        readme(browser, address)
        guide(browser, address)
        lead(browser, address)
        browser.close()


def readme(browser: Browser, address: str) -> None:
    phone = browser.new_page(viewport=PHONE, base_url=address)
    sign_in(phone, "perpetrator.facilitator")
    phone.click("text=Mark the register >> nth=0")
    phone.click("text=Everyone attended")
    phone.click(".app-mark >> nth=1 >> text=Absent, acceptable")
    phone.screenshot(path=DOCUMENTS / "images" / "register.png")
    desk = browser.new_page(viewport={"width": 1280, "height": 900}, base_url=address)
    sign_in(desk, "workforce.lead")
    desk.goto("/compliance")
    desk.screenshot(path=DOCUMENTS / "images" / "compliance.png")


def guide(browser: Browser, address: str) -> None:
    """The steps of docs/guide/facilitator.md, in its order."""
    page = browser.new_page(viewport=PHONE, base_url=address)
    sign_in(page, "survivor.facilitator")
    keep(page, "today")
    referral(page)
    register(page)
    progress(page)
    certificate(page)


def keep(page: Page, name: str) -> None:
    page.screenshot(path=DOCUMENTS / "guide" / f"{name}.png")


def referral(page: Page) -> None:
    told = page.get_attribute("a[href^='/referrals/'] >> nth=0", "href")
    assert told
    page.goto(told.removesuffix("/told"))
    keep(page, "referral")
    page.goto("/")


def register(page: Page) -> None:
    page.click("text=Mark the register >> nth=0")
    page.click("text=Everyone attended")
    page.click(".app-mark >> nth=1 >> text=Absent, told us")
    page.evaluate("window.scrollTo(0, 330)")
    keep(page, "register")
    page.click("text=Save register")
    page.click(".app-mark >> nth=2 >> text=Absent, told us")
    page.fill("#correction_reason", "Told us after I had left")
    page.evaluate("document.querySelector('#correction_reason').scrollIntoView({block: 'center'})")
    keep(page, "correction")
    page.goto("/")


def progress(page: Page) -> None:
    page.click(".app-card a >> nth=0")
    page.click("main a[href^='/enrolments/'] >> nth=1")
    keep(page, "progress")
    page.click("text=Arrange a catch-up")
    keep(page, "catch-up")


def certificate(page: Page) -> None:
    """The first of an earlier group who completed."""
    page.goto("/cohorts")
    page.click("main a[href^='/cohorts/0'] >> nth=-1")
    links = "all => all.map(a => a.pathname)"
    for href in page.eval_on_selector_all("main a[href^='/enrolments/']", links):
        page.goto(href)
        if page.locator("main >> text=Certificate").count():
            page.click("main >> text=Certificate")
            keep(page, "certificate")
            return
    raise LookupError("nobody of the earliest group completed")


def lead(browser: Browser, address: str) -> None:
    """The steps of docs/guide/workforce-lead.md, in its order."""
    page = browser.new_page(viewport=PHONE, base_url=address)
    sign_in(page, "workforce.lead")
    page.goto("/compliance")
    keep(page, "lead-compliance")
    page.click(".app-card a")
    page.evaluate("document.querySelector('h1').scrollIntoView()")
    keep(page, "lead-people")
    page.goto("/training-events?past=yes")
    page.click("main th a >> nth=0")
    page.goto(f"{page.url}/register")
    page.evaluate("document.querySelector('h1').scrollIntoView()")
    keep(page, "lead-register")
    page.goto("/imports")
    page.check("input[name='kind'][value='staff']")
    page.set_input_files("#file", {"name": "s.csv", "mimeType": "text/csv", "buffer": STAFF})
    page.click("text=Continue")
    page.evaluate("document.querySelector('h1').scrollIntoView()")
    keep(page, "lead-import")


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.fill("#email", f"{who}@example.org")
    page.fill("#password", PASSWORD)
    page.click("main button:has-text('Sign in')")
    page.wait_for_url("**/")


if __name__ == "__main__":
    main()
