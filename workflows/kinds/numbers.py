"""A number somebody typed means what it means where they live; one that could mean two things is refused, never guessed."""

import re
import unicodedata
from decimal import Decimal

from workflows.money import Money, exponent
from workflows.words import N_

# Languages that write 1.500,00; all others here write 1,500.00.
_COMMA = frozenset("bg cs da de el es et fi fr hr hu id is it lt lv nb nl nn no pl pt ro ru sk sl sr sv tr uk".split())
_SIGNS = {"€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "円": ("JPY",), "$": ("USD", "CAD", "AUD"), "zł": ("PLN",)}
_CROWNS = ("DKK", "SEK", "NOK", "ISK", "CZK")
_LARGEST = 10**15  # minor units; what lies above is a slip of the finger

NOT_A_NUMBER = N_("Write the amount as a number, such as 400 or 1500.")
TWO_MEANINGS = N_("This could be read in two ways. Write it without separators for thousands, such as 1500.")
NEGATIVE = N_("Write an amount of nothing or more.")
TOO_FINE = N_("Write the amount with fewer decimals.")
TOO_LARGE = N_("This amount is too large. Please check it.")
OTHER_CURRENCY = N_("The currency you wrote is not the one you chose.")
NOT_A_PERCENTAGE = N_("Write a share between 0 and 100, such as 12.5.")
NOT_A_COUNT = N_("Write a whole number, such as 4.")


class NotANumber(ValueError):
    """What was typed does not do as a number; `sentence` (English, marked for translation) says what to write instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def parse_amount(text: str, locale: str, currency: str) -> Money:
    """What a reader of `locale` ("da", "en-GB") means by `text` as an amount of `currency`. Raises NotANumber."""
    bare = _without_currency(unicodedata.normalize("NFKC", text), currency)
    number = _decimal(bare, locale, exponent(currency))
    if number.scaleb(exponent(currency)) > _LARGEST:  # said before it is rounded: a number of 30 digits could not be
        raise NotANumber(TOO_LARGE)
    return Money.of(number, currency)


def parse_percent(text: str, locale: str) -> int:
    """A percentage as typed, in hundredths of a percent: "12,5" is 1250 to a Dane. Raises NotANumber."""
    try:
        number = _decimal(unicodedata.normalize("NFKC", text).replace("%", "").strip(), locale, 2)
    except NotANumber:
        raise NotANumber(NOT_A_PERCENTAGE) from None
    if number > 100:
        raise NotANumber(NOT_A_PERCENTAGE)
    return int(number * 100)


def parse_count(text: str) -> int:
    """A whole number from 0 to 100,000 as typed. Raises NotANumber."""
    bare = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[0-9]{1,6}", bare) or int(bare) > 100_000:
        raise NotANumber(NOT_A_COUNT)
    return int(bare)


def _without_currency(text: str, currency: str) -> str:
    """`text` without the currency's code or sign; another currency's raises NotANumber."""
    bare = text.strip()
    for sign, currencies in _SIGNS.items():
        if sign in bare.lower():
            _same(currency, currencies)
            bare = re.sub(re.escape(sign), "", bare, flags=re.IGNORECASE)
    if crowns := re.search(r"(?<![A-Za-z])kr(?![A-Za-z])\.?", bare, flags=re.IGNORECASE):
        _same(currency, _CROWNS)
        bare = bare[: crowns.start()] + bare[crowns.end() :]
    if code := re.search(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", bare):
        if not re.search(r"[0-9]", bare):
            raise NotANumber(NOT_A_NUMBER)
        _same(currency, (code.group(),))
        bare = bare[: code.start()] + bare[code.end() :]
    return re.sub(r"[.,][-–—]+$", "", bare.strip())  # "400,-" is a whole number of crowns


def _same(currency: str, written: tuple[str, ...]) -> None:
    if currency not in written:
        raise NotANumber(OTHER_CURRENCY)


def _decimal(text: str, locale: str, decimals: int) -> Decimal:
    """The number `text` means, with at most `decimals` decimals."""
    if re.fullmatch(r"[-−–]\s*[0-9][0-9.,' \u2019]*", text):
        raise NotANumber(NEGATIVE)
    bare = re.sub(r"(?<=[0-9])[ '\u2019](?=[0-9]{3}(?![0-9]))", "", text)
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)*", bare):
        raise NotANumber(NOT_A_NUMBER)
    mark = "," if re.split("[-_]", locale)[0].lower() in _COMMA else "."
    whole, fraction = _split(bare, mark, decimals)
    if len(fraction.rstrip("0")) > decimals:
        raise NotANumber(TOO_FINE)
    return Decimal(f"{whole}.{fraction or 0}")


def _split(bare: str, mark: str, decimals: int) -> tuple[str, str]:
    """Digits before and after the decimal mark, groups of thousands joined. Raises NotANumber where two readings fit."""
    marks = set(re.findall(r"[.,]", bare))
    if not marks:
        return bare, ""
    last = max(bare.rfind("."), bare.rfind(","))
    head, tail, sign = bare[:last], bare[last + 1 :], bare[last]
    if len(marks) == 2:  # 1.500,00 or 1,500.00: the last one is the decimal mark, whoever wrote it
        other = "." if sign == "," else ","
        if sign in head:
            raise NotANumber(NOT_A_NUMBER)
        return _joined(head, other), tail
    if sign in head:  # 1.500.000: groups, whoever wrote it
        return _joined(bare, sign), ""
    grouped = len(tail) == 3 and 1 <= len(head) <= 3 and head[0] != "0"
    if sign == mark:
        if grouped and decimals != 3:
            raise NotANumber(TWO_MEANINGS)
        return head, tail
    if grouped:
        return head + tail, ""
    return head, tail  # "85.50" by a Dane: no group has two digits


def _joined(text: str, group: str) -> str:
    """`text` without its separators of thousands, which must stand where they belong. Raises NotANumber."""
    if not re.fullmatch(rf"[1-9][0-9]{{0,2}}({re.escape(group)}[0-9]{{3}})+", text):
        raise NotANumber(TWO_MEANINGS)
    return text.replace(group, "")
