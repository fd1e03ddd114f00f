"""What the proof looks at, what it leaves out and says so, and when it refuses because it cannot tell."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from tests.workflows.policy.amending import CODE, instead, more, ours
from tests.workflows.policy.given import amendment, content, document, gift, item, rule
from workflows.policy.amend import broken, unfit
from workflows.policy.document import Document
from workflows.policy.proof import prove as proving
from workflows.policy.proof import search, sums
from workflows.policy.proof.axes import AXES
from workflows.policy.proof.cells import Cell
from workflows.policy.proof.inequalities import Asked, Met, attempt
from workflows.policy.proof.prove import Place, Refusal, prove
from workflows.policy.proof.regions import CannotCompare, Quantity, Stretch, choices
from workflows.policy.proof.words import told

OVER_100 = {"per_head": {"over": {"EUR": "100"}}}
MANAGER_OVER_100 = rule("limit", when=OVER_100, amend="may_tighten")


def refused(*documents: Document, places: tuple[Place, ...] = ()) -> list[Refusal]:
    return list(prove(documents, places).refusals)


def sentence(code: Document, mine: Document, *places: Place) -> str:
    """What the only refusal says, or why it could not tell."""
    (refusal,) = prove((code, mine), places).refusals
    return told(refusal.witness) if refusal.witness else refusal.why


def test_a_proof_says_what_it_looked_at_and_how_each_clause_stands() -> None:
    code = document(MANAGER_OVER_100, rule("free", amend="may_replace"), rule("kept"))
    mine = amendment(rule("a", replaces="limit"), rule("b", replaces="free", outcome="compliance"))
    proof = prove((code, mine))
    assert proof.holds
    assert proof.regions > 0
    assert proof.seconds > 0
    assert [(clause.rule, clause.how, clause.by) for clause in proof.clauses] == [
        ("limit", "tightened", ("denmark/a",)),
        ("free", "replaced", ("denmark/b",)),
        ("kept", "untouched", ()),
    ]


def test_what_was_compared_once_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "KEPT", 1)
    first, second = (document(MANAGER_OVER_100), amendment()), (document(rule("x"), rule("y")), amendment())
    before = prove(first).regions
    prove(second)
    assert prove(first).regions == before


def test_nothing_is_compared_where_there_is_no_code_or_no_amendment() -> None:
    assert prove((amendment(rule("a")),)) == replace(prove((document(rule("a")),)), seconds=pytest.approx(0, abs=1))


def test_a_rule_that_may_be_replaced_is_outside_but_not_what_held_otherwise() -> None:
    heading = {"clause": "0", "heading": rule("x")["heading"], "sentence": rule("x")["sentence"]}
    otherwise = heading | dict.fromkeys(["gift", "entertainment", "travel", "interest", "conflict", "donation"], "compliance")
    small = rule("small", when={"per_head": {"up_to": {"EUR": "20"}}}, outcome="record", amend="may_replace")
    code = document(small, otherwise=otherwise)
    assert prove((code, amendment(rule("a", replaces="small", when=OVER_100, outcome="executive")))).refusals
    assert prove((code, amendment(rule("a", replaces="small", when=OVER_100, outcome=["compliance", "executive"])))).holds
    (refusal,) = refused(code, amendment(rule("a", replaces="small", when=OVER_100, outcome="record")))
    assert (refusal.rule_of_code, refusal.rule, refusal.clause) == ("otherwise", "a", "0")


def test_an_amendment_is_compared_in_the_currency_of_the_company_it_is_asked_in() -> None:
    limit = {"per_head": {"over": {"EUR": "100", "DKK": "700", "SEK": "1000"}}}
    code = document(rule("limit", when=limit, amend="may_tighten"))
    mine = amendment(rule("a", replaces="limit", when={"per_head": {"over": {"DKK": "600", "SEK": "1100"}}}), base_currency="DKK")
    assert refused(code, mine) == []
    assert "of SEK 1001" in sentence(code, mine, Place("NL-DK", "SEK"))
    assert refused(code, mine, places=(Place("NL-DK", "DKK"), Place("NL-NO", "NOK"))) == []


def test_where_the_companys_currency_is_in_one_table_only_no_rate_is_assumed() -> None:
    code = document(MANAGER_OVER_100)
    danish = amendment(rule("a", replaces="limit", when={"per_head": {"over": {"DKK": "1"}}}), base_currency="DKK")
    (refusal,) = refused(code, danish)
    assert refusal.witness is not None
    assert refusal.witness.lost == ("outcome", "reviews")
    assert refused(code, amendment(rule("a", replaces="limit"), base_currency="DKK")) == []


def test_totals_in_two_currencies_are_compared_at_any_rate() -> None:
    total = {"rolling_total": {"months": 12, "over": {"EUR": "100"}}}
    code = document(rule("limit", when=total, amend="may_tighten"))
    danish = {"rolling_total": {"months": 12, "over": {"DKK": "1"}}}
    (refusal,) = refused(code, amendment(rule("a", replaces="limit", when=danish), base_currency="DKK"))
    assert refusal.witness is not None


def test_companies_below_are_proved_with_the_documents_of_those_above() -> None:
    code = document(rule("one", amend="may_tighten"), rule("other", amend="may_tighten"))
    upper = amendment(rule("a", replaces="one", outcome="record"))
    lower = amendment(rule("b", replaces="other", outcome="record"), key="below", company="NL-DK-1")
    alone, below = Place("NL-DK", "EUR"), Place("NL-DK-1", "EUR", ("NL-DK",))
    assert refused(code, upper) == refused(code, lower) == []
    (refusal, *_) = refused(code, upper, lower, places=(alone, below))
    assert refusal.place == below
    assert refused(code, upper, lower, places=(alone, Place("NL-DK-1", "EUR"))) == []


def test_only_what_a_document_takes_part_in_is_looked_at() -> None:
    code = document(MANAGER_OVER_100)
    looser = amendment(rule("a", replaces="limit", outcome="record"))
    other = amendment(rule("b", replaces="limit"), key="sweden", company="NL-SE")
    assert prove((code, looser, other), about=other).holds
    assert not prove((code, looser, other), about=code).holds


def test_a_new_code_is_refused_while_an_amendment_would_then_be_looser() -> None:
    new = document(rule("limit", amend="may_tighten"), effective_from=date(2027, 1, 1))
    mine = amendment(rule("a", replaces="limit", when={"per_head": {"over": {"EUR": "90"}}}))
    (refusal,) = refused(document(MANAGER_OVER_100), mine, new)
    assert (refusal.document, refusal.version) == ("denmark", "2027-01-01")


def test_a_predicate_of_which_nothing_is_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(AXES, "solicited")
    code = document(rule("limit", when={"solicited": True}, amend="may_tighten"))
    mine = amendment(rule("a", replaces="limit"), title={"en": "Not known", "da": "Not known", "ja": "Not known"})
    assert sentence(code, mine) == "it is not known how the answers to solicited lie"
    assert broken((code, mine)) == (
        "denmark, rule a: code of 2026-01-01, clause limit, cannot be seen to stay as strict: it is not known how the answers to "
        "solicited lie.",
    )


def test_a_clause_nobody_can_tell_the_regions_of_stands_where_nothing_it_may_read_is_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(AXES, "companion")
    unknown = {"value_unknown": True, "companion": True}
    code = document(rule("unclear", when=unknown, outcome="compliance"), rule("limit", amend="may_tighten"), rate_max_age=44)
    assert refused(code, amendment(rule("more", outcome="record"), rule("a", replaces="limit"))) == []
    wider = amendment(rule("more", outcome="record"), classes={"official": ["hospital"]})
    assert {refusal.rule_of_code for refusal in refused(code, wider)} == {"unclear", "otherwise"}
    assert [refusal.rule for refusal in refused(code, amendment(rule("b", when=unknown)))] == ["b"]
    looser = amendment(rule("a", replaces="limit", when={"solicited": True}))
    assert [refusal.rule_of_code for refusal in refused(code, looser)] == ["limit"]


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"over": {"EUR": "1", "DKK": "7"}, "leave_out_up_to": {"EUR": "1"}}, "what a total leaves out is not stated in DKK"),
        ({"over": {"EUR": "1"}, "leave_out": list("abcdefg")}, "more than 6 exempt tags are named"),
    ],
)
def test_a_total_that_cannot_be_compared_is_refused(settings: dict[str, Any], why: str) -> None:
    code = document(rule("limit", when={"occasion_total": settings}, amend="may_tighten"))
    assert why in sentence(code, amendment(rule("a", replaces="limit")), Place("NL-DK", "DKK"))


def test_things_of_unknown_value_that_the_code_sends_back_are_not_let_through() -> None:
    code = document(rule("limit", when=OVER_100))
    mine = amendment(rule("a", when={"value_unknown": True}))
    (refusal,) = refused(code, mine)
    assert (refusal.rule_of_code, refusal.clause) == ("", "")
    assert sentence(code, mine) == (
        "a gift of unknown value received would go to the manager; the Code sends it back until its value is stated"
    )
    assert refused(document(rule("x", when={"value_unknown": True})), mine) == []


def test_what_lets_somebody_keep_a_thing_is_for_the_code_to_say() -> None:
    paid = rule("limit", when=OVER_100, amend="may_tighten", attributes={"pay": True})
    assert unfit((document(paid), amendment(rule("a", replaces="limit", when=OVER_100, attributes={"pay": True})))) == ()
    assert unfit((document(paid), amendment(rule("a", when=OVER_100, attributes={"pay": True})))) == (
        "denmark, rule a, attributes.pay: the Code does not allow it here.",
    )
    kept = {"attributes": {"part_may_be_kept": True}}
    assert len(unfit((document(paid), amendment(rule("a", **kept))))) == 1
    assert unfit((document(rule("b", **kept)), amendment(rule("a", **kept)))) == ()


def attributed(old: dict[str, Any], new: dict[str, Any], **content: Any) -> list[Refusal]:
    code = document(rule("limit", attributes=old, amend="may_tighten", **content))
    return refused(code, amendment(rule("a", replaces="limit", attributes=new, **content)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"beforehand": True}, {}),
        ({"if_unapproved": "decline"}, {"if_unapproved": "hand_it_over"}),
        ({"on_behalf_of": "the company"}, {}),
        ({"notify_before": True}, {"beforehand": True}),
        ({"report_by": True}, {}),
        ({"public_from": 10}, {"public_from": 11}),
        ({"public_from": 10}, {}),
    ],
)
def test_an_attribute_that_is_lost_is_looser(old: dict[str, Any], new: dict[str, Any]) -> None:
    (refusal,) = attributed(old, new)
    assert refusal.witness is not None
    assert refusal.witness.lost == tuple(old)
    assert "would no longer be asked" in told(refusal.witness)
    assert attributed(old, old) == attributed({}, new) == []


def test_an_earlier_publication_is_tighter() -> None:
    assert attributed({"public_from": 10}, {"public_from": 9}) == []


def test_earlier_things_to_register_are_those_of_the_same_total() -> None:
    total = {"rolling_total": {"months": 12, "over": {"EUR": "100"}}}
    register = {"also_register": True}
    assert attributed(register, register, when=total) == []
    code = document(rule("limit", attributes=register, amend="may_tighten", when=total))
    shorter = {"calendar_total": {"over": {"EUR": "0"}}}
    mine = amendment(
        rule("a", replaces="limit", attributes=register, when=shorter),
        rule("b", replaces="limit", attributes={}, when=total),
    )
    (refusal,) = refused(code, mine)
    assert refusal.rule_of_code == "limit"


def test_a_company_may_be_asked_about_and_where_it_lies() -> None:
    here = {"company": ["NL-DK"]}
    code = document(rule("limit", amend="may_tighten"))
    assert refused(code, amendment(rule("a", replaces="limit", when=here))) == []
    assert refused(code, amendment(rule("a", replaces="limit", unless=here)))
    danish = amendment(rule("a", replaces="limit", when={"company_country": ["DK"]}))
    assert refused(code, danish)


def test_the_sentence_names_what_matters() -> None:
    code = document(rule("limit", when={"official": True, **OVER_100}, outcome="compliance", amend="may_tighten"))
    mine = amendment(rule("a", replaces="limit", when={"official": True, **OVER_100}))
    assert sentence(code, mine) == (
        "a gift of EUR 101 received, with a public official among those who benefit would go to the manager; "
        "the Code asks for compliance"
    )


def test_the_sentence_of_an_amendment_of_the_default_pack() -> None:
    assert sentence(CODE, ours(instead("bidder", outcome="manager"))) == (
        "a gift of DKK 151 received from a bidder would go to the manager; the Code asks for compliance"
    )
    assert prove((CODE, ours(more("x", kinds=["gift"], outcome="no_declaration")))).holds


def test_what_would_take_too_many_regions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_REGIONS", 1)
    code = document(rule("limit", when={"solicited": True}, amend="may_tighten"))
    mine = amendment(rule("a", replaces="limit"), approved_by="Too many")
    assert {refusal.why for refusal in refused(code, mine)} == {"more than 1 regions would have to be compared"}


def test_a_share_among_more_than_are_tried_is_refused_without_a_thing_that_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"value": {"over": {"EUR": "1000"}}}
    code = document(rule("limit", when=whole, amend="may_tighten"))
    mine = amendment(rule("a", replaces="limit", when={**whole, "per_head": {"over": {"EUR": "10"}}}))
    assert "shared by 101" in sentence(code, mine)
    monkeypatch.setattr(sums, "MOST_SHARES", 2)
    monkeypatch.setattr(proving, "MOST_TRIED", 0)
    again = amendment(rule("b", replaces="limit", when={**whole, "per_head": {"over": {"EUR": "10"}}}))
    assert sentence(code, again) == ("it cannot be seen to be at least as strict")


def test_earlier_things_are_as_small_as_the_total_leaves_out() -> None:
    total = {"over": {"EUR": "500"}}
    little = {"value": {"up_to": {"EUR": "70"}}, "per_head": {"over": {"EUR": "60"}}}
    code = document(rule("limit", when={**little, "occasion_total": total}, amend="may_tighten"))
    small = {"occasion_total": {**total, "leave_out_up_to": {"EUR": "60"}}}
    (refusal,) = refused(code, amendment(rule("a", replaces="limit", when=small)))
    assert refusal.witness is not None
    assert len(refusal.witness.items) >= 7
    assert all(each.value is not None and each.value.minor <= 6000 for each in refusal.witness.items)


def test_earlier_things_have_an_amount_in_each_currency_compared() -> None:
    small = {"value": {"up_to": {"EUR": "50"}}}
    code = document(rule("limit", when={**small, "rolling_total": {"months": 12, "over": {"EUR": "100"}}}, amend="may_tighten"))
    mine = rule("a", replaces="limit", when={"rolling_total": {"months": 12, "over": {"DKK": "700"}}})
    (refusal,) = refused(code, amendment(mine, base_currency="DKK"))
    assert refusal.witness is not None
    assert {money.currency for each in refusal.witness.items for money in (each.value, each.base) if money} == {"EUR", "DKK"}


def test_what_became_of_a_thing_may_keep_it_out_of_a_total() -> None:
    code = document(rule("limit", when={"occasion_total": {"over": {"EUR": "100"}}}, amend="may_tighten"))
    handed_over = {"occasion_total": {"over": {"EUR": "100"}, "leave_out": ["surrendered"]}}
    (refusal,) = refused(code, amendment(rule("a", replaces="limit", when=handed_over)))
    assert refusal.witness is not None
    assert refusal.witness.lost


def test_one_review_may_be_asked_by_a_rule_and_another_by_what_holds_otherwise() -> None:
    whole = content()["otherwise"] | {"travel": "manager"}
    code = document(rule("limit", kinds=["travel"], amend="may_tighten"), otherwise=whole)
    abroad = rule("a", replaces="limit", kinds=["travel"], when={"country": ["DK"]})
    assert refused(code, amendment(abroad, rule("b", kinds=["travel"], outcome="compliance"))) == []


def test_an_axis_that_nobody_knows_cannot_be_cut() -> None:
    with pytest.raises(CannotCompare, match="the axis weather is not known"):
        choices("weather", frozenset())


def test_counts_that_only_halves_of_items_could_meet_are_left_undecided() -> None:
    counts = [Quantity("count", shape=name) for name in "abc"]
    two = Stretch((2, 0), (3, 0))
    pairs = [Cell(item(1), frozenset({one, other}), Stretch((0, 0), None)) for one, other in combinations(counts, 2)]
    asked = Asked(dict.fromkeys(counts, two), gift(), None, tuple(pairs), ("EUR",))
    assert attempt(asked, frozenset()) == Met(0)
