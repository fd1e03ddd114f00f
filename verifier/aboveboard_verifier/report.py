"""What was found, in which layer, and how it is told: one page of plain words and an exit code."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

OK, CONTENT, HISTORY, KEY, INCOMPLETE = range(5)
LAYERS = {  # in the order they are checked; the exit code is that of the earliest with a finding
    "bundle": (CONTENT, "The parts are those that were sealed"),
    "keys": (KEY, "The keys are trusted, and signed manifest, checkpoint and receipt"),
    "checkpoint": (HISTORY, "The record continues what was signed before"),
    "signature": (KEY, "Every event is signed"),
    "tree": (HISTORY, "Every event lies under the checkpoint"),
    "chain": (HISTORY, "Every event follows the one before it"),
    "transition": (CONTENT, "Nothing happened that may not happen"),
    "entitlement": (CONTENT, "Whoever acted was entitled to on that day"),
    "value": (CONTENT, "What is shown is what was recorded"),
    "register": (CONTENT, "The rows are what the events say"),
    "workbook": (CONTENT, "The workbook holds those rows"),
    "totals": (CONTENT, "The totals are their sums"),
    "changes": (CONTENT, "The sheet of changes lists what differs from the earlier register"),
}
VERDICTS = {
    OK: "Everything agrees.",
    CONTENT: "The content is not what was recorded or sealed.",
    HISTORY: "The history is not what it was.",
    KEY: "A key or a signature is not good.",
    INCOMPLETE: "Something is missing, so not everything could be checked.",
}
SHOWN = 12  # findings of a layer that are told one by one


class Watch:
    """One line that says how far it is, to somebody at a terminal and nobody else."""

    def __init__(self, out: TextIO | None = None, every: float = 1.0) -> None:
        out = out or sys.stderr
        self._out, self._every = out if out.isatty() else None, every  # seconds
        self._told = time.monotonic()

    def at(self, what: str, done: int) -> None:
        """So many are checked. Cheap enough to be called for each."""
        if self._out and done % 200 == 0 and time.monotonic() - self._told >= self._every:
            self._told = time.monotonic()
            print(f"\r{what}: {done:,} checked …\033[K", end="", file=self._out, flush=True)

    def over(self) -> None:
        """Leave the line empty for the report."""
        if self._out:
            print("\r\033[K", end="", file=self._out, flush=True)


class Report:
    """What was found and what was looked at, told at the end on one page."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int, str, str]] = []  # the first few of each layer: of a large bundle all may be wrong
        self.counted: Counter[str] = Counter()
        self.looked: Counter[str] = Counter()
        self.begun: set[str] = set()
        self.notes: list[str] = []
        self.watch = Watch()

    def begin(self, *layers: str) -> None:
        """These layers are looked at from here on; one that never was is not said to be good."""
        self.begun.update(layers)

    def find(self, layer: str, where: str, what: str, code: int | None = None) -> None:
        self.counted[layer] += 1
        if self.counted[layer] <= SHOWN:
            self.found.append((layer, LAYERS[layer][0] if code is None else code, where, what))

    def unless(self, holds: bool, layer: str, where: str, what: str, code: int | None = None) -> None:
        if not holds:
            self.find(layer, where, what, code)

    @contextmanager
    def reading(self, layer: str, where: str) -> Iterator[None]:
        """What cannot be read is a finding, never a crash."""
        try:
            yield
        except Exception as problem:  # whatever somebody may have put there
            self.unreadable(layer, where, problem)

    def unreadable(self, layer: str, where: str, problem: Exception) -> None:
        self.find(layer, where, f"cannot be read ({type(problem).__name__}: {problem})", INCOMPLETE)

    @property
    def code(self) -> int:
        order = list(LAYERS)
        return min(self.found, key=lambda one: order.index(one[0]), default=("", OK))[1]


def page(report: Report, path: str) -> str:
    """One page of plain words."""
    looked = report.looked
    lines = [f"Bundle {path}", "", VERDICTS[report.code], ""]
    for layer, (_, sentence) in LAYERS.items():
        found = [one for one in report.found if one[0] == layer]
        mark = "NO" if found else "ok" if layer in report.begun else "--"
        lines.append(f"[{mark}] {layer:<11} {sentence}" + (f": {report.counted[layer]} findings" if found else ""))
        lines += [f"       {where}: {what}" for _, _, where, what in found]
        lines += [f"       … and {report.counted[layer] - SHOWN} more"] if report.counted[layer] > SHOWN else []
    if len(report.begun) < len(LAYERS):
        lines.append("     -- means that this was not looked at.")
    lines += [
        "",
        f"Looked at: {looked['parts']} parts, {looked['checkpoints']} earlier checkpoints, {looked['declarations']} declarations, "
        f"{looked['events']} events, {looked['acts']} acts, {looked['values']} values, {looked['cells']} cells, {looked['totals']} totals.",
    ]
    if looked["later"]:
        lines.append(f"{looked['later']} events came after the register was read; it does not show them yet.")
    lines += [
        *report.notes,
        "Not checked here: that no other declaration should be in the register, files that were attached, and what",
        "the columns “What would have changed it” and “What the policy asked besides” say. Those are as they were sealed.",
        f"Exit code {report.code}.",
    ]
    return "\n".join(lines)
