"""Events from before there were signatures get theirs once, when the tables are made, and an event says how many they were."""

import hashlib

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.keys import Purpose
from declarations.evidence.record import Entry, append
from declarations.evidence.signing import ADOPTED, STREAM, key_facts, sign, signer_of
from declarations.models import Event
from workflows.words import Role

_AT_ONCE = 2000


def adopt(connection: Connection) -> None:
    """Sign every event there is; called by the migration that makes the tables, within its transaction.

    Nothing is written to a record that has not begun. The event tells the digest over all events' digests in the order of their ids.
    """
    session = Session(bind=connection, autoflush=False)
    if not session.scalar(select(func.count()).select_from(Event)):
        return
    entry_at = clock.now()
    signer, _ = signer_of(session, Purpose.EVENT)
    total, last, over = 0, 0, hashlib.sha256()
    while events := session.execute(
        select(Event.id, Event.digest, Event.body).where(Event.id > last).order_by(Event.id).limit(_AT_ONCE)
    ).all():
        sign(session, signer, [(event.id, bytes(event.body)) for event in events])
        for event in events:
            over.update(bytes.fromhex(event.digest))
        total, last = total + len(events), events[-1].id
    public = {"events": total, "last": last, "digest": over.hexdigest(), **key_facts(signer, Purpose.EVENT)}
    append(session, Entry(STREAM, ADOPTED, entry_at, Role.CLOCK.value, None, public=public))
