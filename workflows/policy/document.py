"""A policy is a dated document of rules; it is read whole or refused with the place and the nearest known word."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator

from workflows.policy.misread import CURRENCY, said
from workflows.policy.predicates import ClassWords, FormWords
from workflows.policy.rules import Deadlines, Filing, Otherwise, Paragraph, Rule, Said, Slug, Year
from workflows.policy.sentences import Fault, Sentence
from workflows.policy.tables import Table, Text, unknown
from workflows.words import N_, CounterpartyClass, Kind

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
    return as_json(document.model_dump(mode="python"))


def as_json(content: Any) -> str:
    """`content` as one JSON text, the same for the same content."""
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
