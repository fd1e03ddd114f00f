"""The closed list of what a rule may ask; each predicate is one pure function of what is looked at and of its settings."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from workflows.policy.amounts import (
    CalendarTotal,
    Count,
    OccasionTotal,
    RollingTotal,
    Trifle,
    count,
    country_limit,
    own_share,
    per_head,
    total,
    trifle,
    value,
)
from workflows.policy.assessment import Figure
from workflows.policy.look import Answer, Look
from workflows.policy.sentences import Sentence
from workflows.policy.tables import (
    Amount,
    Comparison,
    CountryAmount,
    DirectionWord,
    DispositionWord,
    KindWord,
    Table,
    compares,
    unknown,
)
from workflows.policy.windows import in_season
from workflows.words import N_, Kind


class Flag(Table):
    """Whether it must be so (true) or must not (false)."""

    value: bool

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: Any) -> Any:
        if isinstance(data, bool):
            return {"value": data}
        raise ValueError(Sentence(N_("the answer is true or false")))


class _Listed(Table):
    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: Any) -> Any:
        words = [data] if isinstance(data, str) else data
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            raise ValueError(Sentence(N_("state one word or a list of words")))
        return {"values": words}


class Words(_Listed):
    """Words of which one must be met; classes of the document stand for their members."""

    values: frozenset[str]


class ClassWords(Words):
    """Classes of counterparties, of which one must be met."""


class FormWords(Words):
    """Forms of item, of which one must be met."""


class Kinds(_Listed):
    """Kinds of which one must be met."""

    values: frozenset[KindWord]


class Directions(_Listed):
    """Directions of which one must be met."""

    values: frozenset[DirectionWord]


class Dispositions(_Listed):
    """What became of the thing, of which one must be met."""

    values: frozenset[DispositionWord]


class Season(Table):
    """Days of the year from `first` to `last`, both included, each as month and day: "12-01"."""

    first: str
    last: str

    @field_validator("first", "last")
    @classmethod
    def _is_a_day(cls, text: str) -> str:
        try:
            date.fromisoformat(f"2024-{text}")  # a leap year has them all
        except ValueError:
            raise ValueError(Sentence(N_("“%(text)s” is not a month and day such as “12-01”"), text=text)) from None
        return text


class Rank(Comparison):
    """A comparison in the document's own `ranks`, lowest first. Whoever's rank is not among them is taken for the highest."""

    over: str | None = None
    at_least: str | None = None
    up_to: str | None = None
    under: str | None = None
    order: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _in_order(cls, data: Any, info: ValidationInfo) -> Any:
        ranks = tuple((info.context or {}).get("ranks") or ())
        for word in data.values() if isinstance(data, dict) else ():
            if word not in ranks:
                raise ValueError(unknown(N_("rank"), word, ranks) if ranks else Sentence(N_("the document lists no ranks")))
        return {**data, "order": ranks} if isinstance(data, dict) else data


class Number(Comparison):
    """A comparison with a whole number."""

    over: int | None = Field(default=None, ge=0)
    at_least: int | None = Field(default=None, ge=0)
    up_to: int | None = Field(default=None, ge=0)
    under: int | None = Field(default=None, ge=0)


_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


class Percent(Comparison):
    """A comparison with a share in percent, stated as text such as "15" or "0.5", kept in hundredths of a percent."""

    over: int | None = None
    at_least: int | None = None
    up_to: int | None = None
    under: int | None = None

    @field_validator("over", "at_least", "up_to", "under", mode="before")
    @classmethod
    def _hundredths(cls, text: Any) -> int:
        hundredths = Decimal(text) * 100 if isinstance(text, str) and _PERCENT.fullmatch(text) else Decimal("NaN")
        if not hundredths.is_finite() or hundredths > 10000:
            raise ValueError(Sentence(N_('a share in percent is written as text from "0" to "100", with at most two decimals')))
        return int(hundredths)


def _flag(read: Callable[[Look], bool]) -> Callable[[Look, Any], Answer]:
    def ask(look: Look, want: Flag) -> Answer:
        return Answer(read(look) is want.value)

    return ask


def counterparty_class(look: Look, want: ClassWords) -> Answer:
    """The counterparty is of one of these classes."""
    return Answer(look.facts.counterparty_class in look.words(want.values))


def interest_in(look: Look, want: ClassWords) -> Answer:
    """It is a standing interest in a counterparty of one of these classes."""
    return Answer(look.facts.kind is Kind.INTEREST and look.facts.counterparty_class in look.words(want.values))


def form(look: Look, want: FormWords) -> Answer:
    """The item has one of these forms."""
    return Answer(look.facts.form is not None and look.facts.form in look.words(want.values))


def kind(look: Look, want: Kinds) -> Answer:
    """It is of one of these kinds."""
    return Answer(bool(look.kinds & want.values))


def direction(look: Look, want: Directions) -> Answer:
    """It went one of these ways."""
    return Answer(look.facts.direction in want.values)


def percent(look: Look, want: Percent) -> Answer:
    """The share of ownership in percent."""
    share, limit = look.facts.percent_hundredths, getattr(want, want.operator)
    if share is None:
        return Answer(False)
    figures = (Figure("percent", number=share), Figure("limit", number=limit))
    return Answer(compares(want.operator, share, limit), figures)


def heads(look: Look, want: Number) -> Answer:
    """How many shared it."""
    number, limit = look.facts.heads, getattr(want, want.operator)
    return Answer(compares(want.operator, number, limit), (Figure("heads", number=number), Figure("limit", number=limit)))


def rank(look: Look, want: Rank) -> Answer:
    """The declarant's rank."""
    order, own = want.order, look.facts.rank
    place = order.index(own) if own in order else len(order)
    return Answer(compares(want.operator, place, order.index(getattr(want, want.operator))))


def season(look: Look, want: Season) -> Answer:
    """It happens in that season of any year."""
    return Answer(in_season(look.on, want.first, want.last))


def disposition(look: Look, want: Dispositions) -> Answer:
    """What became of the thing is one of these."""
    return Answer(look.facts.disposition in want.values)


def exempt(look: Look, want: Words) -> Answer:
    """It bears one of these tags."""
    return Answer(not look.facts.exempt.isdisjoint(want.values))


def _word(read: Callable[[Look], str | None]) -> Callable[[Look, Any], Answer]:
    def ask(look: Look, want: Words) -> Answer:
        return Answer(read(look) in want.values)

    return ask


def filed_late(look: Look, want: Flag) -> Answer:
    """It was filed after the last day on which filing is in time."""
    return Answer((look.days_late > 0) is want.value, (Figure("days_late", number=look.days_late),))


def is_official(look: Look) -> bool:
    """A public official or body is on the other side, or an official is among those who benefit."""
    return look.facts.officials > 0 or look.facts.counterparty_class in look.words(frozenset({"official"}))


def is_political(look: Look) -> bool:
    """It goes to a party, a candidate or a political cause."""
    return look.facts.political or look.facts.counterparty_class in look.words(frozenset({"political"}))


def is_antisocial(look: Look) -> bool:
    """The counterparty is of an antisocial class."""
    return look.facts.counterparty_class in look.words(frozenset({"antisocial"}))


def host_is_absent(look: Look) -> bool:
    """Entertainment which nobody of the inviting side attends."""
    return look.facts.kind is Kind.ENTERTAINMENT and look.facts.host_present is False


@dataclass(frozen=True, slots=True)
class Predicate:
    """A word a rule may ask with: how its settings are read and how it is answered."""

    settings: type[Table]
    ask: Callable[[Look, Any], Answer]


PREDICATES: dict[str, Predicate] = {
    "value": Predicate(Amount, value),
    "per_head": Predicate(Amount, per_head),
    "occasion_total": Predicate(OccasionTotal, total),
    "rolling_total": Predicate(RollingTotal, total),
    "calendar_total": Predicate(CalendarTotal, total),
    "count": Predicate(Count, count),
    "trifle": Predicate(Trifle, trifle),
    "percent": Predicate(Percent, percent),
    "counterparty_class": Predicate(ClassWords, counterparty_class),
    "interest_in": Predicate(ClassWords, interest_in),
    "form": Predicate(FormWords, form),
    "kind": Predicate(Kinds, kind),
    "direction": Predicate(Directions, direction),
    "country": Predicate(Words, _word(lambda look: look.facts.country)),
    "travel_class": Predicate(Words, _word(lambda look: look.facts.travel_class)),
    "filed_late": Predicate(Flag, filed_late),
    "official": Predicate(Flag, _flag(is_official)),
    "political": Predicate(Flag, _flag(is_political)),
    "antisocial": Predicate(Flag, _flag(is_antisocial)),
    "host_absent": Predicate(Flag, _flag(host_is_absent)),
    "value_unknown": Predicate(Flag, _flag(lambda look: look.facts.value is None)),
    "company_donation": Predicate(Flag, _flag(lambda look: look.facts.kind is Kind.DONATION)),
    "close_relation": Predicate(Flag, _flag(lambda look: look.facts.close_relation)),
    "solicited": Predicate(Flag, _flag(lambda look: look.facts.solicited)),
    "family": Predicate(Flag, _flag(lambda look: look.facts.family)),
    "companion": Predicate(Flag, _flag(lambda look: look.facts.companion)),
    "in_future": Predicate(Flag, _flag(lambda look: look.facts.in_future())),
    "standing": Predicate(Flag, _flag(lambda look: look.facts.standing)),
    "concerns_manager": Predicate(Flag, _flag(lambda look: look.facts.concerns_manager)),
    "wants_advice": Predicate(Flag, _flag(lambda look: look.facts.wants_advice)),
    "country_limit": Predicate(CountryAmount, country_limit),
    "own_share": Predicate(Amount, own_share),
    "own_cost": Predicate(Flag, _flag(lambda look: look.facts.own_cost)),
    "heads": Predicate(Number, heads),
    "rank": Predicate(Rank, rank),
    "role": Predicate(Words, _word(lambda look: look.facts.role)),
    "unit": Predicate(Words, _word(lambda look: look.facts.unit)),
    "company": Predicate(Words, _word(lambda look: look.company.key)),
    "company_country": Predicate(Words, _word(lambda look: look.company.country)),
    "counterparty_group": Predicate(Words, _word(lambda look: look.facts.counterparty_group)),
    "counterparty_country": Predicate(Words, _word(lambda look: look.facts.counterparty_country)),
    "meal": Predicate(Words, _word(lambda look: look.facts.meal)),
    "profession": Predicate(Words, _word(lambda look: look.facts.profession)),
    "occasion": Predicate(Words, _word(lambda look: look.facts.occasion)),
    "season": Predicate(Season, season),
    "disposition": Predicate(Dispositions, disposition),
    "exempt": Predicate(Words, exempt),
    "quiet_period": Predicate(Flag, _flag(lambda look: look.facts.in_quiet_period())),
    "interested_party": Predicate(Flag, _flag(lambda look: look.facts.interested_party)),
    "impermissible_giver": Predicate(Flag, _flag(lambda look: look.facts.permissible_giver is False)),
    "joint": Predicate(Flag, _flag(lambda look: look.facts.joint)),
    "joint_givers": Predicate(Flag, _flag(lambda look: look.facts.givers > 1)),
    "separable": Predicate(Flag, _flag(lambda look: look.facts.separable and len(look.facts.parts) > 1)),
}
