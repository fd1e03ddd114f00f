"""Hashes, proofs in a Merkle tree, signatures and signed notes: what a bundle is proved by."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]
SLACK = timedelta(minutes=5)  # for what was under way when a key, a role or a manager changed


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _climb(fn: int, sn: int, start: bytes, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """The roots that a path leads to, of the tree then and of the tree now; None if it is too short or too long."""
    then = now = start
    for sibling in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            then, now = node(sibling, then), node(sibling, now)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            now = node(now, sibling)
        fn, sn = fn >> 1, sn >> 1
    return (then, now) if sn == 0 else None


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    reached = _climb(index, size - 1, leaf, proof) if 0 <= index < size else None
    return reached is not None and reached[1] == root


def continues(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: the tree of `new` leaves begins with that of `old`."""
    if not 0 < old < new:
        return old == new and old_root == new_root and not proof
    path = proof if old & (old - 1) else [old_root, *proof]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return bool(path) and _climb(fn, sn, path[0], path[1:]) == (old_root, new_root)


def b64(text: str | bytes) -> bytes:
    """What base64 says; nothing, which no proof and no signature is, where it is not written as base64 should be."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return content if base64.b64encode(content) == (text.encode() if isinstance(text, str) else text) else b""


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


class _NotPlain(Exception):
    """Holds what Python may write in another way than RFC 8785 does: other numbers than small whole ones."""


def _whole(digits: str) -> int:
    if len(digits) > 15:
        raise _NotPlain
    return int(digits)


def _not_plain(_: str) -> Any:
    raise _NotPlain


_READ = json.JSONDecoder(parse_int=_whole, parse_float=_not_plain, parse_constant=_not_plain)
_WRITE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
_ORDERED_DIFFERENTLY = re.compile("[\U00010000-\U0010ffff]")


def _plain(text: str) -> Any:
    """The content of canonical JSON with names and numbers for which Python's own way of writing is RFC 8785's, several times
    faster. Raises _NotPlain, or ValueError, for any other text: it may be canonical all the same."""
    content = _READ.decode(text)
    if _ORDERED_DIFFERENTLY.search(text) or _WRITE.encode(content) != text:
        raise _NotPlain
    return content


def parsed(text: str | bytes) -> Any:
    """JSON that is written in the one way RFC 8785 allows. Raises ValueError."""
    try:
        return _plain(text if isinstance(text, str) else text.decode())
    except (_NotPlain, ValueError):
        content = json.loads(text)
    if rfc8785.dumps(content) != (text.encode() if isinstance(text, str) else text):
        raise ValueError("is not written in the canonical way")
    return content
