"""Some facts no policy can answer: they are sent back with a sentence that says what is missing or impossible."""

from collections.abc import Iterator

from workflows.facts import Facts
from workflows.policy.look import NOT_KEPT
from workflows.words import N_, Direction, Kind, ValueBasis

_STATED = (ValueBasis.KNOWN, ValueBasis.ESTIMATED)  # a value was written, and it is none
ONE_OFF = frozenset({Kind.GIFT, Kind.ENTERTAINMENT, Kind.TRAVEL, Kind.DONATION})

NO_RATE = N_("There is no exchange rate for that day, or only one that is too old. State the value in your company’s currency.")
UNKNOWN_VALUE = N_("State what it is worth. If you do not know, give an estimate and say how you made it.")
NO_DAY = N_("State the day it happened, or will happen.")
NO_DIRECTION = N_("State whether it was received or given.")
NEGATIVE = N_("A value cannot be less than nothing.")
NOBODY = N_("At least one person must have received it.")
OWN_SHARE = N_("Your own share cannot be more than the value, and is stated in the same currency.")
PERCENT = N_("A share of ownership lies between 0 and 100 percent.")
GIVERS = N_("At least one person must have given it.")
ENDS_FIRST = N_("It cannot end before it begins.")
FUTURE_GIFT = N_("A gift cannot be received in the future. Declare it when it has arrived; an invitation you can ask about now.")


def unsound(facts: Facts) -> Iterator[str]:
    """Every problem of `facts` on their own, in English and marked for translation; nothing if a policy can answer them."""
    if facts.kind in ONE_OFF and facts.occurred_on is None:
        yield NO_DAY
    if facts.kind in ONE_OFF - {Kind.DONATION} and facts.direction is None:
        yield NO_DIRECTION
    yield from _amounts(facts)
    if facts.heads < 1:
        yield NOBODY
    if facts.givers < 1:
        yield GIVERS
    if facts.percent_hundredths is not None and not 0 <= facts.percent_hundredths <= 10000:
        yield PERCENT
    if facts.ends_on is not None and facts.occurred_on is not None and facts.ends_on < facts.occurred_on:
        yield ENDS_FIRST
    if facts.disposition not in NOT_KEPT and _is_future_gift(facts):
        yield FUTURE_GIFT


def _amounts(facts: Facts) -> Iterator[str]:
    value, own = facts.value, facts.own_share
    if value is None and (
        facts.value_basis in _STATED or (facts.kind in ONE_OFF and facts.value_basis is not ValueBasis.UNKNOWN)
    ):
        if facts.disposition not in NOT_KEPT:
            yield UNKNOWN_VALUE
    elif any(money is not None and money.minor < 0 for money in (value, facts.tax, facts.delivery, *facts.parts)):
        yield NEGATIVE
    if own is not None and (own.minor < 0 or (value is not None and (own.currency != value.currency or own.minor > value.minor))):
        yield OWN_SHARE


def _is_future_gift(facts: Facts) -> bool:
    return facts.kind is Kind.GIFT and facts.direction is Direction.RECEIVED and facts.in_future()
