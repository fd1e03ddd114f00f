"""How a register looks: header, frozen panes, table and filter, widths, formats and print set-up, the same on every sheet."""

from collections.abc import Sequence
from copy import copy
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from declarations.registers.rows_xml import Styles
from declarations.registers.safe_cell import text_of
from declarations.registers.small_cell import put

MONEY_FORMATS = {0: "#,##0", 2: "#,##0.00", 3: "#,##0.000"}
DAY_FORMAT, MOMENT_FORMAT, RATE_FORMAT, WHOLE_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0.000000", "0"
_FONT, _BRAND = "Calibri", "FF17553A"
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_FACT = Alignment(horizontal="left", vertical="top", wrap_text=True)
_A3, _PANES = "8", "B2"
_A_PAGE = 340  # characters of Calibri 11 across a landscape A3 page, shrunk to what can still be read
_FACT_WIDTHS, _LINE = (30, 110), 15  # characters; points


def styles_of(workbook: Workbook, sheet: Worksheet) -> Styles:
    """Enter each kind of cell's format into the workbook's table and say where it stands."""

    table: Any = workbook

    def index(number_format: str = "General", *, wrapped: bool = False, quoted: bool = False) -> int:
        cell: Any = SheetCell(sheet, 1, 1)
        cell.number_format = number_format
        cell.alignment = _WRAPPED if wrapped else _TOP
        if quoted:
            cell.quotePrefix = 1
        return int(table._cell_styles.add(cell._style))

    return Styles(
        text=index(),
        quoted=index(quoted=True),
        long=index(wrapped=True),
        long_quoted=index(wrapped=True, quoted=True),
        whole=index(WHOLE_FORMAT),
        rate=index(RATE_FORMAT),
        day=index(DAY_FORMAT),
        moment=index(MOMENT_FORMAT),
        money={places: index(number_format) for places, number_format in MONEY_FORMATS.items()},
    )


def dress(sheet: Worksheet, *, key: str, names: Sequence[str], widths: Sequence[int], rows: int) -> None:
    """Header row, table with filter over `rows` rows, widths, frozen panes, print set-up. `key` names the table, in ASCII."""
    first: Any = sheet.cell(1, 1)
    first.font = Font(name=_FONT, size=11, bold=True, color="FFFFFFFF")
    first.fill = PatternFill("solid", fgColor=_BRAND)
    first.alignment = Alignment(vertical="center", wrap_text=True)
    for number, (name, width) in enumerate(zip(names, widths, strict=True), 1):
        cell: Any = sheet.cell(1, number)
        cell._style = copy(first._style)  # looking up the same font anew for each is most of the work on a small sheet
        put(cell, name)
        sheet.column_dimensions[get_column_letter(number)].width = width + 2
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = _PANES
    ref = f"A1:{get_column_letter(len(names))}{max(rows, 1) + 1}"  # a table has at least one row, even if it is empty
    table = Table(displayName=key, ref=ref, tableStyleInfo=TableStyleInfo(name="TableStyleLight1", showRowStripes=True))
    table._initialise_columns()  # type: ignore[attr-defined]
    for column, name in zip(table.tableColumns, names, strict=True):
        assert isinstance(column, TableColumn)
        column.name = text_of(name)
    sheet.add_table(table)
    set_up_print(sheet, pages=-(-sum(width + 2 for width in widths) // _A_PAGE))
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:A"


def set_up_print(sheet: Worksheet, pages: int = 1) -> None:
    """Landscape A3, as many `pages` wide as it takes to be read, page numbers below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer: Any = sheet.oddFooter
    footer.left.text = sheet.title.replace("&", "&&")
    footer.right.text = "&P / &N"


def write_facts(sheet: Worksheet, facts: Sequence[tuple[str, Any]]) -> None:
    """A sheet of two columns, what and its value, for people to read."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _FACT_WIDTHS
    for row, (name, value) in enumerate(facts, 1):
        fit(sheet, row, (name, value), _FACT_WIDTHS)
        for column, content in ((1, name), (2, value)):
            cell = sheet.cell(row, column)
            put(cell, content)
            cell.alignment = _FACT
            cell.font = Font(name=_FONT, size=11, bold=column == 1 or row == 1)
    set_up_print(sheet)


def fit(sheet: Worksheet, row: int, contents: Sequence[Any], widths: Sequence[int], *, least: int = 1) -> None:
    """Make a row of wrapped cells high enough, as not every program does by itself; `least` is in lines, `widths` in characters."""
    lines = max(least, *(_lines(content, width) for content, width in zip(contents, widths, strict=True)))
    if lines > 1:
        sheet.row_dimensions[row].height = lines * _LINE


def _lines(content: Any, width: int) -> int:
    """How many lines of `width` characters it takes, Japanese ones counted twice, with a little room for where words break."""
    across = (sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) for line in str(content).splitlines())
    return sum(max(1, -(-wide * 10 // (width * 9))) for wide in across)
