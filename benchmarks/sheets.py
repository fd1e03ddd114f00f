"""What the writers from memory write: one plain sheet of 28 columns, a line of a register as most would design one, and our widest.

Texts hold what texts hold: letters beyond ASCII in every other row, and now and then what XML must escape.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from declarations.registers.columns import Cell, Column, entry_columns
from workflows.money import Money
from workflows.words import Kind

PLAIN, GIFTS = "plain", "gifts"
POOL = {PLAIN: 5_000, GIFTS: 2_000}  # different rows, written over and over; far more text than deflate can look back on
ZONE = ZoneInfo("Europe/Copenhagen")
WORDS = (
    "dinner after the quarterly review with two members of the client’s procurement team including wine hamper conference ticket "
    "travel café théâtre box football match watch voucher donated & recorded <EUR 50 Søren Łukasz 田中 O’Brien GmbH A/S"
).split()
_FIRST = "Aino Søren Łukasz Chloé 健太 Ольга Björn Mary Nuno Zoë Ivan Grace Hồng Anna Peter Lena".split()
_LAST = "Østergaard Smith Nowak Ferreira 佐藤 Иванова Müller O’Hara Lindqvist Okoye Haddad Çelik Brown Novák D'Amico Berg".split()
_FIRMS = (
    "Nordwind & Søn A/S",
    "Acacia Catering Ltd",
    "Żuraw Sp. z o.o.",
    "東和商事",
    "Blue Heron Travel",
    "Müller <Bau> GmbH & Co. KG",
)

Chance = random.Random
Value = Callable[[Chance, int], Any]


def _one_of(words: str) -> Value:
    among = words.split()
    return lambda chance, row: chance.choice(among)


def _person(chance: Chance, row: int) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def _day(chance: Chance, row: int) -> date:
    return date(2024, 1, 1) + timedelta(chance.randrange(900))


def _moment(chance: Chance, row: int) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(70_000_000))


def _money(chance: Chance, row: int) -> tuple[int, str]:
    return chance.randrange(100, 250_000), "EUR"


def _rate(chance: Chance, row: int) -> Decimal:
    return Decimal(chance.randrange(500_000, 1_500_000)) / 1_000_000


def _seldom_missing(value: Value) -> Value:
    return lambda chance, row: value(chance, row) if chance.random() < 0.8 else None


_PLAIN: Sequence[tuple[str, Cell, Value]] = (
    ("row", Cell.WHOLE, lambda chance, row: row),
    ("number", Cell.TEXT, lambda chance, row: f"AB-2026-{row:07d}"),
    ("person_number", Cell.TEXT, lambda chance, row: f"P{chance.randrange(10**6):06d}"),
    ("person", Cell.TEXT, _person),
    ("unit", Cell.WORD, _one_of("Procurement Sales Treasury Legal&Compliance Facilities R&D")),
    ("country", Cell.WORD, _one_of("DK DE FR PL JP GB US FI")),
    ("grade", Cell.WORD, _one_of("1 2 3 4 5 6 7 8 9")),
    ("manager", Cell.TEXT, _person),
    ("kind", Cell.WORD, _one_of("Gift Entertainment Travel Interest Conflict Donation")),
    ("direction", Cell.WORD, _one_of("Given Received Refused")),
    ("giver_number", Cell.TEXT, lambda chance, row: f"{chance.randrange(10**8):08d}"),
    ("giver", Cell.TEXT, lambda chance, row: f"{chance.choice(_FIRMS)} {chance.randrange(1000)}"),
    ("giver_class", Cell.WORD, _one_of("Customer Supplier Authority Charity Other")),
    ("official", Cell.WORD, _one_of("Yes No No No No No No No")),
    ("what", Cell.TEXT, lambda chance, row: " ".join(chance.choices(WORDS, k=chance.randint(6, 27)))),
    ("occurred_on", Cell.DAY, _day),
    ("filed_at", Cell.MOMENT, _moment),
    ("currency", Cell.WORD, _one_of("EUR DKK PLN JPY GBP")),
    ("value", Cell.MONEY, _money),
    ("rate", Cell.RATE, _rate),
    ("base", Cell.MONEY, _money),
    ("twelve_months", Cell.MONEY, _money),
    ("clause", Cell.WORD, _one_of("gifts-3.1 gifts-3.2 meals-4.1 officials-2")),
    ("breach", Cell.WORD, _one_of("Yes No No No No No No No No")),
    ("state", Cell.WORD, _one_of("Draft Filed Manager Compliance Approved Refused Withdrawn")),
    ("decided_by", Cell.TEXT, _seldom_missing(_person)),
    ("decided_at", Cell.MOMENT, _seldom_missing(_moment)),
    ("digest", Cell.TEXT, lambda chance, row: hashlib.sha256(str(row).encode()).hexdigest()),
)

_BY_CELL: dict[Cell, Value] = {
    Cell.TEXT: lambda chance, row: " ".join(chance.choices(WORDS, k=3)) if chance.random() < 0.8 else None,
    Cell.LONG: lambda chance, row: " ".join(chance.choices(WORDS, k=chance.randint(5, 20))) if chance.random() < 0.6 else None,
    Cell.WORD: lambda chance, row: WORDS[chance.randrange(8)],
    Cell.WHOLE: lambda chance, row: chance.randrange(100),
    Cell.MONEY: lambda chance, row: (chance.randrange(100, 250_000), chance.choice(("EUR", "DKK", "JPY"))),
    Cell.RATE: _rate,
    Cell.DAY: _day,
    Cell.MOMENT: _moment,
}


def columns(sheet: str) -> Sequence[Column]:
    """The columns of a sheet, whose values are there already."""
    if sheet == PLAIN:
        return [Column(key, key, cell, 20, "", None) for key, cell, _ in _PLAIN]
    return [Column(one.key, one.name, one.cell, one.width, "", None) for one in entry_columns(Kind.GIFT)]


def pool(sheet: str, seed: int = 7) -> list[tuple[Any, ...]]:
    """Rows of a sheet; of the gifts' about a third of the optional texts is empty."""
    chance = random.Random(seed)
    values = [value for *_, value in _PLAIN] if sheet == PLAIN else [_BY_CELL[column.cell] for column in columns(sheet)]
    return [tuple(value(chance, row) for value in values) for row in range(1, POOL[sheet] + 1)]


def ready(row: tuple[Any, ...]) -> list[Any]:
    """The same row as other writers want it: numbers for money, wall-clock time without a zone."""
    return [_as_others_want(value) for value in row]


def _as_others_want(value: Any) -> Any:
    if isinstance(value, tuple):
        return Money(*value).amount
    return value.astimezone(ZONE).replace(tzinfo=None) if isinstance(value, datetime) else value


def batches(rows: Sequence[Any], wanted: int, size: int) -> Iterator[Sequence[Any]]:
    """`rows` over and over, `size` at a time, `wanted` in all."""
    while wanted > 0:
        for start in range(0, len(rows), size):
            yield rows[start : start + min(size, wanted)]
            wanted -= min(size, wanted)
            if wanted <= 0:
                return
