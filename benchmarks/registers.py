"""Rows a second and memory of a register: from memory beside three other writers, then the whole register out of the database, with
one process and with two, beside the one a developer would write first; and how long pages take meanwhile.

A second process is forked within the time measured. Ratios are by the clock; those by seconds of processor time say more where the
machine is busy, and are not known where a second process helped.
"""

from __future__ import annotations

from benchmarks.contenders import MOST, SMALL, in_its_own_process, in_turns, versus
from benchmarks.measure import Report, measure

FROM_MEMORY = ("ours", "ours_by_two", "openpyxl", "xlsxwriter", "rustpy_xlsxwriter")
SLOW = ("openpyxl", "xlsxwriter")
WRITERS = "benchmarks.sheet_writers"  # every process loads this module here; only those that write load that one


def from_memory(report: Report) -> None:
    """One sheet, its rows at hand."""
    from benchmarks.sheet_writers import columns

    report.figure("columns", len(columns()))
    rows = {name: min(report.rows, MOST) if name in SLOW else report.rows for name in FROM_MEMORY}
    paces, memory = in_turns(report, WRITERS, rows)
    for name in ("openpyxl", "xlsxwriter", "rustpy_xlsxwriter"):
        versus(report, name, paces["ours"], paces[name])
    report.ratio("openpyxl_by_two", paces["ours_by_two"][0] / paces["openpyxl"][0])
    small = min(SMALL, report.rows)
    report.figure(f"ours_memory_mb_at_{small}", in_its_own_process(WRITERS, "ours", small)[1])
    report.ratio("memory", memory["ours"] / report.figures[f"ours_memory_mb_at_{small}"])


def work(report: Report) -> None:
    """Both in turn."""
    from benchmarks.from_database import out_of_the_database

    from_memory(report)
    out_of_the_database(report, min(report.rows, 100_000))


if __name__ == "__main__":
    measure("registers", work, rows=100_000)
