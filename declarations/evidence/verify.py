"""Finds any change made behind the app's back: every event is hashed and chained anew, every row held against its commitments.

One pass over the declarations, each beside its events, filings, disclosures, decisions, conditions, names and files, all streamed in
the same order, and one over the events of everything else. Memory does not grow with the record.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, Text, func, select, type_coerce

from declarations.evidence import compare, papers, subjects
from declarations.evidence.chain import Chain, surely
from declarations.evidence.compare import Difference, Kept
from declarations.evidence.policy_drafts import drafts, rehearsals
from declarations.evidence.readings import readings
from declarations.evidence.told import Told, values_of
from declarations.evidence.verify_log import log
from declarations.models import (
    Attachment,
    Condition,
    Decider,
    Declaration,
    Disclosure,
    Event,
    Filing,
    NamedPerson,
    NumberSeries,
    TotalKey,
)

AT_ONCE = 500
PARTS = ("facts", "answers", "assessment", "organisation", "attachments")

Progress = Callable[[int, int], None]
Query = Select[*tuple[Any, ...]]


def verify(
    connection: Connection, bytes_of: Callable[[str, str], str | None], progress: Progress, held: str = ""
) -> Iterator[Difference]:
    """Every difference found, as it is found. `connection` is one snapshot; `bytes_of(folder, name)` gives the SHA-256 of a stored
    file, None if there is none; `progress` hears how many declarations of how many are done; `held` is text with checkpoints that
    somebody else kept."""
    total = connection.execute(select(func.count()).select_from(Declaration)).scalar_one()
    yield from surely("declarations", _declarations(connection, bytes_of, lambda done: progress(done, total)))
    yield from surely("streams beside declarations", _other_streams(connection))
    yield from surely("numbers", _numbers(connection))
    yield from surely("rows in no event", subjects.untold(connection))
    yield from surely("company tree", subjects.tree(connection))
    yield from surely("policies", papers.policies(connection))
    yield from surely("exchange rates", papers.rates(connection))
    yield from surely("drafts of policies", drafts(connection, bytes_of))
    yield from surely("rehearsals", rehearsals(connection))
    yield from surely("registers", papers.registers(connection, bytes_of))
    yield from surely("readings of registers", readings(connection))
    yield from log(connection, held)


def verify_one(connection: Connection, number: str, bytes_of: Callable[[str, str], str | None]) -> list[Difference] | None:
    """The differences of one declaration; None if there is no such number."""
    found = connection.execute(select(Declaration.id).where(Declaration.number == number)).scalar_one_or_none()
    return None if found is None else list(_declarations(connection, bytes_of, lambda done: None, only=found))


class _Beside:
    """A stream sorted by `declaration_id`, from which each declaration takes its own; what nobody takes belongs to none."""

    def __init__(self, name: str, rows: Iterator[Any]) -> None:
        self.name, self._rows = name, rows
        self._next: Any = next(rows, None)

    def of(self, declaration_id: int) -> list[Any]:
        found: list[Any] = []
        while self._next is not None and self._next.declaration_id == declaration_id:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def before(self, declaration_id: int | None) -> Iterator[Difference]:
        """Rows passed over: their declaration is gone."""
        while self._next is not None and (declaration_id is None or self._next.declaration_id < declaration_id):
            yield Difference(f"declaration row {self._next.declaration_id}", f"is gone, but a row of {self.name} belongs to it")
            gone = self._next.declaration_id
            while self._next is not None and self._next.declaration_id == gone:
                self._next = next(self._rows, None)


def _declarations(
    connection: Connection,
    bytes_of: Callable[[str, str], str | None],
    progress: Callable[[int], None],
    only: int | None = None,
) -> Iterator[Difference]:
    def beside(name: str, query: Query, column: Any) -> _Beside:
        return _Beside(name, _stream(connection, query if only is None else query.where(column == only)))

    streams = {
        "event": beside("event", _events().where(Event.declaration_id.is_not(None)), Event.declaration_id),
        "disclosure": beside("disclosure", _disclosures().where(Event.declaration_id.is_not(None)), Event.declaration_id),
        "filing": beside("filing", _filings(), Filing.declaration_id),
        "decider": beside("decider", _sorted(Decider, Decider.event_sequence), Decider.declaration_id),
        "condition": beside("condition", _sorted(Condition, Condition.id), Condition.declaration_id),
        "named_person": beside("named_person", _sorted(NamedPerson, NamedPerson.person_id), NamedPerson.declaration_id),
        "attachment": beside("attachment", _attached(), Attachment.declaration_id),
        "total_key": beside("total_key", _sorted(TotalKey, TotalKey.value), TotalKey.declaration_id),
    }
    rows = select(*Declaration.__table__.columns).order_by(Declaration.id)
    for done, row in enumerate(_stream(connection, rows if only is None else rows.where(Declaration.id == only)), 1):
        for stream in streams.values():
            yield from stream.before(row.id)
        kept = Kept(row, **{f"{name}s": stream.of(row.id) for name, stream in streams.items()})
        yield from surely(row.number, compare.declaration(kept, bytes_of))
        progress(done)
    for stream in streams.values():
        yield from stream.before(None)


def _other_streams(connection: Connection) -> Iterator[Difference]:
    """Chains that belong to people, companies, counterparties, registers, policies, and the rows they tell of, some at a time."""
    disclosures = _stream(connection, _disclosures(by_stream=True).where(Event.declaration_id.is_(None)))
    pending: Any = next(disclosures, None)
    events = _events().where(Event.declaration_id.is_(None)).order_by(None).order_by(Event.stream, Event.sequence)
    ended: list[tuple[str, Told]] = []
    for stream, some in groupby(_stream(connection, events), key=lambda event: str(event.stream)):
        chain, told = Chain(stream), Told()
        for event in some:
            yield from chain.add(event)
            disclosed = []
            while pending is not None and pending.event_id == event.id:
                disclosed.append(pending)
                pending = next(disclosures, None)
            yield from compare.disclosed(chain, event, disclosed, committed_elsewhere=frozenset())
            told.hear(chain.body, values_of(disclosed))
        ended.append((stream, told))
        if len(ended) == AT_ONCE:
            yield from _held(connection, ended)
            ended.clear()
    yield from _held(connection, ended)


def _held(connection: Connection, ended: Sequence[tuple[str, Told]]) -> Iterator[Difference]:
    families: dict[str, dict[str, Told]] = {}
    for stream, told in ended:
        family, _, key = stream.partition("/")
        families.setdefault(family, {})[key] = told
    for family, batch in families.items():
        yield from subjects.held(connection, family, batch)


def _numbers(connection: Connection) -> Iterator[Difference]:
    """Numbers are given without gaps, so one that is missing was taken away."""
    last = {row.series: row.last for row in connection.execute(select(NumberSeries.series, NumberSeries.last))}
    numbers = _stream(connection, select(Declaration.number))
    counted = Counter(number.rpartition("-")[0] for (number,) in numbers)
    for series in sorted({*last, *counted}):
        if counted[series] == last.get(series, 0):
            continue
        given = connection.execute(select(Declaration.number).where(Declaration.number.startswith(f"{series}-", autoescape=True)))
        found = {int(number.rpartition("-")[2]) for number in given.scalars()}
        missing = sorted(set(range(1, last.get(series, 0) + 1)) - found)
        for number in missing[:100]:
            yield Difference(f"{series}-{number:04d}", "is missing: the number was given, and no declaration has it")
        if not missing:
            yield Difference(f"number series {series}", f"says {last.get(series, 0)} were given, there are {counted[series]}")


def _stream(connection: Connection, query: Query) -> Iterator[Any]:
    return iter(connection.execute(query.execution_options(yield_per=AT_ONCE)))


def _events() -> Query:
    return select(*Event.__table__.columns).order_by(Event.declaration_id, Event.sequence)


def _disclosures(*, by_stream: bool = False) -> Query:
    """Values as the very text that is stored, since that is what was committed to."""
    order = (Event.stream, Event.sequence) if by_stream else (Event.declaration_id, Event.sequence)
    value = type_coerce(Disclosure.value, Text).label("value")
    return (
        select(Event.declaration_id, Event.sequence, Disclosure.event_id, Disclosure.name, Disclosure.salt, value)
        .join(Event, Event.id == Disclosure.event_id)
        .order_by(*order, Disclosure.name)
    )


def _filings() -> Query:
    texts = [type_coerce(getattr(Filing, part), Text).label(part) for part in (*PARTS, "salts")]
    plain = [column for column in Filing.__table__.columns if column.key not in (*PARTS, "salts")]
    return select(*plain, *texts).order_by(Filing.declaration_id, Filing.sequence)


def _attached() -> Query:
    return _sorted(Attachment, Attachment.id).where(Attachment.declaration_id.is_not(None))


def _sorted(model: Any, then: Any) -> Query:
    query: Query = select(*model.__table__.columns).order_by(model.declaration_id, then)
    return query
