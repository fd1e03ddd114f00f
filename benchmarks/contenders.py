"""A contender has a process of its own, so that its memory is its own, and is found there by its module and name.

They take turns for some rounds, and the middle one of each counts: a machine that is slower for a while is slower for all.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Report, Took, peak_memory_mb, tell

MOST = 10_000  # rows a round; slow contenders stop there, their pace stays
SMALL = 10_000
ROUNDS = 3
Paces = tuple[float, float | None]  # rows a second: by the clock, and of processors where that is known


def in_turns(
    report: Report, module: str, contenders: Mapping[str, int], *given: object, of: str = ""
) -> tuple[dict[str, Paces], dict[str, float]]:
    """Let all of them write their number of rows (which they are told after what is `given`), round after round. Answers the middle
    pace of each and the most memory it took, in MB, and reports both; `of` ends the names of the figures."""
    took: dict[str, list[tuple[Took, float]]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, rows in contenders.items():
            took[name].append(in_its_own_process(module, name, *given, rows))
    memory = {name: max(peak for _, peak in some) for name, some in took.items()}
    paces = {}
    for name, some in took.items():
        middle = sorted((one for one, _ in some), key=lambda one: one.clock)[ROUNDS // 2]
        paces[name] = told(report, f"{name}{of}", contenders[name], middle, memory[name])
    return paces, memory


def in_its_own_process(module: str, name: str, *given: object) -> tuple[Took, float]:
    """What a contender took, and its peak memory in MB, that had a whole process to itself."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        return alone.submit(measured, module, name, *given).result()


def measured(module: str, name: str, *given: object) -> tuple[Took, float]:
    """In the child."""
    contender: Callable[..., Took] = getattr(import_module(module), name)
    with tempfile.TemporaryDirectory() as folder:
        return contender(Path(folder) / "register.xlsx", *given), peak_memory_mb()


def told(report: Report, name: str, rows: int, took: Took, memory: float) -> Paces:
    """Report a contender's rows for each second, by the clock and of processors."""
    paces = rows / took.clock, rows / took.processor if took.processor else None
    report.figure(f"{name}_rows_per_s", paces[0])
    if paces[1]:
        report.figure(f"{name}_rows_per_processor_s", paces[1])
    report.figure(f"{name}_memory_mb", memory)
    tell(f"{name}: {rows} rows, {paces[0]:,.0f} rows/s, {memory:.0f} MB")
    return paces


def versus(report: Report, name: str, mine: Paces, theirs: Paces) -> None:
    """Report how many times faster ours is."""
    report.ratio(name, mine[0] / theirs[0])
    if mine[1] and theirs[1]:
        report.ratio(f"{name}_processor", mine[1] / theirs[1])
