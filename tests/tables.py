"""Every table of the product, referenced ones before those that refer to them."""

import inspect
from types import ModuleType

from piccolo.table import Table, sort_table_classes

import accounts.tables
import core.tables
import messaging.tables
import programmes.tables
import training.tables


def tables_of(module: ModuleType) -> list[type[Table]]:
    """The tables that a module, or one within it, itself defines."""
    return [
        member
        for member in vars(module).values()
        if inspect.isclass(member)
        and issubclass(member, Table)
        and f"{member.__module__}.".startswith(f"{module.__name__}.")
    ]


ALL_TABLES: list[type[Table]] = sort_table_classes(
    [
        table
        for module in (
            core.tables, accounts.tables, programmes.tables, training.tables, messaging.tables,
        )
        for table in tables_of(module)
    ]
)  # fmt: skip
