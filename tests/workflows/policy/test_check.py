from datetime import date

import pytest

from tests.workflows.policy.given import document, rule
from workflows.policies import default_pack, default_texts
from workflows.policy.check import check, load_set
from workflows.policy.document import PolicyError

TEXTS = default_texts()
DANISH = TEXTS["denmark.toml"]


def test_every_text_of_the_pack_checks_beside_the_others() -> None:
    for name, text in TEXTS.items():
        assert check(text, name, default_pack()) == []
        assert check(text.encode(), name, ()) == [] or name == "denmark.toml"


def test_a_text_that_cannot_be_read_says_where() -> None:
    assert check(DANISH.replace("when.count", "when.cuont"), "denmark.toml", default_pack()) == [
        "denmark.toml, rule dk-often, when: “cuont” is not a known predicate; did you mean “count”?"
    ]


def test_an_amendment_is_checked_against_every_version_of_the_code() -> None:
    looser = DANISH.replace('DKK = "450"', 'DKK = "600"')
    found = check(looser, "denmark.toml", default_pack())
    assert len(found) == 2
    assert all(sentence.startswith("denmark.toml: denmark, rule dk-meal-manager: group-code of ") for sentence in found)


def test_what_was_wrong_before_is_not_blamed_on_the_new_text() -> None:
    twice = [document(), document(rule("a"))]
    assert check(DANISH.replace('replaces = "meal-manager"', ""), "denmark.toml", twice) == []


def test_a_set_is_loaded_whole_or_refused_with_every_sentence() -> None:
    assert load_set(TEXTS) == default_pack()
    fixed = DANISH.replace('replaces = "meal-manager"', 'replaces = "cash"')
    with pytest.raises(PolicyError, match="is fixed; no company may change it"):
        load_set({**TEXTS, "denmark.toml": fixed})


def test_the_pack_has_a_version_change_within_the_last_eighteen_months_of_the_demo() -> None:
    assert {d.effective_from for d in default_pack() if d.key == "group-code"} == {date(2024, 1, 1), date(2026, 1, 1)}
