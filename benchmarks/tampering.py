"""A hundred random changes of each kind are made behind the app's back: each must be found, and the layer that found it is told."""

from __future__ import annotations

from collections import Counter
from random import Random

from flask import Flask

from benchmarks.measure import Report, measure, tell
from benchmarks.pages import database
from tests.support import tampering
from tests.support.hands import at_work
from tests.support.recorded import recorded
from tests.support.story import Story

TRIES = 8  # draws for each that is wanted: a change that changes nothing does not count


def work(report: Report) -> None:
    """`flask record verify` after each change of the database, with the newest checkpoint as an auditor keeps it."""
    with database("sqlite") as app:
        story = recorded(app)
        missed = sum(_kind(report, app, story, name, kind) for name, kind in tampering.KINDS.items())
    report.figure("not found", missed)


def _kind(report: Report, app: Flask, story: Story, name: str, kind: tampering.Kind) -> int:
    url, made, missed, by = str(app.config["SETTINGS"].database_url), 0, 0, Counter[str]()
    for seed in range(report.rows * TRIES):
        with at_work(app, url, Random(f"{name} {seed}")) as hands:
            what = kind(hands)
            if what is None:
                continue
            found = tampering.layers(hands, story.held)  # type: ignore[attr-defined]
        made += 1
        by.update(set(found))
        if not found:
            missed += 1
            tell(f"NOT FOUND: {name}: {what}")
        if made == report.rows:
            break
    tell(f"{name}: {made} made, {made - missed} found: " + ", ".join(f"{layer} {number}" for layer, number in sorted(by.items())))
    report.figure(f"{name}: made", made)
    report.figure(f"{name}: found", made - missed)
    for layer, number in sorted(by.items()):
        report.figure(f"{name}: found by {layer}", number)
    return missed


if __name__ == "__main__":
    measure("tampering", work, rows=100)
