"""Canonical JSON made quickly is the canonical JSON of RFC 8785, and what has none is refused the same way."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as some

from declarations import canonical
from workflows.words import Review, State

words = some.text(some.characters(codec="utf-8"), max_size=8)
numbers = some.integers(-(2**53) + 1, 2**53 - 1) | some.floats(allow_nan=False, allow_infinity=False)
values = some.recursive(
    some.none() | some.booleans() | numbers | words,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_the_bytes_are_those_of_the_library(value: object) -> None:
    assert canonical.dumps(value) == rfc8785.dumps(value)


def test_keys_stand_in_the_order_of_utf_16_and_every_control_character_is_escaped() -> None:
    for value in ({"\U0001f600": 1, "ﬀ": 2, "a": 3}, "".join(map(chr, range(0x80))), {"b": (1, 2), "a": {"": None}}, 2**53 - 1):
        assert canonical.dumps(value) == rfc8785.dumps(value)


def test_words_and_numbers_of_a_type_of_their_own_are_written_as_what_they_are() -> None:
    assert canonical.dumps({"state": State.APPROVED, "review": Review.MANAGER}) == rfc8785.dumps(
        {"state": State.APPROVED, "review": Review.MANAGER}
    )


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {"\udfff": 1}, ["\ud800"]])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        rfc8785.dumps(value)  # type: ignore[arg-type]
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical.dumps({"a": [value]})


def test_what_is_no_json_is_refused() -> None:
    for value in ({1: 2}, {"a": {1, 2}}, object()):
        with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
            canonical.dumps(value)
