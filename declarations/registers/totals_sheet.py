"""The sheet of totals, by company, kind, state and currency."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook

from declarations.registers.charts import draw
from declarations.registers.look import MONEY_FORMATS, dress
from declarations.registers.safe_cell import put, sheet_title
from declarations.registers.totals import Total
from declarations.registers.words import Words
from workflows.money import Money, exponent
from workflows.words import N_

_TOTAL_NAMES = (
    N_("Company"),
    N_("Kind"),
    N_("State"),
    N_("Entries"),
    N_("Without a value"),
    N_("Currency"),
    N_("Value, whole"),
    N_("Value, share"),
    N_("Base currency"),
    N_("Share in base currency"),
)
_TOTAL_WIDTHS = (28, 22, 24, 9, 12, 9, 18, 18, 9, 20)


def write_totals(workbook: Workbook, lines: Sequence[Total], words: Words) -> None:
    """Add the sheet."""
    sheet = workbook.create_sheet(sheet_title(_("Totals"), workbook.sheetnames))
    dress(sheet, key="Totals", names=[words.say(n) for n in _TOTAL_NAMES], widths=_TOTAL_WIDTHS, rows=len(lines))
    for number, line in enumerate(lines, 2):
        known = line.currency is not None
        values: tuple[tuple[Any, str | None], ...] = (
            (line.company, None),
            (words.label("kind", line.kind), None),
            (words.label("state", line.state), None),
            (line.entries, None),
            (line.without_value, None),
            (line.currency, None),
            (_amount(line.value_minor, line.currency) if known else None, line.currency),
            (_amount(line.share_minor, line.currency) if known else None, line.currency),
            (line.base_currency, None),
            (_amount(line.base_minor, line.base_currency), line.base_currency),
        )
        for column, (value, currency) in enumerate(values, 1):
            cell = sheet.cell(number, column)
            put(cell, value)
            if currency:
                cell.number_format = MONEY_FORMATS[exponent(currency)]
    draw(sheet, lines, words)


def _amount(minor: int, currency: str | None) -> Decimal | None:
    return Money(minor, currency).amount if currency else None
