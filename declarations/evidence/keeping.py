"""What happens to the record's own keys and to a database put back from a backup is done by command, and stands in the record."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from declarations import clock
from declarations.directory.events import OPERATOR
from declarations.evidence import checkpoints
from declarations.evidence.keys import KeyProblem, Purpose, key_file, signer_in
from declarations.evidence.note import Checkpoint
from declarations.evidence.proofs import Proofs
from declarations.evidence.record import Entry, append
from declarations.evidence.signing import CHANGED, LOST, RESTORED, RETIRED, STREAM, add_key, key_facts, signer_of
from declarations.extensions import writing
from declarations.models import SigningKey


def rotate(*, purpose: Purpose) -> str:
    """Make a new key, let the old one vouch for it, put it in the old one's place, and retire the old one. Returns the new id.

    Three steps, each safe to die after: two keys are good until the last, and whoever signs takes the one in the file.
    Raises KeyProblem where the old key is not at hand (see `lost`).
    """
    file = key_file(purpose)
    with writing() as session:
        old, _ = signer_of(session, purpose)
        fresh = file.prepare()
        new, now = signer_in(fresh), clock.now()
        add_key(session, new, purpose, valid_from=now)
        _write(session, CHANGED, now, {**key_facts(new, purpose), "replaces": old.id})
    file.replace(fresh)
    with writing() as session:
        now = clock.now()
        for gone in _retire(session, purpose, but=new.id, ended="rotated", at=now):
            _write(session, RETIRED, now, {"purpose": purpose.value, "key": gone})
    return new.id


def lost(*, purpose: Purpose) -> str:
    """The key is gone for good: a new one begins, which nothing but this event vouches for. Returns its id.

    Raises KeyProblem while the right key is still there.
    """
    file = key_file(purpose)
    with writing() as session:
        signer = file.signer()
        current = {
            key.id for key in Proofs(session.connection()).public_keys() if key.purpose == purpose and key.valid_to is None
        }
        if signer is not None and signer.id in current:
            raise KeyProblem(f"The {purpose} key is not lost: the file holds it. To change it: flask record keys rotate")
        if not current:
            raise KeyProblem(f"There never was a {purpose} key. It makes itself when it is first needed.")
        fresh = file.prepare()
        new, now = file.replace(fresh), clock.now()
        gone = _retire(session, purpose, but=new.id, ended="lost", at=now)
        add_key(session, new, purpose, valid_from=now)
        _write(session, LOST, now, {**key_facts(new, purpose), "replaces": " ".join(gone)})
    return new.id


def restored() -> str:
    """An earlier copy of the database was put back on purpose: say so in the record, and sign from now on under another name.

    What was signed under the old name and is lost stays named: whoever holds such a checkpoint sees what it was over.
    Returns the new name. Raises Refused if the tree does extend everything that was signed: then nothing was put back.
    """
    with writing() as session:
        proofs = Proofs(session.connection())
        last = checkpoints.before(proofs)
        kept = last.stored.size if last.stored else 0
        try:
            checkpoints.refuse(proofs, proofs.size(), last)
        except checkpoints.Refused:
            pass
        else:
            raise checkpoints.Refused("The record continues what was signed last; nothing was put back.")
        lost_one = last.filed or Checkpoint(last.origin, 0, b"")
        name = checkpoints.next_origin(last.origin)
        public = {
            "origin": last.origin,
            "kept": kept,
            "lost": lost_one.size,
            "root": lost_one.root.hex(),
            "continues_as": name,
        }
        _write(session, RESTORED, clock.now(), public)
    return name


def _retire(session: Session, purpose: Purpose, *, but: str, ended: str, at: datetime) -> list[str]:
    gone = session.scalars(
        update(SigningKey)
        .where(SigningKey.purpose == purpose.value, SigningKey.id != but, SigningKey.valid_to.is_(None))
        .values(valid_to=at, ended=ended)
        .returning(SigningKey.id)
    )
    return sorted(gone)


def _write(session: Session, action: str, at: datetime, public: dict[str, object]) -> None:
    append(session, Entry(STREAM, action, at, OPERATOR, None, public=public))
