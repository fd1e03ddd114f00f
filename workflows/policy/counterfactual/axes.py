"""What can differ in one question to a policy: its figures, each along a line of whole numbers, and its answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workflows.facts import Item
from workflows.kinds import KINDS
from workflows.money import Money, NoRate
from workflows.policy.assess import due_filing_on
from workflows.policy.assessment import Assessment
from workflows.policy.counterfactual.question import Question
from workflows.words import CounterpartyClass, Disposition, Kind

# Answers to flip, in the order in which they are tried. What a rule never asks changes nothing and is passed over.
YES_OR_NO = (
    "host_present",
    "solicited",
    "close_relation",
    "family",
    "companion",
    "concerns_manager",
    "political",
    "interested_party",
    "permissible_giver",
)
WORDS = ("form", "meal", "profession", "travel_class", "counterparty_class", "country")
NEUTRAL = {"counterparty_class": tuple(word.value for word in CounterpartyClass)}
READS = {"interest_in": "counterparty_class"}  # predicates whose words are those of a field with another name
MOST_HEADS = 100


@dataclass(frozen=True)
class Axis:
    """A line of whole numbers from `here` to `end`, with the question at each.

    `of_days` are days, on which all conditions are watched together, since windows open and close again.
    """

    here: int
    end: int
    at: Callable[[int], Question]
    of_days: bool = False


@dataclass(frozen=True)
class Figure:
    """One figure that may differ, along one line or two; `shown` makes of a number what people read."""

    what: str
    axes: tuple[Axis, ...]
    shown: Callable[[int], object]


@dataclass(frozen=True)
class Answer:
    """One answer that may differ."""

    what: str
    was: object
    now: object
    question: Question


def figures(question: Question, answer: Assessment) -> Iterator[Figure]:
    """The figures to vary, in the order of preference."""
    yield from _value(question)
    yield from _heads(question)
    yield from _before(question, answer)
    yield from _earlier(question, answer)
    yield from _percent(question)


def _both_ways(here: int, least: int, most: int, at: Callable[[int], Question]) -> tuple[Axis, ...]:
    return tuple(Axis(here, end, at) for end in [least] * (least < here) + [most] * (most > here))


def _value(question: Question) -> Iterator[Figure]:
    facts, value = question.facts, question.facts.value
    if value is not None and not facts.parts:
        currency = value.currency

        def at(minor: int) -> Question:
            return question.but(replace(facts, value=Money(minor, currency)))

        axes = _both_ways(value.minor, 1, _beyond_all_limits(question, value), at)
        yield Figure("value", axes, lambda minor: Money(minor, currency))


def _beyond_all_limits(question: Question, value: Money) -> int:
    """A value above which no limit of money is met any more, however many share it, in minor units of `value`'s currency."""
    facts, most = question.facts, value.minor
    for rule in question.rules:
        for limits in rule.limits:
            limit = limits.for_company(question.company.currency)
            above = Money(limit.minor + 1, limit.currency)
            try:
                inside = question.rates.convert(above, value.currency, facts.rated_on, question.policy.max_age).result.minor
            except NoRate:
                continue
            most = max(most, (2 * (inside + 1) + (facts.own_share.minor if facts.own_share else 0)) * facts.heads)
    return most


def _heads(question: Question) -> Iterator[Figure]:
    facts = question.facts
    if facts.value is not None:

        def at(heads: int) -> Question:
            return question.but(replace(facts, heads=heads))

        yield Figure("heads", _both_ways(facts.heads, 1, max(facts.heads, MOST_HEADS), at), int)


def _before(question: Question, answer: Assessment) -> Iterator[Figure]:
    """What came before, where a finding shows a sum of it: less of it, the latest item reduced first."""
    sums = {figure.items: figure.money for finding in answer.findings for figure in finding.figures if figure.name == "before"}
    for items, money in sums.items():
        assert money is not None

        def at(minor: int, items: tuple[int, ...] = items, money: Money = money) -> Question:
            return question.but(items=_reduced(question, frozenset(items), Money(money.minor - minor, money.currency)))

        def shown(minor: int, money: Money = money) -> Money:
            return Money(minor, money.currency)

        yield Figure("before", (Axis(money.minor, 0, at),), shown)


def _reduced(question: Question, counted: frozenset[int], by: Money) -> tuple[Item, ...]:
    """The items, those counted being worth `by` less together."""
    look, made, left = question.look, {}, by.minor
    assert look is not None
    for item in sorted(question.items, key=lambda item: (item.occurred_on, item.declaration_id), reverse=True):
        money = look.money_of(item, by.currency) if item.declaration_id in counted else None
        if money is not None:
            off = min(left, money.minor)
            made[item.declaration_id] = replace(item, value=None, base=Money(money.minor - off, by.currency))
            left -= off
    return tuple(made.get(item.declaration_id, item) for item in question.items)


def _earlier(question: Question, answer: Assessment) -> Iterator[Figure]:
    """How many came before, where a finding counts them: fewer, the earliest left out first."""
    counts = {figure.items for finding in answer.findings for figure in finding.figures if figure.name == "count"}
    for items in sorted(counts):

        def at(number: int, items: tuple[int, ...] = items) -> Question:
            out = frozenset(items[: len(items) - number])
            return question.but(items=tuple(item for item in question.items if item.declaration_id not in out))

        yield Figure("earlier", (Axis(len(items), 0, at),), int)


def _percent(question: Question) -> Iterator[Figure]:
    facts, share = question.facts, question.facts.percent_hundredths
    if share is not None:

        def at(hundredths: int) -> Question:
            return question.but(replace(facts, percent_hundredths=hundredths))

        yield Figure("percent_hundredths", _both_ways(share, 0, 10000, at), int)


def days(question: Question) -> Iterator[Figure]:
    """The event's day, as far as the same policy holds, and the day of filing; neither for what lasts."""
    facts, on = question.facts, question.facts.occurred_on
    if facts.standing or on is None:
        return

    def happened(ordinal: int) -> Question:
        return question.but(replace(facts, occurred_on=date.fromordinal(ordinal)))

    def filed(ordinal: int) -> Question:
        return question.but(replace(facts, filed_on=date.fromordinal(ordinal)))

    first = max(*(document.effective_from for document in question.policy.documents), on - timedelta(days=366))
    last = min(question.until or on, max(on, facts.filed_on))
    here, due = on.toordinal(), due_filing_on(facts, question.policy)
    axes = tuple(Axis(here, day.toordinal(), happened, of_days=True) for day in (first, last) if day != on)
    yield Figure("occurred_on", axes, date.fromordinal)
    if due is not None and facts.filed_on > due:
        late = Axis(facts.filed_on.toordinal(), due.toordinal(), filed, of_days=True)
        yield Figure("filed_on", (late,), date.fromordinal)


def answers(question: Question, *, words: bool) -> Iterator[Answer]:
    """The answers to vary, in the order of preference; with `words` those too that are one word out of several."""
    yield from _officials(question)
    yield from _yes_or_no(question)
    yield from _exempt(question)
    if words:
        yield from _words(question)


def _officials(question: Question) -> Iterator[Answer]:
    there = question.facts.officials > 0
    yield Answer("officials", there, not there, question.but(replace(question.facts, officials=0 if there else 1)))


def _yes_or_no(question: Question) -> Iterator[Answer]:
    facts = question.facts
    for name in YES_OR_NO:
        was = getattr(facts, name)
        if was is not None:
            changed: dict[str, Any] = {name: not was}
            yield Answer(name, was, not was, question.but(replace(facts, **changed)))


def _words(question: Question) -> Iterator[Answer]:
    facts = question.facts
    for name in WORDS:
        was = getattr(facts, name)
        if was is not None:
            for word in dict.fromkeys((*_choices(facts.kind, name), *_named(question, name))):
                if word != was:
                    changed: dict[str, Any] = {name: word}
                    yield Answer(name, was, word, question.but(replace(facts, **changed)))


def _choices(kind: Kind, name: str) -> tuple[str, ...]:
    """What people may answer, as far as we ask."""
    asked = (choice.slug for each in KINDS[kind].questions if each.feeds == name for choice in each.choices)
    return NEUTRAL.get(name) or tuple(asked)


def _named(question: Question, name: str) -> Iterator[str]:
    """The words the rules themselves use for the field, classes replaced by their members."""
    for condition in question.conditions:
        if READS.get(condition.name, condition.name) == name:
            for word in sorted(getattr(condition.settings, "values", ())):
                yield from sorted(question.policy.classes.get(word, {word}))


def _exempt(question: Question) -> Iterator[Answer]:
    """Each tag that some total leaves out, taken away or added; forms and dispositions may be left out too, but are no tags."""
    facts = question.facts
    others = {word.value for word in Disposition}.union(*(_choices(kind, "form") for kind in Kind))
    for tag in sorted({tag for rule in question.rules for total in rule.totals for tag in total.leave_out} - others):
        changed = facts.exempt ^ {tag}
        yield Answer(f"exempt:{tag}", tag in facts.exempt, tag in changed, question.but(replace(facts, exempt=changed)))
