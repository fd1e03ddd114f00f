"""The queue: most urgent first, each line with its reason, and as few questions to the database for many lines as for few."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from declarations.deciding import queue
from declarations.extensions import db
from tests.support.story import Story
from workflows.words import Action, Kind


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    story.firm("Kestrel")
    return story


def words(html: str) -> str:
    """What stands on the page, without tags and menus."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('id="main"') :])).replace("\xa0", " ")


def test_what_is_for_tomorrow_comes_before_what_is_overdue(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="600", title="Old wine")
    story.now += timedelta(days=14)
    match = date(2026, 12, 5)
    story.declare("Amalie", Kind.ENTERTAINMENT, firm="Kestrel", worth="900", form="event", title="A match", occurred_on=match)
    story.declare("Amalie", firm="Acme", worth="700", title="New wine")
    page = words(story.client("Ben").get("/queue").text)
    assert re.search(r"Before the event A match .* Overdue Old wine .* Next week New wine", page)
    assert "Three declarations need your decision. One is for an event that is near. One is overdue." in page


def test_each_line_says_why_it_is_with_the_reader(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="600", title="Wine")
    story.declare("Amalie", Kind.CONFLICT, title="A brother", wants_advice=True)
    page = words(story.client("Ben").get("/queue").text)
    assert "DKK 600 on one day; the limit is 500." in page
    assert "Asks for your advice." in page


def test_the_queue_of_somebody_away_is_told_apart(story: Story) -> None:
    story.declare("Tomasz", firm="Acme", worth="600", title="For Dee to see")
    story.away("Dee", substitute="Ben")
    story.declare("Amalie", firm="Acme", worth="600", title="Own")
    ben = story.client("Ben")
    assert "You also decide for Dee, away up to and with Friday 27 November." in words(ben.get("/queue").text)
    only = words(ben.get(f"/queue?person={story.ids['Dee']}").text)
    assert "For Dee to see" in only
    assert "Own" not in only
    stranger = words(ben.get(f"/queue?person={story.ids['Gerda']}").text)
    assert "Own" in stranger  # somebody they do not stand in for narrows nothing


def test_a_person_or_firm_is_found_by_part_of_the_name(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="600", title="Wine")
    story.declare("Amalie", firm="Kestrel", worth="600", title="Cheese")
    ben = story.client("Ben")
    assert "Wine" not in words(ben.get("/queue?find=KESTR").text)
    assert "Cheese" in words(ben.get("/queue?find=KESTR").text)
    assert "Cheese" in words(ben.get("/queue?find=amal").text)
    assert "Nobody and nothing of that name here." in words(ben.get("/queue?find=100%25_").text)


def test_what_was_passed_on_waits_for_others_and_what_was_decided_is_kept(story: Story) -> None:
    big = story.declare("Amalie", firm="Acme", worth="1300", title="A clock")
    asked = story.declare("Amalie", firm="Kestrel", worth="600", title="A lamp")
    small = story.declare("Amalie", firm="Kestrel", worth="510", title="A book", occurred_on=date(2026, 11, 2))
    story.act("Ben", Action.APPROVE, big)
    story.act("Ben", Action.SEND_BACK, asked, reason="Why?")
    story.act("Ben", Action.APPROVE, small)
    ben = story.client("Ben")
    waiting, decided = (words(ben.get(f"/queue?show={show}").text) for show in ("waiting", "decided"))
    assert "A clock" in waiting
    assert "A lamp" in waiting
    assert "A book" in decided
    assert "A clock" not in decided


def test_a_long_queue_comes_page_by_page_without_gap_or_repeat(story: Story) -> None:
    made = {story.declare("Amalie", firm="Acme", worth="600") for _ in range(queue.PAGE + 3)}
    ben, address, seen = story.client("Ben"), "/queue", []
    while address:
        page = ben.get(address).text
        seen += re.findall(r'class="title" href="/declarations/([^"]+)"', page)
        more = re.search(r'href="(/queue\?after=[^"]+)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(made)
    assert set(seen) == made
    assert "33 declarations need your decision." in page


def test_many_lines_ask_the_database_no_more_often_than_few(story: Story) -> None:
    def asked() -> int:
        heard: list[str] = []
        viewer = story.viewer("Ben")
        with story.app.test_request_context():
            count = event.listens_for(db.engine, "before_cursor_execute")(lambda *args: heard.append(args[2]))
            queue.to_decide(db.session(), viewer, story.now.date())
            event.remove(db.engine, "before_cursor_execute", count)
        return len([statement for statement in heard if statement.lstrip().upper().startswith("SELECT")])

    story.declare("Amalie", firm="Acme", worth="600")
    few = asked()
    for number in range(8):
        story.declare("Amalie" if number % 2 else "Ilse", firm="Kestrel", worth="600", wants_advice=False)
    assert asked() == few
