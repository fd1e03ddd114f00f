"""The policy is readable by everyone, in their own currency, and its calculator asks the same engine and keeps nothing."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from declarations.extensions import db
from declarations.models import Declaration, Draft, Event
from tests.support.story import Story


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    return story


def words(html: str, begin: str = 'id="main"', end: str = "</main>") -> str:
    part = html[html.index(begin) : html.index(end)]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("\xa0", " ")


ASKED = {
    "happened": "gift:received:thing",
    "other_side": "",
    "class_": "unknown",
    "currency": "DKK",
    "worth": "400",
    "heads": "1",
}


def test_the_code_stands_beside_what_the_own_company_adds(story: Story) -> None:
    page = words(story.client("Amalie").get("/policy").text)
    assert "2.1 Gifts above the limit" in page
    assert "above DKK 500 on one day" in page
    assert re.search(r"3\.1 Meals above the limit .* above DKK 560 a head .* Tighter Meals above the Danish limit", page)
    assert "The Code says nothing more. Added Often from one giver" in page
    german = words(story.client("Gerda").get("/policy").text)
    assert "Often from one giver" not in german
    assert "above EUR 67 on one day" in german


def test_what_changed_is_told_with_the_old_number(story: Story) -> None:
    page = words(story.client("Amalie").get("/policy").text)
    assert "2.1 Gifts above the limit: now DKK 500, it was DKK 375." in page
    assert "4.2 New: Refreshments for officials." in page


def test_an_earlier_day_shows_what_held_then(story: Story) -> None:
    amalie = story.client("Amalie")
    page = words(amalie.get("/policy?on=2025-01-01&kind=gift").text)
    assert "above DKK 375 on one day" in page
    assert "As it stands on 1 January 2025." in page
    assert "Outside interests" not in page.split("Try the calculator")[1].split("What if?")[0]
    assert "No policy is in force on this day." in words(amalie.get("/policy?on=2020-01-01").text)
    assert amalie.get("/policy?on=nonsense&kind=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("worth", "answer"),
    [
        ("150", "Nothing to declare"),
        ("150.01", "Nobody has to decide"),
        ("500", "Nobody has to decide"),
        ("500.01", "Only your manager decides"),
        ("1120", "Only your manager decides"),
        ("1120.01", "Your manager and compliance decide"),
    ],
)
def test_the_calculator_answers_as_the_engine_does_at_each_limit(story: Story, worth: str, answer: str) -> None:
    page = story.client("Amalie").post("/policy/calculator", data=ASKED | {"worth": worth})
    assert page.status_code == 200
    assert answer in words(page.text, 'aria-live="polite"', 'id="changed"')


def test_the_calculator_counts_what_its_asker_declared_before_and_says_what_else_may_be_done(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="2000", occurred_on=date(2026, 9, 1))
    asked = ASKED | {"other_side": "acme", "worth": "490"}
    hers = words(story.client("Amalie").post("/policy/calculator", data=asked).text, 'aria-live="polite"', 'id="changed"')
    assert "Compliance decides" in hers
    assert "DKK 2,000 in twelve months and 490 now make 2,490 ; the limit is 2,240 ." in hers
    assert "You can also give it back, hand it in or share it with the team." in hers
    assert "or less" not in hers
    others = words(story.client("Tomasz").post("/policy/calculator", data=asked).text, 'aria-live="polite"', 'id="changed"')
    assert "Nobody has to decide" in others


def test_the_calculator_keeps_nothing_and_tells_beside_the_field_what_is_wrong(story: Story) -> None:
    def rows() -> list[int]:
        with story.app.app_context():
            return [db.session.scalar(select(func.count()).select_from(t)) or 0 for t in (Declaration, Draft, Event)]

    before, amalie = rows(), story.client("Amalie")
    wrong = amalie.post("/policy/calculator", data=ASKED | {"worth": "1.000"})
    assert wrong.status_code == 422
    assert "This could be read in two ways." in wrong.text
    assert 'value="1.000"' in wrong.text
    assert amalie.post("/policy/calculator", data=ASKED | {"happened": "gift:received:cash"}).status_code == 200
    assert amalie.get("/policy/calculator").status_code == 200
    assert rows() == before


def test_where_to_speak_up_is_said_where_people_look_and_nowhere_if_there_is_no_such_place(story: Story) -> None:
    address = "https://speak-up.example.com/"
    pages = [(story.client("Amalie"), "/policy"), (story.client("Amalie"), "/declare"), (story.app.test_client(), "/")]
    assert not any("Speak up" in client.get(path, follow_redirects=True).text for client, path in pages)
    story.app.config["SETTINGS"] = replace(story.app.config["SETTINGS"], speak_up_url=address)
    assert all(f'href="{address}" rel="noreferrer"' in client.get(path, follow_redirects=True).text for client, path in pages)
