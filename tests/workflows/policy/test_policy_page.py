"""docs/policy.md teaches by examples, and each of them is true: its documents are read and its cases run as they stand there."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workflows.policy.given import said
from workflows.policy.document import PolicyError, parse
from workflows.policy.predicates import PREDICATES
from workflows.policy.rules import Attributes
from workflows.policy.scenarios.run import run
from workflows.policy.scenarios.settings import Documents

PAGE = Path("docs/policy.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (\d+)\. .*?$(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)


def block(text: str, language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return str(found)


WHOLE = tomllib.loads(block(SECTIONS[0][1], "toml"))


def with_the_rest(part: dict[str, Any]) -> dict[str, Any]:
    """What an example shows, with the words for people it leaves out and all else of the first one."""
    words = {"clause": "0", "heading": said(), "sentence": said()}
    return {**WHOLE, **part, "rules": [words | rule for rule in part["rules"]]}


CASES = [
    (number, case["id"], case, with_the_rest(tomllib.loads(block(text, "toml"))))
    for number, text in SECTIONS
    for case in yaml.safe_load(block(text, "yaml"))
]


@pytest.mark.parametrize(
    ("case", "content"), [(case, content) for *_, case, content in CASES], ids=[f"{n}-{i}" for n, i, *_ in CASES]
)
def test_the_page_says_what_is_so(case: dict[str, Any], content: dict[str, Any]) -> None:
    (told,) = run({"scenarios": [{"policy": "EXAMPLE", **case}]}, Documents({"example": (content,)}))
    assert told.differs == ()


def test_there_are_ten_examples() -> None:
    assert [number for number, _ in SECTIONS] == [str(number) for number in range(1, 11)]


def test_the_mistake_is_answered_as_the_page_says() -> None:
    with pytest.raises(PolicyError) as refused:
        parse(with_the_rest(tomllib.loads(block(PAGE, "toml mistake"))), "example")
    assert str(refused.value) == block(PAGE, "text").strip()


def test_the_page_names_every_word_of_the_language() -> None:
    end = PAGE[PAGE.index("## All questions a rule may ask") :]
    named = set(re.findall(r"`(\w+)`", end))
    assert set(PREDICATES) <= named
    assert set(Attributes.model_fields) <= named
