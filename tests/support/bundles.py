"""Kinds of tampering with a bundle: by whoever has the file alone, and by the house itself, which seals it anew with its own key.

Each makes one random change and says what it did; None where it changed nothing.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from declarations.evidence.keys import Signer, key_id
from declarations.registers.bundle import FORMAT, MANIFEST, MANIFEST_SIGNATURE, signed
from tests.support.tampering import changed_cell

LOOSE = (MANIFEST, MANIFEST_SIGNATURE, "receipt.json", "receipt.sig")
EVENTS = ("declarations.jsonl", "record.jsonl")


class Opened:
    """A bundle's parts in the hands of somebody who changes them."""

    def __init__(self, content: bytes, chance: Random) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.chance = chance
        self.again: list[str] = []  # parts to stand in the zip once more

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.parts[name].splitlines()]

    def put(self, name: str, lines: list[dict[str, Any]]) -> None:
        self.parts[name] = b"".join(rfc8785.dumps(line) + b"\n" for line in lines)

    def sealed(self, signer: Signer) -> None:
        """The manifest made and signed anew over what the parts are now."""
        manifest = json.loads(self.parts[MANIFEST])
        manifest["parts"] = [
            {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            for name, content in sorted(self.parts.items())
            if name not in LOOSE
        ]
        manifest |= {"key": signer.id, "lines": self.parts["register.jsonl"].count(b"\n")}
        self.parts[MANIFEST] = rfc8785.dumps(manifest)
        self.parts[MANIFEST_SIGNATURE] = signed(signer, FORMAT, self.parts[MANIFEST])
        self.parts.pop("receipt.json", None)
        self.parts.pop("receipt.sig", None)

    def write(self, path: Path) -> Path:
        with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
            warnings.simplefilter("ignore")  # of a name that is there twice
            for name, content in self.parts.items():
                archive.writestr(name, content)
            for name in self.again:
                archive.writestr(name, self.parts[name])
        return path

    def letter(self, value: str) -> str:
        """Another digit or letter somewhere in a text."""
        place = self.chance.randrange(len(value))
        new = self.chance.choice([one for one in "0123456789abcdef" if one != value[place]])
        return value[:place] + new + value[place + 1 :]

    def byte(self, content: bytes) -> bytes:
        """Another byte somewhere."""
        place = self.chance.randrange(len(content))
        return content[:place] + bytes([content[place] ^ self.chance.randrange(1, 256)]) + content[place + 1 :]

    def base64(self, value: str) -> str:
        """What is written in base64, with another byte somewhere."""
        return base64.b64encode(self.byte(base64.b64decode(value))).decode()


Kind = Callable[[Opened], str | None]


# --- by whoever has the file -------------------------------------------------------------------------------------------------


def any_byte(it: Opened) -> str | None:
    """A byte of any part."""
    name = it.chance.choice([name for name, content in it.parts.items() if content])
    it.parts[name] = it.byte(it.parts[name])
    return name


def part_gone(it: Opened) -> str | None:
    name = it.chance.choice(sorted(it.parts))
    del it.parts[name]
    return None if name in ("receipt.json", "receipt.sig") and not {"receipt.json", "receipt.sig"} & set(it.parts) else name


def part_added(it: Opened) -> str | None:
    name = it.chance.choice(("notes.txt", "policies/0.json", "register.csv"))
    it.parts[name] = b"{}"
    return name


def part_twice(it: Opened) -> str | None:
    it.again.append(it.chance.choice(sorted(it.parts)))
    return it.again[0]


def resigned(it: Opened) -> str | None:
    """A row changed and all sealed with a key of one's own, half of the time put among the keys."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    row(it)
    if it.chance.random() < 0.5:
        keys = json.loads(it.parts["keys.json"])
        new = {
            "ended": None,
            "id": key_id(public),
            "public": public.hex(),
            "purpose": "checkpoint",
            "valid_from": None,
            "valid_to": None,
        }
        it.parts["keys.json"] = rfc8785.dumps([*keys, new])
    it.sealed(Signer(key_id(public), public, private.sign))
    return "sealed with another key"


# --- by the house, which seals it anew -----------------------------------------------------------------------------------


def row(it: Opened) -> str | None:
    """A value of a row."""
    rows = it.lines("register.jsonl")
    chosen = it.chance.choice(rows)
    key = it.chance.choice(sorted(set(chosen) - {"circumstances", "would_change"}))
    was = chosen[key]
    chosen[key] = was + 1 if isinstance(was, int) else it.letter(was) if was else "x"
    it.put("register.jsonl", rows)
    return f"{chosen.get('number')}: {key} {was!r} → {chosen[key]!r}"


def row_gone(it: Opened) -> str | None:
    rows = it.lines("register.jsonl")
    gone = rows.pop(it.chance.randrange(len(rows)))
    it.put("register.jsonl", rows)
    return f"{gone['number']} of {gone['sheet']}"


def cell(it: Opened) -> str | None:
    """A digit of a cell of the workbook's sheets with rows."""
    changed = changed_cell(it.chance, it.parts["register.xlsx"], {f"xl/worksheets/sheet{n}.xml" for n in (*range(2, 9), 11)})
    if changed is None:
        return None
    it.parts["register.xlsx"], what = changed
    return what


def totals(it: Opened) -> str | None:
    lines = json.loads(it.parts["totals.json"])
    line = it.chance.choice(lines)
    key = it.chance.choice(("entries", "without_value", "value_minor", "share_minor", "base_minor"))
    line[key] += it.chance.choice((-1, 1, 100))
    it.parts["totals.json"] = rfc8785.dumps(lines)
    return key


def _event(it: Opened, change: Callable[[dict[str, Any]], str | None]) -> str | None:
    part = it.chance.choice(EVENTS)
    events = it.lines(part)
    event = it.chance.choice(events)
    what = change(event)
    it.put(part, events)
    return what and f"{json.loads(event['body'])['stream']}: {what}"


def body(it: Opened) -> str | None:
    """A member of an event."""

    def change(event: dict[str, Any]) -> str | None:
        content = json.loads(event["body"])
        key = it.chance.choice(("actor", "at", "role", "seen", "previous", "policy", "from", "to"))
        content[key] = (
            it.letter(content[key]) if isinstance(content[key], str) and key != "at" else 7 if key == "actor" else content[key]
        )
        if key == "at":
            content["at"] = f"{int(content['at'][:4]) - 1}{content['at'][4:]}"
        text = rfc8785.dumps(content).decode()
        same = text == event["body"]
        event["body"] = text
        return None if same else key

    return _event(it, change)


def signature(it: Opened) -> str | None:
    return _event(it, lambda event: event.update(signature=it.base64(event["signature"])) or "signature")


def proof(it: Opened) -> str | None:
    """A hash of the proof that an event lies in the tree, or its place."""

    def change(event: dict[str, Any]) -> str | None:
        if it.chance.random() < 0.3 or not event["proof"]:
            event["index"] += 1
            return "place"
        place = it.chance.randrange(len(event["proof"]))
        event["proof"][place] = it.base64(event["proof"][place])
        return f"hash {place}"

    return _event(it, change)


def _value(it: Opened, change: Callable[[dict[str, str]], str]) -> str | None:
    def one(event: dict[str, Any]) -> str | None:
        return change(event["values"][it.chance.choice(sorted(event["values"]))]) if event["values"] else None

    return _event(it, one)


def value(it: Opened) -> str | None:
    """A disclosed value, another one of the same sort."""

    def change(one: dict[str, str]) -> str:
        content = json.loads(one["value"])
        changed = {**content, "title": "x"} if isinstance(content, dict) else f"{content}x" if isinstance(content, str) else [1]
        one["value"] = rfc8785.dumps(changed).decode()
        return "value"

    return _value(it, change)


def salt(it: Opened) -> str | None:
    return _value(it, lambda one: one.update(salt=it.letter(one["salt"])) or "salt")


def event_gone(it: Opened) -> str | None:
    """An event with others after it."""
    part = it.chance.choice(EVENTS)
    events = it.lines(part)
    streams = [json.loads(event["body"])["stream"] for event in events]
    places = [place for place, stream in enumerate(streams[:-1]) if streams[place + 1] == stream]
    if not places:
        return None
    gone = it.chance.choice(places)
    del events[gone]
    it.put(part, events)
    return streams[gone]


def declaration_gone(it: Opened) -> str | None:
    """All events of a declaration, its rows left."""
    events = it.lines("declarations.jsonl")
    gone = it.chance.choice(events)
    stream = json.loads(gone["body"])["stream"]
    it.put("declarations.jsonl", [event for event in events if json.loads(event["body"])["stream"] != stream])
    return stream


def last_event_gone(it: Opened) -> str | None:
    """The last of a declaration's several events."""
    events = it.lines("declarations.jsonl")
    streams = [json.loads(event["body"])["stream"] for event in events]
    places = [n for n, stream in enumerate(streams) if n and streams[n - 1] == stream and streams[n + 1 : n + 2] != [stream]]
    if not places:
        return None
    gone = it.chance.choice(places)
    del events[gone]
    it.put("declarations.jsonl", events)
    return streams[gone]


def key(it: Opened) -> str | None:
    """A key, or from when or until when it was good."""
    keys = json.loads(it.parts["keys.json"])
    one = it.chance.choice(keys)
    column = it.chance.choice(("public", "valid_from", "valid_to", "ended", "purpose"))
    one[column] = {
        "public": it.letter(one["public"]),
        "ended": "lost",
        "purpose": "event" if one["purpose"] == "checkpoint" else "checkpoint",
    }.get(column, "2026-01-01T00:00:00.000000Z")
    it.parts["keys.json"] = rfc8785.dumps(keys)
    return column


def policy(it: Opened) -> str | None:
    """A byte of a policy, as it was written or as it was pinned."""
    name = it.chance.choice(sorted(name for name in it.parts if name.startswith("policies/")))
    it.parts[name] = it.byte(it.parts[name])
    return name


def earlier_checkpoint(it: Opened) -> str | None:
    """The proof that this checkpoint continues an earlier one."""
    lines = it.lines("checkpoints.jsonl")
    with_proof = [line for line in lines if line["consistency"]]
    if not with_proof:
        return None
    line = it.chance.choice(with_proof)
    place = it.chance.randrange(len(line["consistency"]))
    line["consistency"][place] = it.base64(line["consistency"][place])
    it.put("checkpoints.jsonl", lines)
    return f"hash {place}"


def checkpoint(it: Opened) -> str | None:
    """The root of the checkpoint."""
    lines = it.parts["checkpoint.txt"].decode().split("\n")
    lines[2] = it.base64(lines[2])
    it.parts["checkpoint.txt"] = "\n".join(lines).encode()
    return "root"


BY_ANYBODY: dict[str, Kind] = {
    "any byte": any_byte,
    "a part gone": part_gone,
    "a part added": part_added,
    "a part twice": part_twice,
    "sealed with another key": resigned,
}
BY_THE_HOUSE: dict[str, Kind] = {
    "a row": row,
    "a row gone": row_gone,
    "a cell": cell,
    "totals": totals,
    "an event's body": body,
    "a signature": signature,
    "a proof": proof,
    "a value": value,
    "a salt": salt,
    "an event gone": event_gone,
    "last event gone": last_event_gone,
    "a declaration gone": declaration_gone,
    "a key": key,
    "a policy": policy,
    "an earlier checkpoint": earlier_checkpoint,
    "the checkpoint": checkpoint,
}


def tampered(content: bytes, name: str, seed: object, signer: Signer) -> tuple[Opened, str] | None:
    """A bundle with one random change of a kind, and what it was; None where nothing was changed."""
    it = Opened(content, Random(f"{name} {seed}"))
    what = (BY_ANYBODY | BY_THE_HOUSE)[name](it)
    if what is None:
        return None
    if name in BY_THE_HOUSE:
        it.sealed(signer)
    return it, what
