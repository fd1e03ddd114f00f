"""How quality figures are told: shares in whole percent, the change against the period before, periods and what a list holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from declarations.display import number
from declarations.quality.figures import FIGURES
from declarations.quality.queries import Measured
from declarations.registers.periods import Period, before, holding
from declarations.registers.telling import period as period_words

QUARTERS, YEARS = 5, 2
ALL = ""  # the key of all companies together
COLUMNS = ("filed", "late", "afterwards", "guessed", "replaced", "conditions_open")


@dataclass(frozen=True)
class Compared:
    """A company now and in the period before."""

    now: Measured
    then: Measured


@dataclass(frozen=True)
class Choice:
    """A period to choose: its words, and how the address says it."""

    words: str
    first_on: date
    months: int
    chosen: bool


def together(some: Sequence[Measured]) -> Measured:
    """All companies as one."""
    names = some[0].counts if some else {}
    counts = {name: sum(one.counts[name] for one in some) for name in names}
    return Measured(ALL, str(_("All companies")), sum(one.people for one in some), counts)


def ordered(rows: Sequence[Compared], figure: str) -> list[Compared]:
    """By name, or by a figure, the highest first and those without one last."""
    if figure not in FIGURES:
        return list(rows)
    return sorted(rows, key=lambda row: -(-1.0 if (share := row.now.percent(figure)) is None else share))


def choices(today: date, chosen: Period, first_month: int = 1) -> list[Choice]:
    """The quarters and years to look at, the running quarter first; years begin with `first_month`."""
    found: list[Choice] = []
    for months, many, begins in ((3, QUARTERS, 1), (12, YEARS, first_month)):
        one = holding(today, months, begins)
        for _place in range(many):
            found.append(Choice(period_words(one.first_on, one.last_on), one.first_on, months, one == chosen))
            one = before(one, months)
    return found


@dataclass(frozen=True)
class Column:
    """A figure that every company is compared by: its name, and where the list behind it is."""

    slug: str
    name: str
    link: str


def columns(address: Mapping[str, Any]) -> list[Column]:
    """Those that stand side by side; asked for once, not for each company's cell."""
    return [Column(slug, str(_(FIGURES[slug].name)), url_for("quality.behind", figure=slug, **address)) for slug in COLUMNS]


@dataclass(frozen=True)
class Shares:
    """Shares in words, each said once: with hundreds of companies a page tells thousands, and few of them differ."""

    _said: dict[tuple[bool, bool, int], str] = field(default_factory=dict)

    def now(self, one: Measured, figure: str) -> str:
        """ "12 %", or "140" filings for each hundred people; a dash where there is nothing it could be a share of."""
        return self._say(one, figure, was=False) or "–"

    def was(self, then: Measured, figure: str) -> str:
        """What it was in the period before; empty where there is nothing it could have been a share of."""
        return self._say(then, figure, was=True)

    def _say(self, one: Measured, figure: str, *, was: bool) -> str:
        percent = one.percent(figure)
        if percent is None:
            return ""
        key = (was, figure == "filed", round(percent))
        if key not in self._said:
            told = number(key[2]) if figure == "filed" else str(_("%(share)s %%", share=number(key[2])))
            self._said[key] = str(_("was %(share)s", share=told)) if was else told
        return self._said[key]


def heading(all_: Measured) -> str:
    """What the page comes to, in a sentence."""
    if not all_.counts.get("filed"):
        return str(_("Nothing was filed in this period."))
    late = all_.counts["late"]
    if not late:
        return str(_("Everything was filed in time."))
    return str(
        ngettext(
            "One of %(all)s declarations came late.",
            "%(late)s of %(all)s declarations came late.",
            late,
            late=number(late),
            all=number(all_.counts["filed"]),
        )
    )


def besides(rows: Sequence[Measured], median: int | None) -> str:
    """How late, and how many companies filed nothing."""
    parts = []
    if median is not None:
        words = ngettext("Half of those by at most one day.", "Half of those by at most %(num)s days.", median)
        parts.append(words)
    empty = sum(not one.counts["filed"] for one in rows)
    if empty:
        parts.append(ngettext("One company filed nothing.", "%(many)s companies filed nothing.", empty, many=number(empty)))
    return " ".join(str(part) for part in parts) or str(_("Every figure opens the list behind it."))
