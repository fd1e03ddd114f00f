"""The work paper of a sample: a first sheet that says how it was drawn, a second with a line for each entry to fill in."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from declarations.models import RegisterSample
from declarations.registers.columns import COLUMNS, Cell, Column, plain_money
from declarations.registers.look import DAY_FORMAT, MOMENT_FORMAT, MONEY_FORMATS, dress, fit, write_facts
from declarations.registers.package import write_package
from declarations.registers.safe_cell import local, sheet_title
from declarations.registers.small_cell import put
from declarations.registers.words import Words
from declarations.sampling.drawing import Method
from declarations.sampling.risks import RISKS
from workflows.money import Money
from workflows.words import N_

Drawn = Sequence[Mapping[str, Any]]
RESULTS = (N_("As declared"), N_("Exception"), N_("Not applicable"), N_("Still open"))
_SHOWN = (
    "number", "company", "kind", "declarant", "title", "counterparty", "class", "occurred_on", "filed_at", "value", "share_base",
    "state", "timing", "days_late", "decided_by", "decided_as", "decided_for", "clauses", "conditions_met", "record_entry", "record_digest",
)  # fmt: skip
_FACTS = [next(column for column in COLUMNS if column.key == key) for key in _SHOWN]
_TO_FILL_IN = (
    (N_("What was checked"), 30),
    (N_("Evidence seen"), 30),
    (N_("Result"), 16),
    (N_("Remark"), 30),
    (N_("Checked by"), 16),
    (N_("Checked on"), 12),
)
METHODS = {
    Method.RANDOM: N_("At random: every entry has the same chance"),
    Method.VALUE: N_("By value: every unit of money has the same chance"),
    Method.RISK: N_("By risk: every entry has a chance in proportion to its weight"),
}


@dataclass(frozen=True)
class Scope:
    """What the first sheet says: which register, how it was drawn, by whom. Money in minor units of `currency`."""

    register: Any
    method: Method
    size: int
    seed: str
    entries: int
    value_minor: int
    without_value: int
    currency: str
    interval_minor: int | None
    prepared_by: str
    prepared_at: datetime
    language: str

    @classmethod
    def of(cls, sample: RegisterSample, prepared_by: str, language: str) -> "Scope":
        """The scope of a kept sample."""
        return cls(
            sample.register, Method(sample.method), sample.size, sample.seed, sample.entries, sample.value_minor,
            sample.without_value, sample.currency, sample.interval_minor, prepared_by, sample.drawn_at, language,
        )  # fmt: skip

    @property
    def zone(self) -> ZoneInfo:
        """Where its moments are told."""
        return ZoneInfo(self.register.company.time_zone)


def write_work_paper(scope: Scope, drawn: Drawn, rows: Mapping[str, Mapping[str, Any]], *, folder: Path) -> bytes:
    """The workbook in the scope's language; `rows` are the sealed lines of what was drawn, by number, `folder` an empty one."""
    with force_locale(scope.language):
        workbook = Workbook()
        front = workbook.worksheets[0]
        front.title = sheet_title(_("Sample"))
        write_facts(front, _front(scope, drawn))
        _items(workbook.create_sheet(sheet_title(_("Work paper"), workbook.sheetnames)), scope, drawn, rows)
        out = io.BytesIO()
        write_package(workbook, {}, out, folder)
        return out.getvalue()


def _front(scope: Scope, drawn: Drawn) -> list[tuple[str, Any]]:
    register = scope.register
    facts: list[tuple[str, Any]] = [
        (_("Sample for audit"), _("%(company)s and all below it", company=register.company.name)),
        (_("Period"), f"{register.first_on} – {register.last_on}"),
        (_("Drawn from"), f"register.jsonl, SHA-256 {register.lines_sha256}"),
        (_("Entries"), scope.entries),
        (_("Value"), f"{_money(scope.value_minor, scope.currency)}" if scope.currency else "–"),
        (_("Entries without a value"), scope.without_value),
        (_("Method"), _(METHODS[scope.method])),
        (_("Size asked for"), scope.size),
        (_("Size drawn"), len(drawn)),
        (_("Seed"), scope.seed),
    ]
    if scope.interval_minor is not None:
        certain = sum(bool(one["certain"]) for one in drawn)
        facts += [
            (_("Interval"), _money(scope.interval_minor, scope.currency)),
            (_("Certain, because of at least the interval"), certain),
            (
                _("Not within reach"),
                _("Entries without a value cannot be drawn by value. Draw a second sample at random for them."),
            ),
        ]
    if scope.method is Method.RISK:
        facts += [
            (_("Weight of every entry"), 1),
            *((_("More for: %(risk)s", risk=_(risk.words)), risk.weight) for risk in RISKS.values()),
        ]
    facts += [
        (_("Prepared by"), scope.prepared_by),
        (_("Prepared"), f"{local(scope.prepared_at, scope.zone):%Y-%m-%d %H:%M} {register.company.time_zone}"),
        (_("Draw it again"), _how(scope.method)),
    ]
    return facts


def _how(method: Method) -> str:
    """What an auditor needs to draw the same sample without this program."""
    ticket = _(
        "Ticket number n of an entry is SHA-256 over four lines, with a line feed between them: “aboveboard sample”, the seed, "
        "the SHA-256 of the entry's line in register.jsonl without its line end, and n."
    )
    then = {
        Method.RANDOM: _("The entries with the lowest tickets number 1 are drawn."),
        Method.RISK: _("An entry of weight w has the tickets 1 to w, its lowest one counts, and the lowest of all are drawn."),
        Method.VALUE: _(
            "Entries of at least total ÷ size are certain; they are set aside and total and size go down, until none is left. "
            "The rest, in the order of ticket 1, is walked in equal steps of total ÷ size; the first step ends at "
            "(1 + ticket 0 of the word “start” modulo total) ÷ size."
        ),
    }
    return f"{ticket} {then[method]}"


def _money(minor: int, currency: str) -> str:
    return plain_money(minor, currency) if currency else "–"


def _items(sheet: Worksheet, scope: Scope, drawn: Drawn, rows: Mapping[str, Mapping[str, Any]]) -> None:
    words = Words()
    facts = [(_(column.name), column.width) for column in _FACTS]
    head = [(_("Item"), 6), (_("Why it was drawn"), 26), *facts, *((_(name), width) for name, width in _TO_FILL_IN)]
    dress(sheet, key="Sample", names=[name for name, _width in head], widths=[width for _name, width in head], rows=len(drawn))
    for place, one in enumerate(drawn, 1):
        row = rows[one["number"]]
        put(sheet.cell(place + 1, 1), place)
        put(sheet.cell(place + 1, 2), why(one))
        for number, column in enumerate(_FACTS, 3):
            _fill(sheet.cell(place + 1, number), column, row.get(column.key), words, scope.zone)
        cells = [sheet.cell(place + 1, number) for number in range(1, len(head) + 1)]
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        fit(
            sheet,
            place + 1,
            ["" if cell.value is None else cell.value for cell in cells],
            [width for _name, width in head],
            least=2,
        )
    first = len(head) - len(_TO_FILL_IN) + 1
    _choices(sheet, first + 2, len(drawn))
    for row_number in range(2, len(drawn) + 2):
        sheet.cell(row_number, len(head)).number_format = DAY_FORMAT


def _choices(sheet: Worksheet, column: int, rows: int) -> None:
    """A list to choose the result from."""
    validation = DataValidation(type="list", formula1=f'"{",".join(_(result) for result in RESULTS)}"', allow_blank=True)
    validation.error = _("Choose one from the list.")
    sheet.add_data_validation(validation)
    letter = get_column_letter(column)
    validation.add(f"{letter}2:{letter}{max(rows, 1) + 1}")


def why(one: Mapping[str, Any]) -> str:
    """What made an entry certain, or heavier, in the language in force."""
    reasons = [_("At least the interval")] if one["certain"] else []
    return "; ".join([*reasons, *(_(RISKS[key].words) for key in one["risks"] if key in RISKS)]) or "–"


def _fill(cell: Any, column: Column, told: Any, words: Words, zone: ZoneInfo) -> None:
    """Put what a sealed line says into a cell of its own type, slugs as words."""
    if told is None:
        return
    match column.cell:
        case Cell.DAY:
            put(cell, date.fromisoformat(told))
            cell.number_format = DAY_FORMAT
        case Cell.MOMENT:
            put(cell, local(datetime.fromisoformat(told), zone))
            cell.number_format = MOMENT_FORMAT
        case Cell.MONEY:
            currency, _space, minor = told.partition(" ")
            amount: Decimal = Money(int(minor), currency).amount
            put(cell, amount)
            cell.number_format = f'{MONEY_FORMATS[max(0, -int(amount.as_tuple().exponent))]} "{currency}"'
        case Cell.WORD if column.told is not None:
            put(cell, column.told(told, words))
        case _:
            put(cell, told)
