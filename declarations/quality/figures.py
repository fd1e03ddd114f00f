"""What is measured of declarations: each figure is one condition on their marks."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, true

from declarations.marks import Mark
from declarations.models import Declaration
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
WITH_CONDITIONS = "conditions"  # no figure of its own: what those of conditions are shares of
OF_CONDITIONS = ("conditions_met", "conditions_late", "conditions_open")

# Which of these marks must be there and which must not: what is counted and what the list shows cannot differ.
_HAVING: Mapping[str, tuple[Mark, Mark]] = {
    "filed": (Mark(0), Mark(0)),
    "late": (Mark.LATE, Mark(0)),
    "afterwards": (Mark.AFTERWARDS, Mark(0)),
    "guessed": (Mark.GUESSED, Mark(0)),
    "attached": (Mark.ATTACHED, Mark(0)),
    "replaced": (Mark.REPLACED, Mark(0)),
    "substitute": (Mark.SUBSTITUTE, Mark(0)),
    "pool": (Mark.POOL, Mark(0)),
    WITH_CONDITIONS: (Mark.CONDITIONS, Mark(0)),
    "conditions_met": (Mark.CONDITIONS, Mark.OPEN | Mark.MET_LATE),
    "conditions_late": (Mark.MET_LATE, Mark(0)),
    "conditions_open": (Mark.OPEN, Mark(0)),
}


def counts(figure: str, marks: int) -> bool:
    """Does a figure count declarations with these marks? Raises KeyError for no such figure."""
    there, not_there = _HAVING[figure]
    return marks & (there | not_there) == there


def condition(figure: str) -> ColumnElement[bool]:
    """The same as SQL: true for the declarations that a figure counts. Raises KeyError for no such figure."""
    there, not_there = _HAVING[figure]
    return Declaration.marks.bitwise_and(int(there | not_there)) == int(there) if there else true()
