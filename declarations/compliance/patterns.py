"""Things that repeat and are worth a look, each with the plain reason it most often has; all of them out of the last filings."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from rapidfuzz import fuzz, process

from declarations.compliance.lately import Recent
from declarations.counterparties import ALIKE, fold, likeness
from workflows.money import Money
from workflows.policy.explain import Limit
from workflows.policy.windows import quarter
from workflows.words import CounterpartyClass, Kind

SIX_WEEKS = timedelta(days=42)
_JUST_UNDER = 80  # percent of the limit
_SEVERAL = 3
_LAST_DAYS = 10  # of a quarter
_BUSIEST = 150
_ITEM = ("value", "per_head", "occasion_total")


@dataclass(frozen=True)
class JustUnder:
    """Several items of one giver just under one limit within six weeks, to one person or, `person` being empty, to one unit."""

    firm: str
    person: str
    unit: str
    limit: Money
    items: tuple[str, ...]  # public ids
    weeks: tuple[int, ...]  # how many in each of the last eight weeks up to the last of them


@dataclass(frozen=True)
class QuarterEnds:
    """Invitations of one unit that crowd into the last ten days of quarters."""

    unit: str
    quarters: int
    items: tuple[str, ...]
    sizes: tuple[int, ...]  # in each of the last eight quarters' ends and the rest between them, in turn


@dataclass(frozen=True)
class Alike:
    """Two counterparties of different groups whose names may mean one firm; their ids and names, the busier first."""

    first_id: int
    first: str
    second_id: int
    second: str
    likeness: int


def just_under(recent: Sequence[Recent], limits: Mapping[int, Collection[Limit]]) -> list[JustUnder]:
    """Three and more items between 80 and 100 percent of a limit within six weeks; `limits` are each company's."""
    to_person: dict[tuple[int, int, Money], list[Recent]] = defaultdict(list)
    to_unit: dict[tuple[int, str, int, Money], list[Recent]] = defaultdict(list)
    for one in recent:
        limit = _just_under(one, limits.get(one.company_id, ()))
        if limit is not None and one.group_id is not None:
            to_person[one.group_id, one.declarant_id, limit].append(one)
            if one.unit:
                to_unit[one.group_id, one.unit, one.company_id, limit].append(one)
    found = [
        JustUnder(close[0].firm or "", close[0].declarant, "", key[2], _ids(close), _weeks(close))
        for key, items in to_person.items()
        if (close := _crowded(items))
    ]
    told = {item for one in found for item in one.items}
    found += [
        JustUnder(close[0].firm or "", "", unit, limit, _ids(close), _weeks(close))
        for (_group, unit, _company, limit), items in to_unit.items()
        if (close := _crowded(items)) and not told.issuperset(_ids(close))
    ]
    return sorted(found, key=lambda one: -len(one.items))


def _just_under(one: Recent, limits: Collection[Limit]) -> Money | None:
    """The limit the item stays just under, if it does."""
    for limit in limits:
        fits = one.kind in limit.kinds and (not limit.directions or one.direction in limit.directions)
        if fits and limit.measure in _ITEM and limit.operator == "over" and limit.amount.currency == one.currency:
            minor = one.minor or 0
            if limit.amount.minor * _JUST_UNDER <= minor * 100 and minor <= limit.amount.minor:
                return limit.amount
    return None


def _crowded(items: Sequence[Recent]) -> list[Recent]:
    """The most of the items that lie within six weeks, if they are several."""
    ordered = sorted(items, key=lambda one: one.occurred_on)
    best: list[Recent] = []
    start = 0
    for end, last in enumerate(ordered):
        while last.occurred_on - ordered[start].occurred_on > SIX_WEEKS:
            start += 1
        if end + 1 - start >= max(_SEVERAL, len(best)):
            best = ordered[start : end + 1]
    return best


def _ids(items: Sequence[Recent]) -> tuple[str, ...]:
    return tuple(one.public_id for one in items)


def _weeks(items: Sequence[Recent]) -> tuple[int, ...]:
    last = max(one.occurred_on for one in items)
    ago = Counter((last - one.occurred_on).days // 7 for one in items)
    return tuple(ago[week] for week in range(7, -1, -1))


def quarter_ends(recent: Sequence[Recent]) -> list[QuarterEnds]:
    """Units most of whose meals and events of at least two quarters lay in the last ten days of them."""
    by_unit: dict[tuple[str, int], list[Recent]] = defaultdict(list)
    for one in recent:
        if one.kind == Kind.ENTERTAINMENT and one.unit:
            by_unit[one.unit, one.company_id].append(one)
    found = []
    for (unit, _company), items in by_unit.items():
        late: dict[date, list[Recent]] = defaultdict(list)
        early: Counter[date] = Counter()
        for one in items:
            first = quarter(one.occurred_on).first
            if (_end_of(first) - one.occurred_on).days < _LAST_DAYS:
                late[first].append(one)
            else:
                early[first] += 1
        crowded = [first for first, some in late.items() if len(some) >= 2 and len(some) > early[first]]
        if len(crowded) >= 2:
            quarters = sorted({*late, *early})[-4:]
            sizes = [size for first in quarters for size in (early[first], len(late[first]))]
            chosen = [one.public_id for first in sorted(crowded) for one in late[first]]
            found.append(QuarterEnds(unit, len(crowded), tuple(chosen), tuple(sizes)))
    return sorted(found, key=lambda one: -len(one.items))


def _end_of(first: date) -> date:
    """The last day of the quarter that begins on `first`."""
    month = first.month + 3
    return date(first.year + (month > 12), (month - 1) % 12 + 1, 1) - timedelta(1)


def alike(recent: Sequence[Recent], most: int) -> list[Alike]:
    """Firms among the busiest that count apart and whose names are alike, the busiest first; private persons are left alone."""
    often = Counter(
        one.counterparty_id
        for one in recent
        if one.counterparty_id is not None and one.firm_class != CounterpartyClass.PRIVATE_PERSON
    )
    known = {one.counterparty_id: one for one in recent}
    busiest = [known[firm] for firm, _many in often.most_common(_BUSIEST)]
    return list(islice(_alike(busiest), most))


def _alike(busiest: Sequence[Recent]) -> Iterator[Alike]:
    names = [fold(one.firm or "") for one in busiest]
    for place, one in enumerate(busiest):
        near = process.extract(names[place], names[place + 1 :], scorer=fuzz.token_ratio, score_cutoff=ALIKE, limit=3)
        for _name, _score, offset in near:
            other = busiest[place + 1 + offset]
            score = likeness(names[place], names[place + 1 + offset])
            if score >= ALIKE and other.group_id != one.group_id:
                yield Alike(one.counterparty_id or 0, one.firm or "", other.counterparty_id or 0, other.firm or "", score)
