"""What was declared, in the form the rules read: every field is one question's answer or follows from one."""

from dataclasses import dataclass
from datetime import date

from workflows.money import Money
from workflows.words import CounterpartyClass, Direction, Disposition, Kind, State, ValueBasis


@dataclass(frozen=True, slots=True)
class Facts:
    """One thing one person discloses. Amounts are the whole item's; `heads` says among how many it was shared."""

    kind: Kind
    declarant_id: int
    filed_on: date  # the local day (company's time zone) of this filing
    occurred_on: date | None  # the event's day; for standing interests the day it starts
    ends_on: date | None = None
    direction: Direction | None = None  # None for interests and conflicts
    title: str = ""
    counterparty_id: int | None = None
    counterparty_group_id: int | None = None
    counterparty_class: str = CounterpartyClass.UNKNOWN
    country: str | None = None  # ISO 3166-1 alpha-2, where it happened
    value: Money | None = None
    value_basis: ValueBasis = ValueBasis.NOT_ASKED
    heads: int = 1  # actual recipients the value was shared among, never invited ones
    own_share: Money | None = None  # what the declarant paid
    form: str | None = None  # slug: cash, gift_card, voucher, meal, ticket, event, promotional, refreshments …
    disposition: Disposition = Disposition.KEPT
    officials: int = 0  # how many public officials benefit, or stand on the other side
    host_present: bool | None = None
    companion: bool = False
    family: bool = False  # a relation received it
    solicited: bool = False
    close_relation: bool = False  # with the counterparty's decision-maker or with the deciding colleague
    concerns_manager: bool = False
    wants_advice: bool = False  # a conflict that asks for advice, not approval
    political: bool = False
    percent_hundredths: int | None = None  # share of ownership in hundredths of a percent
    travel_class: str | None = None
    nights: int | None = None
    exempt: frozenset[str] = frozenset()  # tags such as personal_relation, promotional
    named: frozenset[int] = frozenset()  # people of ours it names: subject, relation, present

    @property
    def standing(self) -> bool:
        """True for an interest or relation that lasts, False for an event on a day."""
        return self.kind in (Kind.INTEREST, Kind.CONFLICT)

    @property
    def rated_on(self) -> date:
        """The day whose exchange rate holds: the event's, or that of filing while the event still lies ahead."""
        return min(self.occurred_on or self.filed_on, self.filed_on)

    def in_future(self) -> bool:
        """True if the event lies after the day of filing."""
        return self.occurred_on is not None and self.occurred_on > self.filed_on


@dataclass(frozen=True, slots=True)
class Item:
    """An earlier (or later dated) declaration, as totals see it."""

    declaration_id: int
    number: str
    declarant_id: int
    kind: Kind
    direction: Direction | None
    occurred_on: date
    counterparty_group_id: int | None
    counterparty_class: str
    value: Money | None  # the declarant's share, own payment deducted only where a rule says so
    base: Money | None  # the same in the company's currency, at the rate of the event's day
    form: str | None
    disposition: Disposition
    state: State
    exempt: frozenset[str] = frozenset()
    heads: int = 1
    host_present: bool | None = None
    outcome: int | None = None  # the Outcome found when it was filed

    @property
    def counts(self) -> bool:
        """Every filed item counts, pending, sent back and refused too, until it was given back, declined or withdrawn."""
        return self.state not in (State.DRAFT, State.WITHDRAWN) and self.disposition not in (
            Disposition.RETURNED,
            Disposition.DECLINED,
        )
