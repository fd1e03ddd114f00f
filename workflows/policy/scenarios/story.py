"""A case as it would have happened: what was filed before, the thing asked about, and what its filing touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from workflows.case import Case, Company, Org, Person, World
from workflows.facts import Facts, Item
from workflows.independence import why_not
from workflows.money import Money, Rate, Rates, half_up
from workflows.policy.assess import assess, quotes_needed
from workflows.policy.assessment import Assessment
from workflows.policy.document import Document
from workflows.policy.in_force import InForce, day_in_force, in_force
from workflows.policy.recheck import Filed, Lifted, dated_after, lifted
from workflows.policy.scenarios.settings import read
from workflows.policy.scenarios.words import Reader, day, state
from workflows.routing import assign
from workflows.words import Direction, Outcome, Review, State

DECLARANT, MANAGER, OFFICER, EXECUTIVE = "declarant", "manager", "compliance_officer", "executive"
_DAYS = {"date", "entered", "submitted", "registered", "decided"}
_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)  # nobody is away, whatever the day


@dataclass(frozen=True)
class Story:
    """One case under one set of documents. `about` is what the file says of the policy: its exchange rates, if any."""

    case: Mapping[str, Any]
    versions: tuple[Mapping[str, Any], ...]
    about: Mapping[str, Any]

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every version of the document asked."""
        return read(self.versions)

    @cached_property
    def company(self) -> Company:
        """Whose policy it is: in the currency, the zone and the country the document names."""
        one = self.documents[0]
        return Company(1, "company", "", one.holiday_calendar.partition("-")[0], one.base_currency, ZoneInfo(one.time_zone))

    @cached_property
    def entries(self) -> tuple[Mapping[str, Any], ...]:
        """What was filed, in order; the last is the one asked about. Several values of one earlier entry are entries of their own."""
        found: list[Mapping[str, Any]] = []
        for entry in self.case.get("given") or ():
            alone = {word: value for word, value in entry.items() if word != "items"}
            found += [{**alone, "value": value} for value in entry.get("items", ())] or [entry]
        return (*found, self.case["when"])

    @cached_property
    def _stated(self) -> tuple[Facts, ...]:
        ways = {way for document in self.documents for rule in document.rules for way in rule.directions}
        usual = Direction.GIVEN if ways == {Direction.GIVEN} else Direction.RECEIVED
        days = [day(entry[word], self.company) for entry in self.entries for word in entry.keys() & _DAYS]
        today = day(self.case["when"]["today"]) if "today" in self.case["when"] else max(days, default=date.max)
        reader = Reader(self.company, usual, today)
        return tuple(reader.facts(entry) for entry in self.entries)

    @property
    def facts(self) -> Facts:
        """The thing asked about."""
        return self._stated[-1]

    @property
    def on(self) -> date:
        """Its day."""
        return self.facts.occurred_on or self.facts.filed_on

    @cached_property
    def policy(self) -> InForce:
        """What is in force for it."""
        return self._in_force(self.facts)

    def _in_force(self, facts: Facts) -> InForce:
        return in_force(self.documents, self.company.key, (), day_in_force(facts))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What was filed before, each with the outcome it had then; its number is its place."""
        items: list[Item] = []
        for place, facts in enumerate(self._stated[:-1]):
            found = self._answer(facts, tuple(items))
            sent_back = found.outcome is Outcome.INVALID  # it never was filed
            items.append(self._item(place, facts, found, State.DRAFT if sent_back else state(self.entries[place])[0]))
        return tuple(items)

    @cached_property
    def answer(self) -> Assessment:
        """What the policy answers to the thing asked about."""
        return self._answer(self.facts, self.items)

    def day_of(self, place: int) -> date:
        """The day of what was filed before."""
        return self.items[place].occurred_on

    def _answer(self, facts: Facts, items: tuple[Item, ...]) -> Assessment:
        policy = self._in_force(facts)
        return assess(facts, items=items, policy=policy, rates=self._rates(facts, items, policy), company=self.company)

    def _item(self, place: int, facts: Facts, found: Assessment | None, stands: State) -> Item:
        heads = max(facts.heads, 1)
        return Item(
            declaration_id=place,
            number=str(place),
            declarant_id=facts.declarant_id,
            kind=facts.kind,
            direction=facts.direction,
            occurred_on=facts.occurred_on or facts.filed_on,
            counterparty_group_id=facts.counterparty_group_id,
            counterparty_class=facts.counterparty_class,
            value=_share(facts.value, heads),
            base=None,
            form=facts.form,
            disposition=facts.disposition,
            state=stands,
            exempt=facts.exempt,
            heads=facts.heads,
            outcome=int(found.outcome) if found else None,
            tax=_share(facts.tax, heads),
            delivery=_share(facts.delivery, heads),
            own_share=facts.own_share,
            occasion=facts.occasion,
            outside=facts.outside,
            event=facts.event,
            household=facts.household,
        )

    def _rates(self, facts: Facts, items: tuple[Item, ...], policy: InForce) -> Rates:
        quotes = {}
        for currency, on in quotes_needed(facts, items, policy, self.company):
            rate = self._rate(currency, on)
            if rate is not None:
                quotes[currency, on] = rate
        return Rates(quotes)

    def _rate(self, currency: str, on: date) -> Rate | None:
        """Units for one euro: as the case states it, or as follows from the file's table in the policy's own currency."""
        base = self.company.currency
        for entry in self.entries:
            if entry.get("per_eur") is not None:
                meant = entry.get("currency", base)
                if currency == (base if meant == "EUR" else meant):
                    return Rate(Decimal(str(entry["per_eur"])), on)
        table = self.about.get(f"fx_{base.lower()}") or {}
        euro, own = _last(table.get("EUR"), on), _last(table.get(currency), on)
        if currency == base:
            return Rate(euro[1], euro[0]) if euro else None
        return Rate(Fraction(euro[1]) / Fraction(own[1]), min(euro[0], own[0])) if euro and own else None

    @cached_property
    def lifted(self) -> tuple[Lifted, ...]:
        """What was filed before, is dated later, and is over a limit now that the thing asked about is there too."""
        late = self._item(len(self.items), self.facts, None, state(self.case["when"])[0])
        after = set(dated_after(self.items, late.occurred_on))
        filed = [self._filed(item, facts, late) for item, facts in zip(self.items, self._stated, strict=False)]
        found = (lifted(one, late.declaration_id) for one in filed if one.declaration_id in after)
        return tuple(one for one in found if one is not None)

    def _filed(self, item: Item, facts: Facts, late: Item) -> Filed:
        without = tuple(other for other in self.items if other is not item)
        within, policy = (*without, late), self._in_force(facts)
        rates, answered = self._rates(facts, within, policy), self._answer(facts, self.items[: item.declaration_id])
        return Filed(item.declaration_id, facts, answered, without, within, policy, rates, self.company)

    def could_approve(self, called: str) -> bool:
        """Whether whom a file calls so could be asked to approve it: the declarant, who may hold a role, or somebody else in one."""
        declarant, role = self.facts.declarant_id, self.facts.role or ""
        others = {MANAGER: 1001, OFFICER: 1002, EXECUTIVE: 1003}
        meant = others.get(called, declarant) if called != role else declarant
        officers = (others[OFFICER], *((declarant,) if "compliance" in role else ()))
        executives = (*((declarant,) if role and "compliance" not in role else ()), others[EXECUTIVE])
        people = {person: Person(person, "") for person in (declarant, *others.values())}
        org = Org(people, (others[MANAGER],), ((self.company.id, officers),), executives)
        case = Case(State.DRAFT, self.facts, self.answer)
        world = World(_NOON, self.company, self.policy, Rates({}), org)
        turns = [assign(review, case, world) for review in self.answer.reviews or (Review.COMPLIANCE,)]
        asked = {person for turn in turns for person in (officers if turn.person_id is None else (turn.person_id,))}
        return meant in asked and why_not(meant, case, org) is None


def _share(money: Money | None, heads: int) -> Money | None:
    return Money(half_up(Fraction(max(money.minor, 0), heads)), money.currency) if money else None


def _last(rates: Mapping[Any, Any] | None, on: date) -> tuple[date, Decimal] | None:
    """The rate of the last day on or before `on`."""
    published = sorted((day(stated), Decimal(str(rate))) for stated, rate in (rates or {}).items())
    return next((pair for pair in reversed(published) if pair[0] <= on), None)
