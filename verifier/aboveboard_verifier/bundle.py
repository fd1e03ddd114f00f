"""The zip, its manifest, keys and checkpoints: is it whole, who signed it, and does it continue what was signed before?"""

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .proofs import Json, Key, Note, b64, continues, digest, notes_in, parsed
from .report import INCOMPLETE, Report

REQUIRED = {
    "register.xlsx", "register.jsonl", "declarations.jsonl", "record.jsonl", "checkpoint.txt", "checkpoints.jsonl", "keys.json",
    "policies.json", "totals.json", "words.json", "read-me.txt", "manifest.json", "manifest.sig",
}  # fmt: skip
RECEIPT = {"receipt.json", "receipt.sig"}


class Bundle:
    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)
        self.names = self.zip.namelist()

    def part(self, name: str) -> bytes:
        return self.zip.read(name)

    def lines(self, name: str) -> Iterator[bytes]:
        with self.zip.open(name) as part:
            yield from part

    def json(self, name: str) -> Any:
        return parsed(self.part(name))


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
        for told in bundle.json("keys.json"):
            public = bytes.fromhex(told["public"])
            report.unless(digest(public)[:16] == told["id"], "keys", f"key {told['id']}", "does not have its name")
            self.by_id[told["id"]] = Key(public, told["purpose"], told["valid_from"], told["valid_to"], told["ended"])
        good = {(one["purpose"], one["public"]) for one in trusted or ()}
        self._compare(self._said(bundle, good), report)
        if trusted is None:
            report.notes.append(
                "The public keys were taken from the bundle itself, since none were given with --keys. So this shows that the "
                "bundle agrees with itself, not who made it. Compare these with the copy you have on paper:"
            )
            report.notes += [f"  {key.purpose:<10} {key.public.hex()}" for key in self.by_id.values()]
            return
        for name, key in list(self.by_id.items()):
            if (key.purpose, key.public.hex()) not in good:
                report.find("keys", f"key {name}", "is not among the keys you gave, and none of those vouches for it")
                del self.by_id[name]

    def _said(self, bundle: Bundle, good: set[tuple[str, str]]) -> dict[str, Json]:
        """What the record says of its keys; `good` learns of those that a key in it vouches for."""
        said: dict[str, Json] = {}
        for line in (one for one in bundle.lines("record.jsonl") if rb"\"stream\":\"record\"" in one):
            event = json.loads(line)
            body = json.loads(event["body"])
            public, action, at = body["public"], body["action"].removeprefix("record:"), body["at"]
            if action in ("key_introduced", "signed_from", "key_changed", "key_lost"):
                begins = None if action in ("key_introduced", "signed_from") else at
                new = {"purpose": public["purpose"], "public": public["public"], "valid_from": begins}
                said.setdefault(public["key"], {**new, "valid_to": None, "ended": None})
            if action == "key_lost":
                for gone in public["replaces"].split():
                    said.get(gone, {}).update(valid_to=at, ended="lost")
            elif action == "key_retired":
                said.get(public["key"], {}).update(valid_to=at, ended="rotated")
            signer = self.by_id.get(event["key"])
            vouched = action == "key_changed" and signer is not None and ("event", signer.public.hex()) in good
            if vouched and signer and signer.signed(b64(event["signature"]), event["body"].encode()):
                good.add((public["purpose"], public["public"]))
        return said

    def _compare(self, said: dict[str, Json], report: Report) -> None:
        for name, key in self.by_id.items():
            told = said.get(name)
            if told is None:
                report.find("keys", f"key {name}", "is named by no event of the record")
                continue
            mine = {**vars(key), "public": key.public.hex()}
            for column in sorted(told):
                report.unless(mine[column] == told[column], "keys", f"key {name}", f"the record says another {column}")
        for name in sorted(said.keys() - self.by_id.keys()):
            report.find("keys", f"key {name}", "is in the record, but not in the bundle", INCOMPLETE)

    def of(self, purpose: str) -> list[Key]:
        """All of one purpose."""
        return [key for key in self.by_id.values() if key.purpose == purpose]


def check_seals(bundle: Bundle, report: Report, keys: Keys, manifest: Json) -> Note:
    """The signatures of manifest and receipt; returns the checkpoint, its own checked too."""
    sealed = bundle.part("manifest.json")
    signature = b64(bundle.part("manifest.sig"))
    signer = keys.by_id.get(manifest["key"])
    good = signer is not None and signer.purpose == "checkpoint"
    good = good and signer.signed(signature, b"aboveboard bundle 1\n" + sealed)  # type: ignore[union-attr]
    report.unless(good, "keys", "manifest.json", "is not signed by a trusted checkpoint key")
    if set(bundle.names) & RECEIPT:
        receipt = bundle.json("receipt.json")
        signer = keys.by_id.get(receipt["key"])
        message = b"aboveboard receipt 1\n" + bundle.part("receipt.json")
        good = signer is not None and signer.purpose == "event" and signer.signed(b64(bundle.part("receipt.sig")), message)
        report.unless(good, "keys", "receipt.json", "is not signed by a trusted event key")
        report.unless(receipt["manifest"] == digest(sealed), "keys", "receipt.json", "is the receipt of another bundle")
        by = receipt["taken_by"]
        report.notes.append(f"This copy was taken by {by['name']} ({by['number']}) at {receipt['taken_at']}.")
    else:
        report.notes.append("This copy has no receipt: nobody is recorded as having taken it.")
    [note] = notes_in(bundle.part("checkpoint.txt").decode())
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
