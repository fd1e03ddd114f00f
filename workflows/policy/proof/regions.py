"""Limits and words cut what can be answered into finitely many regions; in one region no condition tells two things apart."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from workflows.case import Company
from workflows.policy.in_force import InForce
from workflows.policy.look import NOT_KEPT
from workflows.policy.sentences import Sentence
from workflows.words import N_, CounterpartyClass, Direction, Disposition, Kind

Cut = tuple[int, int]  # (limit, 0): just below the limit itself · (limit, 1): just above it
Choice = Any
MOST_TAGS = 6
UNLISTED = "unlisted"
DUE = "due"
NOTHING, PART, ALL = "nothing", "part", "all"  # what the declarant paid
AHEAD, IN_TIME, LATE_AS_AMENDED, LATE = "ahead", "in_time", "late_as_amended", "late"


class CannotCompare(Exception):
    """A condition of which the regions cannot be told; the sentence says why, and the proof fails."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Side:
    """A policy as it is asked in a company. Companies move: every country it may lie in is looked at, not only today's."""

    policy: InForce
    company: Company
    amended: bool = False

    @property
    def currency(self) -> str:
        """The company's currency."""
        return self.company.currency

    def words(self, names: Iterable[str]) -> frozenset[str]:
        """`names` with the members of every class among them."""
        names = frozenset(names)
        return names.union(*(self.policy.classes.get(name, frozenset()) for name in names))


@dataclass(frozen=True, slots=True)
class Measure:
    """What of a thing is measured: the whole or each head's share of it, and what is added or taken off first."""

    per_head: bool = True
    less_own_share: bool = False
    with_tax: bool = False
    with_delivery: bool = False
    per_giver: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number a limit is compared with: `sort` is single, own_share, heads, total or count; `shape` tells totals apart."""

    sort: str
    currency: str = ""
    measure: Measure = Measure()
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers between two cuts; `until` None is without end."""

    after: Cut
    until: Cut | None

    def passes(self, operator: str, limit: int) -> bool:
        """Whether every number of the stretch is over, at least, up to or under `limit`, at which it was cut."""
        above = self.after >= cut_of(operator, limit)
        return above if operator in ("over", "at_least") else not above


def cut_of(operator: str, limit: int) -> Cut:
    """Where a comparison parts the numbers: over and up_to just above the limit, at_least and under just below it."""
    return limit, 1 if operator in ("over", "up_to") else 0


def stretches(cuts: Iterable[Cut]) -> tuple[Stretch, ...]:
    """The stretches between `cuts`, from nothing upward."""
    inner = sorted({cut for cut in cuts if cut > (0, 0)})
    return tuple(Stretch(*pair) for pair in zip([(0, 0), *inner], [*inner, None], strict=True))


@dataclass(frozen=True, slots=True)
class Cuts:
    """What a condition reads: axis → its mark there (sets of words, the starts of number regions, or None for all values).

    `quantity` is compared with `limit`; a limit of each country has its own, in `by_country`. Of a total, what passes `trifle`
    (a comparison with an amount) is left out, and `window` names the days it is taken over.
    """

    axes: Mapping[str, Hashable]
    quantity: Quantity | None = None
    comparison: tuple[str, int] = ("", 0)
    by_country: Mapping[str, tuple[Quantity, tuple[str, int]]] | None = None
    trifle: tuple[str, int] | None = None
    window: str = ""


FLAGS = frozenset(
    "political close_relation solicited family companion concerns_manager wants_advice quiet interested_party joint separable".split()
)
WORDS = frozenset(
    "form country travel_class rank role unit counterparty_group counterparty_country meal profession occasion".split()
)
FIRST: dict[str, tuple[Choice, ...]] = {
    "kind": tuple(Kind),
    "direction": (*Direction, None),
    "officials": (0, 1),
    "host": (True, False),
    "value": (True, False),
    "paid": (NOTHING, PART, ALL),
    "givers": (1, 2),
    "permissible_giver": (None, False),
    "disposition": tuple(word for word in Disposition if word not in NOT_KEPT),  # what was not kept is recorded, that is all
    "days": (IN_TIME, AHEAD, LATE_AS_AMENDED, LATE),
}


def choices(axis: str, marks: frozenset[Hashable]) -> tuple[Choice, ...]:
    """One value for each region of `axis`, as the `marks` of all conditions cut it."""
    if axis in FLAGS:
        return False, True
    if axis in FIRST:
        return FIRST[axis]
    sets = [each for mark in marks for each in (mark if isinstance(mark, tuple) else (mark,)) if isinstance(each, frozenset)]
    if axis == "class":
        return _regions_of_words([word.value for word in CounterpartyClass], sets)
    if axis == "company_country":
        return _regions_of_words([], sets)
    if axis in WORDS:
        return (None, *_regions_of_words([], sets))
    if axis == "percent":
        return (None, *sorted({0} | {start for each in sets for start in each if start <= 10000}))
    if axis == "exempt":
        return regions_of_tags(sets)
    raise CannotCompare(Sentence(N_("the axis %(axis)s is not known"), axis=axis))


def _regions_of_words(known: list[str], sets: list[frozenset[str]]) -> tuple[str, ...]:
    named: frozenset[str] = frozenset().union(*sets)
    words = [*known, *sorted(named - set(known)), UNLISTED]
    if known:  # a counterparty of whom nothing is known stands for all that no rule names
        words.insert(0, CounterpartyClass.UNKNOWN.value)
    first: dict[tuple[bool, ...], str] = {}
    for word in words:
        first.setdefault(tuple(word in each for each in sets), word)
    return tuple(first.values())


def regions_of_tags(sets: list[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """Some tags for each way in which they can touch `sets` or not. Raises CannotCompare for too many."""
    tags = sorted(frozenset[str]().union(*sets))
    if len(tags) > MOST_TAGS:
        raise CannotCompare(Sentence(N_("more than %(number)s exempt tags are named"), number=MOST_TAGS))
    first: dict[tuple[bool, ...], frozenset[str]] = {}
    for size in range(len(tags) + 1):
        for some in combinations(tags, size):
            first.setdefault(tuple(bool(each & set(some)) for each in sets), frozenset(some))
    return tuple(first.values())
