"""Reads the arguments, checks everything in order, prints the page.

    verify.py BUNDLE.zip [--keys KEYS.json] [--previous CHECKPOINT.txt | EARLIER-BUNDLE.zip …]

Exit codes: 0 everything agrees, 1 content, 2 history, 3 a key or signature, 4 incomplete.
"""

import argparse
import json
import sys
import zipfile
from collections import defaultdict

from .bundle import Bundle, Keys, check_history, check_parts, check_seals
from .changes import earlier_of
from .events import Event, streams
from .proofs import Json, Note, digest, notes_in
from .report import INCOMPLETE, Report, page
from .rows import Rows, check_declaration, check_policies, check_totals
from .workbook import check_workbook
from .world import World


def verify(path: str, trusted: list[Json] | None, previous: list[str]) -> Report:
    """Check everything there is. `trusted` are the auditor's own keys, `previous` files with checkpoints, or earlier bundles."""
    report = Report()
    with report.reading("bundle", path):
        report.begin("bundle")
        bundle = Bundle(path)
        manifest = check_parts(bundle, report)
        report.begin("keys")
        keys = Keys(bundle, report, trusted)
        note = check_seals(bundle, report, keys, manifest)
        report.begin("checkpoint")
        held, bundles = _held(previous)
        earlier = [_Before(one) for one in bundles]
        check_history(bundle, report, keys, note, held)
        world, rows = World(), Rows(bundle, report)
        report.unless(
            rows.count == manifest["lines"], "register", "register.jsonl", "has another number of lines than was sealed"
        )
        report.begin("signature", "tree", "chain", "value", "register")
        for stream, chain in streams(bundle, "record.jsonl", report, keys, note):
            with report.reading("chain", stream):
                world.hear(stream, chain)
            for one in earlier:
                one.check(stream, chain, report)
        check_policies(bundle, rows, world, report)
        listed = []
        report.begin("transition", "entitlement")
        for stream, chain in streams(bundle, "declarations.jsonl", report, keys, note):
            with report.reading("register", stream):
                listed.append(check_declaration(chain, world, rows, report))
            for one in earlier:
                one.check(stream, chain, report)
            report.watch.at("Declarations", len(listed))
        for number in sorted(rows.entries.keys() - set(listed)):
            report.find("value", number, "is in the register, but its events are not in the bundle", INCOMPLETE)
        for number in sorted(rows.decisions):
            report.find("register", number, "shows decisions, but is not in the register")
        report.looked["declarations"] = len(listed)
        report.begin("totals")
        check_totals(bundle, rows, report)
        with report.reading("workbook", "register.xlsx"):
            check_workbook(bundle, rows, manifest, earlier_of(manifest, bundles), report)
    report.watch.over()
    return report


def _held(previous: list[str]) -> tuple[list[Note], list[Bundle]]:
    """The checkpoints in these files, and the earlier bundles among them."""
    held: list[Note] = []
    bundles: list[Bundle] = []
    for path in previous:
        if zipfile.is_zipfile(path):
            bundles.append(Bundle(path))
            text = bundles[-1].part("checkpoint.txt").decode()
        else:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        found = notes_in(text)
        if not found:
            raise ValueError(f"there is no checkpoint in {path}")
        held += found
    return held, bundles


class _Before:
    """What an earlier bundle held of each stream, and the size of the tree then."""

    def __init__(self, bundle: Bundle) -> None:
        [note] = notes_in(bundle.part("checkpoint.txt").decode())
        self.size = note.size
        self.streams: dict[str, list[str]] = defaultdict(list)
        for line in (one for part in ("record.jsonl", "declarations.jsonl") for one in bundle.lines(part)):
            body = json.loads(line)["body"]
            self.streams[json.loads(body)["stream"]].append(digest(body.encode()))

    def check(self, stream: str, chain: list[Event], report: Report) -> None:
        """The stream begins with what this bundle held of it, and that was all there was under its checkpoint."""
        before = self.streams.get(stream)
        if before is None:
            return
        for place, event in enumerate(chain):
            where = f"{stream}, event {place + 1}"
            if place < len(before):
                report.unless(digest(event.raw) == before[place], "chain", where, "is not what the earlier bundle held")
            else:
                report.unless(event.index >= self.size, "chain", where, "was there already, and the earlier bundle left it out")
        report.unless(len(chain) >= len(before), "chain", stream, "the earlier bundle held more events of it")


def main() -> int:
    """Read the arguments, check, print the page."""
    parser = argparse.ArgumentParser(description="Checks the bundle of a register, offline.")
    parser.add_argument("bundle", help="the zip file")
    parser.add_argument("--keys", help="the record's public keys that you hold yourself, as JSON")
    parser.add_argument("--previous", action="append", default=[], help="a checkpoint you kept (text), or an earlier bundle")
    given = parser.parse_args()
    trusted = None
    if given.keys:
        with open(given.keys, encoding="utf-8") as file:
            trusted = json.load(file)
    report = verify(given.bundle, trusted, given.previous)
    print(page(report, given.bundle))
    return report.code


def run() -> None:
    """The command."""
    sys.exit(main())
