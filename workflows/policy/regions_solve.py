"""Whether sums can lie where a region puts them: numbers not less than nothing, that keep every inequality, or none."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

V = TypeVar("V", bound=Hashable)
Row = tuple[Mapping[V, int | Fraction], Fraction | int]


def solve(rows: Sequence[Row[V]]) -> dict[V, Fraction] | None:
    """Numbers x ≥ 0 with Σ coefficient · x ≤ bound for every row, exactly; None if there are none.

    The first phase of the simplex method with Bland's rule, which ends. A corner is found: few numbers are not 0.
    """
    names = list(dict.fromkeys(name for row, _ in rows for name in row))
    wide = len(names) + len(rows)
    short = [number for number, (_, bound) in enumerate(rows) if bound < 0]
    table: list[list[Fraction]] = []
    for number, (row, bound) in enumerate(rows):
        sign = -1 if bound < 0 else 1
        line = [Fraction(sign * row.get(name, 0)) for name in names] + [Fraction(0)] * len(rows)
        line[len(names) + number] = Fraction(sign)
        line += [Fraction(int(number == each)) for each in short] + [Fraction(sign * bound)]
        table.append(line)
    basis = [wide + short.index(n) if n in short else len(names) + n for n in range(len(rows))]
    missing = [sum((table[n][column] for n in short), Fraction(0)) for column in range(wide + len(short) + 1)]
    for column in range(wide, wide + len(short)):
        missing[column] = Fraction(0)
    while missing[-1] > 0:
        entering = next((column for column in range(wide) if missing[column] > 0), None)
        if entering is None:
            return None
        _pivot(table, basis, missing, entering)
    found = {basis[n]: table[n][-1] for n in range(len(rows))}
    return {name: found.get(column, Fraction(0)) for column, name in enumerate(names)}


def _pivot(table: list[list[Fraction]], basis: list[int], missing: list[Fraction], entering: int) -> None:
    ratios = [(line[-1] / line[entering], basis[n], n) for n, line in enumerate(table) if line[entering] > 0]
    leaving = min(ratios)[2]
    basis[leaving] = entering
    pivot = table[leaving][entering]
    table[leaving] = [number / pivot for number in table[leaving]]
    for line in (*table, missing):
        factor = line[entering]
        if line is not table[leaving] and factor:
            line[:] = [a - factor * b for a, b in zip(line, table[leaving], strict=True)]
