"""A policy is a dated document of rules; it is read whole or refused with the place and the nearest known word."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator

from workflows.facts import Facts
from workflows.policy.amounts import Total
from workflows.policy.misread import CURRENCY, said
from workflows.policy.predicates import ClassWords, FormWords
from workflows.policy.reads import Reads, reads_of
from workflows.policy.rules import Deadline, Deadlines, Filing, Otherwise, Paragraph, Rule, Said, Slug, Year
from workflows.policy.sentences import Fault, Sentence
from workflows.policy.tables import Table, Text, unknown
from workflows.words import N_, CounterpartyClass, Direction, Kind, Review

USUAL_RATE_AGE = 45  # days
_MOST_DOTS = 300  # in a line: a key of many parts takes the time of their square, and no sentence has as many
_AT = re.compile(r"(?P<words>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", re.S)


class PolicyError(ValueError):
    """A policy that cannot be; each of `sentences` names document, rule and key, and the nearest known word."""

    def __init__(self, *sentences: Sentence) -> None:
        super().__init__(sentences[0])
        self.sentences = sentences


class Document(Table):
    """A dated policy document of the group (`company` None) or of one company."""

    seldom = frozenset({"year", "ranks"})

    key: Slug
    title: Text
    company: str | None = None
    effective_from: date
    approved_by: Said
    approved_on: date
    base_currency: Annotated[str, Field(pattern=CURRENCY)]
    time_zone: str
    holiday_calendar: str
    rate_max_age: Annotated[int, Field(ge=1, le=366)] = USUAL_RATE_AGE
    host_absent_is_gift: bool = False
    year: Year = Year()
    ranks: tuple[str, ...] = ()  # lowest first
    filing: Filing | None = None
    deadlines: Deadlines | None = None
    classes: dict[str, frozenset[str]] = Field(default_factory=dict)
    otherwise: Otherwise | None = None
    not_kept: Paragraph | None = None
    rules: tuple[Rule, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):
            raise ValueError(Sentence(N_("“%(name)s” is not a time zone"), name=name)) from None
        return name

    @model_validator(mode="after")
    def _is_whole(self) -> "Document":
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise ValueError(Fault(Sentence(N_("there are two rules with this id")), rule=rule.id))
            seen.add(rule.id)
        if self.company is None and (None in (self.otherwise, self.not_kept, self.filing, self.deadlines)):
            raise ValueError(Sentence(N_("a document of the group states otherwise, not_kept, filing and deadlines")))
        if self.company is None and self.otherwise is not None:
            for kind in Kind:
                if self.otherwise.route_for(kind) is None:
                    raise ValueError(Fault(Sentence(N_("this is missing")), key=f"otherwise.{kind.value}"))
        self._check_words()
        return self

    def _check_words(self) -> None:
        declared = set(self.classes).union(*self.classes.values()) if self.classes else set()
        for rule in self.rules:
            for condition, wanted in rule.conditions:
                known: set[str] = set()
                match condition.settings:
                    case ClassWords():
                        what, known = N_("class"), declared | {word.value for word in CounterpartyClass}
                    case FormWords():
                        what, known = N_("form (list it in classes)"), declared
                    case _:
                        continue
                for word in sorted(condition.settings.values - known):
                    raise ValueError(
                        Fault(unknown(what, word, known), rule=rule.id, key=f"{'when' if wanted else 'unless'}.{condition.name}")
                    )

    @cached_property
    def version(self) -> str:
        """The day it took effect, ISO: what a finding cites."""
        return self.effective_from.isoformat()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return digest(self)

    @cached_property
    def max_age(self) -> timedelta:
        """How old an exchange rate may be."""
        return timedelta(days=self.rate_max_age)


def digest(document: Document) -> str:
    """SHA-256 (hexadecimal) of the document's canonical content: the same rules give the same digest, however they were typed."""
    return hashlib.sha256(content(document).encode()).hexdigest()


def content(document: Document) -> str:
    """Everything the document says as JSON, its members sorted: the text whose hash is its digest."""
    return _canonical(document.model_dump(mode="python"))


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(thing: Any) -> Any:
    return sorted(thing) if isinstance(thing, frozenset) else thing.isoformat()


def content_of(text: str) -> dict[str, Any]:
    """What a TOML text holds. Raises TOMLDecodeError, also for a number or a nesting beyond what a reader can take."""
    try:
        if any(line.count(".") > _MOST_DOTS for line in text.splitlines()):
            raise RecursionError
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except (ValueError, RecursionError):
        raise tomllib.TOMLDecodeError("Number too long or nesting too deep") from None


def load(text: str | bytes, name: str) -> Document:
    """The document written in TOML as `text`. Raises PolicyError naming `name`, the rule, the key and the nearest known word."""
    try:
        data = content_of(text.decode("utf-8") if isinstance(text, bytes) else text)
    except UnicodeDecodeError:
        raise PolicyError(Fault(Sentence(N_("this is not a TOML document: it is not written in UTF-8")), document=name)) from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(Fault(not_toml(error), document=name)) from None
    return parse(data, name)


def parse(data: Mapping[str, Any], name: str) -> Document:
    """The document with content `data`, as `load` does after reading the TOML."""
    try:
        return Document.model_validate(data, context={word: data.get(word) for word in ("base_currency", "year", "ranks")})
    except ValidationError as error:
        raise PolicyError(*(_fault(data, name, one["loc"], said(one)) for one in error.errors())) from None


def not_toml(error: tomllib.TOMLDecodeError) -> Sentence:
    """Where a text stops being TOML, with the parser's own (English) words."""
    found = _AT.fullmatch(str(error))
    if found is None:
        return Sentence(
            N_("this is not a TOML document: something is wrong at its end (“%(words)s”)"),
            words=str(error).removesuffix(" (at end of document)"),
        )
    return Sentence(
        N_("this is not a TOML document: look at line %(line)s, column %(column)s (“%(words)s”)"),
        line=found["line"],
        column=found["column"],
        words=found["words"],
    )


def _fault(data: Mapping[str, Any], name: str, loc: tuple[str | int, ...], sentence: Sentence) -> Fault:
    parts, rule = list(map(str, loc)), None
    if len(loc) >= 2 and loc[0] == "rules" and isinstance(loc[1], int):
        stated = data["rules"][loc[1]]
        rule = str((stated.get("id") if isinstance(stated, Mapping) else None) or loc[1] + 1)
        parts = parts[2:]
    if isinstance(sentence, Fault):  # its rule and key are below this place
        rule, parts, sentence = sentence.rule or rule, [*parts, *([sentence.key] if sentence.key else [])], sentence.said
    return Fault(sentence, document=name, rule=rule, key=".".join(parts) or None)


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
        return hashlib.sha256(_canonical([content, sorted(self.replaced)]).encode()).hexdigest()

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
