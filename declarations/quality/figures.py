"""What is measured of declarations: each figure is one condition, so that what is counted and what the list shows cannot differ.

Conditions that few declarations meet are spelt as the partial indexes spell them: with bound values SQLite could not use them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select, true

from declarations.models import Attachment, Condition, Decider, Declaration, Disclosure, Event
from workflows.words import N_


@dataclass(frozen=True)
class Figure:
    """`says` and `says_not` explain it in a sentence each; `good` is True where more of it is better, None where it is neither."""

    name: str
    says: str
    says_not: str
    good: bool | None = False


FIGURES: Mapping[str, Figure] = {
    "filed": Figure(
        N_("Filed"),
        N_("Declarations filed in the period, for each hundred people of the company."),
        N_("Few may mean little to declare, or little declared. Nobody is named for having none."),
        None,
    ),
    "late": Figure(
        N_("Filed late"),
        N_("The share filed after the day the policy asks for."),
        N_("It does not tell how grave each one is; the list does."),
    ),
    "afterwards": Figure(
        N_("Approved afterwards"),
        N_("The share that was approved only after it had happened."),
        N_("A gift that came unannounced can only be approved afterwards."),
    ),
    "guessed": Figure(
        N_("Value not known"),
        N_("The share whose value was estimated or is not known."),
        N_("An estimate is allowed where its method is told; the list shows which."),
    ),
    "attached": Figure(
        N_("With an attachment"),
        N_("The share with at least one file as evidence."),
        N_("Nobody has looked here whether the file proves the value."),
        True,
    ),
    "replaced": Figure(
        N_("Reviewer replaced"),
        N_("The share where a reviewer was passed over because they were not independent. Why stands in each one's story."),
        N_("It is the rule at work, and no fault of the reviewer."),
        None,
    ),
    "substitute": Figure(
        N_("Decided for another"),
        N_("The share that a substitute decided on behalf of somebody who was away."),
        N_("It does not tell whether the one who was away would have decided otherwise."),
        None,
    ),
    "pool": Figure(
        N_("Not by the manager"),
        N_("The share with a decision by compliance or an executive reviewer, beside or instead of the manager."),
        N_("The policy asks for many of them; it is a measure of weight, not of fault."),
        None,
    ),
    "conditions_met": Figure(
        N_("Conditions met in time"),
        N_("The share of those with conditions in which all were met by their day."),
        N_("It tells that somebody said so, not how well it was done."),
        True,
    ),
    "conditions_late": Figure(
        N_("Conditions met late"),
        N_("The share of those with conditions in which one was met after its day."),
        N_("How late stands in each one's story."),
    ),
    "conditions_open": Figure(
        N_("Conditions open"),
        N_("The share of those with conditions in which one is still open."),
        N_("Open is not overdue: its day may be yet to come."),
    ),
}
OF_CONDITIONS = ("conditions_met", "conditions_late", "conditions_open")

_LATE: ColumnElement[bool] = literal_column("declaration.days_late > 0")
_AFTERWARDS: ColumnElement[bool] = literal_column("declaration.timing = 'approved_after'")
_GUESSED: ColumnElement[bool] = literal_column("declaration.value_basis IN ('estimated', 'unknown')")


def condition(figure: str) -> ColumnElement[bool]:
    """True for the declarations that a figure counts. Raises KeyError for no such figure."""
    return _CONDITIONS[figure]()


def of_conditions() -> ColumnElement[bool]:
    """True for declarations with conditions."""
    return Declaration.id.in_(select(Condition.declaration_id))


def _passed_over() -> ColumnElement[bool]:
    named: ColumnElement[bool] = literal_column("disclosure.name = 'passed_over'")
    over = select(Event.declaration_id).join(Disclosure, Disclosure.event_id == Event.id).where(named)
    return Declaration.id.in_(over.where(Event.declaration_id.is_not(None)))


def _decided_for_another() -> ColumnElement[bool]:
    return Declaration.id.in_(select(Decider.declaration_id).where(Decider.on_behalf_of_id.is_not(None)))


def _not_by_the_manager() -> ColumnElement[bool]:
    return exists().where(Decider.declaration_id == Declaration.id, Decider.review > 1)


def _met(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return Declaration.id.in_(select(Condition.declaration_id).where(wanted))


def _late_condition() -> ColumnElement[bool]:
    return and_(Condition.met_at.is_not(None), func.date(Condition.met_at) > Condition.due_on)


_CONDITIONS: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "filed": true,
    "late": lambda: _LATE,
    "afterwards": lambda: _AFTERWARDS,
    "guessed": lambda: _GUESSED,
    "attached": lambda: exists().where(Attachment.declaration_id == Declaration.id),
    "replaced": _passed_over,
    "substitute": _decided_for_another,
    "pool": _not_by_the_manager,
    "conditions_met": lambda: and_(of_conditions(), ~_met(or_(Condition.met_at.is_(None), _late_condition()))),
    "conditions_late": lambda: _met(_late_condition()),
    "conditions_open": lambda: _met(Condition.met_at.is_(None)),
}
