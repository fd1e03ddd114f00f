"""Whether sums can lie where a region puts them: numbers not less than nothing, that keep every inequality, or none."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TypeVar

V = TypeVar("V", bound=Hashable)
Row = tuple[Mapping[V, int | Fraction], Fraction | int]


def solve(rows: Sequence[Row[V]]) -> dict[V, Fraction] | None:
    """Numbers x ≥ 0 with Σ coefficient · x ≤ bound for every row, exactly; None if there are none.

    The first phase of the simplex method with Bland's rule, which ends; in whole numbers over one denominator, after Edmonds.
    A corner is found: few numbers are not 0.
    """
    names = list(dict.fromkeys(name for row, _ in rows for name in row))
    wide = len(names) + len(rows)
    short = [number for number, (_, bound) in enumerate(rows) if bound < 0]
    table = [_line(rows, number, names, short) for number in range(len(rows))]
    basis = [wide + short.index(n) if n in short else len(names) + n for n in range(len(rows))]
    missing = [sum(table[n][column] for n in short) for column in range(wide)] + [0] * len(short)
    missing.append(sum(table[n][-1] for n in short))
    whole = 1
    while missing[-1] > 0:
        entering = next((column for column in range(wide) if missing[column] > 0), None)
        if entering is None:
            return None
        leaving = min((Fraction(line[-1], line[entering]), basis[n], n) for n, line in enumerate(table) if line[entering] > 0)[2]
        basis[leaving] = entering
        whole = _pivot([*table, missing], table[leaving], entering, whole)
    found = {basis[n]: Fraction(table[n][-1], whole) for n in range(len(rows))}
    return {name: found.get(column, Fraction(0)) for column, name in enumerate(names)}


def _line(rows: Sequence[Row[V]], number: int, names: list[V], short: list[int]) -> list[int]:
    """A row in whole numbers, with what it leaves over, what it still misses, and its bound."""
    row, bound = rows[number]
    scale = lcm(Fraction(bound).denominator, *(Fraction(coefficient).denominator for coefficient in row.values()))
    scale = -scale if bound < 0 else scale
    line = [int(scale * row.get(name, 0)) for name in names] + [0] * len(rows)
    line[len(names) + number] = -1 if bound < 0 else 1
    return [*line, *(int(number == each) for each in short), int(scale * bound)]


def _pivot(table: list[list[int]], chosen: list[int], entering: int, whole: int) -> int:
    """Bring a column into the basis; the answer is the denominator all numbers now have."""
    pivot = chosen[entering]
    for line in table:
        if line is not chosen:
            factor = line[entering]
            line[:] = [(pivot * a - factor * b) // whole for a, b in zip(line, chosen, strict=True)]
    return pivot
