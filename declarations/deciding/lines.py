"""A line of a queue: why it is with its reader, for whom, and how urgent. All a page needs is fetched once for all its lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import ngettext
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from declarations import explanations, snapshot
from declarations.deciding.queries import NAMED
from declarations.display import _, day, full_day
from declarations.models import Decider, Declaration, Event, Filing, Person
from declarations.viewer import Viewer
from declarations.world import holidays_of
from workflows.deadlines import is_working_day, working_days_between
from workflows.policy.assessment import Assessment
from workflows.words import WAITING, Action, Review, State

GROUPS = ("tomorrow", "overdue", "today", "week", "next", "later", "other")


@dataclass(frozen=True)
class Line:
    """One declaration in a list: why it is here, for whom, how urgent."""

    row: Declaration
    group: str
    why: str
    for_name: str
    due_family: str
    due_icon: str
    due_words: str
    beside: str

    @property
    def group_order(self) -> int:
        """The place of its group among the groups, for a list that is already in that order."""
        return GROUPS.index(self.group)


def soon(today: date) -> date:
    """Tomorrow, and over a weekend the days up to the next working day."""
    day = today + timedelta(1)
    while not is_working_day(day, frozenset()):
        day += timedelta(1)
    return day


def lines_of(session: Session, viewer: Viewer, ids: Sequence[int], today: date) -> list[Line]:
    """The lines for these declarations, in this order, with why each is here and how urgent it is."""
    if not ids:
        return []
    rows = {row.id: row for row in session.scalars(select(Declaration).where(Declaration.id.in_(ids)).options(*NAMED))}
    filed = {
        filing.declaration_id: filing
        for filing in session.scalars(
            select(Filing)
            .join(Declaration, and_(Declaration.id == Filing.declaration_id, Declaration.filing == Filing.sequence))
            .where(Filing.declaration_id.in_(ids))
        )
    }
    escalated = _escalated_by(session, [row_id for row_id in ids if rows[row_id].escalated])
    no_advice = _asked_approval(session, [row_id for row_id in ids if filed[row_id].facts.get("wants_advice")])
    principals = _principals(session, viewer, rows.values())
    lines = []
    for row_id in ids:
        row = rows[row_id]
        advice = bool(filed[row_id].facts.get("wants_advice")) and row_id not in no_advice
        why = _why(row, filed[row_id], advice=advice, by=escalated.get(row_id))
        lines.append(_urgency(row, today, Line(row, "", why, principals.get(row_id, ""), "", "", "", "")))
    return lines


def _why(row: Declaration, filing: Filing, *, advice: bool, by: str | None) -> str:
    """Why it is with the reader, in one line."""
    if row.state == State.SENT_BACK:
        return _("Waiting for %(name)s’s answer.", name=row.declarant.name)
    if by is not None and row.state in WAITING:
        return _("Escalated by %(name)s.", name=by) if by else _("Nobody had decided in time.")
    if advice:
        return _("Asks for your advice.")
    assessment = snapshot.assessment_from(filing.assessment)
    return explanations.short(_relevant(assessment, row.review))


def _relevant(assessment: Assessment, review: int | None) -> Assessment:
    """The same with the findings first that ask for this review."""
    if review is None:
        return assessment
    mine = tuple(finding for finding in assessment.findings if Review(review) in finding.reviews)
    return replace(assessment, findings=mine or assessment.findings)


def _escalated_by(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Who passed each on to a higher reviewer last; an empty name is the clock."""
    if not ids:
        return {}
    rows = session.execute(
        select(Event.declaration_id, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.declaration_id.in_(ids), Event.action == "declaration:escalated")
        .order_by(Event.declaration_id, Event.sequence)
    )
    return {declaration_id: name or "" for declaration_id, name in rows if declaration_id is not None}


def _asked_approval(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """Which requests for advice were turned into requests for approval."""
    if not ids:
        return frozenset()
    turned = select(Decider.declaration_id).where(Decider.declaration_id.in_(ids), Decider.action == Action.REQUEST_APPROVAL)
    return frozenset(session.scalars(turned))


def _principals(session: Session, viewer: Viewer, rows: Iterable[Declaration]) -> dict[int, str]:
    """For whom the viewer would decide each, where it is for somebody else."""
    found: dict[int, int] = {}
    for row in rows:
        if row.assigned_for_id in viewer.stands_in_for:
            found[row.id] = row.assigned_for_id or 0
        elif row.assignee_id in viewer.stands_in_for:
            found[row.id] = row.assignee_id or 0
    if not found:
        return {}
    called = {
        row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(found.values()))))
    }
    return {row_id: called.get(person, "") for row_id, person in found.items()}


def _left(row: Declaration, due: date, today: date) -> str:
    """How many working days of the company's calendar are left or gone; nothing on the day itself."""
    holidays = holidays_of(row.company.calendar, today.year)
    if due > today:
        left = working_days_between(today, due, holidays)
        return str(ngettext("%(num)s working day left", "%(num)s working days left", left))
    late = working_days_between(due, today, holidays)
    return str(ngettext("%(num)s working day late", "%(num)s working days late", late)) if late else ""


def _urgency(row: Declaration, today: date, line: Line) -> Line:
    """The line with its group and its chip."""
    due = row.due_on
    if row.state not in WAITING or due is None:
        return replace(line, group="other")
    near, sent = soon(today), _("Sent %(day)s", day=full_day(row.filed_at.date(), year=False))
    beside = " · ".join(part for part in (_left(row, due, today), _("Reminded") if row.reminded else sent) if part)
    words = full_day(due, year=False)
    if row.urgent_on is not None and today <= row.urgent_on <= near:
        what = _("The event is %(day)s", day=day(row.urgent_on))
        return replace(
            line,
            group="tomorrow",
            due_family="bad",
            due_icon="alarm-clock",
            due_words=_("Today") if due <= today else words,
            beside=what,
        )
    if due < today:
        return replace(
            line,
            group="overdue",
            due_family="bad",
            due_icon="alarm-clock",
            due_words=_("Since %(day)s", day=words),
            beside=beside,
        )
    if due == today:
        return replace(line, group="today", due_family="warn", due_icon="clock", due_words=_("Today"), beside=beside)
    end_of_week = today + timedelta(6 - today.weekday())
    group = "week" if due <= end_of_week else "next" if due <= end_of_week + timedelta(7) else "later"
    return replace(line, group=group, due_icon="calendar", due_words=words, beside=beside)
