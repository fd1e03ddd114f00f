"""All declarations are read as a few long texts, joined by the database itself, and become columns at once: no row is ever an object.

Two connections read side by side; on PostgreSQL both see the same snapshot.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import rfc8785
from sqlalchemy import Connection, Engine, and_, func, select, text

from declarations import packing, snapshot
from declarations.models import Company, Counterparty, Declaration, Filing, Profile
from declarations.rehearsing.glass import Common, common_of
from workflows.words import State

Progress = Callable[[float], None]  # hears what share of the whole is done

READERS = 2  # connections at once
AT_ONCE = 1 << 16  # ids a query

RECORD = np.dtype(
    [
        ("id", "<i8"),
        ("declarant", "<i8"),
        ("counterparty", "<i8"),
        ("company", "<i4"),
        ("day", "<i4"),
        ("filed", "<i4"),
        ("value", "<i8"),
        ("base", "<i8"),
        ("heads", "<i8"),
        ("profile", "<i4"),
    ]
)
assert RECORD.itemsize == packing.RECORD.size  # the same record, written there and read here


@dataclass(frozen=True)
class Filed:
    """Every declaration not withdrawn, as columns. `commons` are the profiles that `rows["profile"]` counts from 0; `group` is
    each one's counterparty group, -1 where there is none."""

    rows: Any
    group: Any
    commons: tuple[Common, ...]


def read(engine: Engine, progress: Progress) -> Filed:
    """All declarations that are not withdrawn, as they stand now. Reads only."""
    with _connections(engine) as connections:
        first, last = connections[0].execute(select(func.min(Declaration.id), func.max(Declaration.id))).one()
        starts = list(range(first, last + 1, AT_ONCE)) if first is not None else []
        done = count(1)
        free = list(connections)

        def part(start: int) -> tuple[Any, list[int]]:
            connection = free.pop()
            try:
                found = _part(connection, start)
            finally:
                free.append(connection)
            progress(next(done) / len(starts))
            return found

        with ThreadPoolExecutor(READERS) as pool:
            parts = list(pool.map(part, starts))
        unpacked = [number for _, numbers in parts for number in numbers]
        return _whole(connections[0], [rows for rows, _ in parts], unpacked)


@contextmanager
def _connections(engine: Engine) -> Iterator[list[Connection]]:
    """Connections that see the same: on SQLite there is no way to say so, and what is filed meanwhile may be seen by one."""
    with ExitStack() as stack:
        if engine.dialect.name == "sqlite":
            yield [stack.enter_context(engine.connect()) for _ in range(READERS)]
            return
        options = {"isolation_level": "REPEATABLE READ"}
        found = [stack.enter_context(engine.connect().execution_options(**options)) for _ in range(READERS)]
        name = found[0].execute(select(func.pg_export_snapshot())).scalar_one()
        for other in found[1:]:
            other.execute(text(f"SET TRANSACTION SNAPSHOT '{name}'"))  # a name the database gave us
        yield found


def _part(connection: Connection, start: int) -> tuple[Any, list[int]]:
    """The packed declarations with ids from `start` on, and the ids of those that are not packed."""
    mine = and_(Declaration.id >= start, Declaration.id < start + AT_ONCE, Declaration.state != State.WITHDRAWN.value)
    joined, packed, there = connection.execute(
        select(func.aggregate_strings(Declaration.packed, ""), func.count(Declaration.packed), func.count()).where(mine)
    ).one()
    rows = np.frombuffer(bytes.fromhex(joined or ""), RECORD)
    if packed == there:
        return rows, []
    return rows, list(connection.execute(select(Declaration.id).where(mine, Declaration.packed.is_(None))).scalars())


def _whole(connection: Connection, parts: list[Any], unpacked: list[int]) -> Filed:
    profiles = connection.execute(select(Profile.id, Profile.content).order_by(Profile.id)).all()
    contents = [row.content for row in profiles]
    rows = np.concatenate([*parts, np.empty(0, RECORD)])
    place = np.full(max((row.id for row in profiles), default=0) + 1, -1, np.int32)
    place[[row.id for row in profiles]] = np.arange(len(profiles), dtype=np.int32)
    rows["profile"] = place[rows["profile"]]
    if unpacked:
        rows = np.concatenate([rows, _the_long_way(connection, unpacked, contents)])
    return Filed(rows, _groups(connection, rows["counterparty"]), tuple(map(common_of, contents)))


def _the_long_way(connection: Connection, numbers: list[int], contents: list[str]) -> Any:
    """What was filed before there was a packed text, out of its filings; profiles new to `contents` are added to it."""
    known = {content: place for place, content in enumerate(contents)}
    records = []
    for start in range(0, len(numbers), 500):
        query = (
            select(*Declaration.__table__.columns, Filing.facts.label("facts"))
            .join(Filing, and_(Filing.declaration_id == Declaration.id, Filing.sequence == Declaration.filing))
            .where(Declaration.id.in_(numbers[start : start + 500]))
        )
        for row in connection.execute(query):
            facts = snapshot.facts_from(row.facts)
            content = rfc8785.dumps(packing.profile_of(facts, row.base_currency)).decode()
            place = known.setdefault(content, len(known))
            if place == len(contents):
                contents.append(content)
            records.append(packing.record_of(row, facts, place))
    return np.frombuffer(b"".join(records), RECORD)


def _groups(connection: Connection, counterparties: Any) -> Any:
    """The group of each counterparty as it is now; -1 for nobody."""
    pairs = connection.execute(select(Counterparty.id, Counterparty.group_id).order_by(Counterparty.id)).all()
    ids = np.array([packing.NOBODY, *(pair[0] for pair in pairs)], np.int64)
    groups = np.array([-1, *(pair[1] for pair in pairs)], np.int64)
    return groups[np.searchsorted(ids, counterparties)]


def companies(connection: Connection) -> dict[int, Any]:
    """Every company row by id."""
    return {row.id: row for row in connection.execute(select(*Company.__table__.columns))}
