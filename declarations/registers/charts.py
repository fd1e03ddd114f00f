"""Charts beside the totals, drawn by the spreadsheet program itself out of a small table of sums: entries by kind and by state."""

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from declarations.registers.small_cell import put
from declarations.registers.totals import Total
from declarations.registers.words import Words
from workflows.words import Kind, State

_SUMS_FROM, _CHART_FROM = 13, "P"  # columns: two beyond the totals, and beside that table
_BRAND = "17553A"
_HIGH = 18  # rows a chart takes


def draw(sheet: Worksheet, lines: Sequence[Total], words: Words) -> None:
    """Put both charts beside the totals; none where there is nothing to draw."""
    if not lines:
        return
    kinds: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for line in lines:
        kinds[line.kind] += line.entries
        states[line.state] += line.entries
    by_kind = [(words.label("kind", kind), kinds[kind]) for kind in Kind]
    by_state = [(words.label("state", state), states[state]) for state in State]
    sheet.column_dimensions[get_column_letter(_SUMS_FROM)].width = 28
    row = 1
    for title, sums in ((_("Entries by kind"), by_kind), (_("Entries by state"), by_state)):
        there = [(name, number) for name, number in sums if number]
        _table(sheet, row, title, there)
        sheet.add_chart(_chart(sheet, row, title, len(there)), f"{_CHART_FROM}{row}")
        row += max(len(there) + 2, _HIGH)


def _table(sheet: Worksheet, row: int, title: str, sums: Sequence[tuple[str, int]]) -> None:
    put(sheet.cell(row, _SUMS_FROM), title)
    put(sheet.cell(row, _SUMS_FROM + 1), _("Entries"))
    for place, (name, number) in enumerate(sums, row + 1):
        put(sheet.cell(place, _SUMS_FROM), name)
        put(sheet.cell(place, _SUMS_FROM + 1), number)


def _chart(sheet: Worksheet, row: int, title: str, bars: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.title, chart.legend = "bar", title, None
    chart.add_data(Reference(sheet, _SUMS_FROM + 1, row, max_row=row + bars), titles_from_data=True)
    chart.set_categories(Reference(sheet, _SUMS_FROM, row + 1, max_row=row + bars))
    chart.series[0].graphicalProperties.solidFill = _BRAND
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.gapWidth = "0", 60
    chart.height, chart.width = 8.5, 16
    return chart
