"""A seed draws the same entries for everybody: laws of the three ways to draw a sample."""

from __future__ import annotations

import hashlib
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.sampling.drawing import Drawn, Item, Method, draw

METHODS = list(Method)


@st.composite
def populations(some: st.DrawFn, least: int = 0) -> list[Item]:
    """Entries with values from nothing to a fortune, and weights from one to many."""
    facts = some(st.lists(st.tuples(st.integers(0, 10**12), st.integers(1, 20)), min_size=least, max_size=40))
    return [
        Item(f"G-{n}", hashlib.sha256(str(n).encode()).hexdigest(), minor, (), weight) for n, (minor, weight) in enumerate(facts)
    ]


seeds = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
sizes = st.integers(1, 50)


def numbers(drawn: Drawn) -> list[str]:
    return [item.number for item in drawn.items]


@pytest.mark.parametrize("method", METHODS)
@given(items=populations(), size=sizes, seed=seeds, shuffled=st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_lines(
    method: Method, items: list[Item], size: int, seed: str, shuffled: object
) -> None:
    mixed = list(items)
    shuffled.shuffle(mixed)  # type: ignore[attr-defined]
    first, again = (draw(some, method=method, size=size, seed=seed) for some in (items, mixed))
    assert (numbers(first), first.certain, first.interval_minor) == (numbers(again), again.certain, again.interval_minor)


@pytest.mark.parametrize("method", METHODS)
@given(items=populations(), size=sizes, seed=seeds)
def test_a_sample_has_its_size_nothing_twice_and_nothing_that_is_not_there(
    method: Method, items: list[Item], size: int, seed: str
) -> None:
    within_reach = {item.number for item in items if item.minor or method is not Method.VALUE}
    drawn = numbers(draw(items, method=method, size=size, seed=seed))
    assert len(drawn) == len(set(drawn)) == min(size, len(within_reach))
    assert set(drawn) <= within_reach


@given(items=populations(least=1), size=sizes, seed=seeds)
def test_by_value_whatever_reaches_the_interval_is_certain(items: list[Item], size: int, seed: str) -> None:
    drawn = draw(items, method=Method.VALUE, size=size, seed=seed)
    rest = [item for item in items if item.minor and item.number not in drawn.certain]
    left = len(drawn.items) - len(drawn.certain)
    assert drawn.certain <= set(numbers(drawn))
    if left:
        interval = Fraction(sum(item.minor for item in rest), left)
        assert drawn.interval_minor == -(-interval.numerator // interval.denominator)
        assert all(item.minor < interval for item in rest)
        assert all(item.minor >= interval for item in items if item.number in drawn.certain)


@pytest.mark.parametrize(("minor", "certain"), [(99, False), (100, True), (101, True)])
def test_at_the_interval_one_unit_under_and_one_over(minor: int, certain: bool) -> None:
    others = [Item(f"o{n}", hashlib.sha256(f"{n}".encode()).hexdigest(), 10) for n in range(9)]
    big = Item("big", hashlib.sha256(b"big").hexdigest(), minor)
    last = Item("last", hashlib.sha256(b"last").hexdigest(), 200 - 90 - minor)
    assert ("big" in draw([*others, big, last], method=Method.VALUE, size=2, seed="7").certain) is certain


def test_a_heavier_entry_is_drawn_in_proportion_to_its_weight() -> None:
    items = [Item("light", hashlib.sha256(b"1").hexdigest()), Item("heavy", hashlib.sha256(b"2").hexdigest(), weight=9)]
    first = Counter(numbers(draw(items, method=Method.RISK, size=1, seed=str(seed)))[0] for seed in range(1_000))
    assert 870 <= first["heavy"] <= 930, "900 of 1,000 expected; these thousand seeds are always the same"


def test_an_auditor_who_knows_only_the_work_paper_draws_the_same() -> None:
    lines = [f'{{"number":"G-{n}"}}' for n in range(50)]
    items = [Item(f"G-{n}", hashlib.sha256(line.encode()).hexdigest()) for n, line in enumerate(lines)]
    theirs = sorted(
        range(50),
        key=lambda n: hashlib.sha256(
            f"aboveboard sample\n2026-11\n{hashlib.sha256(lines[n].encode()).hexdigest()}\n1".encode()
        ).hexdigest(),
    )[:5]
    assert numbers(draw(items, method=Method.RANDOM, size=5, seed="2026-11")) == [f"G-{n}" for n in theirs]
    assert theirs == [21, 7, 34, 45, 9], "on every machine and in every version of Python"


@given(items=populations(), size=sizes, seed=seeds)
def test_an_auditor_who_knows_only_the_work_paper_draws_the_same_by_value(items: list[Item], size: int, seed: str) -> None:
    def ticket(digest: str, number: int) -> int:
        return int(hashlib.sha256(f"aboveboard sample\n{seed}\n{digest}\n{number}".encode()).hexdigest(), 16)

    rest = sorted((item for item in items if item.minor), key=lambda item: ticket(item.digest, 1))
    left, certain = min(size, len(rest)), set[str]()
    while sure := {item.number for item in rest if item.minor * left >= sum(other.minor for other in rest)}:
        certain, left, rest = certain | sure, left - len(sure), [item for item in rest if item.number not in sure]
    total, walked, hit = sum(item.minor for item in rest), Fraction(0), []
    for item in rest:
        ends = [Fraction(1 + ticket("start", 0) % total + step * total, left) for step in range(left)]
        hit += [item.number for end in ends if walked < end <= walked + item.minor]
        walked += item.minor
    drawn = draw(items, method=Method.VALUE, size=size, seed=seed)
    assert (drawn.certain, numbers(drawn)[len(certain) :]) == (certain, hit)
