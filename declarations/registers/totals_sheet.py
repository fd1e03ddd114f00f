"""The sheet of totals, by company, kind, state and currency.

The charts' own tables stand beside its first rows, so openpyxl writes those; the others are poured in as on the big sheets.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from declarations.registers.charts import draw
from declarations.registers.columns import Cell, Column
from declarations.registers.look import MONEY_FORMATS, dress
from declarations.registers.package import Pour
from declarations.registers.pieces import Packer
from declarations.registers.rows_xml import RowWriter, Styles
from declarations.registers.safe_cell import sheet_title
from declarations.registers.scope import Scope
from declarations.registers.small_cell import put
from declarations.registers.totals import Total
from declarations.registers.words import Words
from workflows.money import Money, exponent
from workflows.words import N_

BESIDE_CHARTS = 60  # rows; the charts' tables are shorter
W, N, M = Cell.WORD, Cell.WHOLE, Cell.MONEY


def _money(minor: str, currency: str) -> Any:
    def value(line: Total) -> tuple[int, str] | None:
        code = getattr(line, currency)
        return (getattr(line, minor), code) if code is not None else None

    return value


_COLUMNS = (
    Column("company", N_("Company"), W, 28, lambda line: line.company),
    Column("kind", N_("Kind"), W, 22, lambda line: line.kind, lambda slug, words: words.label("kind", slug)),
    Column("state", N_("State"), W, 24, lambda line: line.state, lambda slug, words: words.label("state", slug)),
    Column("entries", N_("Entries"), N, 9, lambda line: line.entries),
    Column("without_value", N_("Without a value"), N, 12, lambda line: line.without_value),
    Column("currency", N_("Currency"), W, 9, lambda line: line.currency),
    Column("value", N_("Value, whole"), M, 18, _money("value_minor", "currency")),
    Column("share", N_("Value, share"), M, 18, _money("share_minor", "currency")),
    Column("base_currency", N_("Base currency"), W, 9, lambda line: line.base_currency),
    Column("share_base", N_("Share in base currency"), M, 20, _money("base_minor", "base_currency")),
)


def write_totals(
    workbook: Workbook, lines: Sequence[Total], words: Words, *, scope: Scope, styles: Styles, folder: Path
) -> tuple[str, Pour]:
    """Add the sheet. Returns its title and the rows to be poured into it, which lie in `folder`."""
    sheet = workbook.create_sheet(sheet_title(_("Totals"), workbook.sheetnames))
    widths = [column.width for column in _COLUMNS]
    dress(sheet, key="Totals", names=[words.say(column.name) for column in _COLUMNS], widths=widths, rows=len(lines))
    above, below = lines[:BESIDE_CHARTS], lines[BESIDE_CHARTS:]
    _put(sheet, above, words)
    draw(sheet, lines, words)
    values = [list(map(column.value, below)) for column in _COLUMNS if callable(column.value)]
    with closing(Packer(folder / "totals.xml")) as packer:
        if below:
            packer.write(RowWriter(_COLUMNS, styles, words, scope.zone).encode(values, len(above) + 2))
        return sheet.title, Pour(len(below), [packer.done()])


def _put(sheet: Worksheet, lines: Sequence[Total], words: Words) -> None:
    for number, line in enumerate(lines, 2):
        for place, column in enumerate(_COLUMNS, 1):
            value = column.value(line) if callable(column.value) else None
            cell = sheet.cell(number, place)
            if column.cell is M and value is not None:
                put(cell, Money(*value).amount)
                cell.number_format = MONEY_FORMATS[exponent(value[1])]
            else:
                put(cell, column.told(value, words) if column.told and value is not None else value)
