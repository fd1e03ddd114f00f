"""A policy's answer to many rows: every rule is asked, all that match are united, the strictest wins, as workflows.policy.assess does
it for one. A row with a condition left OPEN is left to the engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from declarations import packing
from declarations.rehearsing.asking import NO, OPEN, YES, Asking
from declarations.rehearsing.block import DIRECTIONS, KINDS, Block
from workflows.policy.in_force import InForce
from workflows.policy.rules import Otherwise, Rule
from workflows.words import Outcome, Review

MANAGER, COMPLIANCE = 1 << Review.MANAGER, 1 << Review.COMPLIANCE


@dataclass
class Answers:
    """For each row: the Outcome, the reviews (bit n for Review n), whether it should have been asked beforehand and was not; and
    which rows are left to the engine, whose other columns mean nothing."""

    outcome: Any
    reviews: Any
    missed: Any
    left: Any

    @classmethod
    def blank(cls, rows: int) -> "Answers":
        """Nothing found yet."""
        outcome, reviews = np.full(rows, -1, np.int8), np.zeros(rows, np.int8)
        return cls(outcome, reviews, np.zeros(rows, bool), np.zeros(rows, bool))

    def put(self, places: Any, other: "Answers") -> None:
        """Write what `other` says of the rows at `places`."""
        self.outcome[places], self.reviews[places] = other.outcome, other.reviews
        self.missed[places], self.left[places] = other.missed, other.left


def bits(reviews: tuple[Review, ...]) -> int:
    """Reviews as one number."""
    return sum(1 << review for review in reviews)


def answer_by(block: Block, policy: InForce, here: Mapping[str, str], rows: Any) -> Answers:
    """What the policy says of `rows`, whose company is `here`; one with two sides is asked on both, the strictest holds."""
    if not policy.sides:
        return answer(Asking(block, policy, here), rows)
    found = Answers.blank(len(rows))
    for side, seat in policy.sides:
        there = {name: getattr(seat, name) for name in here}
        said = answer(Asking(block, side, there), rows)
        found.outcome = np.maximum(found.outcome, said.outcome)
        found.reviews |= said.reviews
        found.missed |= said.missed
        found.left |= said.left
    prohibited = found.outcome == Outcome.PROHIBITED
    found.reviews[prohibited] = found.reviews[prohibited] & ~MANAGER | COMPLIANCE
    found.left |= found.outcome == Outcome.INVALID  # why, and what of it is told, the engine knows
    return found


def answer(asking: Asking, rows: Any) -> Answers:
    """What the policy says of `rows` (numbers of rows of the block)."""
    found = Answers.blank(len(rows))
    if not asking.policy.documents:
        found.outcome[:] = Outcome.RECORD
        return found
    block, policy = asking.block, asking.policy
    known = block.value[rows] != packing.NOTHING
    failed = block.whole(policy.currency(asking.currency), policy.max_age).failed[rows] & known
    valued = known.copy()  # or of unknown value, and a rule is about that
    for chapter in policy.chapters:
        matched = np.zeros(len(rows), bool)
        for _, rule in chapter.rules:
            places = _ask(asking, rule, rows, found.left)
            matched[places] = True
            _unite(found, rule, places, ~block.in_future[rows[places]])
            if rule.asks_for_unknown_value:
                valued[places] = True
        if chapter.document.otherwise is not None:
            _otherwise(found, chapter.document.otherwise, ~matched, block.profiles.kind[block.profile[rows]])
    _finish(found, block, rows, failed, valued)
    return found


def _ask(asking: Asking, rule: Rule, rows: Any, left: Any) -> Any:
    """The places among `rows` of those the rule matches: first by what they have in common, then by what differs.

    Where a condition is OPEN, or may lack a rate (which the engine minds even where another condition fails), the row is `left`.
    """
    name = ("rule", id(rule), asking.reading, asking.here)
    table, about, by_row = asking.block.profiles.once(name, lambda: _common(asking, rule))
    profiles = asking.block.profile[rows]
    for condition, _ in by_row:
        lacking = asking.stumbles(condition)
        if lacking is not None:
            left |= about[profiles] & lacking[rows]
    said = table[profiles]
    places = np.flatnonzero(said)
    unclear = said[places] == OPEN
    for condition, wanted in by_row:
        told = asking.told(condition, rows[places])
        goes_on = told != (NO if wanted else YES)
        unclear = (unclear | (told == OPEN))[goes_on]
        places = places[goes_on]
    left[places[unclear]] = True
    return places[~unclear]


def _common(asking: Asking, rule: Rule) -> tuple[Any, Any, list[Any]]:
    """Which profiles the rule can match (YES, or OPEN), which it is about at all, and the conditions that differ from row to row."""
    about, _ = asking.table(("kinds", rule.kinds), lambda facts: not rule.kind_set.isdisjoint(asking.look(facts).kinds))
    wide = about == YES
    if rule.directions:
        directions = np.array([direction in rule.directions for direction in DIRECTIONS])
        wide &= directions[asking.block.profiles.direction]
    table, by_row = np.where(wide, YES, NO).astype(np.int8), []
    for condition, wanted in rule.conditions:
        if _is_by_row(asking, condition):
            by_row.append((condition, wanted))
            continue
        answers, _ = asking.condition_table(condition)
        table[answers == (NO if wanted else YES)] = NO
        table[(answers == OPEN) & (table == YES)] = OPEN
    return table, wide, by_row


def _is_by_row(asking: Asking, condition: Any) -> bool:
    if asking.has_form(condition):
        return True
    return bool(asking.condition_table(condition)[1])


def _unite(found: Answers, rule: Rule, places: Any, too_late: Any) -> None:
    """Add what the rule asks for at these places; `too_late` are those that lie behind already."""
    found.outcome[places] = np.maximum(found.outcome[places], int(rule.outcome.outcome))
    found.reviews[places] |= bits(rule.outcome.reviews)
    if rule.attributes.beforehand:
        found.missed[places] |= too_late


def _otherwise(found: Answers, otherwise: Otherwise, unmatched: Any, kinds: Any) -> None:
    """What a document says of rows that none of its rules matched."""
    routes = [otherwise.route_for(kind) for kind in KINDS]
    outcomes = np.array([-1 if route is None else int(route.outcome) for route in routes], np.int8)
    reviews = np.array([0 if route is None else bits(route.reviews) for route in routes], np.int8)
    found.outcome = np.where(unmatched, np.maximum(found.outcome, outcomes[kinds]), found.outcome)
    found.reviews |= np.where(unmatched, reviews[kinds], 0).astype(np.int8)


def _finish(found: Answers, block: Block, rows: Any, failed: Any, valued: Any) -> None:
    """What was not kept is recorded; what cannot be answered is INVALID; what is prohibited goes to compliance, past the manager."""
    profiles = block.profile[rows]
    tables = block.profiles
    given_back, one_off, unsound = tables.given_back[profiles], tables.one_off[profiles], tables.unsound[profiles]
    nothing = given_back | (found.outcome < 0)
    found.outcome[nothing], found.reviews[nothing], found.missed[nothing] = Outcome.RECORD, 0, False
    prohibited = found.outcome == Outcome.PROHIBITED
    found.reviews[prohibited] = found.reviews[prohibited] & ~MANAGER | COMPLIANCE
    invalid = unsound | failed | (~valued & one_off & ~given_back)
    found.reviews[found.outcome == Outcome.INVALID] = 0  # a rule's own answer, with all that it found
    found.outcome[invalid], found.reviews[invalid], found.missed[invalid] = Outcome.INVALID, 0, False
    found.left &= ~(unsound | failed)  # nothing that a rule might say alters that
