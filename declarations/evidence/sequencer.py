"""One worker at a time gives each event its leaf in the tree and signs a checkpoint over all of them; within a minute of the event.

What waits is whatever stands in the queue that the database itself fills. An event without a good signature stays there, is told
of, and holds up nobody else.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, insert, select

from declarations import clock
from declarations.evidence import checkpoints
from declarations.evidence.log import keep_subtrees, size_of
from declarations.evidence.merkle import event_leaf
from declarations.evidence.note import signed_by
from declarations.evidence.proofs import Proofs, PublicKey, SignedCheckpoint
from declarations.extensions import db, writing
from declarations.jobs import claims
from declarations.jobs.claims import Claim
from declarations.models import Event, EventSignature, LogCheckpoint, LogLeaf, LogQueue

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
AT_ONCE = 1000  # leaves added in one transaction: others who write wait for it


@dataclass(frozen=True)
class Round:
    """What one turn of the sequencer did."""

    leaves: int
    unsigned: int  # events that stay out of the tree: no signature, or one that is wrong
    checkpoint: SignedCheckpoint | None


class TakenOver(RuntimeError):
    """Another worker holds the claim now; what this one was about to write is not written."""


def run(worker: str) -> Round | None:
    """Add what waits and sign. None if nothing waits or another worker is at it. Raises Refused, KeyProblem, TakenOver."""
    if not waits():
        return None
    claim = claims.take(job="sequencer", period="record", worker=worker, lease=LEASE)
    if claim is None:
        return None
    try:
        return _run(claim)
    finally:
        claims.give_back(claim, after=timedelta(seconds=-1), note="")


def waits() -> bool:
    """Is there an event without a leaf, or a leaf under no checkpoint?"""
    connection = db.session.connection()
    if connection.execute(select(exists().select_from(LogQueue))).scalar_one():
        return True
    signed = connection.execute(select(LogCheckpoint.size).order_by(LogCheckpoint.id.desc()).limit(1)).scalar_one_or_none()
    return size_of(connection) != (signed or 0)


def _run(claim: Claim) -> Round:
    with writing() as session:
        checkpoints.key(session, clock.now())  # its introduction is an event too, and belongs under the first checkpoint
    known = {key.id: key for key in Proofs(db.session.connection()).public_keys() if key.purpose == "event"}
    leaves = unsigned = last = 0
    while rows := db.session.execute(_waiting(last)).all():
        good = [(row.id, event_leaf(row.signature, row.body)) for row in rows if row.leaf_index is None and _signed(row, known)]
        again = [row.id for row in rows if row.leaf_index is not None]
        unsigned += len(rows) - len(good) - len(again)
        _add(claim, good, again)
        leaves, last = leaves + len(good), rows[-1].id
    with writing() as session:
        _held(session, claim)
        signed = checkpoints.sign_next(session, clock.now())
    return Round(leaves, unsigned, signed)


def _waiting(last: int) -> Any:
    return (
        select(Event.id, Event.at, Event.body, EventSignature.key_id, EventSignature.signature, LogLeaf.index.label("leaf_index"))
        .select_from(LogQueue)
        .join(Event, Event.id == LogQueue.event_id)
        .outerjoin(EventSignature, EventSignature.event_id == Event.id)
        .outerjoin(LogLeaf, LogLeaf.event_id == Event.id)
        .where(LogQueue.event_id > last)
        .order_by(LogQueue.event_id)
        .limit(AT_ONCE)
    )


def _signed(row: Any, known: dict[str, PublicKey]) -> bool:
    key = known.get(row.key_id)
    if key is not None and key.good_at(row.at) and signed_by(key.public, bytes(row.signature), bytes(row.body)):
        return True
    log.error("event %s has no good signature and stays out of the tree", row.id)
    return False


def _add(claim: Claim, good: Sequence[tuple[int, bytes]], again: Sequence[int]) -> None:
    with writing() as session:
        _held(session, claim)
        connection = session.connection()
        size = size_of(connection)
        if good:
            rows = [{"index": size + number, "event_id": one, "hash": leaf} for number, (one, leaf) in enumerate(good)]
            connection.execute(insert(LogLeaf), rows)
            keep_subtrees(connection, size, size + len(good))
        connection.execute(delete(LogQueue).where(LogQueue.event_id.in_([*(one for one, _ in good), *again])))


def _held(session: Any, claim: Claim) -> None:
    if not claims.hold(session, claim, LEASE):
        raise TakenOver
