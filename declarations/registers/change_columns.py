"""The columns of the sheet of changes: which declaration, what became of it, field by field before and now."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from declarations.registers.canonical import iso_second
from declarations.registers.changes import Became
from declarations.registers.columns import Cell, Column, plain_money
from declarations.registers.words import Words
from workflows.words import N_

T, L, W, N, D = Cell.TEXT, Cell.LONG, Cell.WORD, Cell.WHOLE, Cell.DAY

BECAME = {
    Became.NEW: N_("New"),
    Became.ENTERED_LATE: N_("Entered late, of an earlier day"),
    Became.DECIDED: N_("Decided"),
    Became.WITHDRAWN: N_("Withdrawn"),
    Became.CHANGED: N_("Changed"),
    Became.GONE: N_("No longer in this register"),
}


def _row(name: str) -> Any:
    return lambda change: getattr(change.row, name)


def _became(slug: str, words: Words) -> str:
    return words.say(BECAME[Became(slug)])


def _value(name: str) -> Any:
    def value(change: Any) -> tuple[Column, Any] | None:
        one = getattr(change, name)
        return None if one is None else (change.column, one)

    return value


def _shown(pair: tuple[Column, Any], words: Words) -> str:
    """A column's value as text, in words where it has some."""
    column, value = pair
    if column.told is not None:
        return column.told(value, words) or ""
    if column.cell is Cell.MONEY:
        return plain_money(*value)
    if isinstance(value, datetime):
        return iso_second(value)
    return value.isoformat() if isinstance(value, date) else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _field(change: Any) -> str | None:
    return change.column.name if change.column else None


CHANGE_COLUMNS: tuple[Column, ...] = (
    Column("number", N_("Number"), T, 13, _row("number")),
    Column("company", N_("Company"), W, 24, _row("company")),
    Column("kind", N_("Kind"), W, 18, _row("kind"), lambda slug, words: words.label("kind", slug)),
    Column("declarant", N_("Declarant"), T, 22, _row("declarant")),
    Column("became", N_("What became of it"), W, 24, lambda change: change.became.value, _became),
    Column("field", N_("Field"), W, 24, _field, lambda name, words: words.say(name)),
    Column("before", N_("Before"), L, 34, _value("before"), _shown),
    Column("now", N_("Now"), L, 34, _value("now"), _shown),
    Column("occurred_on", N_("Occurred on"), D, 12, _row("occurred_on")),
    Column("filed_at", N_("Filed at"), Cell.MOMENT, 17, _row("filed_at")),
    Column("changed_at", N_("Last changed at"), Cell.MOMENT, 17, _row("changed_at")),
    Column("entry_before", N_("Record entry before"), N, 14, lambda change: change.entry_before),
    Column("entry_now", N_("Record entry now"), N, 9, _row("version")),
    Column("record_digest", N_("Record digest"), T, 18, _row("event_digest")),
)
