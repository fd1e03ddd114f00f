"""What the directory knows of a person and of a company, and what makes such an entry wrong, told for each field."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from babel import Locale
from babel.numbers import get_territory_currencies

from config import LANGUAGES
from workflows.words import N_

_NO_COUNTRIES = frozenset("EU EZ QO UN XA XB ZZ".split())
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """A person as HR states them. `company` and `second_company` are keys of companies, `manager` the manager's number; days are
    inclusive."""

    number: str
    email: str
    name: str
    company: str
    title: str = ""
    unit: str = ""
    manager: str | None = None
    active_from: date | None = None  # None: from today, or as it was
    active_to: date | None = None
    language: str | None = None
    second_company: str | None = None  # whose policy binds them too
    second_from: date | None = None
    second_to: date | None = None


@dataclass(frozen=True, slots=True)
class CompanyEntry:
    """A company as the group states it. `parent` is the key of the company above, None at the top."""

    key: str
    name: str
    parent: str | None
    country: str  # ISO 3166
    time_zone: str  # of the IANA database
    currency: str  # ISO 4217
    language: str
    calendar: str  # public holidays: a country, perhaps with a part of it, "DK" or "DE-BY"


def wrong_with_person(entry: PersonEntry) -> dict[str, str]:
    """field → sentence (English, marked for translation) for everything wrong in the entry itself."""
    wrong = {}
    if not entry.number or len(entry.number) > 40:
        wrong["number"] = N_("The number must have 1 to 40 characters.")
    if len(entry.email) > 254 or not _EMAIL.fullmatch(entry.email):
        wrong["email"] = N_("This is not an e-mail address.")
    if not entry.name or len(entry.name) > 200:
        wrong["name"] = N_("The name must have 1 to 200 characters.")
    if len(entry.title) > 200:
        wrong["title"] = N_("The title may have up to 200 characters.")
    if len(entry.unit) > 200:
        wrong["unit"] = N_("The unit may have up to 200 characters.")
    if entry.active_from and entry.active_to and entry.active_to < entry.active_from:
        wrong["active_to"] = N_("The last day lies before the first.")
    if entry.language and entry.language not in LANGUAGES:
        wrong["language"] = N_("The language must be en, da or ja.")
    if entry.manager and entry.manager == entry.number:
        wrong["manager"] = N_("Nobody is their own manager.")
    if entry.second_company and entry.second_company == entry.company:
        wrong["second_company"] = N_("The second company must be another one.")
    if entry.second_company and entry.second_from is None:
        wrong["second_from"] = N_("Please say from which day they belong to the second company.")
    if entry.second_from and entry.second_to and entry.second_to < entry.second_from:
        wrong["second_to"] = N_("The last day lies before the first.")
    return wrong


def wrong_with_company(entry: CompanyEntry) -> dict[str, str]:
    """field → sentence (English, marked for translation) for everything wrong in the entry itself."""
    wrong = {}
    if not _KEY.fullmatch(entry.key):
        wrong["key"] = N_("The key has up to 40 letters, digits, dots, dashes or underscores, and begins with a letter or digit.")
    if not entry.name or len(entry.name) > 200:
        wrong["name"] = N_("The name must have 1 to 200 characters.")
    if entry.country not in countries():
        wrong["country"] = N_("This is not a country; two letters are needed, such as DK.")
    if entry.time_zone not in time_zones():
        wrong["time_zone"] = N_("This is not a time zone; a name such as Europe/Copenhagen is needed.")
    if entry.currency not in currencies():
        wrong["currency"] = N_("This is not a currency; three letters are needed, such as DKK.")
    if entry.language not in LANGUAGES:
        wrong["language"] = N_("The language must be en, da or ja.")
    if not is_calendar(entry.calendar):
        wrong["calendar"] = N_("There is no such holiday calendar; write a country such as DK, or a part of one such as DE-BY.")
    if entry.parent == entry.key:
        wrong["parent"] = N_("A company does not lie below itself.")
    return wrong


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Names of all time zones; finding them reads a folder of files."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Two-letter codes of all countries."""
    codes = [str(code) for code in Locale("en").territories]
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES)


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Three-letter codes of all currencies that are legal tender somewhere."""
    return frozenset(code for country in countries() for code in get_territory_currencies(country))


def is_calendar(key: str) -> bool:
    """True if the holidays package knows the country and, where one is named, its part."""
    country, dash, part = key.partition("-")
    if country not in countries() or (dash and not part):
        return False
    try:
        holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:  # how the package says that it has no such calendar
        return False
    return True
