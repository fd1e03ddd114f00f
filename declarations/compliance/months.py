"""Twelve months of what the reader sees, as bars: how much, how often, how it ended."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import get_month_names
from flask_babel import get_locale
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from declarations.compliance.lately import NOT_COUNTED
from declarations.compliance.reach import Reach
from declarations.deciding.history import Month
from declarations.deciding.queries import month_of
from declarations.display import amount
from declarations.models import Declaration
from workflows.money import Money
from workflows.policy.windows import months_before
from workflows.words import DECIDED, State


@dataclass(frozen=True)
class Year:
    """Twelve months up to this one, with what came together in them."""

    months: tuple[Month, ...]
    total: Money
    count: int
    approved: int
    refused: int


def twelve_months(
    session: Session,
    reach: Reach,
    which: ColumnElement[bool],
    column: InstrumentedAttribute[Any],
    currency: str,
    today: date,
) -> Year:
    """The months of the declarations for which `which` holds, `column` (minor units of `currency`) added up."""
    first = months_before(today.replace(day=1), 11)
    month = month_of(Declaration.occurred_on)
    approved = DECIDED - {State.REFUSED}
    rows = session.execute(
        select(
            month.label("month"),
            func.coalesce(func.sum(column), 0).label("minor"),
            func.count().label("many"),
            func.sum(case((Declaration.state.in_(sorted(approved)), 1), else_=0)).label("approved"),
            func.sum(case((Declaration.state == State.REFUSED, 1), else_=0)).label("refused"),
        )
        .where(which, Declaration.occurred_on >= first, Declaration.state.not_in(NOT_COUNTED), reach.seen())
        .group_by(month)
    ).all()
    sums = {int(row.month): int(row.minor) for row in rows}
    inside = [row for row in rows if int(row.month) < first.year * 12 + first.month + 11]
    return Year(
        months=_months(sums, first, currency),
        total=Money(sum(int(row.minor) for row in inside), currency),
        count=sum(int(row.many) for row in inside),
        approved=sum(int(row.approved) for row in inside),
        refused=sum(int(row.refused) for row in inside),
    )


def _months(sums: dict[int, int], first: date, currency: str) -> tuple[Month, ...]:
    short = get_month_names("abbreviated", "stand-alone", get_locale())
    long = get_month_names("wide", "stand-alone", get_locale())
    months = []
    for place in range(12):
        ordinal = first.year * 12 + first.month - 1 + place
        year, month = divmod(ordinal, 12)
        minor = sums.get(ordinal, 0)
        shown = amount(Money(minor, currency)) if minor else ""
        months.append(Month(place, short[month + 1], f"{long[month + 1]} {year}", minor, shown, place == 11))
    return tuple(months)
