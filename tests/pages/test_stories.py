"""The record is told in sentences to whoever reads it, and figures become sentences in their language."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from declarations import casework, stories
from declarations import figures as figures_in_words
from declarations.extensions import db
from declarations.models import Declaration
from tests.support.story import Story
from workflows.machine import STORY
from workflows.money import Money
from workflows.policy.assessment import Figure, Finding
from workflows.words import Action, Kind, Outcome, Review, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    return story


def told(story: Story, reader: str, declaration: str) -> str:
    html = story.client(reader).get(f"/declarations/{declaration}").text
    part = html[html.index('<ol class="story') : html.index("</ol>", html.index('<ol class="story'))]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("\xa0", " ")


def test_every_event_has_its_picture_and_its_sentence_for_whoever_did_it() -> None:
    assert set(STORY) == set(stories._MOODS)
    assert set(STORY) - set(stories._YOU) == {"declaration:imported", "declaration:reminded"}


def test_the_same_step_reads_you_to_one_and_a_name_to_another(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="1300")
    story.act("Ben", Action.APPROVE, gift)
    story.act("Ilse", Action.APPROVE, gift)
    hers, bens, ilses = (told(story, reader, gift) for reader in ("Amalie", "Ben", "Ilse"))
    assert "You declared it." in hers
    assert "Ben approved it." in hers
    assert "Ilse approved it for compliance." in hers
    assert "Amalie declared it." in bens
    assert "It came to you." in bens
    assert "You approved it." in bens
    assert "You approved it." in ilses
    assert "It went to compliance." in ilses


def test_a_correction_tells_what_it_changed(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    dearer = story.facts("Amalie", Kind.GIFT, firm="Acme", worth="1300")
    story.act("Amalie", Action.CORRECT, gift, facts=dearer, answers={})
    page = told(story, "Ben", gift)
    assert "Worth: DKK 1,300 (it was DKK 600)" in page
    assert "The policy asks for two decisions, the manager’s and compliance’s." in page


def test_what_the_clock_passes_on_says_that_nobody_had_decided(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    story.now = story.now.replace(month=12, day=18)
    with story.app.app_context():
        declaration_id = db.session.scalars(select(Declaration.id).where(Declaration.public_id == gift)).one()
    with story.app.app_context():
        assert casework.by_clock(declaration_id=declaration_id, action=Action.ESCALATE) is not None
    assert story.state(gift) is State.WITH_COMPLIANCE
    assert "because nobody had decided in time" in told(story, "Amalie", gift)
    assert "Nobody had decided in time." in story.client("Ilse").get("/queue").text


def test_reasons_and_conditions_are_told_in_their_own_words(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, gift, conditions=(("Share it.", date(2026, 12, 4)),))
    assert "Share it. By 4 December 2026." in told(story, "Amalie", gift)


LIMIT = Figure("limit", Money(100_000, "DKK"))
YEAR = (date(2025, 11, 21), date(2026, 11, 20))


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            (
                Figure("before", Money(65_000, "DKK"), window=YEAR, items=(1,)),
                Figure("now", Money(40_000, "DKK")),
                Figure("total", Money(105_000, "DKK"), window=YEAR),
                LIMIT,
            ),
            "DKK 650 in twelve months and 400 now make 1,050; the limit is 1,000.",
        ),
        ((Figure("total", Money(40_050, "DKK"), window=YEAR), LIMIT), "DKK 400.50 in twelve months; the limit is 1,000."),
        ((Figure("per_head", Money(120_000, "DKK")), LIMIT), "DKK 1,200 a head; the limit is 1,000."),
        ((Figure("value", Money(120_000, "DKK")), LIMIT), "It is worth DKK 1,200; the limit is 1,000."),
        (
            (Figure("count", number=5, window=YEAR), Figure("limit", number=5)),
            "This is number 5 in twelve months; the rule looks from 5.",
        ),
        ((Figure("percent", number=1250), Figure("limit", number=500)), "A share of 12.5 percent; the limit is 5."),
        ((Figure("own_share", Money(120_000, "DKK")), LIMIT), "The own share is DKK 1,200; the limit is 1,000."),
        ((Figure("heads", number=12), Figure("limit", number=10)), "Shared by 12; the limit is 10."),
        ((Figure("days_late", number=1),), "Filed 1 day after the last day for it."),
        ((Figure("days_late", number=0),), ""),
    ],
)
def test_figures_become_one_plain_sentence(app: Flask, figures: tuple[Figure, ...], sentence: str) -> None:
    found = finding(figures)
    with app.test_request_context():
        said = " ".join(str(one.striptags()) for one in figures_in_words.sums_of(found) if one)
    assert said.replace("\xa0", " ") == sentence


def test_a_drawn_sum_is_never_wider_than_its_frame_and_says_what_it_shows(app: Flask) -> None:
    with app.test_request_context():
        for before, now in ((0, 50), (0, 100), (0, 101), (90, 50), (150, 10)):
            drawn = figures_in_words.tally(before, now, Money(100, "DKK"), "words")
            ends = [float(bar.start.rstrip("%")) + float(bar.width.rstrip("%")) for bar in drawn.bars]
            assert ends == sorted(ends)
            assert max(ends) <= 100
            over = [bar for bar in drawn.bars if bar.family == "over"]
            assert bool(over) is (before + now > 100)


def finding(figures: tuple[Figure, ...]) -> Finding:
    return Finding(
        rule="r",
        document="code",
        version="2026-01-01",
        clause="2.3",
        heading={"en": "Much"},
        sentence={"en": "Too much."},
        outcome=Outcome.COMPLIANCE,
        reviews=(Review.COMPLIANCE,),
        figures=figures,
    )
