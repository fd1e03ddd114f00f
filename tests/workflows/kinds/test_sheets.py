"""A form asks for a circumstance only where a rule reads it, and what is answered reaches that rule."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.policy.given import company, policy, rule
from workflows.kinds import KINDS, Questionnaire, Type
from workflows.kinds.circumstances import CIRCUMSTANCES, NAMES, NONE
from workflows.kinds.hearing import hear
from workflows.kinds.reading import OtherSide, problems, read
from workflows.kinds.sheets import as_answered, every, sheet_of
from workflows.money import Rates
from workflows.policies import default_pack
from workflows.policy.assess import assess
from workflows.policy.in_force import InForce, in_force
from workflows.words import Direction, Kind, Outcome

ON = date(2026, 5, 20)
ACME = OtherSide(3, 30, "Acme", "customer", "DK")
WAYS = [(kind, way) for kind in Kind for way in (KINDS[kind].directions or (KINDS[kind].direction,))]
USUAL: dict[Kind, dict[str, str]] = {
    Kind.GIFT: {
        "counterparty": "Acme",
        "what": "Wine",
        "worth": "90",
        "became": "kept",
        "received_by": "Lee",
        "purpose": "Thanks",
    },
    Kind.ENTERTAINMENT: {
        "counterparty": "Acme",
        "what": "Food",
        "worth": "90",
        "heads": "1",
        "present": "Lee",
        "purpose": "Talk",
    },
    Kind.TRAVEL: {"counterparty": "Acme", "destination": "Berlin", "nights": "1", "worth": "90", "purpose": "Talk"},
    Kind.DONATION: {"counterparty": "Acme", "what": "Laptops", "worth": "90", "cause": "School"},
}


def under(when: dict[str, Any], kind: Kind, **more: Any) -> InForce:
    return policy(rule("asked", kinds=[kind.value], when=when, outcome="compliance", **more), year={"months": 12})


def asked(sheet: Questionnaire, direction: Direction | None) -> set[str]:
    known = {"direction": str(direction), "counterparty_known": "yes"}
    return {question.name for question in sheet.asked(known)}


def answered(
    in_use: InForce, kind: Kind, typed: dict[str, str], direction: Direction | None
) -> tuple[Outcome, dict[str, str], dict[str, Any]]:
    """The outcome of a form filled in so, what is wrong or missing, and the facts."""
    sheet = sheet_of(kind, in_use)
    form = USUAL[kind] | {"occurred_on": ON.isoformat(), "official": "no"} | typed
    answers, slips = hear(sheet, form, locale="en", currency="EUR", colleagues={"bo": 5})
    facts = read(kind, answers, declarant_id=9, filed_on=ON, direction=direction, counterparty=ACME, country="DK", sheet=sheet)
    wrong = problems(kind, answers, filed_on=ON, direction=direction, counterparty=ACME, sheet=sheet)
    found = assess(facts, items=(), policy=in_use, rates=Rates({}), company=company())
    told = {
        "parts": facts.parts,
        "event": facts.event,
        "household": facts.household,
        "named": facts.named,
        "outside": facts.outside,
    }
    return found.outcome, wrong | slips, told


G, E, T, D = Kind.GIFT, Kind.ENTERTAINMENT, Kind.TRAVEL, Kind.DONATION
R, V = Direction.RECEIVED, Direction.GIVEN
HOLDS: list[tuple[Kind, Direction | None, dict[str, Any], dict[str, str], dict[str, str]]] = [
    (E, R, {"meal": ["dinner"]}, {"meal": "dinner"}, {"meal": NONE}),
    (E, V, {"meal": "brunch"}, {"meal": "brunch"}, {"meal": NONE}),
    (D, V, {"profession": ["doctor"]}, {"profession": "doctor"}, {"profession": NONE}),
    (G, R, {"occasion": ["other"]}, {"occasion_sort": "other"}, {"occasion_sort": NONE}),
    (G, R, {"value": {"with_tax": True, "over": {"EUR": "100"}}}, {"tax": "10.01"}, {"tax": "10.00"}),
    (T, None, {"value": {"with_delivery": True, "over": {"EUR": "100"}}}, {"delivery": "10.01"}, {"delivery": "0"}),
    (G, R, {"value": {"per_giver": True, "over": {"EUR": "45"}}}, {"givers": "1"}, {"givers": "2"}),
    (E, R, {"joint_givers": True}, {"givers": "2"}, {"givers": "1"}),
    (G, V, {"joint": True}, {"joint": "yes"}, {"joint": "no"}),
    (
        G,
        R,
        {"separable": True},
        {"several_things": "yes", "things": "40\n50.00", "separable": "yes"},
        {"several_things": "yes", "things": "40\n50", "separable": "no"},
    ),
    (E, R, {"interested_party": True}, {"interested_party": "yes"}, {"interested_party": "no"}),
    (G, R, {"impermissible_giver": True}, {"permissible_giver": "no"}, {"permissible_giver": "yes"}),
    (E, R, {"exempt": ["open_buffet"]}, {"also": "open_buffet"}, {}),
    (D, V, {"exempt": ["in_the_town"]}, {"applies": "in_the_town"}, {}),
    (
        T,
        None,
        {"close_relation": True},
        {"payer": "us", "traveller": "Lee", "applies": "decides"},
        {"payer": "us", "traveller": "Lee"},
    ),
    (G, V, {"family": True}, {"applies": "family"}, {}),
    (G, R, {"form": ["store_gift_card"]}, {"form": "store_gift_card"}, {}),
    (T, None, {"travel_class": ["private"]}, {"travel_class": "private"}, {}),
]


@pytest.mark.parametrize(
    ("kind", "way", "when", "so", "not_so"), HOLDS, ids=[f"{h[0]}-{next(iter(h[2]))}-{n}" for n, h in enumerate(HOLDS)]
)
def test_what_a_rule_reads_is_asked_and_the_answer_decides(
    kind: Kind, way: Direction | None, when: dict[str, Any], so: dict[str, str], not_so: dict[str, str]
) -> None:
    cards = {"classes": {"card": ["store_gift_card"]}} if "form" in when else {}
    reading = policy(rule("asked", kinds=[kind.value], when=when, outcome="compliance"), **cards)
    assert answered(reading, kind, so, way)[:2] == (Outcome.COMPLIANCE, {})
    assert answered(reading, kind, not_so, way)[:2] == (Outcome.RECORD, {})


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_a_policy_that_reads_no_circumstance_asks_for_none(kind: Kind, way: Direction | None) -> None:
    plain = policy(rule("money", kinds=[kind.value], when={"value": {"over": {"EUR": "50"}}}))
    assert sheet_of(kind, plain).questions == KINDS[kind].questions


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_under_the_default_pack_no_form_is_longer_at_first_glance(kind: Kind, way: Direction | None) -> None:
    pack = in_force(default_pack(), "NL-DK", ["NL"], ON)
    sheet = sheet_of(kind, pack)
    seen = [question for question in sheet.questions if not question.apart]
    assert seen == [question for question in KINDS[kind].questions if not question.apart]
    assert {question.name for question in sheet.questions} - {question.name for question in KINDS[kind].questions} <= {"applies"}


@pytest.mark.parametrize("circumstance", CIRCUMSTANCES, ids=lambda each: each.fact)
def test_what_is_read_has_to_be_answered_and_is_no_less_strict_where_it_is_not(circumstance: Any) -> None:
    """A form without the answer cannot be sent; an occasion without a name counts with all others of its day."""
    required = [question.name for question in circumstance.questions if question.required and not question.default]
    assert required or circumstance.fact in ("occasion_name", "givers")


def test_a_rule_about_what_is_given_asks_nobody_who_received_something() -> None:
    pharma = under({"meal": ["lunch"]}, E, directions=["given"])
    assert "meal" in asked(sheet_of(E, pharma), V)
    assert "meal" not in asked(sheet_of(E, pharma), R)
    assert answered(pharma, E, {}, V)[1] == {"meal": "Pick one. “None of these” is fine."}
    assert answered(pharma, E, {"meal": "dinner"}, V)[1] == {"meal": "Pick one of the answers shown."}
    assert answered(pharma, E, {}, R)[1] == {}


def test_who_pays_says_which_way_a_trip_goes() -> None:
    only_given = under({"calendar_total": {"per": "household", "over": {"EUR": "50"}}}, T, directions=["given"])
    assert answered(only_given, T, {"payer": "them"}, None)[1] == {}
    guest = {"payer": "us", "traveller": "Lee"}
    assert set(answered(only_given, T, guest, None)[1]) == {"household"}
    assert answered(only_given, T, guest | {"household": "  HOLM, Odense"}, None)[2]["household"] == "holm, odense"


def test_a_rule_about_gifts_asks_of_entertainment_only_where_the_host_was_absent() -> None:
    code = policy(rule("a", when={"joint": True, "value": {"with_tax": True, "over": {"EUR": "1"}}}), host_absent_is_gift=True)
    assert set(answered(code, E, {}, R)[1]) == set()
    assert set(answered(code, E, {"host_present": "no"}, R)[1]) == {"joint"}
    assert "with tax" in sheet_of(G, policy()).question("worth").hint
    assert sheet_of(E, code).question("worth") == KINDS[E].question("worth")  # so it is reckoned with its tax


def test_the_worth_is_asked_without_what_is_asked_by_itself() -> None:
    def hint(when: dict[str, Any]) -> str:
        return sheet_of(G, under(when, G)).question("worth").words(V)[1]

    assert hint({"value": {"over": {"EUR": "1"}}}) == "All of it together, with tax."
    assert hint({"value": {"with_tax": True, "over": {"EUR": "1"}}}) == "All of it together, without tax."
    both = {"value": {"with_tax": True, "with_delivery": True, "over": {"EUR": "1"}}}
    assert hint(both) == "All of it together, without tax and delivery."


def test_several_things_are_at_least_two_and_make_up_the_worth() -> None:
    parts = under({"separable": True}, G)
    things = {"several_things": "yes", "separable": "yes"}
    wrong = "Together they must make what it was worth."
    assert answered(parts, G, things | {"things": "40\n49.99"}, R)[1] == {"things": wrong}
    assert answered(parts, G, things | {"things": "90"}, R)[1] == {"things": "Several are at least two: write one amount a line."}
    assert set(answered(parts, G, things | {"things": "40\nfifty"}, R)[1]) == {"things"}
    assert set(answered(parts, G, things, R)[1]) == {"things"}
    dollars = things | {"things": "40\n50", "worth_currency": "USD"}
    assert [money.currency for money in answered(parts, G, dollars, R)[2]["parts"]] == ["USD", "USD"]


def test_nobody_gave_it_is_no_answer() -> None:
    assert answered(under({"joint_givers": True}, G), G, {"givers": "0"}, R)[1] == {"givers": "At least one gave it."}


def test_an_event_is_that_of_its_day_however_it_is_written() -> None:
    fair = under({"calendar_total": {"per": "event", "over": {"EUR": "100"}}}, G)
    assert answered(fair, G, {"at_an_event": "yes", "event": " Spring   FAIR "}, R)[2]["event"] == "2026-05-20/spring fair"
    assert answered(fair, G, {"at_an_event": "no", "event": "Spring fair"}, R)[2]["event"] is None
    assert set(answered(fair, G, {}, R)[1]) == {"at_an_event"}
    assert set(answered(fair, G, {"at_an_event": "yes"}, R)[1]) == {"event"}


def test_colleagues_of_one_household_have_one_key_whoever_declares() -> None:
    home = under({"rolling_total": {"months": 12, "per": "household", "over": {"EUR": "100"}}}, G)
    shared = answered(home, G, {"colleague_at_home": "yes", "colleagues_at_home": "Bo"}, R)[2]
    assert (shared["household"], shared["named"]) == ("colleague/5", {5})
    assert answered(home, G, {"colleague_at_home": "no", "colleagues_at_home": "Bo"}, R)[2]["household"] == "colleague/9"
    assert answered(home, G, {}, R)[2]["household"] is None


def test_the_person_on_the_other_side_is_asked_for_where_no_form_does() -> None:
    person = under({"calendar_total": {"per": "person", "over": {"EUR": "100"}}}, G)
    assert answered(person, G, {"outside_people": "Lee, buyer\nKIM"}, R)[2]["outside"] == {"lee", "kim"}
    assert "outside_people" not in asked(sheet_of(G, person), V)
    assert answered(person, G, {}, V)[2]["outside"] == {"lee"}


def test_a_named_occasion_is_asked_for_once() -> None:
    named = under({"occasion_total": {"stated": True, "over": {"EUR": "20"}}}, G)
    assert [question.apart for question in sheet_of(G, named).questions if question.name == "occasion"] == [False]
    both = under({"occasion_total": {"stated": True, "over": {"EUR": "20"}}, "occasion": ["other"]}, G)
    known = {"direction": "received", "occasion_sort": "other"}
    assert "occasion" not in {question.name for question in sheet_of(G, both).asked(known)}
    assert "occasion" in {question.name for question in sheet_of(G, both).asked(known | {"occasion_sort": NONE})}


def test_what_a_total_leaves_out_can_be_ticked_and_a_form_of_item_is_no_tick() -> None:
    finra = under({"calendar_total": {"leave_out": ["de_minimis", "voucher", "returned"], "over": {"EUR": "100"}}}, G)
    ticks = {choice.slug for choice in sheet_of(G, finra).question("applies").choices}
    assert ticks == {"de_minimis"}


def test_a_form_of_gift_is_not_offered_for_an_interest_as_well() -> None:
    cards = {"card": ["store_gift_card"]}
    wide = policy(rule("cards", kinds=["gift", "interest"], when={"form": ["card"]}), classes=cards)
    assert sheet_of(Kind.GIFT, wide).question("form").choice("store_gift_card")
    assert not sheet_of(Kind.INTEREST, wide).question("form").choice("store_gift_card")


@pytest.mark.parametrize("kind", Kind)
def test_whatever_any_policy_asks_keeps_the_promises_of_a_questionnaire(kind: Kind) -> None:
    sheet = every(kind)
    names = [question.name for question in sheet.questions]
    assert len(names) == len(set(names))
    usual = {question.name for question in KINDS[kind].questions}
    for question in sheet.questions:
        assert question.name in usual or question.name in NAMES or question.name == "applies"
        assert question.missing or not question.required
        assert question.label or question.label_given
        assert (question.type in (Type.CHOICE, Type.CHOICES)) == bool(question.choices)
        assert "!" not in question.label + question.hint + question.missing
        for condition in question.asked_if:
            assert condition.name in (
                *names[: names.index(question.name)],
                "direction",
                "counterparty_known",
                "counterparty_class",
            )


def test_an_old_filing_is_read_with_the_words_it_was_answered_with() -> None:
    sheet = as_answered(E, {"meal": "brunch", "also": "asked_for\nopen_buffet", "form": "meal"})
    said = sheet.question("meal").choice("brunch")
    assert said is not None
    assert said.label == "Brunch"
    assert sheet.question("also").choice("open_buffet") is not None
    assert [choice.slug for choice in sheet.question("also").choices].count("asked_for") == 1
    assert as_answered(Kind.INTEREST, {}).questions == KINDS[Kind.INTEREST].questions
