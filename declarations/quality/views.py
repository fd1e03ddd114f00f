"""Quality figures for audit and compliance: companies side by side, and the list behind every figure."""

from datetime import date

from flask import Blueprint, render_template, request

from declarations.access import admits, me
from declarations.compliance.reach import reach_of
from declarations.display import today
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.quality import telling
from declarations.quality.figures import FIGURES
from declarations.quality.queries import COMPARED, Span, listed, measured, median_days_late, only
from declarations.quality.telling import Compared
from declarations.registers import years
from declarations.registers.periods import Period, before, holding
from declarations.registers.readers import READERS
from declarations.registers.telling import period as period_words
from workflows.kinds.hearing import YEARS

blueprint = Blueprint("quality", __name__)


@blueprint.get("/quality")
@admits(*READERS)
def figures() -> str:
    """Every company the reader oversees, now and in the period before."""
    session, reach = db.session(), reach_of(db.session(), me())
    first_month = years.first_month(session, reach.companies)
    period, months = _period(first_month)
    now = measured(session, reach, _span(period))
    then = measured(session, reach, _span(before(period, months)))
    median = median_days_late(session, reach, _span(period))
    sort = request.args.get("sort", "")
    all_ = Compared(telling.together(now), telling.together(then))
    address: dict[str, str | int] = {"from": period.first_on.isoformat(), "months": months}
    rows = [Compared(one, other) for one, other in zip(now, then, strict=True)]
    return render_template(
        "quality/figures.html",
        all=all_,
        rows=telling.ordered(rows, sort),
        highest={figure: max((one.percent(figure) or 0 for one in now), default=0) for figure in COMPARED},
        heading=telling.heading(all_.now),
        besides=telling.besides(now, median),
        choices=telling.choices(today(), period, first_month),
        address=address,
        columns=telling.columns(address),
        words=period_words(period.first_on, period.last_on),
        sort=sort if sort in COMPARED else "",
        figures=FIGURES,
        shares=telling.Shares(),
    )


@blueprint.get("/quality/<figure>")
@admits(*READERS)
def behind(figure: str) -> str:
    """The declarations that a figure counts."""
    if figure not in FIGURES:
        raise NotFound
    session, reach = db.session(), reach_of(db.session(), me())
    period, months = _period(years.first_month(session, reach.companies))
    key = request.args.get("company", "")
    company = only(session, reach, key) if key else None
    companies = frozenset({company.id}) if company else reach.companies
    rows, after = listed(session, reach, _span(period), figure, companies, request.args.get("after", ""))
    return render_template(
        "quality/behind.html",
        slug=figure,
        figure=FIGURES[figure],
        rows=rows,
        after=after,
        key=key,
        company=company.name if company else "",
        address={"from": period.first_on.isoformat(), "months": months},
        words=period_words(period.first_on, period.last_on),
    )


def _span(period: Period) -> Span:
    return Span(period.first_on, period.last_on, me().zone)


def _period(first_month: int) -> tuple[Period, int]:
    """The period in the address and its months; the last finished quarter if there is none. A year from the first of a month on is
    that year for every reader, whenever theirs begins."""
    day = _day()
    if day is None:
        return before(holding(today(), 3), 3), 3
    if request.args.get("months") == "12":
        return holding(day, 12, day.month if day.day == 1 else first_month), 12
    return holding(day, 3), 3


def _day() -> date | None:
    """The day in the address; None if there is none, or of a year that nobody means."""
    try:
        day = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None
