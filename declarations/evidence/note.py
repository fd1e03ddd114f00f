"""C2SP's signed note and the checkpoint written in it: origin, size, root, an empty line, one line for each signature."""

import base64
import binascii
import contextlib
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_NOTE = re.compile(r"^\S+\n[0-9]+\n[A-Za-z0-9+/=]{44}\n\n(?:— \S+ [A-Za-z0-9+/=]+\n)+", re.MULTILINE)
ED25519 = b"\x01"  # the signature type of C2SP's signed-note


class Malformed(ValueError):
    """This text is no signed note, or no checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed, its last newline included."""
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


@dataclass(frozen=True)
class Line:
    """One signature line: whose key, the first four bytes of its hash, and the signature."""

    name: str
    key_hash: bytes
    signature: bytes


def key_hash(name: str, public: bytes) -> bytes:
    """The four bytes by which a note names an Ed25519 key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def sign(checkpoint: Checkpoint, public: bytes, signing: Callable[[bytes], bytes]) -> str:
    """The whole note, by a key that bears the log's own name."""
    text = checkpoint.text
    signed = key_hash(checkpoint.origin, public) + signing(text.encode())
    return f"{text}\n— {checkpoint.origin} {_encoded(signed)}\n"


def read(note: str) -> tuple[Checkpoint, list[Line]]:
    """A note's checkpoint and signatures, none of them checked. Raises Malformed."""
    text, found, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not found or not tail.endswith("\n") or len(lines) < 3:
        raise Malformed("This is no signed checkpoint.")
    origin, size, root = lines[0], lines[1], _decoded(lines[2])
    if not origin or not (size.isascii() and size.isdecimal()) or str(int(size)) != size or len(root) != 32:
        raise Malformed("The checkpoint does not say origin, size and root.")
    return Checkpoint(origin, int(size), root), [_line(one) for one in tail[:-1].split("\n")]


def find(text: str) -> list[tuple[Checkpoint, str]]:
    """Every signed note that stands in a longer text, such as a mail, each with its own exact text."""
    found = []
    for match in _NOTE.finditer(text.replace("\r\n", "\n")):
        one = match.group()
        with contextlib.suppress(Malformed):
            found.append((read(one)[0], one))
    return found


def _line(text: str) -> Line:
    dash, name, signed = [*text.split(" "), "", ""][:3]
    content = _decoded(signed)
    if dash != "—" or not name or len(content) < 5 or text.count(" ") != 2:
        raise Malformed("A line below the text is no signature.")
    return Line(name, content[:4], content[4:])


def is_signed(note: str, public: bytes) -> bool:
    """True if this key signed the note in the name of the log itself."""
    try:
        checkpoint, lines = read(note)
    except Malformed:
        return False
    text = note[: note.rindex("\n\n") + 1].encode()
    wanted = (checkpoint.origin, key_hash(checkpoint.origin, public))
    return any((one.name, one.key_hash) == wanted and signed_by(public, one.signature, text) for one in lines)


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Is this the key's Ed25519 signature of the message?"""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("What should be base64 is not.") from None
