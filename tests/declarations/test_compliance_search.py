"""A search finds what a plain look through all rows would find, each once, however it is paged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.compliance import search as searching
from declarations.compliance.reach import reach_of
from declarations.compliance.search import search
from declarations.compliance.wanted import Wanted, wanted
from declarations.counterparties import keep_spelling
from declarations.evidence.hand import Hand
from declarations.extensions import db, writing
from declarations.models import Counterparty, Declaration
from declarations.viewer import Viewer
from tests.support.story import Story
from workflows.words import Direction, Kind

Plain = Callable[[Declaration], bool]


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Kestrel Logistics")
    story.firm("Corvina Cloud", "customer")
    story.person("Amalie Thorsen", company="NL-DK", manager="Ben")
    return story


def crowd(story: Story) -> None:
    """Fourteen declarations of several people, firms, kinds and days, some filed at the same moment."""
    for number in range(10):
        firm = "Kestrel Logistics" if number % 3 else "Corvina Cloud"
        occurred = story.now.date() - timedelta(1 + number * 9)
        story.declare(("Amalie", "Tomasz")[number % 2], firm=firm, worth=str(100 + 150 * number), occurred_on=occurred)
        if number % 2:
            story.now += timedelta(1)
    for number in range(4):
        story.declare(
            "Dee", Kind.ENTERTAINMENT, firm="Corvina Cloud", worth=str(100 + 200 * number), direction=Direction.GIVEN,
            form="meal", host_present=True,
        )  # fmt: skip


def pages(story: Story, viewer: Viewer, asked: Wanted) -> list[list[str]]:
    """Every page of public ids, following the links as a reader would."""
    found, after = [], ""
    with story.app.app_context():
        reach = reach_of(db.session(), viewer)
        for _ in range(60):
            page = search(db.session(), reach, Wanted(**(asked.__dict__ | {"after": after})), story.now.date())
            found.append([row.public_id for row in page.rows])
            after = page.after
            if not after:
                return found
    raise AssertionError("the pages never end")


def plain(story: Story, fits: Plain) -> set[str]:
    with story.app.app_context():
        return {row.public_id for row in db.session.scalars(select(Declaration)) if fits(row)}


def test_pages_return_each_declaration_once_whatever_is_asked(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(story)
    monkeypatch.setattr(searching, "PAGE", 3)
    monkeypatch.setattr(searching, "_STEPS", (2, 3))
    today = story.now.date()
    march = today - timedelta(40)
    asked: list[tuple[Wanted, Plain]] = [
        (Wanted(), lambda row: True),
        (Wanted(kind="entertainment"), lambda row: row.kind == "entertainment"),
        (Wanted(state="recorded"), lambda row: row.state == "recorded"),
        (Wanted(state="waiting"), lambda row: row.state.startswith("with_")),
        (Wanted(state="waiting", company="NL-DK"), lambda row: row.state.startswith("with_")),
        (Wanted(cls="customer", kind="gift"), lambda row: row.counterparty_class == "customer" and row.kind == "gift"),
        (Wanted(first_on=march), lambda row: row.occurred_on >= march),
        (Wanted(last_on=march, company="NL"), lambda row: row.occurred_on <= march),
        (Wanted(outcome="compliance"), lambda row: row.outcome == 3),
        (Wanted(late=True), lambda row: row.days_late > 0),
        (Wanted(prohibited=True), lambda row: row.prohibited),
        (Wanted(overdue=True), lambda row: row.state.startswith("with_") and row.due_on is not None and row.due_on < today),
        (Wanted(text="Corvina"), lambda row: row.counterparty_class == "customer"),
        (Wanted(text="Tomasz", kind="gift"), lambda row: row.declarant_id == story.ids["Tomasz"]),
        (Wanted(direction="given"), lambda row: row.direction == "given"),
    ]
    for reader in ("Ilse", "Otto"):
        viewer = story.viewer(reader)
        for one, fits in asked:
            found = [public_id for page in pages(story, viewer, one) for public_id in page]
            assert len(found) == len(set(found)), one
            assert set(found) == plain(story, fits), one


def test_the_latest_filed_comes_first(story: Story) -> None:
    crowd(story)
    viewer = story.viewer("Otto")
    with story.app.app_context():
        rows = search(db.session(), reach_of(db.session(), viewer), Wanted(), story.now.date()).rows
        assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
        assert [row.filed_at for row in rows] == sorted((row.filed_at for row in rows), reverse=True)


def test_what_no_index_answers_says_how_far_it_looked_and_goes_on_from_there(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = story.declare("Amalie", firm="Kestrel Logistics", worth="700")
    story.now += timedelta(1)
    for worth in ("100", "110", "120", "130"):
        story.declare("Tomasz", firm="Corvina Cloud", worth=worth)
    monkeypatch.setattr(searching, "_STEPS", (3,))
    viewer, asked = story.viewer("Otto"), Wanted(cls="supplier")
    with story.app.app_context():
        page = search(db.session(), reach_of(db.session(), viewer), asked, story.now.date())
        assert (list(page.rows), page.looked) == ([], 3)
        rest = search(db.session(), reach_of(db.session(), viewer), Wanted(cls="supplier", after=page.after), story.now.date())
        assert ([row.public_id for row in rest.rows], rest.after) == ([oldest], "")


def test_a_thousand_and_one_are_more_than_a_thousand(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    for worth in ("100", "110", "120", "130"):
        story.declare("Amalie", firm="Kestrel Logistics", worth=worth)
    monkeypatch.setattr(searching, "PAGE", 2)
    viewer = story.viewer("Ilse")
    for most, told in ((3, (3, True)), (4, (4, False)), (5, (4, False))):
        monkeypatch.setattr(searching, "COUNTED", most)
        with story.app.app_context():
            page = search(db.session(), reach_of(db.session(), viewer), Wanted(), story.now.date())
            assert (page.count, page.more) == told


def test_people_are_found_by_either_name_and_firms_by_any_spelling_or_number(story: Story) -> None:
    hers = story.declare("Amalie Thorsen", firm="Kestrel Logistics", worth="100")
    story.declare("Tomasz", firm="Corvina Cloud", worth="100")
    with story.app.app_context(), writing() as session:
        hand = Hand(story.now, "declarant", None)
        keep_spelling(session, session.get_one(Counterparty, story.ids["Kestrel Logistics"]), "Turmfalke Spedition", hand)
        number = session.scalars(select(Declaration.number).where(Declaration.public_id == hers)).one()
    viewer = story.viewer("Ilse")
    for text in (
        "amalie thor",
        "Thorsen",
        "kestrel logistics",
        "Turmfalke",
        number,
        number.lower(),
        "amalie.thorsen@nordlys.example",
    ):
        assert pages(story, viewer, Wanted(text=text)) == [[hers]], text
    assert pages(story, viewer, Wanted(text="Nobody at all")) == [[]]


@pytest.mark.parametrize("after", ["", "x", "2026-11-20.3", "2026-11-20T09:00:00.7", "2026-11-20T09:00:00+00:00.x", "..."])
def test_a_place_that_is_none_is_the_beginning(story: Story, after: str) -> None:
    story.declare("Amalie", firm="Kestrel Logistics", worth="100")
    answer = story.client("Ilse").get("/compliance/declarations", query_string={"after": after})
    assert answer.status_code == 200
    assert "A wine hamper" in answer.text


def test_an_address_says_what_was_asked_and_nothing_else() -> None:
    asked = wanted(
        {"text": " Acme ", "kind": "gift", "state": "nonsense", "from": "2026-03-01", "to": "x", "late": "1", "near": "yes"}
    )
    assert asked == Wanted(text="Acme", kind="gift", first_on=date(2026, 3, 1), late=True)
    assert wanted(asked.address()) == asked
    assert not wanted({}).anything
