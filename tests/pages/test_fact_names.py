"""What was declared is read again under short names, in every language."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale

from declarations.deciding.fact_names import NAMES, TOLD_ELSEWHERE
from declarations.display import _
from declarations.filing.forms import questions_for
from workflows.kinds import Type
from workflows.kinds.sheets import every
from workflows.words import Direction, Kind

if TYPE_CHECKING:
    from flask import Flask

LONGEST = 24  # letters; a longer one breaks twice in the narrow column


@pytest.fixture
def backend() -> str:
    """Names know no database."""
    return "sqlite"


@pytest.mark.parametrize("language", ["en", "da", "ja"])
def test_every_answer_has_a_short_name_of_its_own(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        for kind, direction in product(Kind, Direction):
            asked = [question for question in questions_for(every(kind), direction) if question.type is not Type.COUNTERPARTY]
            names = [_(NAMES[question.name]) for question in asked if question.name not in TOLD_ELSEWHERE]
            assert len(set(names)) == len(names), (kind, direction, sorted(names))
            assert max(map(len, names)) <= LONGEST


def test_no_name_is_left_of_a_question_that_nobody_asks() -> None:
    assert set(NAMES) <= {question.name for kind in Kind for question in every(kind).questions}
