"""Events about people and companies, written many at once where a whole file comes in, and told in sentences."""

from collections.abc import Sequence
from typing import cast

from flask_babel import gettext as _
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from declarations.evidence.record import GENESIS, Entry, body_of, commitment, new_salt, row_of_event, sign_all
from declarations.models import Base, Disclosure, Event
from workflows.words import N_

OPERATOR = "operator"  # whoever works at the server's command line; the record names nobody there

SENTENCES = {
    "person:added": N_("Added to the directory"),
    "person:changed": N_("Facts changed"),
    "person:manager_changed": N_("Another manager"),
    "person:left": N_("Last day set"),
    "person:role_granted": N_("Role granted"),
    "person:role_revoked": N_("Role taken back"),
    "person:link_sent": N_("Link to set a password sent"),
    "person:password_set": N_("Password set"),
    "person:password_changed": N_("Password changed"),
    "delegation:set": N_("Substitute named"),
    "delegation:ended": N_("Substitute no longer needed"),
    "company:added": N_("Company added"),
    "company:changed": N_("Company changed"),
    "company:moved": N_("Company moved in the tree"),
}
_AT_ONCE = 5_000


def sentence(action: str) -> str:
    """What happened, in the reader's language."""
    return str(_(SENTENCES[action])) if action in SENTENCES else action


def one_at_a_time(session: Session) -> None:
    """Commands on the directory take turns, so that a file that comes in and a click never write the same chain."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("directory"))))


def append_all(session: Session, entries: Sequence[Entry]) -> None:
    """Append at most one event to each of many streams; the same bytes as `record.append` writes, in a few statements.

    The caller holds the directory's lock (`one_at_a_time`).
    """
    for start in range(0, len(entries), _AT_ONCE):
        _append_some(session, entries[start : start + _AT_ONCE])


def _append_some(session: Session, entries: Sequence[Entry]) -> None:
    ends = _ends(session, [entry.stream for entry in entries])
    rows, disclosures, bodies = [], [], []
    for event_id, entry in zip(take_ids(session, "event", len(entries)), entries, strict=True):
        sequence, previous = ends.get(entry.stream, (0, GENESIS))
        salted = [(name, new_salt(), value) for name, value in entry.personal.items()]
        commitments = {name: commitment(salt, value) for name, salt, value in salted} | dict(entry.committed)
        body = body_of(entry, sequence + 1, previous, commitments)
        rows.append({"id": event_id, **row_of_event(entry, sequence + 1, previous, body)})
        bodies.append((event_id, body))
        disclosures += [{"event_id": event_id, "name": name, "salt": salt, "value": value} for name, salt, value in salted]
    session.execute(insert(table_of(Event)), rows)
    sign_all(session, bodies, entries[0].at)
    if disclosures:
        session.execute(insert(table_of(Disclosure)), disclosures)


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements about many rows at once, which need no objects."""
    return cast(Table, model.__table__)


def take_ids(session: Session, table: str, count: int) -> Sequence[int]:
    """Ids for new rows before the rows are written, so that other rows of the same statement can name them."""
    if session.get_bind().dialect.name == "postgresql":
        statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return list(session.scalars(statement, {"table": table, "count": count}))
    last = session.scalar(text(f"SELECT max(id) FROM {table}")) or 0  # noqa: S608 - a name of our own
    return range(last + 1, last + count + 1)


def _ends(session: Session, streams: Sequence[str]) -> dict[str, tuple[int, str]]:
    """stream → sequence and digest of its last event."""
    last = (
        select(Event.stream, func.max(Event.sequence).label("sequence")).where(Event.stream.in_(streams)).group_by(Event.stream)
    )
    newest = last.subquery()
    rows = session.execute(
        select(Event.stream, Event.sequence, Event.digest).join(
            newest, (newest.c.stream == Event.stream) & (newest.c.sequence == Event.sequence)
        )
    )
    return {stream: (sequence, digest) for stream, sequence, digest in rows}
