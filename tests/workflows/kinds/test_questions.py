"""The questionnaires keep their promises: few questions, every one reachable, every field real, every sentence there."""

from dataclasses import fields

import pytest

from workflows.facts import Facts
from workflows.kinds import KINDS, If, Question, Questionnaire, Type
from workflows.kinds.question import CONTEXT
from workflows.words import Direction, Kind

FACTS = {field.name for field in fields(Facts)}
SHEETS = pytest.mark.parametrize("sheet", KINDS.values(), ids=lambda sheet: sheet.kind.value)


def in_sight(sheet: Questionnaire, answers: dict[str, object]) -> list[str]:
    """The questions a person sees at first glance: not folded away, not part of another's line."""
    return [question.name for question in sheet.asked(answers) if not question.apart and not question.beside]


def test_there_is_one_questionnaire_for_each_kind() -> None:
    assert set(KINDS) == set(Kind)


def test_a_small_received_gift_asks_six_things() -> None:
    asked = in_sight(KINDS[Kind.GIFT], {"direction": "received", "counterparty_known": "yes", "counterparty_class": "customer"})
    assert asked == ["counterparty", "what", "worth", "occurred_on", "became", "note"]


@pytest.mark.parametrize(
    ("answers", "follow_up"),
    [
        ({"became": "shared"}, "heads"),
        ({"became": "family"}, "family_who"),
        ({"became": "paid"}, "own_share"),
        ({"unsure": True}, "method"),
        ({"counterparty_known": "no"}, "counterparty_class"),
        ({"counterparty_known": "no", "counterparty_class": "public_official"}, "official_who"),
    ],
)
def test_a_gift_asks_more_only_when_an_answer_calls_for_it(answers: dict[str, object], follow_up: str) -> None:
    gift = KINDS[Kind.GIFT]
    usual = {"direction": "received", "counterparty_known": "yes", "counterparty_class": "customer"}
    assert follow_up not in in_sight(gift, usual)
    assert follow_up in in_sight(gift, usual | answers)


def test_an_answer_that_is_no_longer_asked_for_calls_for_nothing() -> None:
    gift = KINDS[Kind.GIFT]
    kept_from_before = {"direction": "received", "official": True, "became_given": "shared"}
    assert not {"officials", "receivers"} & set(in_sight(gift, kept_from_before))


@SHEETS
def test_names_are_unique_and_conditions_look_back_only(sheet: Questionnaire) -> None:
    before: dict[str, Question] = {}
    for question in sheet.questions:
        assert question.name not in before
        assert f"{question.name}_currency" not in before
        for condition in question.asked_if:
            assert condition.name in before or condition.name in CONTEXT
            if condition.name in before:
                earlier = before[condition.name]
                possible = {choice.slug for choice in earlier.choices} or {"yes", "no"}
                assert set(condition.any_of) <= possible
        before[question.name] = question
        assert not question.beside or question.beside in before


@SHEETS
def test_every_field_a_question_feeds_is_a_fact(sheet: Questionnaire) -> None:
    for question in sheet.questions:
        assert question.feeds is None or question.feeds in FACTS
        for choice in question.choices:
            assert {name for name, _ in choice.sets} <= FACTS


@SHEETS
def test_every_choice_question_has_choices_and_a_default_among_them(sheet: Questionnaire) -> None:
    for question in sheet.questions:
        assert bool(question.choices) == (question.type in (Type.CHOICE, Type.CHOICES))
        if question.choices and question.default:
            assert question.choice(question.default) is not None
        assert len({choice.slug for choice in question.choices}) == len(question.choices)


@SHEETS
def test_every_required_answer_says_what_to_do_when_it_is_missing(sheet: Questionnaire) -> None:
    for question in sheet.questions:
        assert question.missing or not question.required, question.name


@SHEETS
def test_every_question_has_words_for_each_direction_it_is_asked_in(sheet: Questionnaire) -> None:
    for question in sheet.questions:
        only = [slug for condition in question.asked_if if condition.name == "direction" for slug in condition.any_of]
        for direction in sheet.directions or (sheet.direction,):
            if direction is None or not only or direction in only:
                assert question.words(direction)[0]


@SHEETS
def test_words_are_calm(sheet: Questionnaire) -> None:
    for question in sheet.questions:
        said = [question.label, question.hint, question.label_given, question.hint_given, question.missing]
        said += [choice.label for choice in question.choices]
        assert not any("!" in words for words in said)


def test_words_change_with_the_direction() -> None:
    other_side = KINDS[Kind.GIFT].question("counterparty")
    assert other_side.words(Direction.RECEIVED)[0] == "Who gave it to you?"
    assert other_side.words(Direction.GIVEN)[0] == "Who did you give it to?"
    assert KINDS[Kind.GIFT].question("what").words(Direction.GIVEN)[0] == "What was it?"


def test_an_unknown_question_is_an_error() -> None:
    with pytest.raises(KeyError):
        KINDS[Kind.GIFT].question("colour")


def test_a_condition_holds_for_any_of_several_ticked_answers() -> None:
    assert If("also", ("b",)).holds({"also": ("a", "b")})
    assert not If("also", ("b",)).holds({"also": ("a",)})
    assert not If("also", ("b",)).holds({})


@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        (Kind.GIFT, {"what": "Wine"}, "Wine"),
        (Kind.ENTERTAINMENT, {"what": "Dinner"}, "Dinner"),
        (Kind.TRAVEL, {"destination": "Berlin"}, "Berlin"),
        (Kind.INTEREST, {"role": "Board member", "counterparty": "Oak"}, "Board member"),
        (Kind.INTEREST, {"relation_what": "Owns a tenth"}, "Owns a tenth"),
        (Kind.INTEREST, {"counterparty": "Oak"}, "Oak"),
        (Kind.CONFLICT, {"decision": "A new courier"}, "A new courier"),
        (Kind.DONATION, {"what": "20 laptops"}, "20 laptops"),
        (Kind.DONATION, {}, ""),
    ],
)
def test_a_thing_is_called_what_the_person_called_it(kind: Kind, answers: dict[str, object], expected: str) -> None:
    assert KINDS[kind].title(answers) == expected
