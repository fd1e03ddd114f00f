"""A rule is one paragraph of a policy: for these kinds, when all of this holds and none of that, this outcome."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, SerializeAsAny, ValidationError, field_validator, model_validator

from workflows.policy.amounts import Count, Total, Trifle
from workflows.policy.look import Answer, Look
from workflows.policy.misread import SLUG, said
from workflows.policy.predicates import PREDICATES, Flag
from workflows.policy.sentences import Fault, Sentence
from workflows.policy.tables import (
    Amount,
    CountryAmount,
    DirectionWord,
    KindWord,
    Limits,
    Route,
    RouteWord,
    Table,
    Text,
    unknown,
)
from workflows.policy.windows import next_quarter
from workflows.words import N_, Kind, Review

Slug = Annotated[str, Field(pattern=SLUG)]
Said = Annotated[str, Field(min_length=1)]
Days = Annotated[int, Field(ge=0, le=730)]


class Amend(StrEnum):
    """What a company may do with a rule of the group."""

    FIXED = "fixed"
    MAY_TIGHTEN = "may_tighten"
    MAY_REPLACE = "may_replace"


class Condition(Table):
    """One predicate with its settings."""

    name: str
    settings: SerializeAsAny[Table]

    def ask(self, look: Look) -> Answer:
        """Whether it holds for what is looked at, with the figures."""
        return PREDICATES[self.name].ask(look, self.settings)

    @cached_property
    def is_total(self) -> bool:
        """True if it adds up over a window; a trifle looks at one occasion only."""
        return isinstance(self.settings, Total | Count) and not isinstance(self.settings, Trifle)


SAFE = ("decline", "hand_it_over", "do_not_give", "do_not_begin", "stand_aside")


class Attributes(Table):
    """What an outcome asks for besides the reviews."""

    seldom = frozenset({"notify_before", "report_by", "public_from", "pay", "also_register", "part_may_be_kept"})

    beforehand: bool = False  # must be asked before it happens
    reason_required: bool = False
    if_unapproved: str | None = None  # what holds while nobody has said yes, out of SAFE
    on_behalf_of: str | None = None
    notify_before: bool = False  # must be told before it happens
    report_by: bool = False  # a report is due on the last day of filing
    public_from: Annotated[int, Field(ge=0, le=3660)] | None = None  # days after the last day of filing
    pay: bool = False  # may be kept for its value less the limit
    also_register: bool = False  # so must the earlier things of the total that were not
    part_may_be_kept: bool = False  # what can be declined by itself may be, to keep the rest

    @field_validator("if_unapproved")
    @classmethod
    def _is_safe(cls, word: str | None) -> str | None:
        if word is not None and word not in SAFE:
            raise ValueError(unknown(N_("safe default"), word, SAFE))
        return word


class Rule(Table):
    """One paragraph: for `kinds` and `directions`, if all of `when` hold and none of `unless`, then `outcome`."""

    id: Slug
    clause: Said
    heading: Text
    sentence: Text
    kinds: Annotated[tuple[KindWord, ...], Field(min_length=1)]
    directions: tuple[DirectionWord, ...] = ()
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    outcome: RouteWord
    attributes: Attributes = Attributes()
    amend: Amend = Amend.FIXED
    replaces: str | None = None
    source: str | None = None

    @cached_property
    def kind_set(self) -> frozenset[Kind]:
        """Its kinds, as a set."""
        return frozenset(self.kinds)

    @cached_property
    def conditions(self) -> tuple[tuple[Condition, bool], ...]:
        """Each condition, with whether it must hold (`when`) or must not (`unless`)."""
        return tuple((condition, True) for condition in self.when) + tuple((condition, False) for condition in self.unless)

    @cached_property
    def asks_for_unknown_value(self) -> bool:
        """True for a rule about things of unknown value: it decides what else would be sent back."""
        return any(c.name == "value_unknown" and isinstance(c.settings, Flag) and c.settings.value for c in self.when)

    @cached_property
    def limits(self) -> tuple[Limits, ...]:
        """Every limit of money it states."""
        settings = [c.settings for c, _ in self.conditions]
        stated = [amount.limits for amount in settings if isinstance(amount, Amount)]
        stated += [total.trifles[1] for total in settings if isinstance(total, Total) and total.trifles]
        hosts = [money for amount in settings if isinstance(amount, CountryAmount) for money in amount.by_country.values()]
        return (*stated, *(Limits({money.currency: money}, money.currency) for money in hosts))

    @cached_property
    def totals(self) -> tuple[Total | Count, ...]:
        """Every total and count it asks."""
        return tuple(c.settings for c, _ in self.conditions if isinstance(c.settings, Total | Count))

    @field_validator("when", "unless", mode="before")
    @classmethod
    def _conditions(cls, tables: Any, info: Any) -> Any:
        kinds = info.data.get("kinds", ())
        tables = tables if isinstance(tables, list | tuple) else [tables]
        found = [condition for table in tables for condition in _conditions(table, kinds, info.context)]
        return tuple(sorted(found, key=lambda condition: condition.name))

    @field_validator("amend", mode="before")
    @classmethod
    def _amend(cls, word: Any) -> Any:
        if word not in [amend.value for amend in Amend]:
            raise ValueError(unknown(N_("word for amend"), word, [amend.value for amend in Amend]))
        return word


def _conditions(table: Any, kinds: tuple[Kind, ...], context: Any) -> Iterator[Condition]:
    if not isinstance(table, Mapping):
        raise ValueError(Sentence(N_("conditions are a table of predicates")))
    for word, stated in table.items():
        name, raw = _by_the_year(word, stated, context)
        if name not in PREDICATES:
            raise ValueError(unknown(N_("predicate"), word, [*PREDICATES, *_OF_THE_YEAR]))
        kind_of = PREDICATES[name].settings
        if isinstance(raw, Mapping) and issubclass(kind_of, Total | Count):
            raw = {"kinds": [kind.value for kind in kinds], **raw}
        try:
            settings = kind_of.model_validate(raw, context=context)
        except ValidationError as error:
            first = error.errors()[0]
            raise ValueError(Fault(said(first), key=".".join([word, *map(str, first["loc"])]))) from None
        yield Condition(name=name, settings=settings)


_OF_THE_YEAR = ("year_total", "year_count")


def _by_the_year(word: str, stated: Any, context: Any) -> tuple[str, Any]:
    """A total or count over what the document calls a year, as the window that is: calendar, fiscal, or rolling months."""
    if word not in _OF_THE_YEAR or not isinstance(stated, Mapping):
        return word, stated
    year = Year.model_validate((context or {}).get("year") or {})
    window = {"first_month": year.first_month} if year.months is None else {"months": year.months}
    for key in window.keys() & stated.keys():
        raise ValueError(Fault(Sentence(N_("the window is what the document states as its year")), key=f"{word}.{key}"))
    if word == "year_count":
        return "count", {**stated, **window}
    return "calendar_total" if year.months is None else "rolling_total", {**stated, **window}


class Year(Table):
    """What the document calls a year: it begins with `first_month`, or is the last `months` calendar months, rolling."""

    first_month: Annotated[int, Field(ge=1, le=12)] = 1
    months: Annotated[int, Field(ge=1, le=120)] | None = None


class Paragraph(Table):
    """A paragraph that is no rule, yet gives an answer."""

    clause: Said
    heading: Text
    sentence: Text


class Otherwise(Paragraph):
    """What holds for a kind when no rule of the document matches."""

    gift: RouteWord | None = None
    entertainment: RouteWord | None = None
    travel: RouteWord | None = None
    interest: RouteWord | None = None
    conflict: RouteWord | None = None
    donation: RouteWord | None = None

    def route_for(self, kind: Kind) -> Route | None:
        """The outcome for `kind`, if the document states one."""
        found: Route | None = getattr(self, kind.value)
        return found


class Filing(Table):
    """Within how many days filing is in time; a kind may have its own number.

    They are counted from the day after the event, or from the first day of the next quarter, which then is the first.
    """

    seldom = frozenset({"counted_from"})

    counted_from: Literal["event", "next_quarter"] = "event"
    days: Days
    gift: Days | None = None
    entertainment: Days | None = None
    travel: Days | None = None
    interest: Days | None = None
    conflict: Days | None = None
    donation: Days | None = None

    def days_for(self, kind: Kind) -> int:
        """Days for `kind`."""
        own: int | None = getattr(self, kind.value)
        return self.days if own is None else own

    def due(self, kind: Kind, on: date) -> date:
        """The last day on which filing is in time, for an event on `on`."""
        if self.counted_from == "next_quarter":
            return next_quarter(on) + timedelta(days=self.days_for(kind) - 1)
        return on + timedelta(days=self.days_for(kind))


class Deadline(Table):
    """After how many working days a reviewer is reminded, and after how many it escalates."""

    remind_after: Annotated[int, Field(ge=1, le=60)]
    escalate_after: Annotated[int, Field(ge=1, le=90)]

    @model_validator(mode="after")
    def _in_order(self) -> "Deadline":
        if self.escalate_after <= self.remind_after:
            raise ValueError(Sentence(N_("escalate_after must be later than remind_after")))
        return self


class Deadlines(Table):
    """The deadlines of each review, in working days of the company's calendar."""

    manager: Deadline = Deadline(remind_after=3, escalate_after=5)
    compliance: Deadline = Deadline(remind_after=3, escalate_after=5)
    executive: Deadline = Deadline(remind_after=5, escalate_after=10)

    def of(self, review: Review) -> Deadline:
        """The deadline of `review`."""
        found: Deadline = getattr(self, review.slug)
        return found
