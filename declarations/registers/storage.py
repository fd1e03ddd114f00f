"""Finished registers lie under random names outside the web root; what is being written lies in a folder that dies with its writer.

Each build has a folder of its own, readable by nobody else, and holds a lock in it. The system lets go of the lock when the
process dies, however it dies; whoever finds a folder without a holder empties it. A file is synced, then renamed: it is there
whole or not at all.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

_LOCK, _KEPT = "held", ".kept"


@dataclass(frozen=True)
class Kept:
    """A finished file: its name in the folder, its bytes' number and SHA-256."""

    stored_as: str
    size: int
    sha256: str


def folder() -> Path:
    """Where finished registers lie; made if it is not there."""
    path = Path(current_app.config["SETTINGS"].data_dir) / "registers"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _unfinished() -> Path:
    path = folder() / "unfinished"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


@contextmanager
def _gate() -> Iterator[Path]:
    """The folder of unfinished ones, held so that nobody sweeps away a folder whose lock is about to be taken."""
    place = _unfinished()
    with open(place / ".gate", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield place


@contextmanager
def being_written() -> Iterator[Path]:
    """A folder of one's own to write in; it is gone after the block, save for the files that `keep` took."""
    with ExitStack() as stack:
        with _gate() as unfinished:
            place = unfinished / secrets.token_hex(12)
            place.mkdir(mode=0o700)
            stack.callback(shutil.rmtree, place, ignore_errors=True)
            lock = stack.enter_context(open(place / _LOCK, "w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def keep(path: Path) -> Kept:
    """Sync a file in a folder of `being_written`, give it a random name among the finished ones, and say what it is."""
    with open(path, "rb") as file:
        os.fchmod(file.fileno(), 0o600)
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.seek(0, os.SEEK_END)
    name = secrets.token_hex(16) + "".join(path.suffixes)
    path.with_name(name + _KEPT).touch()  # so that a sweep finds it, should we die before its row is written
    os.rename(path, folder() / name)
    _sync_folder(folder())
    return Kept(name, size, digest)


def hand_out(path: Path, to: Path) -> None:
    """Put a file of a build at `to`, readable by its owner only. Raises FileExistsError if there is one."""
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out, open(path, "rb") as file:
        try:
            shutil.copyfileobj(file, out)
        except BaseException:
            to.unlink()
            raise


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(stored_as: str) -> None:
    """Remove a finished file that no row will name."""
    (folder() / stored_as).unlink(missing_ok=True)


def path_of(stored_as: str) -> Path:
    """The finished file of that name."""
    return folder() / stored_as


def sweep(known: Callable[[str], bool]) -> None:
    """Remove what builds left behind that died: every unfinished folder whose lock nobody holds, and what it had just finished
    unless it is `known` by its name, that is, a row has it."""
    with _gate() as unfinished:
        for place in filter(Path.is_dir, unfinished.iterdir()):
            with suppress(BlockingIOError), open(place / _LOCK, "a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for finished in (mark.name.removesuffix(_KEPT) for mark in place.glob(f"*{_KEPT}")):
                    if not known(finished):
                        discard(finished)
                shutil.rmtree(place)
