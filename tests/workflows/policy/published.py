"""One condition tried by itself: does it hold of a gift, and what is said where a document is refused."""

from typing import Any

import pytest

from tests.workflows.policy.given import ask, document, matched, policy, rule
from workflows.policy.document import PolicyError
from workflows.words import Kind

EURO = {"EUR": "100"}


def holds(when: dict[str, Any], facts: Any, *items: Any, **more: Any) -> bool:
    in_force = policy(rule("it", kinds=[kind.value for kind in Kind], when=when, outcome="compliance"), **more)
    found = ask(facts, in_force, *items)
    assert not found.problems
    return "it" in matched(found)


def refused(*rules: dict[str, Any], **more: Any) -> str:
    with pytest.raises(PolicyError) as error:
        document(*rules, **more)
    return str(error.value)
