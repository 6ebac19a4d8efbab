"""Every read takes a scope, and the rules know no clock: what types cannot hold, held here."""

import ast
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

from core.scope import Scope
from tests.architecture.product import ROOMS, ROOT, modules, place

READS = {"queries", "reports", "reminders"}

UNSCOPED: dict[str, str] = {}
"""Public reads without a scope, each with its reason."""

PURE_CLOCK = {"LONDON", "instant_of", "london"}
"""What a rule may take from ``core.clock``: conversions, never the time."""


def is_read(function: Callable[..., Any]) -> bool:
    """Only what awaits can reach the database."""
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def public_reads() -> dict[str, Callable[..., Any]]:
    return {
        f"{module.__name__}.{name}": member
        for module in modules()
        if module.__name__.split(".")[0] in ROOMS and READS & set(module.__name__.split(".")[1:])
        for name, member in vars(module).items()
        if is_read(member) and member.__module__ == module.__name__ and not name.startswith("_")
    }


def test_every_read_takes_a_scope_by_name_and_has_none_of_its_own() -> None:
    wrong = []
    for name, function in public_reads().items():
        scope = inspect.signature(function).parameters.get("scope")
        if (
            scope is None
            or scope.kind is not inspect.Parameter.KEYWORD_ONLY
            or scope.default is not inspect.Parameter.empty
            or get_type_hints(function)["scope"] is not Scope
        ):
            wrong.append(name)

    assert sorted(wrong) == sorted(UNSCOPED)
    assert len(public_reads()) > 20


def test_rules_ask_no_clock() -> None:
    wrong = []
    for room in ROOMS:
        for path in (ROOT / room / "domain").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    names = {alias.name for alias in node.names}
                    if (node.module == "core" and "clock" in names) or (
                        node.module == "core.clock" and not names <= PURE_CLOCK
                    ):
                        wrong.append(f"{place(path)}:{node.lineno}")
    assert wrong == []
