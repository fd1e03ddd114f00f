"""A policy document is a table of tables; a word nobody knows is an error that names the nearest known one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from workflows.money import Money, exponent
from workflows.policy.sentences import Sentence
from workflows.words import N_, Direction, Disposition, Kind, Outcome, Review

LANGUAGES = ("en", "da", "ja")


def unknown(what: str, word: object, known: Iterable[str]) -> Sentence:
    """The sentence for a `word` that is no `what` (marked), with the nearest of the `known` ones, or all of them."""
    words = sorted(known)
    near = get_close_matches(str(word), words, n=1, cutoff=0.5)
    if near:
        return Sentence(
            N_("“%(word)s” is not a known %(what)s; did you mean “%(near)s”?"), word=word, what=Sentence(what), near=near[0]
        )
    listed = ", ".join(words)
    return Sentence(N_("“%(word)s” is not a known %(what)s; known are: %(known)s."), word=word, what=Sentence(what), known=listed)


class Table(BaseModel):
    """A table of a policy document: frozen, and closed against keys it does not know.

    `seldom` names the keys that are part of its content only where they say something, so that a document written before the
    language knew them keeps its digest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)
    seldom: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _content(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = whole(self)
        for name in self.seldom:
            if getattr(self, name) == type(self).model_fields[name].default:
                content.pop(name, None)
        return content

    @model_validator(mode="before")
    @classmethod
    def _keys_are_known(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            for key in data:
                if key not in cls.model_fields:
                    raise ValueError(unknown(N_("key"), key, cls.model_fields))
        return data


class Text(Table):
    """One sentence in every language the product speaks."""

    en: str
    da: str
    ja: str

    @field_validator("en", "da", "ja")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text.strip():
            raise ValueError(Sentence(N_("the text is empty")))
        return text

    @cached_property
    def by_language(self) -> dict[str, str]:
        """Language code → text."""
        return {language: getattr(self, language) for language in LANGUAGES}


W = TypeVar("W", bound=StrEnum)


def _one_of(words: type[W], what: str) -> Any:
    def read(value: Any) -> W:
        try:
            return words(value)
        except ValueError:
            raise ValueError(unknown(what, value, [w.value for w in words])) from None

    return BeforeValidator(read)


KindWord = Annotated[Kind, _one_of(Kind, N_("kind"))]
DirectionWord = Annotated[Direction, _one_of(Direction, N_("direction"))]
DispositionWord = Annotated[Disposition, _one_of(Disposition, N_("disposition"))]


@dataclass(frozen=True, slots=True)
class Route:
    """What a rule asks for: an outcome and the reviews it consists of, in order."""

    outcome: Outcome
    reviews: tuple[Review, ...] = ()


# No exponents: an amount of a million digits is one word to write and a minute to read.
_WRITTEN = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_REVIEWS = {review.slug: review for review in Review}
_PLAIN = {o.slug: o for o in (Outcome.NO_DECLARATION, Outcome.RECORD, Outcome.PROHIBITED, Outcome.INVALID)}


def _route(value: Any) -> Route:
    words = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    if not words:
        listed = ", ".join([*_PLAIN, *_REVIEWS])
        raise ValueError(Sentence(N_("an outcome is one word or a list of reviews; %(known)s are known"), known=listed))
    for word in words:
        if word not in _PLAIN and word not in _REVIEWS:
            raise ValueError(unknown(N_("outcome"), word, [*_PLAIN, *_REVIEWS]))
    if words[0] in _PLAIN and len(words) == 1:
        return Route(_PLAIN[words[0]])
    plain = [word for word in words if word in _PLAIN]
    if plain:
        raise ValueError(Sentence(N_("“%(word)s” stands alone; only reviews can be joined"), word=plain[0]))
    reviews = tuple(sorted({_REVIEWS[word] for word in words}))
    return Route(Outcome[reviews[-1].name], reviews)


RouteWord = Annotated[Route, BeforeValidator(_route)]


@dataclass(frozen=True, slots=True)
class Limits:
    """One limit, stated per currency; `base` is the document's own and always among them."""

    by_currency: Mapping[str, Money]
    base: str

    def for_company(self, currency: str) -> Money:
        """The limit in the company's `currency` if it is stated in it, else in the document's base currency."""
        return self.by_currency.get(currency) or self.by_currency[self.base]


def _by_country(value: Any) -> Mapping[str, Money]:
    """One limit a country, each in one currency: a country that is not named has none."""
    if not isinstance(value, Mapping) or not value:
        raise ValueError(
            Sentence(N_('a limit for each country is a table such as { DK = { DKK = "400" }, SE = { SEK = "400" } }'))
        )
    found = {}
    for country, amounts in value.items():
        if len(country) != 2 or not country.isascii() or not country.isalpha() or not country.isupper():
            raise ValueError(Sentence(N_("“%(code)s” is not a country code of two capital letters"), code=country))
        if not isinstance(amounts, Mapping) or len(amounts) != 1:
            raise ValueError(Sentence(N_('%(country)s: state one amount, such as { DKK = "400" }'), country=country))
        found[country] = next(_amount(currency, text) for currency, text in amounts.items())
    return found


CountryTable = Annotated[Mapping[str, Money], BeforeValidator(_by_country)]


def _limits(value: Any, info: ValidationInfo) -> Limits:
    if not isinstance(value, Mapping):
        raise ValueError(Sentence(N_('a limit is a table of amounts per currency, such as { EUR = "67", DKK = "500" }')))
    base = str((info.context or {}).get("base_currency", ""))
    amounts = {currency: _amount(currency, text) for currency, text in value.items()}
    if base not in amounts:
        raise ValueError(Sentence(N_("the limit lacks its amount in the document's base currency %(currency)s"), currency=base))
    return Limits(amounts, base)


def _amount(currency: str, text: Any) -> Money:
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha() or not currency.isupper():
        raise ValueError(Sentence(N_("“%(code)s” is not a currency code of three capital letters"), code=currency))
    if isinstance(text, bool) or not isinstance(text, str | int):
        raise ValueError(Sentence(N_('%(currency)s: write the amount in quotation marks, such as "67.50"'), currency=currency))
    amount = Decimal(text) if _WRITTEN.fullmatch(str(text)) else Decimal("NaN")
    if not amount.is_finite() or (minor := amount.scaleb(exponent(currency))) != minor.to_integral_value():
        raise ValueError(Sentence(N_("%(currency)s: “%(text)s” is not an amount of %(currency)s"), currency=currency, text=text))
    return Money.of(amount, currency)


LimitTable = Annotated[Limits, BeforeValidator(_limits)]


class Comparison(Table):
    """Exactly one of over (>), at_least (≥), up_to (≤), under (<)."""

    @cached_property
    def operator(self) -> str:
        """Which of the four comparisons this is."""
        return next(op for op in OPERATORS if getattr(self, op) is not None)

    @model_validator(mode="after")
    def _has_one_comparison(self) -> "Comparison":
        if sum(getattr(self, op) is not None for op in OPERATORS) != 1:
            raise ValueError(Sentence(N_("state exactly one of %(words)s"), words=", ".join(OPERATORS)))
        return self


OPERATORS = ("over", "at_least", "up_to", "under")


def compares(operator: str, number: Any, limit: Any) -> bool:
    """Whether `number` is over, at least, up to or under `limit`, compared exactly."""
    match operator:
        case "over":
            return bool(number > limit)
        case "at_least":
            return bool(number >= limit)
        case "up_to":
            return bool(number <= limit)
        case _:
            return bool(number < limit)


class Measured(Comparison):
    """A comparison with a limit of money, and what of the thing is measured.

    `less_own_share` lets what the person paid be deducted first, `per_giver` divides among joint givers; tax and delivery are
    added only where it says so.
    """

    seldom = frozenset({"with_tax", "with_delivery", "per_giver"})

    less_own_share: bool = False
    with_tax: bool = False
    with_delivery: bool = False
    per_giver: bool = False

    @cached_property
    def is_plain(self) -> bool:
        """Whether it measures the bare value."""
        return not (self.less_own_share or self.with_tax or self.with_delivery)


class Amount(Measured):
    """A comparison with a limit of money, stated per currency."""

    over: LimitTable | None = None
    at_least: LimitTable | None = None
    up_to: LimitTable | None = None
    under: LimitTable | None = None

    @cached_property
    def limits(self) -> Limits:
        """The limit, whichever comparison it belongs to."""
        found: Limits = getattr(self, self.operator)
        return found


class CountryAmount(Measured):
    """A comparison with the limit of the country where it happens; no other country's stands in for a missing one."""

    over: CountryTable | None = None
    at_least: CountryTable | None = None
    up_to: CountryTable | None = None
    under: CountryTable | None = None

    @cached_property
    def by_country(self) -> Mapping[str, Money]:
        """The limits, whichever comparison they belong to."""
        found: Mapping[str, Money] = getattr(self, self.operator)
        return found
