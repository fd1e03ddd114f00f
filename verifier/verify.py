#!/usr/bin/env python3
"""Checks the bundle of a register offline, trusting nobody: neither the program that made it nor whoever runs it.

    python verify.py BUNDLE.zip [--keys KEYS.json] [--previous CHECKPOINT.txt | EARLIER-BUNDLE.zip …]

FORMAT.md says what is checked and why; this is one program that does. It needs the packages `cryptography` and `rfc8785`, and
openpyxl to look into the workbook. Exit codes: 0 everything agrees, 1 content, 2 history, 3 a key or signature, 4 incomplete.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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
}
REQUIRED = {
    "register.xlsx", "register.jsonl", "declarations.jsonl", "record.jsonl", "checkpoint.txt", "checkpoints.jsonl", "keys.json",
    "policies.json", "totals.json", "words.json", "read-me.txt", "manifest.json", "manifest.sig",
}  # fmt: skip
RECEIPT = {"receipt.json", "receipt.sig"}
SLACK = timedelta(minutes=5)
MALFORMED = (
    AttributeError,
    ArithmeticError,
    IndexError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
    rfc8785.CanonicalizationError,
)
Json = dict[str, Any]

WAITING = ("with_manager", "with_compliance", "with_executive")
SETTLED = ("recorded", "approved", "approved_with_conditions")
REVIEWERS = {"with_manager": ("manager",), "with_compliance": ("compliance_officer",)}
REVIEWERS["with_executive"] = ("executive_reviewer", "compliance_officer")
REVIEW = {"with_manager": "manager", "with_compliance": "compliance", "with_executive": "executive"}
SAME = ("same",)
Rule = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # from, to, by whom; "reviewer" is whose turn it is
RULES: dict[str, tuple[Rule, ...]] = {
    "filed": ((("draft",), (*WAITING, "recorded"), ("declarant",)),),
    "imported": ((("draft",), ("recorded",), ("compliance_officer", "clock")),),
    "approved": tuple((WAITING[n : n + 1], (*WAITING[n + 1 :], *SETTLED[1:]), ("reviewer",)) for n in range(3)),
    "approved_with_conditions": tuple((WAITING[n : n + 1], (*WAITING[n + 1 :], SETTLED[2]), ("reviewer",)) for n in range(3)),
    "refused": ((WAITING, ("refused",), ("reviewer",)),),
    "sent_back": ((WAITING, ("sent_back",), ("reviewer",)),),
    "advised": ((WAITING, ("recorded",), ("reviewer",)),),
    "approval_requested": ((WAITING, SAME, ("reviewer", "declarant")),),
    "answered": ((("sent_back",), WAITING, ("declarant",)),),
    "corrected": (
        ((*WAITING, *SETTLED), (*WAITING, *SETTLED), ("declarant",)),
        (("sent_back",), WAITING, ("declarant",)),
        (("refused", "ended"), SAME, ("declarant",)),
    ),
    "withdrawn": (((*WAITING, *SETTLED, "sent_back"), ("withdrawn",), ("declarant",)),),
    "escalated": (
        (WAITING[:1], WAITING[1:], ("reviewer", "clock")),
        (WAITING[1:2], WAITING[2:], ("reviewer", "clock")),
        (SETTLED, WAITING[1:], ("compliance_officer",)),
    ),
    "reassigned": ((WAITING, SAME, ("compliance_officer",)),),
    "reminded": (((*WAITING, "sent_back"), SAME, ("clock",)),),
    "condition_met": (((SETTLED[2],), SAME, ("declarant",)),),
    "ended": ((SETTLED, ("ended",), ("declarant", "compliance_officer")),),
}
DECISIONS = {
    "approved": "approve", "approved_with_conditions": "approve_with_conditions", "refused": "refuse", "sent_back": "send_back",
    "escalated": "escalate", "approval_requested": "request_approval", "advised": "advise",
}  # fmt: skip
OUTCOMES = {0: "no_declaration", 1: "record", 2: "manager", 3: "compliance", 4: "executive", 5: "prohibited", 9: "invalid"}


class Report:
    """What was found and what was looked at, told at the end on one page."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int, str, str]] = []
        self.looked: Counter[str] = Counter()
        self.notes: list[str] = []

    def find(self, layer: str, where: str, what: str, code: int | None = None) -> None:
        self.found.append((layer, LAYERS[layer][0] if code is None else code, where, what))

    def unless(self, holds: bool, layer: str, where: str, what: str, code: int | None = None) -> None:
        if not holds:
            self.find(layer, where, what, code)

    @contextmanager
    def reading(self, layer: str, where: str) -> Iterator[None]:
        """What cannot be read is a finding, never a crash."""
        try:
            yield
        except MALFORMED as problem:
            self.find(layer, where, f"cannot be read ({type(problem).__name__}: {problem})", INCOMPLETE)

    @property
    def code(self) -> int:
        order = list(LAYERS)
        return min(self.found, key=lambda one: order.index(one[0]), default=("", OK))[1]


# --- hashes, proofs, signatures ---------------------------------------------------------------------------------------


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    fn, sn, reached = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            reached = node(sibling, reached)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            reached = node(reached, sibling)
        fn, sn = fn >> 1, sn >> 1
    return 0 <= index < size and sn == 0 and reached == root


def continues(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: the tree of `new` leaves begins with that of `old`."""
    if not 0 < old < new:
        return old == new and old_root == new_root and not proof
    path = proof if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            before, after = node(sibling, before), node(sibling, after)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node(after, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (before, after) == (old_root, new_root)


def b64(text: str | bytes) -> bytes:
    return base64.b64decode(text, validate=True)


@dataclass(frozen=True)
class Key:
    public: bytes
    purpose: str
    valid_from: str | None
    valid_to: str | None
    ended: str | None

    def signed(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def good_at(self, moment: datetime) -> bool:
        begins, ends = (moment_of(text) if text else None for text in (self.valid_from, self.valid_to))
        return (begins is None or moment >= begins - SLACK) and (ends is None or moment <= ends + SLACK)


@dataclass(frozen=True)
class Note:
    """A signed checkpoint."""

    origin: str
    size: int
    root: bytes
    text: str

    def signed_by(self, key: Key) -> bool:
        said, _, lines = self.text.rpartition("\n\n")
        hint = hashlib.sha256(self.origin.encode() + b"\n\x01" + key.public).digest()[:4]
        for line in lines.splitlines():
            dash, name, blob = line.split(" ")
            content = b64(blob)
            if (dash, name, content[:4]) == ("—", self.origin, hint) and key.signed(content[4:], (said + "\n").encode()):
                return True
        return False


NOTE = re.compile(r"^(\S+)\n([0-9]+)\n([A-Za-z0-9+/=]{44})\n\n(?:— \S+ [A-Za-z0-9+/=]+\n)+", re.MULTILINE)


def notes_in(text: str) -> list[Note]:
    found = NOTE.finditer(text.replace("\r\n", "\n"))
    return [Note(one[1], int(one[2]), b64(one[3]), one[0]) for one in found]


def moment_of(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parsed(text: str | bytes) -> Any:
    """JSON that is written in the one way RFC 8785 allows. Raises ValueError."""
    content = json.loads(text)
    if rfc8785.dumps(content) != (text.encode() if isinstance(text, str) else text):
        raise ValueError("is not written in the canonical way")
    return content


# --- the zip ------------------------------------------------------------------------------------------------------------


class Bundle:
    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)
        self.names = self.zip.namelist()

    def bytes(self, name: str) -> bytes:
        return self.zip.read(name)

    def lines(self, name: str) -> Iterator[bytes]:
        with self.zip.open(name) as part:
            yield from part

    def json(self, name: str) -> Any:
        return parsed(self.bytes(name))


def check_parts(bundle: Bundle, report: Report) -> Json:
    """The manifest, once every part was held against it."""
    for name, times in Counter(bundle.names).items():
        report.unless(times == 1, "bundle", name, "is there more than once", INCOMPLETE)
    manifest: Json = bundle.json("manifest.json")
    listed = {part["name"]: part for part in manifest["parts"]}
    there = set(bundle.names) - {"manifest.json", "manifest.sig"} - RECEIPT
    report.unless(manifest["format"] == "aboveboard bundle 1", "bundle", "manifest.json", "is of another format", INCOMPLETE)
    for name in sorted((REQUIRED - {"manifest.json", "manifest.sig"} | set(listed)) - there):
        report.find("bundle", name, "is missing", INCOMPLETE)
    for name in sorted(there - set(listed)):
        report.find("bundle", name, "is not named in the manifest", INCOMPLETE)
    for name in sorted(there & set(listed)):
        with bundle.zip.open(name) as part:
            same = hashlib.file_digest(part, "sha256").hexdigest() == listed[name]["sha256"]  # type: ignore[arg-type]
        same &= bundle.zip.getinfo(name).file_size == listed[name]["size"]
        report.unless(same, "bundle", name, "is not what was sealed: it was changed after the bundle was made")
        report.looked["parts"] += 1
    return manifest


class Keys:
    """The keys of the record: those in the bundle, as far as they are trusted."""

    def __init__(self, bundle: Bundle, report: Report, trusted: list[Json] | None) -> None:
        self.by_id: dict[str, Key] = {}
        fields = ("purpose", "valid_from", "valid_to", "ended")
        for told in bundle.json("keys.json"):
            public = bytes.fromhex(told["public"])
            report.unless(digest(public)[:16] == told["id"], "keys", f"key {told['id']}", "does not have its name")
            self.by_id[told["id"]] = Key(public, *(told[name] for name in fields))
        self._said = {"keys": dict[str, Json]()}
        good = None if trusted is None else {(one["purpose"], one["public"]) for one in trusted}
        self._replay(bundle, good)
        self._compare(report)
        if good is None:
            report.notes.append(
                "The public keys were taken from the bundle itself, since none were given with --keys. So this shows that the bundle "
                "agrees with itself, not who made it. Compare these with the copy you have on paper:"
            )
            report.notes += [f"  {key.purpose:<10} {key.public.hex()}" for key in self.by_id.values()]
        else:
            for name, key in list(self.by_id.items()):
                if (key.purpose, key.public.hex()) not in good:
                    report.find("keys", f"key {name}", "is not among the keys you gave, and none of those vouches for it")
                    del self.by_id[name]

    def _replay(self, bundle: Bundle, good: set[tuple[str, str]] | None) -> None:
        said = self._said["keys"]
        for line in bundle.lines("record.jsonl"):
            if rb"\"stream\":\"record\"" not in line:
                continue
            event = json.loads(line)
            body = json.loads(event["body"])
            public, action, at = body["public"], body["action"].removeprefix("record:"), body["at"]
            if action in ("key_introduced", "signed_from", "key_changed", "key_lost"):
                begins = None if action in ("key_introduced", "signed_from") else at
                new = {
                    "public": public["public"],
                    "purpose": public["purpose"],
                    "valid_from": begins,
                    "valid_to": None,
                    "ended": None,
                }
                said.setdefault(public["key"], new)
            if action == "key_lost":
                for gone in public["replaces"].split():
                    said.get(gone, {}).update(valid_to=at, ended="lost")
            elif action == "key_retired":
                said.get(public["key"], {}).update(valid_to=at, ended="rotated")
            signer = self.by_id.get(event["key"])
            if good and action == "key_changed" and signer and ("event", signer.public.hex()) in good:
                if signer.signed(b64(event["signature"]), event["body"].encode()):
                    good.add((public["purpose"], public["public"]))

    def _compare(self, report: Report) -> None:
        said = self._said["keys"]
        for name, key in self.by_id.items():
            told = said.get(name)
            if told is None:
                report.find("keys", f"key {name}", "is named by no event of the record")
                continue
            for column in ("purpose", "valid_from", "valid_to", "ended"):
                report.unless(getattr(key, column) == told[column], "keys", f"key {name}", f"the record says another {column}")
            report.unless(key.public.hex() == told["public"], "keys", f"key {name}", "the record names other bytes")
        for name in sorted(said.keys() - self.by_id.keys()):
            report.find("keys", f"key {name}", "is in the record, but not in the bundle", INCOMPLETE)

    def of(self, purpose: str) -> list[Key]:
        return [key for key in self.by_id.values() if key.purpose == purpose]


def check_seals(bundle: Bundle, report: Report, keys: Keys, manifest: Json) -> Note:
    """The signatures of manifest and receipt; returns the checkpoint, its own checked too."""
    sealed = bundle.bytes("manifest.json")
    signature = b64(bundle.bytes("manifest.sig"))
    signer = keys.by_id.get(manifest["key"])
    good = signer is not None and signer.purpose == "checkpoint"
    good = good and signer.signed(signature, b"aboveboard bundle 1\n" + sealed)  # type: ignore[union-attr]
    report.unless(good, "keys", "manifest.json", "is not signed by a trusted checkpoint key")
    if set(bundle.names) & RECEIPT:
        receipt = bundle.json("receipt.json")
        signer = keys.by_id.get(receipt["key"])
        message = b"aboveboard receipt 1\n" + bundle.bytes("receipt.json")
        good = signer is not None and signer.purpose == "event" and signer.signed(b64(bundle.bytes("receipt.sig")), message)
        report.unless(good, "keys", "receipt.json", "is not signed by a trusted event key")
        report.unless(receipt["manifest"] == digest(sealed), "keys", "receipt.json", "is the receipt of another bundle")
        by = receipt["taken_by"]
        report.notes.append(f"This copy was taken by {by['name']} ({by['number']}) at {receipt['taken_at']}.")
    else:
        report.notes.append("This copy has no receipt: nobody is recorded as having taken it.")
    [note] = notes_in(bundle.bytes("checkpoint.txt").decode())
    report.unless(
        any(note.signed_by(key) for key in keys.of("checkpoint")), "keys", "checkpoint.txt", "is not signed by a trusted key"
    )
    said = {"origin": note.origin, "root": note.root.hex(), "size": note.size}
    report.unless(said == manifest["checkpoint"], "checkpoint", "checkpoint.txt", "is not the checkpoint the manifest names")
    return note


def check_history(bundle: Bundle, report: Report, keys: Keys, note: Note, previous: list[Note]) -> None:
    """This checkpoint continues those before it, and the one the auditor kept."""
    proved: dict[tuple[str, int], Note] = {(note.origin, note.size): note}
    for line in bundle.lines("checkpoints.jsonl"):
        told = json.loads(line)
        [one] = notes_in(told["note"])
        where = f"checkpoint {one.origin} over {one.size}"
        report.unless(any(one.signed_by(key) for key in keys.of("checkpoint")), "keys", where, "is not signed by a trusted key")
        if continues(one.size, one.root, note.size, note.root, [b64(hash_) for hash_ in told["consistency"]]):
            proved[one.origin, one.size] = one
        else:
            report.find("checkpoint", where, "is not continued by this bundle's: what lay under it was changed or removed")
        report.looked["checkpoints"] += 1
    for one in previous:
        where = f"your checkpoint {one.origin} over {one.size}"
        report.unless(any(one.signed_by(key) for key in keys.of("checkpoint")), "keys", where, "is not signed by a trusted key")
        mine = proved.get((one.origin, one.size))
        if mine is not None:
            report.unless(
                mine.root == one.root, "checkpoint", where, "is over another tree: history was rewritten since you got it"
            )
        elif one.size > note.size and one.origin == note.origin:
            report.find("checkpoint", where, "is newer than this bundle; check a newer bundle against it", INCOMPLETE)
        else:
            report.find("checkpoint", where, "is not among those this bundle proves; ask for a proof of it", INCOMPLETE)
    if previous:
        report.notes.append(f"Checkpoints of your own that this bundle was held against: {len(previous)}.")
    else:
        report.notes.append(
            "No checkpoint of your own was given (--previous), so nothing shows that history is what it was last time."
        )


# --- events -------------------------------------------------------------------------------------------------------------


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
        event = None
        with report.reading("chain", f"{part}, line {number}"):
            event = check_event(json.loads(line), report, keys, note)
        if event is None:
            continue
        if event.body["stream"] != stream:
            if chain:
                yield stream, chain
            stream, chain = event.body["stream"], []
            report.unless(stream not in seen, "chain", stream, "stands in two places")
            seen.add(stream)
        where = f"{stream}, event {event.body['sequence']}"
        before = digest(chain[-1].raw) if chain else "0" * 64
        report.unless(event.body["sequence"] == len(chain) + 1, "chain", where, f"stands where event {len(chain) + 1} should")
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


# --- who was entitled ---------------------------------------------------------------------------------------------------


@dataclass
class Grant:
    role: str
    company: str
    begins: datetime
    ends: datetime | None = None


@dataclass
class Person:
    name: str | None = None
    number: str | None = None
    managers: list[tuple[datetime, int | None]] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    away: dict[int, Json] = field(default_factory=dict)


@dataclass
class Company:
    key: str
    facts: Json
    parents: list[tuple[datetime, str | None]]


class World:
    """People, companies, counterparties and policies as the record tells them."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.companies: dict[int, Company] = {}
        self.firms: dict[int, Json] = {}
        self.groups: dict[int, str] = {}
        self.published: dict[str, Json] = {}

    def hear(self, stream: str, chain: list[Event]) -> None:
        """One whole stream."""
        family = stream.partition("/")[0]
        hear = {"person": self._person, "company": self._company, "counterparty": self._firm}.get(family)
        if hear is not None:
            hear(chain)
        elif family == "counterparty_group":
            for event in chain:
                if "name" in event.values:
                    self.groups[event.body["public"]["id"]] = event.values["name"]
        elif family == "policy":
            self.published |= {e.body["policy"]: e.body["public"] for e in chain if e.action == "published"}

    def _person(self, chain: list[Event]) -> None:
        number = chain[0].body["public"].get("id")
        person = self.people.setdefault(number, Person())
        for event in chain:
            public, at = event.body["public"], event.at
            told = event.values.get("person", event.values.get("facts", {}))
            person.name, person.number = told.get("name", person.name), told.get("number", person.number)
            match event.body["action"]:
                case "person:added":
                    person.managers.append((at, public["manager"]))
                case "person:manager_changed":
                    person.managers.append((at, public["to"]))
                case "person:role_granted":
                    person.grants.append(Grant(public["role"], public["company"], at))
                case "person:role_revoked":
                    for grant in person.grants:
                        if grant.ends is None and (grant.role, grant.company) == (public["role"], public["company"]):
                            grant.ends = at
                case "delegation:set":
                    person.away[public["delegation"]] = {**public, "ended": None}
                case "delegation:ended":
                    person.away[public["delegation"]]["ended"] = at

    def _company(self, chain: list[Event]) -> None:
        for event in chain:
            public, number = event.body["public"], event.body["company"]
            if event.action == "added":
                self.companies[number] = Company(public["key"], dict(public), [(event.at, public["parent"])])
            elif event.action == "moved":
                self.companies[number].parents.append((event.at, public["to"]))
            elif event.action == "changed" and not event.later:
                self.companies[number].facts |= public

    def _firm(self, chain: list[Event]) -> None:
        firm = self.firms.setdefault(chain[0].body["public"].get("id"), {})
        for event in (one for one in chain if not one.later):
            firm |= {name: event.values[name] for name in ("name", "registered_number") if name in event.values}
            firm["group"] = event.body["public"].get("group", firm.get("group"))

    def above(self, person: int, at: datetime, slack: timedelta = SLACK) -> set[int]:
        """Everybody above in the line at that moment, give or take `slack`."""
        found: set[int] = set()
        ahead = [person]
        while ahead:
            for manager in _around(self.people.get(ahead.pop(), Person()).managers, at, slack):
                if manager is not None and manager not in found and manager != person:
                    found.add(manager)
                    ahead.append(manager)
        return found

    def holds(self, person: int, role: str, company: int, at: datetime) -> bool:
        """Did they hold the role for the company or one above it?"""
        by_key = {one.key: one for one in self.companies.values()}
        keys, ahead = set[str](), [self.companies[company].key]
        while ahead:
            keys.add(key := ahead.pop())
            ahead += [one for one in _around(by_key[key].parents, at, SLACK) if one is not None and one not in keys]
        return any(
            grant.role == role
            and grant.company in keys
            and grant.begins - SLACK <= at
            and (not grant.ends or at <= grant.ends + SLACK)
            for grant in self.people.get(person, Person()).grants
        )

    def stands_in(self, substitute: int, principal: int, at: datetime) -> bool:
        """Was one entitled to decide for the other, on that day in any time zone?"""
        first, last = (at - timedelta(hours=12)).date(), (at + timedelta(hours=14)).date()
        return any(
            one["substitute"] == substitute
            and date.fromisoformat(one["first_on"]) <= last
            and date.fromisoformat(one["last_on"]) >= first
            and (one["ended"] is None or at <= one["ended"] + SLACK)
            for one in self.people.get(principal, Person()).away.values()
        )


def _around(told: list[tuple[datetime, Any]], at: datetime, slack: timedelta) -> set[Any]:
    """What held at any moment from `slack` before to `slack` after."""
    before = [value for since, value in told if since <= at - slack][-1:]
    return {*before, *(value for since, value in told if at - slack < since <= at + slack)}


def check_story(chain: list[Event], declarant: int | None, world: World, report: Report) -> None:
    """One declaration: what happened could happen, and whoever did it was entitled to."""
    state, turn, given = "draft", Json(), dict[int, datetime]()
    decided: dict[int, set[str]] = defaultdict(set)  # by whom, in which reviews
    for event in chain:
        body, public = event.body, event.body["public"]
        where, role, source = f"{public['number']}, event {body['sequence']}", body["role"], body["from"]
        report.unless(source == state, "transition", where, f"begins at {source}, but it stood at {state}")
        rules = [rule for rule in RULES.get(event.action, ()) if source in rule[0]]
        rule = rules[0] if rules else ((), (), ())
        to = (source,) if rule[1] == SAME else rule[1]
        report.unless(body["to"] in to, "transition", where, f"{event.action} does not lead from {source} to {body['to']}")
        in_turn = "reviewer" in rule[2] and role in REVIEWERS.get(source, ())
        report.unless(in_turn or role in rule[2], "entitlement", where, f"{event.action} is not for a {role} to do")
        people = [person for person in (body["actor"], body["for"]) if person is not None]
        for person in people:
            report.unless(person in world.people, "value", where, f"nothing is told of person {person}", INCOMPLETE)
        if role == "clock":
            report.unless(not people, "entitlement", where, "is said to be the clock's, but names a person")
        elif role == "declarant":
            report.unless(people == [declarant], "entitlement", where, "was not done by whoever declared it")
        else:
            for problem in _against(event, source, in_turn, turn, given, declarant, world, decided):
                report.find("entitlement", where, problem)
        if public.get("review"):
            for person in people:
                decided[person].add(public["review"])
        state, turn = body["to"], public
        holder = public.get("assigned_for") or public.get("assignee")
        if holder is not None:
            given.setdefault(holder, event.at)
        report.looked["acts"] += 1


def _against(
    event: Event, source: str, in_turn: bool, turn: Json, given: dict[int, datetime], declarant: int | None, world: World,
    decided: dict[int, set[str]],
) -> Iterator[str]:  # fmt: skip
    """Why whoever acted as a reviewer or officer was not entitled to."""
    body, at, role = event.body, event.at, event.body["role"]
    actor, principal = body["actor"], body["for"] if body["for"] is not None else body["actor"]
    if actor is None:
        yield f"is said to be a {role}'s, but names nobody"
        return
    if in_turn:
        holder = turn.get("assigned_for") or turn.get("assignee")
        if holder is not None and principal != holder:
            yield "was done by somebody whose turn it was not"
        for person in {actor, principal}:
            if decided[person] - {REVIEW[source]}:
                yield f"person {person} had decided on it before, in another review"
    if principal != actor and not world.stands_in(actor, principal, at):
        yield f"person {actor} did not stand in for person {principal} that day"
    if role == "manager":
        line = world.above(declarant or 0, at) | world.above(declarant or 0, given.get(principal, at))
        if principal not in line:
            yield f"person {principal} was no manager of whoever declared it"
    elif not world.holds(principal, role, body["company"], at):
        yield f"person {principal} was not {role} for this company then"
    if event.action != "imported":
        if declarant in (actor, principal):
            yield "whoever declared it decided it"
        if all(declarant in world.above(actor, at + shift, timedelta(0)) for shift in (-SLACK, timedelta(0), SLACK)):
            yield f"person {actor} reported to whoever declared it"


# --- rows ---------------------------------------------------------------------------------------------------------------


class Rows:
    """register.jsonl, by declaration."""

    def __init__(self, bundle: Bundle, report: Report) -> None:
        self.entries: dict[str, bytes] = {}
        self.decisions: dict[str, list[bytes]] = defaultdict(list)
        self.count = 0
        for line in bundle.lines("register.jsonl"):
            self.count += 1
            with report.reading("register", f"register.jsonl, line {self.count}"):
                row = parsed(line.removesuffix(b"\n"))
                if row["sheet"] == "decision":
                    self.decisions[row["number"]].append(line)
                    continue
                report.unless(row["number"] not in self.entries, "register", row["number"], "is listed twice")
                self.entries[row["number"]] = line


def money(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None or currency is None else f"{currency} {minor}"


def second(moment: str | None) -> str | None:
    return f"{moment[:19]}Z" if moment else None


def clauses(findings: list[Json]) -> str:
    return "; ".join(dict.fromkeys(f"{one['document']} {one['clause']}" for one in findings))


def sentences(findings: list[Json]) -> str:
    def said(table: Json | None) -> str:
        return str(table.get("en") or next(iter(table.values()))) if table else ""

    return "\n".join(f"{one['clause']}: {said(one['sentence'])}" for one in findings)


class Declaration:
    """What the events of one declaration say its rows are."""

    def __init__(self, chain: list[Event], world: World) -> None:
        self.chain = [event for event in chain if not event.later]
        self.world, self.last = world, self.chain[-1]
        self.row: Json = self.last.values["row"]
        self.filings: dict[int, Json] = {}
        for event in self.chain:
            if "facts" in event.body["commitments"]:
                self.filings[event.body["public"]["filing"]] = event.values
        self.reviews = [event for event in self.chain if event.body["public"].get("review")]

    def name(self, person: int | None) -> str | None:
        return None if person is None else self.world.people[person].name

    def entry(self) -> Json:
        row, filing = self.row, self.filings[self.row["filing"]]
        org, answers, assessment = filing["organisation"], filing["answers"], filing["assessment"]
        findings, done = assessment.get("findings") or [], assessment.get("conversion")
        foreign = done if done and done["source"]["currency"] != done["result"]["currency"] else {}
        firm = self.world.firms.get(row["counterparty_id"], {})
        decided = self.reviews[-1].body if self.reviews else {}
        top = next(one.facts["currency"] for _, one in sorted(self.world.companies.items()) if one.parents[-1][1] is None)
        same = (
            "number", "kind", "direction", "title", "country", "officials", "occurred_on", "currency", "heads", "base_currency", "value_basis",
            "disposition", "state", "timing", "days_late", "due_on", "filing",
        )  # fmt: skip

        def answer(*names: str) -> Any:
            return next(filter(None, (answers.get(name) for name in names)), None)

        return {name: row[name] for name in same} | {
            "sheet": row["kind"],
            "until": row["ends_on"],
            "class": row["counterparty_class"],
            "taken_over_from": row["imported_from"],
            "record_entry": row["version"],
            "record_digest": digest(self.last.raw),
            "filed_at": second(row["filed_at"]),
            "company": self.world.companies[row["company_id"]].facts["name"],
            "declarant_number": org["number"],
            "declarant": org["name"],
            "unit": org["unit"],
            "manager": org["manager"],
            "prepared_by": self.name(row["prepared_by_id"]),
            "counterparty": firm.get("name"),
            "registered_number": firm.get("registered_number"),
            "group": self.world.groups.get(firm.get("group", 0)),
            "value": money(row["value_minor"], row["currency"]),
            "share": money(row["share_minor"], row["currency"]),
            "share_base": money(row["base_minor"], row["base_currency"]),
            "share_group": money(row["group_minor"], top),
            "outcome": OUTCOMES[row["outcome"]],
            "purpose": answer("purpose", "proposal", "cause", "occasion", "part"),
            "people": answer("received_by", "present", "traveller", "family_who", "relation_who"),
            "note": answer("note"),
            "method": answer("method"),
            "rate": foreign.get("rate"),
            "rate_on": foreign.get("rate_on"),
            "policy_value": money(done["result"]["minor"], done["result"]["currency"]) if done else None,
            "policy": assessment["policy_digest"],
            "clauses": clauses(findings),
            "findings": sentences(findings),
            "decided_by": self.name(decided.get("actor")),
            "decided_as": decided.get("role"),
            "decided_for": self.name(decided.get("for")),
            "decided_at": second(decided.get("at")),
            "conditions_met": f"{self._met}/{len(self._conditions)}" if self._conditions else None,
        }

    @property
    def _conditions(self) -> list[Json]:
        return [one for event in self.reviews for one in event.values.get("conditions", ())]

    @property
    def _met(self) -> int:
        return sum(event.action == "condition_met" for event in self.chain)

    def conditions_fit(self, told: str) -> bool:
        """Does the text name these conditions, as many of them met as there are events that say so?"""
        each = (re.escape(f"{one['due_on']}: {one['text']} ") + r"\((met \d{4}-\d\d-\d\d|open)\)" for one in self._conditions)
        found = re.fullmatch("\n".join(each), told)
        return found is not None and sum(one.startswith("met") for one in found.groups()) == self._met

    def decision(self, event: Event) -> Json:
        body, row = event.body, self.row
        assessment = self.filings[body["public"]["filing"]].get("assessment", {})
        findings = assessment.get("findings") or []
        return {
            "sheet": "decision",
            "number": row["number"],
            "company": self.world.companies[row["company_id"]].facts["name"],
            "kind": row["kind"],
            "declarant": self.name(row["declarant_id"]),
            "review": body["public"]["review"],
            "decision": DECISIONS[event.action],
            "decided_by": self.name(body["actor"]),
            "decider_number": self.world.people[body["actor"]].number,
            "decided_as": body["role"],
            "decided_for": self.name(body["for"]),
            "decided_at": second(body["at"]),
            "filing": body["public"]["filing"],
            "outcome": OUTCOMES[assessment["outcome"]] if "outcome" in assessment else None,
            "clauses": clauses(findings),
            "findings": sentences(findings),
            "reason": event.values.get("reason"),
            "conditions": "\n".join(f"{one['due_on']}: {one['text']}" for one in event.values.get("conditions", ())),
            "policy": body["policy"],
            "seen": body["seen"],
            "record_entry": body["sequence"],
            "record_digest": digest(event.raw),
        }


def compare(where: str, told: Json, due: Json, report: Report, elsewhere: tuple[str, ...]) -> None:
    """A row against what the events say it is; `elsewhere` are columns that are checked in another way."""
    for key in sorted({*told, *due}):
        if key in elsewhere or key.startswith("asked_"):
            continue
        report.unless(
            (told.get(key) or None) == (due.get(key) or None), "register", where, f"its {key} is not what the record says"
        )


def check_declaration(chain: list[Event], world: World, rows: Rows, report: Report) -> str | None:
    """One declaration with its rows; returns its number."""
    number: str = chain[0].body["public"]["number"]
    line = rows.entries.get(number)
    if line is None:
        report.find("register", number, "has events, but is not in the register")
        return None
    told = json.loads(line)
    seen = [event for event in chain if not event.later]
    report.unless(len(seen) >= told["record_entry"], "value", number, "its latest events are missing", INCOMPLETE)
    report.unless(
        len(seen) <= told["record_entry"], "register", number, "there are events that the register should show and does not"
    )
    row = seen[-1].values.get("row") if seen else None
    check_story(chain, row["declarant_id"] if row else None, world, report)
    report.looked["later"] += len(chain) - len(seen)
    if row is None:
        report.find("value", number, "its row was not opened, or is erased", INCOMPLETE)
        return number
    state = seen[-1].body["to"]
    report.unless(row["state"] == state, "transition", number, f"its row says {row['state']}, its events led to {state}")
    with report.reading("value", number):
        it = Declaration(chain, world)
        for name in ("organisation", "answers", "assessment"):
            report.unless(name in it.filings[row["filing"]], "value", number, f"its {name} is not there", INCOMPLETE)
        compare(number, told, it.entry(), report, ("conditions", "figures"))
        report.unless(
            it.conditions_fit(told.get("conditions", "")), "register", number, "its conditions are not what the record says"
        )
        decisions = [json.loads(one) for one in rows.decisions.pop(number, ())]
        report.unless(
            len(decisions) == len(it.reviews), "register", number, f"shows {len(decisions)} decisions of {len(it.reviews)}"
        )
        for event, decision in zip(it.reviews, decisions, strict=False):
            where = f"{number}, decision {event.body['sequence']}"
            compare(where, decision, it.decision(event), report, ("figures", "would_change"))
    return number


def check_policies(bundle: Bundle, rows: Rows, world: World, report: Report) -> None:
    """Every policy that was pinned consists of documents that are here."""
    known = set()
    for told in bundle.json("policies.json"):
        content = json.dumps([told["documents"], told["replaced"]], ensure_ascii=False, separators=(",", ":")).encode()
        report.unless(
            digest(content) == told["digest"], "value", f"policy {told['digest'][:12]}", "does not consist of these documents"
        )
        known.add(told["digest"])
        for key, name in told["documents"]:
            where = f"policy document {key} {name[:12]}"
            if not {f"policies/{name}.json", f"policies/{name}.toml"} <= set(bundle.names):
                report.find("value", where, "is not there", INCOMPLETE)
                continue
            report.unless(digest(bundle.bytes(f"policies/{name}.json")) == name, "value", where, "is not what was pinned")
            written = world.published.get(name, {}).get("text_sha256")
            text = digest(bundle.bytes(f"policies/{name}.toml"))
            report.unless(written in (None, text), "value", where, "its text is not the one that was published")
    for line in (*rows.entries.values(), *(one for some in rows.decisions.values() for one in some)):
        pinned = json.loads(line).get("policy")
        if pinned is not None and pinned not in known:
            known.add(pinned)
            report.find("value", f"policy {pinned[:12]}", "is pinned, but not explained", INCOMPLETE)


# --- workbook and totals ------------------------------------------------------------------------------------------------


def summed(rows: Rows) -> dict[tuple[Any, ...], list[int]]:
    """The entries added up by company, kind, state and currencies."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
    for line in rows.entries.values():
        row = json.loads(line)
        line_ = sums[tuple(row.get(key) for key in ("company", "kind", "state", "currency", "base_currency"))]
        amounts = [int(row[key].split(" ")[1]) if key in row else 0 for key in ("value", "share", "share_base")]
        for place, more in enumerate((1, "value" not in row, *amounts)):
            line_[place] += more
    return sums


def check_totals(bundle: Bundle, rows: Rows, report: Report) -> None:
    sums = summed(rows)
    for told in bundle.json("totals.json"):
        key = tuple(told[name] for name in ("company", "kind", "state", "currency", "base_currency"))
        amounts = [told[name] for name in ("entries", "without_value", "value_minor", "share_minor", "base_minor")]
        report.unless(sums.pop(key, None) == amounts, "totals", " ".join(map(str, key)), "is not the sum of its rows")
        report.looked["totals"] += 1
    for key in sums:
        report.find("totals", " ".join(map(str, key)), "is not in the totals")


def check_workbook(bundle: Bundle, rows: Rows, report: Report) -> None:
    """Every cell of the sheets with rows, of the totals, and the digest on the sheet of integrity."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        report.notes.append(
            "The workbook's cells were NOT compared with the rows, since openpyxl is not installed; only that the file is the sealed one."
        )
        return
    words = bundle.json("words.json")
    with bundle.zip.open("register.xlsx") as file:
        workbook = load_workbook(file, read_only=True)
        by_sheet: dict[str, list[bytes]] = defaultdict(list)
        for line in bundle.lines("register.jsonl"):
            by_sheet[json.loads(line)["sheet"]].append(line)
        for sheet in words["sheets"]:
            titles = [sheet["title"], *(f"{sheet['title']} {part}" for part in range(2, 1000))]
            there = [workbook[title] for title in titles if title in workbook.sheetnames]
            cells = (row for one in there for row in _rows_of(one, sheet, report))
            _compare_sheet(sheet, cells, by_sheet[sheet["key"]], rows, words, report)
        _compare_totals(bundle, workbook, words, report)
        seal = {str(cell.value) for row in workbook[words["integrity"]].iter_rows() for cell in row}
        report.unless(
            digest(bundle.bytes("register.jsonl")) in seal, "workbook", words["integrity"], "names other rows than these"
        )


def _rows_of(worksheet: Any, sheet: Json, report: Report) -> Iterator[list[Any]]:
    header, *_ = [[cell.value for cell in row] for row in worksheet.iter_rows(max_row=1)] or [[]]
    wanted = [column["name"] for column in sheet["columns"]]
    report.unless(header == wanted, "workbook", worksheet.title, "has other columns than the words say")
    for row in worksheet.iter_rows(min_row=2):
        cells = list(row)
        if any(cell.value is not None for cell in cells):
            yield cells


def _compare_sheet(sheet: Json, cells: Iterator[list[Any]], lines: list[bytes], rows: Rows, words: Json, report: Report) -> None:
    place, number = 0, [column["key"] for column in sheet["columns"]].index("number")
    for place, row in enumerate(cells, 1):
        if sheet["key"] == "breach":
            line = rows.entries.get(str(row[number].value))
        else:
            line = lines[place - 1] if place <= len(lines) else None
        where = f"{sheet['title']}, row {place + 1}"
        if line is None:
            report.find("workbook", where, "is in the workbook only")
            continue
        told = json.loads(line)
        for column, cell in zip(sheet["columns"], row, strict=False):
            skipped = (column["composed"] and words["language"] != "en") or column["key"] == "why"
            if not skipped and not _fits(cell, told.get(column["key"]), column, words):
                report.find("workbook", f"{where}, {column['name']}", "is not what its row says")
            report.looked["cells"] += 1
    if sheet["key"] != "breach":
        report.unless(place == len(lines), "workbook", sheet["title"], f"has {place} rows of {len(lines)}")


def _fits(cell: Any, told: Any, column: Json, words: Json) -> bool:
    value = cell.value
    if told is None or told == "":
        return value in (None, "")
    if cell.data_type == "f" or value is None:
        return False
    match column["cell"]:
        case "money":
            currency, minor = told.split(" ")
            return same_number(value, Decimal(minor).scaleb(-words["places"].get(currency, 2)))
        case "whole" | "rate":
            return same_number(value, Decimal(told))
        case "day":
            return (value.date().isoformat() if isinstance(value, datetime) else str(value)) == told
        case "moment":
            if not isinstance(value, datetime):
                return False
            local = moment_of(told).astimezone(ZoneInfo(words["time_zone"])).replace(tzinfo=None)
            return abs(value - local) <= timedelta(seconds=1)
    text = words["labels"].get(column["key"], {}).get(told, told) if column["cell"] == "word" else told
    return str(value).replace("_x005F_", "_") == in_cell(text).replace("_x005F_", "_")


def same_number(value: Any, due: Decimal) -> bool:
    return isinstance(value, int | float) and abs(Decimal(repr(value)) - due) <= abs(due) / 10**12


def in_cell(text: str) -> str:
    """A text as a cell can hold it."""
    plain = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", re.sub("\r\n?", "\n", text))
    if len(plain.encode("utf-16-le")) // 2 <= 32_767:
        return plain
    return plain.encode("utf-16-le")[: 2 * (32_767 - 4)].decode("utf-16-le", "ignore") + " […]"


def _compare_totals(bundle: Bundle, workbook: Any, words: Json, report: Report) -> None:
    rows = [row for row in workbook[words["totals"]].iter_rows(min_row=2, max_col=10, values_only=True) if row[0] is not None]
    told = bundle.json("totals.json")
    report.unless(len(rows) == len(told), "workbook", words["totals"], f"has {len(rows)} lines of {len(told)}")
    for place, (row, line) in enumerate(zip(rows, told, strict=False), 2):
        labels = [words["labels"][key].get(line[key], line[key]) for key in ("kind", "state")]
        due: list[Any] = [line["company"], *labels, line["entries"], line["without_value"], line["currency"]]
        for amount, currency in (("value_minor", "currency"), ("share_minor", "currency"), ("base_minor", "base_currency")):
            if amount == "base_minor":
                due.append(line["base_currency"])
            code = line[currency]
            due.append(None if code is None else float(Decimal(line[amount]).scaleb(-words["places"].get(code, 2))))
        for value, wanted in zip(row, due, strict=True):
            good = same_number(value, Decimal(repr(wanted))) if isinstance(wanted, int | float) else value == wanted
            report.unless(good, "workbook", f"{words['totals']}, row {place}", "is not what was added up")


# --- all of it ----------------------------------------------------------------------------------------------------------


def verify(path: str, trusted: list[Json] | None, previous: list[str]) -> Report:
    """Check everything there is. `trusted` are the auditor's own keys, `previous` files with checkpoints, or earlier bundles."""
    report = Report()
    with report.reading("bundle", path):
        try:
            bundle = Bundle(path)
            manifest = check_parts(bundle, report)
            keys = Keys(bundle, report, trusted)
            note = check_seals(bundle, report, keys, manifest)
            held, earlier = _held(previous)
            check_history(bundle, report, keys, note, held)
            world, rows = World(), Rows(bundle, report)
            report.unless(
                rows.count == manifest["lines"], "register", "register.jsonl", "has another number of lines than was sealed"
            )
            for stream, chain in streams(bundle, "record.jsonl", report, keys, note):
                with report.reading("chain", stream):
                    world.hear(stream, chain)
                _was_there(stream, chain, earlier, report)
            check_policies(bundle, rows, world, report)
            listed = []
            for stream, chain in streams(bundle, "declarations.jsonl", report, keys, note):
                with report.reading("register", stream):
                    listed.append(check_declaration(chain, world, rows, report))
                _was_there(stream, chain, earlier, report)
            for number in sorted(rows.entries.keys() - set(listed)):
                report.find("value", number, "is in the register, but its events are not in the bundle", INCOMPLETE)
            for number in sorted(rows.decisions):
                report.find("register", number, "shows decisions, but is not in the register")
            report.looked["declarations"] = len(listed)
            check_totals(bundle, rows, report)
            with report.reading("workbook", "register.xlsx"):
                check_workbook(bundle, rows, report)
        except (OSError, zipfile.BadZipFile, EOFError) as problem:
            report.find("bundle", path, f"cannot be read ({problem})", INCOMPLETE)
    return report


def _held(previous: list[str]) -> tuple[list[Note], dict[str, tuple[int, list[str]]]]:
    """The checkpoints in these files; and of earlier bundles among them each stream's events, with the size of the tree then."""
    held: list[Note] = []
    earlier: dict[str, tuple[int, list[str]]] = {}
    for path in previous:
        if not zipfile.is_zipfile(path):
            with open(path, encoding="utf-8") as file:
                found = notes_in(file.read())
            if not found:
                raise ValueError(f"there is no checkpoint in {path}")
            held += found
            continue
        bundle = Bundle(path)
        [note] = notes_in(bundle.bytes("checkpoint.txt").decode())
        held.append(note)
        for line in (one for part in ("record.jsonl", "declarations.jsonl") for one in bundle.lines(part)):
            body = json.loads(line)["body"]
            earlier.setdefault(json.loads(body)["stream"], (note.size, []))[1].append(digest(body.encode()))
    return held, earlier


def _was_there(stream: str, chain: list[Event], earlier: dict[str, tuple[int, list[str]]], report: Report) -> None:
    """A stream that an earlier bundle held begins with what it held, and that was all there was under its checkpoint."""
    size, before = earlier.get(stream, (0, []))
    for place, event in enumerate(chain):
        where = f"{stream}, event {place + 1}"
        if place < len(before):
            report.unless(digest(event.raw) == before[place], "chain", where, "is not what the earlier bundle held")
        else:
            report.unless(event.index >= size, "chain", where, "was there already, and the earlier bundle left it out")
    report.unless(len(chain) >= len(before), "chain", stream, "the earlier bundle held more events of it")


VERDICTS = {
    OK: "Everything agrees.",
    CONTENT: "The content is not what was recorded or sealed.",
    HISTORY: "The history is not what it was.",
    KEY: "A key or a signature is not good.",
    INCOMPLETE: "Something is missing, so not everything could be checked.",
}
SHOWN = 12  # findings a layer


def page(report: Report, path: str) -> str:
    """One page of plain words."""
    looked = report.looked
    lines = [f"Bundle {path}", "", VERDICTS[report.code], ""]
    for layer, (_, sentence) in LAYERS.items():
        found = [one for one in report.found if one[0] == layer]
        lines.append(f"[{'ok' if not found else 'NO':>2}] {layer:<11} {sentence}" + (f": {len(found)} findings" if found else ""))
        lines += [f"       {where}: {what}" for _, _, where, what in found[:SHOWN]]
        lines += [f"       … and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    lines += [
        "",
        f"Looked at: {looked['parts']} parts, {looked['checkpoints']} earlier checkpoints, {looked['declarations']} declarations, "
        f"{looked['events']} events, {looked['acts']} acts, {looked['values']} values, {looked['cells']} cells, {looked['totals']} totals.",
    ]
    if looked["later"]:
        lines.append(f"{looked['later']} events came after the register was read; it does not show them yet.")
    lines += [
        *report.notes,
        "Not checked here: that no other declaration should be in the register, files attached, drafts, and what the columns",
        "“Figures”, “What would have changed it” and the answers to single questions say; those are as they were sealed.",
        f"Exit code {report.code}.",
    ]
    return "\n".join(lines)


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


if __name__ == "__main__":
    sys.exit(main())
