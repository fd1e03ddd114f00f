"""A bundle is made only once everything the register saw lies under a signed checkpoint, which whoever builds it brings about.

The register is read from one snapshot, and its newest events may not have their leaf yet. So the sequencer's turn is taken before
the bundle is begun; where another worker has it just then, that one is waited for. What is still without a leaf after that has no
good signature, and no waiting would help: it stays out, and whoever verifies the bundle is told that an event is missing.
"""

import logging
import time

from sqlalchemy import Connection, exists, select

from declarations.evidence import sequencer
from declarations.evidence.checkpoints import Refused
from declarations.evidence.keys import KeyProblem
from declarations.evidence.proofs import Proofs
from declarations.extensions import db
from declarations.models import Event, LogLeaf, LogQueue
from declarations.registers.reader import snapshot
from declarations.registers.seen import Seen

log = logging.getLogger(__name__)

_LONGEST = 120.0  # seconds to wait for another worker's turn
_LOOKED = 0.5


def cover(seen: Seen, worker: str) -> None:
    """Come back when everything seen that can have a leaf lies under a checkpoint, or when nothing more can be done about it."""
    waited = 0.0
    while not _is_covered(seen):
        try:
            if sequencer.run(worker) is not None:
                return
        except (Refused, KeyProblem) as problem:
            log.error("the record was not signed: %s", problem)
            return
        except sequencer.TakenOver:
            pass
        if waited >= _LONGEST:
            log.error("another worker did not finish signing the record")
            return
        time.sleep(_LOOKED)
        waited += _LOOKED


def _is_covered(seen: Seen) -> bool:
    with snapshot(db.engine) as connection:
        return not (_waits(connection, seen) or _unsigned(connection, seen))


def _waits(connection: Connection, seen: Seen) -> bool:
    """True if something that was seen has no leaf."""
    waiting = select(LogQueue.event_id).join(Event, Event.id == LogQueue.event_id).where(seen.holds)
    return bool(connection.execute(select(exists(waiting))).scalar_one())


def _unsigned(connection: Connection, seen: Seen) -> bool:
    """True if something that was seen has a leaf under no checkpoint."""
    latest = Proofs(connection).latest()
    beyond = select(LogLeaf.event_id).join(Event, Event.id == LogLeaf.event_id).where(seen.holds)
    if latest is not None:
        beyond = beyond.where(LogLeaf.index >= latest.size)
    return bool(connection.execute(select(exists(beyond))).scalar_one())
