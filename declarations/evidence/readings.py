"""Schedules, their recipients, what was followed up, signed off and drawn as a sample are what the record says of them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Text, select, type_coerce

from declarations.evidence.chain import Difference
from declarations.evidence.record import iso
from declarations.models import (
    Disclosure,
    Event,
    Register,
    RegisterChase,
    RegisterRecipient,
    RegisterSample,
    RegisterSchedule,
    RegisterSignOff,
)

Found = Iterator[Difference]
Rows = dict[tuple[Any, ...], dict[str, Any]]

_AMOUNTS = ("value_minor", "interval_minor")  # text in the record, since JSON's numbers end at 2**53
_PLANNED = ("rhythm", "working_day", "language", "first_month", "active_from")


def readings(connection: Connection) -> Found:
    """Every difference of what hangs on registers but is not in them."""
    yield from _schedules(connection)
    yield from _held("register", "follow-up", _chases_told(connection), _chases(connection))
    yield from _held("register", "sign-off", _signed_told(connection), _signed(connection))
    yield from _held("register", "sample", _samples_told(connection), _samples(connection))


def _schedules(connection: Connection) -> Found:
    told: Rows = {}
    for _, body in _events(connection, "company/%", "register:scheduled", "register:unscheduled"):
        public, key = body["public"], (body["public"].get("schedule"),)
        if body["action"] == "register:unscheduled":
            told.setdefault(key, {})["stopped_at"] = body.get("at")
            continue
        for other in told.values():  # one of a rhythm at a time
            if other.get("stopped_at") is None and (other.get("company_id"), other.get("rhythm")) == (
                body.get("company"),
                public.get("rhythm"),
            ):
                other["stopped_at"] = body.get("at")
        told[key] = {name: public[name] for name in _PLANNED if name in public} | {
            "company_id": body.get("company"),
            "set_by_id": body.get("actor"),
            "set_at": body.get("at"),
            "stopped_at": None,
            "recipients": public.get("recipients", []),
        }
    chosen: dict[int, list[int]] = {}
    recipients = select(RegisterRecipient.schedule_id, RegisterRecipient.person_id)
    for schedule_id, person_id in connection.execute(recipients.order_by(*recipients.selected_columns)):
        chosen.setdefault(schedule_id, []).append(person_id)
    there: Rows = {}
    for row in connection.execute(select(*RegisterSchedule.__table__.columns)):
        there[(row.id,)] = _plain(row._asdict()) | {"recipients": chosen.pop(row.id, [])}
    yield from _held("schedule", "row", told, there)
    for schedule_id in sorted(chosen):
        yield Difference(f"schedule {schedule_id}", "has recipients, and is gone")


def _chases(connection: Connection) -> Rows:
    query = select(Register.public_id, RegisterChase.step, RegisterChase.at).select_from(RegisterChase)
    rows = connection.execute(query.outerjoin(Register, Register.id == RegisterChase.register_id))
    return {(row.public_id, row.step): {"at": iso(row.at)} for row in rows}


def _chases_told(connection: Connection) -> Rows:
    actions = ("register:reminded", "register:passed_on", "register:told_compliance")
    events = _events(connection, "register/%", *actions)
    return {(_key(body), body["public"].get("step")): {"at": body.get("at")} for _, body in events}


def _signed(connection: Connection) -> Rows:
    columns = (Register.public_id, *(column for column in RegisterSignOff.__table__.columns if column.key != "id"))
    query = select(*columns).select_from(RegisterSignOff).outerjoin(Register, Register.id == RegisterSignOff.register_id)
    return {
        (row.public_id, row.person_id, row.number): {"at": iso(row.at), "findings": row.findings}
        for row in connection.execute(query)
    }


def _signed_told(connection: Connection) -> Rows:
    actions = ("register:signed_off", "register:supplemented")
    value = type_coerce(Disclosure.value, Text)
    query = select(Disclosure.event_id, value).join(Event, Event.id == Disclosure.event_id)
    found = connection.execute(query.where(Event.action.in_(actions), Disclosure.name == "findings"))
    written = {row.event_id: row[1] for row in found}
    return {
        (_key(body), body.get("actor"), body["public"].get("number")): {
            "at": body.get("at"),
            "findings": _text(written.get(event_id)),
        }
        for event_id, body in _events(connection, "register/%", *actions)
    }


def _samples(connection: Connection) -> Rows:
    query = select(Register.public_id.label("register"), *(c for c in RegisterSample.__table__.columns if c.key != "public_id"))
    rows = connection.execute(query.select_from(RegisterSample).outerjoin(Register, Register.id == RegisterSample.register_id))
    found = (_plain(row._asdict()) for row in rows)
    return {
        (row["register"], row["drawn_by_id"], row["drawn_at"], row["seed"]): row
        | {name: None if row[name] is None else str(row[name]) for name in _AMOUNTS}
        | {"drawn": [one.get("line") for one in row["drawn"]]}
        for row in found
    }


def _samples_told(connection: Connection) -> Rows:
    """Those drawn by people; the command line keeps none."""
    return {
        (_key(body), body["actor"], body.get("at"), body["public"].get("seed")): {
            name: body["public"].get(name) for name in ("method", "size", "lines_sha256", "entries", "drawn", *_AMOUNTS)
        }
        for _, body in _events(connection, "register/%", "register:sampled")
        if body.get("actor") is not None
    }


def _held(family: str, what: str, told: Rows, there: Rows) -> Found:
    for key in sorted(told.keys() | there.keys(), key=str):
        where = f"{family} {key[0]}"
        name = what if len(key) == 1 else f"{what} {', '.join(str(part) for part in key[1:])}"
        if key not in there:
            yield Difference(where, f"its {name} is gone")
        elif key not in told:
            yield Difference(where, f"its {name} is in no event")
        else:
            for column, value in told[key].items():
                if there[key].get(column) != value:
                    yield Difference(where, f"column {column} of its {name} differs from the record")


def _events(connection: Connection, streams: str, *actions: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Bodies in the order in which they were written. What cannot be read is told of by its own chain."""
    query = select(Event.id, Event.body).where(Event.stream.like(streams), Event.action.in_(actions)).order_by(Event.id)
    for event_id, content in connection.execute(query):
        try:
            body = json.loads(bytes(content))
        except ValueError:
            continue
        if isinstance(body.get("public"), dict):
            yield event_id, body


def _key(body: Mapping[str, Any]) -> str:
    return str(body.get("stream")).partition("/")[2]


def _text(stored: str | None) -> Any:
    """A disclosed value; None for one that is gone or no JSON, which its commitment tells of."""
    try:
        return None if stored is None else json.loads(stored)
    except ValueError:
        return None


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: iso(value) if hasattr(value, "astimezone") else value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in row.items()
    }
