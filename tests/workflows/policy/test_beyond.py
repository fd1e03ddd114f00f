"""A policy that asks too much of whoever reads it is refused in a sentence, at once."""

from typing import Any

import pytest

from tests.workflows.policy.given import content, rule
from workflows.policy.document import PolicyError, load, parse


@pytest.mark.parametrize("amount", ["1e30", "1e99999999", "9e-99999999", "9" * 40, "NaN", "-1", "1.005", int("9" * 19)])
def test_an_amount_is_written_in_plain_digits_that_can_be_counted(amount: Any) -> None:
    with pytest.raises(PolicyError, match="is not an amount of EUR"):
        parse(content(rule("limit", when={"value": {"over": {"EUR": amount}}})), "code.toml")


@pytest.mark.parametrize("share", ["1e99999999", "1e2", "100.01", "0.001", "-1", 15])
def test_a_share_in_percent_is_written_in_plain_digits(share: Any) -> None:
    with pytest.raises(PolicyError, match="a share in percent"):
        parse(content(rule("limit", when={"percent": {"over": share}})), "code.toml")


@pytest.mark.parametrize("text", ["a = " + "9" * 5000, "a = " + "[" * 3000, "a = " + "{a=" * 2000, "a." * 200_000 + "a = 1"])
def test_a_number_or_a_nesting_without_end_is_no_document(text: str) -> None:
    with pytest.raises(PolicyError, match="this is not a TOML document"):
        load(text, "code.toml")
