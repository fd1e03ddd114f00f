"""What holds for a company on a day: the group's documents and the companies' amendments, of each the newest version by then."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from workflows.facts import Facts
from workflows.policy.amounts import Total
from workflows.policy.document import USUAL_RATE_AGE, Document, as_json
from workflows.policy.reads import Reads, reads_of
from workflows.policy.rules import Deadline, Deadlines, Rule
from workflows.words import CounterpartyClass, Direction, Kind, Review


def day_in_force(facts: Facts) -> date:
    """The day that selects the policy version: the event's for one-off kinds, the filing's for standing interests."""
    return facts.filed_on if facts.standing or facts.occurred_on is None else facts.occurred_on


@dataclass(frozen=True)
class InForce:
    """The documents that hold for a company on a day: the group's first, then the companies' amendments.

    `replaced` names the group rules ("document/rule") an amendment stands in for. All of it is asked, the strictest wins. For
    somebody who belongs to two companies `sides` are the policies of both, each with its company, and the strictest of the two
    answers holds; the documents are then those of both.
    """

    documents: tuple[Document, ...] = ()
    replaced: frozenset[str] = frozenset()
    sides: tuple[tuple["InForce", "Seat"], ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) over the digests of the documents, pinned on every filing."""
        content = [[document.key, document.digest] for document in self.documents]
        return hashlib.sha256(as_json([content, sorted(self.replaced)]).encode()).hexdigest()

    @cached_property
    def chapters(self) -> tuple["Chapter", ...]:
        """Each document with the rules asked in its name: its own that still stand, and those that replace them."""
        where = {rule.id: document.key for document in self.documents for rule in document.rules if rule.replaces is None}
        chapters = []
        for document in self.documents:
            asked = [
                (d, r)
                for d in self.documents
                for r in d.rules
                if where.get(r.replaces or "", d.key) == document.key and f"{d.key}/{r.id}" not in self.replaced
            ]
            chapters.append(Chapter(document, tuple(asked)))
        return tuple(chapters)

    @cached_property
    def rules(self) -> tuple[tuple[Document, Rule], ...]:
        """Every rule asked, with the document it stands in."""
        return tuple(pair for chapter in self.chapters for pair in chapter.rules)

    @cached_property
    def classes(self) -> dict[str, frozenset[str]]:
        """The classes of all documents; official, political and antisocial mean at least themselves."""
        united = {
            "official": frozenset({CounterpartyClass.PUBLIC_OFFICIAL.value}),
            "political": frozenset({CounterpartyClass.POLITICAL.value}),
            "antisocial": frozenset({CounterpartyClass.ANTISOCIAL.value}),
        }
        for document in self.documents:
            for name, members in document.classes.items():
                united[name] = united.get(name, frozenset()) | members
        return united

    def members(self, words: frozenset[str]) -> frozenset[str]:
        """`words` with the names of classes among them replaced by their members."""
        return frozenset(member for word in words for member in self.classes.get(word, (word,)))

    @cached_property
    def _reads(self) -> dict[tuple[Kind, Direction | None], Reads]:
        return {}

    def reads(self, kind: Kind, direction: Direction | None) -> Reads:
        """What the rules about `kind`, going that way, look at: what a form must ask. Worked out once for these documents."""
        known = self._reads.get((kind, direction))
        if known is None:
            asked = (
                rule for _, rule in self.rules if kind in rule.kind_set and (not rule.directions or direction in rule.directions)
            )
            known = self._reads[kind, direction] = reads_of(asked, self.members)
        return known

    @cached_property
    def max_age(self) -> timedelta:
        """How old an exchange rate may be: the shortest the documents state, and the usual where there is none."""
        return timedelta(days=min((document.rate_max_age for document in self.documents), default=USUAL_RATE_AGE))

    @cached_property
    def host_absent_is_gift(self) -> bool:
        """Whether entertainment without its host counts as a gift too."""
        return any(document.host_absent_is_gift for document in self.documents)

    @cached_property
    def deadlines(self) -> Deadlines:
        """Working days to remind and to escalate, per review: the shortest the documents state."""
        stated = [document.deadlines for document in self.documents if document.deadlines]
        if not stated:
            return Deadlines()
        return Deadlines(
            **{
                review.slug: Deadline(
                    remind_after=min(deadlines.of(review).remind_after for deadlines in stated),
                    escalate_after=min(deadlines.of(review).escalate_after for deadlines in stated),
                )
                for review in Review
            }
        )

    def filing_due(self, kind: Kind, on: date) -> date | None:
        """The last day on which filing is in time for an event on `on`: the earliest the documents state."""
        return min((document.filing.due(kind, on) for document in self.documents if document.filing), default=None)

    def currency(self, company_currency: str) -> str:
        """The currency things are shown in: the company's if any limit is stated in it, else the first document's base."""
        return company_currency if company_currency in self.currencies else self.documents[0].base_currency

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Every currency any limit is stated in."""
        return frozenset(currency for _, rule in self.rules for limits in rule.limits for currency in limits.by_currency)

    @cached_property
    def asks(self) -> frozenset[str]:
        """Every question any rule asks."""
        return frozenset(condition.name for _, rule in self.rules for condition, _ in rule.conditions)

    @cached_property
    def keys(self) -> frozenset[str]:
        """By what totals and counts are kept, see `Total.per`."""
        return frozenset(total.per for _, rule in self.rules for total in rule.totals)

    @cached_property
    def looks_into_items(self) -> bool:
        """Whether a total looks at more of an earlier item than its day, kind, value and form."""
        totals = [total for _, rule in self.rules for total in rule.totals if isinstance(total, Total)]
        return any(total.stated or total.with_tax or total.with_delivery or total.less_own_share for total in totals)

    def join(self, own: "Seat", other: "InForce", second: "Seat") -> "InForce":
        """What holds for somebody who belongs to two companies, their `own` and a `second` one: both, each asked as its company has it."""
        if not other.documents:
            return self
        more = tuple(document for document in other.documents if document not in self.documents)
        sides = ((self, own), (other, second)) if self.documents else ((other, second),)
        return InForce((*self.documents, *more), self.replaced & other.replaced if self.documents else other.replaced, sides)


@dataclass(frozen=True, slots=True)
class Seat:
    """What rules ask about a company: its key, its country (two letters) and its currency."""

    key: str
    country: str
    currency: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A document and the rules asked in its name, each with the document it stands in."""

    document: Document
    rules: tuple[tuple[Document, Rule], ...]


def in_force(documents: Iterable[Document], company_key: str, ancestor_keys: Iterable[str], on: date) -> InForce:
    """The policy for company `company_key` (the companies above it: `ancestor_keys`) on the day `on`.

    Of each document the newest version with `effective_from` on or before `on` holds. Without any, the answer is an InForce
    without documents, under which nothing is found.
    """
    chain = {None, company_key, *ancestor_keys}
    newest: dict[str, Document] = {}
    for document in documents:
        if document.company in chain and document.effective_from <= on:
            held = newest.get(document.key)
            if held is None or held.effective_from < document.effective_from:
                newest[document.key] = document
    order = [None, *reversed(list(ancestor_keys)), company_key]
    held_now = sorted(newest.values(), key=lambda document: (order.index(document.company), document.key))
    wanted = {rule.replaces for document in held_now for rule in document.rules if rule.replaces}
    replaced = {f"{d.key}/{rule.id}" for d in held_now for rule in d.rules if rule.id in wanted and not rule.replaces}
    return InForce(tuple(held_now), frozenset(replaced))
