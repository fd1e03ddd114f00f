"""A checkpoint is signed only over a tree that begins with the tree of every checkpoint signed before; else it is refused."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import insert
from sqlalchemy.orm import Session

from declarations.evidence import checkpoint_file, note
from declarations.evidence.keys import Purpose, Signer
from declarations.evidence.merkle import is_consistent
from declarations.evidence.note import Checkpoint
from declarations.evidence.proofs import Proofs, SignedCheckpoint
from declarations.evidence.record import Entry, append
from declarations.evidence.signing import INTRODUCED, STREAM, key_facts, signer_of
from declarations.models import LogCheckpoint
from workflows.words import Role


class Refused(RuntimeError):
    """The tree is not an extension of what was signed before; nothing is signed until somebody says why."""


@dataclass(frozen=True)
class Before:
    """What the next checkpoint must continue: in the database, and in the file beside it."""

    origin: str
    stored: SignedCheckpoint | None
    filed: Checkpoint | None


def first_origin() -> str:
    """The log's name before its first checkpoint: the host people use, and "record". It stays what it is from then on."""
    return f"{urlsplit(current_app.config['SETTINGS'].base_url).netloc}/record"


def before(proofs: Proofs) -> Before:
    """The last checkpoint, as the database and as the file know it."""
    stored = proofs.latest()
    origin = proofs.continues_as() or (stored.origin if stored else first_origin())
    filed = checkpoint_file.largest(origin)
    return Before(origin, stored, filed.checkpoint if filed else None)


def next_origin(origin: str) -> str:
    """The log's name after an earlier copy of the database was put back: host/record, host/record/2, host/record/3 …"""
    base, _, number = origin.rpartition("/")
    after = f"{base}/{int(number) + 1}" if number.isdecimal() else f"{origin}/2"
    return next_origin(after) if checkpoint_file.largest(after) else after


def key(session: Session, at: datetime) -> Signer:
    """The key for checkpoints, made known to the record the first time."""
    signer, new = signer_of(session, Purpose.CHECKPOINT)
    if new:
        append(session, Entry(STREAM, INTRODUCED, at, Role.CLOCK.value, None, public=key_facts(signer, Purpose.CHECKPOINT)))
    return signer


def sign_next(session: Session, at: datetime) -> SignedCheckpoint | None:
    """Sign the tree as it stands; None if the last checkpoint is over all of it. Raises Refused, KeyProblem.

    The caller holds the sequencer's claim and commits. The file is written first: should the commit fail, the next
    checkpoint extends what the file says, since leaves are never taken back.
    """
    proofs = Proofs(session.connection())
    size, last = proofs.size(), before(proofs)
    refuse(proofs, size, last)
    if size == 0 or (last.stored is not None and last.stored.size == size):
        return None
    return _sign(session, key(session, at), Checkpoint(last.origin, size, proofs.root(size)), at)


def refuse(proofs: Proofs, size: int, last: Before) -> None:
    """Raises Refused, with a sentence, unless the tree of `size` leaves extends both last checkpoints, shown by proofs."""
    if last.stored is not None:
        _extends(proofs, size, last.stored.size, last.stored.root, "the last checkpoint in the database")
    if last.filed is not None:
        _extends(proofs, size, last.filed.size, last.filed.root, "the last checkpoint in the file beside the database")


def _extends(proofs: Proofs, size: int, old: int, root: bytes, which: str) -> None:
    if old > size:
        raise Refused(f"The tree has {size} leaves, but {which} was over {old}. Was an earlier copy of the database put back?")
    if not is_consistent(old, root, size, proofs.root(size), proofs.consistency(old, size)):
        raise Refused(f"The tree of {size} leaves does not continue {which}, over {old}.")


def _sign(session: Session, signer: Signer, checkpoint: Checkpoint, at: datetime) -> SignedCheckpoint:
    signed = note.sign(checkpoint, signer.public, signer.sign)
    checkpoint_file.append(signed, at)
    made = SignedCheckpoint(checkpoint.origin, checkpoint.size, checkpoint.root, signer.id, signed, at)
    session.execute(
        insert(LogCheckpoint).values(
            origin=made.origin, size=made.size, root=made.root, key_id=made.key_id, note=made.note, at=made.at
        )
    )
    return made
