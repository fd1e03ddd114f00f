"""The only way anything gets into a cell: text stays text, and what no spreadsheet can hold is shown to be missing, not lost.

A workbook's readers act on what a cell begins with: "=" is a formula to openpyxl, "+", "-" and "@" become one when somebody edits
the cell, so such text carries the quote prefix. XML cannot hold control characters or lone surrogates, Excel reads "_x0041_" as
"A", holds no more than 32,767 characters in a cell and no day before March 1900.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Any

LONGEST = 32_767  # UTF-16 code units, as Excel counts
CUT = " […]"
FIRST_DAY = date(1900, 3, 1)  # before it Excel counts a 29 February that never was
_DAY_ZERO = date(1899, 12, 30).toordinal()
_STARTS_A_FORMULA = frozenset("=+-@\t\n＝＋－＠")
BETWEEN = b"\x01"
_BETWEEN = BETWEEN.decode()
_CONTROLS = bytes({*range(0x20), 0x7F} - {*BETWEEN, *b"\t\n"})
# What is unreadable beyond ASCII, or read as an escape, by a byte that is seldom there and quickly looked for.
_CARE = (
    (b"_", re.compile(b"_x")),
    (b"\xc2", re.compile(b"\xc2[\x80-\x9f]")),
    (b"\xef", re.compile(b"\xef\xbf[\xbe\xbf]")),
)
# A text that is empty, ends with a space, or begins with one or as a formula does; each stands behind BETWEEN, which is quickly
# looked for.
_ENDS = re.compile(b"\x01(?:(?<= \x01)|[\x01=+@\t\n -]|\xef\xbc[\x9d\x8b\x8d\xa0])")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def text_of(value: str) -> str:
    """`value` as a cell can hold it: unreadable characters become U+FFFD, line ends "\\n", what is too long is visibly cut."""
    if value.isprintable() and len(value) * 2 <= LONGEST:
        return value
    plain = _UNREADABLE.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
    return plain if utf16_length(plain) <= LONGEST else _cut(plain, LONGEST - len(CUT)) + CUT


class Texts(list[str | None]):
    """A column of texts and, made the first time that somebody asks, those that are not None as one, `BETWEEN` between them."""

    @cached_property
    def _some(self) -> tuple[str, int]:
        """Those that are not None as one, and how many they are."""
        every: Any = self
        try:
            return _BETWEEN.join(every), len(every)  # far faster than to look for None first, which most columns do not hold
        except TypeError:
            some = [value for value in self if value is not None]
            return _BETWEEN.join(some), len(some)

    @cached_property
    def together(self) -> bytes | None:
        """In UTF-8, with `BETWEEN` at both ends too; None if there is one that has no bytes."""
        try:
            return f"{_BETWEEN}{self._some[0]}{_BETWEEN}".encode()
        except UnicodeEncodeError:  # a lone surrogate
            return None

    def spread(self, made: Sequence[bytes], nothing: bytes) -> Sequence[bytes] | None:
        """What was made of each text that is there, and `nothing` where there is none; None if one of them held BETWEEN, and so more
        was made than there are."""
        if len(made) != self._some[1]:
            return None
        if len(made) == len(self):
            return made
        following = iter(made)
        return [nothing if value is None else next(following) for value in self]


def joined(texts: Texts) -> bytes | None:
    """The texts as one, escaped for XML, `BETWEEN` between them; None if one of them needs a look of its own: it is empty, could be
    a formula, has spaces at an end, holds what no cell can, or is too long.

    Most columns need none, and one look at all of them is far faster than a look at each.
    """
    together = texts.together
    if (
        together is None
        or len(together.translate(None, _CONTROLS)) != len(together)
        or _ENDS.search(together)
        or _is_long(together)
        or any(rare in together and care.search(together) for rare, care in _CARE)
    ):
        return None
    together = together[1:-1]
    if b"&" in together:
        together = together.replace(b"&", b"&amp;")
    return together.replace(b"<", b"&lt;").replace(b">", b"&gt;") if b"<" in together or b">" in together else together


def _is_long(together: bytes) -> bool:
    """True if one of the texts may be longer than a cell can hold."""
    place = 0
    while len(together) - place > LONGEST // 2:
        following = together.rfind(BETWEEN, place + 1, place + LONGEST // 2)
        if following < 0:
            return True
        place = following
    return False


def utf16_length(text: str) -> int:
    """How long Excel says a text is: a character beyond the basic plane counts twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def _cut(text: str, longest: int) -> str:
    kept = text[:longest]
    while utf16_length(kept) > longest:
        kept = kept[: len(kept) - max(1, (utf16_length(kept) - longest) // 2)]
    return kept


def needs_quote(text: str) -> bool:
    """True if the text could be taken for a formula when somebody edits the cell."""
    return text[:1] in _STARTS_A_FORMULA if text else False


def unescaped(text: str) -> str:
    """A text out of `text_of` in which Excel finds nothing to unescape but what makes it that very text."""
    return _ESCAPED.sub("_x005F_", text) if "_x" in text else text


def xml_text(text: str) -> str:
    """A text out of `text_of` as the content of an XML element, so that every reader gets back that very text."""
    return unescaped(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def serial_of(day: date) -> int | None:
    """Excel's number for a day; None for one it cannot tell."""
    return day.toordinal() - _DAY_ZERO if day >= FIRST_DAY else None


def local(moment: datetime, zone: tzinfo) -> datetime:
    """A moment as the wall clock of `zone` shows it, without a zone, since cells know none. Raises ValueError if it has none."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return moment.astimezone(zone).replace(tzinfo=None)


def sheet_title(wanted: str, taken: Iterable[str] = ()) -> str:
    """A title Excel accepts for a sheet: at most 31 long, without the seven forbidden characters, and not yet taken."""
    plain = _NOT_IN_TITLES.sub(" ", _UNREADABLE.sub(" ", wanted)).strip().strip("'").strip() or "Sheet"
    if plain.casefold() == "history":  # Excel's own
        plain += "."
    others = {title.casefold() for title in taken}
    title, number = _cut(plain, 31), 1
    while title.casefold() in others:
        number += 1
        title = f"{_cut(plain, 31 - len(str(number)) - 1)} {number}"
    return title
