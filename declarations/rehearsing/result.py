"""What a rehearsal found, to be counted any way people ask and opened to the declarations behind every figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from declarations.rehearsing.answering import Answers
from declarations.rehearsing.block import KINDS
from declarations.rehearsing.reading import Filed
from workflows.policy.document import Document
from workflows.policy.tables import Route
from workflows.words import Kind, Outcome, Review

_MOST = 1 << 4  # different sets of reviews, as bits


@dataclass(frozen=True)
class Cut:
    """Which of the declarations: every one that fits all that is said here."""

    kind: Kind | None = None
    company_id: int | None = None
    counterparty_class: str | None = None
    before: Route | None = None
    after: Route | None = None
    breach: str | None = None  # "new": it would have been one; "gone": it would not have been any more


@dataclass(frozen=True)
class Move:
    """How many declarations went from one outcome to another; what is None was not asked for."""

    before: Route
    after: Route
    count: int
    kind: Kind | None = None
    company_id: int | None = None
    counterparty_class: str | None = None

    @property
    def cut(self) -> Cut:
        """Which declarations these are."""
        return Cut(self.kind, self.company_id, self.counterparty_class, self.before, self.after)


@dataclass(frozen=True)
class Rehearsal:
    """The answers before and after: `count` declarations were asked about, `reviews` says how often each review was asked for then
    (before, and with the draft). The columns hold them all, or just those that differ. `companies` gives names by id."""

    draft: Document
    first_on: date
    last_on: date
    companies: Mapping[int, str]
    count: int
    reviews: Mapping[Review, tuple[int, int]]
    ids: Any
    company: Any
    kind: Any  # places in KINDS
    classes: tuple[str, ...]
    counterparty_class: Any  # places in classes
    before: Any  # routes as codes
    after: Any
    breach_before: Any
    breach_after: Any

    @classmethod
    def of(
        cls,
        draft: Document,
        first_on: date,
        last_on: date,
        filed: Filed,
        rows: Any,
        before: Answers,
        after: Answers,
        companies: Mapping[int, str],
    ) -> "Rehearsal":
        """The answers to these `rows`."""
        profiles = filed.rows["profile"][rows]
        classes = sorted({str(common.facts.counterparty_class) for common in filed.commons})
        kinds = np.array([KINDS.index(common.facts.kind) for common in filed.commons], np.int64)
        of_class = np.array([classes.index(str(common.facts.counterparty_class)) for common in filed.commons], np.int64)
        codes = [_code(answers.outcome[rows], answers.reviews[rows]) for answers in (before, after)]
        return cls(
            draft,
            first_on,
            last_on,
            companies,
            len(rows),
            {review: (_asked(codes[0], review), _asked(codes[1], review)) for review in Review},
            filed.rows["id"][rows],
            filed.rows["company"][rows],
            kinds[profiles],
            tuple(classes),
            of_class[profiles],
            *codes,
            *(_breach(answers)[rows] for answers in (before, after)),
        )

    def differing(self) -> "Rehearsal":
        """The same with only those declarations whose answer differs: all that any figure or list is about."""
        rows = np.flatnonzero((self.before != self.after) | (self.breach_before != self.breach_after))
        columns = ("ids", "company", "kind", "counterparty_class", "before", "after", "breach_before", "breach_after")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})

    @cached_property
    def changed(self) -> int:
        """How many of them would have had another outcome, or other reviews."""
        return int(np.count_nonzero(self.before != self.after))

    @property
    def weeks(self) -> float:
        """The length of the period."""
        return ((self.last_on - self.first_on).days + 1) / 7

    def moves(self, *by: str) -> list[Move]:
        """Every change from one outcome to another, told apart `by` any of kind, company_id and counterparty_class, most first."""
        columns = {"kind": self.kind, "company_id": self.company, "counterparty_class": self.counterparty_class}
        changed = np.flatnonzero(self.before != self.after)
        asked = [each[changed].astype(np.int64) for each in (self.before, self.after, *(columns[name] for name in by))]
        moves = []
        for (before, after, *rest), number in _counted(asked):
            told: dict[str, Any] = dict(zip(by, rest, strict=True))
            if "kind" in told:
                told["kind"] = KINDS[told["kind"]]
            if "counterparty_class" in told:
                told["counterparty_class"] = self.classes[told["counterparty_class"]]
            moves.append(Move(_route(before), _route(after), number, **told))
        return sorted(moves, key=lambda move: -move.count)

    def reviews_a_week(self) -> dict[Review, float]:
        """How many more of each review a week there would have been; less than nothing where some are saved."""
        return {review: (after - before) / self.weeks for review, (before, after) in self.reviews.items()}

    def breaches(self) -> dict[str, int]:
        """How many would newly have been a breach (prohibited, or not asked beforehand), and how many no longer: "new", "gone"."""
        return {name: int(np.count_nonzero(self._breach(name))) for name in ("new", "gone")}

    def ids_of(self, cut: Cut) -> list[int]:
        """The declarations behind a figure, as ids of rows, the newest first."""
        fits = np.ones(len(self.ids), bool)
        if cut.kind is not None:
            fits &= self.kind == KINDS.index(cut.kind)
        if cut.company_id is not None:
            fits &= self.company == cut.company_id
        if cut.counterparty_class is not None:
            known = cut.counterparty_class in self.classes
            fits &= (self.counterparty_class == self.classes.index(cut.counterparty_class)) if known else False
        if cut.before is not None:
            fits &= self.before == _code_of(cut.before)
        if cut.after is not None:
            fits &= self.after == _code_of(cut.after)
        if cut.breach is not None:
            fits &= self._breach(cut.breach)
        return [int(number) for number in np.sort(self.ids[fits])[::-1]]

    def _breach(self, name: str) -> Any:
        return self.breach_after & ~self.breach_before if name == "new" else self.breach_before & ~self.breach_after


def _breach(answers: Answers) -> Any:
    return (answers.outcome == Outcome.PROHIBITED) | answers.missed


def _counted(columns: list[Any]) -> Iterator[tuple[list[int], int]]:
    """Every combination of values that occurs in the columns side by side, none of them negative, and how often it does."""
    spans = [int(column.max(initial=0)) + 1 for column in columns]
    codes = np.zeros(len(columns[0]), np.int64)
    for column, span in zip(columns, spans, strict=True):
        codes = codes * span + column
    for code, number in zip(*(each.tolist() for each in np.unique(codes, return_counts=True)), strict=True):
        values = []
        for span in reversed(spans):
            code, value = divmod(code, span)
            values.append(value)
        yield values[::-1], number


def _asked(codes: Any, review: Review) -> int:
    return int(np.count_nonzero(codes & (1 << review)))


def _code(outcome: Any, reviews: Any) -> Any:
    return outcome.astype(np.int64) * _MOST + reviews


def _code_of(route: Route) -> int:
    return int(route.outcome) * _MOST + sum(1 << review for review in route.reviews)


def _route(code: int) -> Route:
    outcome, reviews = divmod(code, _MOST)
    return Route(Outcome(outcome), tuple(review for review in Review if reviews & 1 << review))
