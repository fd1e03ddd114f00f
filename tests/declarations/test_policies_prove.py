"""`flask policy prove` and publication hold an amendment beside the Code in every company it is asked in."""

import re
from pathlib import Path

import pytest
from flask import Flask

from declarations.extensions import db
from declarations.policies import commands
from declarations.policies.proof import places, proof_of
from tests.support.story import PACK, Story
from workflows.policy.document import PolicyError, load
from workflows.policy.proof.prove import Place

DENMARK = PACK / "denmark.toml"
MEALS = 'when.per_head.over = { DKK = "450", EUR = "60" }'


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL", currency="DKK")
    story.company("NL-DK-1", under="NL-DK", currency="SEK")
    with app.app_context():
        for name in ("group-code-2024.toml", "group-code-2026.toml"):
            commands.publish(text=(PACK / name).read_bytes(), name=name, by_email=None)
    return story


def prove(story: Story, file: Path) -> tuple[int, str]:
    done = story.app.test_cli_runner().invoke(args=["policy", "prove", str(file)])
    return done.exit_code, done.output


def written(tmp_path: Path, limit: str) -> Path:
    """The amendment of Denmark with another limit of meals."""
    text = DENMARK.read_text("utf-8")
    assert MEALS in text
    file = tmp_path / "denmark.toml"
    file.write_text(text.replace(MEALS, f"when.per_head.over = {limit}"), "utf-8")
    return file


def test_companies_are_asked_in_their_currency_under_those_above(story: Story) -> None:
    with story.app.app_context():
        found = {place.key: place for place in places(db.session())}
    assert found["NL"] == Place("NL", "EUR", (), found["NL"].country)
    assert (found["NL-DK-1"].currency, found["NL-DK-1"].above) == ("SEK", ("NL-DK", "NL"))


def test_a_proof_tells_regions_and_time_and_what_is_tightened(story: Story, tmp_path: Path) -> None:
    code, said = prove(story, written(tmp_path, '{ DKK = "450", SEK = "700" }'))
    assert code == 0
    first, *rest = said.splitlines()
    assert re.fullmatch(r"[1-9]\d* regions in \d+\.\d\d seconds\.", first)
    assert rest == [
        "group-code, clause 3.1: tightened by denmark/dk-meal-manager.",
        "denmark.toml: nowhere looser than the Code.",
    ]


def test_what_is_looser_is_refused_with_a_thing_that_shows_it(story: Story, tmp_path: Path) -> None:
    code, said = prove(story, written(tmp_path, '{ DKK = "560.01", SEK = "700" }'))
    assert code == 1
    assert (
        "clause 3.1, would become looser: entertainment of DKK 560.01 (meal) received would only be recorded; "
        "the Code asks for the manager" in said
    )


def test_a_limit_that_a_company_below_does_not_have_in_its_currency_is_no_proof(story: Story, tmp_path: Path) -> None:
    file = written(tmp_path, '{ DKK = "450" }')
    with story.app.app_context():
        proof = proof_of(db.session(), load(file.read_bytes(), file.name))
        assert {refusal.place.key for refusal in proof.refusals} == {"NL-DK-1"}
        with pytest.raises(PolicyError, match="would become looser: entertainment of SEK"):
            commands.publish(text=file.read_bytes(), name=file.name, by_email=None)


def test_a_file_that_cannot_be_read_is_not_proved(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("key = ", "utf-8")
    assert prove(story, file)[0] == 1
