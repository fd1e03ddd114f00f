"""What was declared, in the form the rules read: every field is one question's answer or follows from one."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
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
    value: Money | None = None  # the higher of market value, cost and face value, see `worth`
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
    # What only some policies ask; see `stated`.
    tax: Money | None = None  # not in the value
    delivery: Money | None = None  # not in the value
    parts: tuple[Money, ...] = ()  # several things declared as one; together they are the value
    separable: bool = False  # each of the parts can be declined by itself
    givers: int = 1  # how many gave it jointly
    joint: bool = False  # meant for the group as a whole
    occasion: str | None = None  # the occasion as named, where it is another than that of the day
    outside: frozenset[str] = frozenset()  # the people on the other side who gave or got it, as keys
    event: str | None = None  # key of the event it was part of
    household: str | None = None  # key of the household that benefits
    counterparty_group: str | None = None  # key of the group the counterparty belongs to
    counterparty_country: str | None = None  # ISO 3166-1 alpha-2
    interested_party: bool = False  # the other side has a matter before the declarant
    permissible_giver: bool | None = None  # None: not known
    quiet_periods: tuple[tuple[date, date], ...] = ()  # first and last day of tenders the counterparty takes part in
    rank: str | None = None
    role: str | None = None
    unit: str | None = None
    meal: str | None = None  # lunch, dinner, full_day, business …
    profession: str | None = None  # of the guest or receiver

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

    @property
    def own_cost(self) -> bool:
        """True if the declarant paid all of it: then nothing was received."""
        return self.own_share is not None and self.value is not None and self.own_share == self.value

    def in_quiet_period(self) -> bool:
        """True if the event falls into a tender of this counterparty, both end days included."""
        return self.occurred_on is not None and any(first <= self.occurred_on <= last for first, last in self.quiet_periods)

    def stated(self) -> Iterator[str]:
        """The names of the fields that are kept: all that every filing has, and of the others those that say something.

        So a field added here changes neither the digest of what was decided on before nor the size of what is filed.
        """
        for each in fields(self):
            if each.name not in _SELDOM or getattr(self, each.name) != each.default:
                yield each.name


_ALWAYS = fields(Facts)[: [each.name for each in fields(Facts)].index("named") + 1]
_SELDOM = frozenset(each.name for each in fields(Facts)) - {each.name for each in _ALWAYS}


def worth(*amounts: Money | None) -> Money | None:
    """What a thing is worth: the highest of market value, cost and face value as far as they are known (one currency)."""
    return max((amount for amount in amounts if amount is not None), default=None)


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
    # What only some totals look at.
    tax: Money | None = None  # the share's
    delivery: Money | None = None  # the share's
    own_share: Money | None = None  # what the declarant paid
    occasion: str | None = None
    outside: frozenset[str] = frozenset()
    event: str | None = None
    household: str | None = None

    @property
    def counts(self) -> bool:
        """Every filed item counts, pending, sent back and refused too, until it was given back, declined or withdrawn."""
        return self.state not in (State.DRAFT, State.WITHDRAWN) and self.disposition not in (
            Disposition.RETURNED,
            Disposition.DECLINED,
        )
