"""Nothing that differs between two versions of a policy goes unsaid, and nothing that is the same is said."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from declarations.policies.comparing import differences
from declarations.policies.words import KEYS
from declarations.policy_drafts.text import Path, changed, content
from tests.declarations.test_policy_text import DENMARK, TEXTS, at, context, leaves
from workflows.policy.document import Document, PolicyError, load, parse
from workflows.policy.predicates import PREDICATES
from workflows.policy.rules import Attributes, Deadline, Deadlines, Filing, Otherwise, Rule

__all__ = ["context"]  # the fixture
pytestmark = pytest.mark.usefixtures("context")


def said(before: str, after: str, currency: str | None = None) -> list[str]:
    found = differences(load(after, "after"), load(before, "before"), currency)
    return [f"{one.clause} {one.sentence}".strip().replace("\xa0", " ") for one in found]


def other(value: Any) -> list[Any]:
    """Values that might do instead; the document says which can be."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, list):
        return [value[:-1], [*value, "given"], [*value, "gift"], [*value, "meal"], ["executive"]]
    return [f"{value}1", f"{value}-x", "compliance", "executive", "fixed", "may_tighten", "quarter", "received", "Europe/Paris"]


def _with(raw: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    changed_to = deepcopy(raw)
    at(changed_to, path[:-1])[path[-1]] = value
    return changed_to


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_value_that_can_be_changed_is_said_when_it_is(name: str) -> None:
    before = load(TEXTS[name], name)
    raw, tried = content(TEXTS[name]), 0
    for path in leaves(raw):
        if path in (("key",), ("company",)):
            continue
        for value in other(at(raw, path)):
            try:
                after = parse(_with(raw, path, value), name)
            except PolicyError:
                continue
            if after.digest != before.digest:
                assert differences(after, before), (path, value)
                tried += 1
                break
    assert tried > len(raw["rules"])


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_is_the_same_is_not_said(name: str) -> None:
    assert said(TEXTS[name], TEXTS[name]) == []


def test_a_limit_is_said_with_its_old_number_in_every_currency_or_in_the_readers() -> None:
    after = changed(
        DENMARK,
        {("rules", 0, "when", "per_head", "over", "DKK"): "400", ("rules", 0, "when", "per_head", "over", "EUR"): "53"},
    )
    assert said(DENMARK, after) == ["DK 1 Meals above the Danish limit: now DKK 400, it was DKK 450; now EUR 53, it was EUR 60."]
    assert said(DENMARK, after, "EUR") == ["DK 1 Meals above the Danish limit: now EUR 53, it was EUR 60."]


def test_words_classes_and_who_decides_are_said() -> None:
    heading, classes, outcome = ("rules", 0, "heading", "en"), ("classes", "meal"), ("rules", 1, "outcome")
    after = changed(DENMARK, {heading: "Meals", classes: ["meal"], outcome: ["manager", "compliance"]})
    assert said(DENMARK, after) == [
        "The document: Classes, meal: now meal, it was meal, refreshments.",
        "DK 1 Meals: Heading, English: now “Meals”, it was “Meals above the Danish limit”.",
        "DK 2 Often from one giver: What follows: now Manager + Compliance, it was Manager.",
    ]


def test_a_rule_and_a_condition_that_come_and_go_are_said() -> None:
    after = changed(DENMARK, {("rules", 0, "when", "official"): True, ("rules", 2): None})
    assert said(DENMARK, after) == [
        "DK 1 Meals above the Danish limit: When all of this holds: now A public official is involved; "
        "A public official is involved: now yes.",
        "DK 3 Gone: Business and first class.",
    ]
    assert said(after, DENMARK)[1] == "DK 3 New: Business and first class."


def test_clauses_come_in_the_order_people_count() -> None:
    ten, nine = ("rules", 0, "clause"), ("rules", 1, "clause")
    before = changed(DENMARK, {ten: "DK 10", nine: "DK 9"})
    after = changed(before, {("rules", 0, "outcome"): "compliance", ("rules", 1, "outcome"): "compliance"})
    assert [line.split()[1] for line in said(before, after)] == ["9", "10"]


def test_every_key_a_document_can_state_has_its_words() -> None:
    tables = [Document, Rule, Attributes, Filing, Deadline, Deadlines, Otherwise, *(one.settings for one in PREDICATES.values())]
    keys = {name for table in tables for name in table.model_fields} | set(PREDICATES)
    assert keys - set(KEYS) == set()
