"""What is asked of days in SQL, in the words of the engine at hand."""

from core import database


def quarter_index(column: str) -> str:
    """Answer the SQL of the number of a day's quarter; ``core.periods.quarter_at`` names it."""
    if database.bound().engine_type == "postgres":
        months = f"EXTRACT(YEAR FROM {column})::int * 12 + EXTRACT(MONTH FROM {column})::int"
    else:
        months = (
            f"CAST(strftime('%Y', {column}) AS INTEGER) * 12"
            f" + CAST(strftime('%m', {column}) AS INTEGER)"
        )
    return f"(({months} - 4) / 3)"


def monday(column: str) -> str:
    """Answer the SQL of the Monday of a day's week."""
    if database.bound().engine_type == "postgres":
        return f"(date_trunc('week', {column})::date)"
    return f"date({column}, 'weekday 0', '-6 days')"


def whole_years(since: str, until: str) -> str:
    """Answer the SQL of the whole years between two days, as ages are counted."""
    if database.bound().engine_type == "postgres":
        return f"EXTRACT(YEAR FROM age({until}, {since}))::int"
    return f"((strftime('%Y%m%d', {until}) - strftime('%Y%m%d', {since})) / 10000)"


def days_between(since: str, until: str) -> str:
    """Answer the SQL of the number of days from one day to another."""
    if database.bound().engine_type == "postgres":
        return f"({until} - {since})"
    return f"CAST(julianday({until}) - julianday({since}) AS INTEGER)"
