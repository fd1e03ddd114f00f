"""The form view of a draft: which sheets there are, what stands in each, and what a button on one asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from declarations.display import _, text
from declarations.errors import NotFound
from declarations.policies.comparing import differences
from declarations.policies.words import called
from declarations.policy_drafts import shape
from declarations.policy_drafts.queries import Standing
from declarations.policy_drafts.soundness import Problem
from declarations.policy_drafts.text import NotToml, Path, Value, content
from declarations.policy_drafts.typed import Posted, Typed, read, words
from workflows.policy.document import Document
from workflows.policy.predicates import PREDICATES, Flag, Words
from workflows.policy.rules import Amend, Rule
from workflows.policy.tables import Amount, Comparison, Text


@dataclass(frozen=True)
class Line:
    """One rule in the list of them: its place from 1, and how it differs from the version before (an icon's name)."""

    number: int
    clause: str
    heading: str
    changed: str
    problems: int


@dataclass(frozen=True)
class Contents:
    """The list of sheets; `broken` says why there are none: the text does not read as TOML."""

    rules: tuple[Line, ...] = ()
    replaceable: tuple[tuple[str, str], ...] = ()  # rules of the Code that may be changed here: id, and how they are called
    broken: str = ""


@dataclass(frozen=True)
class Sheet:
    """One page of the form: a rule at its place from 0 (None: what stands beside the rules), its items and its problems."""

    number: int | None
    heading: str
    clause: str
    items: tuple[shape.Item, ...]
    problems: tuple[Problem, ...]
    addable: tuple[tuple[str, str], ...] = ()  # conditions that can be added: name, and what it is called
    broken: str = ""
    base_currency: str = ""
    sentence: str = ""

    def wrong(self, path: Path) -> list[str]:
        """The sentences about what stands at the path, or below it where nothing there has a field of its own."""
        here = _dotted(path)
        known = {_dotted(one.path) for one in shape.fields(self.items)}
        return [one.sentence for one in self.problems if one.key and _nearest(one.key, known) == here]

    @property
    def placeless(self) -> list[str]:
        """The sentences that belong to no field."""
        known = {_dotted(one.path) for one in shape.fields(self.items)}
        return [one.sentence for one in self.problems if not one.key or _nearest(one.key, known) is None]


def _dotted(path: Path) -> str:
    steps = path[2:] if path[:1] == ("rules",) else path
    return ".".join(map(str, steps))


def _nearest(key: str, known: set[str]) -> str | None:
    """The field that a problem's key names: itself, the one above it, else the first one below it."""
    if key in known:
        return key
    above = [one for one in known if key.startswith(one + ".")]
    below = sorted(one for one in known if one.startswith(key + "."))
    return max(above, key=len) if above else below[0] if below else None


def contents(here: Standing) -> Contents:
    """The draft's rules as lines, and what a company could change of the Code."""
    try:
        raw = content(here.draft.text)
    except NotToml as error:
        return Contents(broken=_(error.sentence))
    changed = {one.rule: one.icon for one in _changes(here)}
    rules = [rule if isinstance(rule, Mapping) else {} for rule in _list(raw.get("rules"))]
    lines = tuple(
        Line(
            number,
            str(rule.get("clause", "")),
            _said(rule.get("heading")) or str(rule.get("id", "")),
            changed.get(str(rule.get("id", "")), ""),
            len(here.checked.about(rule.get("id"), number)),
        )
        for number, rule in enumerate(rules, 1)
    )
    taken = {rule.get("replaces") for rule in rules}
    open_ = (
        [] if here.draft.of_group else [rule for rule in _code(here) if rule.amend is not Amend.FIXED and rule.id not in taken]
    )
    return Contents(lines, tuple((rule.id, f"{rule.clause} {text(rule.heading.by_language)}") for rule in open_))


def _changes(here: Standing) -> list[Any]:
    return differences(here.checked.document, here.before) if here.checked.document and here.before else []


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _said(raw: Any) -> str:
    return text({str(k): str(v) for k, v in raw.items()}) if isinstance(raw, Mapping) and raw else ""


def _code(here: Standing) -> list[Rule]:
    """The rules of the group's documents, of each the newest version."""
    newest: dict[str, Document] = {}
    for document in sorted(here.others, key=lambda one: one.effective_from):
        if document.company is None:
            newest[document.key] = document
    return [rule for document in newest.values() for rule in document.rules]


def about(here: Standing, locale: str) -> Sheet:
    """The sheet of everything beside the rules."""
    problems = tuple(one for one in here.checked.problems if one.rule is None)
    heading = _("Beside the rules")
    try:
        raw = content(here.draft.text)
    except NotToml as error:
        return Sheet(None, heading, "", (), problems, broken=_(error.sentence))
    return Sheet(None, heading, "", shape.of_document(raw, locale), problems, base_currency=str(raw.get("base_currency", "")))


def rule(here: Standing, number: int, locale: str) -> Sheet:
    """The sheet of the rule at that place from 0. Raises NotFound if there is none."""
    try:
        raw = content(here.draft.text)
    except NotToml as error:
        return Sheet(number, _("A rule"), "", (), here.checked.problems, broken=_(error.sentence))
    rules = _list(raw.get("rules"))
    if not 0 <= number < len(rules) or not isinstance(rules[number], Mapping):
        raise NotFound
    one = rules[number]
    return Sheet(
        number=number,
        heading=_said(one.get("heading")) or _("A new rule"),
        clause=str(one.get("clause", "")),
        items=shape.of_rule(one, number, locale, of_group=here.draft.of_group),
        problems=here.checked.about(one.get("id"), number + 1),
        addable=tuple(sorted(((name, called(name)) for name in PREDICATES), key=lambda pair: pair[1])),
        base_currency=str(raw.get("base_currency", "")),
        sentence=_said(one.get("sentence")),
    )


def typed(sheet: Sheet, posted: Posted, locale: str) -> Typed:
    """What was typed on the sheet; a class that was added is among it."""
    found = read(sheet.items, posted, locale)
    name = "_".join((posted.get("classes/+name") or "").lower().split())
    if sheet.number is None and name:
        found.changes["classes", name] = words(posted.get("classes/+words") or "")
    return found


def asked(sheet: Sheet, do: str, posted: Posted) -> dict[Path, Value]:
    """What a button beside saving asks for: `remove` the rule, `add:when` a condition, `drop:when/form` one."""
    what, _colon, where = do.partition(":")
    if sheet.number is None:
        return {}
    place: Path = ("rules", sheet.number)
    if what == "remove":
        return {place: None}
    if what == "drop" and where.count("/") == 1:
        return {(*place, *where.split("/")): None}
    name = posted.get(f"add:{where}") or ""
    if what == "add" and where in ("when", "unless") and name in PREDICATES:
        return {(*place, where, name): _beginning(name, sheet.base_currency)}
    return {}


def _beginning(name: str, currency: str) -> Value:
    """What a condition states when it has just been added; whatever is missing then stands beside its fields."""
    model = PREDICATES[name].settings
    if issubclass(model, Flag):
        return True
    if issubclass(model, Words) or "values" in model.model_fields:
        return []
    begun: dict[str, Any] = {}
    if issubclass(model, Comparison):
        operator = "up_to" if name == "trifle" else "over"
        begun[operator] = {currency: "0"} if issubclass(model, Amount) else "0" if name == "percent" else 0
    for field, info in model.model_fields.items():
        if info.is_required() and field not in begun:
            begun[field] = 12 if field == "months" else ""
    return begun


def new_rule(here: Standing, replaces: str | None) -> tuple[dict[str, Any], int]:
    """A rule to begin with, and the place it will have from 1: the Code's own to be changed, or one that says nothing yet.

    Raises NotFound for a rule of the Code that is not there or may not be changed.
    """
    try:
        raw = content(here.draft.text)
    except NotToml:
        raise NotFound from None
    rules = _list(raw.get("rules"))
    ids = {str(one.get("id")) for one in rules if isinstance(one, Mapping)}
    if replaces is None:
        empty = dict.fromkeys(Text.model_fields, "")
        new = {
            "id": _free("new", ids),
            "clause": "",
            "heading": empty,
            "sentence": dict(empty),
            "kinds": [],
            "outcome": "manager",
        }
        return new | ({"amend": "may_tighten"} if here.draft.of_group else {}), len(rules) + 1
    if replaces not in {one for one, _words in contents(here).replaceable}:
        raise NotFound
    original = next(one for document in _raw_code(here) for one in document if one.get("id") == replaces)
    kept = {key: value for key, value in original.items() if key not in ("id", "amend")}
    prefix = str(raw.get("company", here.draft.key)).lower().rpartition("-")[2]
    return {"id": _free(f"{prefix}-{replaces}", ids), "replaces": replaces} | kept, len(rules) + 1


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _raw_code(here: Standing) -> list[list[Mapping[str, Any]]]:
    return [content(text)["rules"] for text in here.code_texts]
