"""Answers become facts: each question feeds its field, each choice sets what follows from it, and nothing else is assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workflows.facts import Facts
from workflows.kinds import KINDS
from workflows.kinds.hearing import OTHER_YEAR
from workflows.kinds.question import Answers, Question, Questionnaire, Type, slugs
from workflows.money import Money
from workflows.spelling import letters
from workflows.words import N_, CounterpartyClass, Direction, Kind, ValueBasis

_LONGEST = {Type.TEXT: 300, Type.NAME: 120, Type.PEOPLE_TEXT: 2000, Type.LONG_TEXT: 4000}
_AHEAD = timedelta(days=5 * 366)
_BACK = timedelta(days=80 * 366)

ANSWER_THIS = N_("Please answer this.")


@dataclass(frozen=True, slots=True)
class OtherSide:
    """What is known of a counterparty: its id and group, how it is called, what it is to us, its country (ISO 3166-1)."""

    id: int
    group_id: int
    name: str
    class_: str
    country: str | None = None


def known(answers: Answers, *, direction: Direction | None, counterparty: OtherSide | None) -> dict[str, Any]:
    """`answers` together with what is known beside them, as conditions and `asked` need it."""
    together: dict[str, Any] = dict(answers)
    if direction is not None:
        together["direction"] = str(direction)
    if counterparty is not None:
        together |= {"counterparty_known": "yes", "counterparty_class": counterparty.class_}
    elif answers.get("counterparty"):
        together["counterparty_known"] = "no"
    return together


def read(
    kind: Kind,
    answers: Answers,
    *,
    declarant_id: int,
    filed_on: date,
    direction: Direction | None = None,
    counterparty: OtherSide | None = None,
    country: str | None = None,
    sheet: Questionnaire | None = None,
) -> Facts:
    """The facts `answers` state, those not asked for left out.

    `sheet` is what the form asked, see `sheets`; without it the usual questions of the kind are meant.

    `filed_on` is the local day of filing, `direction` the door taken, `counterparty` who the name given is known as, `country`
    the declarant's company's, which holds where neither an answer nor the counterparty says otherwise. Incomplete answers
    are fine.
    """
    sheet = sheet or KINDS[kind]
    together = known(answers, direction=direction or sheet.direction, counterparty=counterparty)
    fields: dict[str, Any] = {"direction": direction or sheet.direction, "title": sheet.title(answers)[:300]}
    asked = sheet.asked(together)
    for question in asked:
        for name, value in _follows(question, answers.get(question.name, question.default)):
            fields[name] = fields[name] | value if isinstance(value, frozenset) and name in fields else value
    fields |= _value({question.name: answers[question.name] for question in asked if question.name in answers}, fields, asked)
    fields["counterparty_class"] = str(together.get("counterparty_class") or CounterpartyClass.UNKNOWN)
    fields["officials"] = _officials(together, fields, asked)
    fields["country"] = fields.get("country") or _country(answers, counterparty) or country
    fields |= _keys(fields, {question.name for question in asked}, answers, declarant_id)
    if counterparty is not None:
        fields |= {"counterparty_id": counterparty.id, "counterparty_group_id": counterparty.group_id}
    blank = Facts(kind=kind, declarant_id=declarant_id, filed_on=filed_on, occurred_on=None)
    return replace(blank, **fields)


def _follows(question: Question, answer: object) -> list[tuple[str, Any]]:
    """The fields of Facts that follow from one answer."""
    fields: list[tuple[str, Any]] = []
    if answer in (None, "", ()):
        return fields
    if question.feeds is not None:
        fields.append((question.feeds, _fed(question, answer)))
    for slug in slugs(answer):
        if choice := question.choice(slug):
            fields.extend(choice.sets)
    return fields


def _fed(question: Question, answer: Any) -> Any:
    """The answer in the form its field wants it."""
    match question.type:
        case Type.COLLEAGUE:
            return frozenset({answer})
        case Type.COLLEAGUES:
            return frozenset(answer)
        case Type.YES_NO:
            return slugs(answer) == ("yes",)
        case Type.COUNT:
            return int(answer)
        case Type.NAME:
            return letters(answer)
        case Type.PEOPLE_TEXT:
            return frozenset(name for line in answer.splitlines() if (name := letters(line.partition(",")[0])))
        case _:
            return answer


def _value(answers: Mapping[str, Any], fields: Mapping[str, Any], asked: tuple[Question, ...]) -> dict[str, Any]:
    """Value and basis: an amount a head times the heads, a guess as an estimate, nothing as unknown where it had to be said."""
    worth = answers.get("worth")
    if worth is None or answers.get("no_idea"):
        needed = any(question.name == "worth" and question.required for question in asked)
        return {"value": None, "value_basis": ValueBasis.UNKNOWN if needed else ValueBasis.NOT_ASKED}
    if any(question.name == "worth_of" for question in asked) and answers.get("worth_of", "head") == "head":
        worth = Money(worth.minor * max(1, fields.get("heads", 1)), worth.currency)
    return {"value": worth, "value_basis": ValueBasis.ESTIMATED if answers.get("unsure") else ValueBasis.KNOWN}


def _officials(together: Mapping[str, Any], fields: Mapping[str, Any], asked: tuple[Question, ...]) -> int:
    """How many officials: the number given, else one where somebody said there is one or the other side is one."""
    one = together.get("counterparty_class") == CounterpartyClass.PUBLIC_OFFICIAL
    one = one or (together.get("official") is True and any(question.name == "official" for question in asked))
    return max(int(fields.get("officials", 0)), int(one))


def _keys(fields: Mapping[str, Any], asked: set[str], answers: Answers, declarant_id: int) -> dict[str, Any]:
    """What brings things together: an event is that of its day, a household that of the colleague known here first."""
    keys: dict[str, Any] = {}
    if fields.get("event"):
        keys["event"] = f"{fields.get('occurred_on') or ''}/{fields['event']}"
    if "colleague_at_home" in asked and answers.get("colleague_at_home") is not None:
        at_home = answers.get("colleagues_at_home", ()) if "colleagues_at_home" in asked else ()
        keys["household"] = f"colleague/{min((declarant_id, *map(int, at_home)))}"  # type: ignore[arg-type]
    return keys


def _country(answers: Answers, counterparty: OtherSide | None) -> str | None:
    return counterparty.country if counterparty else str(answers.get("counterparty_country") or "") or None


def problems(
    kind: Kind,
    answers: Answers,
    *,
    filed_on: date,
    direction: Direction | None = None,
    counterparty: OtherSide | None = None,
    sheet: Questionnaire | None = None,
) -> dict[str, str]:
    """What still stands in the way of filing: question name → a sentence (English, marked for translation); `sheet` as in `read`."""
    sheet = sheet or KINDS[kind]
    together = known(answers, direction=direction or sheet.direction, counterparty=counterparty)
    found: dict[str, str] = {}
    asked = sheet.asked(together)
    for question in asked:
        sentence = _problem(question, answers.get(question.name, question.default), filed_on)
        if sentence is not None and not (question.name in ("worth", "method") and answers.get("no_idea")):
            found[question.name] = sentence
    given = {question.name: answers[question.name] for question in asked if question.name in answers}
    for name, sentence in (*_between(given), *_several(_value(given, {"heads": given.get("heads", 1)}, asked)["value"], given)):
        found.setdefault(name, sentence)
    return found


def _problem(question: Question, answer: Any, filed_on: date) -> str | None:
    """What is wrong with one answer by itself."""
    if answer in (None, "", ()):
        return (question.missing or ANSWER_THIS) if question.required else None
    if isinstance(answer, str) and len(answer) > _LONGEST.get(question.type, 300):
        return N_("This is too long. Please shorten it, or attach it as a file.")
    if question.type in (Type.CHOICE, Type.CHOICES) and any(question.choice(slug) is None for slug in slugs(answer)):
        return N_("Pick one of the answers shown.")
    if isinstance(answer, date) and not filed_on - _BACK <= answer <= filed_on + _AHEAD:
        return OTHER_YEAR
    if any(isinstance(money, Money) and money.minor < 0 for money in (answer if isinstance(answer, tuple) else (answer,))):
        return N_("Write an amount of nothing or more.")
    return None


def _between(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What does not fit together."""
    found = []
    first, last = answers.get("occurred_on"), answers.get("ends_on")
    if first and last and last < first:
        found.append(("ends_on", N_("The last day lies before the first.")))
    if answers.get("became") == "shared" and answers.get("heads", 2) < 2:
        found.append(("heads", N_("Shared means at least two, you among them.")))
    if answers.get("heads", 1) < 1:
        found.append(("heads", N_("At least one person took part.")))
    if answers.get("receivers", 1) < 1:
        found.append(("receivers", N_("At least one person received it.")))
    if answers.get("givers", 1) < 1:
        found.append(("givers", N_("At least one gave it.")))
    if answers.get("officials", 1) < 1:
        found.append(("officials", N_("You said there was an official, so write at least 1.")))
    worth, own = None if answers.get("no_idea") else answers.get("worth"), answers.get("own_share")
    if worth and own and worth.currency != own.currency:
        found.append(("own_share", N_("Write it in the same currency as the worth.")))
    elif worth and own and own.minor > worth.minor * max(1, answers.get("heads", 1)):
        found.append(("own_share", N_("You cannot have paid more than it was worth.")))
    return found


def _several(whole: Money | None, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What does not fit in what several things were worth."""
    things = answers.get("things", ())
    if len(things) == 1:
        return [("things", N_("Several are at least two: write one amount a line."))]
    if things and whole and (things[0].currency != whole.currency or sum(thing.minor for thing in things) != whole.minor):
        return [("things", N_("Together they must make what it was worth."))]
    return []
