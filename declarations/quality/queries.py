"""The figures of each company and of a period, counted in one index, and the list behind each; everything here only reads.

An entry that names the reader is neither counted nor listed: those few are counted by themselves and taken off, so that the
count of all need not look at each one.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session

from declarations.compliance.reach import Reach
from declarations.deciding.queries import NAMED
from declarations.errors import NotFound
from declarations.models import Company, Declaration, NamedPerson, Person
from declarations.quality.figures import FIGURES, OF_CONDITIONS, WITH_CONDITIONS, condition, counts

PAGE = 30
COMPARED = ("filed", "late", "afterwards", "guessed", "replaced", "substitute", *OF_CONDITIONS)


@dataclass(frozen=True)
class Span:
    """Days in the reader's time zone, both included."""

    first_on: date
    last_on: date
    zone: ZoneInfo

    def holds(self) -> ColumnElement[bool]:
        """True for what was filed in it."""
        return and_(Declaration.filed_at >= self._midnight(self.first_on), Declaration.filed_at < self._midnight(self.ends))

    @property
    def ends(self) -> date:
        """The first day after it."""
        return self.last_on + timedelta(days=1)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)


@dataclass(frozen=True)
class Measured:
    """A company's counts in a period by figure; `people` worked there on its last day."""

    key: str
    name: str
    people: int
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, figure: str) -> int:
        """Of how many a figure is a share."""
        return (
            self.counts[WITH_CONDITIONS]
            if figure in OF_CONDITIONS
            else self.people
            if figure == "filed"
            else self.counts["filed"]
        )

    def percent(self, figure: str) -> float | None:
        """The share in percent, filings for each hundred people; None where there is nothing it could be a share of."""
        whole = self.of(figure)
        return 100 * self.counts[figure] / whole if whole else None


def measured(session: Session, reach: Reach, span: Span) -> list[Measured]:
    """Every company the reader oversees, by name, with its counts."""
    companies = session.execute(
        select(Company.id, Company.key, Company.name).where(Company.id.in_(sorted(reach.companies))).order_by(Company.name)
    ).all()
    people = _people(session, reach, span)
    marked = _marked(session, reach, span)
    return [Measured(row.key, row.name, people.get(row.id, 0), _counts(marked[row.id])) for row in companies]


def only(session: Session, reach: Reach, key: str) -> Company:
    """The company with that key, without those below it. Raises NotFound if the reader does not oversee it."""
    row = session.scalars(select(Company).where(Company.key == key, Company.id.in_(sorted(reach.companies)))).one_or_none()
    if row is None:
        raise NotFound
    return row


def median_days_late(session: Session, reach: Reach, span: Span) -> int | None:
    """The median of the days by which late ones were late (the lower one of two); None if none was."""
    late: ColumnElement[bool] = literal_column("declaration.days_late > 0")  # as the index of late ones spells it
    query = select(Declaration.days_late, func.count()).where(*_wide(reach, span), late, ~_naming(reach))
    counted = session.execute(query.group_by(Declaration.days_late).order_by(Declaration.days_late)).all()
    left = (sum(many for _, many in counted) - 1) // 2
    for days, many in counted:
        if left < many:
            return int(days)
        left -= many
    return None


def listed(
    session: Session, reach: Reach, span: Span, figure: str, company: frozenset[int], after: str
) -> tuple[Sequence[Declaration], str]:
    """(a page of the declarations a figure counts, the latest filed first; the place of the next, empty on the last)."""
    place = _place(after)
    found = select(Declaration.id, Declaration.filed_at).where(
        *_wide(reach, span, company),
        condition(figure),
        ~_naming(reach),
        *([tuple_(Declaration.filed_at, Declaration.id) < tuple_(*place)] if place else []),
    )
    latest = found.order_by(Declaration.filed_at.desc(), Declaration.id.desc()).limit(PAGE + 1).cte().prefix_with("MATERIALIZED")
    rows = session.scalars(
        select(Declaration)
        .join(latest, latest.c.id == Declaration.id)
        .order_by(Declaration.filed_at.desc(), Declaration.id.desc())
        .options(*NAMED)
    ).all()
    more = len(rows) > PAGE
    last = rows[PAGE - 1] if more else None
    return rows[:PAGE], f"{last.filed_at.isoformat()}.{last.id}" if last else ""


def _wide(reach: Reach, span: Span, companies: frozenset[int] | None = None) -> tuple[ColumnElement[bool], ...]:
    return Declaration.company_id.in_(sorted(reach.companies if companies is None else companies)), span.holds()


def _marked(session: Session, reach: Reach, span: Span) -> Mapping[int, Counter[int]]:
    """How many by company and marks, without those that name the reader."""
    marks = Declaration.company_id, Declaration.marks
    query = select(*marks, func.count()).where(*_wide(reach, span)).group_by(*marks)
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for company, marked, many in session.execute(query):
        found[company][marked] += many
    for company, marked, many in session.execute(query.where(_naming(reach))):
        found[company][marked] -= many
    return found


def _counts(marked: Mapping[int, int]) -> dict[str, int]:
    """How many each figure counts of declarations with these marks."""
    return {name: sum(many for marks, many in marked.items() if counts(name, marks)) for name in (*FIGURES, WITH_CONDITIONS)}


def _naming(reach: Reach) -> ColumnElement[bool]:
    return Declaration.id.in_(select(NamedPerson.declaration_id).where(NamedPerson.person_id == reach.person_id))


def _people(session: Session, reach: Reach, span: Span) -> dict[int, int]:
    rows = session.execute(
        select(Person.company_id, func.count())
        .where(
            Person.company_id.in_(sorted(reach.companies)),
            Person.active_from <= span.last_on,
            or_(Person.active_to.is_(None), Person.active_to >= span.last_on),
        )
        .group_by(Person.company_id)
    )
    return {row[0]: row[1] for row in rows}


def _place(after: str) -> tuple[datetime, int] | None:
    """Where a cursor points; None for the beginning, or if it is none."""
    when, _dot, row_id = after.rpartition(".")
    try:
        moment = datetime.fromisoformat(when)
        return (moment, int(row_id)) if moment.tzinfo else None
    except ValueError:
        return None
