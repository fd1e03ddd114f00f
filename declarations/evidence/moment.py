"""What stood in the database at the moment of an event, read out of the record: other declarations, groups, policies and rates."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import snapshot, world
from declarations.earlier_items import item_of, keys_of, looked_into
from declarations.models import Company, Counterparty, Declaration, Disclosure, Event, Filing, PolicyDocument, TotalKey
from workflows.facts import Facts, Item
from workflows.money import Rate, Rates
from workflows.policy.assessment import Assessment
from workflows.policy.document import Document, load
from workflows.policy.in_force import InForce, Seat, in_force
from workflows.words import State

Row = Mapping[str, Any]  # a declaration's columns as its event committed to them


@dataclass(frozen=True, slots=True)
class Past:
    """One event of a declaration: when it was written in the order of all events, and the row it left behind."""

    event_id: int
    at: datetime
    row: Row | None  # None where it was erased
    files: int | None  # the filing it brought, if it brought one


def history(session: Session, declarant_id: int) -> Iterator[tuple[int, Past]]:
    """Every event of what somebody declared, in the order they were written, with the declaration's id."""
    query = (
        select(Event.id, Event.declaration_id, Event.at, Event.body, Disclosure.value)
        .join(Declaration, Declaration.id == Event.declaration_id)
        .outerjoin(Disclosure, (Disclosure.event_id == Event.id) & (Disclosure.name == "row"))
        .where(Declaration.declarant_id == declarant_id)
        .order_by(Event.id)
    )
    for event in session.execute(query):
        said = json.loads(bytes(event.body))
        filing = said["public"].get("filing") if "facts" in said["commitments"] else None
        yield event.declaration_id, Past(event.id, event.at, event.value, filing)


class Moments:
    """Answers about past moments. What it learns about counterparties, policies and rates it keeps while it lives."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._policies: dict[tuple[str, int], InForce | None] = {}

    # what else was declared

    def items(
        self, others: Mapping[int, Past], facts: Facts, event_id: int, policy: InForce, company_id: int, own: int
    ) -> tuple[Item, ...]:
        """What totals could count at that event: of the `others` that the declarant had declared, and by wider keys of colleagues'."""
        day = facts.occurred_on or facts.filed_on
        wider = policy.keys - {"counterparty"}
        rows = {number: past.row for number, past in others.items() if past.row is not None}
        if wider & {"person", "event", "household"}:
            rows |= self._of_colleagues(facts, event_id, company_id, "person" in wider, own)
        found = []
        for number, row in rows.items():
            item = self._item(row, event_id)
            near = abs(item.occurred_on - day) <= world.FARTHEST and item.state not in (State.WITHDRAWN, State.DRAFT)
            of_group = item.counterparty_group_id == facts.counterparty_group_id is not None
            if near and (wider or (of_group and item.declarant_id == facts.declarant_id)):
                found.append(self._whole(number, row, item) if wider or policy.looks_into_items else item)
        return tuple(sorted(found, key=lambda item: (item.occurred_on, item.declaration_id)))

    def _item(self, row: Row, event_id: int) -> Item:
        columns = SimpleNamespace(**{**row, "occurred_on": date.fromisoformat(row["occurred_on"])})
        group = self._group(row["counterparty_id"], event_id) if row["counterparty_id"] else None
        return item_of(columns, group)

    def _whole(self, number: int, row: Row, item: Item) -> Item:
        filed = select(Filing.facts).where(Filing.declaration_id == number, Filing.sequence == row["filing"])
        return looked_into(item, snapshot.facts_from(self.session.scalars(filed).one()))

    def _of_colleagues(self, facts: Facts, event_id: int, company_id: int, of_person: bool, own: int) -> dict[int, Row]:
        """Rows, as they were, of declarations that share a key with `facts` today; an outside person's only within the company."""
        found: dict[int, Row] = {}
        for sort, value in keys_of(facts):
            keyed = select(TotalKey.declaration_id).where(TotalKey.sort == sort, TotalKey.value == value)
            for number in self.session.scalars(keyed):
                row = self._row(number, event_id) if number != own and (sort != "person" or of_person) else None
                if row is not None and (sort != "person" or row["company_id"] == company_id):
                    found[number] = row
        return found

    def _row(self, number: int, event_id: int) -> Row | None:
        query = (
            select(Disclosure.value)
            .join(Event, Event.id == Disclosure.event_id)
            .where(Event.declaration_id == number, Event.id < event_id, Disclosure.name == "row")
            .order_by(Event.id.desc())
            .limit(1)
        )
        found: Row | None = self.session.scalars(query).one_or_none()
        return found

    # groups

    def _group(self, counterparty_id: int, event_id: int) -> int | None:
        """The group a counterparty was in: the one left by the first move after that event, else the one it is in now."""
        for moved, before in self._moves.get(counterparty_id, ()):
            if moved > event_id:
                return before
        return self._groups.get(counterparty_id)

    @cached_property
    def _groups(self) -> dict[int, int]:
        return {row.id: row.group_id for row in self.session.execute(select(Counterparty.id, Counterparty.group_id))}

    @cached_property
    def _moves(self) -> dict[int, list[tuple[int, int]]]:
        """For each counterparty that ever moved: the events that moved it and the groups it left, in order."""
        known = {row.public_id: row.id for row in self.session.execute(select(Counterparty.public_id, Counterparty.id))}
        found: dict[int, list[tuple[int, int]]] = {}
        query = select(Event.id, Event.stream, Event.body).where(Event.stream.startswith("counterparty/")).order_by(Event.id)
        for event in self.session.execute(query):
            before = json.loads(bytes(event.body))["public"].get("group_before")
            counterparty = known.get(event.stream.partition("/")[2])
            if before is not None and counterparty is not None:
                found.setdefault(counterparty, []).append((event.id, before))
        return found

    # policies

    def policy(self, digest: str, company_id: int, on: date) -> InForce | None:
        """The policy with that digest: of the company on that day, or of any company, for a company may have moved since.

        That of two companies together is found by what a filing under it pinned.
        """
        if (digest, company_id) not in self._policies:
            chains = [self._chain(company_id), *map(self._chain, self._companies)]
            held = (policy for chain in chains for policy in self._in_force(chain, on))
            found = next((policy for policy in held if policy.digest == digest), None)
            self._policies[digest, company_id] = found or self._of_two(digest, on)
        return self._policies[digest, company_id]

    def _of_two(self, digest: str, on: date) -> InForce | None:
        filed = select(Filing.organisation).where(Filing.policy_digest == digest).order_by(Filing.id).limit(1)
        pinned = (self.session.scalars(filed).one_or_none() or {}).get("policies")
        return self.joined(pinned, on) if pinned else None

    def joined(self, pinned: Sequence[Mapping[str, str]], on: date) -> InForce | None:
        """The policy of two companies together, as a filing's organisation pinned each; None if one is not there any more."""
        ids = {row.key: row.id for row in self.session.execute(select(Company.key, Company.id))}
        seats = [Seat(pin["company"], pin["country"], pin["currency"]) for pin in pinned]
        held = [self.policy(pin["policy"], ids.get(pin["company"], 0), on) for pin in pinned]
        sides = [side for side in held if side is not None]
        if len(sides) < len(held):
            return None
        own = sides[0] if len(sides) > 1 else InForce()  # whose own company had no policy was bound by the other's alone
        return own.join(seats[0], sides[-1], seats[-1])

    def _in_force(self, chain: list[str], on: date) -> Iterator[InForce]:
        """What holds on the day as it was told at any time: each publication may have changed it."""
        for published in range(len(self._documents), -1, -1):
            yield in_force(self._documents[:published], chain[0], chain[1:], on)

    def _chain(self, company_id: int) -> list[str]:
        return [company.key for company in world.companies_above(self.session, company_id)]

    @cached_property
    def _companies(self) -> list[int]:
        return list(self.session.scalars(select(Company.id).order_by(Company.id)))

    @cached_property
    def _documents(self) -> list[Document]:
        query = select(PolicyDocument).order_by(PolicyDocument.published_at, PolicyDocument.id)
        return [load(row.text, row.key) for row in self.session.scalars(query)]

    # rates

    def rates(self, wanted: Iterable[tuple[str, date]], event_id: int, pinned: Assessment, facts: Facts) -> Rates:
        """The rates as they were known: none published after the last day brought in by then, nor after the one the filing pinned."""
        latest = max((day for event, day in self._brought if event < event_id), default=date.max)
        told = pinned.conversion
        own = told.rate_on if told is not None and told.source.currency != told.result.currency else date.max
        asked = {(c, day): min(day, latest, own if day == facts.rated_on else date.max) for c, day in wanted}
        known = world.rates_for(self.session, {(currency, day) for (currency, _), day in asked.items()})
        quotes: dict[tuple[str, date], Rate] = {}
        for (currency, day), capped in asked.items():
            quote = known.quotes.get((currency, capped))
            if quote is not None:
                quotes[currency, day] = quote
        return Rates(quotes)

    @cached_property
    def _brought(self) -> list[tuple[int, date]]:
        """The events that brought rates in, and the last day of each."""
        query = select(Event.id, Event.body).where(Event.stream == "rates").order_by(Event.id)
        said = [(event.id, json.loads(bytes(event.body))["public"]) for event in self.session.execute(query)]
        return [(number, date.fromisoformat(public["latest"])) for number, public in said if public.get("latest")]
