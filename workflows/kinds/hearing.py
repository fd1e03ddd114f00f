"""What was typed becomes an answer, or a sentence that says what to write instead; nothing typed is thrown away or guessed at."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from workflows.kinds.numbers import NotANumber, parse_amount, parse_count, parse_percent
from workflows.kinds.question import Answer, Question, Questionnaire, Type
from workflows.words import N_

Typed = Mapping[str, str | Sequence[str]]  # field name → what stands in it; several are a sequence or one a line

NOT_A_DAY = N_("Write the day as year-month-day, such as 2026-11-19.")
OTHER_YEAR = N_("Please check the year.")
YEARS = range(1900, 2200)  # a browser reports 0002 while the year 2026 is being typed
NOT_A_COLLEAGUE = N_("We know no colleague of that name. Pick one from the list, or write their e-mail address.")
NOT_A_COUNTRY = N_("Pick a country from the list.")


class Misheard(ValueError):
    """What was typed does not do; `sentence` (English, marked for translation) says what to write instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def hear(
    sheet: Questionnaire, typed: Typed, *, locale: str, currency: str, colleagues: Mapping[str, int]
) -> tuple[dict[str, Answer], dict[str, str]]:
    """All of a form's answers and, by question name, a sentence for each that could not be read.

    `locale` is the writer's, `currency` (ISO 4217) holds where a form names none; `colleagues` maps what was typed for a
    colleague (case-folded) to the person's id. An empty field gives no answer and no sentence.
    """
    answers: dict[str, Answer] = {}
    misheard: dict[str, str] = {}
    for question in sheet.questions:
        texts = _texts(typed.get(question.name, ""))
        if not texts:
            continue
        chosen = "worth" if question.type is Type.AMOUNTS else question.name
        written = "".join(_texts(typed.get(f"{chosen}_currency", ""))[:1]) or currency
        try:
            answers[question.name] = _answer(question, texts, locale, written, colleagues)
        except (Misheard, NotANumber) as slip:
            misheard[question.name] = slip.sentence
    return answers, misheard


def _texts(typed: str | Sequence[str]) -> tuple[str, ...]:
    """What stands in a field, without surrounding space, empty ones left out."""
    several = (typed,) if isinstance(typed, str) else typed
    return tuple(text for text in (unicodedata.normalize("NFC", one).strip() for one in several) if text)


def _answer(question: Question, texts: tuple[str, ...], locale: str, currency: str, colleagues: Mapping[str, int]) -> Answer:
    text = texts[0]
    match question.type:
        case Type.MONEY:
            return parse_amount(text, locale, currency)
        case Type.AMOUNTS:
            lines = _texts("\n".join(texts).split("\n"))
            return tuple(parse_amount(line, locale, currency) for line in lines)
        case Type.COUNT:
            return parse_count(text)
        case Type.PERCENT:
            return parse_percent(text, locale)
        case Type.YES_NO:
            return text in ("yes", "true", "on", "1")
        case Type.DATE:
            return parse_day(text)
        case Type.CHOICES:
            return tuple(slug for several in texts for slug in several.split("\n") if slug)
        case Type.COUNTRY:
            return _country(text)
        case Type.COLLEAGUE:
            return _colleague(text, colleagues)
        case Type.COLLEAGUES:
            names = re.split(r"[\n;]", "\n".join(texts))
            return tuple(sorted({_colleague(name, colleagues) for name in names if name.strip()}))
        case _:
            return text


def parse_day(text: str) -> date:
    """A day written 2026-11-19, 2026/11/19 or 19.11.2026; one with slashes and the year last could mean two. Raises Misheard, for a
    day in no year that anybody means too."""
    bare = unicodedata.normalize("NFKC", text).strip()
    iso = re.fullmatch(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})", bare)
    dotted = re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})", bare)
    year, month, day = iso.group(1, 3, 4) if iso else dotted.group(3, 2, 1) if dotted else ("", "", "")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Misheard(NOT_A_DAY) from None
    if found.year not in YEARS:
        raise Misheard(OTHER_YEAR)
    return found


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise Misheard(NOT_A_COUNTRY)
    return text.upper()


def _colleague(text: str, colleagues: Mapping[str, int]) -> int:
    person = colleagues.get(text.strip().casefold())
    if person is None:
        raise Misheard(NOT_A_COLLEAGUE)
    return person
