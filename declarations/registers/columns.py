"""Every column of a register is defined once: its name, what kind of cell it is, how wide, and how it comes out of an entry."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from declarations.display import listed
from declarations.registers.entry import Entry
from declarations.registers.words import Words
from workflows.kinds import KINDS, Question, Type
from workflows.kinds.question import CONTEXT
from workflows.money import Money, Rate
from workflows.words import N_, Kind, Outcome, Review


class Cell(Enum):
    """What stands in a cell, as Python gives it and as a spreadsheet types it. Each may be None: an empty cell."""

    TEXT = "text"  # str
    LONG = "long"  # str, wrapped
    WORD = "word"  # str out of a short list, encoded once
    WHOLE = "whole"  # int
    MONEY = "money"  # (minor units, ISO 4217 code)
    RATE = "rate"  # Decimal
    DAY = "day"  # date
    MOMENT = "moment"  # aware datetime, shown in the register's time zone


Value = Callable[[Any, Words], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `value(row, words)` gives what its `cell` says; `width` is in characters."""

    name: str
    cell: Cell
    width: int
    value: Value


def entry_columns(kind: Kind | None) -> tuple[Column, ...]:
    """The columns of the sheet of one kind, what only that kind is asked included; without a kind those that all have."""
    return COLUMNS if kind is None else (*COLUMNS, *_asked_of(kind))


def _e(name: str) -> Value:
    return lambda entry, words: getattr(entry.row, name)


def _label(family: str, name: str) -> Value:
    return lambda entry, words: words.of(family, getattr(entry.row, name))


def _money(name: str, currency: str) -> Value:
    def value(entry: Entry, words: Words) -> tuple[int, str] | None:
        minor = getattr(entry.row, name)
        return None if minor is None else (minor, getattr(entry.row, currency))

    return value


def _organisation(name: str, otherwise: str) -> Value:
    return lambda entry, words: entry.organisation.get(name) or getattr(entry.row, otherwise)


def _answer(*names: str) -> Value:
    """The first of these questions that was answered, as it was typed."""
    return lambda entry, words: next((entry.answers[name] for name in names if entry.answers.get(name)), None)


def _outcome(entry: Entry, words: Words) -> str:
    return words.label("outcome", Outcome(entry.row.outcome).slug)


def _policy_value(entry: Entry, words: Words) -> tuple[int, str] | None:
    done = entry.assessment.get("conversion")
    return (done["result"]["minor"], done["result"]["currency"]) if done else None


def _rate(entry: Entry, words: Words) -> Any:
    return entry.rate.per_euro if entry.rate else None


def _rate_day(entry: Entry, words: Words) -> Any:
    rate: Rate | None = entry.rate
    return rate.published_on if rate else None


def _clauses(entry: Entry, words: Words) -> str | None:
    return "; ".join(dict.fromkeys(f"{f['document']} {f['clause']}" for f in entry.findings)) or None


def _findings(entry: Entry, words: Words) -> str | None:
    return "\n".join(f"{f['clause']}: {words.text(f['sentence'])}" for f in entry.findings) or None


def _figures(entry: Entry, words: Words) -> str | None:
    """Each finding's figures behind its clause: "3.2: total EUR 310.00, limit EUR 300.00"."""
    told = ((f["clause"], ", ".join(_figure(x, words) for x in f["figures"])) for f in entry.findings)
    return "\n".join(f"{clause}: {figures}" for clause, figures in told if figures) or None


def _figure(figure: dict[str, Any], words: Words) -> str:
    name, money = words.figures.get(figure["name"], figure["name"]), figure["money"]
    return f"{name} {plain_money(money['minor'], money['currency'])}" if money else f"{name} {figure['number']}"


def plain_money(minor: int, currency: str) -> str:
    """Money inside a text: "EUR 310.00", the same in every language, so that figures can be compared and searched."""
    return f"{currency} {Money(minor, currency).amount}"


def _decision(name: str) -> Value:
    return lambda entry, words: getattr(entry.decisions[-1], name) if entry.decisions else None


def _decided_role(entry: Entry, words: Words) -> str | None:
    return words.of("role", entry.decisions[-1].role) if entry.decisions else None


def _conditions(entry: Entry, words: Words) -> str | None:
    return "\n".join(f"{c.due_on.isoformat()}: {c.text}" for c in entry.conditions) or None


def _conditions_met(entry: Entry, words: Words) -> str | None:
    if not entry.conditions:
        return None
    return f"{sum(c.met_at is not None for c in entry.conditions)}/{len(entry.conditions)}"


_PEOPLE = ("received_by", "present", "traveller", "family_who", "relation_who")
T, L, W, N, M, D = Cell.TEXT, Cell.LONG, Cell.WORD, Cell.WHOLE, Cell.MONEY, Cell.DAY

COLUMNS: tuple[Column, ...] = (
    Column(N_("Number"), T, 13, _e("number")),
    Column(N_("Company"), W, 24, _e("company")),
    Column(N_("Declarant number"), T, 12, _organisation("number", "declarant_number")),
    Column(N_("Declarant"), T, 22, _organisation("name", "declarant")),
    Column(N_("Prepared by"), T, 18, _e("prepared_by")),
    Column(N_("Unit"), W, 18, _organisation("unit", "unit")),
    Column(N_("Manager when filed"), T, 22, lambda entry, words: entry.organisation.get("manager")),
    Column(N_("Kind"), W, 16, _label("kind", "kind")),
    Column(N_("Direction"), W, 11, _label("direction", "direction")),
    Column(N_("Title"), T, 34, _e("title")),
    Column(N_("Purpose"), L, 34, _answer("purpose", "proposal", "cause", "occasion", "part")),
    Column(N_("Recipients and people present"), L, 30, _answer(*_PEOPLE)),
    Column(N_("Note"), L, 26, _answer("note")),
    Column(N_("Counterparty"), T, 28, _e("counterparty")),
    Column(N_("Registered number"), T, 16, _e("registered_number")),
    Column(N_("Counterparty class"), W, 20, _label("class", "counterparty_class")),
    Column(N_("Counterparty group"), T, 24, _e("counterparty_group")),
    Column(N_("Country"), W, 9, _e("country")),
    Column(N_("Public officials"), N, 10, _e("officials")),
    Column(N_("Occurred on"), D, 12, _e("occurred_on")),
    Column(N_("Until"), D, 12, _e("ends_on")),
    Column(N_("Filed at"), Cell.MOMENT, 17, _e("filed_at")),
    Column(N_("Times filed"), N, 8, _e("filing")),
    Column(N_("Currency"), W, 9, _e("currency")),
    Column(N_("Value, whole"), M, 14, _money("value_minor", "currency")),
    Column(N_("Heads"), N, 8, _e("heads")),
    Column(N_("Value, share"), M, 14, _money("share_minor", "currency")),
    Column(N_("Base currency"), W, 9, _e("base_currency")),
    Column(N_("Share in base currency"), M, 14, _money("base_minor", "base_currency")),
    Column(N_("Rate"), Cell.RATE, 11, _rate),
    Column(N_("Rate of"), D, 12, _rate_day),
    Column(N_("Value the policy saw"), M, 14, _policy_value),
    Column(N_("Share in group currency"), M, 14, _money("group_minor", "group_currency")),
    Column(N_("Value basis"), W, 12, _label("value_basis", "value_basis")),
    Column(N_("Method of estimate"), L, 26, _answer("method")),
    Column(N_("Disposition"), W, 16, _label("disposition", "disposition")),
    Column(N_("State"), W, 22, _label("state", "state")),
    Column(N_("Timing"), W, 16, _label("timing", "timing")),
    Column(N_("Days late"), N, 8, _e("days_late")),
    Column(N_("Due on"), D, 12, _e("due_on")),
    Column(N_("Outcome by policy"), W, 22, _outcome),
    Column(N_("Clauses"), T, 26, _clauses),
    Column(N_("Findings"), L, 44, _findings),
    Column(N_("Figures"), L, 34, _figures),
    Column(N_("Last decision by"), T, 22, _decision("person")),
    Column(N_("In the role of"), W, 18, _decided_role),
    Column(N_("On behalf of"), T, 20, _decision("on_behalf_of")),
    Column(N_("Decided at"), Cell.MOMENT, 17, _decision("at")),
    Column(N_("Conditions"), L, 34, _conditions),
    Column(N_("Conditions met"), T, 10, _conditions_met),
    Column(N_("Policy version"), T, 18, _e("policy_digest")),
    Column(N_("Taken over from"), T, 18, _e("imported_from")),
    Column(N_("Record entry"), N, 9, _e("version")),
    Column(N_("Record digest"), T, 18, _e("event_digest")),
)

# Questions whose answers already stand in a column above, as facts or by name.
_COVERED = frozenset({
    "purpose", "proposal", "cause", "occasion", "part", "received_by", "present", "traveller", "family_who", "relation_who",
    "note", "method", "unsure", "no_idea", "counterparty", "counterparty_country", "registered_number", "official", "became",
    "became_given", "went", "going", "payer", "worth_of", *CONTEXT,
})  # fmt: skip


def _asked_of(kind: Kind) -> Iterator[Column]:
    """A column for each question of this kind whose answer stands in no other."""
    for question in KINDS[kind].questions:
        stands_above = question.feeds in ("title", "occurred_on", "ends_on", "value", "heads", "officials", "country")
        if question.name not in _COVERED and not stands_above and question.type not in (Type.COLLEAGUE, Type.COLLEAGUES):
            yield Column(question.label or question.label_given, L, 26, _answered(question))


def _answered(question: Question) -> Value:
    def value(entry: Entry, words: Words) -> Any:
        typed: str | None = entry.answers.get(question.name)
        if not typed:
            return None
        if question.type is Type.YES_NO:
            return words.yes if typed in ("yes", "on", "1", "true") else words.no
        if question.choices:
            picked = (question.choice(slug) for slug in typed.split())
            return listed(words.say(choice.label) for choice in picked if choice) or typed
        return typed

    return value


def _d(name: str) -> Value:
    return lambda row, words: getattr(row, name)


DECISION_COLUMNS: tuple[Column, ...] = (
    Column(N_("Number"), T, 13, _d("number")),
    Column(N_("Company"), W, 24, _d("company")),
    Column(N_("Kind"), W, 18, lambda row, words: words.of("kind", row.kind)),
    Column(N_("Declarant"), T, 22, _d("declarant")),
    Column(N_("Review"), W, 18, lambda row, words: words.label("review", Review(row.review).slug)),
    Column(N_("Decision"), W, 22, lambda row, words: words.decisions.get(row.action, row.action)),
    Column(N_("Decided by"), T, 22, _d("person")),
    Column(N_("Decider number"), T, 12, _d("person_number")),
    Column(N_("In the role of"), W, 18, lambda row, words: words.of("role", row.role)),
    Column(N_("On behalf of"), T, 22, _d("on_behalf_of")),
    Column(N_("Decided at"), Cell.MOMENT, 17, _d("at")),
    Column(N_("On filing"), N, 8, _d("filing")),
    Column(N_("Policy version"), T, 18, _d("policy_digest")),
    Column(N_("What was seen"), T, 18, _d("seen_digest")),
    Column(N_("Record entry"), N, 9, _d("event_sequence")),
    Column(N_("Record digest"), T, 18, _d("event_digest")),
)


def _reasons(entry: Entry, words: Words) -> str:
    return "; ".join(words.say(reason) for reason in entry.breaches)


_SHOWN_WITH_A_BREACH = (
    "Number", "Company", "Declarant", "Unit", "Manager when filed", "Kind", "Direction", "Title", "Counterparty", "Occurred on",
    "Filed at", "Currency", "Value, whole", "State", "Timing", "Days late", "Due on", "Outcome by policy", "Clauses", "Figures",
    "Last decision by", "Decided at",
)  # fmt: skip

BREACH_COLUMNS: tuple[Column, ...] = (
    COLUMNS[0],
    Column(N_("Why it is here"), L, 34, _reasons),
    *(column for column in COLUMNS[1:] if column.name in _SHOWN_WITH_A_BREACH),
)


def names_of(columns: Sequence[Column], words: Words) -> list[str]:
    """The header in the register's language; a table's column names must differ, so a repeated one is numbered."""
    names: list[str] = []
    for column in columns:
        name, number = words.say(column.name), 1
        while name in names:
            number += 1
            name = f"{words.say(column.name)} ({number})"
        names.append(name)
    return names
