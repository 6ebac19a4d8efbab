"""docs/reports.md lists the reports that there are, and what each can be asked."""

import re
from collections.abc import Iterator

from jobs.reports import REPORTS
from programmes.queries.groupings import GROUPINGS as CASES
from tests.architecture.product import ROOT

TEXT = (ROOT / "docs" / "reports.md").read_text("utf-8")
CODE = re.compile(r"`([a-z_]+)`")


def told() -> Iterator[tuple[str, str, str]]:
    """Each report's slug, its title, and all that is said of it."""
    for part in re.split(r"^## (?=`)", TEXT, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        slug, _, title = heading.partition(": ")
        yield slug.strip("`"), title, body


def line(body: str, name: str) -> str:
    found = re.search(rf"^- \*\*{name}\*\*: (.+)$", body, re.MULTILINE)
    return found[1] if found else ""


def test_every_report_is_told_with_its_title_and_what_it_answers() -> None:
    found = {slug: (title, body.strip().splitlines()[0]) for slug, title, body in told()}

    assert found == {slug: (known.title, known.answers) for slug, known in REPORTS.items()}
    assert all(line(body, name) for _, _, body in told() for name in ("Counted", "Formula"))


def test_every_report_is_told_with_its_bases_its_rows_and_whether_it_is_published() -> None:
    said = {
        slug: (
            tuple(CODE.findall(line(body, "Basis"))),
            rows_of(line(body, "Rows")),
            line(body, "Published").startswith("yes"),
        )
        for slug, _, body in told()
    }

    assert said == {
        slug: (
            tuple(basis.value for basis in known.bases),
            frozenset(known.groupings),
            not known.names_people,
        )
        for slug, known in REPORTS.items()
    }


def rows_of(said: str) -> frozenset[str]:
    cases = case_groupings() if said.startswith("case groupings") else set()
    return frozenset({*CODE.findall(said), *cases})


def case_groupings() -> set[str]:
    return set(CODE.findall(TEXT.partition("*Case groupings*")[2].partition("\n")[0]))


def test_the_case_groupings_are_those_that_cases_have() -> None:
    assert case_groupings() == set(CASES)
