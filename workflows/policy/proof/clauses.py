"""Rules and conditions as they are asked on one side of a comparison; those of the same key say the same everywhere."""

import json
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workflows.policy.amounts import Count, Total, Trifle
from workflows.policy.document import Document
from workflows.policy.proof.axes import cuts_of, kind_axes
from workflows.policy.proof.regions import CannotCompare, Cuts, Quantity, Side
from workflows.policy.rules import Condition, Rule
from workflows.policy.sentences import Sentence
from workflows.words import Kind

ORDER = ("kind", "host", "value")  # what decides whether a thing counts comes first


def canonical(content: Any) -> str:
    """`content` as one text, the same for the same content."""
    return json.dumps(
        content, sort_keys=True, default=lambda thing: sorted(thing) if isinstance(thing, frozenset) else repr(thing)
    )


@dataclass(frozen=True, eq=False)
class Atom:
    """One condition as it is asked on one side. Two atoms of the same `key` hold in the same regions."""

    condition: Condition
    side: Side
    cuts: Cuts

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """The axes it reads besides quantities, those first on which most depends."""
        return tuple(sorted(self.cuts.axes, key=lambda axis: (ORDER.index(axis) if axis in ORDER else len(ORDER), axis)))

    @cached_property
    def is_together(self) -> bool:
        """Whether it adds up or counts earlier items."""
        return isinstance(self.condition.settings, Total | Count)

    @cached_property
    def now(self) -> Quantity:
        """What the thing itself adds to the total asked."""
        assert self.cuts.quantity is not None
        return Quantity("single", self.cuts.quantity.currency, self.cuts.quantity.measure)

    @cached_property
    def key(self) -> str:
        """Everything that decides where it holds."""
        limited = self.cuts.quantity is not None or self.cuts.by_country is not None
        said = None if limited else self.condition.settings.model_dump(mode="json")
        said = {key: sorted(value) if isinstance(value, list) else value for key, value in said.items()} if said else None
        axes = sorted((axis, repr(_ordered(mark))) for axis, mark in self.cuts.axes.items())
        trifle = isinstance(self.condition.settings, Trifle)
        countries = sorted((self.cuts.by_country or {}).items())
        return canonical([self.condition.name, said, axes, repr((self.cuts.quantity, self.cuts.comparison, countries, trifle))])


def _ordered(mark: Any) -> Any:
    if isinstance(mark, frozenset):
        return sorted(mark)
    return [_ordered(each) for each in mark] if isinstance(mark, tuple) else mark


@dataclass(frozen=True, eq=False)
class Clause:
    """A rule as it is asked on one side: its conditions, and whether each must hold.

    A clause of which the regions cannot be told says so in `unclear`; then nothing is built on whether it matches.
    """

    document: Document
    rule: Rule
    side: Side
    tests: tuple[tuple[Atom, bool], ...] = ()
    unclear: Sentence | None = None

    @cached_property
    def key(self) -> Hashable:
        """Two clauses of the same key say the same in every region."""
        if self.unclear:  # it says the same only where all that any condition may read is the same
            policy = self.side.policy
            filings = sorted(document.filing.model_dump_json() for document in policy.documents if document.filing)
            around = [policy.classes, policy.host_absent_is_gift, filings, self.rule.model_dump()]
            return self.document.key, canonical(around)
        tests = frozenset((atom.key, wanted) for atom, wanted in self.tests)
        return self.document.key, self.rule.id, self.axes, tests, self.rule.model_dump_json(exclude={"when", "unless"})

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """The axes that decide whether it is asked at all."""
        host = ("host",) if Kind.GIFT in self.rule.kind_set and "host" in kind_axes(self.side) else ()
        return ("kind", *host, *(("direction",) if self.rule.directions else ()))


def clauses(side: Side) -> dict[str, tuple[Clause, ...]]:
    """Every rule asked on a side, by the document in whose name."""
    return {
        chapter.document.key: tuple(_clause(document, rule, side) for document, rule in chapter.rules)
        for chapter in side.policy.chapters
    }


def _clause(document: Document, rule: Rule, side: Side) -> Clause:
    try:
        tests = tuple((Atom(condition, side, cuts_of(condition, side)), wanted) for condition, wanted in rule.conditions)
    except CannotCompare as problem:
        return Clause(document, rule, side, unclear=problem.sentence)
    return Clause(document, rule, side, tests)
