"""Everyone can read what was written to them; compliance what was written about their companies' declarations."""

from __future__ import annotations

import pytest
from flask import Flask

from declarations.notices import outbox
from tests.support.story import Story
from workflows.words import Kind


@pytest.fixture
def story(app: Flask) -> Story:
    made = Story(app).house()
    made.firm("Osterman")
    made.declare("Amalie", firm="Osterman", worth="900")
    with app.app_context():
        outbox.send_due()
    return made


def test_people_read_their_own_word_for_word(story: Story) -> None:
    page = story.client("Ben").get("/notices").text
    assert "G-2026-0001 needs your decision" in page
    assert "A declaration waits for you. Please read it and decide." in page
    assert "Kept here" in page


def test_nobody_reads_another_s(story: Story) -> None:
    for name in ("Amalie", "Dee", "Aud", "Adam"):
        assert "G-2026-0001" not in story.client(name).get("/notices?whose=all").text


def test_compliance_reads_what_was_written_about_their_companies(story: Story) -> None:
    assert "G-2026-0001" not in story.client("Ilse").get("/notices").text
    assert "G-2026-0001" in story.client("Ilse").get("/notices?whose=all").text


def test_what_names_an_officer_stays_hidden_from_them(story: Story) -> None:
    story.declare("Amalie", Kind.CONFLICT, firm="Osterman", named=frozenset({story.ids["Ilse"]}))
    with story.app.app_context():
        outbox.send_due()
    assert "C-2026-0001" not in story.client("Ilse").get("/notices?whose=all").text
