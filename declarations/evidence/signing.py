"""Every event is signed in the transaction that writes it, by the key that the record itself names; without it nothing is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from declarations.evidence.keys import KeyFile, KeyProblem, Purpose, Signer, key_file
from declarations.models import SigningKey

STREAM = "record"  # the stream of what happens to the record itself
INTRODUCED = "record:key_introduced"
ADOPTED = "record:signed_from"
CHANGED = "record:key_changed"
RETIRED = "record:key_retired"
LOST = "record:key_lost"
RESTORED = "record:restored"
# In the driver's own words: it stands on every writer's path, and SQLAlchemy would take longer over it than the signing itself.
_SIGN = {
    "sqlite": "INSERT INTO event_signature (event_id, key_id, signature) VALUES (?, ?, ?)",
    "postgresql": "INSERT INTO event_signature (event_id, key_id, signature) VALUES (%s, %s, %s)",
}
_NAMED = select(SigningKey.id, SigningKey.valid_to).where(SigningKey.purpose == bindparam("purpose"))
_BEGUN = "record_key_introduced_in"


def sign(session: Session, signer: Signer, events: Sequence[tuple[int, bytes]]) -> None:
    """Write the signatures of new events, given as id and stored bytes."""
    if events:
        connection = session.connection()
        rows = [(event_id, signer.id, signer.sign(body)) for event_id, body in events]
        connection.exec_driver_sql(_SIGN[connection.dialect.name], rows[0] if len(rows) == 1 else rows)


def signer_of(session: Session, purpose: Purpose) -> tuple[Signer, bool]:
    """The key to sign with, and whether it was introduced by this very call: then the caller writes the event that says so.

    The first key of a purpose makes itself; from then on only the key that the record names will do. Raises KeyProblem.
    """
    file = key_file(purpose)
    signer = file.signer()
    if signer is not None and signer.id == file.registered:
        return signer, False
    # One statement: between two, another process may have introduced the first key.
    named = session.execute(_NAMED, {"purpose": purpose.value}).all()
    if not named:
        return _introduce(session, file, purpose)
    if signer is None:
        raise KeyProblem(
            f"The file with the record's {purpose} key is missing. Put its copy back, or see: flask record keys lost"
        )
    if signer.id not in {key for key, valid_to in named if valid_to is None}:
        raise KeyProblem(f"The {purpose} key in {file.path.name} is not the one the record names. Put the right one back.")
    if session.info.get(_BEGUN) is not session.connection().get_transaction():
        file.registered = signer.id  # what is not committed yet may still be undone
    return signer, False


def _introduce(session: Session, file: KeyFile, purpose: Purpose) -> tuple[Signer, bool]:
    signer = file.signer() or file.make()
    added = add_key(session, signer, purpose, valid_from=None)
    session.info[_BEGUN] = session.connection().get_transaction()
    return signer, added


def add_key(session: Session, signer: Signer, purpose: Purpose, *, valid_from: datetime | None) -> bool:
    """Name a public key; False if it is named already. Two that come first together meet at its id."""
    into = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    row = {"id": signer.id, "purpose": purpose.value, "public": signer.public, "valid_from": valid_from}
    statement = into(cast(Table, SigningKey.__table__)).values(**row).on_conflict_do_nothing().returning(SigningKey.id)
    return session.execute(statement).first() is not None


def key_facts(signer: Signer, purpose: Purpose) -> dict[str, Any]:
    """What an event says of a key."""
    return {"purpose": purpose.value, "key": signer.id, "public": signer.public.hex()}
