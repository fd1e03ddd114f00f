"""Every column of a register is defined once: its name, what kind of cell it is, how wide, and how it comes out of what was read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any

import msgspec

from declarations.display import listed
from declarations.registers import breaches
from declarations.registers.pinned import Assessment, Conversion, Finding, Organisation
from declarations.registers.words import Words
from workflows.kinds import KINDS, Question, Type
from workflows.kinds.circumstances import CIRCUMSTANCES, LABELS, TICKS, word
from workflows.kinds.question import CONTEXT
from workflows.money import exponent
from workflows.words import N_, Kind, Outcome


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


@dataclass(frozen=True, slots=True)
class Of:
    """What `read` makes of some fields of a row."""

    read: Callable[..., Any]
    fields: tuple[str, ...]


Told = Callable[[Any, Words], str | None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` names it in register.jsonl and never changes; `name` is its heading; `width` is in characters.

    `value` is the field of the row it stands in (of money: those of its amount and its currency), or what is made of some; out of
    what is no row (a change, a total) it takes it. It is the same in every language. `told` puts it into words where it is not what
    its `cell` says already. `again` says of texts that the same few come again and again, as all words do.
    """

    key: str
    name: str
    cell: Cell
    width: int
    value: str | tuple[str, str] | Of | Callable[[Any], Any]
    told: Told | None = None
    again: bool = False


def entry_columns(kind: Kind | None) -> tuple[Column, ...]:
    """The columns of the sheet of one kind, what only that kind is asked included; without a kind those that all have."""
    return COLUMNS if kind is None else (*COLUMNS, *_asked_of(kind))


def _label(family: str) -> Told:
    return lambda slug, words: words.label(family, slug)


def _organisation(name: str, otherwise: str) -> Of:
    """What the declarant's organisation was that day, or else is now."""
    pinned: Callable[[Organisation], str | None] = attrgetter(name)
    return Of(lambda then, now: pinned(then) or now, ("organisation", otherwise))


def _answer(*names: str) -> Of:
    """The first of these questions that was answered, as it was typed."""
    if len(names) == 1:
        (only,) = names
        return Of(lambda answers: answers.get(only) or None, ("answers",))
    return Of(lambda answers: next(filter(None, map(answers.get, names)), None), ("answers",))


OUTCOMES = {outcome.value: outcome.slug for outcome in Outcome}


def _policy_value(found: Assessment) -> tuple[int, str] | None:
    done = found.conversion
    return (done.result.minor, done.result.currency) if done else None


def _converted(found: Assessment) -> Conversion | None:
    """The conversion pinned with the filing; None where the policy's currency is the declared one."""
    done = found.conversion
    return done if done and done.source.currency != done.result.currency else None


def _rate(found: Assessment) -> Decimal | None:
    done = _converted(found)
    return Decimal(done.rate) if done else None


def _rate_day(found: Assessment) -> date | None:
    done = _converted(found)
    return date.fromisoformat(done.rate_on) if done else None


Rules = tuple[tuple[str, str, bytes], ...]


def _rules(found: Assessment) -> Rules | None:
    return tuple([(f.document, f.clause, bytes(f.sentence)) for f in found.findings]) if found.findings else None


# Of the rules that matched: document, clause, and the JSON of what it says by language. The same few match again and again,
# whatever figures they go by.
RULES = Of(_rules, ("assessment",))


def told_clauses(found: Rules, words: Words) -> str:
    """The clauses, each once: "gifts 3.2; code 1.4"."""
    return "; ".join(dict.fromkeys(f"{document} {clause}" for document, clause, _ in found))


def told_rules(found: Rules, words: Words) -> str:
    """Each clause and what it says."""
    return "\n".join(f"{clause}: {words.text(msgspec.json.decode(sentence))}" for _, clause, sentence in found)


FIGURES = Of(attrgetter("findings"), ("assessment",))


def told_figures(found: list[Finding], words: Words) -> str:
    """Each finding's figures behind its clause: "3.2: total EUR 310.00, limit EUR 300.00"."""
    names, lines = words.figures, []
    for finding in found:
        told = [
            f"{names.get(one.name, one.name)} {plain_money(one.money.minor, one.money.currency) if one.money else one.number}"
            for one in finding.figures
        ]
        if told:
            lines.append(f"{finding.clause}: {', '.join(told)}")
    return "\n".join(lines)


def plain_money(minor: int, currency: str) -> str:
    """Money inside a text: "EUR 310.00", the same in every language, so that figures can be compared and searched."""
    places, sign, minor = exponent(currency), "-" if minor < 0 else "", abs(minor)
    if not places:
        return f"{currency} {sign}{minor}"
    unit = 10**places
    return f"{currency} {sign}{minor // unit}.{minor % unit:0{places}d}"


Conditions = Sequence[tuple[date, str, datetime | None]]


def _conditions(conditions: Conditions) -> tuple[tuple[date, str, date | None], ...] | None:
    return tuple([(due, text, met.date() if met else None) for due, text, met in conditions]) if conditions else None


def _told_conditions(conditions: Any, words: Words) -> str:
    return "\n".join(
        f"{due.isoformat()}: {text} ({f'{words.met} {met.isoformat()}' if met else words.open})" for due, text, met in conditions
    )


def _conditions_met(conditions: Conditions) -> str | None:
    if not conditions:
        return None
    return f"{sum(met is not None for _, _, met in conditions)}/{len(conditions)}"


# What only some policies ask, by question; a gift's occasion stands under its purpose.
_CIRCUMSTANCES = {each.name: each for one in CIRCUMSTANCES for each in one.questions if each.name != "occasion"} | {
    "applies": Question("applies", Type.CHOICES, N_("Does any of this apply?"))
}


def _circumstances(answers: dict[str, Any]) -> str | None:
    """A line for each circumstance that was asked for, as it was typed: "meal: dinner"."""
    if answers.keys().isdisjoint(_CIRCUMSTANCES):
        return None
    return "\n".join(f"{name}: {answers[name].replace(chr(10), '; ')}" for name in _CIRCUMSTANCES if name in answers)


def _told_circumstances(stated: str, words: Words) -> str:
    """The same in words: "Which meal was it? Dinner"."""
    lines = (line.partition(": ") for line in stated.split("\n"))
    return "\n".join(
        f"{words.say(_CIRCUMSTANCES[name].label)} {_told_circumstance(name, typed, words)}" for name, _, typed in lines
    )


def _told_circumstance(name: str, typed: str, words: Words) -> str:
    question = _CIRCUMSTANCES[name]
    if question.type is Type.YES_NO:
        return words.yes if typed == "yes" else words.no
    if question.type is Type.CHOICES:
        return listed(_tick(slug, words) for slug in typed.split("; "))
    if question.type is Type.CHOICE and question.feeds is not None:
        return words.say(word(question.feeds, typed).label)
    return typed


def _tick(slug: str, words: Words) -> str:
    """What a tick says that only some policies ask for."""
    known = (choice.label for pair in TICKS.values() for choice in pair if choice.slug == slug)
    return words.say(next(known, None) or word("exempt", slug).label)


_PEOPLE = ("received_by", "present", "traveller", "family_who", "relation_who")
T, L, W, N, M, D = Cell.TEXT, Cell.LONG, Cell.WORD, Cell.WHOLE, Cell.MONEY, Cell.DAY

COLUMNS: tuple[Column, ...] = (
    Column("number", N_("Number"), T, 13, "number"),
    Column("company", N_("Company"), W, 24, "company"),
    Column("declarant_number", N_("Declarant number"), T, 12, _organisation("number", "declarant_number")),
    Column("declarant", N_("Declarant"), T, 22, _organisation("name", "declarant")),
    Column("prepared_by", N_("Prepared by"), T, 18, "prepared_by"),
    Column("unit", N_("Unit"), W, 18, _organisation("unit", "unit")),
    Column("manager", N_("Manager when filed"), T, 22, Of(attrgetter("manager"), ("organisation",))),
    Column("kind", N_("Kind"), W, 16, "kind", _label("kind")),
    Column("direction", N_("Direction"), W, 11, "direction", _label("direction")),
    Column("title", N_("Title"), T, 34, "title"),
    Column("purpose", N_("Purpose"), L, 34, _answer("purpose", "proposal", "cause", "occasion", "part")),
    Column("people", N_("Recipients and people present"), L, 30, _answer(*_PEOPLE)),
    Column("note", N_("Note"), L, 26, _answer("note")),
    Column("circumstances", N_("What the policy asked besides"), L, 34, Of(_circumstances, ("answers",)), _told_circumstances),
    Column("counterparty", N_("Counterparty"), T, 28, "counterparty"),
    Column("registered_number", N_("Registered number"), T, 16, "registered_number"),
    Column("class", N_("Counterparty class"), W, 20, "counterparty_class", _label("class")),
    Column("group", N_("Counterparty group"), T, 24, "counterparty_group"),
    Column("country", N_("Country"), W, 9, "country"),
    Column("officials", N_("Public officials"), N, 10, "officials"),
    Column("occurred_on", N_("Occurred on"), D, 12, "occurred_on"),
    Column("until", N_("Until"), D, 12, "ends_on"),
    Column("filed_at", N_("Filed at"), Cell.MOMENT, 17, "filed_at"),
    Column("filing", N_("Times filed"), N, 8, "filing"),
    Column("currency", N_("Currency"), W, 9, "currency"),
    Column("value", N_("Value, whole"), M, 14, ("value_minor", "currency")),
    Column("heads", N_("Heads"), N, 8, "heads"),
    Column("share", N_("Value, share"), M, 14, ("share_minor", "currency")),
    Column("base_currency", N_("Base currency"), W, 9, "base_currency"),
    Column("share_base", N_("Share in base currency"), M, 14, ("base_minor", "base_currency")),
    Column("rate", N_("Rate"), Cell.RATE, 11, Of(_rate, ("assessment",))),
    Column("rate_on", N_("Rate of"), D, 12, Of(_rate_day, ("assessment",))),
    Column("policy_value", N_("Value the policy saw"), M, 14, Of(_policy_value, ("assessment",))),
    Column("share_group", N_("Share in group currency"), M, 14, ("group_minor", "group_currency")),
    Column("value_basis", N_("Value basis"), W, 12, "value_basis", _label("value_basis")),
    Column("method", N_("Method of estimate"), L, 26, _answer("method")),
    Column("disposition", N_("Disposition"), W, 16, "disposition", _label("disposition")),
    Column("state", N_("State"), W, 22, "state", _label("state")),
    Column("timing", N_("Timing"), W, 16, "timing", _label("timing")),
    Column("days_late", N_("Days late"), N, 8, "days_late"),
    Column("due_on", N_("Due on"), D, 12, "due_on"),
    Column("outcome", N_("Outcome by policy"), W, 22, Of(OUTCOMES.__getitem__, ("outcome",)), _label("outcome")),
    Column("clauses", N_("Clauses"), T, 26, RULES, told_clauses, again=True),
    Column("findings", N_("Findings"), L, 44, RULES, told_rules, again=True),
    Column("figures", N_("Figures"), L, 34, FIGURES, told_figures),
    Column("decided_by", N_("Last decision by"), T, 22, "decided_by"),
    Column("decided_as", N_("In the role of"), W, 18, "decided_as", _label("role")),
    Column("decided_for", N_("On behalf of"), T, 20, "decided_for"),
    Column("decided_at", N_("Decided at"), Cell.MOMENT, 17, "decided_at"),
    Column("conditions", N_("Conditions"), L, 34, Of(_conditions, ("conditions",)), _told_conditions),
    Column("conditions_met", N_("Conditions met"), T, 10, Of(_conditions_met, ("conditions",))),
    Column("policy", N_("Policy version"), T, 18, "policy_digest", again=True),
    Column("taken_over_from", N_("Taken over from"), T, 18, "imported_from"),
    Column("record_entry", N_("Record entry"), N, 9, "version"),
    Column("record_digest", N_("Record digest"), T, 18, "event_digest"),
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
            yield Column(
                f"asked_{question.name}",
                question.label or question.label_given,
                L,
                26,
                _answer(question.name),
                _answered(question),
            )


def _answered(question: Question) -> Told | None:
    """How the answer is put into words; None where it stands as it was typed."""
    if question.type is not Type.YES_NO and not question.choices:
        return None

    def told(typed: str, words: Words) -> str:
        if question.type is Type.YES_NO:
            return words.yes if typed in ("yes", "on", "1", "true") else words.no
        picked = [(slug, question.choice(slug)) for slug in typed.split()]
        if not any(choice for _, choice in picked):  # an old register's own words, or a word of some policy
            return words.say(word(question.feeds or "", typed).label) if typed in LABELS.get(question.feeds or "", ()) else typed
        return str(listed(words.say(choice.label) if choice else _tick(slug, words) for slug, choice in picked))

    return told


def _told_reasons(reasons: tuple[str, ...], words: Words) -> str:
    return "; ".join(words.say(reason) for reason in reasons)


_SHOWN_WITH_A_BREACH = frozenset({
    "company", "declarant", "unit", "manager", "kind", "direction", "title", "counterparty", "occurred_on", "filed_at", "currency",
    "value", "state", "timing", "days_late", "due_on", "outcome", "clauses", "figures", "decided_by", "decided_at",
})  # fmt: skip

_OF_A_BREACH = ("days_late", "prohibited", "state", "timing", "kind", "direction", "due_on", "reopened", "last_on")

BREACH_COLUMNS: tuple[Column, ...] = (
    COLUMNS[0],
    Column("why", N_("Why it is here"), L, 34, Of(breaches.reasons, _OF_A_BREACH), _told_reasons),
    *(column for column in COLUMNS[1:] if column.key in _SHOWN_WITH_A_BREACH),
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
