"""Every benchmark tells its figures and ratios in the same way: one JSON object on standard output, words on standard error."""

import argparse
import json
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

Number = int | float


@dataclass
class Report:
    """`figures` are measured (name them with their unit), `ratios` compare two of them from the same run."""

    rows: int
    figures: dict[str, Number] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)

    def figure(self, name: str, value: Number) -> None:
        self.figures[name] = round(value, 3) if isinstance(value, float) else value

    def ratio(self, name: str, value: float) -> None:
        self.ratios[name] = round(value, 3)

    def times(self, name: str, seconds: Sequence[float]) -> None:
        """Median and 99th percentile in milliseconds."""
        self.figure(f"{name}_p50_ms", percentile(seconds, 50) * 1000)
        self.figure(f"{name}_p99_ms", percentile(seconds, 99) * 1000)


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of processors, children's included once they have ended; None where others were at work too."""

    clock: float
    processor: float | None


class Stopwatch:
    """Starts when it is made."""

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), _processor()

    def took(self) -> Took:
        """How long it is since then."""
        return Took(time.perf_counter() - self._clock, _processor() - self._processor)

    def took_with_others(self) -> Took:
        """The same where processes helped that are no children of this one."""
        return replace(self.took(), processor=None)


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def timed(act: Callable[[], object], times: int) -> list[float]:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return seconds


def peak_memory_mb() -> float:
    """This process's largest memory so far; where the system tells it, without what its parent had when it was forked."""
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def measure(name: str, work: Callable[[Report], None], rows: int) -> None:
    """Read --rows and --json, do the work, print what it reported."""
    parser = argparse.ArgumentParser(prog=f"./dev bench {name}")
    parser.add_argument("--rows", type=int, default=rows)
    parser.add_argument("--json", action="store_true", help="on one line")
    options = parser.parse_args()
    report = Report(options.rows)
    began = time.perf_counter()
    work(report)
    told = {
        "name": name,
        "rows": report.rows,
        "python": platform.python_version(),
        "seconds": round(time.perf_counter() - began, 1),
        "figures": report.figures,
        "ratios": report.ratios,
    }
    print(json.dumps(told, indent=None if options.json else 2))
