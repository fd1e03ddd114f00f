"""What an import did or would do, as the lines its report prints."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from declarations.importing.landing import Landed
from declarations.importing.mapping import Mapping
from declarations.importing.reading import Nil, Read, Unusable

_FEW = 40


@dataclass(frozen=True)
class Figures:
    """What is counted in a file, whether or not it landed before."""

    rows: int
    nil_returns: int
    usable: int  # rows with a day and an amount
    not_a_number: int  # rows with a day whose value is no number
    not_landing: int
    value_texts: dict[str, int]
    date_forms: dict[str, int]
    total: Decimal
    largest: Decimal
    donors: int
    numbers: int  # leading zeros apart
    with_line_break: int


def figures(rows: tuple[Read, ...], mapping: Mapping) -> Figures:
    """Count the rows of a file."""
    entries = [row for row in rows if not isinstance(row, Nil | Unusable)]
    said = [row for row in rows if not isinstance(row, Nil)]
    amounts = [entry.value.amount for entry in entries if entry.value]
    columns = mapping.columns

    def texts(column: str) -> set[str]:
        return {row.row.cells.get(column, "") for row in said}

    return Figures(
        rows=len(rows),
        nil_returns=len(rows) - len(said),
        usable=len(amounts),
        not_a_number=len(entries) - len(amounts),
        not_landing=len(said) - len(entries),
        value_texts=dict(Counter(entry.value_text for entry in entries if entry.value is None)),
        date_forms=dict(Counter(re.sub(r"\d", "9", row.row.cells.get(columns.occurred_on, "")) for row in said)),
        total=sum(amounts, Decimal(0)),
        largest=max(amounts, default=Decimal(0)),
        donors=len(texts(columns.counterparty) - {""}),
        numbers=len({text.strip().lstrip("0") for text in texts(columns.counterparty_number)} - {""}),
        with_line_break=sum("\n" in cell for row in rows for cell in row.row.cells.values()),
    )


def lines(landed: Landed, mapping: Mapping) -> Iterator[str]:
    """The report, a line at a time."""
    counted = figures(landed.rows, mapping)
    currency = mapping.always.currency
    yield f"{mapping.title}: {counted.rows} rows."
    fresh = len(landed.entries) + len(landed.nils) - landed.before
    yield f"  {len(landed.entries)} declarations and {len(landed.nils)} nil returns; {landed.before} of them had landed before."
    yield f"  Would land now: {fresh}." if landed.dry else f"  Landed now: {fresh}."
    yield f"  {counted.usable} amounts come to {currency} {counted.total:,}; the largest is {counted.largest:,}."
    yield f"  {counted.not_a_number} values are no number. They land as unknown and outside every sum:"
    for text, number in sorted(counted.value_texts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"    {number} × “{text}”" if text else f"    {number} × nothing"
    yield from _people(landed)
    yield from _some("Worth a look", [f"line {line}: {remark}" for line, remark in landed.remarks])
    yield from _some("Cannot land", [f"line {one.row.line}: {one.reason}" for one in landed.unusable])


def _people(landed: Landed) -> Iterator[str]:
    if landed.people_made:
        would = "would be put" if landed.dry else "were put"
        yield from _some(f"Nobody knew these; they {would} into the directory as former colleagues", list(landed.people_made))


def _some(heading: str, found: list[str]) -> Iterator[str]:
    if not found:
        return
    yield f"{heading} ({len(found)}):"
    yield from (f"  {one}" for one in found[:_FEW])
    if len(found) > _FEW:
        yield f"  … and {len(found) - _FEW} more."
