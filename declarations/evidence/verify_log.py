"""The second and third layer held against the first: each event's signature, its leaf, the tree, the keys, every checkpoint."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from declarations.evidence import checkpoint_file, note
from declarations.evidence.chain import Difference, Layer, surely
from declarations.evidence.log import HEIGHT
from declarations.evidence.merkle import EMPTY, event_leaf, node_hash
from declarations.evidence.proofs import Proofs, PublicKey, SignedCheckpoint
from declarations.evidence.record import iso
from declarations.evidence.signing import ADOPTED, CHANGED, INTRODUCED, LOST, RESTORED, RETIRED, STREAM
from declarations.models import Event, EventSignature, LogLeaf, LogQueue, LogSubtree

AT_ONCE = 1000


def log(connection: Connection, held: str = "") -> Iterator[Difference]:
    """Every difference found. `held` are checkpoints that somebody else kept, one note after the other."""
    proofs = Proofs(connection)
    keys = {key.id: key for key in proofs.public_keys()}
    told = _Told(connection)
    yield from told.held(keys)
    yield from surely("signatures", _signatures(connection, keys))
    stored = list(proofs.checkpoints())
    filed = list(checkpoint_file.notes())
    wanted = {one.size for one in stored} | {one.checkpoint.size for one in filed}
    others = _notes(held)
    wanted |= {one.size for one, _ in others}
    tree = _Regrown(connection)
    roots: dict[int, bytes] = {}
    yield from tree.grow(wanted, roots)
    yield from _checkpoints(stored, keys, roots)
    for one in filed:
        yield from _filed(one, keys, roots, told)
    yield from _missing(stored, filed)
    for checkpoint, text in others:
        yield from _kept_elsewhere(checkpoint, text, keys, roots)


class _Told:
    """What the record's own stream says of keys and of databases put back."""

    def __init__(self, connection: Connection) -> None:
        self.keys: dict[str, dict[str, Any]] = {}
        self.restored: list[dict[str, Any]] = []
        rows = connection.execute(select(Event.action, Event.body).where(Event.stream == STREAM).order_by(Event.sequence))
        for row in rows:
            with contextlib.suppress(ValueError, LookupError, TypeError):  # what cannot be read is told of by its chain
                body = json.loads(bytes(row.body))
                self._hear(row.action, body["at"], body["public"])

    def _hear(self, action: str, at: str, public: dict[str, Any]) -> None:
        if action in (INTRODUCED, ADOPTED, CHANGED, LOST):
            begins = None if action in (INTRODUCED, ADOPTED) else at
            self.keys.setdefault(
                public["key"],
                {"purpose": public["purpose"], "public": public["public"], "valid_from": begins, "valid_to": None, "ended": None},
            )
        if action == LOST:
            for gone in public["replaces"].split():
                self.keys.get(gone, {}).update(valid_to=at, ended="lost")
        elif action == RETIRED:
            self.keys.get(public["key"], {}).update(valid_to=at, ended="rotated")
        elif action == RESTORED:
            self.restored.append(public)

    def held(self, keys: dict[str, PublicKey]) -> Iterator[Difference]:
        for name, key in keys.items():
            told = self.keys.get(name)
            if told is None:
                yield Difference(f"key {name}", "is named by no event", Layer.SIGNATURE)
                continue
            for column, value in told.items():
                if _plain(getattr(key, column)) != value:
                    yield Difference(f"key {name}", f"column {column} differs from the record", Layer.SIGNATURE)
        for name in sorted(self.keys.keys() - keys.keys()):
            yield Difference(f"key {name}", "is gone", Layer.SIGNATURE)

    def was_lost(self, checkpoint: note.Checkpoint) -> bool:
        """True for a checkpoint over more than what survived when an earlier database was put back."""
        return any(one["origin"] == checkpoint.origin and one["kept"] < checkpoint.size <= one["lost"] for one in self.restored)


def _signatures(connection: Connection, keys: dict[str, PublicKey]) -> Iterator[Difference]:
    query = (
        select(
            Event.id,
            Event.stream,
            Event.sequence,
            Event.at,
            Event.body,
            EventSignature.key_id,
            EventSignature.signature,
            LogLeaf.hash,
            LogQueue.event_id.label("queued"),
        )
        .outerjoin(EventSignature, EventSignature.event_id == Event.id)
        .outerjoin(LogLeaf, LogLeaf.event_id == Event.id)
        .outerjoin(LogQueue, LogQueue.event_id == Event.id)
        .order_by(Event.id)
    )
    for row in _stream(connection, query):
        where = f"{row.stream}, event {row.sequence}"
        key = keys.get(row.key_id)
        body, signature = bytes(row.body), bytes(row.signature or b"")
        if row.key_id is None:
            yield Difference(where, "has no signature", Layer.SIGNATURE)
        elif key is None or key.purpose != "event":
            yield Difference(where, f"is signed by {row.key_id}, which is no key of the record", Layer.SIGNATURE)
        elif not key.good_at(row.at):
            yield Difference(where, f"is signed by {row.key_id}, which was not in use then", Layer.SIGNATURE)
        elif not note.signed_by(key.public, signature, body):
            yield Difference(where, "its signature is not one of its body", Layer.SIGNATURE)
        if row.hash is None and row.queued is None:
            yield Difference(where, "has no leaf in the tree and does not wait for one", Layer.TREE)
        elif row.hash is not None and bytes(row.hash) != event_leaf(signature, body):
            yield Difference(where, "its leaf in the tree is not the one of its signature and body", Layer.TREE)
    orphans = select(EventSignature.event_id).outerjoin(Event, Event.id == EventSignature.event_id).where(Event.id.is_(None))
    for (event_id,) in connection.execute(orphans):
        yield Difference(f"event row {event_id}", "is gone, but its signature is kept", Layer.SIGNATURE)


class _Regrown:
    """The tree grown anew, leaf by leaf; only its right edge is held in memory."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._edge: list[tuple[int, bytes]] = []  # whole subtrees from the left, as level and hash
        self._kept: list[tuple[int, int, bytes]] = []  # those of them that the database keeps too

    def grow(self, wanted: set[int], roots: dict[int, bytes]) -> Iterator[Difference]:
        """Differences in leaves and kept subtrees; `roots` is given the root at each size wanted that is reached."""
        size = 0
        query = (
            select(LogLeaf.index.label("place"), LogLeaf.event_id, LogLeaf.hash, Event.id)
            .outerjoin(Event, Event.id == LogLeaf.event_id)
            .order_by(LogLeaf.index)
        )
        subtrees = self._subtrees()
        if 0 in wanted:
            roots[0] = EMPTY
        for row in _stream(self._connection, query):
            if row.place != size:
                yield Difference(f"leaf {size}", "is missing from the tree", Layer.TREE)
                size = row.place
            if row.id is None:
                yield Difference(f"leaf {size}", f"belongs to event row {row.event_id}, which is gone", Layer.TREE)
            self._add(bytes(row.hash), size)
            size += 1
            for level, index, hash_ in self._kept:
                if subtrees.pop((level, index), None) != hash_:
                    yield Difference(f"subtree {level}/{index}", "is not the hash over its leaves, or is missing", Layer.TREE)
            self._kept.clear()
            if size in wanted:
                roots[size] = self._root()
        for level, index in subtrees:
            yield Difference(f"subtree {level}/{index}", "has no such leaves", Layer.TREE)

    def _subtrees(self) -> dict[tuple[int, int], bytes]:
        columns = (LogSubtree.level, LogSubtree.index.label("place"), LogSubtree.hash)
        return {(row.level, row.place): bytes(row.hash) for row in self._connection.execute(select(*columns))}

    def _add(self, leaf: bytes, index: int) -> None:
        level, reached = 0, leaf
        while self._edge and self._edge[-1][0] == level:
            reached = node_hash(self._edge.pop()[1], reached)
            level += 1
            if level % HEIGHT == 0:
                self._kept.append((level, index >> level, reached))
        self._edge.append((level, reached))

    def _root(self) -> bytes:
        reached = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            reached = node_hash(left, reached)
        return reached


def _checkpoints(stored: list[SignedCheckpoint], keys: dict[str, PublicKey], roots: dict[int, bytes]) -> Iterator[Difference]:
    for one in stored:
        where = f"checkpoint {one.origin} over {one.size}"
        try:
            said, _ = note.read(one.note)
        except note.Malformed:
            yield Difference(where, "its note cannot be read", Layer.CHECKPOINT)
            continue
        if (said.origin, said.size, said.root) != (one.origin, one.size, one.root):
            yield Difference(where, "its columns differ from its note", Layer.CHECKPOINT)
        key = keys.get(one.key_id)
        if key is None or key.purpose != "checkpoint" or not key.good_at(one.at) or not note.is_signed(one.note, key.public):
            yield Difference(where, "its note is not signed by a key of the record", Layer.CHECKPOINT)
        yield from _root(where, said, roots)


def _root(where: str, said: note.Checkpoint, roots: dict[int, bytes]) -> Iterator[Difference]:
    if said.size not in roots:
        yield Difference(where, "is over more leaves than there are: events are gone", Layer.CHECKPOINT)
    elif roots[said.size] != said.root:
        yield Difference(where, "is over another tree: what lies under it was changed", Layer.CHECKPOINT)


def _filed(one: checkpoint_file.Filed, keys: dict[str, PublicKey], roots: dict[int, bytes], told: _Told) -> Iterator[Difference]:
    where = f"file of checkpoints, {one.checkpoint.origin} over {one.checkpoint.size}"
    if not _by_any(one.note, keys):
        yield Difference(where, "is not signed by a key of the record", Layer.CHECKPOINT)
    if not told.was_lost(one.checkpoint):
        yield from _root(where, one.checkpoint, roots)


def _missing(stored: list[SignedCheckpoint], filed: list[checkpoint_file.Filed]) -> Iterator[Difference]:
    there = {one.note for one in filed}
    missing = [one for one in stored if one.note not in there]
    if missing:
        yield Difference(
            "file of checkpoints", f"lacks {len(missing)} that were signed, the first over {missing[0].size}", Layer.CHECKPOINT
        )


def _kept_elsewhere(
    checkpoint: note.Checkpoint, text: str, keys: dict[str, PublicKey], roots: dict[int, bytes]
) -> Iterator[Difference]:
    where = f"checkpoint kept elsewhere, {checkpoint.origin} over {checkpoint.size}"
    if not _by_any(text, keys):
        yield Difference(where, "is not signed by a key of the record", Layer.CHECKPOINT)
    yield from _root(where, checkpoint, roots)


def _by_any(text: str, keys: dict[str, PublicKey]) -> bool:
    return any(key.purpose == "checkpoint" and note.is_signed(text, key.public) for key in keys.values())


def _notes(held: str) -> list[tuple[note.Checkpoint, str]]:
    """Every signed note in a text, such as a mail. Raises note.Malformed if there is none in a text that is not empty."""
    found = note.find(held)
    if held.strip() and not found:
        raise note.Malformed("There is no checkpoint in it.")
    return found


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else iso(value) if hasattr(value, "astimezone") else value


def _stream(connection: Connection, query: Any) -> Iterator[Any]:
    result = connection.execute(query.execution_options(yield_per=AT_ONCE))
    try:
        yield from result
    finally:
        result.close()
