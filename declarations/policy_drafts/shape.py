"""The form of a draft follows the language of policies itself: whatever a document, a rule or a condition can state has its field."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from babel.numbers import format_decimal
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from declarations.display import _
from declarations.labels import LABELS, label
from declarations.policies.words import AMEND, OPERATORS, called, hint
from declarations.policy_drafts.text import Path
from workflows.policy.document import Document
from workflows.policy.predicates import PREDICATES, Percent
from workflows.policy.rules import Amend, Condition, Rule
from workflows.policy.tables import Comparison, Limits, Route, Text
from workflows.words import Review

ROUTES = ("no_declaration", "record", "manager", "compliance", "executive", "manager compliance", "manager executive",
          "compliance executive", "manager compliance executive", "prohibited", "invalid")  # fmt: skip

FIRST = ("clause", "when", "unless", "outcome", "kinds", "directions", "heading", "sentence")  # what people come for


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `kind` says how: line, long, count, percent, day, yes_no, choice, picks, words, limit,
    number, share, ranked (compared with a whole number, a percentage, a word).

    `shown` is what stands in it; of a limit the amounts by currency stand in `amounts` and its comparison in `operator`.
    """

    path: Path
    label: str
    kind: str
    shown: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    picked: frozenset[str] = frozenset()
    hint: str = ""
    operator: str = ""
    seldom: bool = False  # few documents state it
    amounts: tuple[tuple[str, str, str], ...] = ()  # currency, as shown, as written

    @property
    def name(self) -> str:
        """The name it is sent under."""
        return "/".join(map(str, self.path))


@dataclass(frozen=True)
class Group:
    """Things that belong together, under a title; a condition can be taken away as a whole."""

    path: Path
    title: str
    items: "tuple[Field | Group, ...]"
    hint: str = ""
    condition: bool = False
    seldom: bool = False
    stated: bool = True  # False where the document says nothing of it

    @property
    def small(self) -> bool:
        """Whether it holds only short answers, which stand side by side."""
        return all(isinstance(item, Field) and item.kind in ("count", "choice", "day") for item in self.items)

    @property
    def name(self) -> str:
        """Its dotted place, as errors write it."""
        return "/".join(map(str, self.path))


Item = Field | Group


def of_document(raw: Mapping[str, Any], locale: str) -> tuple[Item, ...]:
    """The form of everything a document states beside its rules."""
    beside = {"rules", "key", "company"}
    return tuple(_fields(Document, raw, (), locale, beside))


def of_rule(raw: Mapping[str, Any], number: int, locale: str, *, of_group: bool) -> tuple[Item, ...]:
    """The form of the rule at place `number` (from 0)."""
    beside = {"replaces"} if of_group else {"amend"}
    found = {item.path[2]: item for item in _fields(Rule, raw, ("rules", number), locale, beside)}
    first, last = (tuple(found.pop(name) for name in names if name in found) for names in (FIRST, ("id",)))
    return first + tuple(found.values()) + last


def fields(items: tuple[Item, ...]) -> Iterator[Field]:
    """Every field of a form, groups opened."""
    for item in items:
        if isinstance(item, Group):
            yield from fields(item.items)
        else:
            yield item


def _fields(model: type[BaseModel], raw: Any, path: Path, locale: str, beside: set[str] | None = None) -> Iterator[Item]:
    raw = raw if isinstance(raw, Mapping) else {}
    seldom: frozenset[str] = getattr(model, "seldom", frozenset())
    for name, info in model.model_fields.items():
        if name not in (beside or ()):
            one = _one(name, info, raw.get(name), (*path, name), locale)
            yield replace(one, seldom=True) if name in seldom and name not in raw else one


def _one(name: str, info: FieldInfo, raw: Any, path: Path, locale: str) -> Item:
    kind, words = _bare(info.annotation), called(name)
    item = _structured(kind, name, raw, path, locale) or _chosen(kind, info, raw, path, words)
    if item is not None:
        return item
    if get_origin(kind) in (tuple, frozenset):
        return _several(get_args(kind)[0], path, words, raw, hint(name))
    shown = "" if raw is None else str(raw)
    if kind is date:
        return Field(path, words, "day", shown, hint=hint(name))
    if kind is int:
        usual = "" if info.default is None or info.is_required() else _("Usually %(number)s.", number=info.default)
        return Field(path, words, "count", shown, hint=hint(name) or usual)
    return Field(path, words, "long" if name == "sentence" else "line", shown, hint=hint(name))


def _chosen(kind: Any, info: FieldInfo, raw: Any, path: Path, words: str) -> Field | None:
    """The field of what is one of a few; None for anything else."""
    if kind is Route:
        return Field(path, words, "choice", _route(raw), _routes(_route(raw)))
    if kind is bool:
        yes = raw if isinstance(raw, bool) else bool(info.default)
        return Field(path, words, "yes_no", "yes" if yes else "no", (("yes", _("Yes")), ("no", _("No"))))
    if kind is Amend:
        shown = str(raw if raw is not None else info.default.value)
        return Field(path, words, "choice", shown, _known(shown, {slug: _(said) for slug, said in AMEND.items()}))
    if get_origin(kind) is Literal:
        shown = str(raw if raw is not None else info.default)
        return Field(path, words, "choice", shown, _known(shown, {str(one): _spaced(str(one)) for one in get_args(kind)}))
    return None


def _structured(kind: Any, name: str, raw: Any, path: Path, locale: str) -> Item | None:
    """The item of what is a table; None for anything else."""
    words = called(name)
    if kind is Text:
        table = raw if isinstance(raw, Mapping) else {}
        long = "long" if name == "sentence" else "line"
        texts = (Field((*path, code), called(code), long, str(table.get(code, ""))) for code in Text.model_fields)
        return Group(path, words, tuple(texts))
    if kind is Limits:
        return _limit(path, words, "", raw, locale)
    if get_origin(kind) is tuple and _bare(get_args(kind)[0]) is Condition:
        return Group(path, words, tuple(_conditions(raw, path, locale)), hint(name))
    if get_origin(kind) is dict:
        table = raw if isinstance(raw, Mapping) else {}
        return Group(path, words, tuple(_words((*path, key), str(key), value) for key, value in table.items()), hint(name))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return Group(path, words, tuple(_fields(kind, raw, path, locale)), hint(name), stated=bool(raw))
    return None


def _conditions(raw: Any, path: Path, locale: str) -> Iterator[Item]:
    for name, settings in raw.items() if isinstance(raw, Mapping) else ():
        here = (*path, name)
        yield Group(here, called(name), tuple(_settings(name, settings, here, locale)), condition=True)


def _settings(name: str, raw: Any, path: Path, locale: str) -> Iterator[Item]:
    model = PREDICATES[name].settings if name in PREDICATES else None
    if isinstance(raw, bool):
        choices = (("yes", _("It must be so")), ("no", _("It must not be so")))
        yield Field(path, _("So or not so"), "yes_no", "yes" if raw else "no", choices)
    elif isinstance(raw, list | str) or not isinstance(raw, Mapping) or model is None:
        yield _words(path, _("Words"), raw)
    elif issubclass(model, Comparison):
        yield _comparison(model, raw, path, locale)
        yield from _fields(model, raw, path, locale, {*OPERATORS, "order"})
    else:
        yield from _fields(model, raw, path, locale)


def _comparison(model: type[Comparison], raw: Mapping[str, Any], path: Path, locale: str) -> Field:
    operator = next((one for one in OPERATORS if one in raw), "over")
    stated = raw.get(operator)
    money = _bare(model.model_fields["over"].annotation) is Limits
    if money or isinstance(stated, Mapping):
        return _limit(path, _("Limit"), operator, stated, locale)
    kind = (
        "share" if issubclass(model, Percent) else "number" if _bare(model.model_fields["over"].annotation) is int else "ranked"
    )
    return Field(path, _("Limit"), kind, "" if stated is None else str(stated), operator=operator)


def _limit(path: Path, words: str, operator: str, raw: Any, locale: str) -> Field:
    table = raw if isinstance(raw, Mapping) else {}
    amounts = tuple((str(currency), amount_shown(value, locale), str(value)) for currency, value in table.items())
    return Field(path, words, "limit", amounts=amounts, operator=operator)


_MOST_PLACES = 20


def amount_shown(value: Any, locale: str) -> str:
    """An amount as its reader writes it, without separators for thousands; what is no amount stays as it is written."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _MOST_PLACES:  # no number at all, or one that would fill the page
        return str(value)
    places = max(0, -exponent)
    return str(format_decimal(number, format="0" + ("." + "0" * places if places else ""), locale=locale))


def _words(path: Path, words: str, raw: Any) -> Field:
    listed = [raw] if isinstance(raw, str) else raw if isinstance(raw, list) else [] if raw is None else [raw]
    return Field(path, words, "words", ", ".join(map(str, listed)))


def _several(inner: Any, path: Path, words: str, raw: Any, said: str) -> Field:
    kind = _bare(inner)
    family = {"Kind": "kind", "Direction": "direction"}.get(getattr(kind, "__name__", ""), "")
    if not (isinstance(kind, type) and issubclass(kind, Enum) and family):
        return _words(path, words, raw)
    listed = [raw] if isinstance(raw, str) else raw if isinstance(raw, list) else []
    known = {slug: label(family, slug) for slug in LABELS[family]}
    strange = {str(one): str(one) for one in listed if str(one) not in known}
    return Field(path, words, "picks", choices=tuple((known | strange).items()), picked=frozenset(map(str, listed)), hint=said)


def _route(raw: Any) -> str:
    return " ".join(map(str, raw)) if isinstance(raw, list) else "" if raw is None else str(raw)


def _routes(shown: str) -> tuple[tuple[str, str], ...]:
    reviews = {review.slug: label("review", review.slug) for review in Review}
    plain = {"no_declaration": "no_declaration", "record": "record", "prohibited": "prohibited", "invalid": "invalid"}
    known = {
        route: label("outcome", plain[route]) if route in plain else _(" and ").join(reviews[one] for one in route.split())
        for route in ROUTES
    }
    return _known(shown, known)


def _known(shown: str, choices: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The choices, and what stands there now even if it is none of them."""
    return ((shown, shown or "–"), *choices.items()) if shown not in choices else tuple(choices.items())


def _spaced(word: str) -> str:
    return {"year": _("year"), "quarter": _("quarter")}.get(word, word.replace("_", " "))


def _bare(annotation: Any) -> Any:
    """A type without what is said about it, and without the None it may be."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        return _bare(rest[0])
    return annotation
