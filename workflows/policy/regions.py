"""Every predicate states here which answers it reads and where its settings cut them; what no cut separates is one region."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from workflows.case import Company
from workflows.policy.amounts import Count, OccasionTotal, Total
from workflows.policy.document import InForce
from workflows.policy.look import NOT_KEPT
from workflows.policy.rules import Condition
from workflows.policy.tables import CountryAmount, Measured
from workflows.words import CounterpartyClass, Direction, Disposition, Kind

Cut = tuple[int, int]  # (limit, 0): just below the limit itself · (limit, 1): just above it
Choice = Any
MOST_TAGS = 6
UNLISTED = "unlisted"
DUE = "due"
NOTHING, PART, ALL = "nothing", "part", "all"  # what the declarant paid
AHEAD, IN_TIME, LATE_AS_AMENDED, LATE = "ahead", "in_time", "late_as_amended", "late"


class CannotCompare(Exception):
    """A condition of which the regions cannot be told; the sentence says why, and the proof fails."""


@dataclass(frozen=True, slots=True)
class Side:
    """A policy as it is asked in a company; `country_known` is False where every country the company may lie in is looked at."""

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


Read = Callable[[Any, Side], Cuts]


def _axes(*names: str) -> Read:
    return lambda _settings, _side: Cuts(dict.fromkeys(names))


def _classes(axis: str, *more: str) -> Read:
    return lambda settings, side: Cuts({**dict.fromkeys(more), axis: side.words(settings.values)})


def _words(axis: str) -> Read:
    return lambda settings, _side: Cuts({axis: frozenset(settings.values)})


def _in_class(name: str, *more: str) -> Read:
    return lambda _settings, side: Cuts({**dict.fromkeys(more), "class": side.words([name])})


def _kinds(_settings: Any, side: Side) -> Cuts:
    return Cuts(kind_axes(side))


def kind_axes(side: Side) -> dict[str, Hashable]:
    """What decides as which kinds a thing counts: without its host, entertainment may count as a gift too."""
    return {"kind": None, "host": True} if side.policy.host_absent_is_gift else {"kind": None}


def _percent(settings: Any, _side: Side) -> Cuts:
    limit, above = cut_of(settings.operator, getattr(settings, settings.operator))
    return Cuts({"percent": frozenset({limit + above})})


def _rank(settings: Any, _side: Side) -> Cuts:
    return Cuts({"rank": tuple(frozenset({word}) for word in settings.order)})


def _season(settings: Any, _side: Side) -> Cuts:
    return Cuts({"day": f"season {settings.first} {settings.last}"})


def _late(_settings: Any, side: Side) -> Cuts:
    stated = sorted({document.filing.model_dump_json() for document in side.policy.documents if document.filing})
    by_day = any(document.filing and document.filing.counted_from != "event" for document in side.policy.documents)
    return Cuts({"kind": None, "days": tuple(stated)} | ({"day": DUE} if by_day else {}))


def _heads(settings: Any, _side: Side) -> Cuts:
    return Cuts({}, Quantity("heads"), (settings.operator, getattr(settings, settings.operator)))


def _own_share(settings: Any, side: Side) -> Cuts:
    limit = settings.limits.for_company(side.currency)
    return Cuts({"paid": None}, Quantity("own_share", limit.currency), (settings.operator, limit.minor))


def _measure(settings: Measured, *, per_head: bool) -> Measure:
    flags = (getattr(settings, flag) for flag in ("less_own_share", "with_tax", "with_delivery", "per_giver"))
    return Measure(per_head, *flags)


def _single(*, per_head: bool) -> Read:
    def read(settings: Any, side: Side) -> Cuts:
        limit = settings.limits.for_company(side.currency)
        quantity = Quantity("single", limit.currency, _measure(settings, per_head=per_head))
        return Cuts({"value": None}, quantity, (settings.operator, limit.minor))

    return read


def _country_limit(settings: CountryAmount, _side: Side) -> Cuts:
    measure = _measure(settings, per_head=True)
    limits = {
        country: (Quantity("single", limit.currency, measure), (settings.operator, limit.minor))
        for country, limit in settings.by_country.items()
    }
    return Cuts({"value": None, "country": tuple(frozenset({country}) for country in limits)}, by_country=limits)


LIMITS = frozenset({"over", "at_least", "up_to", "under", "leave_out_up_to", "leave_out_under"})


def _together(settings: Total | Count, side: Side) -> Cuts:
    """A total or count: its shape is all it says besides the limit, and what the words it uses mean on that side."""
    content = settings.model_dump(exclude=set(LIMITS), mode="json")
    window = OccasionTotal if isinstance(settings, OccasionTotal) else type(settings)
    forms, left_out = side.words(settings.forms), settings.leave_out
    axes: dict[str, Hashable] = {**kind_axes(side), "value": None}
    if left_out:
        axes |= {"exempt": left_out, "form": left_out}
    if left_out & {word.value for word in Disposition}:
        axes["disposition"] = None
    if settings.forms:
        axes["form"] = (left_out, forms)
    said = sorted((key, sorted(value) if isinstance(value, list) else value) for key, value in content.items())
    days = _window(window.__name__, content)
    shape = f"{window.__name__} {said} {sorted(forms)} {'host' in axes}"
    if isinstance(settings, Count):
        quantity = Quantity("count", shape=shape)
        return Cuts(axes, quantity, (settings.operator, getattr(settings, settings.operator)), window=days)
    limit = settings.limits.for_company(side.currency)
    trifle = _trifle(settings, limit.currency)
    measure = _measure(settings, per_head=not settings.whole)
    quantity = Quantity("total", limit.currency, measure, f"{shape} {trifle}")
    return Cuts(axes, quantity, (settings.operator, limit.minor), trifle=trifle, window=days)


def _window(name: str, content: Mapping[str, Any]) -> str:
    """What of a total decides its window."""
    return f"{name} {content.get('months')} {content.get('period')} {content.get('first_month')}"


def _trifle(settings: Total, currency: str) -> tuple[str, int] | None:
    if settings.trifles is None:
        return None
    operator, limits = settings.trifles
    least = limits.for_company(currency)
    if least.currency != currency:
        raise CannotCompare(f"what a total leaves out is not stated in {currency}, and no rate is assumed")
    return operator, least.minor


AXES: dict[str, Read] = {
    "value": _single(per_head=False),
    "per_head": _single(per_head=True),
    "occasion_total": _together,
    "rolling_total": _together,
    "calendar_total": _together,
    "count": _together,
    "trifle": _together,
    "percent": _percent,
    "counterparty_class": _classes("class"),
    "interest_in": _classes("class", "kind"),
    "form": _classes("form"),
    "kind": _kinds,
    "direction": _axes("direction"),
    "country": _words("country"),
    "travel_class": _words("travel_class"),
    "filed_late": _late,
    "official": _in_class("official", "officials"),
    "political": _in_class("political", "political"),
    "antisocial": _in_class("antisocial"),
    "host_absent": _axes("kind", "host"),
    "value_unknown": _axes("value"),
    "company_donation": _axes("kind"),
    "close_relation": _axes("close_relation"),
    "solicited": _axes("solicited"),
    "family": _axes("family"),
    "companion": _axes("companion"),
    "in_future": _axes("days"),
    "standing": _axes("kind"),
    "concerns_manager": _axes("concerns_manager"),
    "wants_advice": _axes("wants_advice"),
    "country_limit": _country_limit,
    "own_share": _own_share,
    "own_cost": _axes("paid", "value"),
    "heads": _heads,
    "rank": _rank,
    "role": _words("role"),
    "unit": _words("unit"),
    "company": _axes(),
    "company_country": _words("company_country"),
    "counterparty_group": _words("counterparty_group"),
    "counterparty_country": _words("counterparty_country"),
    "meal": _words("meal"),
    "profession": _words("profession"),
    "occasion": _words("occasion"),
    "season": _season,
    "disposition": _axes("disposition"),
    "exempt": _words("exempt"),
    "quiet_period": _axes("quiet"),
    "interested_party": _axes("interested_party"),
    "impermissible_giver": _axes("permissible_giver"),
    "joint": _axes("joint"),
    "joint_givers": _axes("givers"),
    "separable": _axes("separable"),
}


def cuts_of(condition: Condition, side: Side) -> Cuts:
    """What `condition` reads on that side. Raises CannotCompare for a word without an axis."""
    if condition.name not in AXES:
        raise CannotCompare(f"it is not known how the answers to {condition.name} lie")
    return AXES[condition.name](condition.settings, side)


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
        return _regions_of_tags(sets)
    raise CannotCompare(f"the axis {axis} is not known")


def _regions_of_words(known: list[str], sets: list[frozenset[str]]) -> tuple[str, ...]:
    named: frozenset[str] = frozenset().union(*sets)
    words = [*known, *sorted(named - set(known)), UNLISTED]
    if known:  # a counterparty of whom nothing is known stands for all that no rule names
        words.insert(0, CounterpartyClass.UNKNOWN.value)
    first: dict[tuple[bool, ...], str] = {}
    for word in words:
        first.setdefault(tuple(word in each for each in sets), word)
    return tuple(first.values())


def _regions_of_tags(sets: list[frozenset[str]]) -> tuple[frozenset[str], ...]:
    tags = sorted(frozenset[str]().union(*sets))
    if len(tags) > MOST_TAGS:
        raise CannotCompare(f"more than {MOST_TAGS} exempt tags are named")
    first: dict[tuple[bool, ...], frozenset[str]] = {}
    for size in range(len(tags) + 1):
        for some in combinations(tags, size):
            first.setdefault(tuple(bool(each & set(some)) for each in sets), frozenset(some))
    return tuple(first.values())
