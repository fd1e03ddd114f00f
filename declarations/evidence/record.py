"""Each command writes one event in its transaction: canonical, chained to the one before, signed; personal values as commitments."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy.orm import Session

from declarations import canonical
from declarations.direct import run
from declarations.evidence.keys import Purpose
from declarations.evidence.signing import INTRODUCED, STREAM, key_facts, sign, signer_of
from declarations.models import Disclosure, Event
from workflows.words import Role

GENESIS = "0" * 64

_LAST = select(Event.sequence, Event.digest).where(Event.stream == bindparam("stream")).order_by(Event.sequence.desc()).limit(1)
_INSERT = insert(cast(Table, Event.__table__)).returning(Event.id)
_DISCLOSE = insert(cast(Table, Disclosure.__table__))


@dataclass(frozen=True)
class Entry:
    """What an event says. `public` stands in it readable and must hold nothing personal; `personal` only as salted hashes."""

    stream: str
    action: str  # subject:action
    at: datetime
    role: str
    actor_id: int | None
    on_behalf_of_id: int | None = None
    company_id: int | None = None
    declaration_id: int | None = None
    state_from: str | None = None
    state_to: str | None = None
    policy_digest: str | None = None
    seen_digest: str | None = None
    public: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)
    committed: Mapping[str, str] = field(default_factory=dict)  # commitments whose salts lie elsewhere (a filing's)


def commitment(salt: str, value: Any) -> str:
    """SHA-256 over a 128-bit salt (hex) and the value's canonical JSON."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical.dumps(value)).hexdigest()


def new_salt() -> str:
    """128 random bits in hex."""
    return secrets.token_hex(16)


def iso(moment: datetime) -> str:
    """A moment in UTC to the microsecond, always of the same length."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body_of(entry: Entry, sequence: int, previous: str, commitments: Mapping[str, str]) -> bytes:
    """The canonical bytes of an event; these are what is verified."""
    return canonical.dumps(
        {
            "v": 1,
            "stream": entry.stream,
            "sequence": sequence,
            "previous": previous,
            "action": entry.action,
            "from": entry.state_from,
            "to": entry.state_to,
            "actor": entry.actor_id,
            "for": entry.on_behalf_of_id,
            "role": entry.role,
            "company": entry.company_id,
            "declaration": entry.declaration_id,
            "policy": entry.policy_digest,
            "seen": entry.seen_digest,
            "at": iso(entry.at),
            "public": dict(entry.public),
            "commitments": dict(commitments),
        }
    )


def row_of_event(entry: Entry, sequence: int, previous: str, body: bytes) -> dict[str, object]:
    """The columns of an event: they repeat what `body` says, and add its digest."""
    return {
        "stream": entry.stream,
        "sequence": sequence,
        "declaration_id": entry.declaration_id,
        "action": entry.action,
        "state_from": entry.state_from,
        "state_to": entry.state_to,
        "actor_id": entry.actor_id,
        "on_behalf_of_id": entry.on_behalf_of_id,
        "role": entry.role,
        "company_id": entry.company_id,
        "policy_digest": entry.policy_digest,
        "seen_digest": entry.seen_digest,
        "at": entry.at,
        "previous": previous,
        "digest": hashlib.sha256(body).hexdigest(),
        "body": body,
    }


@dataclass(frozen=True, slots=True)
class Written:
    """Where an event now stands in the record."""

    id: int
    sequence: int
    digest: str


def append(session: Session, entry: Entry, *, begins: bool = False) -> Written:
    """Add the next event of its stream. The caller holds the stream's lock (the declaration's row, or takes one here).

    `begins` says that the stream is made in this transaction, so that nobody can have written to it before.
    """
    if entry.declaration_id is None and not begins and session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(entry.stream))))
    last = None if begins else run(session, _LAST, {"stream": entry.stream}).first()
    sequence, previous = (last.sequence + 1, last.digest) if last else (1, GENESIS)
    disclosed = {name: (new_salt(), value) for name, value in entry.personal.items()}
    commitments = {name: commitment(salt, value) for name, (salt, value) in disclosed.items()} | dict(entry.committed)
    body = body_of(entry, sequence, previous, commitments)
    # Not added to the session: a flush would also write the declaration's new state, which this event must come before.
    row = row_of_event(entry, sequence, previous, body)
    event_id = run(session, _INSERT, row).scalar_one()
    sign_all(session, [(event_id, body)], entry.at)
    if disclosed:
        rows = [{"event_id": event_id, "name": n, "salt": s, "value": v} for n, (s, v) in disclosed.items()]
        run(session, _DISCLOSE, rows)
    return Written(event_id, sequence, str(row["digest"]))


def sign_all(session: Session, events: Sequence[tuple[int, bytes]], at: datetime) -> None:
    """Sign events just written, given as id and bytes; whoever writes events by other means than `append` calls this too.

    The very first one makes the record's key known. Raises KeyProblem, and then nothing may be committed.
    """
    signer, new = signer_of(session, Purpose.EVENT)
    sign(session, signer, events)
    if new:
        public = key_facts(signer, Purpose.EVENT)
        append(session, Entry(STREAM, INTRODUCED, at, Role.CLOCK.value, None, public=public))
