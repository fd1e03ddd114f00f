"""What only some policies ask stands in one column: as typed in the sealed lines, in words for whoever reads the workbook."""

import pytest
from flask import Flask

from declarations.registers.columns import COLUMNS, Of, entry_columns
from declarations.registers.words import Words
from workflows.words import Kind


@pytest.fixture
def words(app: Flask) -> Words:
    with app.test_request_context():
        return Words()


def test_circumstances_stand_together_in_one_column(app: Flask, words: Words) -> None:
    (column,) = (column for column in COLUMNS if column.key == "circumstances")
    assert isinstance(column.value, Of)
    assert column.told is not None
    assert column.value.read({"what": "Wine", "note": "Thanks"}) is None
    asked = {"applies": "decides\nopen_buffet", "meal": "late_snack", "several_things": "no", "tax": "9.50", "what": "Food"}
    stated = column.value.read(asked)
    assert stated == "meal: late_snack\ntax: 9.50\nseveral_things: no\napplies: decides; open_buffet"
    with app.test_request_context():
        assert column.told(stated, words).split("\n") == [
            "Which meal was it? Late snack",
            "How much tax came on top? 9.50",
            "Were these several things? No",
            "Does any of this apply? A close relation of mine decides there and A buffet or reception open to many",
        ]


def test_a_word_of_a_policy_among_the_usual_ones_is_told_too(app: Flask, words: Words) -> None:
    told = {column.key: column.told for column in entry_columns(Kind.GIFT)}
    with app.test_request_context():
        assert told["asked_form"]("store_gift_card", words) == "A gift card for one shop"  # type: ignore[misc]
        assert told["asked_form"]("Two bottles", words) == "Two bottles"  # type: ignore[misc]
        assert told["asked_also"]("asked_for\nopen_buffet", words) == "I asked for it and A buffet or reception open to many"  # type: ignore[misc]
