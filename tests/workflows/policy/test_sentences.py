"""What is wrong with a policy keeps its places open: said with other words, nothing of it is lost."""

from typing import Any

import pytest

from tests.workflows.policy.amending import CODE, instead, occasion, ours
from tests.workflows.policy.given import amendment, content, document, rule
from workflows.money import Money
from workflows.policy.amend import broken
from workflows.policy.check import check
from workflows.policy.document import PolicyError, load, parse
from workflows.policy.misread import said
from workflows.policy.sentences import Fault, Sentence, joined

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"key": "Not a key"}, "code.toml, key: use small letters, digits and single hyphens, such as gift-manager"),
    ({"key": 7}, "code.toml, key: write it as text, in quotation marks"),
    ({"base_currency": "Krone"}, "code.toml, base_currency: a currency is three capital letters, such as DKK"),
    ({"approved_by": ""}, "code.toml, approved_by: the text is empty"),
    ({"effective_from": "soon"}, "code.toml, effective_from: write a day, such as 2026-01-31"),
    ({"rate_max_age": 0}, "code.toml, rate_max_age: it must be at least 1"),
    ({"rate_max_age": 400}, "code.toml, rate_max_age: it must be at most 366"),
    ({"rate_max_age": "old"}, "code.toml, rate_max_age: write a whole number, without quotation marks"),
    ({"host_absent_is_gift": "perhaps"}, "code.toml, host_absent_is_gift: the answer is true or false"),
    ({"filing": 3}, "code.toml, filing: this must be a table"),
    ({"ranks": 3}, "code.toml, ranks: this must be a list"),
    ({"filing": {"days": 3, "counted_from": "now"}}, "code.toml, filing.counted_from: it is one of 'event' or 'next_quarter'"),
    ({"filing": {}}, "code.toml, filing.days: this is missing"),
    ({"rules": [rule("limit", kinds=[])]}, "code.toml, rule limit, kinds: at least one is needed"),
    ({"rules": [3]}, "code.toml, rule 1: this must be a table"),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_what_does_not_belong_in_a_place_is_said_by_what_does(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PolicyError) as raised:
        parse(content() | changes, "code.toml")
    assert raised.value.sentences[0] == sentence


def test_what_pydantic_says_in_a_way_nobody_foresaw_is_still_a_sentence() -> None:
    assert said({"type": "unforeseen"}) == "this is not what belongs here"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"a = 1\nb == 2", "x.toml: this is not a TOML document: look at line 2, column 4 (“Invalid value”)"),
        (b"a = ", "x.toml: this is not a TOML document: something is wrong at its end"),
        (b"\xff", "x.toml: this is not a TOML document: it is not written in UTF-8"),
    ],
)
def test_where_a_text_stops_being_toml_is_said_with_line_and_column(text: bytes, sentence: str) -> None:
    with pytest.raises(PolicyError) as raised:
        load(text, "x.toml")
    assert str(raised.value).startswith(sentence)


def test_each_word_is_translated_for_itself_and_nothing_of_a_document_is() -> None:
    fault = Fault(
        Sentence("“%(word)s” is not a known %(what)s", word="valu", what=Sentence("key")), document="x.toml", rule="a", key="when"
    )
    known = {"%(document)s, rule %(rule)s": "%(document)s, regel %(rule)s", "key": "nøgle"}
    known |= {
        "“%(word)s” is not a known %(what)s": "der er ingen %(what)s “%(word)s”",
        "%(place)s: %(said)s": "%(place)s – %(said)s",
    }
    assert fault == "x.toml, rule a, when: “valu” is not a known key"
    assert fault.told(lambda words: known.get(words, words)) == "x.toml, regel a, when – der er ingen nøgle “valu”"


def test_money_is_written_as_the_reader_writes_it() -> None:
    two = joined([Sentence("%(amount)s is much", amount=Money(150, "EUR")), Sentence("%(n)s is not", n=3)], "%(one)s; %(other)s")
    assert two == "EUR 1.50 is much; 3 is not"
    assert two.told(str, lambda money: "1,50 €") == "1,50 € is much; 3 is not"


def test_a_counter_example_is_said_in_other_words_part_by_part() -> None:
    (found,) = broken((CODE, ours(instead("gift-manager", when=occasion("501")))))
    words = {"%(behind)s would become looser: %(shown)s.": "%(behind)s bliver lempeligere: %(shown)s.", "a gift": "en gave"}
    assert found.startswith("ours, rule our-gift-manager: group-code of 2026-01-01, clause ")
    assert " would become looser: a gift of DKK 501" in found
    assert " bliver lempeligere: en gave of 501 kr." in found.told(lambda each: words.get(each, each), lambda money: "501 kr.")


def test_where_no_clause_is_behind_it_the_version_is_named_alone() -> None:
    code, mine = (
        document(rule("limit", when={"value": {"over": {"EUR": "100"}}})),
        amendment(rule("a", when={"value_unknown": True})),
    )
    (found,) = broken((code, mine))
    assert found.startswith("denmark, rule a: code of 2026-01-01 would become looser: a gift of unknown value ")


def test_all_that_stands_against_a_text_is_told_with_its_name() -> None:
    (found,) = check("a = ", "x.toml", ())
    assert found.told(lambda words: words.replace("its end", "slutningen")) == found.replace("its end", "slutningen")
