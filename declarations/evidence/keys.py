"""Private keys lie in files outside the database, readable by their owner alone: one signs events, the worker's signs checkpoints."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app


class Purpose(StrEnum):
    """What a key signs; each purpose has one key at a time."""

    EVENT = "event"
    CHECKPOINT = "checkpoint"


class KeyProblem(RuntimeError):
    """The record cannot be signed; the sentence is for whoever runs the server. What needed a signature was not written."""


@dataclass(frozen=True)
class Signer:
    """A key ready to sign."""

    id: str
    public: bytes
    sign: Callable[[bytes], bytes] = field(repr=False, compare=False)


def key_id(public: bytes) -> str:
    """The short name of a public key (32 bytes): the first eight bytes of its SHA-256, in hex."""
    return hashlib.sha256(public).hexdigest()[:16]


class KeyFile:
    """One key's file. `signer` reads it anew whenever it was replaced, so that a rotated key holds for every process at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.registered: str | None = None  # the id of the key that is known to stand in the database, committed
        self._seen: tuple[int, int] | None = None
        self._signer: Signer | None = None

    def signer(self) -> Signer | None:
        """The key in the file; None if there is no file. Raises KeyProblem if it cannot be read."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        seen = (found.st_mtime_ns, found.st_ino)
        if self._signer is None or seen != self._seen:
            self._signer, self._seen = _read(self.path), seen
        return self._signer

    def make(self) -> Signer:
        """A new key in a new file; the one that is there where another process was faster."""
        fresh = self.prepare()
        with contextlib.suppress(FileExistsError):
            os.link(fresh, self.path)
        fresh.unlink()
        return self._there()

    def prepare(self) -> Path:
        """A new key in a file beside this one, to be put in its place by `replace`."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        private = Ed25519PrivateKey.generate()
        content = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return fresh

    def replace(self, fresh: Path) -> Signer:
        """Put a prepared key in this one's place, which is gone thereby."""
        fresh.replace(self.path)
        return self._there()

    def _there(self) -> Signer:
        signer = self.signer()
        assert signer is not None
        return signer


def signer_in(path: Path) -> Signer:
    """The key in one file. Raises KeyProblem if it cannot be read."""
    return _read(path)


def _read(path: Path) -> Signer:
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise KeyProblem(f"The key file {path.name} cannot be read; put its copy back.") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyProblem(f"The key file {path.name} holds another kind of key than Ed25519.")
    public = private.public_key().public_bytes_raw()
    return Signer(key_id(public), public, private.sign)


def key_file(purpose: Purpose) -> KeyFile:
    """The app's file for a purpose, where the settings say it lies."""
    files: dict[Purpose, KeyFile] | None = current_app.extensions.get("record_keys")
    if files is None:
        settings = current_app.config["SETTINGS"]
        files = {
            Purpose.EVENT: KeyFile(settings.record_key_file),
            Purpose.CHECKPOINT: KeyFile(settings.checkpoint_key_file),
        }
        current_app.extensions["record_keys"] = files
    return files[purpose]
