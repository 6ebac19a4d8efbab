"""Column types under the names that Piccolo gives them.

On SQLite Piccolo converts values by the declared type, so a column declared ``DATETIME`` would
come back as text (docs/adr/0001).
"""

from typing import Any

from sqlalchemy.types import UserDefinedType


class Named(UserDefinedType[Any]):
    """A type that is written into the schema just as it is named."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: object) -> str:
        """Answer the name."""
        return self.name


UUID = Named("UUID")
TEXT = Named("TEXT")
JSON = Named("JSON")
DATE = Named("DATE")
TIMESTAMPTZ = Named("TIMESTAMPTZ")
BOOLEAN = Named("BOOLEAN")
INTEGER = Named("INTEGER")
SMALLINT = Named("SMALLINT")


def varchar(length: int) -> Named:
    """Answer a text of at most ``length`` characters."""
    return Named(f"VARCHAR({length})")


def numeric(digits: int, scale: int) -> Named:
    """Answer a decimal number of ``digits`` digits, ``scale`` of them behind the point."""
    return Named(f"NUMERIC({digits}, {scale})")


def binary(dialect: str) -> Named:
    """Answer the type of a file's content."""
    return Named("BLOB" if dialect == "sqlite" else "BYTEA")


def big_integer(dialect: str) -> Named:
    """Answer the type of a whole number that four bytes may not hold."""
    return INTEGER if dialect == "sqlite" else Named("BIGINT")
