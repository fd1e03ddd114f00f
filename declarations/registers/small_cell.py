"""A cell of a small sheet, which openpyxl writes out itself, gets nothing but what `safe_cell` makes of it."""

from datetime import UTC, date, datetime
from decimal import Decimal

from openpyxl.cell import Cell, MergedCell

from declarations.registers.safe_cell import local, needs_quote, serial_of, text_of, unescaped


def put(cell: Cell | MergedCell, value: str | int | Decimal | bool | date | datetime | None) -> None:
    """Write `value` into a cell."""
    assert isinstance(cell, Cell)
    if isinstance(value, datetime):
        cell.value = value if value.tzinfo is None else local(value, UTC)
    elif isinstance(value, date) and serial_of(value) is None:
        cell.value = value.isoformat()
    elif isinstance(value, str):
        text = text_of(value)
        cell.value = unescaped(text)
        cell.data_type = "s"  # openpyxl took a leading "=" for a formula and "#N/A" for an error
        if needs_quote(text):
            cell.quotePrefix = 1
    else:
        cell.value = value
