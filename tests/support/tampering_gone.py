"""Tampering that takes away: an event from the middle, the last events, a whole declaration; what is left is made to agree."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

from sqlalchemy import Table

from tests.support.hands import TABLES, Hands, Row
from tests.support.rewriting import rechained, regrown


def middle_event(hands: Hands) -> str | None:
    """An event with others before and after it is gone, with all that hangs on it; the numbers may be closed up."""
    counted = Counter(event["stream"] for event in hands.rows("event"))
    stream = hands.chance.choice(sorted(name for name, number in counted.items() if number > 2))
    events = hands.rows("event", order="sequence", stream=stream)
    place = hands.chance.randrange(1, len(events) - 1)
    _gone(hands, events[place])
    closed_up = hands.chance.random() < 0.5
    if closed_up:
        left = events[:place] + events[place + 1 :]
        bodies = [json.loads(bytes(event["body"])) for event in left]
        for number, (event, body) in enumerate(zip(left, bodies, strict=True), 1):
            body["sequence"] = number
            hands.change("event", event, sequence=number)
        rechained(hands, left, bodies)
    return f"{stream}, event {place + 1}{', chained anew' if closed_up else ''}"


def tail_cut(hands: Hands) -> str | None:
    """The last events of a declaration are gone, and it stands again as the one before them left it."""
    counted = Counter(event["declaration_id"] for event in hands.rows("event") if event["declaration_id"])
    of = hands.one("declaration", id=hands.chance.choice(sorted(one for one, number in counted.items() if number > 1)))
    assert of is not None
    events = hands.rows("event", order="sequence", declaration_id=of["id"])
    left = hands.chance.randrange(1, len(events))
    for event in events[left:]:
        _gone(hands, event)
        hands.remove("decider", declaration_id=of["id"], event_sequence=event["sequence"])
        hands.remove("condition", declaration_id=of["id"], event_sequence=event["sequence"])
    (then,) = hands.rows("disclosure", event_id=events[left - 1]["id"], name="row")
    for filing in hands.rows("filing", declaration_id=of["id"]):
        if filing["sequence"] > then["value"]["filing"]:
            hands.remove("filing", id=filing["id"])
    hands.change("declaration", of, **_typed(TABLES["declaration"], then["value"]))
    return f"{of['number']}: {left} of {len(events)} left{_tree_too(hands)}"


def wiped(hands: Hands) -> str | None:
    """A declaration is gone with everything that hangs on it, and the numbers given are one fewer where it was the last."""
    of = hands.one("declaration")
    assert of is not None
    for event in hands.rows("event", declaration_id=of["id"]):
        _gone(hands, event)
    deciders = [row["id"] for row in hands.rows("decider", declaration_id=of["id"])]
    for one in deciders:
        hands.remove("alternative", decider_id=one)
    for recheck in hands.rows("recheck"):
        if of["id"] in (recheck["declaration_id"], recheck["cause_id"]):
            for event in hands.rows("event", stream=f"recheck/{recheck['public_id']}"):
                _gone(hands, event)
            hands.remove("recheck", id=recheck["id"])
    for name, table in TABLES.items():
        if "declaration_id" in table.columns:
            hands.remove(name, declaration_id=of["id"])
    hands.remove("declaration", id=of["id"])
    name, _, number = of["number"].rpartition("-")
    (series,) = hands.rows("number_series", series=name)
    if series["last"] == int(number):
        hands.change("number_series", series, last=series["last"] - 1)
    return f"{of['number']}{_tree_too(hands)}"


def _gone(hands: Hands, event: Row) -> None:
    for table in ("disclosure", "event_signature", "log_leaf", "log_queue"):
        hands.remove(table, event_id=event["id"])
    hands.remove("event", id=event["id"])


def _tree_too(hands: Hands) -> str:
    if hands.chance.random() < 0.5:
        return ""
    regrown(hands)
    return ", tree grown anew"


def _typed(table: Table, plain: Row) -> Row:
    """A row as the record writes it, as values of its columns."""
    made = {}
    for column, value in plain.items():
        sort = table.columns[column].type.python_type if not hasattr(table.columns[column].type, "impl") else None
        if value is not None and column.endswith("_at"):
            value = datetime.fromisoformat(value)
        elif value is not None and sort is not None and sort.__name__ == "date":
            value = sort.fromisoformat(value)
        made[column] = value
    return made
