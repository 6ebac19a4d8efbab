"""Payloads of imports."""

from dataclasses import dataclass

from litestar.datastructures import UploadFile

from api.schemas.base import Out
from core.columns import RowError
from core.imports import Result


@dataclass(frozen=True, slots=True)
class SpreadsheetIn:
    """A CSV or XLSX file, as a form sends one."""

    file: UploadFile


class RowErrorOut(Out, frozen=True, kw_only=True):
    """What is wrong with one cell; ``row`` is its number in the file, the header's included."""

    row: int
    field: str
    message: str

    @classmethod
    def of(cls, error: RowError) -> "RowErrorOut":
        """Shape an error of a row."""
        return cls(row=error.row, field=error.field, message=error.message)


class ImportOut(Out, frozen=True, kw_only=True):
    """What became of the rows: each is created, updated, unchanged, or has errors.

    ``missing``: staff in post who are not in a full list, and so are proposed as leavers.
    """

    rows: int
    created: int
    updated: int
    unchanged: int
    errors: list[RowErrorOut]
    missing: int

    @classmethod
    def of(cls, result: Result) -> "ImportOut":
        """Shape the result of an import."""
        return cls(
            rows=result.rows, created=result.created, updated=result.updated,
            unchanged=result.unchanged, errors=[RowErrorOut.of(item) for item in result.errors],
            missing=result.missing,
        )  # fmt: skip
