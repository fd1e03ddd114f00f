"""Events one by one: each is signed, lies under the checkpoint, follows the one before it, and its open values are those it recorded."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .bundle import Bundle, Keys
from .proofs import Json, Note, b64, digest, included, moment_of, parsed
from .report import Report


@dataclass
class Event:
    body: Json
    raw: bytes
    index: int
    later: bool
    values: Json

    @property
    def at(self) -> datetime:
        return moment_of(self.body["at"])

    @property
    def action(self) -> str:
        return str(self.body["action"]).partition(":")[2]


def streams(bundle: Bundle, part: str, report: Report, keys: Keys, note: Note) -> Iterator[tuple[str, list[Event]]]:
    """Stream by stream, once signature, place, chain and commitments of every event were checked."""
    seen: set[str] = set()
    stream, chain = "", list[Event]()
    for number, line in enumerate(bundle.lines(part), 1):
        try:
            event = check_event(json.loads(line), report, keys, note)
        except Exception as problem:  # whatever somebody may have put there
            report.unreadable("chain", f"{part}, line {number}", problem)
            continue
        if event.body["stream"] != stream:
            if chain:
                yield stream, chain
            stream, chain = event.body["stream"], []
            report.unless(stream not in seen, "chain", stream, "stands in two places")
            seen.add(stream)
        where = f"{stream}, event {event.body['sequence']}"
        before = digest(chain[-1].raw) if chain else "0" * 64
        due = chain[-1].body["sequence"] + 1 if chain else 1
        report.unless(event.body["sequence"] == due, "chain", where, f"stands where event {due} should")
        report.unless(event.body["previous"] == before, "chain", where, "does not follow the event before it")
        if chain:
            report.unless(event.index > chain[-1].index, "chain", where, "came into the tree before the event before it")
            report.unless(event.later or not chain[-1].later, "chain", where, "is said to be earlier than the one before it")
        chain.append(event)
    if chain:
        yield stream, chain


def check_event(line: Json, report: Report, keys: Keys, note: Note) -> Event:
    """One event by itself."""
    raw = line["body"].encode()
    body: Json = parsed(raw)
    where = f"{body['stream']}, event {body['sequence']}"
    signature, key = b64(line["signature"]), keys.by_id.get(line["key"])
    if key is None or key.purpose != "event":
        report.find("signature", where, f"is signed by {line['key']}, which is no trusted event key")
    elif not key.good_at(moment_of(body["at"])):
        report.find("signature", where, f"is signed by {line['key']}, which was not in use then")
    elif not key.signed(signature, raw):
        report.find("signature", where, "its signature is not one of what it says")
    leaf = hashlib.sha256(b"\x00" + signature + raw).digest()
    proof = [b64(one) for one in line["proof"]]
    report.unless(included(leaf, line["index"], note.size, proof, note.root), "tree", where, "is not under the checkpoint")
    values = {}
    for name, told in line["values"].items():
        commitment = digest(bytes.fromhex(told["salt"]) + told["value"].encode())
        good = commitment == body["commitments"].get(name)
        report.unless(good, "value", where, f"its {name} is not what was recorded")
        values[name] = parsed(told["value"])
    report.looked["events"] += 1
    report.looked["values"] += len(values)
    return Event(body, raw, line["index"], bool(line.get("later")), values)
