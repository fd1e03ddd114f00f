from datetime import date
from typing import Any

import pytest

from tests.workflows.policy.given import amendment, content, document, gift, rule, said
from workflows.policy.document import PolicyError, digest, load, parse
from workflows.policy.in_force import InForce, Seat, day_in_force, in_force
from workflows.words import Kind, Review


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(PolicyError) as raised:
        parse(data, "code.toml")
    return str(raised.value)


def with_rule(**more: Any) -> dict[str, Any]:
    return content(rule("limit", **more))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (with_rule(when={"valu": {}}), "code.toml, rule limit, when: “valu” is not a known predicate; did you mean “value”?"),
        (with_rule(kinds=["gifts"]), "code.toml, rule limit, kinds.0: “gifts” is not a known kind; did you mean “gift”?"),
        (
            with_rule(directions=["recieved"]),
            "code.toml, rule limit, directions.0: “recieved” is not a known direction; did you mean “received”?",
        ),
        (
            with_rule(outcome="manger"),
            "code.toml, rule limit, outcome: “manger” is not a known outcome; did you mean “manager”?",
        ),
        (with_rule(claus="1"), "code.toml, rule limit: “claus” is not a known key; did you mean “clause”?"),
        (content(titel=said()), "code.toml: “titel” is not a known key; did you mean “title”?"),
        (
            with_rule(amend="may_tigthen"),
            "code.toml, rule limit, amend: “may_tigthen” is not a known word for amend; did you mean “may_tighten”?",
        ),
        (
            with_rule(when={"value": {"ovr": {"EUR": "1"}}}),
            "code.toml, rule limit, when.value: “ovr” is not a known key; did you mean “over”?",
        ),
        (
            with_rule(when={"counterparty_class": ["suplier"]}),
            "code.toml, rule limit, when.counterparty_class: “suplier” is not a known class; did you mean “supplier”?",
        ),
        (
            with_rule(when={"form": ["gift_crad"]}),
            "code.toml, rule limit, when.form: “gift_crad” is not a known form (list it in classes); did you mean “gift_card”?",
        ),
    ],
)
def test_an_unknown_word_is_refused_with_its_place_and_the_nearest_known_one(data: dict[str, Any], sentence: str) -> None:
    assert refusal(data) == sentence


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (with_rule(when={"value": {"over": {"DKK": "1"}}}), "the limit lacks its amount in the document's base currency EUR"),
        (with_rule(when={"value": {"over": {"EUR": 1.5}}}), "write the amount in quotation marks"),
        (with_rule(when={"value": {"over": {"EUR": True}}}), "write the amount in quotation marks"),
        (with_rule(when={"value": {"over": {"EUR": "abc"}}}), "is not an amount of EUR"),
        (with_rule(when={"value": {"over": {"EUR": "1.005"}}}), "is not an amount of EUR"),
        (with_rule(when={"value": {"over": {"EUR": "-1"}}}), "is not an amount of EUR"),
        (with_rule(when={"value": {"over": {"EUR": "NaN"}}}), "is not an amount of EUR"),
        (with_rule(when={"value": {"over": {"EUR": "1", "JPY": "0.5"}}}), "is not an amount of JPY"),
        (with_rule(when={"value": {"over": {"EUR": "1", "eur": "1"}}}), "is not a currency code"),
        (with_rule(when={"value": {"over": "67"}}), "a limit is a table of amounts per currency"),
        (with_rule(when={"value": {}}), "state exactly one of over, at_least, up_to, under"),
        (with_rule(when={"value": {"over": {"EUR": "1"}, "under": {"EUR": "2"}}}), "state exactly one of"),
        (with_rule(when={"official": "yes"}), "the answer is true or false"),
        (with_rule(when={"country": []}), "state one word or a list of words"),
        (with_rule(when={"country": 7}), "state one word or a list of words"),
        (with_rule(when={"country": [7]}), "state one word or a list of words"),
        (with_rule(when={"kind": ["gifts"]}), "when.kind.values.0: “gifts” is not a known kind"),
        (with_rule(when={"percent": {"over": 15}}), "a share in percent is written as text"),
        (with_rule(when={"percent": {"over": "many"}}), "a share in percent is written as text"),
        (with_rule(when={"percent": {"over": "101"}}), "a share in percent is written as text"),
        (with_rule(when={"percent": {"over": "0.005"}}), "a share in percent is written as text"),
        (with_rule(when={"trifle": {"over": {"EUR": "20"}}}), "a trifle is stated with up_to"),
        (with_rule(when={"rolling_total": {"over": {"EUR": "20"}}}), "rolling_total.months: this is missing"),
        (with_rule(when=["value"]), "conditions are a table of predicates"),
        (with_rule(outcome=[]), "an outcome is one word or a list of reviews"),
        (with_rule(outcome=7), "an outcome is one word or a list of reviews"),
        (with_rule(outcome=["record", "manager"]), "“record” stands alone; only reviews can be joined"),
        (with_rule(sentence={"en": "Yes.", "da": " ", "ja": "はい。"}), "sentence.da: the text is empty"),
        (with_rule(sentence={"en": "Yes.", "ja": "はい。"}), "sentence.da: this is missing"),
        (content(rule("a"), rule("a")), "rule a: there are two rules with this id"),
        (content(rules=[{"clause": "1"}]), "rule 1, id: this is missing"),
        (content(rules=["x"]), "rule 1: "),
        (content(rules="x"), "code.toml, rules: "),
        (content(time_zone="Europe/Copenhague"), "“Europe/Copenhague” is not a time zone"),
        (content(filing=None), "a document of the group states otherwise, not_kept, filing and deadlines"),
        (content(deadlines={"manager": {"remind_after": 5, "escalate_after": 5}}), "escalate_after must be later"),
        (
            content(otherwise={"clause": "0", "heading": said(), "sentence": said(), "gift": "record"}),
            "code.toml, otherwise.entertainment: this is missing",
        ),
    ],
)
def test_what_a_document_cannot_mean_is_refused_with_a_sentence(data: dict[str, Any], part: str) -> None:
    sentence = refusal(data)
    assert sentence.startswith("code.toml")
    assert part in sentence


def test_a_text_that_is_no_toml_is_refused() -> None:
    for text in ("key = ", b"\xff"):
        with pytest.raises(PolicyError, match=r"^bad\.toml: this is not a TOML document"):
            load(text, "bad.toml")


def test_a_toml_text_reads_the_same_as_text_and_as_bytes() -> None:
    text = """
key = "dk"
company = "NL-DK"
title = { en = "A", da = "A", ja = "A" }
effective_from = 2026-01-01
approved_by = "The board"
approved_on = 2025-12-01
base_currency = "DKK"
time_zone = "Europe/Copenhagen"
holiday_calendar = "DK"
"""
    assert load(text, "dk.toml") == load(text.encode(), "dk.toml")
    assert load(text, "dk.toml").rules == ()


def test_the_digest_changes_with_the_content_only() -> None:
    one = document(rule("a", when={"value": {"over": {"EUR": "67", "DKK": "500"}}, "country": ["DK", "SE"]}))
    same = document(rule("a", when={"country": ["SE", "DK"], "value": {"over": {"DKK": "500.00", "EUR": "67"}}}))
    other = document(rule("a", when={"value": {"over": {"EUR": "67.01", "DKK": "500"}}, "country": ["DK", "SE"]}))
    assert one.digest == digest(one)
    assert len(one.digest) == 64
    assert digest(other) != digest(one)
    again = document(rule("a", when={"value": {"over": {"DKK": "500.00", "EUR": "67"}}, "country": ["SE", "DK"]}))
    assert digest(again) == digest(one)
    assert digest(same) == digest(one)


def test_predicates_may_be_asked_twice_in_a_list_of_tables() -> None:
    (both,) = document(
        rule("a", when=[{"value": {"over": {"EUR": "10"}}}, {"value": {"up_to": {"EUR": "20"}}}], unless={"country": "DK"})
    ).rules
    assert [(condition.name, wanted) for condition, wanted in both.conditions] == [
        ("value", True),
        ("value", True),
        ("country", False),
    ]


def test_the_newest_version_that_has_taken_effect_is_in_force() -> None:
    old, new = document(), document(effective_from=date(2026, 6, 1))
    for on, expected in ((date(2026, 1, 1), old), (date(2026, 5, 31), old), (date(2026, 6, 1), new)):
        for order in ((old, new), (new, old)):
            assert in_force(order, "NL-DK", ("NL",), on).documents == (expected,)
    assert in_force((old, new), "NL-DK", (), date(2025, 12, 31)) == InForce()


def test_the_group_comes_first_then_the_companies_above_then_the_own_one() -> None:
    code = document()
    nordic = amendment(key="nordic", company="NL-N")
    danish, german = amendment(), amendment(key="germany", company="NL-DE")
    found = in_force((danish, german, nordic, code), "NL-DK", ("NL-N", "NL"), date(2026, 5, 1))
    assert found.documents == (code, nordic, danish)


def test_an_amendment_stands_in_the_place_of_the_rule_it_replaces() -> None:
    code = document(rule("a", amend="may_replace"), rule("b"))
    danish = amendment(rule("dk-a", replaces="a"), rule("dk-b"))
    found = in_force((code, danish), "NL-DK", (), date(2026, 5, 1))
    assert [[r.id for _, r in chapter.rules] for chapter in found.chapters] == [["b", "dk-a"], ["dk-b"]]
    assert found.replaced == {"code/a"}
    assert {r.id for _, r in in_force((code, danish), "NL-DE", (), date(2026, 5, 1)).rules} == {"a", "b"}


def test_a_replacement_is_asked_even_where_the_rule_it_replaces_is_gone() -> None:
    found = in_force((document(rule("b")), amendment(rule("dk-a", replaces="a"))), "NL-DK", (), date(2026, 5, 1))
    assert [[r.id for _, r in chapter.rules] for chapter in found.chapters] == [["b"], ["dk-a"]]


def test_who_belongs_to_two_companies_is_under_both() -> None:
    code = document(rule("a", amend="may_replace"))
    danish, german = amendment(rule("dk-a", replaces="a")), amendment(rule("de-b"), key="germany", company="NL-DE")
    documents = (code, danish, german)
    theirs = in_force(documents, "NL-DE", (), date(2026, 5, 1))
    both = in_force(documents, "NL-DK", (), date(2026, 5, 1)).join(Seat("NL-DK", "DK", "DKK"), theirs, Seat("NL-DE", "DE", "EUR"))
    assert {r.id for _, r in both.rules} == {"a", "dk-a", "de-b"}
    assert both.documents == (code, danish, german)


def test_the_digest_in_force_pins_documents_and_what_is_replaced() -> None:
    code, danish = document(rule("a", amend="may_replace")), amendment(rule("dk-a", replaces="a"))
    digests = {InForce((code,)).digest, InForce((code, danish)).digest, InForce((code, danish), frozenset({"code/a"})).digest}
    assert len(digests) == 3
    assert InForce((code,)).digest == InForce((document(rule("a", amend="may_replace")),)).digest


def test_the_shortest_deadline_and_the_shortest_filing_time_hold() -> None:
    slow = {"manager": {"remind_after": 4, "escalate_after": 9}, "compliance": {"remind_after": 1, "escalate_after": 9}}
    quick = {"manager": {"remind_after": 2, "escalate_after": 4}}
    both = InForce((document(deadlines=slow, filing={"days": 30, "travel": 10}), amendment(deadlines=quick, filing={"days": 20})))
    assert (both.deadlines.of(Review.MANAGER).remind_after, both.deadlines.of(Review.MANAGER).escalate_after) == (2, 4)
    assert (both.deadlines.of(Review.COMPLIANCE).remind_after, both.deadlines.of(Review.COMPLIANCE).escalate_after) == (1, 5)
    on = date(2026, 3, 1)
    assert both.filing_due(Kind.GIFT, on) == date(2026, 3, 21)
    assert both.filing_due(Kind.TRAVEL, on) == date(2026, 3, 11)
    assert InForce().filing_due(Kind.GIFT, on) is None
    assert InForce().deadlines.of(Review.EXECUTIVE).escalate_after == 10


def test_the_shortest_rate_age_and_every_class_hold() -> None:
    both = InForce((document(), amendment(rate_max_age=10, classes={"meal": ["lunch"], "official": ["hospital"]})))
    assert both.max_age.days == 10
    assert both.classes["meal"] == {"meal", "lunch"}
    assert both.classes["official"] == {"public_official", "hospital"}
    assert document().max_age.days == 45


def test_the_event_selects_the_version_for_events_and_the_filing_for_what_lasts() -> None:
    filed, event = date(2026, 6, 2), date(2026, 5, 20)
    assert day_in_force(gift(filed_on=filed, occurred_on=event)) == event
    assert day_in_force(gift(filed_on=filed, occurred_on=None)) == filed
    assert day_in_force(gift(kind=Kind.INTEREST, filed_on=filed, occurred_on=event)) == filed


def test_things_are_shown_in_the_companys_currency_if_any_limit_is_stated_in_it() -> None:
    stated = InForce((document(rule("a", when={"value": {"over": {"EUR": "67", "DKK": "500"}}})),))
    assert stated.currency("DKK") == "DKK"
    assert stated.currency("SEK") == "EUR"
