"""Random changes of each kind are made behind the app's back: each must be found, and the layer that found it is told.

First to the database and its files, a hundred (--rows) of each kind, under `flask record verify`; then to bundles, a fifth as many
of each, under both verifiers, which must also agree.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from flask import Flask
from sqlalchemy import select

from benchmarks.measure import Report, measure, tell
from benchmarks.pages import database
from declarations.evidence.keys import Purpose, Signer, key_file
from declarations.extensions import db
from declarations.models import Register
from declarations.registers import storage
from tests.support import bundles, tampering
from tests.support.hands import at_work
from tests.support.recorded import recorded
from tests.support.story import Story
from tests.support.verifiers import first, second

TRIES = 8  # draws for each that is wanted: a change that changes nothing does not count


def work(report: Report) -> None:
    """The newest checkpoint is held as an auditor keeps it."""
    with database("sqlite") as app:
        story = recorded(app)
        missed = sum(_kind(report, app, story, name, kind) for name, kind in tampering.KINDS.items())
        missed += _bundles(report, app, max(1, report.rows // 5))
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
    _told(report, name, made, missed, by)
    return missed


def _bundles(report: Report, app: Flask, wanted: int) -> int:
    """Bundles changed on their way, and bundles that the house itself changed and sealed anew."""
    contents, signer = _made(app)
    missed = differ = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in (*bundles.BY_ANYBODY, *bundles.BY_THE_HOUSE):
            made, unseen, by = 0, 0, Counter[str]()
            for seed in range(wanted * TRIES):
                changed = bundles.tampered(contents[seed % len(contents)], name, seed, signer)
                if changed is None:
                    continue
                path = changed[0].write(Path(folder) / "bundle.zip")
                one, other = first(path), second(path)
                made, unseen, differ = made + 1, unseen + (one[0] == 0), differ + (one != other)
                by[f"{one[1]} ({one[0]})"] += 1
                if one != other or one[0] == 0:
                    tell(f"NOT FOUND, or not by both: {name}: {changed[1]}: {one}, {other}")
                if made == wanted:
                    break
            _told(report, f"bundle, {name}", made, unseen, by)
            missed += unseen
    report.figure("bundles on which the verifiers differ", differ)
    return missed


def _made(app: Flask) -> tuple[list[bytes], Signer]:
    with app.app_context():
        signer = key_file(Purpose.CHECKPOINT).signer()
        names = db.session.scalars(select(Register.bundle_stored_as).order_by(Register.id)).all()
        contents = [storage.path_of(name).read_bytes() for name in names if name]
    assert signer is not None
    return contents, signer


def _told(report: Report, name: str, made: int, missed: int, by: Counter[str]) -> None:
    tell(f"{name}: {made} made, {made - missed} found: " + ", ".join(f"{layer} {number}" for layer, number in sorted(by.items())))
    report.figure(f"{name}: made", made)
    report.figure(f"{name}: found", made - missed)
    for layer, number in sorted(by.items()):
        report.figure(f"{name}: found by {layer}", number)


if __name__ == "__main__":
    measure("tampering", work, rows=100)
