"""How registers are shown on pages: their period in words, their size, their checksum, how far they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from declarations.display import full_day, number
from declarations.models import Register, RegisterSchedule
from declarations.registers.periods import MONTHLY, QUARTERLY, YEARLY, Period, holding
from declarations.registers.reading import PASSED_ON, REMINDED, TO_COMPLIANCE
from declarations.registers.scopes import days_late
from workflows.words import Kind

_GROUPS = (
    ("gift", (Kind.GIFT,)),
    ("invitations", (Kind.ENTERTAINMENT, Kind.TRAVEL)),
    ("interests", (Kind.INTEREST, Kind.CONFLICT)),
    ("donation", (Kind.DONATION,)),
)


def period(first_on: date, last_on: date) -> str:
    """ "October 2026", "3rd quarter 2026", "2026", or from one day to another."""
    days = Period(first_on, last_on)
    if days == holding(first_on, 1):
        return str(format_date(first_on, _("LLLL y")))
    if days == holding(first_on, 3):
        return str(format_date(first_on, _("QQQQ y")))
    if days == holding(first_on, 12):
        return str(format_date(first_on, _("y")))
    return str(_("%(first)s to %(last)s", first=full_day(first_on), last=full_day(last_on)))


def size(bytes_: int) -> str:
    """A file's size as people say it."""
    if bytes_ < 1_000_000:
        return str(_("%(number)s kB", number=number(max(1, round(bytes_ / 1000)))))
    return str(_("%(number)s MB", number=number(round(bytes_ / 1_000_000))))


def checksum(digest: str) -> str:
    """A SHA-256 in groups of four, to compare by eye."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def rhythm(schedule: RegisterSchedule) -> str:
    """How often a schedule's registers come, and on which working day."""
    sentences = {
        MONTHLY: _("every month, on working day %(day)s", day=schedule.working_day),
        QUARTERLY: _("every quarter, on working day %(day)s", day=schedule.working_day),
        YEARLY: _("every year, on working day %(day)s", day=schedule.working_day),
    }
    if schedule.rhythm == YEARLY and schedule.first_month != 1:
        month = format_date(date(2000, schedule.first_month, 1), "LLLL")
        return str(_("every year from %(month)s on, on working day %(day)s", month=month, day=schedule.working_day))
    return str(sentences[schedule.rhythm])


def late(register: Register) -> str | None:
    """That a scheduled register came after its day, and when that was; None if it did not."""
    days = days_late(register)
    if days is None or register.due_on is None:
        return None
    due = full_day(register.due_on, year=False)
    return str(ngettext("Due %(day)s, %(num)s day late", "Due %(day)s, %(num)s days late", days, day=due))


def followed(step: int) -> str:
    """What was done about a register that nobody had taken."""
    sentences = {
        REMINDED: _("Those who get it were reminded"),
        PASSED_ON: _("Passed on to other auditors"),
        TO_COMPLIANCE: _("Compliance was told"),
    }
    return str(sentences[step])


@dataclass(frozen=True)
class Sum:
    """How many entries, under which words."""

    words: str
    entries: int
    closing: bool = False


def balance(register: Register) -> list[Sum]:
    """Entries by group of kinds, and all together, out of the totals kept with the register."""
    lines: Sequence[Mapping[str, Any]] = register.totals or ()
    words = {
        "gift": _("Gifts"),
        "invitations": _("Entertainment and travel"),
        "interests": _("Interests and conflicts"),
        "donation": _("Donations"),
    }
    sums = [Sum(words[slug], sum(line["entries"] for line in lines if line["kind"] in kinds)) for slug, kinds in _GROUPS]
    return [*sums, Sum(_("All entries"), sum(line["entries"] for line in lines), closing=True)]


def percent(register: Register) -> int:
    """How far the building is, 0 to 99."""
    return min(99, 100 * register.rows_done // register.rows_total) if register.rows_total else 0
