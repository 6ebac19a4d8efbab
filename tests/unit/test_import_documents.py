"""docs/operations.md names the columns that imports read, and the example files have them."""

import csv
import re

import pytest

from api.imports import KINDS, Known
from tests.architecture.product import ROOT

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def section(kind: Known) -> str:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    return text.partition(f"### {kind.title}\n")[2].partition("\n\nWhat an import")[0].partition(
        "\n### "
    )[0]  # fmt: skip


@kinds
def test_the_columns_are_in_the_document_as_they_are_read(kind: Known) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (yes)? ?\| (.+) \|$", section(kind), re.MULTILINE)

    assert rows == [
        (column.name, "yes" if column.required else "", column.holds) for column in kind.columns
    ]


@kinds
def test_the_example_has_every_column(kind: Known) -> None:
    with (ROOT / "docs" / "examples" / f"{kind.slug}.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))

    assert header == [column.name for column in kind.columns]
    assert f"(examples/{kind.slug}.csv)" in section(kind)


@kinds
def test_no_column_shares_a_name_with_another(kind: Known) -> None:
    names = [name for column in kind.columns for name in (column.name, *column.also)]

    assert len({name.replace("_", " ") for name in names}) == len(names)
