"""Every page, as each person finds it by following links: no axe violation, nothing sideways."""

import html
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from litestar.routes import HTTPRoute
from playwright.sync_api import Page

from accounts.domain.roles import Role
from api.demo import SIGN_INS
from jobs.reports import REPORTS
from tests.browser.conftest import SignedIn
from tests.conftest import application

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)')
AXE = Axe().axe_script
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
ADDRESSES = "all => all.map(a => a.pathname + a.search)"
BROKEN = "[...document.images].filter(one => !one.naturalWidth).map(one => one.src)"
FILES = ("/csv", "/xlsx", "/chart.svg")
NOT_FOLLOWED = {"/sign-in"}
"""No link leads there while somebody is signed in; a test of its own looks at it."""


def test_every_page_is_accessible_and_fits_both_widths(signed_in: SignedIn) -> None:
    faults: list[str] = []
    seen: set[str] = set()
    aside: list[str] = []
    for who in SIGN_INS:
        page = signed_in(who.email.partition("@")[0])
        aside = aside or [*place_that_ended(page), *open_referral(page), *around_registers(page)]
        also = somebody_exempt(page) if who.role is Role.WORKFORCE_LEAD else aside
        for path in new_paths(page, seen, also=also):
            for width, faulty in ((1280, too_wide), (320, faults_of)):
                page.set_viewport_size({"width": width, "height": 844})
                faults += [f"{path} at {width}: {fault}" for fault in faulty(page)]

    assert faults == []
    assert pages_of_the_product() - seen - NOT_FOLLOWED == set()


def place_that_ended(page: Page) -> list[str]:
    """The papers of somebody who completed, which no link of an open place leads to."""
    page.goto("/cohorts")
    cohorts = page.eval_on_selector_all("main th a[href^='/cohorts/']", ADDRESSES)
    for cohort in cohorts:
        page.goto(cohort)
        rows = page.locator("tr", has_text="Completed").locator("a[href^='/enrolments/']")
        if rows.count():
            place = str(rows.first.get_attribute("href"))
            return [f"{place}/{paper}" for paper in ("certificate", "revoke")]
    return []


def open_referral(page: Page) -> list[str]:
    """A referral that waits for a place: it can still be assessed and moved."""
    page.goto("/programmes")
    for programme in page.eval_on_selector_all("main th a[href^='/programmes/']", ADDRESSES):
        page.goto(f"{programme}/waiting-list")
        waiting: list[str] = page.eval_on_selector_all("main th a", ADDRESSES)
        if waiting:
            return waiting[:1]
    return []


def around_registers(page: Page) -> list[str]:
    """What leads from a register that was corrected, and from one that has not begun."""
    page.goto("/")
    page.click(".app-card a[href^='/cohorts/'] >> nth=0")
    found: dict[str, str] = {}
    for register in page.eval_on_selector_all("a[href$='/register']", ADDRESSES):
        page.goto(register)
        links = "a[href^='/attendances/'], a[href$='/planned-absences']"
        for path in page.eval_on_selector_all(links, ADDRESSES):
            found.setdefault(kind_of(path), path)
    return list(found.values())


def somebody_exempt(page: Page) -> list[str]:
    """An exemption that can be ended: most people whom the list of staff leads to have none."""
    for person in LINK.findall(page.request.get("/staff").text()):
        if kind_of(person) == "/staff/{id}":
            for link in LINK.findall(page.request.get(person).text()):
                if kind_of(link).startswith("/exemptions/"):
                    return [str(link)]
    return []


def new_paths(page: Page, seen: set[str], *, also: list[str]) -> Iterator[str]:
    """Open one page of each kind that this person can reach and nobody saw before.

    The links are those of the page as it is sent: a page seen before is not drawn again for them.
    """
    waiting = ["/", *(path for path in also if kind_of(path) not in seen)]
    queued = {"/"}
    while waiting:
        path = waiting.pop(0)
        answer = page.request.get(path)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{path} answered {answer.status}"
        if kind_of(path) not in seen:
            seen.add(kind_of(path))
            page.goto(path)
            yield path
        for link in LINK.findall(answer.text()):
            is_file = kind_of(link).endswith(FILES) or "/certificates/" in link
            if kind_of(link) not in queued and not is_file:
                queued.add(kind_of(link))
                waiting.append(shorter(html.unescape(link)))


def shorter(path: str) -> str:
    """A report of people one by one is of few of them: hundreds of rows are no other page."""
    known = REPORTS.get(path.removeprefix("/reports/"))
    return f"{path}?period=this-quarter" if known and known.names_people else path


def kind_of(path: str) -> str:
    """The route that a path belongs to, without ids and what follows a question mark.

    Each report is a kind of its own, as its figures are.
    """
    plain = ID.sub("{id}", path.partition("?")[0])
    plain = re.sub(r"^/reports/(?!subscriptions)[a-z-]+/", "/reports/{id}/", plain)
    return re.sub(r"^/releases/\d+", "/releases/{id}", plain)


def faults_of(page: Page) -> Iterator[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    for violation in page.evaluate(VIOLATIONS):
        yield f"{violation['id']}: {violation['nodes'][0]['html'][:120]}"
    for picture in page.evaluate(BROKEN):
        yield f"no picture at {picture}"
    yield from too_wide(page)


def too_wide(page: Page) -> Iterator[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        yield f"scrolls sideways by {wide} px"


def pages_of_the_product() -> set[str]:
    """Every page that answers GET, with ids for its parameters."""
    paths = {
        re.sub(r"\{[a-z_]+:(uuid|str|int)\}", "{id}", route.path)
        for route in application().routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods and is_page(route.path)
    }
    return {f"/reports/{slug}" for slug in REPORTS} | paths - {
        "/reports/{id}",
        "/exports/{id}",
        "/choose-password/{id}",
        "/calendar/{id}",
        "/certificates/{id}",
    }


def is_page(path: str) -> bool:
    is_file = path.endswith(FILES)
    return not is_file and not path.startswith(
        ("/api/", "/schema", "/health", "/metrics", "/static")
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_signing_in_is_accessible(signed_in: SignedIn, width: int) -> None:
    page = signed_in("auditor", width=width)
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")

    assert list(faults_of(page)) == []


def test_the_compliance_page_says_what_it_counts(signed_in: SignedIn) -> None:
    page = signed_in("workforce.lead", width=390)
    page.goto("/compliance")

    table = page.locator("table").first.inner_text()

    assert re.search(r"\b(Green|Amber|Red)\b", table)
    assert re.search(r"\d+ of \d+", table)
