"""What differs between two versions of a policy, said to the last limit, word and class: nothing that differs goes unsaid."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from flask_babel import get_locale
from pydantic import BaseModel

from declarations.display import _, amount, full_day, text
from declarations.labels import LABELS, label
from declarations.policies.words import AMEND, OPERATORS, called, route_words
from workflows.money import Money
from workflows.policy.document import Document
from workflows.policy.rules import Amend, Condition, Paragraph, Rule
from workflows.policy.tables import Comparison, Limits, Route, Text
from workflows.words import Kind


@dataclass(frozen=True)
class Entry:
    """One thing a version states: what it is called, what is stated, and who need not hear of it (another currency, language)."""

    label: str
    shown: str
    value: str
    scope: str = ""


@dataclass(frozen=True)
class Difference:
    """One clause, or the document around them (`clause` empty), and everything that is different in it."""

    icon: str
    clause: str
    heading: str
    words: tuple[str, ...]
    rule: str = ""  # the rule's id; empty for what is no rule

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        if self.icon == "plus":
            return _("New: %(heading)s.", heading=self.heading)
        if self.icon == "minus":
            return _("Gone: %(heading)s.", heading=self.heading)
        return _("%(heading)s: %(what)s.", heading=self.heading, what="; ".join(self.words))


def differences(new: Document, old: Document | None, currency: str | None = None) -> list[Difference]:
    """Everything that differs between a version and the one before (None: there was none), the document first, then by clause.

    With a `currency` only what concerns a reader of that currency and of the page's language.
    """
    before = {rule.id: rule for rule in old.rules} if old else {}
    after = {rule.id: rule for rule in new.rules}
    found = _around(new, old, currency)
    for rule in new.rules:
        was = before.get(rule.id)
        if was is None:
            found.append(Difference("plus", rule.clause, text(rule.heading.by_language), (), rule.id))
        elif rule != was:
            words = _between(_of_rule(rule), _of_rule(was), currency)
            if words:
                found.append(Difference("pencil", rule.clause, text(rule.heading.by_language), words, rule.id))
    gone = [rule for rule in before.values() if rule.id not in after]
    found += [Difference("minus", rule.clause, text(rule.heading.by_language), (), rule.id) for rule in gone]
    return sorted(found, key=lambda one: (one.clause != "", _natural(one.clause)))


def _natural(clause: str) -> list[tuple[int, str]]:
    """Clause 10 comes after clause 9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in clause.replace(".", " ").split()]


def _around(new: Document, old: Document | None, currency: str | None) -> list[Difference]:
    if old is None:
        return []
    found = []
    own = {"effective_from", "approved_on", "approved_by"} if currency else set()  # readers find these beside each version
    words = _between(_of_document(new, own), _of_document(old, own), currency)
    if words:
        found.append(Difference("pencil", "", _("The document"), words))
    for name in ("otherwise", "not_kept"):
        now, was = getattr(new, name), getattr(old, name)
        paragraph: Paragraph | None = now or was
        if now != was and paragraph is not None:
            said = _between(_of_table(now), _of_table(was), currency)
            heading = text(paragraph.heading.by_language)
            icon = "plus" if was is None else "minus" if now is None else "pencil"
            if said or icon != "pencil":
                found.append(Difference(icon, paragraph.clause, heading, said))
    return found


def _between(now: Mapping[str, Entry], was: Mapping[str, Entry], currency: str | None) -> tuple[str, ...]:
    words = []
    for key in dict.fromkeys((*now, *was)):
        new, old = now.get(key), was.get(key)
        entry = new or old
        assert entry is not None
        if (new and old and new.value == old.value) or not _concerns(entry, currency):
            continue
        words.append(_said(entry.label, new.shown if new else None, old.shown if old else None))
    return tuple(dict.fromkeys(words))


def _concerns(entry: Entry, currency: str | None) -> bool:
    return currency is None or entry.scope in ("", currency, str(get_locale().language))


def _said(name: str, now: str | None, was: str | None) -> str:
    if not name:
        return _("now %(now)s, it was %(was)s", now=now or _("nothing"), was=was or _("nothing"))
    if now is None:
        return _("%(what)s: no longer %(was)s", what=name, was=was)
    if was is None:
        return _("%(what)s: now %(now)s", what=name, now=now)
    return _("%(what)s: now %(now)s, it was %(was)s", what=name, now=now, was=was)


def _stated(table: BaseModel) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(table, name)) for name in type(table).model_fields)


def _of_rule(rule: Rule) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    limits = sum(1 for _one in rule.limits)
    for name, value in _stated(rule):
        if name in ("when", "unless"):
            found |= dict(_of_conditions(name, value, alone=limits == 1))
        else:
            found |= dict(_entries(name, value, called(name)))
    return found


def _of_conditions(side: str, conditions: Iterable[Condition], *, alone: bool) -> Iterator[tuple[str, Entry]]:
    met: dict[str, int] = {}
    for condition in conditions:
        met[condition.name] = met.get(condition.name, 0) + 1
        key, name = f"{side}.{condition.name}.{met[condition.name]}", called(condition.name)
        yield key, Entry(called(side), name, "")
        for inner, value in _stated(condition.settings):
            one = f"{key}.{inner}"
            if inner in OPERATORS and isinstance(condition.settings, Comparison):
                if value is not None:
                    yield from _of_limit(key, "" if alone else name, inner, value)
            elif inner == "kinds" or value is not None:
                yield from _entries(one, value, f"{name}, {called(inner)}" if inner not in ("value", "values") else name)


def _of_limit(key: str, name: str, operator: str, value: Any) -> Iterator[tuple[str, Entry]]:
    yield f"{key}.:operator", Entry(_("Compared"), _(OPERATORS[operator]), operator)
    yield from _entries(f"{key}.:limit", value, name)


def _of_document(document: Document, own: set[str]) -> dict[str, Entry]:
    beside = {"key", "company", "rules", "otherwise", "not_kept"} | own
    return {k: e for name, value in _stated(document) if name not in beside for k, e in _entries(name, value, called(name))}


def _of_table(table: BaseModel | None) -> dict[str, Entry]:
    return dict(_entries("", table, "")) if table is not None else {}


def _entries(key: str, value: Any, name: str) -> Iterator[tuple[str, Entry]]:
    """Everything `value` states, by place."""
    if value is None:
        return
    if isinstance(value, Text):
        for code, words in value.by_language.items():
            yield f"{key}.{code}", Entry(f"{name}, {called(code)}", f"“{words}”", words, code)
    elif isinstance(value, Limits):
        for currency, money in value.by_currency.items():
            yield f"{key}.{currency}", Entry(name, amount(money), str(money), currency)
    elif isinstance(value, BaseModel):
        for inner, one in _stated(value):
            yield from _entries(f"{key}.{inner}", one, f"{name}, {called(inner)}" if name else called(inner))
    elif isinstance(value, Mapping):
        for inner, one in value.items():
            yield from _entries(f"{key}.{inner}", one, f"{name}, {inner}")
    else:
        yield key, Entry(name, _shown(value), _value(value))


def _value(value: Any) -> str:
    return repr(sorted(map(str, value)) if isinstance(value, frozenset | set) else value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return full_day(value)
    if isinstance(value, Money):
        return amount(value)
    if isinstance(value, Route):
        return route_words(value)
    if isinstance(value, Amend):
        return _(AMEND[value.value])
    if isinstance(value, tuple | frozenset | set | list):
        parts = sorted(value, key=str) if isinstance(value, frozenset | set) else value
        return ", ".join(_shown(one) for one in parts) or _("nothing")
    if isinstance(value, Enum):
        family = "kind" if isinstance(value, Kind) else "direction"
        return label(family, value) if str(value.value) in LABELS[family] else str(value.value)
    return str(value)
