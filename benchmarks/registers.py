"""Rows a second and memory of a register: from memory beside three other writers, a plain sheet and our widest; then the whole
register out of the database, with one process and with two, beside the one a developer would write first; and how long pages take
meanwhile.

A second process is forked within the time measured. Ratios are by the clock; those by seconds of processor time say more where the
machine is busy, and are not known where a second process helped.
"""

from __future__ import annotations

from benchmarks.contenders import MOST, SMALL, in_its_own_process, in_turns, versus
from benchmarks.measure import Report, measure

FROM_MEMORY = ("ours", "ours_by_two", "openpyxl", "xlsxwriter", "rustpy_xlsxwriter")
SLOW = ("openpyxl", "xlsxwriter")
WRITERS = "benchmarks.sheet_writers"  # every process loads this module here; only those that write load that one


def from_memory(report: Report, rows: int, sheet: str, of: str = "") -> None:
    """One sheet, its rows at hand; `of` ends the names of its ratios."""
    from benchmarks.sheets import columns

    report.figure(f"columns{of}", len(columns(sheet)))
    many = {name: min(rows, MOST) if name in SLOW else rows for name in FROM_MEMORY}
    paces, memory = in_turns(report, WRITERS, many, sheet, of=of)
    for name in ("openpyxl", "xlsxwriter", "rustpy_xlsxwriter"):
        versus(report, f"{name}{of}", paces["ours"], paces[name])
    report.ratio(f"openpyxl_by_two{of}", paces["ours_by_two"][0] / paces["openpyxl"][0])
    small = in_its_own_process(WRITERS, "ours", sheet, min(SMALL, rows))[1]
    report.figure(f"ours_memory_mb_at_{min(SMALL, rows)}{of}", small)
    report.ratio(f"memory{of}", memory["ours"] / small)


def work(report: Report) -> None:
    """A plain sheet and our widest from memory, then the whole register."""
    from benchmarks.from_database import out_of_the_database
    from benchmarks.sheets import GIFTS, PLAIN

    from_memory(report, report.rows, PLAIN)
    from_memory(report, report.rows, GIFTS, "_widest")
    out_of_the_database(report, min(report.rows, 100_000))


if __name__ == "__main__":
    measure("registers", work, rows=100_000)
