"""Home says in one sentence what needs its reader."""

import re
from datetime import date

import pytest
from flask import Flask

from declarations.extensions import writing
from declarations.models import Draft
from tests.support.story import Story
from workflows.words import Action, Direction, Kind, Role


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    return story


def words(story: Story, name: str) -> str:
    html = story.client(name).get("/").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('id="main"') :])).replace("\xa0", " ")


def test_a_reader_whom_nothing_needs_is_told_so_and_can_begin(story: Story) -> None:
    page = words(story, "Amalie")
    assert "Nothing needs you, Amalie." in page
    assert "Did something happen?" in page
    assert "What you declare will stand here" in page
    links = re.findall(r'href="/declare/(\w+)"', story.client("Amalie").get("/").text)
    assert set(links) == {kind.value for kind in Kind}


def test_decisions_are_counted_with_what_is_pressing(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="600")
    story.declare("Amalie", Kind.ENTERTAINMENT, firm="Acme", worth="900", form="event", occurred_on=date(2026, 11, 21))
    assert "Two declarations need your decision. One is for an event that is near." in words(story, "Ben")


def test_a_question_comes_first_with_its_button(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600", title="Wine")
    story.act("Ben", Action.SEND_BACK, gift, reason="From whom?")
    page = words(story, "Amalie")
    assert "One thing needs you, Amalie. Somebody asks you something about “Wine”." in page
    assert "Sent back to you" in page
    assert "From whom?" not in page


def test_a_prepared_draft_and_a_condition_are_things_too(story: Story) -> None:
    with story.app.app_context(), writing() as session:
        draft = Draft(
            owner_id=story.ids["Amalie"],
            prepared_by_id=story.ids["Tomasz"],
            ready_at=story.now,
            kind="gift",
            answers={},
            created_at=story.now,
            updated_at=story.now,
        )
        session.add(draft)
    gift = story.declare("Amalie", firm="Acme", worth="600", title="Wine")
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, gift, conditions=(("Share it.", date(2026, 11, 27)),))
    page = words(story, "Amalie")
    assert "Two things need you, Amalie. Tomasz prepared a declaration for you to sign." in page
    assert "Share it. To be done by 27 November" in page


def test_the_years_totals_stand_against_the_limit(story: Story) -> None:
    story.firm("Acme Tools", group="Acme")
    for firm in ("Acme", "Acme Tools"):
        story.declare("Amalie", firm=firm, worth="1121", occurred_on=date(2026, 10, 1))
    story.declare("Amalie", firm="Acme", worth="900", direction=Direction.GIVEN, occurred_on=date(2026, 10, 1))
    page = words(story, "Amalie")
    assert "Acme DKK 2,242 of 2,240 Over the limit" in page


def test_officers_and_administrators_get_their_own_ways_in(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="100", form="cash")
    assert "One declaration is with compliance. None is overdue." in words(story, "Ilse")
    assert "In your companies" in words(story, "Aud")
    adam = words(story, "Adam")
    assert "The directory is yours to keep" in adam
    assert "In your companies" not in adam
    assert story.viewer("Adam").holds(Role.ADMINISTRATOR)


def test_up_to_five_rooms_are_tabs_of_more_the_first_four_and_the_others_stand_behind_more(story: Story) -> None:
    _before, _more, behind = story.client("Ilse").get("/").text.partition("<summary>")
    assert re.findall(r"<span>(\w+)</span>", behind[: behind.index("</nav>")]) == [
        "More",
        "Declarations",
        "Registers",
        "Quality",
        "Policy",
    ]
    assert "<details>" not in story.client("Ben").get("/").text
