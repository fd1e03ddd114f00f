"""Twelve months as bars, this one the last: how much came together in each, how often, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_skeleton, get_month_names
from flask_babel import get_locale
from sqlalchemy import ColumnElement, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from declarations.display import amount
from declarations.models import Declaration
from workflows.money import Money
from workflows.policy.windows import months_before
from workflows.words import DECIDED, State

NOT_COUNTED = (State.WITHDRAWN.value, State.DRAFT.value)
_APPROVED = sorted(DECIDED - {State.REFUSED})


@dataclass(frozen=True)
class Month:
    """One month's bar: where it stands (0 to 11), its names, and what came together in minor units and in words."""

    place: int
    name: str
    long_name: str
    minor: int
    shown: str
    now: bool


@dataclass(frozen=True)
class Year:
    """Twelve months up to this one, with what came together in them."""

    months: tuple[Month, ...]
    total: Money
    count: int
    approved: int
    refused: int


def since(today: date) -> date:
    """The first day of the month eleven months ago: twelve months with the present one."""
    return months_before(today.replace(day=1), 11)


def twelve_months(
    session: Session, which: ColumnElement[bool], column: InstrumentedAttribute[Any], currency: str, today: date
) -> Year:
    """The months of the declarations for which `which` holds, `column` (minor units of `currency`) added up.

    What is withdrawn is left out, and so is what lies in months to come.
    """
    first = since(today)
    month = extract("year", Declaration.occurred_on) * 12 + extract("month", Declaration.occurred_on) - 1
    rows = session.execute(
        select(
            month.label("month"),
            func.coalesce(func.sum(column), 0).label("minor"),
            func.count().label("number"),
            func.sum(case((Declaration.state.in_(_APPROVED), 1), else_=0)).label("approved"),
            func.sum(case((Declaration.state == State.REFUSED, 1), else_=0)).label("refused"),
        )
        .where(which, Declaration.occurred_on >= first, Declaration.state.not_in(NOT_COUNTED))
        .group_by(month)
    ).all()
    inside = [row for row in rows if int(row.month) <= _ordinal(first) + 11]
    return Year(
        months=tuple(_months({int(row.month): int(row.minor) for row in inside}, currency, first)),
        total=Money(sum(int(row.minor) for row in inside), currency),
        count=sum(int(row.number) for row in inside),
        approved=sum(int(row.approved) for row in inside),
        refused=sum(int(row.refused) for row in inside),
    )


def _ordinal(day: date) -> int:
    """A day's month as one number, so that months can be grouped and counted on."""
    return day.year * 12 + day.month - 1


def _months(sums: Mapping[int, int], currency: str, first: date) -> list[Month]:
    short = get_month_names("abbreviated", "stand-alone", get_locale())
    months = []
    for place in range(12):
        year, month = divmod(_ordinal(first) + place, 12)
        minor = sums.get(_ordinal(first) + place, 0)
        named = format_skeleton("yMMMM", date(year, month + 1, 1), locale=get_locale())
        shown = amount(Money(minor, currency)) if minor else ""
        months.append(Month(place, short[month + 1], named, minor, shown, place == 11))
    return months
