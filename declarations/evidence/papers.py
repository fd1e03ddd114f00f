"""Policies, exchange rates and registers are what the record says was published, brought in, built and taken."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import rfc8785
from sqlalchemy import Connection, Row, select

from declarations.evidence.chain import Difference
from declarations.evidence.record import iso
from declarations.models import Event, ExchangeRate, PolicyDocument, Profile, Register, RegisterDownload
from workflows.policy.document import PolicyError, load

BytesOf = Callable[[str, str], str | None]
Found = Iterator[Difference]

RATES = "rates"  # the stream of what was brought in
_AT_ONCE = 5_000


def rates_digest(connection: Connection) -> str:
    """SHA-256 over every rate there is, by currency and day; each import writes it into its event."""
    digest = hashlib.sha256()
    its = (ExchangeRate.currency, ExchangeRate.day, ExchangeRate.per_euro)
    rows = connection.execute(select(*its).order_by(*its[:2]).execution_options(yield_per=_AT_ONCE))
    for currency, day, per_euro in rows:
        digest.update(f"{currency} {day} {per_euro}\n".encode())
    return digest.hexdigest()


def totals_digest(totals: Any) -> str:
    """SHA-256 of what a register adds up to."""
    return hashlib.sha256(rfc8785.dumps(totals)).hexdigest()


def rates(connection: Connection) -> Found:
    """The rates are those that were there after the last import; rates from before imports said so are taken as they are."""
    newest = next(reversed(list(_told(connection, RATES, "rates:imported"))), None)
    digest = newest["public"].get("digest") if newest else None
    if digest is not None and digest != rates_digest(connection):
        yield Difference("exchange rates", "are not those that were brought in")
    for row in connection.execute(select(Profile.id, Profile.digest, Profile.content)):
        if hashlib.sha256(row.content.encode()).hexdigest() != row.digest:
            yield Difference(f"profile {row.id}", "its content does not have its digest")


def policies(connection: Connection) -> Found:
    """Every document is the one that was published, and none is gone."""
    published = {
        (body["public"].get("key"), body["public"].get("effective_from")): body
        for body in _told(connection, "policy/%", "policy:published")
    }
    for row in connection.execute(select(*PolicyDocument.__table__.columns)):
        name = f"policy {row.key} of {row.effective_from.isoformat()}"
        told = published.pop((row.key, row.effective_from.isoformat()), None)
        if told is None:
            yield Difference(name, "is in no event")
        else:
            yield from _compared(name, _policy_told(told), row._mapping)
        yield from _text(name, row, told)
    for key, day in sorted(published, key=str):
        yield Difference(f"policy {key} of {day}", "was published, and is gone")


def _policy_told(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "digest": body.get("policy"),
        "company_key": body["public"].get("company") or None,
        "published_by_id": body.get("actor"),
        "published_at": body.get("at"),
    }


def _text(name: str, row: Row[Any], told: dict[str, Any] | None) -> Found:
    text = bytes(row.text)
    sha256 = told["public"].get("text_sha256") if told else None
    if sha256 is not None and hashlib.sha256(text).hexdigest() != sha256:
        yield Difference(name, "its text is not the one that was published")
    try:
        document = load(text, row.key)
    except PolicyError:
        yield Difference(name, "cannot be read any more")
        return
    if document.digest != row.digest:
        yield Difference(name, "its text does not have its digest")
    if (document.key, document.effective_from) != (row.key, row.effective_from):
        yield Difference(name, "its text is of another document or day")


def registers(connection: Connection, bytes_of: BytesOf) -> Found:
    """Every register is the one that was asked for and built, its files byte for byte, and taken by whom the record says."""
    told: dict[str, dict[str, Any]] = {}
    taken: Counter[tuple[Any, ...]] = Counter()
    for body in _told(connection, "register/%", *_SAID):
        key = body["stream"].partition("/")[2]
        said = told.setdefault(key, {})
        said |= _SAID[body["action"]](body)
        if body["action"] == "register:downloaded":
            taken[key, body.get("actor"), body.get("at")] += 1
    for row in connection.execute(select(*Register.__table__.columns)):
        name = f"register {row.public_id}"
        said = told.pop(row.public_id, {})
        now = dict(row._mapping) | {"totals_digest": None if row.totals is None else totals_digest(row.totals)}
        yield from _compared(name, said, now)
        if row.built_at is not None and "built_at" not in said:
            yield Difference(name, "was never built")
        yield from _files(name, row, said, bytes_of)
    for key in sorted(told):
        yield Difference(f"register {key}", "is in the record, but gone")
    yield from _downloads(connection, taken)


def _asked(body: dict[str, Any]) -> dict[str, Any]:
    public = body["public"]
    said = {name: public.get(name) for name in ("first_on", "last_on", "language")}
    return said | {
        "company_id": body.get("company"),
        "schedule_id": public.get("schedule"),
        "asked_by_id": body.get("actor"),
        "asked_at": body.get("at"),
        "due_on": public.get("due_on"),
    }


def _built(body: dict[str, Any]) -> dict[str, Any]:
    """What the row says too; what an event of an earlier version did not say is left out."""
    public = body["public"]
    names = {"rows": "rows_total", "only_for": "only_for_id"}
    said = {names.get(name, name): value for name, value in public.items()}
    return said | {"built_at": body.get("at"), "company_id": body.get("company")}


_SAID: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "register:asked": _asked,
    "register:built": _built,
    "register:downloaded": lambda _body: {},
}


def _files(name: str, row: Row[Any], said: dict[str, Any], bytes_of: BytesOf) -> Found:
    files = {"workbook": (row.stored_as, row.sha256), "bundle": (row.bundle_stored_as, row.bundle_sha256)}
    if "lines_file" in said:
        files["lines"] = (row.lines_stored_as, said["lines_file"])
    for what, (stored_as, sha256) in files.items():
        found = bytes_of("registers", stored_as) if stored_as else None
        if found != sha256:
            yield Difference(name, f"its {what} is missing" if found is None else f"its {what} was changed")


def _downloads(connection: Connection, told: Counter[tuple[Any, ...]]) -> Found:
    query = select(Register.public_id, RegisterDownload.person_id, RegisterDownload.at)
    query = query.select_from(RegisterDownload).outerjoin(Register, Register.id == RegisterDownload.register_id)
    there = Counter((row.public_id, row.person_id, iso(row.at)) for row in connection.execute(query))
    for key, person, at in sorted((told - there).keys(), key=str):
        yield Difference(f"register {key}", f"was taken at {at} by person {person}, and its row is gone")
    for key, person, at in sorted((there - told).keys(), key=str):
        yield Difference(f"register {key}", f"was not taken at {at} by person {person}, though a row says so")


def _compared(name: str, told: dict[str, Any], row: Any) -> Found:
    for column, value in told.items():
        if column in row and _plain(row[column]) != value:
            yield Difference(name, f"column {column} differs from the record")


def _told(connection: Connection, streams: str, *actions: str) -> Iterator[dict[str, Any]]:
    """Bodies of events, in the order of their streams. What cannot be read is told of by its own chain."""
    query = select(Event.body).where(Event.stream.like(streams), Event.action.in_(actions)).order_by(Event.stream, Event.sequence)
    for (content,) in connection.execute(query):
        try:
            body = json.loads(bytes(content))
        except ValueError:
            continue
        if isinstance(body.get("public"), dict):
            yield body


def _plain(value: Any) -> Any:
    return iso(value) if hasattr(value, "astimezone") else value.isoformat() if hasattr(value, "isoformat") else value
