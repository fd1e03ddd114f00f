"""What can be handed to somebody who does not trust us: events with signatures, their places in the tree, proofs, keys.

All of it is read from one connection, which must be one snapshot (`registers.reader.snapshot`).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, select

from declarations.evidence.log import size_of, stored_tree
from declarations.evidence.merkle import Tree, event_leaf
from declarations.evidence.record import iso
from declarations.evidence.signing import RESTORED, STREAM
from declarations.models import Event, EventSignature, LogCheckpoint, LogLeaf, SigningKey

UNDER_WAY = timedelta(minutes=5)
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """One event as it is proved: its stored bytes, who signed them with which key, and its place once it has one."""

    id: int
    body: bytes
    key_id: str
    signature: bytes  # 64 bytes of Ed25519 over `body`
    index: int | None  # its leaf; None until the tree holds it

    @property
    def leaf(self) -> bytes:
        """The leaf's hash: SHA-256 over a zero byte, the signature, the body."""
        return event_leaf(self.signature, self.body)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """The tree as it stood, and the signed note that says so."""

    origin: str
    size: int
    root: bytes
    key_id: str
    note: str
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signs or signed; `valid_from` None is the record's beginning, `valid_to` None means still."""

    id: str
    purpose: str  # event, checkpoint
    public: bytes  # 32 bytes
    valid_from: datetime | None
    valid_to: datetime | None
    ended: str | None  # rotated, lost

    def good_at(self, moment: datetime) -> bool:
        """May it have signed what was done then? Commands under way while a key changes are given five minutes."""
        return (self.valid_from is None or moment >= self.valid_from - UNDER_WAY) and (
            self.valid_to is None or moment <= self.valid_to + UNDER_WAY
        )


def keys_file(keys: Iterable[PublicKey]) -> list[dict[str, Any]]:
    """The public keys as an auditor keeps them and a bundle holds them; moments as the record writes them."""
    return [
        {
            "ended": key.ended,
            "id": key.id,
            "public": key.public.hex(),
            "purpose": key.purpose,
            "valid_from": iso(key.valid_from) if key.valid_from else None,
            "valid_to": iso(key.valid_to) if key.valid_to else None,
        }
        for key in keys
    ]


class Proofs:
    """Proofs about the record as one snapshot has it. Asked for in the order of the leaves, each costs a few dozen hashes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tree: Tree = stored_tree(connection)

    def size(self) -> int:
        """How many leaves the tree has."""
        return size_of(self._connection)

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves. Raises ValueError if there are fewer."""
        return self._tree.root(size)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """That leaf `index` is among the first `size`: the hashes from the leaf upwards (RFC 6962, 2.1.1)."""
        return self._tree.inclusion(index, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """That the tree of `new` leaves begins with the tree of `old` (RFC 6962, 2.1.2)."""
        return self._tree.consistency(old, new)

    def events(self, ids: Iterable[int]) -> Iterator[SignedEvent]:
        """The events with these ids, in the order of their ids within each few hundred; unsigned ones are left out."""
        numbers = iter(ids)
        while some := list(islice(numbers, _AT_ONCE)):
            for row in self._connection.execute(_events().where(Event.id.in_(some)).order_by(Event.id)):
                yield _event(row)

    def of_declaration(self, declaration_id: int) -> list[SignedEvent]:
        """All events of one declaration, in the order of its chain."""
        found = self._connection.execute(_events().where(Event.declaration_id == declaration_id).order_by(Event.sequence))
        return [_event(row) for row in found]

    def of_declarations(self, ids: Sequence[int]) -> Iterator[SignedEvent]:
        """All events of some declarations, one after the other, each in the order of its chain."""
        query = _events().where(Event.declaration_id.in_(ids)).order_by(Event.declaration_id, Event.sequence)
        yield from map(_event, self._connection.execute(query))

    def of_streams(self, streams: Sequence[str]) -> Iterator[SignedEvent]:
        """All events of some streams that belong to no declaration, one after the other, each in the order of its chain."""
        query = _events().where(Event.stream.in_(streams)).order_by(Event.stream, Event.sequence)
        yield from map(_event, self._connection.execute(query))

    def latest(self) -> SignedCheckpoint | None:
        """The newest checkpoint; None before the first."""
        row = self._connection.execute(_CHECKPOINTS.order_by(LogCheckpoint.id.desc()).limit(1)).one_or_none()
        return _checkpoint(row) if row is not None else None

    def checkpoints(self) -> Iterator[SignedCheckpoint]:
        """All checkpoints, oldest first."""
        last = 0
        while rows := self._connection.execute(
            _CHECKPOINTS.where(LogCheckpoint.id > last).order_by(LogCheckpoint.id).limit(_AT_ONCE)
        ).all():
            yield from map(_checkpoint, rows)
            last = rows[-1].id

    def at_size(self, origin: str, size: int) -> SignedCheckpoint | None:
        """The checkpoint of that size; None if none was signed at it."""
        wanted = (LogCheckpoint.origin == origin, LogCheckpoint.size == size)
        row = self._connection.execute(_CHECKPOINTS.where(*wanted)).one_or_none()
        return _checkpoint(row) if row is not None else None

    def continues_as(self) -> str | None:
        """The log's name since a database was last put back; None if none ever was."""
        query = (
            select(Event.body).where(Event.stream == STREAM, Event.action == RESTORED).order_by(Event.sequence.desc()).limit(1)
        )
        body = self._connection.execute(query).scalar_one_or_none()
        return None if body is None else str(json.loads(bytes(body))["public"]["continues_as"])

    def public_keys(self) -> list[PublicKey]:
        """All public keys there ever were, of both purposes, with when each was good."""
        rows = self._connection.execute(select(*SigningKey.__table__.columns))
        keys = [PublicKey(**{**row._mapping, "public": bytes(row.public)}) for row in rows]
        return sorted(keys, key=lambda key: (key.purpose, key.valid_from or _BEGINNING, key.id))


_CHECKPOINTS = select(*LogCheckpoint.__table__.columns)


def _checkpoint(row: Any) -> SignedCheckpoint:
    return SignedCheckpoint(row.origin, row.size, bytes(row.root), row.key_id, row.note, row.at)


def _events() -> Select[*tuple[Any, ...]]:
    return (
        select(Event.id, Event.body, EventSignature.key_id, EventSignature.signature, LogLeaf.index.label("leaf_index"))
        .join(EventSignature, EventSignature.event_id == Event.id)
        .outerjoin(LogLeaf, LogLeaf.event_id == Event.id)
    )


def _event(row: Any) -> SignedEvent:
    return SignedEvent(row.id, bytes(row.body), row.key_id, bytes(row.signature), row.leaf_index)
