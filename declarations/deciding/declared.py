"""What was declared, as its readers see it: each question's short name and its answer in their language and format."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import pgettext

from declarations import snapshot
from declarations.deciding.fact_names import NAMES, TOLD_ELSEWHERE
from declarations.display import _, amount, country_name, full_day, listed, number
from declarations.explanations import conversion
from declarations.labels import label
from declarations.models import Counterparty, Filing
from workflows.facts import Facts
from workflows.kinds import Question, Questionnaire, Type
from workflows.kinds.hearing import Misheard, hear, parse_day
from workflows.kinds.sheets import as_answered
from workflows.money import Money, round_half_up
from workflows.words import Direction, Kind, ValueBasis


@dataclass(frozen=True)
class Fact:
    """One line: its name, what was said, and what belongs beside it in small."""

    name: str
    said: str
    small: str = ""
    strong: bool = False


AT_HOME = "colleagues_at_home"


def facts_of(filing: Filing, counterparty: Counterparty | None, names: Mapping[int, str]) -> list[Fact]:
    """The lines of one filing. `names` are colleagues' by id; what was typed in no question of ours is shown as it came."""
    facts = snapshot.facts_from(filing.facts)
    assessment = snapshot.assessment_from(filing.assessment)
    typed: dict[str, str] = {name: str(text) for name, text in filing.answers.items()}
    sheet = as_answered(facts.kind, typed)
    if not typed:
        bare = [_title(facts), _other_side(facts, counterparty), _worth(facts, conversion(assessment), ""), _when(facts)]
        return [line for line in bare if line.said]
    lines = []
    for question in _asked(sheet, typed, facts):
        if question.type is Type.COUNTERPARTY:
            lines.append(_other_side(facts, counterparty, typed.get(question.name, "")))
        elif question.name == "worth":
            lines.append(_worth(facts, conversion(assessment), typed.get("method", "")))
        elif question.name not in TOLD_ELSEWHERE:
            lines.append(Fact(_(NAMES[question.name]), _answer(question, typed, facts, names)))
    lines += _imported(sheet, typed)
    return [line for line in lines if line.said]


def _asked(sheet: Questionnaire, typed: Mapping[str, str], facts: Facts) -> Iterable[Question]:
    """The questions these answers had called for, in their order."""
    heard, _slips = hear(sheet, typed, locale="en", currency="EUR", colleagues={})
    known: dict[str, Any] = dict(heard) | {"counterparty_known": "yes", "counterparty_class": facts.counterparty_class}
    if facts.direction is not None:
        known["direction"] = facts.direction.value
    for question in sheet.questions:
        if typed.get(question.name):
            known.setdefault(question.name, typed[question.name])
    return sheet.asked(known)


def _answer(question: Question, typed: Mapping[str, str], facts: Facts, names: Mapping[int, str]) -> str:
    text = typed.get(question.name, "").strip()
    match question.type:
        case Type.COLLEAGUES if question.name == AT_HOME:
            return listed(line.partition(" (")[0] for line in text.split("\n") if line)
        case Type.COLLEAGUE | Type.COLLEAGUES:
            return _colleagues(text, facts, names)
        case Type.CHOICE | Type.CHOICES:
            chosen = [question.choice(slug) for slug in text.split("\n")]
            return listed(_(choice.label) for choice in chosen if choice)
        case Type.YES_NO:
            return _("Yes") if text in ("yes", "on", "true", "1") else _("No") if text else ""
        case Type.DATE:
            return _day(text)
        case Type.COUNTRY:
            return country_name(text)
        case Type.MONEY:
            stated = getattr(facts, question.feeds) if question.feeds else None
            return amount(stated) if text and stated else text
        case Type.AMOUNTS:
            return listed(amount(part) for part in facts.parts) if text else ""
        case Type.PERCENT:
            return _("%(share)s percent", share=text.replace("%", "").strip()) if text else ""
        case _:
            return text


def _colleagues(text: str, facts: Facts, names: Mapping[int, str]) -> str:
    """Whom these words name: who else the facts involve, such as the declarant's manager, was not their answer."""
    if not text:
        return ""
    involved = [names[person] for person in sorted(facts.named) if person in names]
    return listed([name for name in involved if name.casefold() in text.casefold()] or involved)


def _day(text: str) -> str:
    try:
        return full_day(parse_day(text)) if text else ""
    except Misheard:
        return text


def _title(facts: Facts) -> Fact:
    small = [label("kind", facts.kind)] + ([label("direction", facts.direction)] if facts.direction else [])
    return Fact(_("What"), facts.title, " · ".join(small))


def _other_side(facts: Facts, counterparty: Counterparty | None, typed: str = "") -> Fact:
    name = counterparty.name if counterparty else typed
    small = [label("class", facts.counterparty_class)]
    if counterparty and counterparty.country:
        small.append(country_name(counterparty.country))
    if typed and counterparty and typed.casefold() != counterparty.name.casefold():
        small.append(_("written “%(name)s”", name=typed))
    return Fact(_from(facts), name, " · ".join(small))


def _from(facts: Facts) -> str:
    if facts.kind in (Kind.INTEREST, Kind.CONFLICT):
        return _("With")
    return _("To") if facts.direction is Direction.GIVEN or facts.kind is Kind.DONATION else str(pgettext("who gave it", "From"))


def _worth(facts: Facts, converted: str, method: str) -> Fact:
    if facts.value is None:
        return Fact(_("Worth"), label("value_basis", facts.value_basis) if facts.value_basis is ValueBasis.UNKNOWN else "")
    said = amount(facts.value)
    if facts.heads > 1:
        head = Money(round_half_up(Decimal(facts.value.minor) / facts.heads), facts.value.currency)
        said = _("%(sum)s for %(heads)s, that is %(head)s a head", sum=said, heads=number(facts.heads), head=amount(head))
    small = [converted] if converted else []
    if facts.value_basis is ValueBasis.ESTIMATED:
        small.append(_("estimated: %(method)s", method=method) if method else _("estimated"))
    return Fact(_("Worth"), said, " · ".join(small), strong=True)


def _when(facts: Facts) -> Fact:
    if facts.occurred_on is None:
        return Fact(_("When"), "")
    if facts.ends_on and facts.ends_on != facts.occurred_on:
        return Fact(_("When"), _("%(first)s to %(last)s", first=full_day(facts.occurred_on), last=full_day(facts.ends_on)))
    return Fact(_("When"), full_day(facts.occurred_on))


def _imported(sheet: Questionnaire, typed: Mapping[str, str]) -> Iterator[Fact]:
    """Columns of an old register that are no question of ours."""
    ours = {question.name for question in sheet.questions} | {"direction", "csrf_token"}
    for name, text in typed.items():
        if name not in ours and name.removesuffix("_currency") not in ours and text.strip():
            yield Fact(name.replace("_", " ").capitalize(), text)


def differences(before: list[Fact], after: list[Fact]) -> list[str]:
    """What differs between two filings' lines, as sentences."""
    was, now = {fact.name: fact.said for fact in before}, {fact.name: fact.said for fact in after}
    found = []
    for name in dict.fromkeys((*was, *now)):
        old, new = was.get(name, ""), now.get(name, "")
        if old == new:
            continue
        if not old:
            found.append(_("%(what)s: %(now)s (it was empty)", what=name, now=new))
        elif not new:
            found.append(_("%(what)s: empty now (it was %(was)s)", what=name, was=old))
        else:
            found.append(_("%(what)s: %(now)s (it was %(was)s)", what=name, now=new, was=old))
    return found
