"""What crosses the one door into the rules: a Case and a World go in, a Step comes out; all of it plain, frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from workflows.facts import Facts, Item
from workflows.money import Rates
from workflows.policy.assessment import Assessment
from workflows.words import Action, Disposition, Review, Role, State, Timing

if TYPE_CHECKING:
    from workflows.policy.in_force import InForce


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the group, as the rules need it."""

    id: int
    key: str  # "KD-DK", used by policy documents
    name: str
    country: str
    currency: str
    zone: tzinfo
    holidays: frozenset[date] = frozenset()  # public holidays around now, from the company's calendar


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague, as routing needs them. `substitute_id` is set only while a delegation runs today."""

    id: int
    name: str
    active: bool = True
    manager_id: int | None = None
    substitute_id: int | None = None
    away_until: date | None = None


@dataclass(frozen=True)
class Org:
    """Everyone who could come into question for this case, and why some may not decide it."""

    people: Mapping[int, Person]
    line: tuple[int, ...] = ()  # the declarant's managers, nearest first, up to the group's head
    officers: tuple[tuple[int, tuple[int, ...]], ...] = ()  # (company id, its compliance officers), own company first, group last
    executives: tuple[int, ...] = ()  # executive reviewers for the company, nearest grant first
    below: frozenset[int] = frozenset()  # people in question who report to the declarant, at any depth
    interested: frozenset[int] = frozenset()  # who declared an interest in this counterparty('s group)


@dataclass(frozen=True, slots=True)
class Decision:
    """One review that was decided on this declaration, under its present filing or an earlier one."""

    review: Review
    action: Action
    by: int
    on_behalf_of: int | None
    at: datetime
    filing: int  # the filing's sequence number it was decided on
    content: str = ""  # digest of the facts the rules read, so that unchanged parts need no second decision


@dataclass(frozen=True)
class Case:
    """A declaration as it stands before an action. `facts` are those of the current filing, or of the one about to be made."""

    state: State
    facts: Facts
    assessment: Assessment | None = None  # the one kept with the current filing
    filing: int = 0  # number of filings so far
    filed_at: datetime | None = None  # the first one
    decided_at: datetime | None = None
    decisions: tuple[Decision, ...] = ()
    review: Review | None = None  # which review it waits for
    assignee_id: int | None = None
    assigned_for_id: int | None = None
    pool_company_id: int | None = None
    due_on: date | None = None
    reminded: int = 0
    returns_to: Review | None = None  # after SEND_BACK: who asked
    prohibited: bool = False
    prepared_by_id: int | None = None  # who typed it for the declarant to sign
    imported: bool = False  # taken over from an earlier register, and not decided here since
    escalated: frozenset[Review] = frozenset()  # reviews added by a person or the clock, kept when facts are corrected


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. The clock is an actor too (`id` None). `roles` are those held for the case's company today."""

    id: int | None
    roles: frozenset[Role] = frozenset()
    stands_in_for: frozenset[int] = frozenset()  # people whose running delegation names this actor


@dataclass(frozen=True)
class World:
    """Everything outside the case: today, the company, the policy in force, rates, earlier items, people."""

    now: datetime  # UTC
    company: Company
    policy: "InForce"
    rates: Rates
    org: Org
    items: tuple[Item, ...] = ()  # the declarant's others with this counterparty group, within the policy's longest window
    ancestors: tuple[str, ...] = ()  # keys of the companies above, nearest first
    group_currency: str = "EUR"  # of the company at the top, for sums over all

    @property
    def today(self) -> date:
        """The calendar day it is now in the company's time zone."""
        return self.now.astimezone(self.company.zone).date()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the actor typed with the action; the table says which of them each action needs."""

    reason: str = ""
    conditions: tuple[tuple[str, date], ...] = ()  # what must happen, by when
    disposition: str | None = None  # with a refusal: return_it, hand_it_over, pay_the_difference, decline_it
    to_person_id: int | None = None  # reassign
    ended_on: date | None = None
    condition_id: int | None = None  # the condition said to be met
    restored: Disposition | None = None  # what became of the thing since


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Somebody who would have decided but may not, and why (a slug out of independence.py)."""

    person_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Whom to tell what: `person_id` or everyone in the pool; `template` is a notice's slug. Never any content."""

    template: str
    person_id: int | None = None
    pool_company_id: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose turn it is: one person (perhaps for another) or the compliance officers of a company."""

    review: Review
    person_id: int | None
    for_id: int | None = None
    pool_company_id: int | None = None
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True)
class Step:
    """What `advance` answers: the case after the action, and all that must be written in the same transaction."""

    action: Action
    state_from: State
    state: State
    event: str  # subject:action, e.g. "declaration:approved"
    acting_role: Role
    on_behalf_of: int | None = None
    assessment: Assessment | None = None
    assignment: Assignment | None = None  # None when nobody's turn
    due_on: date | None = None
    urgent_on: date | None = None  # the event's day when it still lies ahead
    timing: Timing | None = None
    decided: Decision | None = None
    remaining: tuple[Review, ...] = ()
    returns_to: Review | None = None
    escalated: frozenset[Review] = frozenset()
    reminded: int = 0
    notices: tuple[Notice, ...] = ()
    inputs: Inputs = field(default_factory=Inputs)


class Refused(Exception):
    """An action that may not happen; `sentence` is fit to show, `code` is a slug for tests and pages."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class Forbidden(Refused):
    """The actor may see this, but may not do that (403)."""


class Stale(Refused):
    """The case is no longer in a state where this can be done (409)."""


class Invalid(Refused):
    """What was typed does not do; `problems` name fields (422)."""

    def __init__(self, code: str, sentence: str, problems: Mapping[str, str] | None = None) -> None:
        super().__init__(code, sentence)
        self.problems = dict(problems or {})
