"""The sheets whose rows come out of the database, in the order people know them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from declarations.registers.columns import BREACH_COLUMNS, Cell, Column, Of, entry_columns
from declarations.registers.columnwise import Fields
from declarations.registers.decision_columns import DECISION_COLUMNS
from declarations.registers.reader import BREACH, DECISION
from declarations.registers.safe_cell import Texts
from workflows.words import N_, Kind


@dataclass(frozen=True)
class Sheet:
    """`key` is the sheet's name in register.jsonl, `table` that of its table in the workbook, `title` what stands on its tab."""

    key: str
    table: str
    title: str
    columns: Sequence[Column]


_TITLES = {
    Kind.GIFT: ("Gifts", N_("Gifts")),
    Kind.ENTERTAINMENT: ("Entertainment", N_("Entertainment")),
    Kind.TRAVEL: ("Travel", N_("Travel")),
    Kind.INTEREST: ("Interests", N_("Interests")),
    Kind.CONFLICT: ("Conflicts", N_("Conflicts")),
    Kind.DONATION: ("Donations", N_("Donations")),
}
SHEETS: dict[str, Sheet] = {
    **{kind.value: Sheet(kind.value, table, title, entry_columns(kind)) for kind, (table, title) in _TITLES.items()},
    DECISION: Sheet(DECISION, "Decisions", N_("Decisions"), DECISION_COLUMNS),
    BREACH: Sheet(BREACH, "Breaches", N_("Breaches and late"), BREACH_COLUMNS),
}
IN_LINES = tuple(key for key in SHEETS if key != BREACH)  # the sheet of breaches repeats entries


def values_of(columns: Sequence[Column], fields: Fields) -> list[Sequence[Any]]:
    """What stands in the columns of these entries or decisions."""
    made: dict[Any, Sequence[Any]] = {}
    return [_column(column, fields, made) for column in columns]


def _column(column: Column, fields: Fields, made: dict[Any, Sequence[Any]]) -> Sequence[Any]:
    value = column.value
    if isinstance(value, tuple):
        minors, currencies = (fields[name] for name in value)
        return [None if minor is None else (minor, currency) for minor, currency in zip(minors, currencies, strict=True)]
    if value not in made:  # two columns may tell the same in two ways
        if isinstance(value, Of):
            values: Sequence[Any] = list(map(value.read, *(fields[name] for name in value.fields)))
        else:
            assert isinstance(value, str)
            values = fields[value]
        plain = column.cell in (Cell.TEXT, Cell.LONG) and column.told is None and not column.again
        made[value] = Texts(values) if plain else values
    return made[value]
